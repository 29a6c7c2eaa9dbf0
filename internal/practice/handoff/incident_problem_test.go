package handoff_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var keeper = people.Actor{Name: "mei", Staff: true, Grants: people.NewGrants("problem.*", "incident.*"), Scope: people.Everything()}

// causes are desks that keep problems, too.
func causes(db *store.DB, now *time.Time) (handoff.Desks, handoff.KnownErrors) {
	d := desks(db, now)
	d.Problems = problem.NewDesk(record.Desk[*problem.Problem]{Store: db.Problems(), Now: func() time.Time { return *now }}, problem.City{}, db.Ledger(), db.ProblemShelf())
	d.Together = db.Together
	return d, handoff.KnownErrors{Incidents: d.Incidents, Problems: d.Problems, Together: db.Together}
}

func led(t *testing.T, d *problem.Desk, n record.Number, moves ...string) *problem.Problem {
	t.Helper()
	in := record.Input{Text: "so", Fields: map[string]string{
		"category": "20", "impact": "2", "urgency": "3", "method": "test", "root_cause": "a plug", "workaround": "push it in", "proposal": "a latch", "no_change": "spare part",
	}}
	var p *problem.Problem
	for _, m := range moves {
		var err error
		if p, err = d.Move(t.Context(), keeper, n, m, in); err != nil {
			t.Fatal(m, err)
		}
	}
	return p
}

func reported(t *testing.T, d *incident.Desk, title string) *incident.Incident {
	t.Helper()
	i, err := d.Register(t.Context(), keeper, incident.Call{Channel: "phone", Input: record.Input{Fields: map[string]string{"title": title, "service": "1", "category": "20"}}})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// A known error is offered on an incident of its kind; applying it notes the
// work-around, links the two, and the problem hears of it, each once.
func TestAKnownErrorIsApplied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d, k := causes(db, &now)
		first := reported(t, d.Incidents, "line is down")
		p, err := k.Raise(t.Context(), keeper, first.Number, record.Input{Fields: handoff.Draft(first)})
		if err != nil || p.Title != "line is down" || p.Service != 1 {
			t.Fatalf("raised: %+v, %v", p, err)
		}
		led(t, d.Problems, p.Number, "accept", "classify", "investigate", "establish")
		next := reported(t, d.Incidents, "no connection")
		found, err := k.For(t.Context(), keeper, next)
		if err != nil || len(found) != 1 || found[0].Workaround != "push it in" || found[0].Because != problem.SameKind {
			t.Fatalf("offered: %+v, %v", found, err)
		}
		for range 2 {
			if _, err := k.Apply(t.Context(), keeper, next.Number, p.Number); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := k.Apply(t.Context(), agent, next.Number, p.Number); !fault.Is(err, fault.Denied) {
			t.Errorf("without the grant: %v", err)
		}
		said := 0
		past, err := db.Ledger().Timeline(t.Context(), next.ID, false)
		for _, e := range past {
			if e.Text == "push it in" && !e.Public {
				said++
			}
		}
		if err != nil || said != 1 {
			t.Errorf("noted %d times, %v", said, err)
		}
		carry(t, db, d)
		heard := 0
		past, err = db.Ledger().Timeline(t.Context(), p.ID, false)
		for _, e := range past {
			if e.Deed == "problem.incident" {
				heard++
			}
		}
		around, bad := db.Ledger().Around(t.Context(), people.Everything(), p.ID)
		if err != nil || bad != nil || heard != 2 || len(around.Links) != 2 {
			t.Errorf("the problem heard of %d incidents and has %d links; %v %v", heard, len(around.Links), err, bad)
		}
	})
}

// What is put down to a problem whose fix is watched has come back.
func TestAnIncidentInTheWatchPeriodIsARecurrence(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d, k := causes(db, &now)
		first := reported(t, d.Incidents, "line is down")
		p, err := k.Raise(t.Context(), keeper, first.Number, record.Input{Fields: handoff.Draft(first)})
		if err != nil {
			t.Fatal(err)
		}
		carry(t, db, d)
		led(t, d.Problems, p.Number, "accept", "classify", "investigate", "establish", "propose", "fix")
		again := reported(t, d.Incidents, "line is down again")
		if _, err := d.Incidents.Relate(t.Context(), keeper, again.Number, p.Ref(), "caused_by"); err != nil {
			t.Fatal(err)
		}
		carry(t, db, d)
		if p, err = d.Problems.Find(t.Context(), keeper, p.Number); err != nil || p.State != problem.Investigating || p.Recurred != 1 {
			t.Errorf("it came back: %+v, %v", p, err)
		}
	})
}

// A major incident that is resolved has its problem, one and no more.
func TestAMajorIncidentOpensAProblem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d, _ := causes(db, &now)
		who := people.Person{Code: "bo", Name: "bo", Staff: true, Changed: now}
		if err := db.SavePerson(t.Context(), &who); err != nil {
			t.Fatal(err)
		}
		for n, deeds := range [][]string{{"declare"}, {"declare", "stand_down"}, {}} {
			i := reported(t, d.Incidents, "everything is down")
			for _, m := range append(deeds, "classify", "assign", "accept", "resolve") {
				if i.State == incident.Assigned && m == "assign" || i.State == incident.Classified && m == "classify" {
					continue
				}
				in := record.Input{Text: "so", Fields: map[string]string{"service": "1", "category": "20", "zone": "3", "impact": "1", "urgency": "1", "team": "1", "owner": who.ID.String(), "solution": "restarted", "cause": "5", "no_item": "all of it"}}
				var err error
				if i, err = d.Incidents.Move(t.Context(), keeper, i.Number, m, in); err != nil {
					t.Fatal(m, err)
				}
			}
			carry(t, db, d)
			around, err := db.Ledger().Around(t.Context(), people.Everything(), i.ID)
			if err != nil {
				t.Fatal(err)
			}
			if n == 2 {
				if len(around.Links) != 0 {
					t.Errorf("one that was not major has %d links", len(around.Links))
				}
				continue
			}
			if len(around.Links) != 1 || around.Links[0].Row.Kind != record.Problem {
				t.Fatalf("after %v: %+v", deeds, around.Links)
			}
			p, err := d.Problems.Find(t.Context(), keeper, around.Links[0].Row.Number)
			if err != nil || !p.Major || p.Source != problem.MajorIncident || p.Title != i.Title {
				t.Errorf("its problem: %+v, %v", p, err)
			}
		}
	})
}
