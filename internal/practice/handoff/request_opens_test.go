package handoff_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/form"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// ordering adds a desk for orders of one item, which leads to another record; with
// somebody who consents it waits for him.
func ordering(t *testing.T, db *store.DB, now *time.Time, d *handoff.Desks, opens catalogue.Opening, decides ...people.ID) (official people.Actor) {
	t.Helper()
	p := people.Person{Code: "lin", Name: "lin", Changed: *now}
	if err := db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	text := func(s string) people.Text { return people.Text{En: s, Zh: s} }
	o := catalogue.Offering{
		State: catalogue.Published, Service: 1, Opens: opens,
		Questions: form.Form{{Name: "what", Label: text("What it does"), Type: form.Text, Required: true}, {Name: "how", Label: text("How bad"), Type: form.Choice, Options: []form.Option{{Code: "bad", En: "Bad", Zh: "严重"}}}, {Name: "device", Label: text("Device"), Type: form.Item}},
		Plan:      []catalogue.Step{{Name: "see", Title: text("See to it")}},
	}
	if len(decides) > 0 {
		o.Stages = []catalogue.Stage{{Rule: approval.Any, Who: []catalogue.Decider{{As: catalogue.Superior}}}}
	}
	inner := record.Desk[*request.Request]{Store: db.Requests(), Now: func() time.Time { return *now }}
	d.Requests = request.NewDesk(inner, request.City{
		Offering: func(people.Actor, int64) (request.Offer, bool) {
			return request.Offer{Offering: o, ID: 500, Name: text("Something is wrong with my device")}, true
		},
		Place: func(record.ServiceID) (people.ZoneID, people.TeamID) { return 3, 7 },
		Home:  func(people.ID) people.DepartmentID { return 0 },
		Seats: func(*request.Request, catalogue.Decider) (out []approval.Seat, _ []request.Unseated, _ error) {
			for _, id := range decides {
				out = append(out, approval.Seat{Person: id})
			}
			return out, nil, nil
		},
	}, db.Ledger(), db.RequestShelf())
	d.Changes = change.NewDesk(record.Desk[*change.Change]{Store: db.Changes(), Now: func() time.Time { return *now }}, change.City{}, db.Ledger(), db.ChangeShelf())
	d.Incidents.City.Person = func(context.Context, people.ID) (people.Person, error) { return p, nil }
	d.Together = db.Together
	return people.Actor{ID: p.ID, Name: "lin", Lang: "en", Grants: people.NewGrants("request.*"), Scope: people.Scope{Own: p.ID, AllZones: true}}
}

// An order whose item says so becomes an incident when it is granted, once,
// though the news comes twice: in the name of whoever ordered it, with what he
// answered and the item that he named.
func TestAnOrderBecomesAnIncident(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		boss := people.Person{Code: "boss", Name: "boss", Changed: now}
		if err := db.SavePerson(t.Context(), &boss); err != nil {
			t.Fatal(err)
		}
		d := desks(db, &now)
		lin := ordering(t, db, &now, &d, catalogue.OpenIncident, boss.ID)
		r, err := d.Requests.Place(t.Context(), lin, request.Order{Offering: 500, Answers: form.Answers{"what": "It hums", "how": "bad", "device": "44"}, Input: record.Input{Fields: map[string]string{"detail": "since noon"}}})
		if err != nil {
			t.Fatal(err)
		}
		incidents := func() []record.Row {
			t.Helper()
			list, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		carry(t, db, d)
		if got := incidents(); len(got) != 0 {
			t.Fatalf("before anybody consented: %v", got)
		}
		by := people.Actor{ID: boss.ID, Name: "boss", Grants: people.NewGrants("request.*"), Scope: people.Everything()}
		if _, err := d.Requests.Decide(t.Context(), by, r.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		carry(t, db, d)
		got := incidents()
		if len(got) != 1 {
			t.Fatalf("%d incidents, want one", len(got))
		}
		i, err := d.Incidents.Find(t.Context(), people.System(people.ViaJob), got[0].Number)
		if err != nil || i.Requester != lin.ID || i.Item != 44 || i.Service != 1 || i.State != incident.New || i.Title != r.Title {
			t.Fatalf("%+v, %v", i, err)
		}
		for _, want := range []string{"What it does: It hums", "How bad: 严重 · Bad", "since noon"} {
			if !strings.Contains(i.Description, want) {
				t.Errorf("%q lacks %q", i.Description, want)
			}
		}
		around, err := db.Ledger().Around(t.Context(), people.Everything(), i.ID)
		if err != nil || !slices.ContainsFunc(around.Links, func(l record.Linked) bool { return l.Type == "ordered_by" && !l.Back && l.Row.Number == r.Number }) {
			t.Errorf("the two are not linked: %+v, %v", around.Links, err)
		}
	})
}

// An order whose item says so becomes the draft of a change, once, which is
// asked for by whoever ordered it and names the item that he named.
func TestAnOrderBecomesTheDraftOfAChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d := desks(db, &now)
		lin := ordering(t, db, &now, &d, catalogue.OpenChange)
		r, err := d.Requests.Place(t.Context(), lin, request.Order{Offering: 500, Answers: form.Answers{"what": "More memory", "device": "44"}})
		if err != nil {
			t.Fatal(err)
		}
		carry(t, db, d)
		list, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Changes, Limit: 10})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d changes, want one; %v", len(list), err)
		}
		c, err := d.Changes.Find(t.Context(), people.System(people.ViaJob), list[0].Number)
		if err != nil || c.State != change.Draft || c.Requester != lin.ID || c.Service != 1 || c.Zone != 3 || !slices.Equal(c.Items, []record.ItemID{44}) || c.Title != r.Title || !strings.Contains(c.Description, "More memory") || !strings.HasPrefix(c.Reason, r.Ref()+" "+r.Title) || !strings.Contains(c.Reason, "What it does: More memory") {
			t.Fatalf("%+v, %v", c, err)
		}
		around, err := db.Ledger().Around(t.Context(), people.Everything(), c.ID)
		if err != nil || !slices.ContainsFunc(around.Links, func(l record.Linked) bool { return l.Type == "ordered_by" && !l.Back && l.Row.Number == r.Number }) {
			t.Errorf("the two are not linked: %+v, %v", around.Links, err)
		}
	})
}
