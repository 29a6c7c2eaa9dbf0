// Package graph reasons about what depends on what: how far a failure
// spreads and along which path, what redundancy absorbs, which single nodes
// and which small sets of nodes bring a target down, and which common cause
// explains several failures at once.
//
// A graph is built once from an edge list and never changes afterwards; any
// number of goroutines may ask it. It is kept in compact adjacency arrays,
// about 30 bytes an edge, so that a walk over 10^5 edges takes milliseconds.
//
// An edge says that its From node needs its To node. How much From suffers
// when To does is the edge's Carry. Needs that stand in for one another form
// a Group: so many shares of its members must be there.
//
// Fail documents what follows from a failure, cycles included; Singles, Tolls
// and Cuts search with the same rules.
package graph

import (
	"fmt"
	"sync"
)

// Node is the number of a node, from 0 up.
type Node int32

// State is how well a node works. A greater state is worse.
type State uint8

// The states.
const (
	OK       State = iota
	Degraded       // works, but not fully
	Down
)

var stateNames = [...]string{"ok", "degraded", "down"}

func (s State) String() string { return stateNames[min(int(s), len(stateNames)-1)] }

// Carry says what a node suffers, on account of one need, when the node it
// needs is degraded and when it is down. The zero Carry passes nothing on.
type Carry uint8

// The usual carries. A hard need passes a state on as it is; a soft one turns
// an outage into a degradation and stops there.
var (
	Hard = Carries(Degraded, Down)
	Soft = Carries(OK, Degraded)
)

// Carries makes a Carry from its two effects. It never lets a worse cause have
// a milder effect: an outage carries at least what a degradation carries.
func Carries(degraded, down State) Carry {
	return Carry(degraded) | Carry(max(degraded, down))<<2
}

// grouped marks, inside the graph, an edge that acts through its group.
const grouped Carry = 1 << 7

// On is the effect of a need that is in the state s.
func (c Carry) On(s State) State {
	if s == OK {
		return OK
	}
	return State(c>>(2*(s-1))) & 3
}

// stops reports whether the carry turns an outage into an outage.
func (c Carry) stops() bool { return c.On(Down) == Down }

// Edge is one need.
type Edge struct {
	From, To Node  // From needs To
	Carry    Carry // what From, or its group, suffers with To
	Group    int32 // number of the group it belongs to, counted from 1; 0 for none
	Share    int32 // what it contributes to its group; 0 means 1
}

// Group is a set of needs of one node that stand in for one another. Members
// contribute their shares: three power supplies of which two must run are
// three shares of 1 with Need 2; three lines of which each carries half of the
// load are three shares of 50 with Need 1 and Full 100.
type Group struct {
	Need  int32 // with fewer shares left the group is down; 0 means 1
	Full  int32 // with fewer shares fully working it is degraded; 0 means as Need
	Carry Carry // what the owner suffers with the group; the zero Carry means Hard
}

// bundle is a group inside the graph.
type bundle struct {
	owner              Node
	need, full, shares int32
	carry              Carry
}

// state is a group's state when so many of its shares are down, and so many
// are not fully working (those down included).
func (b *bundle) state(down, hampered int32) State {
	switch {
	case b.shares-down < b.need:
		return Down
	case b.shares-hampered < b.full:
		return Degraded
	}
	return OK
}

// seat is an edge's part in a group; the group is -1 when it has none.
type seat struct{ group, share int32 }

// back is an edge seen from its end. All that a walk asks of an edge stands
// together, for memory is what a walk over a large graph waits for.
type back struct {
	from  Node
	edge  int32
	carry Carry // with grouped
}

// Graph is an immutable graph of needs.
type Graph struct {
	nodes int

	// The needs of node n are the edges needOff[n] to needOff[n+1]-1; an
	// edge's number is its place here.
	needOff []int32
	needTo  []Node
	carry   []Carry
	input   []int32 // the edge's place in the list given to New
	seats   []seat  // nil without groups

	// Who needs node n: the places byOff[n] to byOff[n+1]-1 of by.
	byOff []int32
	by    []back

	groups []bundle
	loops  *loops // nil when no loop runs through a group

	trials, sweeps, walks sync.Pool
}

// Nodes is the number of nodes.
func (g *Graph) Nodes() int { return g.nodes }

// Edges is the number of edges.
func (g *Graph) Edges() int { return len(g.needTo) }

// Bytes is the memory that the graph's arrays take.
func (g *Graph) Bytes() int {
	n := 4*(len(g.needOff)+len(g.needTo)+len(g.input)+len(g.byOff)) + len(g.carry)
	n += 8*len(g.seats) + 12*len(g.by) + 20*len(g.groups)
	if g.loops != nil {
		n += 4 * (4*g.nodes + len(g.loops.nodes) + len(g.loops.first))
	}
	return n
}

// Input gives an edge's place in the list that New was given.
func (g *Graph) Input(edge int32) int { return int(g.input[edge]) }

func (g *Graph) needs(n Node) (from, to int32) { return g.needOff[n], g.needOff[n+1] }
func (g *Graph) needed(n Node) []back          { return g.by[g.byOff[n]:g.byOff[n+1]] }

// groupOf is the edge's group, -1 for none.
func (g *Graph) groupOf(edge int32) int32 {
	if g.seats == nil {
		return -1
	}
	return g.seats[edge].group
}

// New builds the graph of n nodes. Groups are numbered from 1 in the order of
// the list. It refuses edges to nodes that are not there, groups whose members
// belong to different nodes, and groups that could never work.
func New(n int, edges []Edge, groups []Group) (*Graph, error) {
	g := &Graph{nodes: n, groups: make([]bundle, len(groups))}
	for i, b := range groups {
		g.groups[i] = bundle{owner: -1, need: max(1, b.Need), carry: b.Carry}
		g.groups[i].full = max(b.Full, g.groups[i].need)
		if b.Carry == 0 {
			g.groups[i].carry = Hard
		}
	}
	for i, e := range edges {
		if err := g.admit(e); err != nil {
			return nil, fmt.Errorf("graph: edge %d: %w", i, err)
		}
	}
	for i, b := range g.groups {
		if b.owner >= 0 && b.shares < b.full {
			return nil, fmt.Errorf("graph: group %d needs %d shares and has %d", i+1, b.full, b.shares)
		}
	}
	g.lay(edges)
	g.loops = g.findLoops()
	return g, nil
}

// admit checks an edge and adds it to its group.
func (g *Graph) admit(e Edge) error {
	switch n := Node(g.nodes); {
	case e.From < 0 || e.From >= n || e.To < 0 || e.To >= n:
		return fmt.Errorf("from %d to %d: only %d nodes", e.From, e.To, n)
	case e.Group < 0 || int(e.Group) > len(g.groups):
		return fmt.Errorf("group %d of %d", e.Group, len(g.groups))
	case e.Share < 0:
		return fmt.Errorf("share %d", e.Share)
	case e.Group == 0:
		return nil
	}
	b := &g.groups[e.Group-1]
	if b.owner >= 0 && b.owner != e.From {
		return fmt.Errorf("group %d belongs to node %d, not %d", e.Group, b.owner, e.From)
	}
	b.owner = e.From
	b.shares += max(1, e.Share)
	return nil
}

// lay fills the adjacency arrays, counting first and placing then; the order
// of the input is kept within a node, so that equal input gives equal answers.
func (g *Graph) lay(edges []Edge) {
	g.needOff, g.byOff = make([]int32, g.nodes+2), make([]int32, g.nodes+2)
	for _, e := range edges {
		g.needOff[e.From+2]++
		g.byOff[e.To+2]++
	}
	for n := 2; n < g.nodes+2; n++ {
		g.needOff[n] += g.needOff[n-1]
		g.byOff[n] += g.byOff[n-1]
	}
	m := len(edges)
	g.needTo, g.carry, g.input = make([]Node, m), make([]Carry, m), make([]int32, m)
	if len(g.groups) > 0 {
		g.seats = make([]seat, m)
	}
	for i, e := range edges {
		at := g.needOff[e.From+1]
		g.needOff[e.From+1]++
		g.needTo[at], g.carry[at], g.input[at] = e.To, e.Carry&^grouped, int32(i)
		if g.seats != nil {
			g.seats[at] = seat{e.Group - 1, max(1, e.Share)}
		}
	}
	g.needOff = g.needOff[:g.nodes+1]
	g.layBack()
}

// layBack fills the arrays of who needs whom from those of who needs what.
func (g *Graph) layBack() {
	g.by = make([]back, len(g.needTo))
	for n := range Node(g.nodes) {
		from, to := g.needs(n)
		for e := from; e < to; e++ {
			at := g.byOff[g.needTo[e]+1]
			g.byOff[g.needTo[e]+1]++
			g.by[at] = back{n, e, g.carry[e]}
			if g.groupOf(e) >= 0 {
				g.by[at].carry |= grouped
			}
		}
	}
	g.byOff = g.byOff[:g.nodes+1]
}
