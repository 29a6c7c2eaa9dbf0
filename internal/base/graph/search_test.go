package graph

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSingles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 9)
		target, least := Node(rapid.IntRange(0, p.nodes-1).Draw(t, "target")), State(rapid.IntRange(1, 2).Draw(t, "least"))
		var want []Node
		for n := range Node(p.nodes) {
			if n != target && p.stateOf(target, n) >= least {
				want = append(want, n)
			}
		}
		if got := nodesOf(p.graph(t).Singles(target, least)); !slices.Equal(got, want) {
			t.Fatalf("singles %v, want %v", got, want)
		}
	})
}

func nodesOf(list []Single) []Node {
	var nodes []Node
	for _, s := range list {
		nodes = append(nodes, s.Node)
	}
	slices.Sort(nodes)
	return nodes
}

// TestAnyOne: where any one path suffices, dominators and trying each
// candidate agree.
func TestAnyOne(t *testing.T) {
	t.Parallel()
	applied := 0
	rapid.Check(t, func(t *rapid.T) {
		p := drawPaths(t, 14)
		c := p.graph(t).cone(Node(rapid.IntRange(0, p.nodes-1).Draw(t, "target")))
		short, ok := c.anyOne()
		if !ok {
			return
		}
		if c.nodes > 3 {
			applied++
		}
		slices.Sort(short)
		long := nodesOf(c.tryEach(Down))
		if !slices.Equal(short, long) {
			t.Fatalf("dominators %v, fixpoint %v", short, long)
		}
	})
	if applied == 0 { // about one draw in five: a hundred without any is a fault of the draw, not luck
		t.Error("the short cut never applied")
	}
}

func TestTolls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 8)
		all := rapid.Permutation(nodeList(p.nodes)).Draw(t, "targets")
		targets := all[:rapid.IntRange(1, len(all)).Draw(t, "count")]
		least := State(rapid.IntRange(1, 2).Draw(t, "least"))
		var want []Toll
		for n := range Node(p.nodes) {
			var lost []int
			for i, target := range targets {
				if target != n && p.stateOf(target, n) >= least {
					lost = append(lost, i)
				}
			}
			if lost != nil {
				want = append(want, Toll{n, lost})
			}
		}
		if diff := cmp.Diff(want, p.graph(t).Tolls(targets, least)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func nodeList(n int) []Node {
	list := make([]Node, n)
	for i := range list {
		list[i] = Node(i)
	}
	return list
}

func TestCuts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 8)
		target, least := Node(rapid.IntRange(0, p.nodes-1).Draw(t, "target")), State(rapid.IntRange(1, 2).Draw(t, "least"))
		order := rapid.IntRange(1, 3).Draw(t, "order")
		sets, err := p.graph(t).Cuts(target, least, order)
		if err != nil {
			t.Fatal(err)
		}
		got := spell(sets)
		if len(got) != sets.Count() {
			t.Fatalf("Count %d of %d sets", sets.Count(), len(got))
		}
		if diff := cmp.Diff(p.cuts(target, least, order), got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// spell gives every set of nodes, sorted.
func spell(sets *CutSets) [][]Node {
	var list [][]Node
	var add func(set []int, so []Node)
	add = func(set []int, so []Node) {
		if len(set) == 0 {
			so = slices.Clone(so)
			slices.Sort(so)
			list = append(list, so)
			return
		}
		for _, n := range sets.Classes[set[0]] {
			add(set[1:], append(so, n))
		}
	}
	for _, set := range sets.Sets {
		add(set, nil)
	}
	slices.SortFunc(list, slices.Compare)
	return list
}

// cuts tries every set.
func (p plan) cuts(target Node, least State, order int) [][]Node {
	var list [][]Node
	for size := 1; size <= order; size++ {
		var choose func(from Node, set []Node)
		choose = func(from Node, set []Node) {
			if len(set) == size {
				for _, smaller := range list {
					if !slices.ContainsFunc(smaller, func(n Node) bool { return !slices.Contains(set, n) }) {
						return
					}
				}
				if p.stateOf(target, set...) >= least {
					list = append(list, slices.Clone(set))
				}
				return
			}
			for n := from; int(n) < p.nodes; n++ {
				if n != target {
					choose(n+1, append(set, n))
				}
			}
		}
		choose(0, nil)
	}
	slices.SortFunc(list, slices.Compare)
	return list
}

func TestDominators(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 12)
		root := Node(rapid.IntRange(0, p.nodes-1).Draw(t, "root"))
		way := Way(rapid.IntRange(0, 1).Draw(t, "way"))
		idom := p.graph(t).Dominators(root, way, Degraded)
		reached := p.reach([]Node{root}, way, Degraded)
		for n := range Node(p.nodes) {
			got := map[Node]bool{}
			for d := idom[n]; d >= 0; d = idom[d] {
				got[d] = true
			}
			want := map[Node]bool{}
			for d := range Node(p.nodes) {
				if reached[n] && d != n && (d == root || !p.without(d).reach([]Node{root}, way, Degraded)[n]) {
					want[d] = true
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("node %d: %s", n, diff)
			}
		}
	})
}

// without is the plan without a node's edges.
func (p plan) without(n Node) plan {
	q := plan{nodes: p.nodes, groups: p.groups}
	for _, e := range p.edges {
		if e.From != n && e.To != n {
			q.edges = append(q.edges, e)
		}
	}
	return q
}

func TestUpstream(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 9)
		all := rapid.Permutation(nodeList(p.nodes)).Draw(t, "symptoms")
		symptoms := all[:rapid.IntRange(1, len(all)).Draw(t, "count")]
		list := p.graph(t).Upstream(symptoms, 100)
		got := map[Node][]int{}
		for i, c := range list {
			got[c.Node] = c.Explains
			states, _, _ := p.fail(map[Node]State{c.Node: Down})
			down := 0
			for _, s := range states {
				if s == Down {
					down++
				}
			}
			if c.Fails != down {
				t.Fatalf("%+v brings down %d", c, down)
			}
			if i > 0 && (len(c.Explains) > len(list[i-1].Explains) || len(c.Explains) == len(list[i-1].Explains) && c.Fails < list[i-1].Fails) {
				t.Fatalf("out of order: %+v", list)
			}
		}
		want := map[Node][]int{}
		for n := range Node(p.nodes) {
			var explains []int
			for i, s := range symptoms {
				if p.stateOf(s, n) != OK {
					explains = append(explains, i)
				}
			}
			if len(explains) >= min(2, len(symptoms)) {
				want[n] = explains
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
