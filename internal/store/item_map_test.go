package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/practice/cmdb"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A source has one mapping for its tables of items and one for those of
// relations; the newest holds.
func TestItemMappings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		maps, now := db.ItemMappings(), time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
		first := cmdb.Mapping{Source: "netbox", Class: "server", Columns: map[string]string{"code": "Asset"}}
		second := cmdb.Mapping{Source: "netbox", Complete: []cmdb.Class{"device"}, Columns: map[string]string{"code": "Asset tag", "class": "Role"}, Values: map[string]map[string]string{"class": {"srv": "server"}}}
		ties := cmdb.Mapping{Source: "netbox", Columns: map[string]string{"source": "From", "target": "To"}, Set: map[string]string{"type": "uses"}}
		for _, m := range []cmdb.Mapping{first, second} {
			if err := maps.SaveMapping(t.Context(), false, m, 0, now); err != nil {
				t.Fatal(err)
			}
		}
		if err := maps.SaveMapping(t.Context(), true, ties, 0, now); err != nil {
			t.Fatal(err)
		}
		for forTies, want := range map[bool][]cmdb.Mapping{false: {second}, true: {ties}} {
			got, err := maps.Mappings(t.Context(), forTies)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("mappings, relations %v (-want +got):\n%s", forTies, diff)
			}
		}
	})
}
