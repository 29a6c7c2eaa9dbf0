package change

import (
	"context"
	"math"
	"slices"

	"kilter/internal/practice/people"
)

// mostComing bounds what a portal shows; duties read all.
const (
	mostComing  = 500
	everyComing = math.MaxInt32
)

// Coming lists what an official is told of: what was sent to his department, or
// to one above it, and is not over, of changes whose network of today he is
// cleared for.
func (l *Announcements) Coming(ctx context.Context, by people.Actor, mine func(people.DepartmentID) bool) ([]Coming, error) {
	all, err := l.Store.Announced(ctx, ComingWanted{At: l.Now(), Limit: mostComing})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a Coming) bool {
		return !by.Scope.Clears(a.Today) || !slices.ContainsFunc(a.Departments, mine)
	}), nil
}

// Holds finds what was sent if it still holds, and somebody is cleared for the
// network in which the change lies now; else nil.
func (l *Announcements) Holds(ctx context.Context, by people.Actor, id int64) (*Coming, error) {
	a, err := l.coming(ctx, by, id)
	if err != nil || a == nil || a.Off() {
		return nil, err
	}
	return a, nil
}

// coming is one that was sent and is not over, for somebody who is cleared for the
// network in which the change lies now; else nil. Mails ask it one by one, and read
// no other.
func (l *Announcements) coming(ctx context.Context, by people.Actor, id int64) (*Coming, error) {
	if id <= 0 {
		return nil, nil
	}
	all, err := l.Store.Announced(ctx, ComingWanted{ID: id, At: l.Now(), Limit: 1})
	if err != nil || len(all) == 0 || !by.Scope.Clears(all[0].Today) {
		return nil, err
	}
	return &all[0], nil
}
