package cmdb

import (
	"kilter/internal/base/graph"
)

// builder turns relations into needs.
type builder struct {
	t       *Topology
	edges   []graph.Edge
	uses    []int32
	groups  []graph.Group
	bundles []int32
	grouped map[GroupID]*redundancy
	order   []*redundancy
	joined  map[int32][]graph.Node // the members of groups, by their place
}

// redundancy gathers the members of a group.
type redundancy struct {
	place   int32 // in Topology.groups
	members []member
	soft    bool
}

type member struct {
	tie   int32
	to    graph.Node
	carry graph.Carry
	share int32
}

func newBuilder(t *Topology) *builder {
	b := &builder{t: t, edges: make([]graph.Edge, 0, len(t.ties)), uses: make([]int32, 0, len(t.ties)), grouped: map[GroupID]*redundancy{}, joined: map[int32][]graph.Node{}}
	for i, g := range t.groups {
		b.grouped[g.ID] = &redundancy{place: int32(i), soft: true}
	}
	return b
}

// carries is what a relation of this type passes on: from which state of the
// other end on, and how much when it is down.
func (t *RelationType) carries() graph.Carry {
	degraded, down := graph.OK, graph.Down
	if t.Through == ThroughDegraded {
		degraded = graph.Degraded
	}
	if t.Effect == Soft {
		down = graph.Degraded
	}
	return graph.Carries(degraded, down)
}

// add takes a relation in, in the direction or directions in which a failure
// passes along it.
func (b *builder) add(i int32) {
	one := &b.t.ties[i]
	kind := b.t.means[one.kind]
	if kind == nil {
		return
	}
	source, target := &b.t.nodes[one.source], &b.t.nodes[one.target]
	if !Serves(source.State) || !Serves(target.State) {
		return
	}
	if kind.Suffers == Source || kind.Suffers == Both {
		b.need(i, graph.Node(one.source), graph.Node(one.target))
	}
	if kind.Suffers == Target || kind.Suffers == Both {
		b.need(i, graph.Node(one.target), graph.Node(one.source))
	}
}

// need takes one direction of a relation in.
func (b *builder) need(i int32, from, to graph.Node) {
	one := &b.t.ties[i]
	kind := b.t.means[one.kind]
	if one.group != 0 {
		if r := b.grouped[one.group]; r != nil && b.t.groups[r.place].Item == b.t.nodes[from].ID {
			b.join(r, i, to, kind)
			return
		}
	}
	b.edges = append(b.edges, graph.Edge{From: from, To: to, Carry: kind.carries()})
	b.uses = append(b.uses, i)
}

// join makes a relation a member of a group. How much the item suffers with
// its group is the gravest of what the members' types say.
func (b *builder) join(r *redundancy, i int32, to graph.Node, kind *RelationType) {
	carry := graph.Carries(kind.carries().On(graph.Degraded), graph.Down)
	if len(r.members) == 0 {
		b.order = append(b.order, r)
	}
	r.members = append(r.members, member{i, to, carry, int32(b.t.ties[i].share)})
	b.joined[r.place] = append(b.joined[r.place], to)
	r.soft = r.soft && kind.Effect == Soft
}

// close lays the groups: one that counts heads, and where members state what
// share of the load they carry, one that adds up shares. A group that already
// has fewer members than it needs holds as long as none of them is lost.
func (b *builder) close() {
	for _, r := range b.order {
		g := &b.t.groups[r.place]
		carry := graph.Hard
		if r.soft {
			carry = graph.Soft
		}
		b.lay(r, graph.Group{Need: int32(min(max(1, g.Need), len(r.members))), Carry: carry}, func(member) int32 { return 1 })
		total := int32(0)
		for _, m := range r.members {
			total += m.share
		}
		if total == 0 {
			continue
		}
		load := graph.Group{Need: int32(g.Least), Full: min(100, total), Carry: carry}
		if load.Need = min(load.Need, total); load.Need == 0 {
			load.Carry = graph.Carries(graph.Degraded, graph.Degraded)
		}
		b.lay(r, load, func(m member) int32 { return m.share })
	}
}

func (b *builder) lay(r *redundancy, g graph.Group, share func(member) int32) {
	b.groups, b.bundles = append(b.groups, g), append(b.bundles, r.place)
	owner, _ := b.t.at(b.t.groups[r.place].Item)
	for _, m := range r.members {
		if s := share(m); s > 0 {
			b.edges = append(b.edges, graph.Edge{From: owner, To: m.to, Carry: m.carry, Group: int32(len(b.groups)), Share: s})
			b.uses = append(b.uses, m.tie)
		}
	}
}
