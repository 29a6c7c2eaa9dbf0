package handoff

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// Schedule is the forward schedule of changes: all work that has its time, our
// own and that of others, with what is arranged about it.
type Schedule struct {
	Planning *Planning
	Notices  *change.Notices
	// Agendas are the work of our own that has its time, each with the right to read it.
	Agendas map[string]change.Agenda
	// Dropped is what had a time and does not take place, likewise.
	Dropped map[string]change.Agenda
	// Zone is the network of a service.
	Zone func(record.ServiceID) people.ZoneID
	// Retired reports whether a service is in use no more.
	Retired func(record.ServiceID) bool
}

// Sheet is the schedule of a span, as its reader may see it.
type Sheet struct {
	Within change.Span
	Work   []change.Planned // the earliest first
	Rules  change.Arranged
	More   bool // there is more work than is shown
}

// Show lays out a span.
func (s *Schedule) Show(ctx context.Context, by people.Actor, within change.Span) (*Sheet, error) {
	if err := by.May(change.ScheduleRead); err != nil {
		return nil, err
	}
	out := &Sheet{Within: within}
	if err := s.gather(ctx, by, s.Agendas, out); err != nil {
		return nil, err
	}
	return out, s.rest(ctx, by, out, false)
}

// Subscribed is what a program is told that reads the calendar again and again:
// with what does not take place any more, so that it takes it back.
func (s *Schedule) Subscribed(ctx context.Context, by people.Actor, within change.Span) (*Sheet, error) {
	if err := by.May(change.ScheduleRead); err != nil {
		return nil, err
	}
	out := &Sheet{Within: within}
	for _, agendas := range []map[string]change.Agenda{s.Agendas, s.Dropped} {
		if err := s.gather(ctx, by, agendas, out); err != nil {
			return nil, err
		}
	}
	return out, s.rest(ctx, by, out, true)
}

// gather adds the work of our own that somebody may read.
func (s *Schedule) gather(ctx context.Context, by people.Actor, agendas map[string]change.Agenda, out *Sheet) error {
	for deed, agenda := range agendas {
		if !by.Can(deed) {
			continue
		}
		some, err := agenda.Dated(ctx, by.Scope, out.Within)
		if err != nil {
			return err
		}
		out.More = out.More || len(some) >= change.MostDated
		out.Work = append(out.Work, some...)
	}
	return nil
}

// rest adds what others tell of, and what is arranged.
func (s *Schedule) rest(ctx context.Context, by people.Actor, out *Sheet, withdrawn bool) error {
	within := out.Within
	told, err := s.Notices.List(ctx, by, change.NoticesWanted{Within: within})
	if err != nil {
		return err
	}
	out.More = out.More || len(told) >= change.MostNotices
	for _, n := range told {
		if withdrawn || !n.Withdrawn {
			out.Work = append(out.Work, n.Planned())
		}
	}
	slices.SortFunc(out.Work, func(a, b change.Planned) int {
		return cmp.Or(a.Span.From.Compare(b.Span.From), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Head.ID, b.Head.ID), cmp.Compare(a.Notice, b.Notice))
	})
	if s.Planning.Arranged == nil {
		return nil
	}
	if out.Rules, err = s.Planning.Arranged(ctx, within); err != nil {
		return err
	}
	sight, err := s.Planning.Analyst.Sight(ctx, by)
	if err != nil {
		return err
	}
	out.Rules.Freezes = slices.DeleteFunc(out.Rules.Freezes, func(f change.FreezeRule) bool { return shut(by, sight, s.Zone, f.About) })
	out.Rules.Upkeep = slices.DeleteFunc(out.Rules.Upkeep, func(u change.UpkeepRule) bool { return shut(by, sight, s.Zone, u.About) })
	return nil
}

// Outage is how long a service is expected to be down, by period.
type Outage struct {
	Service record.ServiceID
	Length  []time.Duration // by period; work at the same time counts once
	Total   time.Duration
	Work    []change.Planned // what it comes from, the earliest first
}

// Outages is the projected service outage: how long each service is expected to
// be down from work that counts, with the whole of its window, by periods that
// follow one another. Services that nothing touches are left out.
func (s *Schedule) Outages(ctx context.Context, by people.Actor, periods []change.Span) ([]Outage, error) {
	if len(periods) == 0 {
		return nil, by.May(change.ScheduleRead)
	}
	whole := change.Span{From: periods[0].From, Until: periods[len(periods)-1].Until}
	sheet, err := s.Show(ctx, by, whole)
	if err != nil {
		return nil, err
	}
	sight, err := s.Planning.Analyst.Sight(ctx, by)
	if err != nil {
		return nil, err
	}
	b := &board{sight: sight, snap: &change.Snapshot{Graph: sight.Graph(), Places: s.Planning.placesOf(sight)}}
	found := map[record.ServiceID]*Outage{}
	for _, w := range sheet.Work {
		if !counts(w) {
			continue
		}
		services := b.snap.Takes(b.nodes(w.Items, w.Head.Service, w.Source == change.Ours), sight.Speaking)
		services = append(services, w.Services...)
		if len(w.Items) == 0 && w.Head.Service != 0 {
			services = append(services, w.Head.Service)
		}
		slices.Sort(services)
		for _, id := range slices.Compact(services) {
			if !by.Scope.Clears(s.Zone(id)) || s.Retired(id) {
				continue
			}
			if found[id] == nil {
				found[id] = &Outage{Service: id, Length: make([]time.Duration, len(periods))}
			}
			found[id].Work = append(found[id].Work, w)
		}
	}
	out := make([]Outage, 0, len(found))
	for _, o := range found {
		o.sum(periods)
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b Outage) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Service, b.Service)) })
	return out, nil
}

// counts reports whether work takes something down at its time: what is only
// proposed, or is over, does not. A release takes down what its changes do.
func counts(w change.Planned) bool {
	switch w.Source {
	case change.Ours:
		return slices.Contains(change.PlannedStates, w.Head.State)
	case change.OfRelease:
		return w.Head.Service != 0 && slices.Contains(release.AheadStates, w.Head.State)
	}
	return true
}

// sum adds up the time of each period in which some work takes place.
func (o *Outage) sum(periods []change.Span) {
	for i, p := range periods {
		var at time.Time
		for _, w := range o.Work { // the earliest first
			if !w.Span.Meets(p) {
				continue
			}
			span := w.Span.Common(p)
			if span.From.Before(at) {
				span.From = at
			}
			if span.Until.After(span.From) {
				o.Length[i] += span.Length()
				at = span.Until
			}
		}
		o.Total += o.Length[i]
	}
}
