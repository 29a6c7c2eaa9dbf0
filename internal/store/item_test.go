package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// itemDay is when the items of these tests are written.
var itemDay = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

// addItems writes live items with these codes; the class is server.
func addItems(t *testing.T, db *store.DB, codes ...string) []record.ItemID {
	t.Helper()
	lot := &cmdb.Lot{}
	for _, c := range codes {
		lot.Items = append(lot.Items, &cmdb.Item{Code: c, Name: people.Text{En: "Item " + c}, Class: "server", State: cmdb.Live, Created: itemDay, Changed: itemDay})
	}
	if err := db.Items().Write(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	ids := make([]record.ItemID, len(lot.Items))
	for n, i := range lot.Items {
		ids[n] = i.ID
	}
	return ids
}

func TestItemsAreFoundWithinTheZonesOneIsClearedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		who := addPersons(t, db, 1)[0]
		zone := setting.Thing{Kind: setting.Zone, Code: "business", Changed: time.Unix(1, 0)}
		if err := db.Settings().Save(t.Context(), &zone); err != nil {
			t.Fatal(err)
		}
		mine := &cmdb.Item{Code: "PC-0001", Name: people.Text{En: "Desk computer", Zh: "台式机"}, Class: "terminal", State: "live", Owner: who, Room: "三楼 305", Extra: map[string]string{"mac": "00:11:22:aa:bb:cc", "model": "M 90"}, Changed: time.Unix(1, 0)}
		core := &cmdb.Item{Code: "SW_1%", Name: people.Text{En: "Core switch", Zh: "核心交换机"}, Class: "network_device", State: "live", Zone: people.ZoneID(zone.ID), Changed: time.Unix(1, 0)}
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Items: []*cmdb.Item{mine, core}}); err != nil {
			t.Fatal(err)
		}
		all, none := people.Everything(), people.Scope{All: true}
		for _, c := range []struct {
			text  string
			scope people.Scope
			want  int
		}{
			{"", all, 2}, {"交换", all, 1}, {"交换", none, 0}, {"pc-00", none, 1}, {"305", none, 1}, {"aa:bb", all, 1}, {"sw", all, 1}, {"nothing", all, 0}, {"%", all, 0},
		} {
			got, err := db.Items().Search(t.Context(), c.scope, c.text, 10)
			if err != nil || len(got) != c.want {
				t.Errorf("%q: %d items, %v", c.text, len(got), err)
			}
		}
		if got, err := db.Items().Of(t.Context(), none, who, 0, 10); err != nil || len(got) != 1 || got[0].ID != mine.ID || got[0].Extra["model"] != "M 90" {
			t.Errorf("his: %+v, %v", got, err)
		}
		if got, err := db.Items().Find(t.Context(), none, mine.ID, core.ID); err != nil || len(got) != 1 {
			t.Errorf("found without clearance: %+v, %v", got, err)
		}
		old := *mine
		mine.Room = "四楼"
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Items: []*cmdb.Item{mine}}); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Items().Search(t.Context(), all, "305", 10); err != nil || len(got) != 0 {
			t.Errorf("found by what it no longer says: %+v, %v", got, err)
		}
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Items: []*cmdb.Item{&old}}); !fault.Is(err, fault.Conflict) {
			t.Errorf("lost update: %v", err)
		}
		twin := &cmdb.Item{Code: "PC-0001", Class: "terminal", State: "live", Changed: time.Unix(1, 0)}
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Items: []*cmdb.Item{twin}}); len(fault.All(err)) != 1 {
			t.Errorf("two items with one label: %v", err)
		}
	})
}

func TestTheGraphIsReadInBulkAndByWhatChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		g := db.Graph()
		ids := addItems(t, db, "app", "db1", "db2", "host")
		app, db1, db2, host := ids[0], ids[1], ids[2], ids[3]
		start, err := g.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lot := &cmdb.Lot{
			Groups: []*cmdb.Group{{Item: app, Name: people.Text{En: "cluster"}, Need: 1, Since: itemDay}},
			Relations: []*cmdb.Relation{
				{Source: app, Target: db1, Type: "depends_on", Group: -1, Share: 50, Since: itemDay},
				{Source: app, Target: db2, Type: "depends_on", Group: -1, Share: 50, Since: itemDay},
				{Source: db1, Target: host, Type: "runs_on", Gate: cmdb.Firewall, Since: itemDay},
			},
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		var nodes []cmdb.Node
		var links []cmdb.Link
		if err := g.Nodes(t.Context(), func(n cmdb.Node) error { nodes = append(nodes, n); return nil }); err != nil {
			t.Fatal(err)
		}
		if err := g.Links(t.Context(), func(l cmdb.Link) error { links = append(links, l); return nil }); err != nil {
			t.Fatal(err)
		}
		groups, err := g.Groups(t.Context())
		if err != nil || len(groups) != 1 || len(nodes) != 4 || len(links) != 3 {
			t.Fatalf("%d groups, %d nodes, %d links, %v", len(groups), len(nodes), len(links), err)
		}
		if l := links[0]; l.Group != groups[0].ID || l.Share != 50 || l.Source != app || l.Target != db1 || l.Type != "depends_on" {
			t.Errorf("link: %+v", l)
		}
		if links[2].Gate != cmdb.Firewall {
			t.Errorf("gate: %+v", links[2])
		}
		d, err := g.Since(t.Context(), start)
		if err != nil || d.All || len(d.Items) != 4 || d.Version != start+1 {
			t.Errorf("since: %+v, %v", d, err)
		}
		over := *lot.Relations[0]
		over.Until = itemDay.Add(time.Hour)
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Relations: []*cmdb.Relation{&over}}); err != nil {
			t.Fatal(err)
		}
		if _, links, groups, err := g.Around(t.Context(), []record.ItemID{app}); err != nil || len(links) != 1 || len(groups) != 1 {
			t.Errorf("around: %d links, %d groups, %v", len(links), len(groups), err)
		}
		again := &cmdb.Relation{Source: app, Target: db2, Type: "depends_on", Since: itemDay}
		if err := db.Items().Write(t.Context(), &cmdb.Lot{Relations: []*cmdb.Relation{again}}); !fault.Is(err, fault.Conflict) {
			t.Errorf("related twice: %v", err)
		}
		if d, err := g.Since(t.Context(), 0); err != nil || !d.All {
			t.Errorf("since before the log: %+v, %v", d, err)
		}
		if err := db.TrimGraph(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if d, err := g.Since(t.Context(), start); err != nil || !d.All {
			t.Errorf("since what is trimmed: %+v, %v", d, err)
		}
		if d, err := g.Since(t.Context(), start+1); err != nil || d.All || len(d.Items) == 0 {
			t.Errorf("since what is kept: %+v, %v", d, err)
		}
	})
}
