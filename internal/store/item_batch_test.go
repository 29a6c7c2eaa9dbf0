package store_test

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func (o *office) batches() *cmdb.Batches {
	return &cmdb.Batches{Desk: o.Desk, Store: o.db.ItemBatches()}
}

// chosen names items, whatever their version.
func chosen(items ...*cmdb.Item) (out []cmdb.Chosen) {
	for _, i := range items {
		out = append(out, cmdb.Chosen{Item: i.ID})
	}
	return out
}

func (o *office) item(t *testing.T, id record.ItemID) *cmdb.Item {
	t.Helper()
	i, err := o.Find(t.Context(), o.manager, id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestManyItemsAreChangedAtOnceAndTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		d := o.batches()
		zone := fmt.Sprint(o.zones["public"])
		one := o.put(t, "class", "server", "code", "SRV-1", "name_en", "One", "state", "live", "memory", "64", "room", "A1")
		two := o.put(t, "class", "server", "code", "SRV-2", "name_en", "Two", "state", "building", "memory", "128")
		box := o.put(t, "class", "printer", "code", "PRN-1", "name_en", "Printer", "state", "live")
		act := cmdb.Act{Fields: map[string]string{"memory": "256", "zone": zone, "room": ""}, Because: "CHG-9"}
		gone := cmdb.Chosen{Item: 999_999}
		before, err := d.Preview(t.Context(), o.manager, act, append(chosen(one, two, box, one), gone))
		if err != nil || len(before) != 4 {
			t.Fatalf("preview %+v, %v", before, err)
		}
		if o.item(t, one.ID).Version != one.Version {
			t.Error("the preview did something")
		}
		o.at = o.at.Add(time.Hour)
		b, done, err := d.Do(t.Context(), o.manager, act, append(chosen(one, two, box), gone))
		if err != nil || b.Items != 2 {
			t.Fatalf("%+v, %v", b, err)
		}
		for n, want := range []struct {
			does  bool
			fault string
		}{{true, ""}, {true, ""}, {false, "memory cmdb.no_such_attribute"}, {false, " setting.no_such"}} {
			for _, list := range [][]cmdb.Batched{before, done} {
				got := faultsOf(list[n].Refused)
				if list[n].Does() != want.does || (len(got) > 0) != (want.fault != "") || len(got) > 0 && got[0] != want.fault {
					t.Errorf("item %d: %v, refused %v; want %+v", n, list[n].Does(), got, want)
				}
			}
		}
		got := o.item(t, one.ID)
		if got.Extra["memory"] != "256" || got.Zone != o.zones["public"] || got.Room != "" || got.Version != one.Version+1 {
			t.Errorf("changed: %+v", got)
		}
		history, err := o.History(t.Context(), o.manager, one.ID)
		if err != nil || history[0].Batch != b.ID || history[0].Because != "CHG-9" || history[0].Name != "Configuration manager" {
			t.Errorf("history %+v, %v", history[0], err)
		}
		// One is changed again; the other goes back alone.
		if _, err := o.Save(t.Context(), o.manager, cmdb.Input{ID: two.ID, Fields: map[string]string{"memory": "512"}}); err != nil {
			t.Fatal(err)
		}
		if _, list, err := d.Read(t.Context(), o.manager, b.ID); err != nil || len(list) != 2 || list[0].Refused != nil || list[1].Refused == nil {
			t.Errorf("what an undo would do: %+v, %v", list, err)
		}
		b, back, err := d.Undo(t.Context(), o.manager, b.ID)
		if err != nil || len(back) != 2 || b.Undone.IsZero() {
			t.Fatalf("undone %+v, %v", back, err)
		}
		if i := o.item(t, one.ID); i.Extra["memory"] != "64" || i.Zone != 0 || i.Room != "A1" {
			t.Errorf("taken back: %+v", i)
		}
		if i := o.item(t, two.ID); i.Extra["memory"] != "512" || i.Zone != o.zones["public"] || len(faultsOf(back[1].Refused)) != 1 {
			t.Errorf("changed since, and touched all the same: %+v, %v", i, back[1].Refused)
		}
		if _, _, err := d.Undo(t.Context(), o.manager, b.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("undone twice: %v", err)
		}
		_, list, err := d.Read(t.Context(), o.manager, b.ID)
		if err != nil || list[0].Refused != nil || list[1].Refused == nil {
			t.Errorf("what an undo left alone: %+v, %v", list, err)
		}
		rows, err := db.Audit().Rows(t.Context(), audit.Filter{Deed: "item.", Limit: 20})
		if err != nil || rows[0].Deed != cmdb.DeedUnbulk || rows[0].Object != fmt.Sprintf("item_batch:%d", b.ID) {
			t.Errorf("audit: %+v, %v", rows[0], err)
		}
	})
}

func TestABulkChangeIsBoundByLifeGrantAndZone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		d := o.batches()
		public, business := o.zones["public"], o.zones["business"]
		ready := o.put(t, "class", "server", "code", "SRV-1", "name_en", "Ready", "state", "building")
		stock := o.put(t, "class", "server", "code", "SRV-2", "name_en", "In stock", "state", "in_stock")
		secret := o.put(t, "class", "server", "code", "SRV-3", "name_en", "Secret", "state", "building", "zone", fmt.Sprint(business))
		act := cmdb.Act{Fields: map[string]string{"owner": o.manager.ID.String(), "zone": fmt.Sprint(public)}, Move: "go_live", Because: "CHG-1"}
		narrow := o.manager
		narrow.Scope.AllZones, narrow.Scope.Cleared = false, []people.ZoneID{public}
		b, list, err := d.Do(t.Context(), narrow, act, chosen(ready, stock, secret))
		if err != nil || b.Items != 1 || !list[0].Does() || list[1].Refused == nil || !fault.Is(list[2].Refused, fault.Missing) || list[2].Item != nil {
			t.Fatalf("%+v, %+v, %v", b, list, err)
		}
		if i := o.item(t, ready.ID); i.State != cmdb.Live || i.Owner != o.manager.ID {
			t.Errorf("an item that gets its owner and goes live in one is %s, %+v", i.State, i)
		}
		if i := o.item(t, secret.ID); i.Zone != business || i.Version != secret.Version {
			t.Errorf("an item out of sight was changed: %+v", i)
		}
		// Into a zone he may not see he brings nothing, nor back into one.
		if _, list, err = d.Do(t.Context(), narrow, cmdb.Act{Fields: map[string]string{"zone": fmt.Sprint(business)}}, chosen(ready)); err != nil || list[0].Refused == nil {
			t.Errorf("into a closed zone: %+v, %v", list, err)
		}
		moved, _, err := d.Do(t.Context(), o.manager, cmdb.Act{Fields: map[string]string{"zone": fmt.Sprint(public)}}, chosen(secret))
		if err != nil {
			t.Fatal(err)
		}
		own := narrow // as the one who did it, no longer cleared for where it was
		if _, back, err := d.Undo(t.Context(), own, moved.ID); err != nil || back[0].Refused == nil {
			t.Errorf("back into a closed zone: %+v, %v", back, err)
		}
		other := narrow
		other.ID++
		if _, _, err := d.Read(t.Context(), other, b.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("somebody else's: %v", err)
		}
		if past, err := d.Past(t.Context(), other, 10); err != nil || len(past) != 0 {
			t.Errorf("others' are listed: %+v, %v", past, err)
		}
		if past, err := d.Past(t.Context(), o.manager, 10); err != nil || len(past) != 2 {
			t.Errorf("listed: %+v, %v", past, err)
		}
		// What went out of his sight since is counted for who changed it, and left alone.
		hide := cmdb.Input{ID: ready.ID, Fields: map[string]string{"zone": fmt.Sprint(business)}}
		if _, err := o.Save(t.Context(), o.manager, hide); err != nil {
			t.Fatal(err)
		}
		held, seen, err := d.Read(t.Context(), narrow, b.ID)
		if err != nil || len(seen) != 0 || held.Unseen(narrow, seen) != 1 || held.Unseen(other, seen) != 0 {
			t.Errorf("out of sight: %+v, %d, %v", seen, held.Unseen(narrow, seen), err)
		}
		if back, seen, err := d.Undo(t.Context(), narrow, b.ID); err != nil || back.Unseen(narrow, seen) != 1 || o.item(t, ready.ID).State != cmdb.Live {
			t.Errorf("undone out of sight: %+v, %v", seen, err)
		}
		for name, k := range map[string]struct {
			grants string
			act    cmdb.Act
			kind   fault.Kind
		}{
			"without the grant":         {"item.read item.edit", act, fault.Denied},
			"without the field's":       {"item.read item.bulk item.go_live", act, fault.Denied},
			"without the move's":        {"item.read item.bulk item.edit", act, fault.Denied},
			"a field of each item's":    {"item.*", cmdb.Act{Fields: map[string]string{"serial": "1"}}, fault.Invalid},
			"a value that is none":      {"item.*", cmdb.Act{Fields: map[string]string{"memory": "much"}}, fault.Invalid},
			"a move that is none":       {"item.*", cmdb.Act{Move: "fly"}, fault.Invalid},
			"nothing":                   {"item.*", cmdb.Act{}, fault.Invalid},
			"a move that asks for more": {"item.*", cmdb.Act{Move: "go_live", Form: map[string]string{"spoon": "1"}, Because: "x"}, ""},
		} {
			by := o.manager
			by.Grants = people.NewGrants(k.grants)
			list, err := d.Preview(t.Context(), by, k.act, chosen(ready))
			if k.kind == "" && (err != nil || list[0].Refused == nil) || k.kind != "" && !fault.Is(err, k.kind) {
				t.Errorf("%s: %+v, %v", name, list, err)
			}
		}
		if _, err := d.Preview(t.Context(), o.manager, act, make([]cmdb.Chosen, cmdb.MostBatch+1)); !fault.Is(err, fault.TooMuch) {
			t.Errorf("too many: %v", err)
		}
	})
}

// TestAnUndoneBulkChangeLeavesValuesToTheirSource: what an import filled in
// belongs to it again.
func TestAnUndoneBulkChangeLeavesValuesToTheirSource(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		d, r := o.batches(), o.reconciler()
		in, _, err := r.Draft(t.Context(), o.manager, report("scan", nil, []string{"server", "code", "SRV-9", "name_en", "Nine", "memory", "32"}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Approve(t.Context(), o.manager, in.ID, nil); err != nil {
			t.Fatal(err)
		}
		ids, err := db.Items().Coded(t.Context(), "SRV-9")
		if err != nil {
			t.Fatal(err)
		}
		i := o.item(t, ids["SRV-9"])
		b, _, err := d.Do(t.Context(), o.manager, cmdb.Act{Fields: map[string]string{"memory": "64"}}, []cmdb.Chosen{{Item: i.ID, Version: i.Version}})
		if err != nil || o.item(t, i.ID).OriginOf("memory") != cmdb.Hand {
			t.Fatalf("%+v, %v", b, err)
		}
		if _, list, err := d.Do(t.Context(), o.manager, cmdb.Act{Fields: map[string]string{"memory": "96"}}, []cmdb.Chosen{{Item: i.ID, Version: i.Version}}); err != nil || !fault.Is(list[0].Refused, fault.Conflict) {
			t.Errorf("decided upon an older version: %+v, %v", list, err)
		}
		if _, _, err := d.Undo(t.Context(), o.manager, b.ID); err != nil {
			t.Fatal(err)
		}
		if got := o.item(t, i.ID); got.Extra["memory"] != "32" || got.OriginOf("memory") != "scan" {
			t.Errorf("%s from %q", got.Extra["memory"], got.OriginOf("memory"))
		}
	})
}
