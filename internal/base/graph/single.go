package graph

import (
	"cmp"
	"slices"
)

// Single is a node whose failure alone brings a target down. Fail explains it.
type Single struct {
	Node  Node
	Depth int // waves from its failure to the target's
}

// Singles finds every single point of failure of a target: the nodes other
// than itself whose outage alone puts it into a state of at least the given
// one. Nearest first.
//
// It fails one candidate after the other by the rules of Fail, inside what the
// target needs. Two short cuts spare most of that work and change nothing: what
// is needed along single hard needs only is a single point of failure, and
// where any one path suffices (see anyOne) the answer is the dominators.
func (g *Graph) Singles(target Node, least State) []Single {
	c := g.cone(target)
	var list []Single
	if among, ok := c.anyOne(); ok && least == Down {
		list = c.timed(among)
	} else {
		list = c.tryEach(least)
	}
	for i := range list {
		list[i].Node = c.outer(list[i].Node)
	}
	slices.SortFunc(list, func(a, b Single) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Node, b.Node))
	})
	return list
}

// tryEach fails every node of the cone but its target.
func (c *cone) tryEach(least State) []Single {
	var list []Single
	sure := c.sure()
	t := c.trial()
	defer t.done()
	for n := Node(1); int(n) < c.nodes; n++ {
		if sure[n] > 0 {
			list = append(list, Single{n, sure[n]})
			continue
		}
		begin := t.mark()
		t.fail(n, Down)
		if t.state[0] >= least {
			list = append(list, Single{n, t.depth(0, least)})
		}
		t.undo(begin)
	}
	return list
}

// timed gives nodes known to bring the target down with their depth.
func (c *cone) timed(nodes []Node) []Single {
	var list []Single
	t := c.trial()
	defer t.done()
	for _, n := range nodes {
		begin := t.mark()
		t.fail(n, Down)
		list = append(list, Single{n, t.depth(0, Down)})
		t.undo(begin)
	}
	return list
}

// depth is the wave in which a node came into a state of at least the given
// one.
func (t *trial) depth(n Node, least State) int {
	at := t.last[n]
	for prior := t.events[at].prior; prior >= 0 && t.events[prior].state >= least; prior = t.events[at].prior {
		at = prior
	}
	return int(t.events[at].depth)
}

// sure gives the distance of the nodes that the target needs along single hard
// needs, and 0 for the others.
func (c *cone) sure() []int {
	far := make([]int, c.nodes)
	queue := []Node{0}
	for i := 0; i < len(queue); i++ {
		from, to := c.needs(queue[i])
		for e := from; e < to; e++ {
			if p := c.needTo[e]; p != 0 && far[p] == 0 && c.groupOf(e) < 0 && c.carry[e].stops() {
				far[p] = far[queue[i]] + 1
				queue = append(queue, p)
			}
		}
	}
	return far
}

// anyOne gives the single points of failure by dominators where any one path
// suffices: every node of the cone has nothing to need, or one hard need, or
// one group of which any single member will do, and all of it is held from
// below. Then the target is up as long as one way down to a node without needs
// is whole, and what every such way passes are the dominators. It says false
// where that is not so.
func (c *cone) anyOne() ([]Node, bool) {
	root := Node(c.nodes) // stands below all nodes without needs
	above := make([][]Node, c.nodes+1)
	for n := range Node(c.nodes) {
		from, to := c.needs(n)
		if from == to {
			above[root] = append(above[root], n)
		}
		for e := from; e < to; e++ {
			if !c.suffices(e, from, to) {
				return nil, false
			}
			above[c.needTo[e]] = append(above[c.needTo[e]], n)
		}
	}
	if order, _ := postorder(above, root); len(order) <= c.nodes {
		return nil, false // a circle that nothing holds from below stands for itself
	}
	idom := dominators(above, root)
	var list []Node
	for n := idom[0]; n != root; n = idom[n] {
		list = append(list, n)
	}
	return list, true
}

// suffices reports whether the needs from..to of one node are met as soon as
// the need e is.
func (c *cone) suffices(e, from, to int32) bool {
	b := c.groupOf(e)
	switch {
	case b < 0:
		return to-from == 1 && c.carry[e].stops()
	case !c.stopping(e) || c.seats[e].share < c.groups[b].need:
		return false
	}
	for o := from; o < to; o++ {
		if c.groupOf(o) != b || !c.carry[o].stops() {
			return false
		}
	}
	return true
}

// Toll is what one node's failure costs.
type Toll struct {
	Node Node
	Lost []int // places in the list of targets
}

// Tolls finds the single points of failure of many targets at once: for each
// node, the targets that its outage alone puts into a state of at least the
// given one. A target that fails itself costs itself only what hangs on it.
// Nodes that cost nothing are left out; the order is that of the nodes.
func (g *Graph) Tolls(targets []Node, least State) []Toll {
	c := g.cone(targets...)
	place := make(map[Node]int, len(targets)) // in the cone
	for i, n := range targets {
		place[c.inner(n)] = i
	}
	var list []Toll
	t := c.trial()
	defer t.done()
	for n := range Node(c.nodes) {
		begin := t.mark()
		t.fail(n, Down)
		var lost []int
		for i, ev := range t.events {
			if at, ok := place[ev.node]; ok && ev.node != n && ev.state >= least && t.last[ev.node] == int32(i) {
				lost = append(lost, at)
			}
		}
		t.undo(begin)
		if len(lost) > 0 {
			slices.Sort(lost)
			list = append(list, Toll{c.outer(n), lost})
		}
	}
	slices.SortFunc(list, func(a, b Toll) int { return cmp.Compare(a.Node, b.Node) })
	return list
}
