package desk_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/report/desk"
)

// TestEdges: what counts where docs/reports.md draws a line. The period is
// March; want is opened, resolved, closed, cancelled, backlog, reopened.
func TestEdges(t *testing.T) {
	t.Parallel()
	type steps = []desk.Step
	for _, c := range []struct {
		name, opened string
		steps        steps
		want         [6]int
		seconds      float64 // to resolve, -1 for none
	}{
		{"opened with the first moment", "03-01 00:00", nil, [6]int{1, 0, 0, 0, 1, 0}, -1},
		{"opened with the end", "04-01 00:00", nil, [6]int{}, -1},
		{"resolved with the first moment", "02-28 23:00", steps{step("03-01 00:00", incident.Resolved)}, [6]int{0, 1, 0, 0, 0, 0}, 3600},
		{"resolved with the end", "03-31 23:00", steps{step("04-01 00:00", incident.Resolved)}, [6]int{1, 0, 0, 0, 1, 0}, -1},
		{"resolved before it was opened", "03-02 10:00", steps{step("03-02 09:00", incident.Resolved)}, [6]int{1, 1, 0, 0, 0, 0}, 0},
		{"said to be resolved twice: the first holds", "03-02 10:00", steps{step("03-02 11:00", incident.Resolved), step("03-02 12:00", incident.Resolved)}, [6]int{1, 1, 0, 0, 0, 0}, 3600},
		{"taken up and resolved again: the last holds", "03-02 10:00", steps{step("03-02 11:00", incident.Resolved), step("03-02 12:00", incident.InProgress), step("03-02 13:00", incident.Resolved)}, [6]int{1, 1, 0, 0, 0, 1}, 3 * 3600},
		{"closed without being resolved", "03-02 10:00", steps{step("03-02 11:00", incident.Closed)}, [6]int{1, 1, 1, 0, 0, 0}, 3600},
		{"closed, taken up, left open", "03-02 10:00", steps{step("03-02 11:00", incident.Closed), step("03-02 12:00", incident.InProgress)}, [6]int{1, 0, 0, 0, 1, 1}, -1},
		{"closed and then called resolved again", "03-02 10:00", steps{step("03-02 11:00", incident.Closed), step("03-02 12:00", incident.Resolved)}, [6]int{1, 1, 0, 0, 0, 0}, 3600},
		{"resolved in March, closed in April", "03-02 10:00", steps{step("03-02 11:00", incident.Resolved), step("04-02 12:00", incident.Closed)}, [6]int{1, 1, 0, 0, 0, 0}, 3600},
		{"resolved in March, reopened in April", "03-02 10:00", steps{step("03-02 11:00", incident.Resolved), step("04-02 12:00", incident.InProgress)}, [6]int{1, 1, 0, 0, 0, 0}, 3600},
		{"resolved in February, cancelled in March", "02-02 10:00", steps{step("02-02 11:00", incident.Resolved), step("03-02 12:00", incident.Cancelled)}, [6]int{0, 0, 0, 1, 0, 0}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := report([]desk.Case{{Opened: at(c.opened), Steps: c.steps}}, options("03-01 00:00", "04-01 00:00"))
			if have := [6]int{got.Opened, got.Resolved, got.Closed, got.Cancelled, got.Backlog, got.Reopened}; have != c.want {
				t.Errorf("opened, resolved, closed, cancelled, backlog, reopened: got %v, want %v", have, c.want)
			}
			mean := -1.0
			if got.TimeToResolve.Mean != nil {
				mean = *got.TimeToResolve.Mean
			}
			if mean != c.seconds {
				t.Errorf("to resolve: got %v s, want %v", mean, c.seconds)
			}
			if got.TimeToResolve.N == 0 && (got.FirstContact != nil || got.InTarget != nil || got.TimeToResolve.P90 != nil || got.TimeToResolve.Business.Median != nil) {
				t.Errorf("shares and times of nothing: %+v", got.Figures)
			}
		})
	}
}

// naive counts a figure by its definition in docs/reports.md, going through
// the steps as often as it likes.
func naive(cases []desk.Case, opt desk.Options) (f desk.Figures, waited map[string]float64, seconds float64) {
	waited = map[string]float64{}
	from, to := opt.From.UnixMilli(), opt.To.UnixMilli()
	in := func(when int64) bool { return when >= from && when < to }
	for _, c := range cases {
		if c.Opened >= to {
			continue
		}
		if in(c.Opened) {
			f.Opened++
		}
		var states []desk.Step // moves only
		var teams []desk.Step  // hand-overs only
		for _, s := range c.Steps {
			if s.At < to && s.State != "" {
				states = append(states, s)
			}
			if s.At < to && s.Team != "" && (len(teams) == 0 || teams[len(teams)-1].Team != s.Team) {
				teams = append(teams, s)
			}
		}
		rests := func(i int) bool {
			return i >= 0 && slices.Contains([]flow.State{incident.Resolved, incident.Closed, incident.Cancelled}, states[i].State)
		}
		rested, reopened := int64(0), false
		for i, s := range states {
			if rests(i) && !rests(i-1) {
				rested = s.At
			}
			reopened = reopened || !rests(i) && rests(i-1) && in(s.At)
			if s.State == incident.Pending {
				until := to
				if i+1 < len(states) {
					until = states[i+1].At
				}
				waited[s.Reason] += float64(max(0, until-max(s.At, from))) / 1000
			}
		}
		handed, returned := false, false
		for i, s := range teams {
			handed = handed || i > 0 && in(s.At)
			returned = returned || i > 1 && in(s.At) && teams[i-2].Team == s.Team
		}
		count := func(n *int, yes bool) {
			if yes {
				*n++
			}
		}
		last := len(states) - 1
		count(&f.Reopened, reopened)
		count(&f.Reassigned, handed)
		count(&f.PingPong, returned)
		switch {
		case !rests(last):
			f.Backlog++
		case states[last].State == incident.Cancelled:
			count(&f.Cancelled, in(states[last].At))
		default:
			count(&f.Closed, states[last].State == incident.Closed && in(states[last].At))
			count(&f.Resolved, in(rested))
			if in(rested) {
				seconds += float64(rested-c.Opened) / 1000
			}
		}
	}
	return f, waited, seconds
}

// TestDefinitions: the report agrees with a naive count whatever the cases.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		cases := rapid.SliceOfN(rapid.Custom(drawCase), 0, 30).Draw(r, "cases")
		for i := range cases { // a state said again is no move
			last := flow.State("")
			cases[i].Steps = slices.DeleteFunc(cases[i].Steps, func(s desk.Step) bool {
				again := s.State != "" && s.State == last
				if s.State != "" {
					last = s.State
				}
				return again
			})
		}
		opt := options("02-11 13:00", "05-03 00:00")
		got := report(cases, opt)
		want, waited, seconds := naive(cases, opt)
		have := desk.Figures{Opened: got.Opened, Resolved: got.Resolved, Closed: got.Closed, Cancelled: got.Cancelled, Backlog: got.Backlog, Reopened: got.Reopened, Reassigned: got.Reassigned, PingPong: got.PingPong}
		if have != want {
			r.Errorf("got %+v, want %+v", have, want)
		}
		if got.Resolved > 0 && math.Abs(*got.TimeToResolve.Mean*float64(got.Resolved)-seconds) > 0.01 {
			r.Errorf("mean of %d: %v, want %v in all", got.Resolved, *got.TimeToResolve.Mean, seconds)
		}
		for _, w := range got.Waiting {
			if math.Abs(w.Seconds-waited[w.Reason]) > 0.01 {
				r.Errorf("waiting for %q: %v, want %v", w.Reason, w.Seconds, waited[w.Reason])
			}
		}
	})
}
