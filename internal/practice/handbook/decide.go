package handbook

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
)

func (m *Room) terms() approval.Terms { return approval.Terms{Due: m.Due} }

// Ask has a draft approved: by those who may, and did not write it.
func (m *Room) Ask(ctx context.Context, by people.Actor, code string, version int64) (*Edition, error) {
	v, e, err := m.open(ctx, by, DeedEdit, code, version, Draft)
	if err != nil {
		return nil, err
	}
	if e.Texts.Same(v.Texts()) && v.Edition != nil {
		return nil, fault.New(fault.Conflict, "handbook.nothing_new")
	}
	if err := e.Texts.check(&v.Chapter); err != nil {
		return nil, err
	}
	seats, err := m.Approvers(ctx)
	if err != nil {
		return nil, err
	}
	p := m.Policy()
	barred := slices.Clone(e.Wrote)
	if by.ID != 0 && !slices.Contains(barred, by.ID) {
		barred = append(barred, by.ID)
	}
	stage := approval.Stage{Name: people.Text{En: "Approval", Zh: "审批"}, Rule: approval.Quorum, Quorum: p.Consents, Days: p.Days, Seats: seats}
	if e.Round, err = approval.Begin(m.now(), []approval.Stage{stage}, barred, m.terms()); err != nil {
		return nil, err
	}
	e.State, e.Asked = Asked, m.now()
	if err := m.Store.Keep(ctx, e, m.row(by, DeedEdit, e, "ask")); err != nil {
		return nil, err
	}
	return e, m.Tell(ctx, e, e.Round.Waiting())
}

// Withdraw takes the question back: the draft may be written on again.
func (m *Room) Withdraw(ctx context.Context, by people.Actor, code string, version int64) (*Edition, error) {
	_, e, err := m.open(ctx, by, DeedEdit, code, version, Asked)
	if err != nil {
		return nil, err
	}
	e.Round.Withdraw(m.now())
	e.back(Back{At: m.now(), By: by.ID, Verdict: approval.Withdrawn})
	return e, m.Store.Keep(ctx, e, m.row(by, DeedEdit, e, "withdraw"))
}

// Vote takes somebody's answer. What is approved is in force from now on, and
// what runs at that moment is kept beside it.
func (m *Room) Vote(ctx context.Context, by people.Actor, code string, version int64, answer approval.Answer, reason string) (*Edition, error) {
	v, e, err := m.open(ctx, by, DeedApprove, code, version, Asked)
	if err != nil {
		return nil, err
	}
	deputies, err := m.Deputies(ctx, m.now())
	if err != nil {
		return nil, err
	}
	vote := approval.Vote{By: by.ID, Answer: answer, Reason: reason, At: m.now(), Stands: approval.Stands(deputies, m.now())}
	if err := e.Round.Vote(vote, m.terms()); err != nil {
		return nil, err
	}
	switch {
	case e.Round.Verdict == approval.Approved:
		e.State, e.Decided, e.Shot = Approved, m.now(), m.Shoot(&v.Chapter)
	case answer == approval.No: // what has to be changed does not wait for the others
		e.Round.Withdraw(m.now())
		e.back(Back{At: m.now(), By: by.ID, Verdict: approval.Refused, Why: strings.TrimSpace(reason)})
	}
	return e, m.Store.Keep(ctx, e, m.row(by, DeedApprove, e, string(answer)))
}

// Seated reports whether somebody's answer to an edition is waited for.
func (m *Room) Seated(ctx context.Context, by people.Actor, e *Edition) (bool, error) {
	if e == nil || e.State != Asked || !by.Can(DeedApprove) {
		return false, nil
	}
	deputies, err := m.Deputies(ctx, m.now())
	return err == nil && e.Round.Seated(by.ID, approval.Stands(deputies, m.now())), err
}

// Waiting are the editions on which somebody's answer is waited for.
func (m *Room) Waiting(ctx context.Context, by people.Actor) ([]Edition, error) {
	if !by.Can(DeedApprove) {
		return nil, nil
	}
	all, err := m.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	var out []Edition
	for i := range all {
		ok, err := m.Seated(ctx, by, &all[i])
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// Tend ends approvals that nobody decided in time, and reminds those who have
// not answered.
func (m *Room) Tend(ctx context.Context) error {
	all, err := m.Store.Now(ctx)
	for i := range all {
		e := &all[i]
		if e.State != Asked {
			continue
		}
		if one := m.tend(ctx, e); !fault.Is(one, fault.Stale) { // somebody answers just now; the next turn looks again
			err = errors.Join(err, one)
		}
	}
	return err
}

func (m *Room) tend(ctx context.Context, e *Edition) error {
	by := people.System(people.ViaJob)
	if e.Round.Lapse(m.now()) {
		e.back(Back{At: m.now(), Verdict: approval.Lapsed})
		return m.Store.Keep(ctx, e, m.row(by, DeedApprove, e, "lapse"))
	}
	late := e.Round.Remind(m.now())
	if len(late) == 0 {
		return nil
	}
	if err := m.Store.Keep(ctx, e, m.row(by, DeedApprove, e, "remind")); err != nil {
		return err
	}
	return m.Tell(ctx, e, late)
}
