package cmdb

import (
	"context"
	"slices"
	"testing"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// town is a Graph kept in memory.
type town struct {
	nodes   []Node
	links   []Link
	groups  []Group
	version int64
	log     []record.ItemID // touched since version 1
	read    int             // how often everything was read
}

func (w *town) Version(context.Context) (int64, error) { return w.version, nil }

func (w *town) Nodes(_ context.Context, each func(Node) error) error {
	w.read++
	for _, n := range w.nodes {
		if err := each(n); err != nil {
			return err
		}
	}
	return nil
}

func (w *town) Links(_ context.Context, each func(Link) error) error {
	for _, l := range w.links {
		if err := each(l); err != nil {
			return err
		}
	}
	return nil
}

func (w *town) Groups(context.Context) ([]Group, error) { return w.groups, nil }

func (w *town) Since(_ context.Context, version int64) (Delta, error) {
	return Delta{Version: w.version, Items: w.log, All: version == 0}, nil
}

func (w *town) Around(_ context.Context, ids []record.ItemID) (nodes []Node, links []Link, groups []Group, err error) {
	for _, n := range w.nodes {
		if slices.Contains(ids, n.ID) {
			nodes = append(nodes, n)
		}
	}
	for _, l := range w.links {
		if slices.Contains(ids, l.Source) || slices.Contains(ids, l.Target) {
			links = append(links, l)
		}
	}
	for _, g := range w.groups {
		if slices.Contains(ids, g.Item) {
			groups = append(groups, g)
		}
	}
	return nodes, links, groups, nil
}

// touch makes the next version.
func (w *town) touch(ids ...record.ItemID) {
	w.version++
	w.log = append(w.log, ids...)
}

// item places an item of a class.
func (w *town) item(code string, class Class, zone people.ZoneID) record.ItemID {
	id := record.ItemID(len(w.nodes) + 1)
	w.nodes = append(w.nodes, Node{ID: id, Code: code, Name: people.Text{En: code}, Class: class, State: Live, Zone: zone})
	w.touch(id)
	return id
}

// relate makes relations of a type from one item to others, as members of a
// group where one is given.
func (w *town) relate(source record.ItemID, kind string, group GroupID, targets ...record.ItemID) {
	for _, target := range targets {
		w.links = append(w.links, Link{ID: RelationID(len(w.links) + 1), Source: source, Target: target, Type: kind, Group: group})
		w.touch(source, target)
	}
}

// group makes a redundancy of an item.
func (w *town) group(item record.ItemID, need, least int) GroupID {
	id := GroupID(len(w.groups) + 1)
	w.groups = append(w.groups, Group{ID: id, Item: item, Need: need, Least: least, Name: people.Text{En: "group"}})
	w.touch(item)
	return id
}

// look is the town as somebody sees it who is cleared for these zones; none is
// all.
func (w *town) look(t *testing.T, cleared ...people.ZoneID) *view {
	t.Helper()
	m, err := ModelOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	topology, err := readTopology(t.Context(), w, m)
	if err != nil {
		t.Fatal(err)
	}
	v := &view{Topology: topology, policy: StandardImpactPolicy(), zones: map[people.ZoneID]bool{}}
	v.scope.AllZones, v.scope.Cleared = len(cleared) == 0, cleared
	for _, z := range cleared {
		v.zones[z] = true
	}
	return v
}

// fall is what an item's outage does to the codes named.
func (v *view) fall(t *testing.T, items ...record.ItemID) map[string]Sufferer {
	t.Helper()
	nodes, err := v.find("items", items)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Sufferer{}
	for _, s := range v.impact(nodes, nil).Items {
		out[s.Code] = s
	}
	return out
}

func conditions(fallen map[string]Sufferer) map[string]Condition {
	out := map[string]Condition{}
	for code, s := range fallen {
		out[code] = s.Condition
	}
	return out
}

const (
	degraded = graph.Degraded
	down     = graph.Down
)
