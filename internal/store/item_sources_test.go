package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/graph"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
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

// weak counts the articulation points and bridges of a network as an import
// brought it into the database.
func (o *office) weak(t *testing.T, in cmdb.Import) (points, bridges int) {
	t.Helper()
	history, ties, err := o.db.ItemImports().Traces(t.Context(), in.ID)
	if err != nil {
		t.Fatal(err)
	}
	var ids []record.ItemID
	for _, h := range history {
		if h.Field == "" {
			ids = append(ids, h.Item)
		}
	}
	found, err := o.db.Items().Find(t.Context(), people.Everything(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	place := map[record.ItemID]graph.Node{}
	for n := range found {
		if found[n].Class == "network_device" {
			place[found[n].ID] = graph.Node(len(place))
		}
	}
	ends := map[record.ItemID][]graph.Node{}
	for _, r := range ties {
		ends[r.Source] = append(ends[r.Source], place[r.Target])
	}
	once := map[graph.Link]bool{}
	var links []graph.Link
	for _, e := range ends {
		if len(e) != 2 { // a loop
			continue
		}
		if l := (graph.Link{A: min(e[0], e[1]), B: max(e[0], e[1])}); !once[l] {
			once[l] = true
			links = append(links, l)
		}
	}
	web, err := graph.NewWeb(len(place), links)
	if err != nil {
		t.Fatal(err)
	}
	w := web.Weak()
	return len(w.Points), len(w.Bridges)
}

// TestTheDemoOfNetBoxAndTheZooComeIn reads what others published, on both
// databases; none of it is part of the project. The networks of the zoo are as
// weak in the database as another library found them in their files.
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
		text, err := os.ReadFile(filepath.Join(filepath.Dir(demo), "topologyzoo", "reference.json"))
		if err != nil {
			t.Fatal(err)
		}
		var reference map[string]struct {
			Points  int `json:"articulation_points"`
			Bridges int `json:"bridges"`
		}
		if err := json.Unmarshal(text, &reference); err != nil {
			t.Fatal(err)
		}
		agreed := 0
		for _, path := range zoo[:min(len(zoo), 40)] {
			in := bring(intake.GraphML, path)
			if in.Counts[cmdb.Same]+in.Counts[cmdb.Alter] > 0 { // two files of one network
				continue
			}
			want := reference[filepath.Base(path)]
			if points, bridges := o.weak(t, in); points != want.Points || bridges != want.Bridges {
				t.Errorf("%s: %d articulation points and %d bridges, want %+v", path, points, bridges, want)
			}
			agreed++
		}
		if agreed < 30 {
			t.Errorf("only %d networks were compared", agreed)
		}
	})
}

// A relation that a source reports with another share, gate or redundancy is a
// change: shown, carried out, and taken back by the undo.
func TestARelationGivenAgainWithOtherValuesIsAChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		app := o.put(t, "class", "application", "code", "APP", "name_en", "App", "state", "live")
		for _, code := range []string{"SRV-1", "SRV-2", "SRV-3"} {
			o.put(t, "class", "server", "code", code, "name_en", code, "state", "live")
		}
		bring := func(ties ...cmdb.Tie) cmdb.Report { return cmdb.Report{Source: "netbox", NextTie: next(ties)} }
		tie := func(target, group string, share int, gate cmdb.Gate) cmdb.Tie {
			return cmdb.Tie{Source: "APP", Target: target, Type: "depends_on", Group: group, Need: 1, Share: share, Gate: gate}
		}
		first, _ := o.run(t, bring(tie("SRV-1", "pair", 50, ""), tie("SRV-2", "pair", 50, ""), tie("SRV-3", "", 0, cmdb.Firewall)))
		if first.Counts[cmdb.Add] != 3 {
			t.Fatalf("brought in: %+v", first)
		}
		told := func() string {
			t.Helper()
			related, groups, err := o.Related(t.Context(), o.manager, app.ID)
			if err != nil {
				t.Fatal(err)
			}
			names := map[cmdb.GroupID]string{}
			for _, g := range groups {
				names[g.ID] = g.Name.En
			}
			var out []string
			for _, r := range related {
				out = append(out, fmt.Sprintf("%s %s %d %s", r.Other.Code, names[r.Group], r.Share, r.Gate))
			}
			slices.Sort(out)
			return strings.Join(out, "; ")
		}
		before := told()
		again := func() cmdb.Report {
			return bring(tie("SRV-1", "pair", 100, ""), tie("SRV-2", "other", 0, cmdb.OneWay), tie("SRV-3", "", 0, ""), tie("SRV-1", "pair", 70, ""))
		}
		o.at = o.at.Add(time.Hour)
		in, plan, err := o.reconciler().Draft(t.Context(), o.manager, again())
		if err != nil || in.Counts[cmdb.Alter] != 2 || in.Counts[cmdb.Same] != 2 {
			t.Fatalf("drafted: %+v %+v, %v", in, plan, err)
		}
		want := []cmdb.PlanChange{{Field: "gate", Now: "one_way"}, {Field: "group", Was: "pair", Now: "other"}}
		if c := plan.Ties[0].Changes; len(c) != 1 || c[0].Was != "50" || c[0].Now != "100" || !slices.Equal(plan.Ties[1].Changes, want) {
			t.Errorf("the difference: %+v", plan.Ties)
		}
		if told() != before {
			t.Error("a draft changed something")
		}
		if in, err = o.reconciler().Approve(t.Context(), o.manager, in.ID, nil); err != nil || in.Counts[cmdb.Alter] != 2 {
			t.Fatalf("approved: %+v, %v", in, err)
		}
		if got := told(); got != "SRV-1 pair 100 ; SRV-2 other 50 one_way; SRV-3  0 firewall" {
			t.Errorf("carried out: %s", got)
		}
		if once, _ := o.run(t, again()); once.Counts[cmdb.Same] != 4 {
			t.Errorf("once more: %+v", once)
		}
		if back, kept, err := o.reconciler().Undo(t.Context(), o.manager, in.ID); err != nil || back != 2 || kept != 0 {
			t.Errorf("undone: %d, %d, %v", back, kept, err)
		}
		if got := told(); got != before {
			t.Errorf("undone: %s, want %s", got, before)
		}
		if back, _, err := o.reconciler().Undo(t.Context(), o.manager, first.ID); err != nil || back != 3 || told() != "" {
			t.Errorf("what brought them undone, too: %d, %s, %v", back, told(), err)
		}
	})
}
