package programme

import (
	"testing"
	"time"

	"kilter/internal/practice/roadmap"
)

// TestAStepIsLateWhenItsDayIsOverAtTheCentre holds the days of steps and phases to
// clocks at which it is another day in UTC than at the centre.
func TestAStepIsLateWhenItsDayIsOverAtTheCentre(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	due := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	p := &Programme{Doc: Doc{Start: due}}
	for _, c := range []struct {
		now    string
		late   bool
		onTime bool // what is claimed then
		phase  int  // of thirty days
	}{
		{"2026-11-29T23:50:00+08:00", false, true, 0},
		{"2026-11-30T00:10:00+08:00", false, true, 1},
		{"2026-11-30T07:59:00+08:00", false, true, 1},
		{"2026-11-30T23:50:00+08:00", false, true, 1},
		{"2026-12-01T00:10:00+08:00", true, false, 1},
		{"2026-12-01T07:59:00+08:00", true, false, 1},
		{"2026-12-29T23:50:00+08:00", true, false, 1},
		{"2026-12-30T00:10:00+08:00", true, false, 2},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		now = now.UTC()
		m := &Room{Now: func() time.Time { return now }, Place: func() *time.Location { return place }}
		open := Step{State: roadmap.InWork, StepDoc: StepDoc{Due: due}}
		done := Step{State: roadmap.Verified, StepDoc: StepDoc{Due: due, Claimed: now}}
		if late := open.Late(m.today()); late != c.late {
			t.Errorf("at %s late: %v", c.now, late)
		}
		if onTime := done.OnTime(place); onTime != c.onTime {
			t.Errorf("claimed at %s on time: %v", c.now, onTime)
		}
		if phase := p.PhaseOf(m.today(), 30); phase != c.phase {
			t.Errorf("at %s phase %d", c.now, phase)
		}
		if s := p.Stand([]Step{open, done}, now, place); (s.Late == 1) != c.late || (s.OnTime == 1) != c.onTime {
			t.Errorf("at %s %+v", c.now, s)
		}
	}
}
