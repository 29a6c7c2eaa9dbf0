package handoff

import (
	"context"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// Unkept is a change whose time was free when it was given and is so no more:
// a freeze, a maintenance window or a notice of others came or moved since.
type Unkept struct {
	Change change.Planned
	Meets  []Meeting
}

// MostUnkept bounds how many changes are looked at, the earliest first.
const MostUnkept = 500

// Unkept looks again at the changes that are scheduled and not begun, as far as
// the reader may see them: which do not keep to the notices, freezes and windows
// of now, the earliest first.
func (p *Planning) Unkept(ctx context.Context, by people.Actor, now time.Time) ([]Unkept, error) {
	if err := by.May("change.read"); err != nil {
		return nil, err
	}
	b, err := p.lay(ctx, by, change.Span{From: now, Until: now.Add(change.Horizon)})
	if err != nil {
		return nil, err
	}
	var out []Unkept
	looked := 0
	for i, w := range b.work {
		if w.Source != change.Ours || w.Head.State == change.Implementing || !w.Span.From.After(now) || !sees(by, w) {
			continue
		}
		if looked++; looked > MostUnkept {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		plan := change.Plan{ID: w.Head.ID, Items: b.snap.Booked[i].Items, People: w.People}
		if found := b.snap.Holds(plan, w.Span); len(found) > 0 {
			out = append(out, Unkept{w, b.tell(by, plan, found)})
		}
	}
	return out, nil
}
