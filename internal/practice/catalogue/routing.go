package catalogue

import (
	"cmp"
	"slices"

	"kilter/internal/practice/people"
)

// Rule sends what it matches to a team. What it does not name matches
// everything; a category, zone or department counts with those below it.
type Rule struct {
	Order      int                 `json:"order"` // rules are asked from the lowest on
	Practice   string              `json:"practice,omitempty"`
	Category   int64               `json:"category,omitempty"`
	Service    int64               `json:"service,omitempty"`
	Zone       people.ZoneID       `json:"zone,omitempty"`
	Department people.DepartmentID `json:"department,omitempty"`
	Priority   int                 `json:"priority,omitempty"` // this one and higher ones
	Team       people.TeamID       `json:"team"`
}

// Call is what routing knows of a record.
type Call struct {
	Practice          string
	Category, Service int64
	Zone              people.ZoneID
	Department        people.DepartmentID
	Priority          int
}

// Within reports whether a thing is the other or stands below it in its tree.
type Within func(thing, other int64) bool

// Matches reports whether the rule is for the call.
func (r Rule) Matches(c Call, within Within) bool {
	return (r.Practice == "" || r.Practice == c.Practice) &&
		(r.Service == 0 || r.Service == c.Service) &&
		(r.Category == 0 || within(c.Category, r.Category)) &&
		(r.Zone == 0 || within(int64(c.Zone), int64(r.Zone))) &&
		(r.Department == 0 || within(int64(c.Department), int64(r.Department))) &&
		(r.Priority == 0 || c.Priority != 0 && c.Priority <= r.Priority)
}

// Ordered sorts rules into the order they are asked in; id says which comes
// first of two with the same order.
func Ordered[T any](rules []T, rule func(T) (Rule, int64)) {
	slices.SortStableFunc(rules, func(a, b T) int {
		x, xid := rule(a)
		y, yid := rule(b)
		return cmp.Or(cmp.Compare(x.Order, y.Order), cmp.Compare(xid, yid))
	})
}
