package cmdb

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"kilter/internal/base/graph"
	"kilter/internal/practice/record"
)

// Topology is what depends on what at one version of the items, in memory. It
// never changes. It holds all zones: whatever is shown of it goes through a
// view of the person it is shown to.
//
// Items that are planned, ordered, in stock, retired or disposed of neither
// fail nor carry anything.
type Topology struct {
	Version int64
	model   *Model
	nodes   []Node  // by id, which only grows; a place here is the node's number in the graph
	place   []int32 // by id: place in nodes plus one; nil when ids are too far apart
	ties    []bond
	kinds   []string // types of relations that ties name by their place
	groups  []Group

	*graph.Graph
	uses    []int32                // by place in the edge list: the tie
	means   []*RelationType        // by kind of tie; nil for one that the model does not know
	bundles []int32                // by group of the graph: the place in groups
	members map[int32][]graph.Node // by place in groups
	spoken  map[record.ServiceID][]graph.Node
	speaks  []bool // by node

	fringe *fringe // read through around
}

// bond is a relation, small.
type bond struct {
	id             RelationID
	group          GroupID
	source, target int32 // places in nodes
	kind           uint16
	share          int16
	gate           uint8 // place in Gates
}

// Serves reports whether an item in this state takes part in what happens:
// it can fail, and others can rely on it.
func Serves(s State) bool { return s == Building || s == Live || s == Maintenance }

// readTopology reads everything.
func readTopology(ctx context.Context, from Graph, m *Model) (*Topology, error) {
	version, err := from.Version(ctx)
	if err != nil {
		return nil, err
	}
	t := &Topology{Version: version}
	if t.groups, err = from.Groups(ctx); err != nil {
		return nil, err
	}
	// Relations are read while the items are, and find their ends afterwards.
	var nodes pile[Node]
	var loose pile[looseBond]
	kinds := map[string]uint16{}
	both, within := errgroup.WithContext(ctx)
	both.Go(func() error {
		return from.Nodes(within, func(n Node) error { nodes.add(n); return nil })
	})
	both.Go(func() error {
		return from.Links(within, func(l Link) error { loose.add(t.loose(l, kinds)); return nil })
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	t.nodes = slices.Concat(nodes...)
	t.index()
	t.ties = make([]bond, 0, loose.len())
	for _, some := range loose {
		for i := range some {
			t.fasten(&some[i])
		}
	}
	return t, t.build(m)
}

// pile is a list that grows without being copied.
type pile[T any] [][]T

func (p *pile[T]) add(one T) {
	last := len(*p) - 1
	if last < 0 || len((*p)[last]) == cap((*p)[last]) {
		*p = append(*p, make([]T, 0, 64<<min(last+1, 7)))
		last++
	}
	(*p)[last] = append((*p)[last], one)
}

func (p pile[T]) len() (n int) {
	for _, some := range p {
		n += len(some)
	}
	return n
}

// looseBond is a relation whose ends have no places yet.
type looseBond struct {
	bond
	from, to record.ItemID
}

// changed is the topology with what a delta names read anew.
func (t *Topology) changed(ctx context.Context, from Graph, d Delta, m *Model) (*Topology, error) {
	nodes, links, groups, err := from.Around(ctx, d.Items)
	if err != nil {
		return nil, err
	}
	touched := make(map[record.ItemID]bool, len(d.Items))
	for _, id := range d.Items {
		touched[id] = true
	}
	next := &Topology{Version: d.Version, nodes: slices.Clone(t.nodes), place: t.place, kinds: slices.Clone(t.kinds)}
	for _, n := range nodes {
		if at, ok := t.at(n.ID); ok {
			next.nodes[at] = n
		} else {
			next.nodes = append(next.nodes, n)
		}
	}
	if len(next.nodes) > len(t.nodes) {
		slices.SortFunc(next.nodes[len(t.nodes):], func(a, b Node) int { return int(a.ID - b.ID) })
		next.index()
	}
	next.groups = slices.DeleteFunc(slices.Clone(t.groups), func(g Group) bool { return touched[g.Item] })
	next.groups = append(next.groups, groups...)
	next.ties = make([]bond, 0, len(t.ties)+len(links))
	for _, one := range t.ties {
		if !touched[t.nodes[one.source].ID] && !touched[t.nodes[one.target].ID] {
			next.ties = append(next.ties, one)
		}
	}
	kinds := map[string]uint16{}
	for i, k := range next.kinds {
		kinds[k] = uint16(i)
	}
	for _, l := range links {
		next.tie(l, kinds)
	}
	return next, next.build(m)
}

// index makes ids quick to find, where they are not too far apart.
func (t *Topology) index() {
	t.place = nil
	if len(t.nodes) == 0 {
		return
	}
	last := t.nodes[len(t.nodes)-1].ID
	if int64(last) > 8*int64(len(t.nodes))+1000 {
		return
	}
	t.place = make([]int32, last+1)
	for i, n := range t.nodes {
		t.place[n.ID] = int32(i + 1)
	}
}

// at finds an item's place.
func (t *Topology) at(id record.ItemID) (graph.Node, bool) {
	if t.place != nil {
		if id < 0 || int(id) >= len(t.place) || t.place[id] == 0 {
			return 0, false
		}
		return graph.Node(t.place[id] - 1), true
	}
	i, ok := slices.BinarySearchFunc(t.nodes, id, func(n Node, id record.ItemID) int { return int(n.ID - id) })
	return graph.Node(i), ok
}

// tie takes a relation in.
func (t *Topology) tie(l Link, kinds map[string]uint16) {
	b := t.loose(l, kinds)
	t.fasten(&b)
}

func (t *Topology) loose(l Link, kinds map[string]uint16) looseBond {
	kind, known := kinds[l.Type]
	if !known {
		kind = uint16(len(t.kinds))
		kinds[l.Type] = kind
		t.kinds = append(t.kinds, l.Type)
	}
	return looseBond{bond{
		id: l.ID, group: l.Group, kind: kind, share: int16(min(max(l.Share, 0), 100)), gate: uint8(max(0, slices.Index(Gates, string(l.Gate)))),
	}, l.Source, l.Target}
}

// fasten finds the ends of a relation. One whose ends are not both there waits
// for the next delta, which names them.
func (t *Topology) fasten(l *looseBond) {
	source, ok := t.at(l.from)
	target, too := t.at(l.to)
	if ok && too {
		l.source, l.target = int32(source), int32(target)
		t.ties = append(t.ties, l.bond)
	}
}

// mean notes what relations mean; that is all that a drawing needs.
func (t *Topology) mean(m *Model) {
	t.model, t.fringe = m, &fringe{}
	t.means = make([]*RelationType, len(t.kinds))
	for i, k := range t.kinds {
		t.means[i] = m.Type(k)
	}
}

// build lays the graph for what the model says relations mean.
func (t *Topology) build(m *Model) error {
	t.mean(m)
	b := newBuilder(t)
	for i := range t.ties {
		b.add(int32(i))
	}
	b.close()
	var err error
	t.Graph, err = graph.New(len(t.nodes), b.edges, b.groups)
	t.uses, t.bundles, t.members = b.uses, b.bundles, b.joined
	t.speakers(m)
	return err
}

// speakers notes which items speak for a service: items of the class service,
// and where a service has none, its systems.
func (t *Topology) speakers(m *Model) {
	t.spoken, t.speaks = map[record.ServiceID][]graph.Node{}, make([]bool, len(t.nodes))
	for _, class := range []Class{"service", "system"} {
		found := map[record.ServiceID][]graph.Node{}
		for i, n := range t.nodes {
			if n.Service != 0 && Serves(n.State) && m.Is(n.Class, class) && t.spoken[n.Service] == nil {
				found[n.Service] = append(found[n.Service], graph.Node(i))
			}
		}
		for service, nodes := range found {
			t.spoken[service] = nodes
			for _, n := range nodes {
				t.speaks[n] = true
			}
		}
	}
}

// relation is the relation behind an edge of the graph.
func (t *Topology) relation(edge int32) *bond { return &t.ties[t.uses[t.Input(edge)]] }
