package graph

// Dominators gives, for every node that a walk from root in the given
// direction along edges of at least the given effect comes to, its immediate
// dominator: the last node before it that every such way passes. The root and
// nodes not reached have -1.
func (g *Graph) Dominators(root Node, way Way, least State) []Node {
	next := make([][]Node, g.nodes)
	for e, to := range g.needTo {
		if g.Effect(int32(e)) < least {
			continue
		}
		from := g.fromOf(int32(e))
		if way == Needed {
			from, to = to, from
		}
		next[from] = append(next[from], to)
	}
	return dominators(next, root)
}

// fromOf finds the node whose need an edge is.
func (g *Graph) fromOf(e int32) Node {
	low, high := 0, g.nodes
	for low < high { // the last n with needOff[n] <= e
		if mid := (low + high) / 2; g.needOff[mid+1] <= e {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return Node(low)
}

// dominators is the algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast
// Dominance Algorithm", 2001): walk in reverse postorder and meet, until
// nothing changes.
func dominators(next [][]Node, root Node) []Node {
	order, number := postorder(next, root)
	before := make([][]Node, len(next))
	for _, n := range order {
		for _, to := range next[n] {
			before[to] = append(before[to], n)
		}
	}
	idom := make([]Node, len(next))
	for n := range idom {
		idom[n] = -1
	}
	idom[root] = root
	meet := func(a, b Node) Node {
		for a != b {
			for number[a] < number[b] {
				a = idom[a]
			}
			for number[b] < number[a] {
				b = idom[b]
			}
		}
		return a
	}
	for changed := true; changed; {
		changed = false
		for i := len(order) - 2; i >= 0; i-- { // the root is last
			n, found := order[i], Node(-1)
			for _, p := range before[n] {
				switch {
				case idom[p] < 0:
				case found < 0:
					found = p
				default:
					found = meet(p, found)
				}
			}
			if idom[n] != found {
				idom[n], changed = found, true
			}
		}
	}
	idom[root] = -1
	return idom
}

// postorder lists the nodes reached from root, each after all it leads to.
func postorder(next [][]Node, root Node) (order []Node, number []int32) {
	number = make([]int32, len(next))
	seen := make([]bool, len(next))
	type visit struct {
		node Node
		edge int
	}
	path := []visit{{root, 0}}
	seen[root] = true
	for len(path) > 0 {
		v := &path[len(path)-1]
		if v.edge < len(next[v.node]) {
			to := next[v.node][v.edge]
			v.edge++
			if !seen[to] {
				seen[to] = true
				path = append(path, visit{to, 0})
			}
			continue
		}
		number[v.node] = int32(len(order))
		order = append(order, v.node)
		path = path[:len(path)-1]
	}
	return order, number
}
