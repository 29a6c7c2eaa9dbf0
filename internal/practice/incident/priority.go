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
// 1; a VIP's and a public counter's have at least the priority of the policy.
func (p Policy) Assess(i *Incident) int {
	n := p.Matrix.At(i.Impact, i.Urgency)
	switch {
	case n == 0:
		return 0
	case i.Impact == 1 && i.Urgency <= 2:
		return 1
	}
	if i.VIP && p.VIP != 0 {
		n = min(n, p.VIP)
	}
	if i.Hall && p.Hall != 0 {
		n = min(n, p.Hall)
	}
	return n
}

// Forced names the rule that lifted the priority above the matrix, as a
// message key; "" when none did. Pages show it beside the priority.
func (p Policy) Forced(i *Incident) string {
	switch n := p.Matrix.At(i.Impact, i.Urgency); {
	case i.Override != 0:
		return "incident.forced.override"
	case n == 0 || p.Assess(i) == n:
		return ""
	case i.Impact == 1 && i.Urgency <= 2:
		return "incident.forced.city"
	case i.Hall && p.Hall == p.Assess(i):
		return "incident.forced.hall"
	}
	return "incident.forced.vip"
}

// settle derives what follows from the fields: the priority, and the line of
// the team.
func (d *Desk) settle(i *Incident) error {
	i.Priority = cmp.Or(i.Override, d.City.Policy().Assess(i))
	i.Line = 0
	if i.Team != 0 {
		i.Line = d.City.Line(i.Team)
	}
	if i.Override == 0 {
		i.WhyPriority = ""
	}
	return nil
}
