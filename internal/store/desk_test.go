package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// desk makes an incident desk whose time the test sets.
func desk(db *store.DB, now *time.Time) *record.Desk[*incident.Incident] {
	return &record.Desk[*incident.Incident]{
		Kind: record.Incident, Flow: incident.Flow, Sheet: incident.Sheet(), Store: db.Incidents(),
		Now: func() time.Time { return *now },
	}
}

func TestAnIncidentLives(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		i := new(incident.Incident)
		if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "mail is down", "impact": "2", "state": "closed"}}); err != nil {
			t.Fatal(err)
		}
		if got := i.Ref(); got != "INC-2026-00001" {
			t.Fatalf("number %s", got)
		}
		step := func(move string, want flow.State, fields map[string]string) {
			t.Helper()
			now = now.Add(time.Minute)
			got, err := d.Move(t.Context(), by, i.Number, move, record.Input{Fields: fields, Text: "so"})
			if err != nil || got.State != want {
				t.Fatalf("%s: %v, state %s, want %s", move, err, got.State, want)
			}
		}
		if _, err := d.Move(t.Context(), by, i.Number, "classify", record.Input{}); len(fault.All(err)) != 4 {
			t.Fatalf("classified with nothing: %v", err)
		}
		step("classify", incident.Classified, map[string]string{"service": "1", "category": "2", "zone": "3", "urgency": "1"})
		step("assign", incident.Assigned, map[string]string{"team": "4", "title": "smuggled"})
		if _, err := d.Edit(t.Context(), by, i.Number, []record.Change{{Field: "title", Was: "mail is down", Now: "mail is slow"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		_, err := d.Edit(t.Context(), by, i.Number, []record.Change{{Field: "title", Was: "mail is down", Now: "no mail"}}, record.Input{})
		if all := fault.All(err); len(all) != 1 || all[0].Kind != fault.Conflict || all[0].Args["theirs"] != "mail is slow" {
			t.Fatalf("lost update: %v", err)
		}
		stranger := people.Actor{Grants: people.NewGrants("incident.read"), Scope: people.Scope{Own: 99, AllZones: true}}
		if _, err := d.Find(t.Context(), stranger, i.Number); !fault.Is(err, fault.Missing) {
			t.Fatalf("a stranger sees it: %v", err)
		}
		stranger.Scope = people.Everything()
		if _, err := d.Move(t.Context(), stranger, i.Number, "cancel", record.Input{}); !fault.Is(err, fault.Denied) {
			t.Fatalf("a reader cancels it: %v", err)
		}
		got, err := d.Find(t.Context(), by, i.Number)
		if err != nil || got.Title != "mail is slow" || got.Team != 4 || got.Version != 4 {
			t.Fatalf("found %+v, %v", got, err)
		}
		entries, err := db.Ledger().Timeline(t.Context(), got.ID, false)
		if err != nil || len(entries) != 4 || entries[3].Changes[0] != (record.Change{Field: "title", Was: "mail is down", Now: "mail is slow"}) {
			t.Fatalf("timeline %+v, %v", entries, err)
		}
	})
}

func TestListPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		for range 7 {
			now = now.Add(time.Hour)
			if err := d.Open(t.Context(), by, new(incident.Incident), record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
				t.Fatal(err)
			}
		}
		var seen []int
		q := record.Query{Kind: record.Incident, Limit: 3, Where: query.Is("state", "new")}
		for {
			rows, err := db.Ledger().List(t.Context(), by.Scope, q)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				seen = append(seen, r.Number.N())
			}
			last := rows[len(rows)-1]
			q.After = record.Cursor{Value: last.Opened.UnixMilli(), ID: last.ID}
		}
		if len(seen) != 7 || seen[0] != 7 || seen[6] != 1 {
			t.Errorf("seen %v", seen)
		}
	})
}

func TestSettingsAreVersioned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := setting.Keeper{Store: db.Settings()}
		if err := k.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		team := setting.Thing{Kind: setting.Team, Code: "desk", Name: people.Text{En: "Service desk", Zh: "服务台"}, Changed: time.Unix(1, 0)}
		if err := k.Save(t.Context(), &team); err != nil {
			t.Fatal(err)
		}
		if got := k.All().Name(team.ID, "zh-Hans"); got != "服务台" {
			t.Errorf("name %q", got)
		}
		old := team
		old.Version = 0
		if err := k.Save(t.Context(), &old); !fault.Is(err, fault.Conflict) {
			t.Errorf("saved over a newer version: %v", err)
		}
		twin := setting.Thing{Kind: setting.Team, Code: "desk", Changed: time.Unix(1, 0)}
		if err := k.Save(t.Context(), &twin); !fault.Is(err, fault.Invalid) {
			t.Errorf("saved a code twice: %v", err)
		}
	})
}
