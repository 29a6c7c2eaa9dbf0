package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// Whole records stand in the database as if the desk had written them, and
// the desk goes on after them.
func TestWholeRecordsAreLoaded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaImport)
		who := addPersons(t, db, 2)
		var batch []*record.Whole[*incident.Incident]
		for n := range 300 {
			opened := time.Date(2024, 12, 31, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * 5 * time.Minute)
			i := &incident.Incident{Description: "说明"}
			i.Title, i.State, i.Opened, i.Requester, i.Owner, i.Team = "旧记录", incident.Closed, opened, who[0], who[1], people.TeamID(n%3)
			if n == 299 {
				i.State = incident.InProgress
			}
			w := &record.Whole[*incident.Incident]{Rec: i, Entries: []record.Entry{
				{At: opened, By: who[0], Deed: "incident.open", To: incident.New, Text: "打不开", Public: true},
				{At: opened.Add(time.Hour), By: who[1], Deed: "incident.accept", From: incident.New, To: i.State, Irregular: true},
			}}
			if err := d.Settle(w, now); err != nil {
				t.Fatal(err)
			}
			batch = append(batch, w)
		}
		log := audit.By(by, now, "incident.import", "incident")
		for _, part := range [][]*record.Whole[*incident.Incident]{batch[:100], batch[100:]} {
			if err := db.LoadIncidents().Load(t.Context(), part, log); err != nil {
				t.Fatal(err)
			}
		}
		if first, last := batch[0].Rec.Ref(), batch[299].Rec.Ref(); first != "INC-2024-00001" || last != "INC-2025-00156" {
			t.Errorf("numbers %s to %s", first, last)
		}
		i := new(incident.Incident)
		if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "new"}}); err != nil || i.Ref() != "INC-2026-00001" {
			t.Errorf("after them: %s, %v", i.Ref(), err)
		}
		got, err := d.Find(t.Context(), by, batch[150].Rec.Number)
		if err != nil || got.Title != "旧记录" || got.Owner != who[1] || !got.Moved.Equal(batch[150].Entries[1].At) {
			t.Errorf("found %+v, %v", got, err)
		}
		for scope, want := range map[people.ID]int{who[0]: 300, who[1]: 300} {
			if n, err := db.Ledger().Count(t.Context(), people.Scope{Own: scope, AllZones: true}, record.Query{Kind: record.Incident}, 1000); err != nil || n != want {
				t.Errorf("person %d sees %d, %v", scope, n, err)
			}
		}
		if waiting, err := db.Waiting(t.Context(), 10); err != nil || len(waiting) != 1 {
			t.Errorf("news of the past: %d, %v", len(waiting), err)
		}
	})
}
