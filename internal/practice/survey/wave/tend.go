package wave

import (
	"context"
	"errors"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// pending are answers that were handed in on this node and whose invitations
// are not marked yet.
type pending struct {
	marks []string
	since time.Time // when the first came
	begun bool      // somebody has got a token since invitations were mixed
}

// Invitations are marked when so many wait, or when one has waited so long:
// whoever compares the table before with the table after learns of several
// people that they answered, hardly ever of one.
const (
	mostWaiting = 5
	longWaiting = time.Hour
)

// noted remembers that an answer was handed in.
func (m *Room) noted(wave int64, mark string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.of(wave)
	if len(p.marks) == 0 {
		p.since = m.now()
	}
	p.marks = append(p.marks, mark)
}

// begun remembers that somebody has got a token.
func (m *Room) begun(wave int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(wave).begun = true
}

func (m *Room) of(wave int64) *pending {
	if m.done == nil {
		m.done = map[int64]*pending{}
	}
	if m.done[wave] == nil {
		m.done[wave] = &pending{}
	}
	return m.done[wave]
}

// answered reports whether an invitation is answered, marked or not.
func (m *Room) answered(in *Invite) bool {
	if in.Answered {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.done[in.Wave]
	return p != nil && in.Token != "" && slices.Contains(p.marks, in.Token)
}

// Mix marks who has answered, of waves for which it is time, and writes the
// invitations anew so that nothing tells which was touched last. Every node
// calls it each minute; now that all is to be marked, whatever waits.
func (m *Room) Mix(ctx context.Context, all bool) error {
	m.mu.Lock()
	var waves []int64
	for id, p := range m.done {
		if p.begun || p.ripe(m.now(), all) {
			waves = append(waves, id)
		}
	}
	m.mu.Unlock()
	var wrong error
	for _, id := range waves {
		wrong = errors.Join(wrong, m.mix(ctx, id, all))
	}
	return wrong
}

func (p *pending) ripe(now time.Time, all bool) bool {
	n := len(p.marks)
	return n >= mostWaiting || n > 0 && (all || now.Sub(p.since) >= longWaiting)
}

func (m *Room) mix(ctx context.Context, wave int64, all bool) error {
	m.mu.Lock()
	p := m.of(wave)
	var marks []string
	if p.ripe(m.now(), all) {
		marks = slices.Clone(p.marks)
	}
	p.begun = false
	m.mu.Unlock()
	err := m.Invites.Mix(ctx, wave, marks)
	if err == nil && len(marks) > 0 {
		err = m.Box.Shuffle(ctx, wave)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		p.begun = true
		return err
	}
	p.marks = slices.DeleteFunc(p.marks, func(x string) bool { return slices.Contains(marks, x) })
	p.since = m.now()
	return nil
}

// Tend does what the calendar says: rounds of asking and reminding, closing at
// the end, deleting answers that were kept long enough. A duty calls it.
func (m *Room) Tend(ctx context.Context, now time.Time) error {
	all, err := m.Waves.Waves(ctx)
	if err != nil {
		return err
	}
	longest, err := m.longest()
	if err != nil {
		return err
	}
	by := people.System(people.ViaJob)
	var wrong error
	for i := range all {
		w := &all[i]
		switch {
		case w.due(now):
			err = m.round(ctx, w, row(by, now, DeedRun, w.ID, "remind"))
		case w.State == Open && !now.Before(w.To):
			_, err = m.Close(ctx, by, w.ID)
		case w.past(now, longest):
			err = m.purge(ctx, w, row(by, now, DeedRun, w.ID, "purge"))
		default:
			continue
		}
		wrong = errors.Join(wrong, err)
	}
	return wrong
}

// past reports whether the answers of a wave were kept long enough. What was
// closed and never analysed is nobody's result and goes as well when the centre's
// own period is over.
func (w *Wave) past(now time.Time, longest int) bool {
	if w.Source != Asked || !w.Purged.IsZero() || w.Closed.IsZero() {
		return false
	}
	over := func(months int) bool { return months > 0 && !now.Before(w.Closed.AddDate(0, months, 0)) }
	switch w.State {
	case Analysed, Published:
		return over(w.Plan.Keep) || over(longest)
	case Closed:
		return over(longest)
	case Draft, Open, Cancelled:
	}
	return false
}

func (m *Room) longest() (int, error) {
	if m.Longest == nil {
		return 0, nil
	}
	return m.Longest()
}

// Keeps is for how many months after closing the answers of a wave are kept; 0
// for ever.
func (m *Room) Keeps(w *Wave) (int, error) {
	longest, err := m.longest()
	if err != nil || longest == 0 || w.Plan.Keep > 0 && w.Plan.Keep < longest {
		return w.Plan.Keep, err
	}
	return longest, nil
}

// round tells everybody who has not answered. Being told twice of the same round
// is ruled out where it is kept; so a round that broke off is told again.
func (m *Room) round(ctx context.Context, w *Wave, log audit.Row) error {
	if err := m.mix(ctx, w.ID, true); err != nil {
		return err
	}
	all, err := m.Invites.Invites(ctx, w.ID)
	if err != nil {
		return err
	}
	for i := range all {
		if m.answered(&all[i]) {
			continue
		}
		if err := m.Tell(ctx, w, all[i].Person, w.Plan.Rounds); err != nil {
			return err
		}
	}
	w.Plan.Rounds++
	return m.Waves.Keep(ctx, w, log)
}
