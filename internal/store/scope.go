package store

import (
	"strings"

	"kilter/internal/practice/people"
)

// scope adds the condition that a person may see record r: the SQL twin of
// people.Scope.Sees. The test that compares the two is scope_test.go.
func (c *clause) scope(s people.Scope) {
	if !s.AllZones {
		cleared := "r.zone IS NULL"
		if len(s.Cleared) > 0 {
			cleared += " OR " + in(c, "r.zone", s.Cleared)
		}
		if s.Own != 0 {
			cleared += c.text(" OR r.requester = ?", int64(s.Own))
		}
		c.conds = append(c.conds, "("+cleared+")")
	}
	if s.All {
		return
	}
	var reach []string
	if s.Own != 0 {
		reach = append(reach, c.own(s))
	}
	if len(s.Teams) > 0 {
		reach = append(reach, in(c, "r.team", s.Teams))
	}
	if len(s.Departments) > 0 {
		reach = append(reach, in(c, "r.department", s.Departments))
	}
	if len(s.Zones) > 0 {
		reach = append(reach, in(c, "r.zone", s.Zones))
	}
	if len(reach) == 0 {
		reach = append(reach, "1 = 0")
	}
	c.conds = append(c.conds, "("+strings.Join(reach, " OR ")+")")
}

// own is the condition that a person asked for a record, has it or watches it.
// Whoever sees nothing else is served from the list of his own; to others it
// is a look at each row that no other reach covers.
func (c *clause) own(s people.Scope) string {
	who := int64(s.Own)
	if s.OnlyOwn() {
		return c.text("r.id IN (SELECT p.record FROM party AS p WHERE p.person = ?)", who)
	}
	return c.text("(r.requester = ? OR r.owner = ? OR EXISTS (SELECT 1 FROM party AS p WHERE p.record = r.id AND p.person = ? AND p.role = 'watcher'))", who, who, who)
}
