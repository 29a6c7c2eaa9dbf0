package graph

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestClashes holds the comparison to failing mine, theirs and both.
func TestClashes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 9)
		g := p.graph(t)
		node := rapid.Map(rapid.IntRange(0, p.nodes-1), func(n int) Node { return Node(n) })
		mine := rapid.SliceOfN(node, 1, 3).Draw(t, "mine")
		others := rapid.SliceOfN(rapid.SliceOfN(node, 0, 3), 1, 4).Draw(t, "others")
		found := make([]Clash, len(others))
		for at, c := range g.Clashes(mine, others) {
			if at > 0 && c.Other <= found[at-1].Other && found[at-1].Harms != nil {
				t.Fatal("not in the order of the list")
			}
			found[c.Other] = c
		}
		for i, theirs := range others {
			checkClash(t, g, found[i], mine, theirs)
		}
	})
}

func checkClash(t *rapid.T, g *Graph, c Clash, mine, theirs []Node) {
	a, b, both := failStates(g, mine), failStates(g, theirs), failStates(g, slices.Concat(mine, theirs))
	harms, suffers, joint, shared := false, false, false, false
	for n := range Node(g.nodes) {
		isMine, isTheirs := slices.Contains(mine, n), slices.Contains(theirs, n)
		harms = harms || isTheirs && !isMine && a[n] != OK
		suffers = suffers || isMine && !isTheirs && b[n] != OK
		shared = shared || isMine && isTheirs
		joint = joint || both[n] > max(a[n], b[n])
	}
	if got := [4]bool{len(c.Shared) > 0, c.Harms != nil, c.Suffers != nil, c.Joint != nil}; got != [4]bool{shared, harms, suffers, joint} {
		t.Fatalf("mine %v theirs %v: shared, harms, suffers, joint are %v, want %v", mine, theirs, got, [4]bool{shared, harms, suffers, joint})
	}
	checkWay(t, g, c.Harms, mine, theirs, a)
	checkWay(t, g, c.Suffers, theirs, mine, b)
	if j := c.Joint; j != nil {
		if j.State != both[j.Node] || j.State <= max(a[j.Node], b[j.Node]) {
			t.Fatalf("joint %+v, states %v alone %v %v", j, both, a, b)
		}
		checkWay(t, g, j.Path, slices.Concat(mine, theirs), []Node{j.Node}, both)
		if j.Group >= 0 {
			members := g.membersOf(j.Group)
			checkWay(t, g, j.Mine, mine, members, a)
			checkWay(t, g, j.Their, theirs, members, b)
			if j.Mine == nil || j.Their == nil {
				t.Fatalf("joint %+v does not say what each takes from the group", j)
			}
		}
	}
}

func failStates(g *Graph, nodes []Node) []State {
	failed := make([]Failure, len(nodes))
	for i, n := range nodes {
		failed[i].Node = n
	}
	return states(g.nodes, g.Fail(failed...))
}

func (g *Graph) membersOf(group int) (list []Node) {
	for e, to := range g.needTo {
		if int(g.groupOf(int32(e))) == group {
			list = append(list, to)
		}
	}
	return list
}

// checkWay follows an explanation along the edges it names.
func checkWay(t *rapid.T, g *Graph, path []Hit, from, to []Node, states []State) {
	for i, h := range path {
		switch {
		case i == 0 && (!slices.Contains(from, h.Node) || h.Edge != -1):
			t.Fatalf("a way begins at %+v, not at one of %v", h, from)
		case i > 0 && (g.fromOf(h.Edge) != h.Node || g.needTo[h.Edge] != path[i-1].Node || g.groupOf(h.Edge) != h.Group):
			t.Fatalf("edge %d does not lead from %d to %d", h.Edge, path[i-1].Node, h.Node)
		case h.State > states[h.Node]:
			t.Fatalf("%+v is said to be worse than it is, %v", h, states[h.Node])
		}
	}
	if last := len(path) - 1; last >= 0 && !slices.Contains(to, path[last].Node) {
		t.Fatalf("a way ends at %+v, not at one of %v", path[last], to)
	}
}

// TestBothMembersOfAPair tells what clashes mean in the smallest picture: a
// service on two servers, each on a host of its own.
func TestBothMembersOfAPair(t *testing.T) {
	t.Parallel()
	const service, one, two, host, other = 0, 1, 2, 3, 4
	p := plan{5, []Edge{
		{From: service, To: one, Carry: Hard, Group: 1},
		{From: service, To: two, Carry: Hard, Group: 1},
		{From: one, To: host, Carry: Hard},
		{From: two, To: other, Carry: Hard},
	}, []Group{{Need: 1}}}
	list := p.graph(t).Clashes([]Node{host}, [][]Node{{other}, {one}, {service}, {two}, {host}})
	if len(list) != 4 {
		t.Fatalf("%d clashes, want 4: %+v", len(list), list)
	}
	if j := list[0].Joint; list[0].Other != 0 || j == nil || j.Node != service || j.State != Down || j.Group != 0 ||
		len(j.Mine) != 2 || j.Mine[1].Node != one || len(j.Their) != 2 || j.Their[1].Node != two || list[0].Harms != nil {
		t.Errorf("hosts of both members: %+v, %+v", list[0], j)
	}
	if list[1].Other != 1 || len(list[1].Harms) != 2 || list[1].Joint != nil {
		t.Errorf("the server on my host: %+v", list[1])
	}
	if list[2].Other != 3 || list[2].Joint == nil {
		t.Errorf("the other member itself: %+v", list[2])
	}
	if list[3].Other != 4 || !slices.Equal(list[3].Shared, []Node{host}) {
		t.Errorf("the same host: %+v", list[3])
	}
}

// The promise: one outage against 500 others on a graph of 63,000 nodes and
// 264,000 needs takes under 200 ms.
func BenchmarkClashes(b *testing.B) {
	names, edges := packages(b)
	hub := Node(slices.Index(names, "libc6"))
	whole := plan{len(names), edges, nil}.graph(b)
	paired := pairs(len(names), edges).graph(b)
	random := rand.New(rand.NewPCG(11, 3))
	others := make([][]Node, 500)
	for i := range others {
		for range 1 + random.IntN(3) {
			others[i] = append(others[i], Node(random.IntN(len(names))))
		}
	}
	for _, c := range []struct {
		name string
		g    *Graph
		mine func() []Node
	}{
		{"plain/random", whole, func() []Node { return []Node{Node(random.IntN(len(names)))} }},
		{"plain/worst", whole, func() []Node { return []Node{hub} }},
		{"paired/random", paired, func() []Node { return []Node{Node(random.IntN(len(names)))} }},
		{"paired/worst", paired, func() []Node { return []Node{hub} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			loop(b, func() { n = len(c.g.Clashes(c.mine(), others)) })
			b.ReportMetric(float64(n), "clashes")
		})
	}
}

// pairs makes every tenth node with two needs redundant: one of the two will do.
func pairs(nodes int, edges []Edge) plan {
	p := plan{nodes: nodes, edges: slices.Clone(edges)}
	needs := map[Node][]int{}
	for i, e := range p.edges {
		if e.From != e.To {
			needs[e.From] = append(needs[e.From], i)
		}
	}
	for n := range Node(nodes) {
		if n%10 != 0 || len(needs[n]) < 2 {
			continue
		}
		p.groups = append(p.groups, Group{Need: 1})
		for _, i := range needs[n][:2] {
			p.edges[i].Group = int32(len(p.groups))
		}
	}
	return p
}
