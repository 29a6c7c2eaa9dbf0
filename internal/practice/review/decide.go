package review

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// leads refuses whoever may not lead a review of a kind.
func (m *Room) leads(ctx context.Context, field string, k Kind, who people.ID) error {
	if m.Leads == nil {
		return nil
	}
	roles, err := m.Leads(ctx, k, who)
	if err == nil && roles != nil {
		err = fault.At(field, "review.no_lead").With("roles", roles)
	}
	return err
}

// May reports whether somebody leads a review: its chair, and whoever may stand in
// for him because he may lead reviews of its kind.
func (m *Room) May(ctx context.Context, by people.Actor, r *Review) (bool, error) {
	if !by.Can(DeedHold) {
		return false, nil
	}
	err := m.led(ctx, by, r)
	if fault.Is(err, fault.Denied) {
		return false, nil
	}
	return err == nil, err
}

// led refuses whoever does not lead a review.
func (m *Room) led(ctx context.Context, by people.Actor, r *Review) error {
	if by.ID == r.Chair {
		return nil
	}
	err := m.leads(ctx, "", r.Kind, by.ID)
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	return fault.New(fault.Denied, "review.not_yours").With("roles", all[0].Args["roles"])
}

// Decide holds the review: what it found stands, with the figures of this moment. A
// go names who has the change from now on.
func (m *Room) Decide(ctx context.Context, by people.Actor, id, version int64, d Decision, owner people.ID) (*Review, error) {
	r, err := m.in(ctx, by, id, version)
	if err != nil {
		return nil, err
	}
	if err := m.Apart(ctx, by, r); err != nil {
		return nil, err
	}
	if err := m.led(ctx, by, r); err != nil {
		return nil, err
	}
	if err := r.decide(d); err != nil {
		return nil, err
	}
	if r.Kind != Initiation || !d.Goes() {
		owner = 0
	} else if err := m.owns(by, owner); err != nil {
		return nil, err
	}
	if err := m.fill(ctx, by, r); err != nil {
		return nil, err
	}
	r.AllZones, r.Zones = by.Scope.AllZones, slices.Clone(by.Scope.Cleared)
	r.State, r.Decision, r.Decided, r.DecidedBy, r.Owner = Held, d, m.now(), by.ID, owner
	if owner == 0 || m.Hand == nil {
		return m.kept(ctx, by, r, "decide "+string(d))
	}
	err = m.Together(ctx, func(ctx context.Context) error {
		if err := m.keep(ctx, by, r, "decide "+string(d)); err != nil {
			return err
		}
		return m.Hand(ctx, by, r.Change, owner)
	})
	if err != nil {
		return nil, err
	}
	return m.told(ctx, by, r)
}

// owns says why somebody cannot be named the owner of a change.
func (m *Room) owns(by people.Actor, owner people.ID) error {
	switch {
	case owner == 0:
		return fault.At("owner", "review.no_owner")
	case owner == by.ID:
		return fault.At("owner", "review.owner_decides")
	case !m.Works(owner):
		return fault.At("owner", "review.not_staff")
	}
	return nil
}

// Close ends a review for good, once its conditions are met and its actions done:
// nothing more is written then, and its files stay.
func (m *Room) Close(ctx context.Context, by people.Actor, id, version int64) (*Review, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedHold, object(id)); err != nil {
		return nil, err
	}
	r, err := m.find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if err := m.led(ctx, by, r); err != nil {
		return nil, err
	}
	switch open := Open(r.Conditions) + Open(r.Actions); {
	case r.State != Held || r.Shut():
		return nil, fault.New(fault.Conflict, "review.over")
	case version != 0 && version != r.Version:
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	case open > 0:
		return nil, fault.New(fault.Conflict, "review.still_open").With("n", open)
	}
	r.Closed, r.ClosedBy = m.now(), by.ID
	return m.kept(ctx, by, r, "close")
}

// Apart refuses whoever asked for the change that a review is about, or carries it
// out, a say in whether it may begin: to arrange, to decide or to call off the
// review, or to find that its conditions are met.
func (m *Room) Apart(ctx context.Context, by people.Actor, r *Review) error {
	if r.Change == 0 {
		return nil
	}
	barred, err := m.Barred(ctx, r.Change)
	if err == nil && slices.Contains(barred, by.ID) {
		err = fault.New(fault.Denied, "review.own_change").With("ref", record.Ref(record.Changes, r.Change))
	}
	return err
}

// CallOff says that a review does not take place.
func (m *Room) CallOff(ctx context.Context, by people.Actor, id, version int64) (*Review, error) {
	r, err := m.in(ctx, by, id, version)
	if err != nil {
		return nil, err
	}
	if err := m.Apart(ctx, by, r); err != nil {
		return nil, err
	}
	r.State = CalledOff
	return m.kept(ctx, by, r, "call_off")
}

// Blocks says why a review keeps a change from going on; nil when none does. One
// that is called has to be held; of those that were, the last decision counts.
func (m *Room) Blocks(ctx context.Context, change record.Number) error {
	all, err := m.Store.Reviews(ctx, Wanted{Change: change, Limit: MostListed})
	if err != nil {
		return err
	}
	var last *Review
	for i := range all {
		switch r := &all[i]; {
		case r.State == Called:
			return r.Blocks()
		case r.State == Held && (last == nil || r.Decided.After(last.Decided)):
			last = r
		}
	}
	if last == nil {
		return nil
	}
	return last.Blocks()
}
