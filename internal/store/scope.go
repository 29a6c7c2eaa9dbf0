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
		reach = append(reach, c.text("r.id IN (SELECT p.record FROM party AS p WHERE p.person = ?)", int64(s.Own)))
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
