package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/store"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

// journey takes a source all the way: the difference is shown and nothing
// changes, approved it comes in, again it is the same, what is left out three
// times counts as missing and stays, and undone it is as before.
func (o *office) journey(t *testing.T, read intake.Read, whole, less, lost string) {
	t.Helper()
	report := func(text string) cmdb.Report {
		rep, err := read(strings.NewReader(text), intake.Options{File: "export", Source: "there", Zone: "business", Complete: true})
		if err != nil {
			t.Fatal(err)
		}
		return rep
	}
	draft, plan, err := o.reconciler().Draft(t.Context(), o.manager, report(whole))
	if err != nil {
		t.Fatal(err)
	}
	added := draft.Counts[cmdb.Add]
	if added == 0 || len(draft.Counts) != 1 || len(plan.Ties)+len(plan.Lines) != added {
		t.Fatalf("draft: %v %+v", draft.Counts, plan)
	}
	if ids, err := o.db.Items().Coded(t.Context(), lost); err != nil || len(ids) != 0 {
		t.Fatalf("a draft brought something in: %v %v", ids, err)
	}
	if done, err := o.reconciler().Approve(t.Context(), o.manager, draft.ID, nil); err != nil || done.Counts[cmdb.Add] != added {
		t.Fatalf("approved: %+v %v", done, err)
	}
	if i := o.byCode(t, lost); i.OriginOf("name_en") != "there" || i.Zone != o.zones["business"] {
		t.Errorf("%s came as %+v", lost, i)
	}
	if again, plan := o.run(t, report(whole)); again.Counts[cmdb.Same] != added || len(again.Counts) != 1 {
		t.Errorf("the same again: %v %+v", again.Counts, plan.Lines)
	}
	if less == whole {
		t.Fatal("nothing is left out")
	}
	for range 3 {
		if in, _ := o.run(t, report(less)); in.Counts[cmdb.Absent] == 0 || in.Counts[cmdb.Faulty] != 0 {
			t.Errorf("left out: %v", in.Counts)
		}
	}
	open, err := o.db.Discrepancies().Discrepancies(t.Context(), o.manager.Scope, cmdb.DiscrepancyQuery{Item: o.byCode(t, lost).ID, Limit: 10})
	if err != nil || len(open) != 1 || open[0].Kind != cmdb.Missing {
		t.Errorf("discrepancies of %s: %+v, %v", lost, open, err)
	}
	if i := o.byCode(t, lost); i.State != cmdb.Live {
		t.Errorf("what is missing is %s", i.State)
	}
	if back, kept, err := o.reconciler().Undo(t.Context(), o.manager, draft.ID); err != nil || back != added || kept != 0 {
		t.Errorf("undone: %d of %d back, %d kept, %v", back, added, kept, err)
	}
	if i := o.byCode(t, lost); i.State != cmdb.Retired {
		t.Errorf("undone, it is %s", i.State)
	}
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "intake", "cmdb", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSourcesComeInStayTrueAndAreTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dump, network, scan := recorded(t, "netbox-dump.json"), recorded(t, "network.graphml"), recorded(t, "scan.xml")
		lines := strings.Split(dump, "\n")
		var less []string
		for _, l := range lines {
			if !strings.Contains(l, `"name":"pdu-1"`) {
				less = append(less, l)
			}
		}
		o := newOffice(t, db)
		o.journey(t, intake.NetBox, dump, strings.Join(less, "\n"), "pdu-1")
		o.journey(t, intake.GraphML, network, strings.Replace(network, `    <edge source="1" target="2"><data key="d1">&lt; 2.5 Gbps</data></edge>`, "", 1), "City ring/Market – Market")
		o.journey(t, intake.Nmap, scan, strings.Replace(scan, `<status state="up"/>
    <address addr="192.0.2.2"`, `<status state="down"/>
    <address addr="192.0.2.2"`, 1), "mail.city.example")
	})
}

// TestTheDemoOfNetBoxAndTheZooComeIn reads what others published; none of it is
// part of the project.
func TestTheDemoOfNetBoxAndTheZooComeIn(t *testing.T) {
	demo := testkit.Shared(t, "cmdb/netbox-demo-v3.6.json.gz")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		bring := func(read intake.Read, path string) cmdb.Import {
			t.Helper()
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := read(bytes.NewReader(b), intake.Options{File: filepath.Base(path)})
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			in, plan := o.run(t, rep)
			for _, l := range plan.Lines {
				if len(l.Faults) > 0 {
					t.Errorf("%s: %s: %+v", path, l.Code, l.Faults)
				}
			}
			for _, l := range plan.Ties {
				if len(l.Faults) > 0 {
					t.Errorf("%s: %+v", path, l)
				}
			}
			return in
		}
		first := bring(intake.NetBox, demo)
		if again := bring(intake.NetBox, demo); again.Counts[cmdb.Add]+again.Counts[cmdb.Alter] != 0 {
			t.Errorf("the demo again: %v", again.Counts)
		}
		t.Logf("demo of NetBox: %v", first.Counts)
		zoo, err := filepath.Glob(filepath.Join(filepath.Dir(demo), "topologyzoo", "*.graphml"))
		if err != nil || len(zoo) == 0 {
			t.Fatalf("no zoo: %v", err)
		}
		for _, path := range zoo[:min(len(zoo), 20)] {
			bring(intake.GraphML, path)
		}
	})
}
