package handoff

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// ReleaseChanges tells release management how the changes stand under which a
// release is deployed.
type ReleaseChanges struct {
	Changes record.Store[*change.Change]
	Analyst *cmdb.Analyst
}

// Within says which of items belong to a service: those that stand for it, and what
// it needs, directly or through others. A service that nothing stands for in the
// configuration keeps nothing out.
func (c ReleaseChanges) Within(ctx context.Context, service record.ServiceID, items []record.ItemID) (map[record.ItemID]bool, error) {
	sight, err := c.Analyst.Sight(ctx, people.System(people.ViaJob))
	if err != nil {
		return nil, err
	}
	out, start := map[record.ItemID]bool{}, sight.Speaking(service)
	below := map[record.ItemID]bool{}
	for _, st := range sight.Graph().Reach(start, graph.Needs, graph.OK).Steps {
		below[sight.Behind(st.Node).ID] = true
	}
	for _, id := range items {
		out[id] = len(start) == 0 || below[id]
	}
	for _, n := range sight.Places(items) {
		if one := sight.Behind(n); one.Service == service {
			out[one.ID] = true
		}
	}
	return out, nil
}

// inForce are the states in which a change may be carried out: it is authorised,
// and has neither ended nor been dropped.
var inForce = flow.At(change.Authorised, change.EmergencyAuthorised, change.Scheduled, change.Built, change.Ready, change.Implementing)

// over are those in which it was carried out.
var over = flow.At(change.Implemented, change.Documented, change.Reviewing, change.Closed)

// Standings are those of changes by their numbers, as far as a scope sees them.
// What is no number of a change has none.
func (c ReleaseChanges) Standings(ctx context.Context, scope people.Scope, refs []string) (map[string]release.Standing, error) {
	out := map[string]release.Standing{}
	for _, ref := range refs {
		kind, n, err := record.ParseRef(ref)
		if err != nil || kind != record.Changes {
			continue
		}
		one, err := c.Changes.Find(ctx, scope, n)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[ref] = release.Standing{
			Ref: ref, Title: one.Title, State: string(one.State), Zone: one.Zone, Items: one.Items, Service: one.Service,
			Authorised: slices.Contains(inForce, one.State), Done: slices.Contains(over, one.State),
		}
	}
	return out, nil
}
