package access

import (
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Separation is the centre's setting about the three administrators, under
// the code "separation".
type Separation struct {
	// Two lets one person hold two of the three duties: for a small centre
	// that has not three people. All three are never one person's.
	Two bool `json:"two"`
}

// SeparationCode is the code of the centre's setting about the duties.
const SeparationCode = "separation"

// held lists the duties that grants contain.
func held(g people.Grants) []Duty {
	var out []Duty
	for grant := range g {
		if d := DutyOf(grant); d != Work && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

// Apart reports a Denied fault when the grants would put too many duties into
// one hand.
func Apart(all *setting.All, g people.Grants) error {
	duties := held(g)
	most := 1
	s, err := setting.Arranged(all, SeparationCode, Separation{})
	if err != nil {
		return err
	}
	if s.Two {
		most = 2
	}
	switch {
	case len(duties) <= most:
		return nil
	case len(duties) == 3:
		return fault.At("roles", "access.all_duties")
	}
	return fault.At("roles", "access.two_duties").With("one", "duty."+string(duties[0])).With("other", "duty."+string(duties[1]))
}
