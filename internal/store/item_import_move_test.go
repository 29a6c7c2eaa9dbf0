package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// ties makes a report of relations only.
func tiesOf(source string, list ...cmdb.Tie) cmdb.Report {
	for n := range list {
		list[n].Line, list[n].Type = n+1, "keeps_place"
	}
	rep := report(source, nil)
	rep.Next, rep.NextTie = nil, next(list)
	return rep
}

// hosts are machines and hosts, of a type of relations with room for one host.
func (o *office) hosts(t *testing.T) map[string]*cmdb.Item {
	t.Helper()
	one := &setting.Thing{Kind: setting.RelationType, Code: "keeps_place", Name: people.Text{En: "stands in"}, Changed: itemDay, Doc: []byte(`{"back":{"en":"holds"},"suffers":"source","targets":1}`)}
	if err := o.keeper.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{one}}); err != nil {
		t.Fatal(err)
	}
	out := map[string]*cmdb.Item{}
	for _, code := range []string{"VM-1", "VM-2", "A", "B", "C"} {
		out[code] = o.put(t, "class", "server", "code", code, "name_en", code, "zone", fmt.Sprint(o.zones["public"]))
	}
	return out
}

// on is where an item stands, "" for nowhere.
func (o *office) on(t *testing.T, i *cmdb.Item) (out string) {
	t.Helper()
	list, err := o.db.Relations().Touching(t.Context(), false, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if r.Source == i.ID {
			host, err := o.Find(t.Context(), o.manager, r.Target)
			if err != nil {
				t.Fatal(err)
			}
			out += host.Code
		}
	}
	return out
}

// A machine stands on one host. Whoever reported where it stands may report
// that it moved; that is shown before, and undone with the import.
func TestASourceMovesARelationOfWhichThereIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		items := o.hosts(t)
		o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-1", Target: "A", Share: 40}, cmdb.Tie{Source: "VM-2", Target: "A"}))
		o.at = o.at.Add(time.Hour)
		in, plan := o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-1", Target: "B", Share: 60}, cmdb.Tie{Source: "VM-2", Target: "A"}))
		if in.Counts[cmdb.Alter] != 1 || in.Counts[cmdb.Same] != 1 || in.Counts[cmdb.Faulty] != 0 {
			t.Fatalf("moved: %+v, %+v", in.Counts, plan.Ties)
		}
		want := fmt.Sprintf("[{target %d %d netbox} {share 40 60 netbox}]", items["A"].ID, items["B"].ID)
		if got := fmt.Sprint(plan.Ties[0].Changes); got != want {
			t.Errorf("the difference: %s, want %s", got, want)
		}
		if one, two := o.on(t, items["VM-1"]), o.on(t, items["VM-2"]); one != "B" || two != "A" {
			t.Errorf("VM-1 stands on %q, VM-2 on %q", one, two)
		}
		movedUnasked(t, o, in.ID, items["VM-1"])
		if _, _, err := o.reconciler().Undo(t.Context(), o.manager, in.ID); err != nil {
			t.Fatal(err)
		}
		if one := o.on(t, items["VM-1"]); one != "A" {
			t.Errorf("after the undo VM-1 stands on %q", one)
		}
	})
}

// What somebody put by hand, what the report itself says twice, and what whoever
// reports may not see, is not moved.
func TestWhatASourceDoesNotMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		items := o.hosts(t)
		moves := 0
		faulty := func(name string, rep cmdb.Report, at int) {
			t.Helper()
			in, plan, err := o.reconciler().Draft(t.Context(), o.manager, rep)
			if err != nil || in.Counts[cmdb.Alter] != moves || plan.Ties[at].Outcome != cmdb.Faulty || plan.Ties[at].Faults[0].Key != "cmdb.no_more" {
				t.Errorf("%s: %+v, %v", name, plan, err)
			}
		}
		if _, err := o.Relate(t.Context(), o.manager, cmdb.Relation{Source: items["VM-1"].ID, Target: items["A"].ID, Type: "keeps_place"}); err != nil {
			t.Fatal(err)
		}
		faulty("by hand", tiesOf("netbox", cmdb.Tie{Source: "VM-1", Target: "B"}), 0)
		o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "A"}))
		faulty("both hosts", tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "B"}, cmdb.Tie{Source: "VM-2", Target: "A"}), 0)
		moves = 1 // the first holds
		faulty("moved twice", tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "B"}, cmdb.Tie{Source: "VM-2", Target: "C"}), 1)
		moves = 0
		secret := o.put(t, "class", "server", "code", "SECRET", "name_en", "Secret", "zone", fmt.Sprint(o.zones["business"]))
		o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "A"}))
		moved, _ := o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "SECRET"}))
		if o.on(t, items["VM-2"]) != "SECRET" {
			t.Fatalf("%+v", moved)
		}
		o.manager.Scope = people.Scope{All: true, Cleared: []people.ZoneID{o.zones["public"]}}
		faulty("from out of sight", tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "B"}), 0)
		_, plan, err := o.reconciler().Read(t.Context(), o.manager, moved.ID)
		if err != nil || len(plan.Ties) != 0 {
			t.Errorf("a plan tells of %d: %+v, %v", secret.ID, plan, err)
		}
		o.manager.Scope = people.Everything()
		back, _ := o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-2", Target: "B"}))
		o.manager.Scope = people.Scope{All: true, Cleared: []people.ZoneID{o.zones["public"]}}
		if _, plan, err = o.reconciler().Read(t.Context(), o.manager, back.ID); err != nil || len(plan.Ties) != 0 {
			t.Errorf("the way back tells of %d: %+v, %v", secret.ID, plan, err)
		}
	})
}

// A machine that moves to a host that the same import brings in goes back to
// its old host when the import is undone.
func TestAMoveToANewHostIsUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		items := o.hosts(t)
		o.run(t, tiesOf("netbox", cmdb.Tie{Source: "VM-1", Target: "A"}))
		rep := report("netbox", nil, []string{"server", "code", "NEW", "name_en", "New host"})
		rep.NextTie = next([]cmdb.Tie{{Line: 2, Source: "VM-1", Target: "NEW", Type: "keeps_place"}})
		in, plan := o.run(t, rep)
		if in.Counts[cmdb.Alter] != 1 || in.Counts[cmdb.Add] != 1 || o.on(t, items["VM-1"]) != "NEW" {
			t.Fatalf("moved: %+v, %+v", in.Counts, plan.Ties)
		}
		if _, _, err := o.reconciler().Undo(t.Context(), o.manager, in.ID); err != nil {
			t.Fatal(err)
		}
		if on := o.on(t, items["VM-1"]); on != "A" || o.byCode(t, "NEW").State != cmdb.Retired {
			t.Errorf("VM-1 stands on %q", on)
		}
	})
}

// movedUnasked: what an import ended and began of an item is among the changes
// that nobody authorised, both ends of the move.
func movedUnasked(t *testing.T, o *office, by int64, item *cmdb.Item) {
	t.Helper()
	all, err := o.db.ChangeDrifts().Drifts(t.Context(), people.Everything(), change.Span{From: o.at.Add(-time.Minute), Until: o.at.Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		for _, f := range d.Fields {
			if d.Target == by && d.Kind == change.Imported && d.Item == item.ID && f.Name == "keeps_place" {
				got = append(got, f.Was+"→"+f.Became)
			}
		}
	}
	if slices.Sort(got); fmt.Sprint(got) != "[A→ →B]" {
		t.Errorf("without a change: %v of %+v", got, all)
	}
}
