package handoff_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// lookout is a centre whose incidents are looked through for problems.
type lookout struct {
	t   *testing.T
	db  *store.DB
	d   handoff.Desks
	k   handoff.KnownErrors
	now time.Time
}

func lookouts(t *testing.T, test func(*testing.T, *lookout)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		l := &lookout{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
		l.d, l.k = causes(db, &l.now)
		l.d.Problems.Facts, l.d.Problems.Proposals, l.d.Problems.Pen = db.ProblemFacts(), db.Proposals(), db
		test(t, l)
	})
}

// came registers an incident some time ago: its fields as pairs.
func (l *lookout) came(ago time.Duration, pairs ...string) *incident.Incident {
	l.t.Helper()
	in := record.Input{Fields: map[string]string{"title": "something"}}
	for i := 0; i < len(pairs); i += 2 {
		in.Fields[pairs[i]] = pairs[i+1]
	}
	held := l.now
	defer func() { l.now = held }()
	l.now = held.Add(-ago)
	i, err := l.d.Incidents.Register(l.t.Context(), keeper, incident.Call{Channel: "phone", Input: in})
	if err != nil {
		l.t.Fatal(err)
	}
	return i
}

// looked applies the rules and lists what somebody is told.
func (l *lookout) looked(by people.Actor) []problem.Proposal {
	l.t.Helper()
	for more := true; more; {
		var err error
		if more, err = l.d.Problems.Propose(l.t.Context()); err != nil {
			l.t.Fatal(err)
		}
	}
	all, err := l.d.Problems.Candidates(l.t.Context(), by)
	if err != nil {
		l.t.Fatal(err)
	}
	return all
}

const day = 24 * time.Hour

func TestThreeOfAnItemAreACandidate(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		l.came(31*day, "item", "7")
		l.came(2*day, "item", "7", "service", "1")
		l.came(1*day, "item", "7", "service", "1")
		if all := l.looked(keeper); len(all) != 0 {
			t.Fatalf("two within 30 days: %+v", all)
		}
		last := l.came(time.Hour, "item", "7", "service", "2", "title", "it hums")
		l.came(time.Hour, "item", "8")
		all := l.looked(keeper)
		if len(all) != 1 || all[0].Rule != problem.Alike || all[0].Item != 7 || all[0].Service != 0 || all[0].Count != 3 || len(all[0].Rows) != 3 || all[0].Rows[0].ID != last.ID {
			t.Fatalf("three within 30 days: %+v", all)
		}
		if again := l.looked(keeper); again[0].ID != all[0].ID || !again[0].Found.Equal(all[0].Found) {
			t.Errorf("looked at once more it is another one: %+v, before %+v", again[0].Candidate, all[0].Candidate)
		}
	})
}

// A candidate that was set aside stays away until three incidents speak for it
// that were not there then; what was set aside can be taken back.
func TestACandidateIsSetAside(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		for n := range 3 {
			l.came(time.Duration(n)*day, "item", "7")
		}
		c := l.looked(keeper)[0]
		if err := l.d.Problems.SetAside(t.Context(), agent, c.ID, "so"); !fault.Is(err, fault.Denied) {
			t.Errorf("without the grant: %v", err)
		}
		if err := l.d.Problems.SetAside(t.Context(), keeper, c.ID, " "); !fault.Is(err, fault.Invalid) || fault.All(err)[0].Field != "reason" {
			t.Errorf("without a reason: %v", err)
		}
		if err := l.d.Problems.SetAside(t.Context(), keeper, c.ID, "a bad week"); err != nil {
			t.Fatal(err)
		}
		if err := l.d.Problems.SetAside(t.Context(), keeper, c.ID, "again"); !fault.Is(err, fault.Missing) {
			t.Errorf("set aside twice: %v", err)
		}
		for n := range 3 {
			if all := l.looked(keeper); len(all) != 0 {
				t.Fatalf("after %d new ones: %+v", n, all)
			}
			l.now = l.now.Add(day)
			l.came(0, "item", "7")
		}
		if all := l.looked(keeper); len(all) != 1 || all[0].Count != 3 {
			t.Fatalf("after three new ones: %+v", all)
		}
		aside, err := l.d.Problems.Aside(t.Context(), keeper)
		if err != nil || len(aside) != 1 || aside[0].Reason != "a bad week" || aside[0].Candidate.Count != 3 {
			t.Fatalf("set aside: %+v, %v", aside, err)
		}
		if err := l.d.Problems.TakeBack(t.Context(), keeper, aside[0].ID); err != nil {
			t.Fatal(err)
		}
		if all := l.looked(keeper); len(all) != 1 || all[0].Count != 6 {
			t.Errorf("after it was taken back: %+v", all)
		}
		rows, err := l.db.Audit().Rows(t.Context(), audit.Filter{Deed: problem.DeedSetAside, Limit: 10})
		if err != nil || len(rows) != 3 {
			t.Errorf("%d lines in the audit log, want the refusal, the deed and its way back: %v", len(rows), err)
		}
	})
}

// Opening a candidate opens the problem and puts its incidents down to it, all
// or nothing; what is put down to a problem counts no more.
func TestACandidateIsOpened(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		for n := range 3 {
			l.came(time.Duration(n)*day, "service", "1", "category", "20", "title", []string{"Scanner pulls pages crooked", "Pages come crooked from the scanner", "scanner: pages crooked"}[n])
			l.came(time.Duration(n)*day, "service", "1", "category", "20", "title", []string{"No toner left", "Paper tray broke", "Wrong address printed"}[n])
		}
		all := l.looked(keeper)
		if len(all) != 1 || all[0].Rule != problem.Alike || all[0].Service != 1 || all[0].Category != 20 || len(all[0].Rows) != 3 {
			t.Fatalf("similar words: %+v", all)
		}
		draft, err := l.k.DraftOf(t.Context(), keeper, &all[0])
		if err != nil || draft["title"] != "Scanner pulls pages crooked" || draft["service"] != "1" || draft["source"] != "incidents" {
			t.Errorf("draft %v, %v", draft, err)
		}
		half := keeper
		half.Grants = people.NewGrants("incident.*", "problem.read")
		if _, err := l.k.Open(t.Context(), half, all[0].ID, record.Input{Fields: draft}); !fault.Is(err, fault.Denied) {
			t.Errorf("without the grant: %v", err)
		}
		p, err := l.k.Open(t.Context(), keeper, all[0].ID, record.Input{Fields: draft})
		if err != nil || p.Source != problem.Incidents {
			t.Fatalf("%+v, %v", p, err)
		}
		around, err := l.db.Ledger().Around(t.Context(), people.Everything(), p.ID)
		if err != nil || len(around.Links) != 3 || !around.Links[0].Back {
			t.Errorf("links %+v, %v", around.Links, err)
		}
		carry(t, l.db, l.d)
		if left := l.looked(keeper); len(left) != 0 {
			t.Errorf("left %+v", left)
		}
		if _, err := l.k.Open(t.Context(), keeper, all[0].ID, record.Input{Fields: draft}); !fault.Is(err, fault.Missing) {
			t.Errorf("opened twice: %v", err)
		}
	})
}

// What a resolved problem was about has come back.
func TestAProblemComesBack(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		p, err := l.d.Problems.Raise(t.Context(), keeper, record.Input{Fields: map[string]string{"title": "the plug", "symptom": "screen stays black", "service": "1", "item": "7"}})
		if err != nil {
			t.Fatal(err)
		}
		l.came(day, "item", "7")
		led(t, l.d.Problems, p.Number, "accept", "classify", "investigate", "establish", "propose", "fix")
		l.now = l.now.Add(problem.WatchPeriod)
		led(t, l.d.Problems, p.Number, "resolve")
		if all := l.looked(keeper); len(all) != 0 {
			t.Fatalf("before anything happened: %+v", all)
		}
		l.now = l.now.Add(day)
		item := l.came(time.Hour, "item", "7")
		words := l.came(2*time.Hour, "service", "1", "category", "20", "title", "The screen stays black again")
		l.came(3*time.Hour, "service", "1", "category", "20", "title", "Keyboard has no letters")
		all := l.looked(keeper)
		if len(all) != 1 || all[0].Rule != problem.Repeated || all[0].Again == nil || all[0].Again.ID != p.ID || len(all[0].Rows) != 2 || all[0].Rows[0].ID != item.ID || all[0].Rows[1].ID != words.ID {
			t.Fatalf("%+v", all)
		}
		draft, err := l.k.DraftOf(t.Context(), keeper, &all[0])
		if err != nil || draft["title"] != "the plug" {
			t.Errorf("draft %v, %v", draft, err)
		}
		next, err := l.k.Open(t.Context(), keeper, all[0].ID, record.Input{Fields: draft})
		if err != nil || next.Source != problem.Recurrence {
			t.Fatalf("%+v, %v", next, err)
		}
		around, err := l.db.Ledger().Around(t.Context(), people.Everything(), next.ID)
		if err != nil || !slices.ContainsFunc(around.Links, func(k record.Linked) bool { return k.Type == "follows" && k.Row.ID == p.ID }) {
			t.Errorf("links %+v, %v", around.Links, err)
		}
	})
}

func TestAMajorIncidentIsACandidate(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		i := l.came(day, "title", "all is dark", "item", "7", "service", "1", "category", "20", "zone", "3", "impact", "1", "urgency", "1")
		if all := l.looked(keeper); len(all) != 0 {
			t.Fatalf("%+v", all)
		}
		if _, err := l.d.Incidents.Move(t.Context(), keeper, i.Number, "declare", record.Input{Text: "so"}); err != nil {
			t.Fatal(err)
		}
		all := l.looked(keeper)
		if len(all) != 1 || all[0].Rule != problem.Grave || all[0].Rows[0].ID != i.ID {
			t.Errorf("%+v", all)
		}
		if draft, err := l.k.DraftOf(t.Context(), keeper, &all[0]); err != nil || draft["major"] != "true" {
			t.Errorf("a problem of a major incident is reviewed as one: %v, %v", draft, err)
		}
	})
}

// More and more incidents of a service are a candidate; as many as ever are
// none. Of a rise that was set aside nothing is heard for four weeks.
func TestARisingCountIsACandidate(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		for week, n := range []int{0, 1, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5} {
			ago := time.Duration(12-week) * 7 * day
			for range n {
				l.came(ago, "service", "1")
			}
			l.came(ago, "service", "2")
			l.came(ago-day, "service", "2")
		}
		all := l.looked(keeper)
		if len(all) != 1 || all[0].Rule != problem.Rising || all[0].Service != 1 || all[0].Rise == nil {
			t.Fatalf("%+v", all)
		}
		r := all[0].Rise
		if !slices.Equal(r.Weeks, []int{0, 1, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5}) || r.First.Weekday() != time.Monday || r.Tests != 2 || r.Q < r.P || r.Q > 0.05 || r.Slope <= 0 {
			t.Errorf("%+v", r)
		}
		if err := l.d.Problems.SetAside(t.Context(), keeper, all[0].ID, "a new service"); err != nil {
			t.Fatal(err)
		}
		for week := range 5 {
			if all := l.looked(keeper); (len(all) == 1) != (week == 4) {
				t.Errorf("%d weeks later: %+v", week, all)
			}
			for range 6 {
				l.came(0, "service", "1", "title", "rise "+strconv.Itoa(week))
			}
			l.now = l.now.Add(7 * day)
		}
	})
}

// Whoever is not cleared for a network hears of no candidate of it; whoever
// does not see all that speaks for one does not hear of it.
func TestWhoHearsOfACandidate(t *testing.T) {
	lookouts(t, func(t *testing.T, l *lookout) {
		for n := range 3 {
			l.came(time.Duration(n)*day, "item", "7", "zone", "3")
			l.came(time.Duration(n)*day, "item", "8", "zone", "4")
		}
		if all := l.looked(keeper); len(all) != 2 {
			t.Fatalf("%+v", all)
		}
		near := keeper
		near.Scope = people.Scope{All: true, Cleared: []people.ZoneID{3}}
		if all := l.looked(near); len(all) != 1 || all[0].Item != 7 {
			t.Errorf("cleared for one: %+v", all)
		}
		part := keeper
		part.Scope = people.Scope{Zones: []people.ZoneID{4}, AllZones: true}
		if all := l.looked(part); len(all) != 1 || all[0].Item != 8 {
			t.Errorf("sees one zone: %+v", all)
		}
		part.Scope = people.Scope{Own: 99, AllZones: true}
		if all := l.looked(part); len(all) != 0 {
			t.Errorf("sees nothing: %+v", all)
		}
	})
}
