package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// How somebody left a drawing is his alone; what he shares others have, but
// nothing in it tells them of items they may not see.
func TestSketchesAreTheirOwners(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		shut := setting.Thing{Kind: setting.Zone, Code: "shut", Changed: time.Unix(1, 0)}
		if err := db.Settings().Save(t.Context(), &shut); err != nil {
			t.Fatal(err)
		}
		var owners []people.ID
		for _, code := range []string{"lin", "wu"} {
			p := people.Person{Code: code, Name: code, Changed: itemDay}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			owners = append(owners, p.ID)
		}
		lot := &cmdb.Lot{}
		for _, i := range []cmdb.Item{{Code: "open"}, {Code: "secret", Zone: people.ZoneID(shut.ID)}} {
			i.Name, i.Class, i.State, i.Created, i.Changed = people.Text{En: i.Code}, "server", cmdb.Live, itemDay, itemDay
			lot.Items = append(lot.Items, &i)
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		open, secret := int64(lot.Items[0].ID), int64(lot.Items[1].ID)
		d := &cmdb.Sketches{Store: db.Sketches(), Analyst: analystOf(t, db, shut)}
		grants := people.NewGrants(cmdb.DeedImpact)
		lin := people.Actor{ID: owners[0], Name: "lin", Staff: true, Grants: grants, Scope: people.Everything()}
		wu := people.Actor{ID: owners[1], Name: "wu", Staff: true, Grants: grants, Scope: people.Scope{All: true}}
		place := "item:" + cmdbText(open)
		all := cmdb.SketchDoc{
			Way: cmdb.Both, Hops: 2, Open: []int64{open, secret}, Apart: []string{"server-0", "server-" + cmdbText(shut.ID)},
			Spots: map[string]cmdb.Spot{"i" + cmdbText(open): {X: 1}, "i" + cmdbText(secret): {X: 2}, "bserver-" + cmdbText(shut.ID): {X: 3}},
		}
		for _, s := range []cmdb.Sketch{{Place: place, Doc: all}, {Place: place, Name: "for all", Shared: true, Doc: all}, {Place: place, Name: "mine", Doc: all}, {Place: place, Doc: all}} {
			if _, err := d.Keep(t.Context(), lin, s); err != nil {
				t.Fatal(err)
			}
		}
		if own, err := d.Of(t.Context(), lin, place); err != nil || len(own) != 3 {
			t.Fatalf("his own: %d, %v; want the way he left it, and two names", len(own), err)
		}
		seen, err := d.Of(t.Context(), wu, place)
		if err != nil || len(seen) != 1 || seen[0].Name != "for all" {
			t.Fatalf("the other has %+v, %v", seen, err)
		}
		want := cmdb.SketchDoc{Way: cmdb.Both, Hops: 2, Open: []int64{open}, Apart: []string{"server-0"}, Spots: map[string]cmdb.Spot{"i" + cmdbText(open): {X: 1}}}
		if diff := cmp.Diff(want, seen[0].Doc); diff != "" {
			t.Errorf("what the other may know of it: %s", diff)
		}
		if err := d.Drop(t.Context(), wu, seen[0].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("the other takes it away: %v", err)
		}
		if err := d.Drop(t.Context(), lin, seen[0].ID); err != nil {
			t.Fatal(err)
		}
		if seen, err := d.Of(t.Context(), wu, place); err != nil || len(seen) != 0 {
			t.Errorf("taken away, the other has %+v, %v", seen, err)
		}
		for field, s := range map[string]cmdb.Sketch{
			"around": {Place: "room:1", Doc: all}, "name": {Place: place, Shared: true, Doc: all}, "way": {Place: place}, "hops": {Place: place, Doc: cmdb.SketchDoc{Way: cmdb.Both, Hops: 9}},
			"spots": {Place: place, Doc: cmdb.SketchDoc{Way: cmdb.Both, Spots: map[string]cmdb.Spot{"onclick": {}}}}, "apart": {Place: place, Doc: cmdb.SketchDoc{Way: cmdb.Both, Apart: []string{"<b>"}}},
		} {
			if _, err := d.Keep(t.Context(), lin, s); len(fault.All(err)) != 1 || fault.All(err)[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}
