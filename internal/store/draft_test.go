package store_test

import (
	"bytes"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// Two windows with the same form: the second to save is told, and neither text
// is lost.
func TestDraftsLoseNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		who := addPersons(t, db, 2)
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		d := record.Draft{Person: who[0], Place: "incident.new", Doc: []byte(`{"title":"a"}`), At: now}
		if err := db.Drafts().Save(t.Context(), &d); err != nil || d.Version != 1 {
			t.Fatalf("version %d, %v", d.Version, err)
		}
		other := d
		d.Doc = []byte(`{"title":"ab"}`)
		if err := db.Drafts().Save(t.Context(), &d); err != nil || d.Version != 2 {
			t.Fatalf("version %d, %v", d.Version, err)
		}
		other.Doc = []byte(`{"title":"other"}`)
		err := db.Drafts().Save(t.Context(), &other)
		if f := fault.All(err); len(f) != 1 || f[0].Kind != fault.Conflict || f[0].Args["theirs"] != `{"title":"ab"}` || f[0].Args["version"] != int64(2) {
			t.Errorf("the other window: %v", err)
		}
		if _, err := db.Drafts().Find(t.Context(), who[1], "incident.new"); !fault.Is(err, fault.Missing) {
			t.Errorf("somebody else reads it: %v", err)
		}
		if list, err := db.Drafts().List(t.Context(), who[0]); err != nil || len(list) != 1 || !bytes.Equal(list[0].Doc, d.Doc) {
			t.Errorf("drafts %+v, %v", list, err)
		}
		huge := record.Draft{Person: who[0], Place: "x", Doc: make([]byte, record.MostDraft+1), At: now}
		if err := db.Drafts().Save(t.Context(), &huge); !fault.Is(err, fault.TooMuch) {
			t.Errorf("a huge draft: %v", err)
		}
		if err := db.Drafts().Drop(t.Context(), who[0], "incident.new"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Drafts().Find(t.Context(), who[0], "incident.new"); !fault.Is(err, fault.Missing) {
			t.Errorf("dropped, and still there: %v", err)
		}
	})
}
