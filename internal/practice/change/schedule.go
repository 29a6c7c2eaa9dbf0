package change

import (
	"context"
	"slices"

	"kilter/internal/base/graph"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Agenda lists the work that has its time, done or still to do, as far as a
// scope sees it: what a calendar shows.
type Agenda interface {
	Dated(ctx context.Context, scope people.Scope, within Span) ([]Planned, error)
}

// MostDated bounds how much work of one kind a calendar shows at once.
const MostDated = 2000

// DatedStates are those in which a calendar shows a change: when its time is
// proposed, when it counts, and once it was carried out.
var DatedStates = []flow.State{
	Awaiting, Authorised, EmergencyAuthorised, Scheduled, Built, Ready, Implementing, Implemented, BackedOut, Broken, Documented, Reviewing, Closed,
}

// DroppedStates are those in which a change that had a time does not take place.
var DroppedStates = []flow.State{Rejected, Cancelled}

// tentative are the states in which a time is proposed and not yet given.
var tentative = []flow.State{Awaiting, Authorised, EmergencyAuthorised}

// AnewStates are those in which a change that was authorised once is assessed
// and decided anew: its time was told, and may become another.
var AnewStates = []flow.State{Assessing, Awaiting}

// Reconsider is the deed, as a timeline tells of it, by which a change comes
// back to those.
const Reconsider = "change.reconsider"

// Anew reports whether what was told of the time of a change in that state may
// not stay so.
func Anew(s flow.State) bool { return slices.Contains(AnewStates, s) }

// Takes lists the services that go down with some items, in no order: those of
// which a node that stands for them is down, or any of theirs where none does.
func (s *Snapshot) Takes(items []graph.Node, speaking func(record.ServiceID) []graph.Node) (services []record.ServiceID) {
	if len(items) == 0 {
		return nil
	}
	r := s.reach(items)
	for of := range r.of {
		if of.Service == 0 {
			continue
		}
		stands := speaking(of.Service)
		if len(stands) == 0 || slices.ContainsFunc(stands, func(n graph.Node) bool { _, down := r.items[n]; return down }) {
			services = append(services, of.Service)
		}
	}
	return services
}
