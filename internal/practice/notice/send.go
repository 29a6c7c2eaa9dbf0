package notice

import (
	"context"
	"errors"
	"time"
)

// Sender sends a letter. An error that is ErrRefused will not get better by
// trying again.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// ErrRefused says that the other side will never take this letter.
var ErrRefused = errors.New("refused for good")

// Mailer works off the deliveries.
type Mailer struct {
	Ledger Ledger
	// Way is the way out at this moment; nil when no server is named: then
	// nothing is put in line, and what is waits.
	Way    func(context.Context) (Sender, error)
	Writer Writer
	// Pass gives the secret of a link by which the reader of a delivery can
	// decide without signing in; "" where he cannot. It is in the letter and
	// nowhere else. nil gives none.
	Pass func(ctx context.Context, d Delivery, now time.Time) (string, error)
	// Grades tells until when the reader of a delivery can grade its record
	// without signing in; the zero moment where he cannot. nil: nobody can.
	Grades func(ctx context.Context, d Delivery) (time.Time, error)
	// Surveys tells which wave a delivery asks to answer, and until when that can be
	// done without signing in; the zero moment where it cannot. nil: nowhere.
	Surveys func(ctx context.Context, d Delivery) (wave int64, until time.Time, err error)
	// Holds tells whether what a delivery says still holds for its reader; what does
	// not is never sent. It may say in the delivery that what it tells of is being
	// reconsidered. nil: all does.
	Holds func(ctx context.Context, d *Delivery) (bool, error)
	// Gather makes deliveries of what may be mailed by now.
	Gather func(ctx context.Context, now time.Time) error
}

// many deliveries are sent in one turn.
const many = 50

// Turn sends what is due, writes down how each went, and says whether more is
// waiting.
func (m *Mailer) Turn(ctx context.Context, now time.Time) (more bool, err error) {
	sender, err := m.Way(ctx)
	if err != nil || sender == nil {
		return false, err
	}
	if err := m.Gather(ctx, now); err != nil {
		return false, err
	}
	due, err := m.Ledger.Waiting(ctx, now, many)
	if err != nil {
		return false, err
	}
	for _, d := range due {
		if gone, err := m.dropped(ctx, &d); err != nil || gone {
			if err != nil {
				return false, err
			}
			continue
		}
		if err := m.passes(ctx, &d, now); err != nil {
			return false, err
		}
		letter := m.Writer.Write(d)
		failed := sender.Send(ctx, letter)
		if err := m.Ledger.Keep(ctx, d.went(failed, letter.ID, now)); err != nil {
			return false, err
		}
	}
	return len(due) == many, nil
}

// dropped gives a delivery up that holds for its reader no more.
func (m *Mailer) dropped(ctx context.Context, d *Delivery) (bool, error) {
	if m.Holds == nil {
		return false, nil
	}
	if holds, err := m.Holds(ctx, d); err != nil || holds {
		return false, err
	}
	d.State, d.Reason = Dead, "it does not hold for its reader any more"
	return true, m.Ledger.Keep(ctx, *d)
}

// went is the delivery after an attempt.
func (m Delivery) went(failed error, id string, now time.Time) Delivery {
	m.Tries++
	if failed == nil {
		m.State, m.Reason, m.Message, m.Sent = Gone, "", id, now
		return m
	}
	m.State, m.Reason = Failed, cut(oneLine(failed.Error()), 300)
	wait, again := After(m.Tries)
	if !again || errors.Is(failed, ErrRefused) {
		m.State = Dead
		return m
	}
	m.Due = now.Add(wait)
	return m
}
