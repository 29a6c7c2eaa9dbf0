package catalogue

import (
	"fmt"

	"kilter/internal/base/fault"
)

// Matrix gives the priority for impact and urgency, each from 1, the highest,
// to 4.
type Matrix struct {
	Grid [4][4]int `json:"grid"` // [impact-1][urgency-1]
	VIP  int       `json:"vip"`  // whoever is very important never has a lower priority; 0 is no such rule
	Hall int       `json:"hall"` // nor a counter that serves the public
}

// Levels is how many degrees impact, urgency and priority have.
const Levels = 4

// StandardMatrix is the mean of impact and urgency, half rounded up; what is
// city-wide and stops or seriously hinders work is always 1; a very important
// person and a public counter have at least 2.
func StandardMatrix() Matrix {
	m := Matrix{VIP: 2, Hall: 2}
	for i := range Levels {
		for u := range Levels {
			m.Grid[i][u] = min(max((i+u+3)/2, 1), Levels)
			if i == 0 && u <= 1 {
				m.Grid[i][u] = 1
			}
		}
	}
	return m
}

// Assess is the priority of a record; 0 while impact or urgency is not yet
// said.
func (m Matrix) Assess(impact, urgency int, vip, hall bool) int {
	if impact < 1 || urgency < 1 || impact > Levels || urgency > Levels {
		return 0
	}
	p := m.Grid[impact-1][urgency-1]
	if vip && m.VIP != 0 {
		p = min(p, m.VIP)
	}
	if hall && m.Hall != 0 {
		p = min(p, m.Hall)
	}
	return p
}

// Check says which fields of the matrix hold no priority, and where a higher
// impact or urgency would give a lower priority.
func (m Matrix) Check() error {
	var many fault.Many
	at := func(i, u int) string { return fmt.Sprintf("grid[%d][%d]", i, u) }
	for i := range Levels {
		for u := range Levels {
			p := m.Grid[i][u]
			if p < 1 || p > Levels {
				many = append(many, fault.At(at(i, u), "catalogue.no_priority").With("impact", i+1).With("urgency", u+1))
				continue
			}
			if i > 0 && m.Grid[i-1][u] > p || u > 0 && m.Grid[i][u-1] > p {
				many = append(many, fault.At(at(i, u), "catalogue.matrix_falls").With("impact", i+1).With("urgency", u+1))
			}
		}
	}
	if m.VIP < 0 || m.VIP > Levels {
		many = append(many, fault.At("vip", "record.out_of_range").With("low", 1).With("high", Levels))
	}
	if m.Hall < 0 || m.Hall > Levels {
		many = append(many, fault.At("hall", "record.out_of_range").With("low", 1).With("high", Levels))
	}
	return many.Err()
}
