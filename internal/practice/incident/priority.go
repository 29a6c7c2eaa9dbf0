package incident

import (
	"cmp"

	"kilter/internal/base/fault"
)

// Matrix gives the priority by impact (rows) and urgency (columns), each from
// 1 to 4.
type Matrix [4][4]int

// StandardMatrix is the mean of impact and urgency, half rounded up (product
// policy, after ITIL's impact-urgency matrix).
var StandardMatrix = Matrix{
	{1, 2, 2, 3},
	{2, 2, 3, 3},
	{2, 3, 3, 4},
	{3, 3, 4, 4},
}

// Check reports cells that are no priority, and a cell more urgent than its
// neighbour towards more impact or more urgency: worse must not wait longer.
func (m Matrix) Check() error {
	for i, row := range m {
		for u, p := range row {
			switch {
			case p < 1 || p > 4:
				return fault.At("matrix", "incident.matrix_range").With("impact", i+1).With("urgency", u+1)
			case i > 0 && p < m[i-1][u] || u > 0 && p < row[u-1]:
				return fault.At("matrix", "incident.matrix_order").With("impact", i+1).With("urgency", u+1)
			}
		}
	}
	return nil
}

// At is the cell of an impact and an urgency; 0 while either is not yet said.
func (m Matrix) At(impact, urgency Level) int {
	if impact < 1 || impact > 4 || urgency < 1 || urgency > 4 {
		return 0
	}
	return m[impact-1][urgency-1]
}

// Assess derives the priority: by the matrix, then forced. An impact on the
// whole city or a vital system that stops or seriously hinders work is always
// 1; a VIP or a counter of the public hall is at least 2.
func Assess(m Matrix, i *Incident) int {
	p := m.At(i.Impact, i.Urgency)
	switch {
	case p == 0:
		return 0
	case i.Impact == 1 && i.Urgency <= 2:
		return 1
	case i.VIP || i.Hall:
		return min(p, 2)
	}
	return p
}

// Forced names the rule that lifted the priority above the matrix, as a
// message key; "" when none did. Pages show it beside the priority.
func Forced(m Matrix, i *Incident) string {
	switch p := m.At(i.Impact, i.Urgency); {
	case i.Override != 0:
		return "incident.forced.override"
	case p == 0 || Assess(m, i) == p:
		return ""
	case i.Impact == 1 && i.Urgency <= 2:
		return "incident.forced.city"
	case i.Hall:
		return "incident.forced.hall"
	}
	return "incident.forced.vip"
}

// settle derives what follows from the fields: the priority, and the line of
// the team.
func (d *Desk) settle(i *Incident) error {
	i.Priority = cmp.Or(i.Override, Assess(d.City.Policy().Matrix, i))
	i.Line = 0
	if i.Team != 0 {
		i.Line = d.City.Line(i.Team)
	}
	if i.Override == 0 {
		i.WhyPriority = ""
	}
	return nil
}
