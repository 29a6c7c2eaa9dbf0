package store_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

// report makes a source's report of findings: class, then fields in turn.
func report(source string, complete []cmdb.Class, findings ...[]string) cmdb.Report {
	n := 0
	return cmdb.Report{Source: source, Complete: complete, Next: func() (cmdb.Finding, error) {
		if n == len(findings) {
			return cmdb.Finding{}, io.EOF
		}
		n++
		f := cmdb.Finding{Line: n, Class: cmdb.Class(findings[n-1][0]), Fields: map[string]string{}}
		for i := 1; i+1 < len(findings[n-1]); i += 2 {
			f.Fields[findings[n-1][i]] = findings[n-1][i+1]
		}
		return f, nil
	}}
}

// run drafts and approves.
func (o *office) run(t *testing.T, rep cmdb.Report) (cmdb.Import, *cmdb.Plan) {
	t.Helper()
	in, plan, err := o.reconciler().Draft(t.Context(), o.manager, rep)
	if err != nil {
		t.Fatal(err)
	}
	done, err := o.reconciler().Approve(t.Context(), o.manager, in.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	return done, plan
}

func (o *office) byCode(t *testing.T, code string) *cmdb.Item {
	t.Helper()
	ids, err := o.db.Items().Coded(t.Context(), code)
	if err != nil || ids[code] == 0 {
		t.Fatalf("no item %s: %v", code, err)
	}
	i, err := o.Find(t.Context(), o.manager, ids[code])
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func outcomes(p *cmdb.Plan) string {
	var out []string
	for _, l := range p.Lines {
		text := string(l.Outcome)
		if l.Rule != "" {
			text += ":" + l.Rule
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestASourceIsReconciledWithWhatIsHeld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.put(t, "class", "server", "code", "SRV-1", "name_en", "One", "serial", "SN-1", "vendor", "Inspur", "memory", "64", "state", "live")
		o.put(t, "class", "server", "code", "SRV-2", "name_en", "Two", "mac", "00:00:00:00:00:02 00:00:00:00:00:03", "state", "live")
		first := report("agent", nil,
			[]string{"server", "serial", "SN-1", "vendor", "Inspur", "memory", "128", "os", "openEuler"},
			[]string{"server", "mac", "00:00:00:00:00:03 00:00:00:00:00:04", "fqdn", "two.example"},
			[]string{"server", "serial", "SN-9", "vendor", "H3C", "fqdn", "nine.example", "zone", "public"},
			[]string{"server", "fqdn", "nine.example.", "memory", "x"},
			[]string{"spoon", "code", "S"},
			[]string{"server", "serial", "SN-1", "vendor", "H3C"},
		)
		in, plan, err := o.reconciler().Draft(t.Context(), o.manager, first)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := outcomes(plan), "change:serial change:mac add fault fault add"; got != want {
			t.Fatalf("plan: %s, want %s: %+v", got, want, plan.Lines)
		}
		if kept := plan.Lines[0].Kept; len(kept) != 1 || kept[0].Field != "memory" || kept[0].From != cmdb.Hand {
			t.Errorf("what was typed in by hand gave way: %+v", plan.Lines[0])
		}
		if i := o.byCode(t, "SRV-1"); i.Extra["os"] != "" {
			t.Error("a draft changed something")
		}
		if in, err = o.reconciler().Approve(t.Context(), o.manager, in.ID, nil); err != nil || in.State != cmdb.Done {
			t.Fatalf("approved: %+v, %v", in, err)
		}
		if _, err := o.reconciler().Approve(t.Context(), o.manager, in.ID, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("approved twice: %v", err)
		}
		one := o.byCode(t, "SRV-1")
		if one.Extra["os"] != "openEuler" || one.OriginOf("os") != "agent" || one.OriginOf("memory") != cmdb.Hand || one.Extra["memory"] != "64" {
			t.Errorf("provenance: %+v", one)
		}
		if _, again := o.run(t, report("agent", nil, []string{"server", "serial", "SN-1", "vendor", "Inspur", "os", "openEuler"})); outcomes(again) != "same" {
			t.Errorf("the same again: %s", outcomes(again))
		}
		back, kept, err := o.reconciler().Undo(t.Context(), o.manager, in.ID)
		if err != nil || back != 4 || kept != 0 {
			t.Fatalf("undone: %d back, %d kept, %v", back, kept, err)
		}
		if one = o.byCode(t, "SRV-1"); one.Extra["os"] != "" {
			t.Errorf("not put back: %+v", one)
		}
		if nine := o.byCode(t, "SN-9"); nine.State != cmdb.Retired {
			t.Errorf("what the import added is %s", nine.State)
		}
	})
}

func TestPrecedenceIsTheCentres(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		doc := &setting.Thing{Kind: setting.Centre, Code: cmdb.PrecedenceCode, Changed: itemDay, Doc: []byte(`{"order":["netbox","hand","agent"],"fields":{"os":["agent"]}}`)}
		if err := o.keeper.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{doc}}); err != nil {
			t.Fatal(err)
		}
		o.put(t, "class", "server", "code", "SRV-1", "name_en", "One", "room", "A1", "os", "unknown")
		o.run(t, report("agent", nil, []string{"server", "code", "SRV-1", "room", "A2", "os", "openEuler"}))
		if i := o.byCode(t, "SRV-1"); i.Room != "A1" || i.Extra["os"] != "openEuler" {
			t.Errorf("after the agent: %s, %s", i.Room, i.Extra["os"])
		}
		o.run(t, report("netbox", nil, []string{"server", "code", "SRV-1", "room", "A3", "os", "Linux"}))
		if i := o.byCode(t, "SRV-1"); i.Room != "A3" || i.Extra["os"] != "openEuler" || i.OriginOf("room") != "netbox" {
			t.Errorf("after netbox: %s, %s", i.Room, i.Extra["os"])
		}
	})
}

func TestWhatASourceNoLongerReportsGoesMissingAndIsNeverDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		servers := []cmdb.Class{"device"}
		o.run(t, report("agent", servers, []string{"server", "code", "A"}, []string{"server", "code", "B"}))
		checks := &cmdb.Checks{Desk: o.Desk, Discrepancies: db.Discrepancies(), Graph: db.Graph()}
		for n := 1; n <= 4; n++ {
			o.at = o.at.Add(time.Hour)
			_, plan := o.run(t, report("agent", servers, []string{"server", "code", "A"}))
			if outcomes(plan) != "same:code absent" && outcomes(plan) != "same absent" {
				t.Fatalf("report %d: %s", n, outcomes(plan))
			}
			list, err := db.Discrepancies().Discrepancies(t.Context(), people.Everything(), cmdb.DiscrepancyQuery{Open: true, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{true: 1}[n >= 3]; len(list) != want {
				t.Fatalf("after %d reports without it: %d discrepancies", n, len(list))
			}
		}
		b := o.byCode(t, "B")
		if b.State != cmdb.Live || b.Missed != 4 {
			t.Errorf("missing, and kept: %+v", b)
		}
		list, _ := db.Discrepancies().Discrepancies(t.Context(), people.Everything(), cmdb.DiscrepancyQuery{Item: b.ID, Open: true, Limit: 10})
		if _, err := checks.Settle(t.Context(), o.manager, list[0].ID, "correct", nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("corrected before it was assigned: %v", err)
		}
		if _, err := checks.Settle(t.Context(), o.manager, list[0].ID, "assign", map[string]string{"owner": itoa(o.manager.ID)}); err != nil {
			t.Fatal(err)
		}
		if d, err := checks.Settle(t.Context(), o.manager, list[0].ID, "correct", nil); err != nil || d.State != "corrected" {
			t.Fatalf("corrected: %+v, %v", d, err)
		}
		if b = o.byCode(t, "B"); b.State != cmdb.Retired {
			t.Errorf("a missing item that was corrected is %s", b.State)
		}
	})
}

// Whoever walks from room to room, or asks owner after owner, has the list in
// that order; what has no room or owner comes last.
func TestTheAuditIsOrderedByRoomAndOwner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		checks := &cmdb.Checks{Desk: o.Desk, Discrepancies: db.Discrepancies(), Graph: db.Graph()}
		o.put(t, "class", "server", "code", "SRV-1", "name_en", "One", "state", "live")
		o.at = itemDay.AddDate(0, 0, 1)
		o.put(t, "class", "server", "code", "SRV-2", "name_en", "Two", "room", "A1", "state", "live")
		o.at = itemDay.AddDate(0, 0, 2)
		o.put(t, "class", "server", "code", "SRV-0", "name_en", "Three", "room", "A0", "state", "live", "owner", o.manager.ID.String())
		o.at = itemDay.AddDate(2, 0, 0)
		for order, want := range map[cmdb.DueOrder]string{cmdb.DueLongest: "SRV-1 SRV-2 SRV-0", cmdb.DueByRoom: "SRV-0 SRV-2 SRV-1", cmdb.DueByOwner: "SRV-0 SRV-1 SRV-2"} {
			list, err := checks.Due(t.Context(), o.manager, order, 10)
			var got []string
			for _, i := range list {
				got = append(got, i.Code)
			}
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("order %q: %v, want %s; %v", order, got, want, err)
			}
		}
		if _, err := checks.Due(t.Context(), o.manager, "colour", 10); !fault.Is(err, fault.Invalid) {
			t.Errorf("an order that there is not: %v", err)
		}
	})
}

func TestAnAuditFindsDiscrepanciesAndEmptiesTheWorkList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		checks := &cmdb.Checks{Desk: o.Desk, Discrepancies: db.Discrepancies(), Graph: db.Graph()}
		i := o.put(t, "class", "server", "code", "SRV-1", "name_en", "One", "room", "A1", "criticality", "vital", "state", "live")
		o.put(t, "class", "server", "code", "SRV-2", "name_en", "Two", "state", "live")
		due := func() (out string) {
			list, err := checks.Due(t.Context(), o.manager, cmdb.DueLongest, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range list {
				out += i.Code + " "
			}
			return out
		}
		if got := due(); got != "" {
			t.Errorf("due on the first day: %s", got)
		}
		if o.at = itemDay.AddDate(0, 7, 0); due() != "SRV-1 " {
			t.Errorf("due after seven months: %s", due())
		}
		if o.at = itemDay.AddDate(1, 1, 0); due() != "SRV-1 SRV-2 " {
			t.Errorf("due after thirteen months: %s", due())
		}
		_, found, err := checks.Audit(t.Context(), o.manager, cmdb.Audited{Item: i.ID, Fields: map[string]string{"room": "A2", "name_en": "One"}})
		if err != nil || len(found) != 1 || found[0].Field != "room" || found[0].Held != "A1" || found[0].Found != "A2" {
			t.Fatalf("found: %+v, %v", found, err)
		}
		if due() != "SRV-2 " {
			t.Errorf("due after the audit: %s", due())
		}
		if i := o.byCode(t, "SRV-1"); i.Room != "A1" {
			t.Error("an audit changed the item")
		}
		classes, _, err := checks.Quality(t.Context(), o.manager)
		if err != nil || len(classes) != 1 || classes[0].Items != 2 || classes[0].Orphans != 2 || classes[0].Stale != 1 || classes[0].Complete != 0 {
			t.Errorf("quality: %+v, %v", classes, err)
		}
	})
}

func TestABaselineIsComparedWithToday(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		records := &cmdb.Records{Desk: o.Desk, Baselines: db.Baselines()}
		app := o.put(t, "class", "application", "code", "APP", "name_en", "App", "state", "live")
		srv := o.put(t, "class", "server", "code", "SRV", "name_en", "Server", "memory", "64", "state", "live", "zone", itoa(o.zones["business"]))
		tie, err := o.Relate(t.Context(), o.manager, cmdb.Relation{Source: app.ID, Target: srv.ID, Type: "depends_on"})
		if err != nil {
			t.Fatal(err)
		}
		b, err := records.Take(t.Context(), o.manager, cmdb.Baseline{Name: "go-live", Reach: cmdb.Reach{Roots: []record.ItemID{app.ID}, Depth: 3}})
		if err != nil || b.Items != 2 || b.Relations != 1 {
			t.Fatalf("taken: %+v, %v", b, err)
		}
		if c, err := records.Compare(t.Context(), o.manager, b.ID, 0); err != nil || !c.Same() {
			t.Errorf("at once: %+v, %v", c, err)
		}
		o.at = o.at.Add(time.Hour)
		if _, err := o.Save(t.Context(), o.manager, cmdb.Input{ID: srv.ID, Fields: map[string]string{"memory": "128"}}); err != nil {
			t.Fatal(err)
		}
		db2 := o.put(t, "class", "database", "code", "DB", "name_en", "Database", "state", "live")
		if _, err := o.Relate(t.Context(), o.manager, cmdb.Relation{Source: app.ID, Target: db2.ID, Type: "depends_on"}); err != nil {
			t.Fatal(err)
		}
		c, err := records.Compare(t.Context(), o.manager, b.ID, 0)
		if err != nil || len(c.Added) != 1 || len(c.Changed) != 1 || c.Changed[0].Changes[0].Field != "memory" || len(c.Tied) != 1 || len(c.Parted) != 0 {
			t.Errorf("later: %+v, %v", c, err)
		}
		if err := o.Part(t.Context(), o.manager, tie.ID); err != nil {
			t.Fatal(err)
		}
		if c, err = records.Compare(t.Context(), o.manager, b.ID, 0); err != nil || len(c.Parted) != 1 || len(c.Gone) != 1 {
			t.Errorf("parted: %+v, %v", c, err)
		}
		guest := o.manager
		guest.Scope = people.Scope{All: true}
		if seen, s, err := records.Read(t.Context(), guest, b.ID); err != nil || seen.Items != 1 || len(s.Relations) != 0 {
			t.Errorf("read without clearance: %+v, %v", s, err)
		}
	})
}

func TestTablesComeInAndOutAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		bring := func(name string, ties bool) cmdb.Report {
			dir := filepath.Join(testkit.Root(t), "examples", "cmdb")
			text, err := os.ReadFile(filepath.Join(dir, name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			model := o.model()
			if ties {
				model = nil
			}
			m, err := intake.ParseMap(text, model)
			if err != nil {
				t.Fatal(err)
			}
			file, err := os.Open(filepath.Join(dir, name+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			table, err := sheet.Open(file, name, sheet.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := errors.Join(table.Close(), file.Close()); err != nil {
					t.Error(err)
				}
			})
			open := m.Items
			if ties {
				open = m.Relations
			}
			rep, err := open(table, name+".csv")
			if err != nil {
				t.Fatal(err)
			}
			return rep
		}
		if in, plan := o.run(t, bring("small_items", false)); in.Counts[cmdb.Add] != 6 || in.Counts[cmdb.Faulty] != 0 {
			t.Fatalf("items: %+v, %+v", in, plan.Lines)
		}
		in, plan := o.run(t, bring("small_relations", true))
		if in.Counts[cmdb.Add] != 6 {
			t.Fatalf("relations: %+v, %+v", in, plan.Ties)
		}
		groups, err := db.Graph().Groups(t.Context())
		if err != nil || len(groups) != 1 || groups[0].Item != o.byCode(t, "APP-01").ID || groups[0].Need != 1 {
			t.Errorf("redundancy: %+v, %v", groups, err)
		}
		if in, _ = o.run(t, bring("small_relations", true)); in.Counts[cmdb.Same] != 6 {
			t.Errorf("again: %+v", in)
		}
		if back, _, err := o.reconciler().Undo(t.Context(), o.manager, in.ID-1); err != nil || back != 6 {
			t.Errorf("undone: %d, %v", back, err)
		}
	})
}

// next gives one after the other.
func next[T any](list []T) func() (T, error) {
	return func() (one T, err error) {
		if len(list) == 0 {
			return one, io.EOF
		}
		one, list = list[0], list[1:]
		return one, nil
	}
}
