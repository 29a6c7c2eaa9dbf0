package handoff_test

import (
	"math"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// What most incidents were about stands first, with its share and what it comes
// to together with those before; a network that somebody is not cleared for does
// not count for him.
func TestWhatIncidentsWereAbout(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		l.d.Problems.Counts = l.db.IncidentCounts()
		for n := range 6 {
			l.came(time.Duration(n+1)*7*day, "service", "1", "item", "7", "zone", "3")
		}
		for n := range 3 {
			l.came(time.Duration(n+1)*7*day, "service", "2", "item", "8", "zone", "4")
		}
		l.came(8*day, "item", "9", "zone", "3")
		l.came(0, "service", "2", "zone", "3") // of the week that is not over
		l.looked(keeper)
		r, err := l.d.Problems.Rank(t.Context(), keeper, problem.ByService, 13, false)
		if err != nil || r.Total != 10 || len(r.Ranks) != 2 || r.Rest != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		a, b := r.Ranks[0], r.Ranks[1]
		if a.ID != 1 || a.N != 6 || math.Abs(a.Share-0.6) > 1e-9 || b.ID != 2 || b.N != 3 || math.Abs(b.Sum-0.9) > 1e-9 || len(a.Weeks) != 6 || a.Tests != 2 {
			t.Errorf("%+v, %+v", a, b)
		}
		near := keeper
		near.Scope = people.Scope{All: true, Cleared: []people.ZoneID{3}}
		if r, err := l.d.Problems.Rank(t.Context(), near, problem.ByItem, 26, false); err != nil || r.Total != 7 || len(r.Ranks) != 2 || r.Ranks[0].ID != 7 || r.Ranks[1].N != 1 {
			t.Errorf("cleared for one network: %+v, %v", r, err)
		}
		part := keeper
		part.Scope = people.Scope{Zones: []people.ZoneID{3}, AllZones: true}
		if _, err := l.d.Problems.Rank(t.Context(), part, problem.ByItem, 26, false); !fault.Is(err, fault.Denied) {
			t.Errorf("who sees a part: %v", err)
		}
		if _, err := l.d.Problems.Rank(t.Context(), keeper, problem.ByItem, 7, false); fault.All(err)[0].Field != "weeks" {
			t.Errorf("seven weeks: %v", err)
		}
	})
}

// At the end of the watch somebody is reminded, once; a major problem is
// reviewed, and somebody is reminded of that, too.
func TestSomebodyIsReminded(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		l.d.Problems.City.Workdays = func(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) }
		p, err := l.d.Problems.Raise(t.Context(), keeper, record.Input{Fields: map[string]string{"title": "the plug", "major": "true"}})
		if err != nil {
			t.Fatal(err)
		}
		led(t, l.d.Problems, p.Number, "accept", "classify", "investigate", "establish", "propose", "fix")
		told := func(want int, reason string) {
			t.Helper()
			for range 2 {
				if err := l.d.Problems.Remind(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			n := 0
			past, err := l.db.Ledger().Timeline(t.Context(), p.ID, false)
			for _, e := range past {
				if e.Deed == "problem.remind" && e.Reason == reason {
					n++
				}
			}
			if err != nil || n != want {
				t.Errorf("reminded %d times of %s, want %d: %v", n, reason, want, err)
			}
		}
		told(0, problem.WatchOver)
		l.now = l.now.Add(problem.WatchPeriod)
		told(1, problem.WatchOver)
		led(t, l.d.Problems, p.Number, "resolve")
		told(0, problem.ReviewDue)
		l.now = l.now.AddDate(0, 0, problem.ReviewDays)
		told(1, problem.ReviewDue)
	})
}

// Folded, what stands below one main group is counted together; the weeks add
// up, the shares stay shares of all.
func TestMainGroupsAreCountedWithWhatIsBelowThem(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		l.d.Problems.Counts = l.db.IncidentCounts()
		l.d.Problems.City.Above = func(id int64) int64 { return map[int64]int64{21: 2, 22: 2}[id] + map[bool]int64{true: id}[id < 20] }
		for category, n := range map[string]int{"21": 3, "22": 2, "3": 4} {
			for i := range n {
				l.came(time.Duration(i+1)*7*day, "category", category, "zone", "3")
			}
		}
		l.looked(keeper)
		each, err := l.d.Problems.Rank(t.Context(), keeper, problem.ByCategory, 13, false)
		if err != nil || len(each.Ranks) != 3 || each.Ranks[0].ID != 3 || each.Folded {
			t.Fatalf("every one: %+v, %v", each, err)
		}
		main, err := l.d.Problems.Rank(t.Context(), keeper, problem.ByCategory, 13, true)
		if err != nil || len(main.Ranks) != 2 || !main.Folded || main.Rest != 0 {
			t.Fatalf("main groups: %+v, %v", main, err)
		}
		a, b := main.Ranks[0], main.Ranks[1]
		if a.ID != 2 || a.N != 5 || a.Weeks[len(a.Weeks)-1] != 2 || b.ID != 3 || b.N != 4 || math.Abs(b.Sum-1) > 1e-9 {
			t.Errorf("%+v, %+v", a, b)
		}
		if r, err := l.d.Problems.Rank(t.Context(), keeper, problem.ByItem, 13, true); err != nil || r.Folded {
			t.Errorf("items are no tree: %+v, %v", r, err)
		}
	})
}
