package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// TestAViewAlertsOncePerCrossing: the one who sees more than the number is
// told, by the channels he chose, once; not again while it stays above, not
// after a restart, again after it was below; and nobody else is.
func TestAViewAlertsOncePerCrossing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		who := addPersons(t, db, 3)
		k := &setting.Keeper{Store: db.Settings()}
		if err := k.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		actors, persons := map[people.ID]people.Actor{}, []people.Person(nil)
		for i, id := range who {
			p, err := db.Person(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			p.Mail = "p@city.example"
			if i == 0 {
				p.Doc.Prefs = people.Prefs{notice.Pref(notice.Counted, notice.Mail): "on"}
			}
			persons = append(persons, p)
			scope := people.Scope{Own: id, AllZones: true, All: i != 2}
			actors[id] = people.Actor{ID: id, Staff: true, Scope: scope, Lang: "en", Grants: people.NewGrants("incident.read", "view.everyone")}
		}
		v := &view.Views{
			Keeper: k, Ledger: db.Ledger(), Now: func() time.Time { return now },
			Fields: func(record.Kind) query.Fields { return record.Conditions(incident.Flow, incident.Sheet()) },
			Means:  func(by people.Actor) query.Context { return query.Context{Me: by.ID, Now: now, Settings: k.All()} },
		}
		full := view.View{Name: people.Text{En: "Loose ends", Zh: "无人处理"}, Doc: view.Doc{Reach: view.Everyone, Kind: record.Incident, Query: "open:yes title:x", Pin: true, Alert: 2}}
		if err := v.Save(t.Context(), actors[who[0]], &full); err != nil {
			t.Fatal(err)
		}
		look := func() {
			t.Helper()
			now = now.Add(time.Minute)
			w := handoff.Watch{
				Views: v, Alerts: db.Alerts(), Mails: func() bool { return true },
				People: func(context.Context) ([]people.Person, error) { return persons, nil },
				Actor:  func(_ context.Context, id people.ID) (people.Actor, error) { return actors[id], nil },
			}
			if err := w.Look(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
		told := func(i int, want bool) time.Time {
			t.Helper()
			all, err := db.Alerts().Alerts(t.Context(), who[i])
			if err != nil {
				t.Fatal(err)
			}
			if (len(all) == 1) != want {
				t.Fatalf("person %d was told %d times at %v, want %v", i, len(all), now, want)
			}
			if !want {
				return time.Time{}
			}
			return all[0].At
		}
		mailed := func(want int) {
			t.Helper()
			all, err := db.Mails().Ledger(t.Context(), "", 0, 50)
			if err != nil || len(all) != want {
				t.Fatalf("%d mails, want %d, %v", len(all), want, err)
			}
			if want > 0 && (all[0].Person != who[0] || all[0].View != full.Code || all[0].What != notice.Counted) {
				t.Errorf("the mail is %+v", all[0])
			}
		}
		d := desk(db, &now)
		var open []*incident.Incident
		add := func() {
			t.Helper()
			i := new(incident.Incident)
			if err := d.Open(t.Context(), people.System(people.ViaJob), i, record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
				t.Fatal(err)
			}
			open = append(open, i)
		}
		add()
		add()
		look()
		told(0, false)
		add()
		look()
		first := told(0, true)
		told(1, true)
		told(2, false) // his scope shows him none of them
		mailed(1)      // the other did not ask for mail
		look()
		add()
		look()
		if again := told(0, true); !again.Equal(first) {
			t.Error("told again while it stays above")
		}
		mailed(1)
		if err := db.Alerts().ReadAlert(t.Context(), who[0], 0, now); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Edit(t.Context(), people.System(people.ViaJob), open[0].Number, []record.Change{{Field: "title", Was: "x", Now: "done"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Edit(t.Context(), people.System(people.ViaJob), open[1].Number, []record.Change{{Field: "title", Was: "x", Now: "done"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		look()
		mailed(1)
		add()
		look()
		if again := told(0, true); !again.After(first) {
			t.Error("not told again after it was below")
		}
		mailed(2)
		if all, err := db.Alerts().Alerts(t.Context(), who[0]); err != nil || !all[0].Read.IsZero() {
			t.Errorf("what was told anew counts as read: %v, %v", all, err)
		}
		full.Alert = 0
		if err := v.Save(t.Context(), actors[who[0]], &full); err != nil {
			t.Fatal(err)
		}
		look()
		if held, err := db.Alerts().Above(t.Context()); err != nil || len(held) != 0 {
			t.Errorf("a view without a number is above it: %v, %v", held, err)
		}
		m := notice.Delivery{What: notice.Counted, About: record.Incident, View: full.Code, Title: "Loose ends", Count: 2, Lang: "en", At: now, Person: who[0]}
		l := notice.Writer{URL: "https://k.city", Host: "k.city", Secret: []byte("s")}.Write(m)
		if !strings.Contains(l.Subject, "Loose ends") || !strings.Contains(l.Text, "more than 2 records") || !strings.Contains(l.Text, "https://k.city/incidents?view="+full.Code) {
			t.Errorf("the letter is %+v", l)
		}
	})
}
