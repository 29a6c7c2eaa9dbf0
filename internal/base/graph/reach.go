package graph

// Way is the direction of a walk.
type Way uint8

// The directions.
const (
	Needed Way = iota // who needs this, directly or through others
	Needs             // what this needs, directly or through others
)

// Step is a node that a walk came to.
type Step struct {
	Node  Node
	Depth int32 // fewest edges from the start
	Edge  int32 // the edge it was reached by, -1 at a start
	Prior int32 // the step it was reached from, -1 at a start
}

// Walk is the answer of Reach: every node once, nearest first.
type Walk struct{ Steps []Step }

// Path gives the steps from a start to step i: one shortest explanation of why
// it is in the walk.
func (w Walk) Path(i int) []Step {
	path := make([]Step, w.Steps[i].Depth+1)
	for at := int32(i); at >= 0; at = w.Steps[at].Prior {
		path[w.Steps[at].Depth] = w.Steps[at]
	}
	return path
}

// marks says which nodes a walk has seen; a new number clears all at once.
type marks struct {
	seen []uint32
	now  uint32
}

func (g *Graph) marks() *marks {
	m, _ := g.walks.Get().(*marks)
	if m == nil {
		m = &marks{seen: make([]uint32, g.nodes)}
	}
	m.now++
	if m.now == 0 { // after four billion walks
		clear(m.seen)
		m.now = 1
	}
	return m
}

// first reports whether the node is seen for the first time.
func (m *marks) first(n Node) bool {
	if m.seen[n] == m.now {
		return false
	}
	m.seen[n] = m.now
	return true
}

// Reach walks from the start nodes (depth 0) along every edge whose outage
// has an effect of at least the given state: Down follows what an outage takes
// along if no redundancy helps, Degraded everything that could feel it, OK
// every edge. Groups are not weighed; Fail does that.
func (g *Graph) Reach(start []Node, way Way, least State) Walk {
	seen := g.marks()
	defer g.walks.Put(seen)
	steps := make([]Step, 0, len(start)+64)
	for _, n := range start {
		if seen.first(n) {
			steps = append(steps, Step{Node: n, Edge: -1, Prior: -1})
		}
	}
	for i := 0; i < len(steps); i++ {
		at := steps[i]
		if way == Needs {
			from, to := g.needs(at.Node)
			for e := from; e < to; e++ {
				if g.Effect(e) >= least && seen.first(g.needTo[e]) {
					steps = append(steps, Step{g.needTo[e], at.Depth + 1, e, int32(i)})
				}
			}
			continue
		}
		for _, b := range g.needed(at.Node) {
			if g.backEffect(b) >= least && seen.first(b.from) {
				steps = append(steps, Step{b.from, at.Depth + 1, b.edge, int32(i)})
			}
		}
	}
	return Walk{steps}
}

// Effect is the worst that the outage of an edge's To node can do to its From
// node, with what else its group may lose.
func (g *Graph) Effect(e int32) State {
	if b := g.groupOf(e); b >= 0 {
		return g.groups[b].carry.On(g.carry[e].On(Down))
	}
	return g.carry[e].On(Down)
}

func (g *Graph) backEffect(b back) State {
	if b.carry&grouped == 0 {
		return b.carry.On(Down)
	}
	return g.Effect(b.edge)
}
