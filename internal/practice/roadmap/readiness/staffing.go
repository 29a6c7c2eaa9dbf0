package readiness

import (
	"context"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// Staffing is how the people are filled: hours over ninety days and the roles of
// each process. Hours of a few are not told, for they would be those of persons.
type Staffing struct {
	Persons           int // of whom hours are recorded
	Booked, Available float64
	Roles             []Filled // of the processes that somebody has recorded
}

// Filled is how the roles of a process are filled.
type Filled struct {
	Process       maturity.Process
	Roles         int
	Vacant, Alone []string // codes of roles that nobody holds, and whose holder nobody stands in for
}

// Told reports whether so many persons have hours that their sum may be told.
func (s *Staffing) Told() bool { return s.Persons >= Fewest }

// Staffing tells it.
func (m *Room) Staffing(ctx context.Context, by people.Actor) (*Staffing, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	all, r, err := m.recorded(ctx)
	if err != nil {
		return nil, err
	}
	return r.staffing(all), nil
}

func (r Recorded) staffing(all []Process) *Staffing {
	out := &Staffing{}
	for id, p := range r.Persons {
		if p.Available > 0 && r.Works(id) {
			out.Persons, out.Booked, out.Available = out.Persons+1, out.Booked+p.Booked, out.Available+p.Available
		}
	}
	working := func(ids []people.ID) (n int) {
		for _, id := range ids {
			if r.Works(id) {
				n++
			}
		}
		return n
	}
	for _, code := range maturity.Processes() {
		for i := range all {
			if all[i].Process != code {
				continue
			}
			f := Filled{Process: code, Roles: len(all[i].Roles)}
			for _, role := range all[i].Roles {
				switch holders := working(role.Holders); {
				case holders == 0:
					f.Vacant = append(f.Vacant, role.Code)
				case holders == 1 && working(role.Deputies) == 0:
					f.Alone = append(f.Alone, role.Code)
				}
			}
			out.Roles = append(out.Roles, f)
		}
	}
	return out
}
