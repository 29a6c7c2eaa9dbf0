package store_test

import (
	"fmt"
	"slices"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestASandboxIsKeptAndComparedWithToday(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		app := o.put(t, "class", "business_system", "code", "APP", "name_en", "App", "state", "live")
		host := o.put(t, "class", "server", "code", "HOST", "name_en", "Host", "state", "live")
		secret := o.put(t, "class", "server", "code", "SECRET", "name_en", "Secret", "state", "live", "zone", fmt.Sprint(o.zones["business"]))
		tie, err := o.Relate(t.Context(), o.manager, cmdb.Relation{Source: app.ID, Target: host.ID, Type: "depends_on"})
		if err != nil {
			t.Fatal(err)
		}
		d := &cmdb.Sandboxes{Store: db.ItemSandboxes(), Analyst: analystOf(t, db)}
		keep := func(by people.Actor, s cmdb.Sandbox) (cmdb.Sandbox, error) { return d.Keep(t.Context(), by, s) }
		if _, err := keep(o.manager, cmdb.Sandbox{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a name: %v", err)
		}
		twin := []cmdb.Edit{{Do: cmdb.Duplicate, Item: host.ID, As: -1, Name: "Second host"}}
		if _, err := keep(o.manager, cmdb.Sandbox{Name: "x", Doc: cmdb.SandboxDoc{Edits: []cmdb.Edit{{Do: cmdb.Remove, Item: 999}}}}); !slices.Equal(faultsOf(err), []string{"edits[0].item cmdb.no_such_item"}) {
			t.Errorf("of an item that is not there: %v", err)
		}
		s, err := keep(o.manager, cmdb.Sandbox{Name: "Second host", Doc: cmdb.SandboxDoc{Edits: twin, Fail: []record.ItemID{host.ID}}})
		if err != nil || s.ID == 0 || s.Version != 1 {
			t.Fatalf("%+v, %v", s, err)
		}
		_, look, err := d.Look(t.Context(), o.manager, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(look.Better) != 1 || look.Better[0].Code != "APP" || look.Then == nil || look.Today == nil || len(look.Today.Items) != 2 || len(look.Then.Items) != 1 || look.Falls != nil {
			t.Errorf("a second host: %+v", look)
		}
		old := s
		s.Doc.Edits = append(s.Doc.Edits, cmdb.Edit{Do: cmdb.Move, Relation: tie.ID, Target: secret.ID}, cmdb.Edit{Do: cmdb.Remove, Item: host.ID})
		s.Shared = true
		if s, err = keep(o.manager, s); err != nil || s.Version != 2 {
			t.Fatalf("%+v, %v", s, err)
		}
		if _, err := keep(o.manager, old); !fault.Is(err, fault.Conflict) {
			t.Errorf("from an older version: %v", err)
		}
		// What is no longer possible is told and left out.
		if err := o.Part(t.Context(), o.manager, tie.ID); err != nil {
			t.Fatal(err)
		}
		if _, look, err = d.Look(t.Context(), o.manager, s.ID); err != nil || len(look.Refused) != 1 || look.Refused[0].Place != 1 || look.Falls == nil {
			t.Errorf("a relation ended: %+v, %v", look, err)
		}
		// Shared with whoever may see all that it names.
		other := o.manager
		other.ID++
		if list, err := d.Of(t.Context(), other, ""); err != nil || len(list) != 1 {
			t.Errorf("shared: %+v, %v", list, err)
		}
		if _, err := keep(other, s); !fault.Is(err, fault.Denied) {
			t.Errorf("another changed it: %v", err)
		}
		if err := d.Drop(t.Context(), other, s.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("another took it away: %v", err)
		}
		other.Scope.AllZones, other.Scope.Cleared = false, []people.ZoneID{o.zones["public"]}
		if list, err := d.Of(t.Context(), other, ""); err != nil || len(list) != 0 {
			t.Errorf("one that names a closed zone's item is listed: %+v, %v", list, err)
		}
		if _, _, err := d.Look(t.Context(), other, s.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("or looked into: %v", err)
		}
		if _, err := keep(other, cmdb.Sandbox{Name: "x", Doc: cmdb.SandboxDoc{Fail: []record.ItemID{secret.ID}}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a closed zone's item is named: %v", err)
		}
		if err := d.Drop(t.Context(), o.manager, s.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Read(t.Context(), o.manager, s.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("dropped: %v", err)
		}
	})
}
