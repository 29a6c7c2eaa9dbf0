package handoff

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// ReleaseChanges tells release management how the changes stand under which a
// release is deployed.
type ReleaseChanges struct {
	Changes record.Store[*change.Change]
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
			Ref: ref, Title: one.Title, State: string(one.State), Zone: one.Zone, Items: one.Items,
			Authorised: slices.Contains(inForce, one.State), Done: slices.Contains(over, one.State),
		}
	}
	return out, nil
}
