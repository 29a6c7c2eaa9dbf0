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
	"kilter/internal/practice/setting"
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
		want := []cmdb.PlanChange{{Field: "gate", Now: "one_way", From: "netbox"}, {Field: "group", Was: "pair", Now: "other", From: "netbox"}}
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

// What a report says of a redundancy that is there, and what a source trusted
// more holds against it.
func TestTheNumbersOfARedundancyAreAChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		app := o.put(t, "class", "application", "code", "APP", "name_en", "App", "state", "live")
		for _, code := range []string{"SRV-1", "SRV-2", "SRV-3"} {
			o.put(t, "class", "server", "code", code, "name_en", code, "state", "live")
		}
		by := func(source string, ties ...cmdb.Tie) cmdb.Report {
			return cmdb.Report{Source: source, NextTie: next(ties)}
		}
		tie := func(target string, need, least int) cmdb.Tie {
			return cmdb.Tie{Source: "APP", Target: target, Type: "depends_on", Group: "pair", Need: need, Least: least}
		}
		told := func() string {
			t.Helper()
			_, groups, err := o.Related(t.Context(), o.manager, app.ID)
			if err != nil || len(groups) != 1 {
				t.Fatalf("%+v, %v", groups, err)
			}
			g := &groups[0]
			return fmt.Sprintf("%d from %s, %d from %s", g.Need, g.OriginOf("need"), g.Least, g.OriginOf("least"))
		}
		o.run(t, by("netbox", tie("SRV-1", 1, 0), tie("SRV-2", 0, 0)))
		if got := told(); got != "1 from netbox, 0 from netbox" {
			t.Fatal(got)
		}
		o.at = o.at.Add(time.Hour)
		in, plan, err := o.reconciler().Draft(t.Context(), o.manager, by("netbox", tie("SRV-1", 2, 0), tie("SRV-2", 1, 0)))
		if err != nil || in.Counts[cmdb.Alter] != 1 || in.Counts[cmdb.Same] != 1 || told() != "1 from netbox, 0 from netbox" {
			t.Fatalf("drafted: %+v %+v, %v, %s", in.Counts, plan.Ties, err, told())
		}
		if c := plan.Ties[0].Changes; len(c) != 1 || c[0] != (cmdb.PlanChange{Field: "need", Was: "1", Now: "2", From: "netbox"}) {
			t.Errorf("the difference: %+v", c)
		}
		if in, err = o.reconciler().Approve(t.Context(), o.manager, in.ID, nil); err != nil || told() != "2 from netbox, 0 from netbox" {
			t.Fatalf("approved: %s, %v", told(), err)
		}
		was, err := o.Subgraph(t.Context(), o.manager, cmdb.Reach{Roots: []record.ItemID{app.ID}, Depth: 1, At: o.at.Add(-time.Minute)})
		if err != nil || len(was.Groups) != 1 || was.Groups[0].Need != 1 {
			t.Errorf("as it was: %+v, %v", was, err)
		}
		// A source trusted less says what nobody said, and changes nothing else.
		o.trusts(t, "netbox", "agent")
		o.at = o.at.Add(time.Hour)
		low, plan := o.run(t, by("agent", tie("SRV-2", 1, 60), tie("SRV-3", 0, 0)))
		if kept := plan.Ties[0].Kept; len(kept) != 1 || kept[0].Field != "need" || kept[0].From != "netbox" || low.Counts[cmdb.Alter] != 1 || low.Counts[cmdb.Add] != 1 {
			t.Errorf("trusted less: %+v %+v", low.Counts, plan.Ties)
		}
		if got := told(); got != "2 from netbox, 60 from agent" {
			t.Errorf("trusted less: %s", got)
		}
		if _, plan := o.run(t, by("netbox", tie("SRV-2", 0, 70))); len(plan.Ties[0].Changes) != 1 || told() != "2 from netbox, 70 from netbox" {
			t.Errorf("trusted more: %+v, %s", plan.Ties, told())
		}
		if back, kept, err := o.reconciler().Undo(t.Context(), o.manager, low.ID); err != nil || back != 1 || kept != 1 {
			t.Errorf("what was changed since stays: %d back, %d kept, %v", back, kept, err)
		}
		if back, kept, err := o.reconciler().Undo(t.Context(), o.manager, in.ID); err != nil || back != 1 || kept != 0 || told() != "1 from netbox, 70 from netbox" {
			t.Errorf("undone: %d back, %d kept, %v, %s", back, kept, err, told())
		}
	})
}

func TestARelationYieldsToTheSourceThatIsTrustedMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		app := o.put(t, "class", "application", "code", "APP", "name_en", "App", "state", "live")
		o.put(t, "class", "server", "code", "SRV", "name_en", "Server", "state", "live")
		o.trusts(t, "netbox", "agent")
		say := func(source string, share int, gate cmdb.Gate) (cmdb.Import, cmdb.PlanTie) {
			t.Helper()
			o.at = o.at.Add(time.Hour)
			in, plan := o.run(t, cmdb.Report{Source: source, NextTie: next([]cmdb.Tie{{Source: "APP", Target: "SRV", Type: "depends_on", Share: share, Gate: gate}})})
			return in, plan.Ties[0]
		}
		told := func() string {
			t.Helper()
			related, _, err := o.Related(t.Context(), o.manager, app.ID)
			if err != nil || len(related) != 1 {
				t.Fatalf("%+v, %v", related, err)
			}
			r := &related[0].Relation
			return fmt.Sprintf("%s: %d from %s, %s from %s", r.Origin, r.Share, r.OriginOf("share"), r.Gate, r.OriginOf("gate"))
		}
		say("netbox", 50, "")
		low, tie := say("agent", 80, cmdb.Firewall)
		if len(tie.Changes) != 1 || tie.Changes[0].Field != "gate" || len(tie.Kept) != 1 || tie.Kept[0] != (cmdb.PlanChange{Field: "share", Was: "50", Now: "80", From: "netbox"}) {
			t.Errorf("the lower source: %+v", tie)
		}
		if got := told(); got != "netbox: 50 from netbox, firewall from agent" {
			t.Errorf("the lower source: %s", got)
		}
		if in, tie := say("agent", 80, cmdb.Firewall); in.Counts[cmdb.Same] != 1 || len(tie.Kept) != 1 {
			t.Errorf("the lower source again: %+v %+v", in.Counts, tie)
		}
		if _, tie := say("agent", 0, cmdb.OneWay); len(tie.Changes) != 1 {
			t.Errorf("its own it may change: %+v", tie)
		}
		if _, tie := say("netbox", 60, cmdb.ByHand); len(tie.Changes) != 2 {
			t.Errorf("the higher source: %+v", tie)
		}
		if got := told(); got != "netbox: 60 from netbox, hand from netbox" {
			t.Errorf("the higher source: %s", got)
		}
		if _, kept, err := o.reconciler().Undo(t.Context(), o.manager, low.ID); err != nil || told() != "netbox: 60 from netbox, hand from netbox" {
			t.Errorf("the lower undone, after it was overruled: %d, %v, %s", kept, err, told())
		}
	})
}

// trusts orders the sources, the most trusted first.
func (o *office) trusts(t *testing.T, sources ...string) {
	t.Helper()
	text, err := json.Marshal(cmdb.Precedence{Order: sources})
	if err != nil {
		t.Fatal(err)
	}
	doc := &setting.Thing{Kind: setting.Centre, Code: cmdb.PrecedenceCode, Changed: itemDay, Doc: text}
	if err := o.keeper.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{doc}}); err != nil {
		t.Fatal(err)
	}
}
