package app

import (
	"fmt"
	"strings"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
)

// TestTheCityHoldsItsReviews: every figure on the agenda of a review that the demo
// city held is filled in, an operational level agreement was kept and broken among
// them; one change was weighed and another waits for that.
func TestTheCityHoldsItsReviews(t *testing.T) {
	t.Parallel()
	h := demoCopy(t, "S")
	all, err := h.reviews().List(t.Context(), people.System(people.ViaShell), review.Wanted{})
	must(t, err)
	stands := map[string]int{}
	for i := range all {
		r := &all[i]
		stands[string(r.Kind)+" "+string(r.State)]++
		for _, one := range r.Agenda {
			if r.State != review.Held || one.Figure == "" {
				continue
			}
			if one.Says.En == "" || one.Says.Zh == "" {
				t.Errorf("review %d says nothing of %s", r.ID, one.Figure)
			}
			if one.Figure == review.Inside {
				met, of := 0, 0
				_, said, _ := strings.Cut(one.Says.En, ": ")
				if _, err := fmt.Sscanf(said, "%d of %d", &met, &of); err != nil || met == 0 || met == of {
					t.Errorf("review %d, of the agreement between teams: %q", r.ID, one.Says.En)
				}
			}
		}
	}
	for what, n := range map[string]int{"initiation held": 1, "initiation called": 1, "operations held": 2, "service held": 1, "operations called": 1, "programme called": 1} {
		if stands[what] != n {
			t.Errorf("%s: %d, not %d", what, stands[what], n)
		}
	}
}
