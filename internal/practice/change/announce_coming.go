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
	all, err := l.Store.Announced(ctx, l.Now(), mostComing)
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
	all, err := l.Store.Announced(ctx, l.Now(), everyComing)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if a := &all[i]; a.ID == id && !a.Off() && by.Scope.Clears(a.Today) {
			return a, nil
		}
	}
	return nil, nil
}
