package graph

import (
	"cmp"
	"slices"
)

// Failure is a node that is taken as failed. The zero State means Down.
type Failure struct {
	Node  Node
	State State
}

// Hit is a node that suffers, in its worst state.
type Hit struct {
	Node  Node
	State State
	Depth int32 // waves from the failures; 0 for a failed node itself
	Edge  int32 // the need that brought the state, -1 for a failed node
	Group int32 // the group (from 0) whose margin that need used up, -1 when it acts alone
	Loop  bool  // its remaining needs hang on itself
	at    int32
}

// Outcome is what follows from failures.
type Outcome struct {
	Hits    []Hit    // every node that is not OK, nearest first
	Strains []Strain // every group that lost something and what is left of it
	Spared  []Node   // those that the outages would take along if every member of a group were needed, and that are not down
	events  []event
	graph   *Graph
}

// Strain is a group that lost shares.
type Strain struct {
	Group int  // its number, from 0
	Owner Node // the node whose need it is
	State State
	Lost  int32 // shares that are down
	Left  int32 // shares that are not down
	Need  int32 // shares below which it is down
	// Margin is how many more members may fail, whichever they are, before the
	// group is down; 0 means the next may be the one.
	Margin int
}

// Fail computes what follows when the given nodes fail together.
//
// The answer is the least assignment of states that satisfies these rules:
//
//  1. A failed node is at least in the state given.
//  2. A node suffers from each single need what the need's Carry says.
//  3. A group counts, member by member, the effect that the member's Carry
//     gives: with fewer than Need shares not down it is down, with fewer than
//     Full shares OK it is degraded; its owner suffers by the group's Carry.
//  4. A circle does not hold itself up: a node whose groups are held from
//     outside its circle when all is well, and are no longer, is down.
//
// All rules are monotone (a worse cause never has a milder effect), so there
// is exactly one least answer, it does not depend on the order of edges, and
// more failures never make a node better. Least means: nothing suffers without
// a chain of causes that ends at a failed node. So a circle of hard needs,
// which is common in real data, is well until something in it or below it
// fails, and then falls as a whole. Rule 4 looks at outages only, and leaves a
// circle alone that nothing ever held from outside: such a circle stands for
// itself.
//
// A node may first be degraded and then, by a longer way, be down; its Hit
// tells of the outage. Depth counts waves: it is the shortest distance along
// which the state can be explained, save for nodes of rule 4, whose wave
// begins when the others have run out.
func (g *Graph) Fail(failed ...Failure) *Outcome {
	t := g.trial()
	t.startAll(failed)
	out := &Outcome{graph: g, Hits: t.hits(), Strains: t.strains()}
	if len(out.Strains) > 0 {
		out.Spared = t.spared()
	}
	out.events = t.hand()
	return out
}

// Set gives only the nodes that are in a state of at least the given one, in no
// order that means anything: the same answer as Fail without its reasons.
func (g *Graph) Set(least State, failed ...Failure) []Node {
	if g.loops == nil {
		return g.sweepSet(least, failed)
	}
	t := g.trial()
	defer t.done()
	t.startAll(failed)
	nodes := make([]Node, 0, len(t.events))
	for i, ev := range t.events {
		if t.last[ev.node] == int32(i) && ev.state >= least {
			nodes = append(nodes, ev.node)
		}
	}
	return nodes
}

func (g *Graph) sweepSet(least State, failed []Failure) []Node {
	s := g.sweep()
	defer s.done()
	for _, f := range failed {
		s.worsen(f.Node, f.state())
	}
	s.run()
	return s.nodes(max(least, Degraded))
}

func (f Failure) state() State {
	if f.State == OK {
		return Down
	}
	return f.State
}

func (t *trial) startAll(failed []Failure) {
	for _, f := range failed {
		t.start(f.Node, f.state())
	}
	t.spread()
}

// hits lists each node's worst event, nearest first.
func (t *trial) hits() []Hit {
	hits, sorted := make([]Hit, 0, len(t.events)), true
	for i, ev := range t.events {
		if t.last[ev.node] != int32(i) {
			continue
		}
		h := Hit{ev.node, ev.state, ev.depth, ev.edge, -1, ev.loop, int32(i)}
		if ev.edge >= 0 {
			h.Group = t.g.groupOf(ev.edge)
		}
		sorted = sorted && (len(hits) == 0 || hits[len(hits)-1].Depth <= h.Depth)
		hits = append(hits, h)
	}
	if !sorted {
		slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(a.Depth, b.Depth) })
	}
	return hits
}

// spared lists the nodes that are not down, but lie where the outages would
// come to if every member of a group were needed: the owners of groups that
// lost a member and hold, and who hangs on them.
func (t *trial) spared() (list []Node) {
	g, seen := t.g, t.g.marks()
	defer g.walks.Put(seen)
	add := func(n Node) {
		if t.state[n] != Down && seen.first(n) {
			list = append(list, n)
		}
	}
	for _, number := range t.touched {
		if owner := t.lost[number].owner; t.missesOne(number, owner) {
			add(owner)
		}
	}
	for i := 0; i < len(list); i++ {
		for _, b := range g.needed(list[i]) {
			if g.backEffect(b) == Down {
				add(b.from)
			}
		}
	}
	return list
}

// missesOne reports whether an outage took a member from a group.
func (t *trial) missesOne(number int32, owner Node) bool {
	from, to := t.g.needs(owner)
	for e := from; e < to; e++ {
		if t.g.seats[e].group == number && t.g.Effect(e) == Down && t.state[t.g.needTo[e]] == Down {
			return true
		}
	}
	return false
}

// strains reports on every group that lost something, in the order of their
// numbers.
func (t *trial) strains() []Strain {
	slices.Sort(t.touched)
	var list []Strain
	for _, number := range slices.Compact(slices.Clone(t.touched)) {
		b, l := &t.g.groups[number], t.lost[number]
		list = append(list, Strain{
			Group: int(number), Owner: b.owner, State: b.state(l.down, l.hampered),
			Lost: l.down, Left: b.shares - l.down, Need: b.need, Margin: t.margin(number),
		})
	}
	return list
}

// margin counts the failures of remaining members that a group survives
// whichever they are: it takes the largest shares first.
func (t *trial) margin(number int32) int {
	g, b := t.g, &t.g.groups[number]
	t.members = t.members[:0]
	from, to := g.needs(b.owner)
	for e := from; e < to; e++ {
		if g.seats[e].group == number && g.carry[e].stops() && g.carry[e].On(t.state[g.needTo[e]]) != Down {
			t.members = append(t.members, member{g.needTo[e], g.seats[e].share})
		}
	}
	shares := joined(t.members)
	left := b.shares - t.lost[number].down
	for i, s := range shares {
		if left -= s.share; left < b.need {
			return i
		}
	}
	return len(shares)
}

// member is what one node contributes to a group.
type member struct {
	node  Node
	share int32
}

// joined adds up what a node contributes in several ways, largest first.
func joined(list []member) []member {
	slices.SortFunc(list, func(a, b member) int { return cmp.Compare(a.node, b.node) })
	one := list[:0]
	for _, m := range list {
		if last := len(one) - 1; last >= 0 && one[last].node == m.node {
			one[last].share += m.share
		} else {
			one = append(one, m)
		}
	}
	slices.SortFunc(one, func(a, b member) int { return cmp.Compare(b.share, a.share) })
	return one
}

// Cause is the node on whose account a hit is what it is, -1 for a failed
// node.
func (o *Outcome) Cause(h Hit) Node {
	if cause := o.events[h.at].cause; cause >= 0 {
		return o.events[cause].node
	}
	return -1
}

// Path explains a hit: the chain of hits from a failed node to it. Each but
// the first names in Edge the need by which the one before it brought it into
// its state.
func (o *Outcome) Path(h Hit) []Hit {
	var path []Hit
	for at := h.at; at >= 0; at = o.events[at].cause {
		ev := o.events[at]
		step := Hit{ev.node, ev.state, ev.depth, ev.edge, -1, ev.loop, at}
		if ev.edge >= 0 {
			step.Group = o.graph.groupOf(ev.edge)
		}
		path = append(path, step)
	}
	slices.Reverse(path)
	return path
}
