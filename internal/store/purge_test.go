package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// After a purge nothing is left, and the database begins anew.
func TestPurgeLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		d := desk(db, &now)
		fill(t, db, d)
		left, err := db.Purge(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(left) < 15 {
			t.Errorf("looked at %d tables only", len(left))
		}
		for _, s := range left {
			if s.Rows != 0 {
				t.Errorf("%s still has %d rows", s.Table, s.Rows)
			}
		}
		k := setting.Keeper{Store: db.Settings()}
		if err := k.Refresh(t.Context()); err != nil || len(k.All().Of(setting.Zone)) != 0 {
			t.Errorf("settings afterwards: %v", err)
		}
		i := new(incident.Incident)
		if err := d.Open(t.Context(), people.System(people.ViaJob), i, record.Input{Fields: map[string]string{"title": "first"}}); err != nil || i.Number.N() != 1 {
			t.Errorf("%s, %v", i.Ref(), err)
		}
	})
}
