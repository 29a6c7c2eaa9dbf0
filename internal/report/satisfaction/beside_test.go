package satisfaction_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
	"kilter/internal/report/satisfaction"
)

// Departments whose cases take longer are less content here; the figures are
// those of the period, and the correlation with its interval says so.
func TestDeskBesideDepartments(t *testing.T) {
	t.Parallel()
	truth := city(-1)
	for i := range truth.Groups {
		truth.Groups[i].Shift = map[string]float64{"": -.25 * float64(i)}
	}
	w := held(t, truth, 6)
	w.To = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	opened := w.To.AddDate(0, -2, 0)
	read, now := 0, w.To.AddDate(0, 0, 3)
	m := &satisfaction.Maker{Now: func() time.Time { return now }, Code: func(id string) string { return "dep" + id }, Cases: func(_ context.Context, _ people.Scope, from, to time.Time, each func(*desk.Case) error) error {
		read++
		if !from.Equal(w.To.AddDate(0, -6, 0)) || !to.Equal(w.To) {
			t.Errorf("asked from %v to %v", from, to)
		}
		for d := range 8 {
			for n := range 6 {
				at := opened.Add(time.Duration(n) * time.Hour)
				step := func(hours float64, s desk.Step) desk.Step {
					s.At = at.Add(time.Duration(hours * float64(time.Hour))).UnixMilli()
					return s
				}
				c := &desk.Case{Opened: at.UnixMilli(), Service: "9", Department: fmt.Sprint(d), Priority: 2, Steps: []desk.Step{
					step(0, desk.Step{State: incident.New, Team: "a"}), step(1, desk.Step{State: incident.InProgress}), step(float64(2+d), desk.Step{State: incident.Resolved}),
				}}
				if n == 0 { // one comes back, goes round, and is done after the wave
					c.Steps = append(c.Steps, step(20, desk.Step{State: incident.InProgress, Team: "b"}), step(21, desk.Step{Team: "c"}), step(24*90, desk.Step{State: incident.Resolved}))
				}
				if err := each(c); err != nil {
					return err
				}
			}
		}
		// Two major incidents that overlap, about a service that department 3 called
		// about while the first lasted; and one about another service.
		for _, m := range [][2]float64{{-1, 1}, {.5, 3}} {
			begins := opened.Add(time.Duration(m[0] * float64(time.Hour)))
			if err := each(&desk.Case{Major: true, Service: "7", Department: "99", Opened: begins.UnixMilli(), Steps: []desk.Step{
				{At: begins.UnixMilli(), State: incident.InProgress}, {At: opened.Add(time.Duration(m[1] * float64(time.Hour))).UnixMilli(), State: incident.Resolved},
			}}); err != nil {
				return err
			}
		}
		for _, call := range []struct {
			department, service string
			hours               float64
		}{{"3", "7", .6}, {"4", "7", 4}, {"5", "8", .6}} {
			at := opened.Add(time.Duration(call.hours * float64(time.Hour))).UnixMilli()
			if err := each(&desk.Case{Service: call.service, Department: call.department, Opened: at}); err != nil {
				return err
			}
		}
		return each(&desk.Case{Opened: from.Add(-time.Hour).UnixMilli(), Department: "1"})
	}}
	by := people.Actor{ID: 1, Grants: people.NewGrants(desk.Grant)}
	got, err := m.Beside(t.Context(), by, satisfaction.Read(w, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range got.Rows {
		var d float64
		if _, err := fmt.Sscanf(row.Code, "dep%f", &d); err != nil {
			t.Fatal(err)
		}
		cases, outage := 6, 0.
		if d >= 3 && d <= 5 {
			cases = 7
		}
		if d == 3 {
			outage = 4 * 60
		}
		if v := row.Values; row.Cases != cases || v[5] != outage || v[4] != 6*60*(2+d) {
			t.Errorf("%+v", row)
		} else if cases == 6 && (row.Cases != 6 || v[0] != 60 || v[1] != 2+d || math.Abs(v[2]-1./6) > 1e-9 || math.Abs(v[3]-1./6) > 1e-9) {
			t.Errorf("%+v", row)
		}
	}
	for _, f := range got.Figures {
		switch f.Name {
		case "resolve", "urgent":
			if f.Association == nil || f.R > -.8 || !f.Sure {
				t.Errorf("%s goes along with the gaps: %+v", f.Name, f.Association)
			}
		default:
			if f.Association != nil && f.Sure {
				t.Errorf("%s is nearly the same everywhere: %+v", f.Name, f.Association)
			}
		}
	}
	// Who sees the same cases gets the same for a while, and of when it is; who sees
	// others never does.
	other := by
	other.Scope.Own = 7
	for _, c := range []struct {
		by    people.Actor
		later time.Duration
		reads int
	}{{by, 0, 1}, {other, 0, 2}, {by, 14 * time.Minute, 2}, {by, 16 * time.Minute, 3}} {
		now = w.To.AddDate(0, 0, 3).Add(c.later)
		if got, err = m.Beside(t.Context(), c.by, satisfaction.Read(w, nil)); err != nil || read != c.reads || now.Sub(got.At) > 15*time.Minute {
			t.Errorf("after %v read %d times, want %d; of %v, %v", c.later, read, c.reads, got.At, err)
		}
	}
	if _, err := m.Beside(t.Context(), people.Actor{ID: 2}, satisfaction.Read(w, nil)); err == nil {
		t.Error("whoever may not see the desk's figures sees them")
	}
}
