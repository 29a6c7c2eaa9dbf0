package record

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// The deeds of deciding, after the kind and a dot. Consents and Declines are
// granted like others, and besides take a seat; the rest are Kilter's own.
const (
	Asks      = "ask"     // a stage is asked
	Consents  = "approve" // somebody says yes
	Declines  = "refuse"  // somebody says no
	Reminds   = "remind_approvers"
	Lapses    = "lapse"
	Withdraws = "withdraw_approval"
)

// Decided are the practices whose records people are asked to say yes or no to.
var Decided = []Kind{Request, Knowledge, Changes}

// MayDecide lists those of them in which somebody may say yes.
func MayDecide(by people.Actor) []Kind {
	return slices.DeleteFunc(slices.Clone(Decided), func(k Kind) bool { return !by.Can(string(k) + "." + Consents) })
}

// AsKilter lets Kilter itself do something in somebody's sitting, because a
// rule says so.
func (s *Sitting[R]) AsKilter(do func() error) error {
	by := s.By
	defer func() { s.By = by }()
	s.By = people.System(people.ViaJob)
	s.By.Address = by.Address
	return do()
}

// Rounds are the decisions asked for on a record, oldest first, as they are in
// this sitting.
func (s *Sitting[R]) Rounds(r R) ([]*approval.Round, error) {
	sh := s.sheaf(r)
	if sh.Was != nil && !sh.asked {
		held, err := s.tx.Rounds(r.Common().ID)
		if err != nil {
			return nil, err
		}
		sh.asked, sh.rounds = true, held
	}
	return slices.Concat(sh.rounds, slices.DeleteFunc(slices.Clone(sh.Rounds), func(o *approval.Round) bool { return slices.Contains(sh.rounds, o) })), nil
}

// Asking is the round that is open; nil when none is.
func (s *Sitting[R]) Asking(r R) (*approval.Round, error) {
	all, err := s.Rounds(r)
	if err != nil || len(all) == 0 || all[len(all)-1].Verdict != approval.Open {
		return nil, err
	}
	return all[len(all)-1], nil
}

// Ask begins a decision on the record: those asked, and their deputies, follow
// it from now on. One decision is asked for at a time.
func (s *Sitting[R]) Ask(r R, stages []approval.Stage, barred ...people.ID) error {
	if open, err := s.Asking(r); err != nil || open != nil {
		if err == nil {
			err = fault.New(fault.Conflict, "approval.asked_already")
		}
		return err
	}
	round, err := approval.Begin(s.Now, stages, barred, s.desk.Rules.Decides)
	if err != nil {
		return err
	}
	return s.asked(r, round)
}

// asked writes down that the stage at which a round stands is asked.
func (s *Sitting[R]) asked(r R, round *approval.Round) error {
	s.keep(r, round)
	follow, err := s.deciders(round)
	if err != nil {
		return err
	}
	return s.AsKilter(func() error { return s.Log(r, Asks, Entry{Changes: Followers(follow...)}) })
}

// deciders are those whose answers a round waits for, and who stands in for
// them now.
func (s *Sitting[R]) deciders(round *approval.Round) ([]people.ID, error) {
	out := round.Waiting()
	deputies, err := s.tx.Deputies(s.Now)
	if err != nil {
		return nil, err
	}
	for _, d := range deputies {
		if slices.Contains(out, d.Person) && !slices.Contains(out, d.Deputy) && round.Seated(d.Deputy, approval.Stands(deputies, s.Now)) {
			out = append(out, d.Deputy)
		}
	}
	return out, nil
}

func (s *Sitting[R]) keep(r R, round *approval.Round) {
	if sh := s.sheaf(r); !slices.Contains(sh.Rounds, round) {
		sh.Rounds = append(sh.Rounds, round)
	}
}

// Vote takes the actor's answer to what is asked on the record; the practice's
// Then hears of it as "vote".
func (s *Sitting[R]) Vote(r R, v approval.Vote) error {
	name := Consents
	if v.Answer == approval.No {
		name = Declines
	}
	deed, err := s.may(name)
	if err != nil {
		return err
	}
	round, err := s.Asking(r)
	if err != nil {
		return err
	}
	if round == nil {
		return fault.New(fault.Conflict, "approval.over")
	}
	deputies, err := s.tx.Deputies(s.Now)
	if err != nil {
		return err
	}
	v.By, v.At, v.Stands = s.By.ID, s.Now, approval.Stands(deputies, s.Now)
	at := round.At
	if err := round.Vote(v, s.desk.Rules.Decides); err != nil {
		return err
	}
	s.keep(r, round)
	s.write(s.sheaf(r), Entry{Deed: deed, Reason: v.Reason, Public: true, Changes: inPlace(round, at, v.By, s)})
	if round.At != at {
		if err := s.asked(r, round); err != nil {
			return err
		}
	}
	return s.then(r, "vote", Input{})
}

// inPlace tells in whose place somebody answered, when it was not his own seat.
func inPlace[R Body](round *approval.Round, stage int, by people.ID, s *Sitting[R]) []Change {
	for _, seat := range round.Stages[stage].Seats {
		if seat.By == by && seat.At.Equal(s.Now) && seat.Person != by {
			return []Change{{Field: "in_place_of", Now: number(int64(seat.Person))}}
		}
	}
	return nil
}

// Withdraw ends what is asked on the record, if anything is.
func (s *Sitting[R]) Withdraw(r R) error {
	round, err := s.Asking(r)
	if err != nil || round == nil {
		return err
	}
	round.Withdraw(s.Now)
	s.keep(r, round)
	return s.AsKilter(func() error { return s.Log(r, Withdraws, Entry{}) })
}

// Tend does what time asks of the round that is open: those who have not
// answered are reminded once, and a stage that nobody decided lapses; the
// practice's Then hears of that as "lapse".
func (s *Sitting[R]) Tend(r R) error {
	round, err := s.Asking(r)
	if err != nil || round == nil {
		return err
	}
	if round.Lapse(s.Now) {
		s.keep(r, round)
		if err := s.Log(r, Lapses, Entry{Public: true}); err != nil {
			return err
		}
		return s.then(r, "lapse", Input{})
	}
	if len(round.Remind(s.Now)) == 0 {
		return nil
	}
	s.keep(r, round)
	waiting, err := s.deciders(round)
	if err != nil {
		return err
	}
	return s.Log(r, Reminds, Entry{Changes: Followers(waiting...)})
}

// Decide takes somebody's answer to what is asked on a record.
func (d *Desk[R]) Decide(ctx context.Context, by people.Actor, n Number, v approval.Vote, in Input) (R, error) {
	return d.One(ctx, by, n, in, func(s *Sitting[R], r R) error { return s.Vote(r, v) })
}

// Tend does what time asks of the decision on a record; a duty calls it.
func (d *Desk[R]) Tend(ctx context.Context, n Number) error {
	_, err := d.One(ctx, people.System(people.ViaJob), n, Input{}, func(s *Sitting[R], r R) error { return s.Tend(r) })
	return err
}

// Pending is a record whose decision waits for somebody.
type Pending struct {
	Kind   Kind
	Number Number
}

// Approvals reads decisions across practices.
type Approvals interface {
	// Rounds lists those of a record, oldest first; whoever asks has found the
	// record under his scope before.
	Rounds(ctx context.Context, record int64) ([]*approval.Round, error)
	// Waiting lists the records on which one of the persons has not answered
	// yet, the longest asked first.
	Waiting(ctx context.Context, scope people.Scope, persons []people.ID, limit int) ([]Row, error)
	// Due lists the decisions that want to be tended by a moment.
	Due(ctx context.Context, by time.Time, limit int) ([]Pending, error)
	// Deputies lists the arrangements that a person made or serves in, past
	// ones not; of everybody when the person is 0.
	Deputies(ctx context.Context, person people.ID, now time.Time) ([]approval.Deputy, error)
	// Stand keeps one person's arrangement in place of the one he had.
	Stand(ctx context.Context, d approval.Deputy, log audit.Row) error
	// KeepLink keeps a link of a mail; those of the same person and stage before
	// it end, and what expired a month ago goes.
	KeepLink(ctx context.Context, l approval.Link, now time.Time) error
	// Link finds one by its hash, Missing when there is none.
	Link(ctx context.Context, hash string) (approval.Link, Row, error)
	// UseLink notes that a link was used, with the row of the audit log.
	UseLink(ctx context.Context, hash string, now time.Time, log audit.Row) error
	// Unstand ends it.
	Unstand(ctx context.Context, person people.ID, log audit.Row) error
}
