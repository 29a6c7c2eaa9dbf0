package store

import (
	"strings"

	"kilter/internal/practice/people"
)

// scope adds the condition that a person may see record r: the SQL twin of
// people.Scope.Sees. The test that compares the two is scope_test.go. It is a
// look at each row: no index is found by it (an OR of several indexes would
// gather all that they hold, and sort it), so whoever reads a list goes by its
// order, or through the reaches of reach.go.
func (c *clause) scope(d dialect, s people.Scope) {
	if s.Everywhere() {
		return
	}
	if cleared := c.zoned(s); cleared != "" {
		if s.Own != 0 {
			cleared = "(" + cleared + c.text(" OR coalesce(r.requester, 0) = ?)", int64(s.Own))
		}
		c.conds = append(c.conds, cleared)
	}
	if s.All {
		return
	}
	covered := c.covered(s)
	if s.Own != 0 {
		who := int64(s.Own)
		covered = append(covered, c.text("coalesce(r.requester, 0) = ? OR coalesce(r.owner, 0) = ?", who, who), c.text(d.watched, who))
	}
	if len(covered) == 0 {
		covered = append(covered, "1 = 0")
	}
	c.conds = append(c.conds, "("+strings.Join(covered, " OR ")+")")
}

// zoned is the condition that a person is cleared for the zone of record r;
// "" when he is for every one.
func (c *clause) zoned(s people.Scope) string {
	switch {
	case s.AllZones:
		return ""
	case len(s.Cleared) == 0:
		return "coalesce(r.zone, 0) = 0"
	}
	return "(coalesce(r.zone, 0) = 0 OR " + in(c, "coalesce(r.zone, 0)", s.Cleared) + ")"
}

// covered are the conditions that teams, departments and zones cover record r.
func (c *clause) covered(s people.Scope) (out []string) {
	if len(s.Teams) > 0 {
		out = append(out, in(c, "coalesce(r.team, 0)", s.Teams))
	}
	if len(s.Departments) > 0 {
		out = append(out, in(c, "coalesce(r.department, 0)", s.Departments))
	}
	if len(s.Zones) > 0 {
		out = append(out, in(c, "coalesce(r.zone, 0)", s.Zones))
	}
	return out
}

// watches selects what a person watches.
func (c *clause) watches(who people.ID) string {
	return c.text("SELECT p.record FROM party AS p WHERE p.person = ? AND p.role = 'watcher'", int64(who))
}
