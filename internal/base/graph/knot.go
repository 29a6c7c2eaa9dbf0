package graph

// knots gives each node the number of its strongly connected component over
// the edges that count (Tarjan 1972, with its own stack).
func (g *Graph) knots(counts func(edge int32) bool) []int32 {
	k := &knotter{g: g, counts: counts, index: make([]int32, g.nodes), low: make([]int32, g.nodes), of: make([]int32, g.nodes)}
	for n := range k.of {
		k.of[n] = -1
	}
	for n := range Node(g.nodes) {
		if k.index[n] == 0 {
			k.from(n)
		}
	}
	return k.of
}

type knotter struct {
	g          *Graph
	counts     func(edge int32) bool
	index, low []int32
	of         []int32 // the finished component
	tick, made int32
	open       []Node // visited, component not finished
	path       []visit
}

// visit is a node on the way down, with the next of its edges.
type visit struct {
	node Node
	edge int32
}

func (k *knotter) enter(n Node) {
	k.tick++
	k.index[n], k.low[n] = k.tick, k.tick
	k.open = append(k.open, n)
	first, _ := k.g.needs(n)
	k.path = append(k.path, visit{n, first})
}

func (k *knotter) from(start Node) {
	k.enter(start)
	for len(k.path) > 0 {
		v := &k.path[len(k.path)-1]
		n := v.node
		if _, end := k.g.needs(n); v.edge < end {
			e := v.edge
			v.edge++
			if !k.counts(e) {
				continue
			}
			switch to := k.g.needTo[e]; {
			case k.index[to] == 0:
				k.enter(to)
			case k.of[to] < 0:
				k.low[n] = min(k.low[n], k.index[to])
			}
			continue
		}
		k.path = k.path[:len(k.path)-1]
		if len(k.path) > 0 {
			up := k.path[len(k.path)-1].node
			k.low[up] = min(k.low[up], k.low[n])
		}
		if k.low[n] == k.index[n] {
			k.close(n)
		}
	}
}

// close takes the component of n off the open nodes.
func (k *knotter) close(n Node) {
	for {
		last := k.open[len(k.open)-1]
		k.open = k.open[:len(k.open)-1]
		k.of[last] = k.made
		if last == n {
			break
		}
	}
	k.made++
}
