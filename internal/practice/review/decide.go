package review

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Decide holds the review: what it found stands, with the figures of this moment.
func (m *Room) Decide(ctx context.Context, by people.Actor, id, version int64, d Decision) (*Review, error) {
	r, err := m.in(ctx, by, id, version)
	if err != nil {
		return nil, err
	}
	if err := m.Apart(ctx, by, r); err != nil {
		return nil, err
	}
	if err := r.decide(d); err != nil {
		return nil, err
	}
	if err := m.fill(ctx, by, r); err != nil {
		return nil, err
	}
	r.AllZones, r.Zones = by.Scope.AllZones, slices.Clone(by.Scope.Cleared)
	r.State, r.Decision, r.Decided, r.DecidedBy = Held, d, m.now(), by.ID
	return m.kept(ctx, by, r, "decide "+string(d))
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
