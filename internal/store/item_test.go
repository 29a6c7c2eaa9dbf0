package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestItemsAreFoundWithinTheZonesOneIsClearedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		who := addPersons(t, db, 1)[0]
		zone := setting.Thing{Kind: setting.Zone, Code: "business", Changed: time.Unix(1, 0)}
		if err := db.Settings().Save(t.Context(), &zone); err != nil {
			t.Fatal(err)
		}
		mine := &cmdb.Item{Code: "PC-0001", Name: people.Text{En: "Desk computer", Zh: "台式机"}, Class: "terminal", State: "live", Owner: who, Room: "三楼 305", Changed: time.Unix(1, 0)}
		core := &cmdb.Item{Code: "SW_1%", Name: people.Text{En: "Core switch", Zh: "核心交换机"}, Class: "network_device", State: "live", Zone: people.ZoneID(zone.ID), Changed: time.Unix(1, 0)}
		if err := db.Items().Put(t.Context(), []*cmdb.Item{mine, core}); err != nil {
			t.Fatal(err)
		}
		all, none := people.Everything(), people.Scope{All: true}
		for _, c := range []struct {
			text  string
			scope people.Scope
			want  int
		}{
			{"", all, 2}, {"交换", all, 1}, {"交换", none, 0}, {"pc-00", none, 1}, {"305", none, 1}, {"%", all, 1}, {"w_1", all, 1}, {"nothing", all, 0},
		} {
			got, err := db.Items().Search(t.Context(), c.scope, c.text, 10)
			if err != nil || len(got) != c.want {
				t.Errorf("%q: %d items, %v", c.text, len(got), err)
			}
		}
		if got, err := db.Items().Of(t.Context(), none, who, 0, 10); err != nil || len(got) != 1 || got[0].ID != mine.ID {
			t.Errorf("his: %+v, %v", got, err)
		}
		if got, err := db.Items().Find(t.Context(), none, mine.ID, core.ID); err != nil || len(got) != 1 {
			t.Errorf("found without clearance: %+v, %v", got, err)
		}
		old := *mine
		mine.Room = "四楼"
		if err := db.Items().Put(t.Context(), []*cmdb.Item{mine}); err != nil {
			t.Fatal(err)
		}
		if err := db.Items().Put(t.Context(), []*cmdb.Item{&old}); !fault.Is(err, fault.Conflict) {
			t.Errorf("lost update: %v", err)
		}
		if err := db.Items().Put(t.Context(), []*cmdb.Item{{Class: "spoon"}}); len(fault.All(err)) != 4 {
			t.Errorf("nothing filled in: %v", err)
		}
	})
}
