package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestSavedViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		who := addPersons(t, db, 2)
		k := &setting.Keeper{Store: db.Settings()}
		if err := k.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		v := &view.Views{
			Keeper: k, Ledger: db.Ledger(), Now: func() time.Time { return now },
			Fields: func(record.Kind) query.Fields { return record.Conditions(incident.Flow, incident.Sheet()) },
			Means: func(by people.Actor) query.Context {
				return query.Context{Me: by.ID, MyTeams: by.Teams, Now: now, Settings: k.All()}
			},
		}
		agent := people.Actor{ID: who[0], Teams: []people.TeamID{1}, Scope: people.Scope{Own: who[0], Teams: []people.TeamID{1}, AllZones: true}, Lang: "en"}
		other := people.Actor{ID: who[1], Teams: []people.TeamID{1}, Scope: people.Scope{Own: who[1], AllZones: true}, Lang: "en", Grants: people.NewGrants("view.team")}
		d := desk(db, &now)
		for n := range 5 {
			i := new(incident.Incident)
			i.Team = people.TeamID(n % 2)
			if n < 2 {
				i.Owner = who[n]
			}
			if err := d.Open(t.Context(), people.System(people.ViaJob), i, record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
				t.Fatal(err)
			}
		}
		starters, err := v.Of(agent, record.Incident)
		if err != nil || len(starters) != len(view.Starters) {
			t.Fatalf("starters %d, %v", len(starters), err)
		}
		counts := map[string]int{}
		for _, w := range starters {
			if counts[w.Code], err = v.Count(t.Context(), agent, w); err != nil {
				t.Errorf("%s: %v", w.Code, err)
			}
		}
		if counts["mine"] != 1 || counts["unassigned"] != 1 || counts["open"] != 3 || counts["major"] != 0 {
			t.Errorf("counts %v", counts)
		}
		day, err := v.Day(t.Context(), agent, record.Incident, 5)
		if err != nil {
			t.Fatal(err)
		}
		listed := map[int64]string{}
		for _, e := range day {
			if e.N < len(e.Rows) {
				t.Errorf("%s counts %d and lists %d", e.Code, e.N, len(e.Rows))
			}
			for _, r := range e.Rows {
				if first := listed[r.ID]; first != "" {
					t.Errorf("%s stands under %s and %s", r.Ref(), first, e.Code)
				}
				listed[r.ID] = e.Code
			}
		}
		mine := view.View{Name: people.Text{En: "Loose"}, Doc: view.Doc{Reach: view.Private, Owner: who[0], Kind: record.Incident, Query: "owner:none"}}
		if err := v.Save(t.Context(), agent, &mine); err != nil {
			t.Fatal(err)
		}
		if n, err := v.Count(t.Context(), agent, mine); err != nil || n != 1 {
			t.Errorf("loose: %d, %v", n, err)
		}
		if all, err := v.Of(other, record.Incident); err != nil || len(all) != len(view.Starters) {
			t.Errorf("somebody else's private view is seen: %d, %v", len(all), err)
		}
		stolen := mine
		stolen.Doc.Reach, stolen.Doc.Owner = view.Private, who[1]
		if err := v.Save(t.Context(), other, &stolen); !fault.Is(err, fault.Missing) {
			t.Errorf("somebody else's private view is changed: %v", err)
		}
		if err := v.Retire(t.Context(), other, mine.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("somebody else's private view is retired: %v", err)
		}
		team := view.View{Name: people.Text{En: "Ours"}, Doc: view.Doc{Reach: view.Team, Team: 1, Kind: record.Incident, Query: "team:my-teams"}}
		if err := v.Save(t.Context(), agent, &team); !fault.Is(err, fault.Denied) {
			t.Errorf("a team's view without the grant: %v", err)
		}
		if err := v.Save(t.Context(), other, &team); err != nil {
			t.Fatal(err)
		}
		bad := view.View{Name: people.Text{En: "Bad"}, Doc: view.Doc{Reach: view.Private, Kind: record.Incident, Query: "priorty:1"}}
		if err := v.Save(t.Context(), other, &bad); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Missing) {
			t.Errorf("a view that cannot be read: %v", err)
		}
		if err := v.Retire(t.Context(), agent, mine.ID); err != nil {
			t.Fatal(err)
		}
		if all, err := v.Of(agent, record.Incident); err != nil || len(all) != len(view.Starters)+1 {
			t.Errorf("in the end %d, %v", len(all), err)
		}
	})
}
