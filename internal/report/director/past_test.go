package director

import (
	"testing"
	"time"

	"kilter/internal/base/day"
)

// TestADecisionIsPastWhenItsDayIsOver holds what is due by a day to the centre's day,
// and what is due by a moment to the moment.
func TestADecisionIsPastWhenItsDayIsOver(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	due := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		now         string
		day, moment bool
	}{
		{"2026-11-30T00:10:00+08:00", false, false},
		{"2026-11-30T07:59:00+08:00", false, false},
		{"2026-11-30T23:50:00+08:00", false, true},
		{"2026-12-01T00:10:00+08:00", true, true},
		{"2026-12-01T07:59:00+08:00", true, true},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		p := &Page{At: now.UTC(), Today: day.Of(now, place)}
		for _, what := range []What{Approve, Verify, Late, Fallen, Sign, Action, Condition} {
			if got := p.Past(Decision{What: what, Due: due}); got != c.day {
				t.Errorf("%s at %s: %v", what, c.now, got)
			}
		}
		for _, what := range []What{Answer, Review, Renew, Meeting} {
			if got := p.Past(Decision{What: what, Due: due}); got != c.moment {
				t.Errorf("%s at %s: %v", what, c.now, got)
			}
		}
	}
}
