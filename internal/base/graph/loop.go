package graph

import (
	"cmp"
	"slices"
)

// loops are the parts of a graph where needs run in a circle through a group.
// Two switches that are each other's second way out are one: when both have
// lost their first, each still "has" the other, and a plain fixpoint would
// keep them alive. So such a part is asked what holds it from outside.
type loops struct {
	ring     []int32 // by node: the number of its loop, -1 for none
	knot     []int32 // by node: those with the same number need one another hard and fall together
	nodes    []Node  // loop after loop, and within a loop knot after knot
	first    []int32 // by loop: where its nodes begin in nodes
	place    []int32 // by node of a loop: its place in nodes
	start    []int32 // by knot of a loop: where its nodes begin in nodes
	groups   [][]int32
	grounded []bool // by place in nodes: held from outside when all is well
}

// ringOf is the loop a node is part of, -1 for none.
func (g *Graph) ringOf(n Node) int32 {
	if g.loops == nil {
		return -1
	}
	return g.loops.ring[n]
}

// stopping reports whether an outage at the edge's end takes part in an outage
// at its beginning, alone or as a lost member of a group.
func (g *Graph) stopping(e int32) bool { return g.carry[e].stops() && g.Effect(e) == Down }

// findLoops finds the circles that run through a group.
func (g *Graph) findLoops() *loops {
	if len(g.groups) == 0 {
		return nil
	}
	whole := g.knots(g.stopping)
	through := map[int32]bool{} // components with such a circle
	for n := range Node(g.nodes) {
		from, to := g.needs(n)
		for e := from; e < to; e++ {
			if g.groupOf(e) >= 0 && g.stopping(e) && whole[n] == whole[g.needTo[e]] {
				through[whole[n]] = true
			}
		}
	}
	if len(through) == 0 {
		return nil
	}
	l := &loops{knot: g.knots(func(e int32) bool { return g.groupOf(e) < 0 && g.stopping(e) })}
	g.loops = l
	l.gather(whole, through)
	l.groups = make([][]int32, len(l.first)-1)
	for b, owned := range g.groups {
		if owned.owner >= 0 && l.ring[owned.owner] >= 0 && owned.carry.stops() {
			l.groups[l.ring[owned.owner]] = append(l.groups[l.ring[owned.owner]], int32(b))
		}
	}
	well := g.trial()
	defer well.done()
	for ring := range int32(len(l.groups)) {
		for _, k := range well.held(ring) {
			for _, n := range l.members(k) {
				l.grounded[l.place[n]] = true
			}
		}
	}
	return l
}

// gather numbers the loops and lists their nodes.
func (l *loops) gather(whole []int32, through map[int32]bool) {
	l.ring, l.place, l.start = make([]int32, len(whole)), make([]int32, len(whole)), make([]int32, len(whole))
	for n, k := range whole {
		l.ring[n] = -1
		if through[k] {
			l.nodes = append(l.nodes, Node(n))
		}
	}
	slices.SortStableFunc(l.nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(whole[a], whole[b]), cmp.Compare(l.knot[a], l.knot[b]))
	})
	for i, n := range l.nodes {
		if i == 0 || whole[n] != whole[l.nodes[i-1]] {
			l.first = append(l.first, int32(i))
		}
		if i == 0 || l.knot[n] != l.knot[l.nodes[i-1]] {
			l.start[l.knot[n]] = int32(i)
		}
		l.ring[n], l.place[n] = int32(len(l.first)-1), int32(i)
	}
	l.first = append(l.first, int32(len(l.nodes)))
	l.grounded = make([]bool, len(l.nodes))
}

// members are the nodes of a loop that fall together.
func (l *loops) members(knot int32) []Node {
	from := l.start[knot]
	to := from
	for int(to) < len(l.nodes) && l.knot[l.nodes[to]] == knot {
		to++
	}
	return l.nodes[from:to]
}

// grounding is the scratch of one look at a loop, kept by a trial.
type grounding struct {
	pending  []int32 // by knot: needs and groups that nothing holds yet
	have     []int32 // by group: shares that are held
	queue    []int32 // knots that are held
	standing []bool  // by place in loops.nodes: still to be told that it falls
}

// never is more than any knot waits for.
const never = 1 << 30

// held gives the knots of a loop that are held from outside it as things stand
// in the trial: by nodes out of the loop, or by nodes so held.
func (t *trial) held(ring int32) []int32 {
	l := t.g.loops
	if t.ground == nil {
		t.ground = &grounding{pending: make([]int32, t.g.nodes), have: make([]int32, len(t.g.groups)), standing: make([]bool, len(l.nodes))}
	}
	s, nodes := t.ground, l.nodes[l.first[ring]:l.first[ring+1]]
	s.queue = s.queue[:0]
	for _, n := range nodes {
		s.pending[l.knot[n]] = 0
	}
	for _, b := range l.groups[ring] {
		s.have[b] = 0
	}
	for _, n := range nodes {
		t.await(n)
	}
	for _, b := range l.groups[ring] {
		if s.have[b] < t.g.groups[b].need {
			s.pending[l.knot[t.g.groups[b].owner]]++
		}
	}
	for i, n := range nodes {
		if k := l.knot[n]; s.pending[k] == 0 && (i == 0 || l.knot[nodes[i-1]] != k) {
			s.queue = append(s.queue, k)
		}
	}
	for i := 0; i < len(s.queue); i++ {
		for _, n := range l.members(s.queue[i]) {
			t.hold(n)
		}
	}
	return s.queue
}

// await counts what a node of the loop hard needs within it, and the shares
// that its groups have from outside.
func (t *trial) await(n Node) {
	g, l, s := t.g, t.g.loops, t.ground
	if t.state[n] == Down {
		s.pending[l.knot[n]] += never
		return
	}
	from, to := g.needs(n)
	for e := from; e < to; e++ {
		p, b := g.needTo[e], g.seats[e].group
		inside := l.ring[p] == l.ring[n] && g.stopping(e)
		switch {
		case b < 0 && inside && l.knot[p] != l.knot[n]:
			s.pending[l.knot[n]]++
		case b >= 0 && !inside && g.carry[e].On(t.state[p]) != Down:
			s.have[b] += g.seats[e].share
		}
	}
}

// hold tells those of the loop who need n that it is held.
func (t *trial) hold(n Node) {
	g, l, s := t.g, t.g.loops, t.ground
	for _, by := range g.needed(n) {
		m, e := by.from, by.edge
		if l.ring[m] != l.ring[n] || !g.stopping(e) {
			continue
		}
		k, b := l.knot[m], g.seats[e].group
		if b < 0 && k == l.knot[n] {
			continue
		}
		if b >= 0 {
			had, need := s.have[b], g.groups[b].need
			s.have[b] += g.seats[e].share
			if had >= need || s.have[b] < need {
				continue
			}
		}
		if s.pending[k]--; s.pending[k] == 0 {
			s.queue = append(s.queue, k)
		}
	}
}

// unground brings down the nodes of a loop that were held from outside when
// all was well and are no longer.
func (t *trial) unground(ring int32) {
	g, l := t.g, t.g.loops
	held := t.held(ring)
	standing := t.ground.standing
	for i := l.first[ring]; i < l.first[ring+1]; i++ {
		standing[i] = l.grounded[i] && t.state[l.nodes[i]] != Down
	}
	for _, k := range held {
		for _, n := range l.members(k) {
			standing[l.place[n]] = false
		}
	}
	begin := len(t.events)
	for i := l.first[ring]; i < l.first[ring+1]; i++ { // those that lost somebody
		if n := l.nodes[i]; standing[i] {
			if e := t.lostNeed(n); e >= 0 {
				t.fallWith(n, e)
			}
		}
	}
	for i := begin; i < len(t.events); i++ { // and those that hung on them
		standing[l.place[t.events[i].node]] = false
	}
	for i := begin; i < len(t.events); i++ {
		for _, b := range g.needed(t.events[i].node) {
			if l.ring[b.from] == ring && standing[l.place[b.from]] && g.stopping(b.edge) {
				t.fallWith(b.from, b.edge)
				standing[l.place[b.from]] = false
			}
		}
	}
}

// lostNeed is the first need of a node that is lost to it, -1 when there is
// none.
func (t *trial) lostNeed(n Node) int32 {
	from, to := t.g.needs(n)
	for e := from; e < to; e++ {
		if t.g.stopping(e) && t.g.carry[e].On(t.state[t.g.needTo[e]]) == Down {
			return e
		}
	}
	return -1
}

// fallWith brings a node of a loop down on account of one of its needs.
func (t *trial) fallWith(n Node, edge int32) {
	cause := t.last[t.g.needTo[edge]]
	t.worsen(event{node: n, state: Down, depth: t.events[cause].depth + 1, edge: edge, cause: cause, loop: true})
}
