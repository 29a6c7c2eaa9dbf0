package cmdb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// pair is a town in which an application runs on two servers, each on a host
// of its own, and a portal depends on the application.
func pair(zoneOfApp people.ZoneID) (w *town, at map[string]record.ItemID) {
	w, at = &town{}, map[string]record.ItemID{}
	for _, code := range []string{"host1", "host2", "vm1", "vm2", "portal", "paper"} {
		at[code] = w.item(code, "server", 1)
	}
	at["app"] = w.item("app", "application", zoneOfApp)
	w.relate(at["vm1"], "runs_on", 0, at["host1"])
	w.relate(at["vm2"], "runs_on", 0, at["host2"])
	w.relate(at["app"], "runs_on", w.group(at["app"], 1, 0), at["vm1"], at["vm2"])
	w.relate(at["portal"], "depends_on", 0, at["app"])
	return w, at
}

func codes(list []Way) (out []string) {
	for _, w := range list {
		out = append(out, w.Code)
	}
	return out
}

// compared gives the one clash of two items, nil when they do not clash.
func (v *view) compared(t *testing.T, mine, theirs record.ItemID) *Clash {
	t.Helper()
	nodes, err := v.find("items", []record.ItemID{mine, theirs})
	if err != nil {
		t.Fatal(err)
	}
	list := v.clashes(nodes[:1], [][]graph.Node{nodes[1:]})
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func TestTwoOutagesAtOnce(t *testing.T) {
	t.Parallel()
	w, at := pair(1)
	v := w.look(t)
	both := v.compared(t, at["host1"], at["host2"])
	if both == nil || both.Joint == nil || both.Harms != nil || both.Suffers != nil {
		t.Fatalf("the hosts of both members: %+v", both)
	}
	j := both.Joint
	if j.Code != "app" || j.Condition != down || j.Group != 1 {
		t.Errorf("what both bring down: %+v", j)
	}
	if diff := cmp.Diff([][]string{{"host1", "vm1"}, {"host2", "vm2"}}, [][]string{codes(j.Mine), codes(j.Theirs)}); diff != "" {
		t.Error(diff)
	}
	if last := j.Way[len(j.Way)-1]; last.Code != "app" || last.Type != "runs_on" || last.Relation == 0 || last.Group != 1 {
		t.Errorf("how it comes to it: %+v", last)
	}
	if c := v.compared(t, at["host1"], at["vm1"]); c == nil || c.Joint != nil || cmp.Diff([]string{"host1", "vm1"}, codes(c.Harms)) != "" {
		t.Errorf("the server on my host: %+v", c)
	}
	if c := v.compared(t, at["portal"], at["app"]); c == nil || cmp.Diff([]string{"app", "portal"}, codes(c.Suffers)) != "" || c.Suffers[1].Type != "depends_on" {
		t.Errorf("what I depend on: %+v", c)
	}
	if c := v.compared(t, at["app"], at["app"]); c == nil || len(c.Shared) != 1 || c.Shared[0].Code != "app" {
		t.Errorf("the same: %+v", c)
	}
	for _, other := range []string{"portal", "paper"} {
		if c := v.compared(t, at["host1"], at[other]); c != nil {
			t.Errorf("a host of one member and %s: %+v", other, c)
		}
	}
}

// A redundancy in a network that one may not see is not told of; what one sees
// of its end is.
func TestClashesTellNothingOfZonesOneIsNotClearedFor(t *testing.T) {
	t.Parallel()
	w, at := pair(9)
	c := w.look(t, 1).compared(t, at["host1"], at["host2"])
	if c == nil || c.Joint == nil || c.Joint.Code != "portal" || c.Joint.Group != 0 || c.Joint.Mine != nil || c.Joint.Theirs != nil {
		t.Fatalf("what is in sight: %+v", c)
	}
	last := c.Joint.Way[len(c.Joint.Way)-1]
	if diff := cmp.Diff([]string{"host2", "vm2", "portal"}, codes(c.Joint.Way)); diff != "" || last.Relation != 0 || last.Type != "" || last.Group != 0 {
		t.Errorf("the way through a hidden item shows: %s %+v", diff, last)
	}
	w.nodes[4].Zone = 9 // the portal, too
	if c := w.look(t, 1).compared(t, at["host1"], at["host2"]); c != nil {
		t.Errorf("nothing in sight suffers: %+v", c)
	}
}
