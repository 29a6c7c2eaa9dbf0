package release

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Trouble is how many incidents there were about what a release brought, from
// the beginning of its roll-out to the end of early support or until now.
type Trouble struct {
	All, Early  int // in the whole time, and in its first ten days
	From, Until time.Time
}

// Trouble counts them, as far as the actor sees incidents. It is empty before a
// roll-out, and where no part names an item.
func (d *Desk) Trouble(ctx context.Context, by people.Actor, r *Release) (Trouble, error) {
	t := Trouble{From: r.Begun, Until: d.Now()}
	if !r.SupportUntil.IsZero() && r.SupportUntil.Before(t.Until) {
		t.Until = r.SupportUntil
	}
	var items []record.ItemID
	for _, p := range r.Parts {
		if p.Item != 0 {
			items = append(items, p.Item)
		}
	}
	if r.Begun.IsZero() || len(items) == 0 || !by.Can("incident.read") {
		return t, nil
	}
	var err error
	t.All, t.Early, err = d.Shelf.Incidents(ctx, by.Scope, items, t.From, t.Until)
	return t, err
}
