package handoff

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Outcome measures what followed a change that was carried out: the incidents
// about its items and all that goes down with them in the topology of today, or
// about services that go down with them, as far as the reader may see them. It
// is Missing for a change that was not carried out.
func (p *Planning) Outcome(ctx context.Context, by people.Actor, c *change.Change) (*change.Outcome, error) {
	if err := by.May("incident.read"); err != nil {
		return nil, err
	}
	if c.Begun.IsZero() || c.Ended.IsZero() {
		return nil, fault.New(fault.Missing, "change.outcome.not_carried_out")
	}
	sight, err := p.Analyst.Sight(ctx, by)
	if err != nil {
		return nil, err
	}
	b := &board{sight: sight, snap: &change.Snapshot{Graph: sight.Graph(), Places: p.placesOf(sight)}}
	items := b.nodes(c.Items, c.Service, true)
	down := b.snap.Down(items)
	services := b.snap.Takes(items, sight.Speaking)
	if len(c.Items) == 0 && c.Service != 0 && !slices.Contains(services, c.Service) {
		services = append(services, c.Service)
	}
	found, err := p.Witness.Happened(ctx, by.Scope, c.ID, change.Span{From: c.Begun.Add(-change.Aftermath), Until: c.Ended.Add(change.Aftermath)})
	if err != nil {
		return nil, err
	}
	out := c.Measure(found, func(h change.Happened) bool {
		if h.Item == 0 {
			return h.Head.Service != 0 && slices.Contains(services, h.Head.Service)
		}
		return slices.ContainsFunc(sight.Places(append(c.Items[:0:0], h.Item)), func(n graph.Node) bool { _, at := slices.BinarySearch(down, n); return at })
	}, p.Now())
	for _, n := range down {
		if sight.Sees(n) {
			out.Touched++
		}
	}
	for _, id := range services {
		if p.Zone == nil || by.Scope.Clears(p.Zone(id)) {
			out.Services = append(out.Services, id)
		}
	}
	slices.Sort(out.Services)
	if err := p.available(ctx, by, c, out); err != nil {
		return nil, err
	}
	if p.Tasks != nil && by.Staff { // as everywhere, tasks are for staff
		out.Tasks, err = p.Tasks(ctx, c.ID)
	}
	return out, err
}

// available measures how available the services were that a change was about, that
// go down with it, or about which incidents name it as their cause, from the
// outages that the reader may see.
func (p *Planning) available(ctx context.Context, by people.Actor, c *change.Change, o *change.Outcome) error {
	if p.Hours == nil {
		return nil
	}
	services := append(slices.Clone(o.Services), c.Service)
	for _, h := range o.Caused {
		services = append(services, h.Head.Service)
	}
	slices.Sort(services)
	services = slices.DeleteFunc(slices.Compact(services), func(id record.ServiceID) bool {
		return id == 0 || p.Zone != nil && !by.Scope.Clears(p.Zone(id))
	})
	if len(services) == 0 {
		return nil
	}
	outages, err := p.Witness.Outages(ctx, by.Scope, services, change.Span{From: o.Before.From, Until: o.After.Until})
	if err == nil {
		o.Avail(services, outages, p.Hours)
	}
	return err
}
