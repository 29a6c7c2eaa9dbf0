package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestSearchKnowsANewName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		d := desk(db, &now)
		caller := people.Person{Code: "wangwei", Name: "王伟", Changed: now}
		if err := db.SavePerson(t.Context(), &caller); err != nil {
			t.Fatal(err)
		}
		i := new(incident.Incident)
		i.Requester = caller.ID
		if err := d.Open(t.Context(), people.System(people.ViaJob), i, record.Input{Fields: map[string]string{"title": "Mail is down"}}); err != nil {
			t.Fatal(err)
		}
		caller.Name = "欧阳明月"
		if err := db.SavePerson(t.Context(), &caller); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"欧阳明月": 1, "王伟": 0} {
			found, err := db.Finder().Search(t.Context(), people.Everything(), record.Search{Text: text, Now: now, Limit: 10})
			if err != nil || len(found.Hits) != want {
				t.Errorf("%s: %d hits, want %d, %v", text, len(found.Hits), want, err)
			}
		}
	})
}

func TestABulkActionIsToldIfItIsToBe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		for _, loud := range []bool{true, false} {
			id, err := db.Incidents().StartBatch(t.Context(), record.Batch{Kind: record.Incident, Deed: "resolve", At: now, Loud: loud})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := db.LoudBatch(t.Context(), id); err != nil || got != loud {
				t.Errorf("loud %v, want %v, %v", got, loud, err)
			}
		}
		if got, err := db.LoudBatch(t.Context(), 987654); err != nil || got {
			t.Errorf("a batch that is not there is loud: %v, %v", got, err)
		}
	})
}
