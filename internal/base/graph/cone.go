package graph

import "slices"

// cone is all that a node's state can depend on: what it needs, directly or
// through others, as a graph of its own.
type cone struct {
	*Graph
	walk   Walk          // from the targets; its places are the numbers of the cone's nodes
	number map[Node]Node // the other way round
	edges  []int32       // by place in the list the cone was made of: the edge outside
}

// outer is a node of the cone in the graph it was cut from.
func (c *cone) outer(n Node) Node { return c.walk.Steps[n].Node }

// inner is a node's number in the cone, which must hold it.
func (c *cone) inner(n Node) Node { return c.number[n] }

// cone cuts out what the targets need. The targets come first, in their order,
// and nearer nodes before farther ones.
func (g *Graph) cone(targets ...Node) *cone {
	walk := g.Reach(targets, Needs, Degraded)
	number := make(map[Node]Node, len(walk.Steps))
	for i, s := range walk.Steps {
		number[s.Node] = Node(i)
	}
	var edges []Edge
	var outer []int32
	var groups []Group
	made := map[int32]int32{}
	for _, s := range walk.Steps {
		from, to := g.needs(s.Node)
		for e := from; e < to; e++ {
			p, ok := number[g.needTo[e]]
			if !ok {
				// It carries nothing, but a group counts its share all the same.
				if g.groupOf(e) < 0 {
					continue
				}
				p = number[s.Node]
			}
			edge := Edge{From: number[s.Node], To: p, Carry: g.carry[e]}
			if b := g.groupOf(e); b >= 0 {
				if made[b] == 0 {
					groups = append(groups, Group{g.groups[b].need, g.groups[b].full, g.groups[b].carry})
					made[b] = int32(len(groups))
				}
				edge.Group, edge.Share = made[b], g.seats[e].share
			}
			edges, outer = append(edges, edge), append(outer, e)
		}
	}
	inner, err := New(len(walk.Steps), edges, groups)
	if err != nil { // what was a graph is one
		panic(err)
	}
	return &cone{inner, walk, number, outer}
}

// path explains an event of a trial in the cone, in the numbers of the graph
// outside, with its places left out.
func (c *cone) path(outside *Graph, t *trial, at int32) []Hit {
	var path []Hit
	for ; at >= 0; at = t.events[at].cause {
		ev := t.events[at]
		h := Hit{Node: c.outer(ev.node), State: ev.state, Depth: ev.depth, Edge: -1, Group: -1, Loop: ev.loop}
		if ev.edge >= 0 {
			h.Edge = c.edges[c.Input(ev.edge)]
			h.Group = outside.groupOf(h.Edge)
		}
		path = append(path, h)
	}
	slices.Reverse(path)
	return path
}
