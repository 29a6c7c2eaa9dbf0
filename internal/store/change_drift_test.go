package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A difference is explained with a reason, or made a change of its item in its
// network in one step, which somebody who may not know of the item cannot.
func TestADriftBecomesAChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 12, 1, 0, 0, 0, time.UTC)
		clock := func() time.Time { return now }
		zone := &setting.Thing{Kind: setting.Zone, Code: "vault", Name: people.Text{En: "Vault"}, Changed: now}
		if err := db.Settings().Save(t.Context(), zone); err != nil {
			t.Fatal(err)
		}
		lot := &cmdb.Lot{Items: []*cmdb.Item{{Code: "D1", Name: people.Text{En: "D1"}, Class: "server", State: cmdb.Live, Zone: people.ZoneID(zone.ID), Created: now, Changed: now}}}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		found := &cmdb.Discrepancy{Item: lot.Items[0].ID, Kind: cmdb.Missing, State: "found", At: now, Moved: now}
		if err := db.Discrepancies().Report(t.Context(), &cmdb.Lot{}, found); err != nil {
			t.Fatal(err)
		}
		d := &change.Drifts{Store: db.ChangeDrifts(), Now: clock, Desk: change.NewDesk(record.Desk[*change.Change]{Store: db.Changes(), Now: clock}, change.City{}, db.Ledger(), db.ChangeShelf())}
		d.Desk.Together = db.Together
		by, key := people.System(people.ViaShell), change.DriftKey{Kind: change.Audited, Target: found.ID, Item: found.Item}
		outside := by
		outside.Scope = people.Scope{All: true}
		if _, err := d.Open(t.Context(), outside, key, "D1", "gone"); !fault.Is(err, fault.Missing) {
			t.Errorf("who is not cleared opens a change about it: %v", err)
		}
		if _, err := d.Explain(t.Context(), by, key, " ", ""); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "reason" {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := d.Explain(t.Context(), by, key, "so", "CHG-2026-00099"); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "change" {
			t.Errorf("by a change that is not there: %v", err)
		}
		c, err := d.Open(t.Context(), by, key, "Unauthorised change of D1", "gone")
		if err != nil || c.Zone != people.ZoneID(zone.ID) || len(c.Items) != 1 || c.Items[0] != found.Item || c.State != change.Draft {
			t.Fatalf("opened: %+v, %v", c, err)
		}
		one, err := d.Find(t.Context(), by, key)
		if err != nil || !one.Explained() || one.Change != c.Number {
			t.Errorf("explained by it: %+v, %v", one, err)
		}
		if _, err := d.Open(t.Context(), by, key, "Again", "gone"); !fault.Is(err, fault.Conflict) {
			t.Errorf("opened twice: %v", err)
		}
		if one, err = d.Explain(t.Context(), by, key, "the rack was moved", ""); err != nil || one.Why != "the rack was moved" || one.Change != 0 {
			t.Errorf("explained otherwise: %+v, %v", one, err)
		}
	})
}

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
		if err := db.ChangeDrifts().ExplainDrift(t.Context(), &one, time.Time{}, log); err != nil {
			t.Fatal(err)
		}
		for what, was := range map[string]time.Time{"nothing said": {}, "something older": day(11)} {
			other := one
			other.Why = "typing error"
			if err := db.ChangeDrifts().ExplainDrift(t.Context(), &other, was, log); !fault.Is(err, fault.Conflict) {
				t.Errorf("over what was said, having read %s: %v", what, err)
			}
		}
		if all = list(people.Everything()); !all[1].Explained() || all[1].Why != one.Why || all[1].Change != c.Number || all[0].Explained() {
			t.Errorf("explained: %+v", all)
		}
		if some := list(people.Scope{Own: 99, AllZones: true}); len(some) != 2 || some[1].Change != 0 || some[1].Why == "" {
			t.Errorf("who does not see the change: %+v", some)
		}
		within = change.Span{From: day(11), Until: day(12)} // D2 alone, ten days after which nothing covers
		if all = list(people.Everything()); len(all) != 0 {
			t.Errorf("covered: %+v", all)
		}
	})
}

// A relation that an import brought is told with the item at its other end,
// except to who is not cleared for that: he learns neither its code nor that
// there is one.
func TestADriftTellsNoClosedEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 12, 1, 0, 0, 0, time.UTC)
		zones := []*setting.Thing{{Kind: setting.Zone, Code: "vault", Name: people.Text{En: "Vault"}, Changed: now}, {Kind: setting.Zone, Code: "office", Name: people.Text{En: "Office"}, Changed: now}}
		for _, z := range zones {
			if err := db.Settings().Save(t.Context(), z); err != nil {
				t.Fatal(err)
			}
		}
		vault, office := people.ZoneID(zones[0].ID), people.ZoneID(zones[1].ID)
		lot := &cmdb.Lot{}
		for code, zone := range map[string]people.ZoneID{"OPEN": 0, "PLAIN": 0, "VAULT": vault, "OFFICE": office} {
			lot.Items = append(lot.Items, &cmdb.Item{Code: code, Name: people.Text{En: code}, Class: "server", State: cmdb.Live, Zone: zone, Created: now.AddDate(0, -1, 0), Changed: now.AddDate(0, -1, 0)})
		}
		if err := db.Items().Write(t.Context(), lot); err != nil {
			t.Fatal(err)
		}
		id := map[string]record.ItemID{}
		for _, i := range lot.Items {
			id[i.Code] = i.ID
		}
		brought := &cmdb.Lot{}
		for _, ends := range [][2]string{{"OPEN", "VAULT"}, {"OPEN", "OFFICE"}, {"OPEN", "PLAIN"}, {"PLAIN", "VAULT"}} {
			brought.Relations = append(brought.Relations, &cmdb.Relation{Source: id[ends[0]], Target: id[ends[1]], Type: "depends_on", Import: 7, Since: now})
		}
		if err := db.Items().Write(t.Context(), brought); err != nil {
			t.Fatal(err)
		}
		t.Run("ended", func(t *testing.T) {
			endedByImport(t, db, id, map[string]people.ZoneID{"VAULT": vault, "OFFICE": office}, now)
		})
		for want, scope := range map[string]people.Scope{
			"OPEN:OFFICE OPEN:PLAIN OPEN:VAULT PLAIN:VAULT": people.Everything(),
			"OPEN:OFFICE OPEN:PLAIN":                        {All: true, Cleared: []people.ZoneID{office}},
			"OPEN:PLAIN":                                    {All: true},
		} {
			all, err := db.ChangeDrifts().Drifts(t.Context(), scope, change.Span{From: now.Add(-time.Hour), Until: now.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range all {
				for _, f := range d.Fields {
					got = append(got, d.Code+":"+f.Became)
					if to := map[string]people.ZoneID{"VAULT": vault, "OFFICE": office}[f.Became]; f.Zone != to {
						t.Errorf("the network of %s is %d, want %d", f.Became, f.Zone, to)
					}
				}
			}
			if slices.Sort(got); strings.Join(got, " ") != want {
				t.Errorf("cleared for %v: %v, want %s", scope.Cleared, got, want)
			}
		}
	})
}

// endedByImport: a relation that an import ends is told as one that an import
// brings is, with its other end to whoever may know of that; one that it only
// begins anew is told once.
func endedByImport(t *testing.T, db *store.DB, id map[string]record.ItemID, zones map[string]people.ZoneID, now time.Time) {
	t.Helper()
	then := now.AddDate(0, 0, 10)
	held := &cmdb.Lot{}
	for _, ends := range [][2]string{{"OFFICE", "VAULT"}, {"OFFICE", "OPEN"}, {"OFFICE", "PLAIN"}, {"PLAIN", "OFFICE"}} {
		held.Relations = append(held.Relations, &cmdb.Relation{Source: id[ends[0]], Target: id[ends[1]], Type: "runs_on", Origin: cmdb.Hand, Since: now.AddDate(0, -1, 0)})
	}
	if err := db.Items().Write(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	for n, r := range held.Relations {
		r.Until = then
		if r.EndedBy = 8; n == 3 { // by a person
			r.EndedBy = 0
		}
	}
	anew := *held.Relations[2]
	anew.ID, anew.Import, anew.Since, anew.Until, anew.EndedBy, anew.Share = 0, 8, then, time.Time{}, 0, 50
	lot := &cmdb.Lot{Relations: append(held.Relations, &anew)}
	for _, h := range [][3]string{{"OPEN", "room", "B"}, {"VAULT", "", ""}, {"VAULT", "room", "B"}} { // the last came into being with it
		c := cmdb.Change{Item: id[h[0]], At: then, Origin: "scan", Field: h[1], Became: h[2], Import: 8}
		if h[1] != "" {
			c.Was = "A"
		}
		lot.History = append(lot.History, c)
	}
	if err := db.Items().Write(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	for want, scope := range map[string]people.Scope{
		"OFFICE:OPEN→ OFFICE:VAULT→ OFFICE:→PLAIN OPEN:A→B": people.Everything(),
		"OFFICE:OPEN→ OFFICE:→PLAIN OPEN:A→B":               {All: true, Cleared: []people.ZoneID{zones["OFFICE"]}},
		"OPEN:A→B": {All: true},
	} {
		all, err := db.ChangeDrifts().Drifts(t.Context(), scope, change.Span{From: then.Add(-time.Hour), Until: then.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range all {
			for _, f := range d.Fields {
				got = append(got, d.Code+":"+f.Was+"→"+f.Became)
				if f.Name != "runs_on" && f.Name != "room" || f.Was == "VAULT" && f.Zone != zones["VAULT"] || d.Target != 8 {
					t.Errorf("told as %+v of %d", f, d.Target)
				}
			}
		}
		if slices.Sort(got); strings.Join(got, " ") != want {
			t.Errorf("cleared for %v: %v, want %s", scope.Cleared, got, want)
		}
	}
}
