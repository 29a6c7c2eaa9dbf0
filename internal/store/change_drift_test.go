package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A difference that an audit found is listed unless a change was carried out on
// that item at that time; who is not cleared for the item is told nothing. What
// somebody says of one stays with it.
func TestDrifts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		day := func(n int) time.Time { return time.Date(2026, 3, n, 1, 0, 0, 0, time.UTC) }
		lot := &cmdb.Lot{}
		for _, code := range []string{"D1", "D2", "D3"} {
			lot.Items = append(lot.Items, &cmdb.Item{Code: code, Name: people.Text{En: code}, Class: "server", State: cmdb.Live, Created: day(1), Changed: day(1)})
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		var found []*cmdb.Discrepancy
		for i, one := range lot.Items {
			found = append(found, &cmdb.Discrepancy{Item: one.ID, Kind: cmdb.Differs, Field: "room", Held: "A", Found: "B", State: "found", At: day(10 + i), Moved: day(10 + i)})
		}
		if err := db.Discrepancies().Report(t.Context(), &cmdb.Lot{}, found...); err != nil {
			t.Fatal(err)
		}
		c := &change.Change{Items: []record.ItemID{lot.Items[1].ID}, Begun: day(8), Ended: day(9)}
		c.Title, c.State, c.Opened, c.Moved = "moved", change.Reviewing, day(1), day(1)
		log := audit.By(people.System(people.ViaImport), day(1), "change.import", "change")
		if err := db.LoadChanges().Load(t.Context(), []*record.Whole[*change.Change]{{Rec: c, Entries: []record.Entry{{At: day(1), Deed: "change.open", To: change.Draft}}}}, log); err != nil {
			t.Fatal(err)
		}
		within := change.Span{From: day(5), Until: day(20)}
		list := func(scope people.Scope) []change.Drift {
			t.Helper()
			all, err := db.ChangeDrifts().Drifts(t.Context(), scope, within)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		all := list(people.Everything())
		if len(all) != 2 || all[0].Code != "D3" || all[1].Code != "D1" || all[1].Kind != change.Audited || len(all[1].Fields) != 1 || all[1].Fields[0] != (change.DriftField{Name: "room", Was: "A", Became: "B"}) || all[1].Explained() {
			t.Fatalf("%+v", all)
		}
		one := all[1]
		one.Why, one.Change, one.Told = "the rack was moved", c.Number, day(12)
		if err := db.ChangeDrifts().ExplainDrift(t.Context(), &one, log); err != nil {
			t.Fatal(err)
		}
		if all = list(people.Everything()); !all[1].Explained() || all[1].Why != one.Why || all[1].Change != c.Number || all[0].Explained() {
			t.Errorf("explained: %+v", all)
		}
		within = change.Span{From: day(11), Until: day(12)} // D2 alone, ten days after which nothing covers
		if all = list(people.Everything()); len(all) != 0 {
			t.Errorf("covered: %+v", all)
		}
	})
}
