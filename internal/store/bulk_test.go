package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/approval"
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
			if n == 150 || n == 299 {
				w.Rounds = []*approval.Round{decision(t, opened, who[1], n == 150)}
			}
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
		for n, want := range map[int]approval.Verdict{150: approval.Approved, 299: approval.Open} {
			rounds, err := db.Approvals().Rounds(t.Context(), batch[n].Rec.ID)
			if err != nil || len(rounds) != 1 || rounds[0].Verdict != want {
				t.Errorf("decided on %d: %+v, %v", n, rounds, err)
			}
		}
		if asked, err := db.Approvals().Waiting(t.Context(), people.Everything(), []people.ID{who[1]}, 9); err != nil || len(asked) != 1 || asked[0].ID != batch[299].Rec.ID {
			t.Errorf("he is asked about %+v, %v", asked, err)
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

// decision is one that somebody was asked for, and has taken or not.
func decision(t *testing.T, at time.Time, who people.ID, taken bool) *approval.Round {
	t.Helper()
	r, err := approval.Begin(at, []approval.Stage{{Rule: approval.Any, Seats: []approval.Seat{{Person: who}}}}, nil, approval.Terms{})
	if err == nil && taken {
		err = r.Vote(approval.Vote{By: who, Answer: approval.Yes, At: at.Add(time.Minute)}, approval.Terms{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}
