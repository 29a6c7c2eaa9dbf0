package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// dying is a store of a node that dies: after some lots it says nothing more.
type dying struct {
	cmdb.Store
	lots int
}

var errDead = errors.New("the node is dead")

func (d *dying) Write(ctx context.Context, lot *cmdb.Lot) error {
	if d.lots--; d.lots < 0 {
		panic(errDead)
	}
	return d.Store.Write(ctx, lot)
}

// many reports n servers, each on the one before it.
func many(source string, n int) cmdb.Report {
	var findings [][]string
	for i := range n {
		findings = append(findings, []string{"server", "code", fmt.Sprintf("SRV-%05d", i), "memory", "64"})
	}
	return report(source, []cmdb.Class{"server"}, findings...)
}

// inLots writes an import of 900 in three transactions, as one of 9,000 is
// written.
func inLots(o *office) *cmdb.Reconciler {
	r := o.reconciler()
	r.Lot = 400
	return r
}

func TestAnImportWhoseNodeDiedIsToldAsBrokenOffAndGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.put(t, "class", "server", "code", "SRV-00007", "name_en", "Seven", "memory", "", "state", "live")
		o.run(t, report("agent", nil, []string{"server", "code", "OLD"}))
		in, _, err := o.reconciler().Draft(t.Context(), o.manager, many("agent", 900))
		if err != nil || in.Counts[cmdb.Add] != 899 || in.Counts[cmdb.Alter] != 1 || in.Counts[cmdb.Absent] != 1 {
			t.Fatalf("drafted: %+v, %v", in, err)
		}
		first := inLots(o)
		first.Items = &dying{first.Items, 1}
		func() {
			defer func() {
				if p := recover(); p != errDead { //nolint:errorlint // a panic value
					t.Fatalf("the node did not die: %v", p)
				}
			}()
			_, err := first.Approve(t.Context(), o.manager, in.ID, nil)
			t.Errorf("approved by a dead node: %v", err)
		}()
		second := inLots(o) // another node: it knows only what is in the database
		now, _, err := second.Read(t.Context(), o.manager, in.ID)
		if err != nil || now.State != cmdb.Running || now.Rows != 400 {
			t.Fatalf("seen from another node: %+v, %v", now, err)
		}
		if _, err := second.Begin(t.Context(), o.manager, in.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("begun twice: %v", err)
		}
		if _, _, err := second.Undo(t.Context(), o.manager, in.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("undone while it runs: %v", err)
		}
		o.at = o.at.Add(cmdb.Patience + time.Second)
		if now, _, err = second.Read(t.Context(), o.manager, in.ID); err != nil || now.State != cmdb.Broken {
			t.Fatalf("after its patience: %+v, %v", now, err)
		}
		done, err := second.Approve(t.Context(), o.manager, in.ID, nil)
		if err != nil || done.State != cmdb.Done || done.Counts[cmdb.Add] != 899 || done.Counts[cmdb.Alter] != 1 || done.Counts[cmdb.Faulty] != 0 {
			t.Fatalf("gone on: %+v, %v", done, err)
		}
		// The first node was only slow: it must not write any further.
		late := now
		late.State = cmdb.Running
		if err := db.ItemImports().SaveImport(t.Context(), &late, late); !fault.Is(err, fault.Conflict) {
			t.Errorf("the node of the first turn goes on: %v", err)
		}
		items, changes := 0, map[string]int{}
		if err := db.Items().Walk(t.Context(), func(i *cmdb.Item) error {
			items++
			return nil
		}); err != nil || items != 901 {
			t.Errorf("%d items, want 901, %v", items, err)
		}
		history, _, err := db.ItemImports().Traces(t.Context(), in.ID)
		for _, h := range history {
			changes[h.Field]++
		}
		if err != nil || changes[""] != 899 || changes["memory"] != 1 {
			t.Errorf("what the import did: %v, %v", changes, err)
		}
		if old := o.byCode(t, "OLD"); old.Missed != 1 {
			t.Errorf("what was absent once was missed %d times", old.Missed)
		}
	})
}

func TestAnErrorOfTheDatabaseBreaksAnImportOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		in, _, err := o.reconciler().Draft(t.Context(), o.manager, many("agent", 10))
		if err != nil {
			t.Fatal(err)
		}
		o.put(t, "class", "server", "code", "SRV-00003", "name_en", "Taken meanwhile")
		if _, err := o.reconciler().Approve(t.Context(), o.manager, in.ID, nil); !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
			t.Fatalf("approved although a label is taken: %v", err)
		}
		now, _, err := o.reconciler().Read(t.Context(), o.manager, in.ID)
		if err != nil || now.State != cmdb.Broken || len(now.Trouble) != 1 {
			t.Fatalf("it says why it broke off: %+v, %v", now, err)
		}
		if _, _, err := o.reconciler().Undo(t.Context(), o.manager, in.ID); err != nil {
			t.Errorf("undone: %v", err)
		}
	})
}

func TestUndoGivesOriginsBackAndASourceBringsItsItemsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.run(t, report("netbox", nil, []string{"server", "code", "SRV-1", "room", "A1"}))
		rep := func() cmdb.Report {
			return report("agent", nil, []string{"server", "code", "SRV-1", "room", "A2", "os", "openEuler"}, []string{"server", "serial", "SN-2", "vendor", "H3C", "fqdn", "two.example"})
		}
		in, _ := o.run(t, rep())
		if one := o.byCode(t, "SRV-1"); one.OriginOf("room") != "agent" || one.OriginOf("os") != "agent" {
			t.Fatalf("brought in: %+v", one.Origin)
		}
		for turn := range 2 { // the second proves that the first left nothing behind
			if _, _, err := o.reconciler().Undo(t.Context(), o.manager, in.ID); err != nil {
				t.Fatal(err)
			}
			one := o.byCode(t, "SRV-1")
			if one.Room != "A1" || one.OriginOf("room") != "netbox" || one.OriginOf("os") != "netbox" || one.Extra["os"] != "" {
				t.Errorf("turn %d: undone: room %s from %s, os %q from %s", turn, one.Room, one.OriginOf("room"), one.Extra["os"], one.OriginOf("os"))
			}
			if two := o.byCode(t, "SN-2"); two.State != cmdb.Retired {
				t.Errorf("turn %d: what the import added is %s", turn, two.State)
			}
			var plan *cmdb.Plan
			in, plan = o.run(t, rep())
			if got := outcomes(plan); got != "change:code change:serial" {
				t.Fatalf("turn %d: brought in again: %s", turn, got)
			}
			if two := o.byCode(t, "SN-2"); two.State != cmdb.Live || two.OriginOf("state") != "agent" {
				t.Errorf("turn %d: brought back: %s from %s", turn, two.State, two.OriginOf("state"))
			}
		}
		two := o.byCode(t, "SN-2")
		if _, err := o.Move(t.Context(), o.manager, "retire", cmdb.Input{ID: two.ID, Because: "CHG-2026-00001"}); err != nil {
			t.Fatal(err)
		}
		o.run(t, rep())
		if two = o.byCode(t, "SN-2"); two.State != cmdb.Retired {
			t.Errorf("what a person retired came back as %s", two.State)
		}
	})
}

func TestABulkImportHoldsTheCardinalityOfTypes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		one := &setting.Thing{Kind: setting.RelationType, Code: "keeps_place", Name: people.Text{En: "stands in"}, Changed: itemDay, Doc: []byte(`{"back":{"en":"holds"},"suffers":"none","targets":1}`)}
		if err := o.keeper.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{one}}); err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"A", "B", "C"} {
			o.put(t, "class", "server", "code", code, "name_en", code)
		}
		ties := func(list ...cmdb.Tie) cmdb.Report {
			rep := report("hand", nil)
			rep.Next, rep.NextTie = nil, next(list)
			return rep
		}
		in, plan := o.run(t, ties(cmdb.Tie{Line: 1, Source: "A", Target: "B", Type: "keeps_place"}, cmdb.Tie{Line: 2, Source: "A", Target: "C", Type: "keeps_place"}, cmdb.Tie{Line: 3, Source: "B", Target: "C", Type: "keeps_place"}))
		if in.Counts[cmdb.Add] != 2 || in.Counts[cmdb.Faulty] != 1 {
			t.Fatalf("counts %+v", in.Counts)
		}
		if f := plan.Ties[1].Faults; len(f) != 1 || f[0].Field != "target" || f[0].Key != "cmdb.no_more" || plan.Ties[1].Line != 2 {
			t.Errorf("the second relation of A: %+v", plan.Ties[1])
		}
		// What fills the last place between draft and approval is found again.
		draft, _, err := o.reconciler().Draft(t.Context(), o.manager, ties(cmdb.Tie{Line: 1, Source: "C", Target: "A", Type: "keeps_place"}))
		if err != nil {
			t.Fatal(err)
		}
		o.run(t, ties(cmdb.Tie{Line: 1, Source: "C", Target: "B", Type: "keeps_place"}))
		if done, err := o.reconciler().Approve(t.Context(), o.manager, draft.ID, nil); err != nil || done.Counts[cmdb.Faulty] != 1 || done.Counts[cmdb.Add] != 0 {
			t.Errorf("approved too late: %+v, %v", done, err)
		}
	})
}

func TestFaultyLinesAreShownToWhoIsClearedForTheirZone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		in, plan, err := o.reconciler().Draft(t.Context(), o.manager, report("agent", nil,
			[]string{"server", "code", "PUB", "zone", "public", "memory", "x"},
			[]string{"server", "code", "BUS", "zone", "business", "memory", "x"},
			[]string{"server", "code", "NONE", "memory", "x"},
			[]string{"server", "code", "ODD", "zone", "nowhere"},
			[]string{"server", "code", "FINE", "zone", "business"},
		))
		if err != nil || in.Counts[cmdb.Faulty] != 4 {
			t.Fatalf("drafted: %+v, %+v, %v", in, plan, err)
		}
		guest := people.Actor{ID: o.manager.ID + 1, Name: "Guest", Staff: true, Grants: people.NewGrants("item.*"), Scope: people.Scope{All: true, Cleared: []people.ZoneID{o.zones["public"]}}}
		codes := func(by people.Actor) (out string, hidden int) {
			seen, plan, err := o.reconciler().Read(t.Context(), by, in.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range plan.Lines {
				out += l.Code + " "
			}
			if n := seen.Counts[cmdb.Faulty] + seen.Counts[cmdb.Add]; n != len(plan.Lines) {
				t.Errorf("%s sees %d lines and is told of %d", by.Name, len(plan.Lines), n)
			}
			return out, plan.Hidden
		}
		if got, hidden := codes(guest); got != "PUB NONE " || hidden != 0 {
			t.Errorf("a guest sees %s, and %d hidden", got, hidden)
		}
		drafter := guest
		drafter.ID = o.manager.ID
		if got, _ := codes(drafter); got != "PUB NONE ODD " {
			t.Errorf("who drafted it sees %s", got)
		}
		doc := &setting.Thing{Kind: setting.Centre, Code: cmdb.ImpactPolicyCode, Changed: itemDay, Doc: []byte(`{"tell_hidden":true,"city":1000,"department":50,"group":5}`)}
		if err := o.keeper.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{doc}}); err != nil {
			t.Fatal(err)
		}
		if _, hidden := codes(guest); hidden != 3 {
			t.Errorf("a centre that tells tells of %d hidden lines, want 3", hidden)
		}
	})
}

// failing is a store that fails after some lots, or whose request is cut off.
type failing struct {
	cmdb.Store
	lots int
	cut  context.CancelFunc
}

func (f *failing) Write(ctx context.Context, lot *cmdb.Lot) error {
	if f.lots--; f.lots < 0 && f.cut == nil {
		return errDead
	} else if f.lots < 0 {
		f.cut()
	}
	return f.Store.Write(ctx, lot)
}

func TestAnUndoThatStopsHalfWayIsTakenUp(t *testing.T) {
	for name, stop := range map[string]func(o *office, r *cmdb.Reconciler, ctx context.Context, id int64) error{
		"the store fails": func(o *office, r *cmdb.Reconciler, ctx context.Context, id int64) error {
			r.Items = &failing{r.Items, 1, nil}
			_, _, err := r.Undo(ctx, o.manager, id)
			return err
		},
		"the request is cut off": func(o *office, r *cmdb.Reconciler, ctx context.Context, id int64) error {
			ctx, cut := context.WithCancel(ctx)
			r.Items = &failing{r.Items, 1, cut}
			_, _, err := r.Undo(ctx, o.manager, id)
			return err
		},
		"the node dies": func(o *office, r *cmdb.Reconciler, ctx context.Context, id int64) (err error) {
			r.Items = &dying{r.Items, 1}
			defer func() { err = fmt.Errorf("%v", recover()) }()
			_, _, _ = r.Undo(ctx, o.manager, id)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := newOffice(t, db)
				o.put(t, "class", "server", "code", "SRV-00007", "name_en", "Seven", "memory", "", "state", "live")
				in, _ := o.run(t, many("agent", 900))
				if err := stop(o, inLots(o), t.Context(), in.ID); err == nil {
					t.Fatal("nothing stopped it")
				}
				second := inLots(o) // another node: it knows only what is in the database
				if name == "the node dies" {
					if _, _, err := second.Undo(t.Context(), o.manager, in.ID); !fault.Is(err, fault.Conflict) {
						t.Errorf("undone by two: %v", err)
					}
					o.at = o.at.Add(cmdb.Patience + time.Second)
				}
				now, err := second.One(t.Context(), in.ID)
				if err != nil || now.State != cmdb.Halfway {
					t.Fatalf("half undone: %+v, %v", now, err)
				}
				if _, err := second.Approve(t.Context(), o.manager, in.ID, nil); !fault.Is(err, fault.Conflict) {
					t.Errorf("what is half undone was carried out: %v", err)
				}
				back, kept, err := second.Undo(t.Context(), o.manager, in.ID)
				if err != nil || back != 900 || kept != 0 {
					t.Errorf("taken up: %d back, %d kept, %v", back, kept, err)
				}
				live := 0
				if err := db.Items().Walk(t.Context(), func(i *cmdb.Item) error {
					if i.InUse() {
						live++
					}
					return nil
				}); err != nil || live != 1 {
					t.Errorf("%d items in use, want the one from before: %v", live, err)
				}
				if i := o.byCode(t, "SRV-00007"); i.Extra["memory"] != "" || !i.InUse() {
					t.Errorf("from before: %+v", i)
				}
				if now, err = second.One(t.Context(), in.ID); err != nil || now.State != cmdb.Undone || now.Undone.IsZero() {
					t.Errorf("undone: %+v, %v", now, err)
				}
			})
		})
	}
}
