package release

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
)

// Refuses is what stands, outside the release itself, against the next thing
// that somebody may do with it: the faults that he would be answered with if he
// tried now. Whoever may not do it is told nothing, as he would be by trying.
func (d *Desk) Refuses(by people.Actor, r *Release) ([]*fault.Fault, error) {
	ask := d.refusal(by, r)
	if ask == nil {
		return nil, nil
	}
	err := ask(r)
	all := fault.All(err)
	if err != nil && all == nil {
		return nil, err
	}
	return all, nil
}

// refusal is what asks about the next step of a release that somebody may take;
// nil when there is none.
func (d *Desk) refusal(by people.Actor, r *Release) func(*Release) error {
	may := func(deed string) bool { return by.Can("release." + deed) }
	ready := func(r *Release) error {
		var many fault.Many
		if err := many.Add(d.published(r)); err != nil {
			return err
		}
		if err := many.Add(d.gate(r)); err != nil {
			return err
		}
		return many.Err()
	}
	v := r.Review()
	decided := v != nil && v.Decision != Undecided
	for _, s := range []struct {
		at   flow.State
		now  bool
		deed string
		asks func(*Release) error
	}{
		{Building, true, "hand_over", d.handed},
		{Readiness, !decided, DeedDecide, d.hindered},
		{Readiness, decided && v.Decision != NoGo, "approve", ready},
		{Approved, true, "roll_out", d.gate},
		{RollingOut, true, DeedDeploy, d.gate},
		{PartlyDeployed, true, "resume", d.gate},
	} {
		if r.State == s.at && s.now && may(s.deed) {
			return s.asks
		}
	}
	return nil
}
