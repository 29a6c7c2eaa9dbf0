package graph

// cone is all that a node's state can depend on: what it needs, directly or
// through others, as a graph of its own.
type cone struct {
	*Graph
	walk   Walk          // from the targets; its places are the numbers of the cone's nodes
	number map[Node]Node // the other way round
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
			edges = append(edges, edge)
		}
	}
	inner, err := New(len(walk.Steps), edges, groups)
	if err != nil { // what was a graph is one
		panic(err)
	}
	return &cone{inner, walk, number}
}
