package cmdb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func TestImpactFollowsTheMeaningOfRelations(t *testing.T) {
	t.Parallel()
	w := &town{}
	room, host, vm := w.item("room", "room", 1), w.item("host", "server", 1), w.item("vm", "vm", 1)
	db, app, mail := w.item("db", "database", 1), w.item("app", "application", 2), w.item("mail", "application", 2)
	paper := w.item("paper", "document", 1)
	w.relate(host, "stands_in", 0, room)
	w.relate(vm, "runs_on", 0, host)
	w.relate(db, "runs_on", 0, vm)
	w.relate(app, "depends_on", 0, db)
	w.relate(app, "uses", 0, mail)
	w.relate(host, "described_by", 0, paper)
	v := w.look(t)
	for _, c := range []struct {
		name string
		fail record.ItemID
		want map[string]Condition
	}{
		{"what stands in a room falls with it, and what needs that", room, map[string]Condition{"room": down, "host": down, "vm": down, "db": down, "app": down}},
		{"what is only used leaves its users degraded", mail, map[string]Condition{"mail": down, "app": degraded}},
		{"a document brings nothing down", paper, map[string]Condition{"paper": down}},
	} {
		if diff := cmp.Diff(c.want, conditions(v.fall(t, c.fail))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	fallen := v.fall(t, host)
	if got := fallen["app"]; got.Depth != 3 || got.From != db || got.Type != "depends_on" || got.Relation != 4 {
		t.Errorf("the app's explanation is %+v", got)
	}
}

func TestImpactWeighsRedundancy(t *testing.T) {
	t.Parallel()
	w := &town{}
	app := w.item("app", "application", 1)
	a, b, c := w.item("a", "server", 1), w.item("b", "server", 1), w.item("c", "server", 1)
	hub := w.item("hub", "network_device", 1)
	lines := []record.ItemID{w.item("l1", "link", 1), w.item("l2", "link", 1), w.item("l3", "link", 1)}
	two := w.group(app, 2, 0)
	w.relate(app, "runs_on", two, a, b, c)
	load := w.group(hub, 1, 40)
	w.relate(hub, "connects_to", load, lines...)
	for i := range w.links {
		if w.links[i].Group == load {
			w.links[i].Share = 50
		}
	}
	v := w.look(t)
	for _, c := range []struct {
		name string
		fail []record.ItemID
		code string
		want Condition
	}{
		{"two of three are left", []record.ItemID{a}, "app", 0},
		{"one of three is not enough", []record.ItemID{a, b}, "app", down},
		{"two lines carry the whole load", lines[:1], "hub", 0},
		{"one line carries half of it", lines[:2], "hub", degraded},
		{"none carries nothing", lines, "hub", down},
	} {
		if got := v.fall(t, c.fail...)[c.code].Condition; got != c.want {
			t.Errorf("%s: %s is %v, want %v", c.name, c.code, got, c.want)
		}
	}
	nodes, err := v.find("items", []record.ItemID{a, lines[0]})
	if err != nil {
		t.Fatal(err)
	}
	out := v.impact(nodes, nil)
	if len(out.Saved) != 2 || len(out.Spared) != 2 {
		t.Fatalf("saved %+v, spared %+v", out.Saved, out.Spared)
	}
	if s := out.Saved[0]; s.ID != two || s.Of.Code != "app" || s.Lost != 1 || s.Left != 2 || s.Margin != 0 {
		t.Errorf("the app's redundancy: %+v", s)
	}
	if s := out.Saved[1]; s.ID != load || s.Load != 100 || s.Left != 2 || s.Margin != 1 {
		t.Errorf("the hub's redundancy: %+v", s)
	}
}

func TestImpactTellsNothingOfZonesOneIsNotClearedFor(t *testing.T) {
	t.Parallel()
	w := &town{}
	core, secret, front := w.item("core", "network_device", 1), w.item("secret", "server", 9), w.item("front", "application", 1)
	own, twin := w.item("own", "application", 9), w.item("twin", "server", 1)
	w.relate(secret, "connects_to", 0, core)
	w.relate(front, "runs_on", 0, secret)
	w.relate(own, "runs_on", 0, secret)
	g := w.group(front, 1, 0)
	w.relate(front, "depends_on", g, twin, secret)
	v := w.look(t, 1)
	fallen := v.fall(t, core)
	if diff := cmp.Diff(map[string]Condition{"core": down, "front": down}, conditions(fallen)); diff != "" {
		t.Error(diff)
	}
	if f := fallen["front"]; f.From != core || f.Depth != 1 || f.Relation != 0 || f.Type != "" {
		t.Errorf("the way through a hidden item shows: %+v", f)
	}
	nodes, err := v.find("items", []record.ItemID{core})
	if err != nil {
		t.Fatal(err)
	}
	out := v.impact(nodes, nil)
	if out.Hidden != 0 || len(out.Saved) != 0 || len(out.Classes) != 2 || len(out.Zones) != 1 {
		t.Errorf("hidden %d, saved %+v, classes %+v, zones %+v", out.Hidden, out.Saved, out.Classes, out.Zones)
	}
	v.policy.TellHidden = true
	if out := v.impact(nodes, nil); out.Hidden != 2 {
		t.Errorf("the centre tells of %d hidden items, want 2", out.Hidden)
	}
	if _, err := v.find("items", []record.ItemID{secret}); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Missing) {
		t.Errorf("a hidden item was found: %v", err)
	}
	for _, s := range v.suspects(must(v.find("", []record.ItemID{front, core}))) {
		if s.Zone == 9 || s.Down != 0 {
			t.Errorf("suspect %+v", s)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestImpactLeavesOutWhatMaintenanceAloneDoes(t *testing.T) {
	t.Parallel()
	w := &town{}
	app, other := w.item("app", "application", 1), w.item("other", "application", 1)
	a, b := w.item("a", "server", 1), w.item("b", "server", 1)
	g := w.group(app, 1, 0)
	w.relate(app, "runs_on", g, a, b)
	w.relate(other, "runs_on", 0, b)
	v := w.look(t)
	out := v.impact(must(v.find("", []record.ItemID{a})), must(v.find("", []record.ItemID{b})))
	got := map[string]Condition{}
	for _, s := range out.Items {
		got[s.Code] = s.Condition
	}
	if diff := cmp.Diff(map[string]Condition{"a": down, "app": down}, got); diff != "" {
		t.Error(diff)
	}
	if len(out.Upkeep) != 1 || out.Upkeep[0].Code != "b" {
		t.Errorf("in maintenance: %+v", out.Upkeep)
	}
}

func TestItemsOutOfUseNeitherFailNorCarry(t *testing.T) {
	t.Parallel()
	w := &town{}
	app, spare, a := w.item("app", "application", 1), w.item("spare", "server", 1), w.item("a", "server", 1)
	g := w.group(app, 1, 0)
	w.relate(app, "runs_on", g, spare, a)
	w.nodes[spare-1].State = InStock
	if got := w.look(t).fall(t, a)["app"].Condition; got != down {
		t.Errorf("a server in stock holds the app: %v", got)
	}
}

// TestNobodyIsCountedTwice: items state how many use a service, not who.
func TestNobodyIsCountedTwice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		users       []int
		least, most int
	}{
		{"no service", nil, 0, 0},
		{"one service", []int{300}, 300, 300},
		{"the same department uses three services", []int{300, 300, 300}, 300, 900},
		{"one says nothing of its users", []int{120, 0, 80}, 120, 200},
	} {
		var out Impact
		for _, n := range c.users {
			out.Services = append(out.Services, ServiceHit{Users: n})
		}
		out.people()
		if out.Users != c.least || out.UsersMost != c.most {
			t.Errorf("%s: %d to %d users, want %d to %d", c.name, out.Users, out.UsersMost, c.least, c.most)
		}
	}
}

func TestProposal(t *testing.T) {
	t.Parallel()
	policy := ImpactPolicy{City: 1000, Department: 50, Group: 5, Zones: []people.ZoneID{7}}
	for _, c := range []struct {
		name            string
		out             Impact
		impact, urgency int
		why             int
	}{
		{"one item alone", Impact{Items: make([]Sufferer, 1)}, 4, 4, 0},
		{"others with it", Impact{Items: make([]Sufferer, 3)}, 4, 3, 1},
		{"a vital service down", Impact{Services: []ServiceHit{{Condition: down, Criticality: Vital}}}, 1, 1, 1},
		{"an important service down", Impact{Services: []ServiceHit{{Condition: down, Criticality: Important}}}, 2, 1, 1},
		{"any service down, many users", Impact{Services: []ServiceHit{{Condition: down}}, Users: 60}, 2, 1, 2},
		{"a service degraded", Impact{Services: []ServiceHit{{Condition: degraded}}}, 3, 3, 1},
		{"only parts of a vital service", Impact{Services: []ServiceHit{{Criticality: Vital}}}, 4, 4, 0},
		{"a whole city of users", Impact{Users: 1000}, 1, 4, 1},
		{"a zone that matters", Impact{Zones: []Tally{{Zone: 7, Down: 1}}}, 2, 4, 1},
	} {
		p := propose(policy, &c.out)
		if p.Impact != c.impact || p.Urgency != c.urgency || len(p.Why) != c.why {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestAtlasReadsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := &town{}
	app, host := w.item("app", "application", 1), w.item("host", "server", 1)
	m := must(ModelOf(nil))
	atlas := &Atlas{Graph: w, Model: func() *Model { return m }}
	falls := func() int { return len(must(atlas.Now(t.Context())).Falls(host)) }
	if n := falls(); n != 0 {
		t.Fatalf("%d items fall before there is a relation", n)
	}
	w.relate(app, "runs_on", 0, host)
	if n := falls(); n != 1 {
		t.Errorf("after a new relation %d items fall, want 1", n)
	}
	late := w.item("late", "application", 1)
	w.relate(late, "runs_on", 0, host)
	if n := falls(); n != 2 {
		t.Errorf("after a new item %d items fall, want 2", n)
	}
	spare := w.item("spare", "server", 1)
	g := w.group(late, 1, 0)
	w.links[1].Group = g
	w.relate(late, "runs_on", g, spare)
	if n := falls(); n != 1 {
		t.Errorf("with a second host %d items fall, want 1", n)
	}
	w.links = w.links[1:]
	w.touch(app, host)
	if n := falls(); n != 0 {
		t.Errorf("after the relation has ended %d items fall, want none", n)
	}
	if w.read != 1 {
		t.Errorf("everything was read %d times, want once", w.read)
	}
}
