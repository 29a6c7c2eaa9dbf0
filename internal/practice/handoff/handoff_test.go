package handoff_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var agent = people.Actor{Name: "anna", Staff: true, Grants: people.NewGrants("contact.*", "incident.*"), Scope: people.Everything()}

func desks(db *store.DB, now *time.Time) handoff.Desks {
	clock := func() time.Time { return *now }
	return handoff.Desks{
		Incidents: incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: clock}, incident.City{}, db.Ledger(), db.IncidentShelf()),
		Contacts:  contact.NewDesk(record.Desk[*contact.Contact]{Store: db.Contacts(), Now: clock}, db.Ledger()),
	}
}

// carry hands all news on, twice, as a job that was interrupted would.
func carry(t *testing.T, db *store.DB, d handoff.Desks) {
	t.Helper()
	for range 2 {
		news, err := db.Waiting(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range news {
			if err := d.Carry(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTheContactFlow(t *testing.T) {
	t.Parallel()
	if err := contact.Flow.Check(); err != nil {
		t.Error(err)
	}
	agreed := [][2]flow.State{{"new", "identified"}, {"identified", "typed"}, {"typed", "answered"}, {"typed", "linked"}, {"typed", "merged"}, {"answered", "closed"}, {"linked", "closed"}, {"merged", "closed"}}
	for _, m := range contact.Flow.Moves {
		for _, from := range m.From {
			if a := [2]flow.State{from, m.Target(from)}; !slices.Contains(agreed, a) {
				t.Errorf("%v was not agreed on", a)
			}
		}
	}
	for _, l := range lang.All() {
		words := lang.For(l)
		for _, s := range contact.Flow.States() {
			if !words.Has("contact.state." + string(s)) {
				t.Errorf("%s: no word for state %s", l, s)
			}
		}
		for _, m := range contact.Flow.Names() {
			if !words.Has("contact.move."+m) || !words.Has("contact.did."+m) {
				t.Errorf("%s: no word for %s", l, m)
			}
		}
		for _, f := range contact.Sheet() {
			if !words.Has("contact.field." + f.Name) {
				t.Errorf("%s: no word for field %s", l, f.Name)
			}
			for _, c := range f.Choices {
				if !words.Has("contact." + f.Name + "." + c) {
					t.Errorf("%s: no word for %s %s", l, f.Name, c)
				}
			}
		}
	}
}

func TestAContactGoesAsFarAsItsFieldsReach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d := desks(db, &now)
		open, done := &incident.Incident{}, ""
		for _, i := range []*incident.Incident{open, {}} {
			if err := d.Incidents.Open(t.Context(), agent, i, record.Input{Fields: map[string]string{"title": "no mail"}}); err != nil {
				t.Fatal(err)
			}
			done = i.Ref()
		}
		_, n, _ := record.ParseRef(done)
		if _, err := d.Incidents.Move(t.Context(), agent, n, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}}); err != nil {
			t.Fatal(err)
		}
		for _, k := range []struct {
			name   string
			fields map[string]string
			want   flow.State
			fault  string
		}{
			{name: "somebody called", want: contact.New},
			{name: "it was Mr Li", fields: map[string]string{"caller": "Li"}, want: contact.Identified},
			{name: "with a question", fields: map[string]string{"caller": "Li", "type": "question"}, want: contact.Typed},
			{name: "which was answered", fields: map[string]string{"caller": "Li", "type": "question", "answer": "On the third floor."}, want: contact.Closed},
			{name: "about an open incident", fields: map[string]string{"caller": "Li", "type": "follow_up", "about": open.Ref()}, want: contact.Merged},
			{name: "about one that has ended", fields: map[string]string{"caller": "Li", "type": "follow_up", "about": done}, want: contact.Closed},
			{name: "that became an incident", fields: map[string]string{"caller": "Li", "type": "report", "about": open.Ref()}, want: contact.Linked},
			{name: "about nothing that exists", fields: map[string]string{"caller": "Li", "type": "follow_up", "about": "INC-2026-00077"}, fault: "record.no_such"},
			{name: "about another contact", fields: map[string]string{"caller": "Li", "type": "follow_up", "about": "CON-2026-00001"}, fault: "record.no_such"},
		} {
			fields := map[string]string{"title": k.name, "channel": "phone"}
			for f, v := range k.fields {
				fields[f] = v
			}
			c, err := d.Contacts.Log(t.Context(), agent, record.Input{Fields: fields})
			if f := fault.All(err); k.fault != "" {
				if len(f) == 0 || f[0].Key != k.fault {
					t.Errorf("%s: %v, want %s", k.name, err, k.fault)
				}
				continue
			}
			if err != nil || c.State != k.want {
				t.Errorf("%s: %s, %v; want %s", k.name, c.State, err, k.want)
			}
		}
	})
}

func TestAContactEndsWithItsIncident(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d := desks(db, &now)
		i := &incident.Incident{}
		if err := d.Incidents.Open(t.Context(), agent, i, record.Input{Fields: map[string]string{"title": "no mail"}}); err != nil {
			t.Fatal(err)
		}
		c, err := d.Contacts.Log(t.Context(), agent, record.Input{Fields: map[string]string{"title": "Li asks again", "caller": "Li", "type": "follow_up", "about": i.Ref()}})
		if err != nil {
			t.Fatal(err)
		}
		carry(t, db, d)
		entries, err := db.Ledger().Timeline(t.Context(), i.ID, false)
		if err != nil || len(entries) != 2 || entries[1].Deed != "incident.contact" || entries[1].Reason != c.Ref() || entries[1].Public {
			t.Errorf("the incident's timeline: %+v, %v", entries, err)
		}
		if got, err := d.Contacts.Find(t.Context(), agent, c.Number); err != nil || got.State != contact.Merged {
			t.Errorf("while the incident is open: %s, %v", got.State, err)
		}
		if _, err := d.Incidents.Move(t.Context(), agent, i.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}}); err != nil {
			t.Fatal(err)
		}
		carry(t, db, d)
		if got, err := d.Contacts.Find(t.Context(), agent, c.Number); err != nil || got.State != contact.Closed {
			t.Errorf("after it ended: %s, %v", got.State, err)
		}
	})
}

func TestAWarningEscalates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d := desks(db, &now)
		i := &incident.Incident{}
		if err := d.Incidents.Open(t.Context(), agent, i, record.Input{Fields: map[string]string{"title": "no mail"}}); err != nil {
			t.Fatal(err)
		}
		for _, k := range []struct {
			reason string
			want   incident.Rank
		}{
			{"respond 100", ""}, {"resolve 50", incident.ToLeader}, {"resolve 80", incident.ToManager}, {"resolve 50", incident.ToManager}, {"resolve 100", incident.ToOwner}, {"nonsense", incident.ToOwner},
		} {
			if err := d.Carry(t.Context(), record.News{Head: i.Head, Entry: record.Entry{Deed: "incident.warn", Reason: k.reason}}); err != nil {
				t.Fatal(err)
			}
			if got, err := d.Incidents.Find(t.Context(), agent, i.Number); err != nil || got.Escalation != k.want {
				t.Errorf("after %s: %q, %v; want %q", k.reason, got.Escalation, err, k.want)
			}
		}
		if _, err := d.Incidents.Move(t.Context(), agent, i.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}}); err != nil {
			t.Fatal(err)
		}
		for _, n := range []record.News{
			{Head: i.Head, Entry: record.Entry{Deed: "incident.warn", Reason: "resolve 100"}},
			{Head: record.Head{Kind: record.Incident, Number: 99}, Entry: record.Entry{Deed: "incident.warn", Reason: "resolve 100"}},
		} {
			if err := d.Carry(t.Context(), n); err != nil {
				t.Errorf("a refusal holds up the relay: %v", err)
			}
		}
	})
}
