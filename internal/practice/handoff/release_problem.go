package handoff

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// ReleaseProblems tells release management of the known errors that releases
// carry.
type ReleaseProblems struct {
	Problems record.Store[*problem.Problem]
}

// Known are those of problems by their numbers, as far as a scope sees them.
func (p ReleaseProblems) Known(ctx context.Context, scope people.Scope, refs []string) (map[string]release.KnownError, error) {
	out := map[string]release.KnownError{}
	for _, ref := range refs {
		kind, n, err := record.ParseRef(ref)
		if err != nil || kind != record.Problem {
			continue
		}
		one, err := p.Problems.Find(ctx, scope, n)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[ref] = release.KnownError{
			Ref: ref, Title: one.Title, State: string(one.State), Workaround: one.Workaround, Zone: one.Zone,
			Published: !one.Published.IsZero(), Over: problem.Flow.Place(one.State).Final,
		}
	}
	return out, nil
}
