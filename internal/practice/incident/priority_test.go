package incident_test

import (
	"testing"

	"kilter/internal/practice/incident"
)

func TestPriority(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		impact, urgency incident.Level
		vip, hall       bool
		want            int
		forced          string
	}{
		{name: "the city stands still", impact: 1, urgency: 1, want: 1},
		{name: "the city is seriously hindered: forced", impact: 1, urgency: 2, want: 1, forced: "incident.forced.city"},
		{name: "a vital system is hindered", impact: 1, urgency: 3, want: 2},
		{name: "a vital system can wait", impact: 1, urgency: 4, want: 3},
		{name: "a department stopped: 1.5 is 2", impact: 2, urgency: 1, want: 2},
		{name: "a department hindered: 2.5 is 3", impact: 2, urgency: 3, want: 3},
		{name: "a group stopped", impact: 3, urgency: 1, want: 2},
		{name: "one user can wait", impact: 4, urgency: 4, want: 4},
		{name: "one user stopped: 2.5 is 3", impact: 4, urgency: 1, want: 3},
		{name: "a VIP can wait: forced", impact: 4, urgency: 4, vip: true, want: 2, forced: "incident.forced.vip"},
		{name: "a hall counter hindered: forced", impact: 4, urgency: 3, hall: true, want: 2, forced: "incident.forced.hall"},
		{name: "a VIP whose case is urgent anyway", impact: 1, urgency: 1, vip: true, want: 1},
		{name: "a VIP, impact not yet said", urgency: 1, vip: true, want: 0},
		{name: "urgency not yet said", impact: 1, want: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			i := &incident.Incident{Impact: c.impact, Urgency: c.urgency, VIP: c.vip, Hall: c.hall}
			if got := incident.StandardPolicy().Assess(i); got != c.want {
				t.Errorf("priority %d, want %d", got, c.want)
			}
			if got := incident.StandardPolicy().Forced(i); got != c.forced {
				t.Errorf("forced by %q, want %q", got, c.forced)
			}
		})
	}
}

// The standard matrix is the mean of impact and urgency, half rounded up.
func TestStandardMatrixIsTheMean(t *testing.T) {
	t.Parallel()
	for i := 1; i <= 4; i++ {
		for u := 1; u <= 4; u++ {
			if got, want := incident.StandardMatrix.At(incident.Level(i), incident.Level(u)), min(max((i+u+1)/2, 1), 4); got != want {
				t.Errorf("impact %d, urgency %d: %d, want %d", i, u, got, want)
			}
		}
	}
	if err := incident.StandardMatrix.Check(); err != nil {
		t.Error(err)
	}
}

func TestAMatrixThatMakesWorseWaitIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*incident.Matrix){
		"no priority":                    func(m *incident.Matrix) { m[3][3] = 5 },
		"more impact waits longer":       func(m *incident.Matrix) { m[0][3] = 4 },
		"more urgency waits longer":      func(m *incident.Matrix) { m[3][0] = 4 },
		"a cell was left empty":          func(m *incident.Matrix) { m[1][1] = 0 },
		"one user before the whole city": func(m *incident.Matrix) { m[3][3] = 1 },
	} {
		m := incident.StandardMatrix
		spoil(&m)
		if name == "more urgency waits longer" {
			m[3][1] = 3
		}
		if m.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
