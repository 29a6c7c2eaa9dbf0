package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// Changes and releases count when they ended; what a scope does not see counts
// nowhere, incidents that a change caused neither.
func TestTransitionCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		day := func(n int) time.Time { return time.Date(2026, 3, n, 1, 0, 0, 0, time.UTC) }
		log := audit.By(people.System(people.ViaImport), day(1), "change.import", "change")
		changes := make([]*record.Whole[*change.Change], 3)
		for n := range changes {
			c := &change.Change{Type: change.Normal, Starts: day(10), Ends: day(11), Begun: day(10), Ended: day(10).Add(time.Hour), Result: change.Success}
			c.Title, c.State, c.Opened, c.Moved = "patch", change.Closed, day(1), day(1)
			w := &record.Whole[*change.Change]{Rec: c, Entries: []record.Entry{{At: day(1), Deed: "change.open", To: change.Draft}}}
			switch n {
			case 0:
				c.Closed = day(12)
				w.Entries = append(w.Entries, record.Entry{At: day(5), Deed: "change.reschedule"})
			case 1:
				c.Zone, c.State = 9, change.Reviewing // its result is a draft
			case 2:
				c.Ended = day(31)
			}
			changes[n] = w
		}
		if err := db.LoadChanges().Load(t.Context(), changes, log); err != nil {
			t.Fatal(err)
		}
		incidents := make([]*record.Whole[*incident.Incident], 3)
		for n := range incidents {
			i := new(incident.Incident)
			i.Title, i.State, i.Opened, i.Moved = "down", incident.Closed, day(11), day(11)
			switch n {
			case 1:
				i.Zone = 9
			case 2:
				i.State = incident.Cancelled
			}
			incidents[n] = &record.Whole[*incident.Incident]{Rec: i, Entries: []record.Entry{{At: day(11), Deed: "incident.open", To: incident.New}}}
		}
		if err := db.LoadIncidents().Load(t.Context(), incidents, log); err != nil {
			t.Fatal(err)
		}
		err := db.Incidents().Write(t.Context(), func(tx record.Tx[*incident.Incident]) error {
			for _, w := range incidents {
				if err := tx.Link(record.Link{From: w.Rec.ID, To: changes[0].Rec.ID, Type: "caused_by", At: day(11)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		all, err := db.ChangeCases(t.Context(), people.Everything(), day(1), day(20))
		if err != nil || len(all) != 2 || all[0].Incidents != 2 || !all[0].Moved || all[0].Result != change.Success || all[1].Result != "" || all[1].Moved {
			t.Errorf("all: %+v, %v", all, err)
		}
		some, err := db.ChangeCases(t.Context(), people.Scope{All: true}, day(1), day(20))
		if err != nil || len(some) != 1 || some[0].Incidents != 1 || !some[0].Begun.Equal(day(10)) || !some[0].Opened.Equal(day(1)) {
			t.Errorf("without the network: %+v, %v", some, err)
		}
		releases(t, db, day)
	})
}

// releases are one that was taken back, refused, and deployed; and one that was
// only refused.
func releases(t *testing.T, db *store.DB, day func(int) time.Time) {
	t.Helper()
	var batch []*record.Whole[*release.Release]
	for n := range 2 {
		r := &release.Release{Weight: release.Minor, Build: 3, Begun: day(8), Deployed: day(9), Ends: day(10)}
		r.Title, r.State, r.Opened, r.Moved = "portal 3", release.EarlySupport, day(1), day(1)
		to := func(n int, deed string, became flow.State) record.Entry {
			return record.Entry{At: day(n), Deed: "release." + deed, To: became}
		}
		w := &record.Whole[*release.Release]{Rec: r, Entries: []record.Entry{to(2, "back_out", release.BackedOut), to(5, "no_go", release.Building), to(9, "finish", release.Deployed), to(9, "support", release.EarlySupport)}}
		if n == 1 {
			r.State, w.Entries = release.Building, w.Entries[1:2]
		}
		batch = append(batch, w)
	}
	if err := db.LoadReleases().Load(t.Context(), batch, audit.By(people.System(people.ViaImport), day(1), "release.import", "release")); err != nil {
		t.Fatal(err)
	}
	all, err := db.ReleaseCases(t.Context(), people.Everything(), day(1), day(20))
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if r := all[0]; r.Outcome != "" || r.Refusals != 1 || !r.At.Equal(day(5)) {
		t.Errorf("refused: %+v", r)
	}
	if r := all[1]; r.Outcome != release.Deployed || r.Refusals != 1 || r.TakenBack != 1 || !r.At.Equal(day(9)) || r.Measured {
		t.Errorf("deployed: %+v", r)
	}
	early, err := db.ReleaseCases(t.Context(), people.Everything(), day(1), day(4))
	if err != nil || len(early) != 1 || early[0].Outcome != release.BackedOut {
		t.Errorf("as it stood: %+v, %v", early, err)
	}
}
