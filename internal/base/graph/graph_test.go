package graph

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCarry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		carry Carry
		want  [3]State
	}{
		{"hard passes on", Hard, [3]State{OK, Degraded, Down}},
		{"soft halves", Soft, [3]State{OK, OK, Degraded}},
		{"nothing", 0, [3]State{}},
		{"a worse cause is never milder", Carries(Down, OK), [3]State{OK, Down, Down}},
	} {
		for s := OK; s <= Down; s++ {
			if got := c.carry.On(s); got != c.want[s] {
				t.Errorf("%s: On(%d) = %d, want %d", c.name, s, got, c.want[s])
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]plan{
		"a node that is not there":  {nodes: 2, edges: []Edge{{From: 0, To: 2}}},
		"a negative node":           {nodes: 2, edges: []Edge{{From: -1, To: 0}}},
		"a group that is not there": {nodes: 2, edges: []Edge{{From: 0, To: 1, Group: 1}}},
		"a group of two owners":     {nodes: 2, edges: []Edge{{From: 0, To: 1, Group: 1}, {From: 1, To: 0, Group: 1}}, groups: []Group{{}}},
		"a group that cannot work":  {nodes: 2, edges: []Edge{{From: 0, To: 1, Group: 1}}, groups: []Group{{Need: 2}}},
		"a group never full":        {nodes: 2, edges: []Edge{{From: 0, To: 1, Group: 1}}, groups: []Group{{Need: 1, Full: 2}}},
		"a negative share":          {nodes: 2, edges: []Edge{{From: 0, To: 1, Group: 1, Share: -1}}, groups: []Group{{}}},
	} {
		if _, err := New(p.nodes, p.edges, p.groups); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestFailCases tells what the rules mean, in small pictures.
func TestFailCases(t *testing.T) {
	t.Parallel()
	hard := func(from, to Node) Edge { return Edge{From: from, To: to, Carry: Hard} }
	soft := func(from, to Node) Edge { return Edge{From: from, To: to, Carry: Soft} }
	in := func(group int32, from Node, to ...Node) (list []Edge) {
		for _, n := range to {
			list = append(list, Edge{From: from, To: n, Carry: Hard, Group: group})
		}
		return list
	}
	half := func(from Node, to ...Node) (list []Edge) {
		for _, n := range to {
			list = append(list, Edge{From: from, To: n, Carry: Hard, Group: 1, Share: 50})
		}
		return list
	}
	cases := []struct {
		name   string
		edges  []Edge
		groups []Group
		failed []Failure
		want   []State
	}{
		{"an outage goes up a chain", []Edge{hard(0, 1), hard(1, 2)}, nil, []Failure{{Node: 2}}, []State{Down, Down, Down}},
		{"not down it", []Edge{hard(0, 1), hard(1, 2)}, nil, []Failure{{Node: 1}}, []State{Down, Down, OK}},
		{"a soft need only hampers, once", []Edge{soft(0, 1), soft(1, 2)}, nil, []Failure{{Node: 2}}, []State{OK, Degraded, Down}},
		{"a degradation goes up hard needs", []Edge{hard(0, 1), soft(1, 2)}, nil, []Failure{{Node: 2}}, []State{Degraded, Degraded, Down}},
		{"a degraded node is not down", []Edge{hard(0, 1)}, nil, []Failure{{1, Degraded}}, []State{Degraded, Degraded}},
		{"the worse of two ways counts", []Edge{soft(0, 2), hard(0, 1), hard(1, 2)}, nil, []Failure{{Node: 2}}, []State{Down, Down, Down}},
		{"one of two is enough", in(1, 0, 1, 2), []Group{{Need: 1}}, []Failure{{Node: 1}}, []State{OK, Down, OK}},
		{"none of two is not", in(1, 0, 1, 2), []Group{{Need: 1}}, []Failure{{Node: 1}, {Node: 2}}, []State{Down, Down, Down}},
		{"two of three needed", in(1, 0, 1, 2, 3), []Group{{Need: 2}}, []Failure{{Node: 1}, {Node: 3}}, []State{Down, Down, OK, Down}},
		{"each carries half: two of three", half(0, 1, 2, 3), []Group{{Need: 1, Full: 100}}, []Failure{{Node: 1}}, []State{OK, Down, OK, OK}},
		{"each carries half: one of three", half(0, 1, 2, 3), []Group{{Need: 1, Full: 100}}, []Failure{{Node: 1}, {Node: 2}}, []State{Degraded, Down, Down, OK}},
		{"a soft group", in(1, 0, 1, 2), []Group{{Need: 1, Carry: Soft}}, []Failure{{Node: 1}, {Node: 2}}, []State{Degraded, Down, Down}},
		{"a common root defeats redundancy", append(in(1, 0, 1, 2), hard(1, 3), hard(2, 3)), []Group{{Need: 1}}, []Failure{{Node: 3}}, []State{Down, Down, Down, Down}},
		{"a hard circle is well by itself", []Edge{hard(0, 1), hard(1, 0), hard(0, 2)}, nil, []Failure{{2, Degraded}}, []State{Degraded, Degraded, Degraded}},
		{"and falls as a whole", []Edge{hard(0, 1), hard(1, 0), hard(0, 2)}, nil, []Failure{{Node: 2}}, []State{Down, Down, Down}},
		{"two that stand in for each other do not hold each other", append(in(1, 0, 1, 2), in(2, 1, 0, 3)...), []Group{{}, {}}, []Failure{{Node: 2}, {Node: 3}}, []State{Down, Down, Down, Down}},
		{"one way out holds both", append(in(1, 0, 1, 2), in(2, 1, 0, 3)...), []Group{{}, {}}, []Failure{{Node: 2}}, []State{OK, OK, Down, OK}},
		{"a circle nothing ever held stands for itself", append(append(in(1, 0, 1), in(2, 1, 0)...), soft(0, 2)), []Group{{}, {}}, []Failure{{Node: 2}}, []State{Degraded, Degraded, Down}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out := plan{len(c.want), c.edges, c.groups}.graph(t).Fail(c.failed...)
			if got := states(len(c.want), out); !slices.Equal(got, c.want) {
				t.Errorf("states %v, want %v", got, c.want)
			}
		})
	}
}

func states(n int, out *Outcome) []State {
	list := make([]State, n)
	for _, h := range out.Hits {
		list[h.Node] = h.State
	}
	return list
}

// drawFailed draws up to three failures.
func drawFailed(t *rapid.T, nodes int) (failed []Failure, byNode map[Node]State) {
	byNode = map[Node]State{}
	for range rapid.IntRange(1, 3).Draw(t, "failures") {
		f := Failure{Node(rapid.IntRange(0, nodes-1).Draw(t, "failed")), State(rapid.IntRange(1, 2).Draw(t, "state"))}
		failed = append(failed, f)
		byNode[f.Node] = max(byNode[f.Node], f.State)
	}
	return failed, byNode
}

// TestFail compares Fail with its rules applied word by word.
func TestFail(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 9)
		g := p.graph(t)
		failed, byNode := drawFailed(t, p.nodes)
		out := g.Fail(failed...)
		want, depth, loop := p.fail(byNode)
		if got := states(p.nodes, out); !slices.Equal(got, want) {
			t.Fatalf("states %v, want %v", got, want)
		}
		for i, h := range out.Hits {
			if !loop && int(h.Depth) != depth[h.Node] {
				t.Fatalf("node %d at depth %d, want %d", h.Node, h.Depth, depth[h.Node])
			}
			if i > 0 && h.Depth < out.Hits[i-1].Depth {
				t.Fatal("not nearest first")
			}
			p.checkPath(t, out.Path(h), byNode)
		}
		for least := Degraded; least <= Down; least++ {
			var set, hits []Node
			set = g.Set(least, failed...)
			for _, h := range out.Hits {
				if h.State >= least {
					hits = append(hits, h.Node)
				}
			}
			slices.Sort(set)
			if slices.Sort(hits); !slices.Equal(set, hits) {
				t.Fatalf("set %v, hits %v", set, hits)
			}
		}
	})
}

// checkPath follows an explanation along the edges it names.
func (p plan) checkPath(t *rapid.T, path []Hit, failed map[Node]State) {
	if first := path[0]; first.Edge != -1 || failed[first.Node] < first.State {
		t.Fatalf("a path starts at %+v, which did not fail", first)
	}
	g := p.graph(t)
	for i, h := range path[1:] {
		before := path[i]
		e := p.edges[g.Input(h.Edge)]
		switch {
		case e.From != h.Node || e.To != before.Node:
			t.Fatalf("edge %+v does not lead from %d to %d", e, before.Node, h.Node)
		case int(e.Group)-1 != int(h.Group):
			t.Fatalf("edge %+v is said to be of group %d", e, h.Group)
		case h.Depth != before.Depth+1:
			t.Fatalf("depth %d after %d", h.Depth, before.Depth)
		case e.Group == 0 && !h.Loop && e.Carry.On(before.State) != h.State:
			t.Fatalf("edge %+v does not carry %d to %d", e, before.State, h.State)
		case p.effect(e) < h.State:
			t.Fatalf("edge %+v cannot bring %d", e, h.State)
		}
	}
}

// TestOrder: the answer does not depend on the order of edges, and more
// failures never make a node better.
func TestOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 12)
		failed, _ := drawFailed(t, p.nodes)
		before := states(p.nodes, p.graph(t).Fail(failed...))
		shuffled := p
		shuffled.edges = rapid.Permutation(p.edges).Draw(t, "shuffled")
		if after := states(p.nodes, shuffled.graph(t).Fail(failed...)); !slices.Equal(before, after) {
			t.Fatalf("%v in one order, %v in another", before, after)
		}
		more, _ := drawFailed(t, p.nodes)
		for n, s := range states(p.nodes, p.graph(t).Fail(append(failed, more...)...)) {
			if s < before[n] {
				t.Fatalf("node %d got better by more failures", n)
			}
		}
	})
}

// TestUndo takes failures back in the middle of others.
func TestUndo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 10)
		g := p.graph(t)
		trial := g.trial()
		node := rapid.IntRange(0, p.nodes-1)
		trial.fail(Node(node.Draw(t, "first")), State(rapid.IntRange(1, 2).Draw(t, "state")))
		before, lostBefore, begin := slices.Clone(trial.state), slices.Clone(trial.lost), trial.mark()
		trial.fail(Node(node.Draw(t, "second")), Down)
		trial.fail(Node(node.Draw(t, "third")), Degraded)
		trial.undo(begin)
		if !slices.Equal(trial.state, before) || !slices.Equal(trial.lost, lostBefore) {
			t.Fatalf("after undo %v %v, before %v %v", trial.state, trial.lost, before, lostBefore)
		}
		trial.done()
		if slices.ContainsFunc(trial.state, func(s State) bool { return s != OK }) || slices.ContainsFunc(trial.lost, func(l lost) bool { return !l.nothing() }) {
			t.Fatal("something is left after done")
		}
	})
}

// TestStrains holds what is said about groups to trying it out.
func TestStrains(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 8)
		failed, byNode := drawFailed(t, p.nodes)
		g := p.graph(t)
		out := g.Fail(failed...)
		states, _, _ := p.fail(byNode)
		for _, s := range out.Strains {
			members := map[Node]int32{}
			down, left := int32(0), int32(0)
			for _, e := range p.edges {
				if int(e.Group) != s.Group+1 {
					continue
				}
				if e.Carry.On(states[e.To]) == Down {
					down += e.Share
					continue
				}
				left += e.Share
				if e.Carry.On(Down) == Down {
					members[e.To] += e.Share
				}
			}
			if s.Lost != down || s.Left != left || s.Owner != p.ownerOf(s.Group) {
				t.Fatalf("%+v, want lost %d left %d", s, down, left)
			}
			if want := survives(members, left, s.Need); s.Margin != want {
				t.Fatalf("%+v: margin %d, want %d of %v", s, s.Margin, want, members)
			}
		}
		var outages []Node
		for n, s := range states {
			if s == Down {
				outages = append(outages, Node(n))
			}
		}
		var want []Node
		for n := range p.reach(outages, Needed, Down) {
			if states[n] != Down {
				want = append(want, n)
			}
		}
		slices.Sort(want)
		if slices.Sort(out.Spared); len(out.Strains) > 0 && !slices.Equal(out.Spared, want) {
			t.Fatalf("spared %v, want %v", out.Spared, want)
		}
	})
}

func (p plan) ownerOf(group int) Node {
	for _, e := range p.edges {
		if int(e.Group) == group+1 {
			return e.From
		}
	}
	return -1
}

// survives counts the members that may fail in any choice, by all choices.
func survives(members map[Node]int32, left, need int32) int {
	var shares []int32
	for _, s := range members {
		shares = append(shares, s)
	}
	worst := len(shares)
	for choice := range 1 << len(shares) {
		rest, size := left, 0
		for i, s := range shares {
			if choice>>i&1 == 1 {
				rest -= s
				size++
			}
		}
		if rest < need {
			worst = min(worst, size-1)
		}
	}
	return max(0, worst)
}

func TestReach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 15)
		g := p.graph(t)
		way, least := Way(rapid.IntRange(0, 1).Draw(t, "way")), State(rapid.IntRange(0, 2).Draw(t, "least"))
		start := []Node{Node(rapid.IntRange(0, p.nodes-1).Draw(t, "start")), Node(rapid.IntRange(0, p.nodes-1).Draw(t, "other"))}
		walk := g.Reach(start, way, least)
		want := p.reach(start, way, least)
		depth := map[Node]int32{}
		for i, s := range walk.Steps {
			if _, twice := depth[s.Node]; twice || !want[s.Node] {
				t.Fatalf("node %d twice or not to be reached", s.Node)
			}
			depth[s.Node] = s.Depth
			path := walk.Path(i)
			for k, step := range path[1:] {
				e := p.edges[g.Input(step.Edge)]
				from, to := e.From, e.To
				if way == Needed {
					from, to = to, from
				}
				if from != path[k].Node || to != step.Node || p.effect(e) < least {
					t.Fatalf("edge %+v is not on the way", e)
				}
			}
		}
		if len(depth) != len(want) {
			t.Fatalf("reached %d nodes, want %d", len(depth), len(want))
		}
		for _, e := range p.edges { // no edge is a short cut
			from, to := e.From, e.To
			if way == Needed {
				from, to = to, from
			}
			if d, ok := depth[from]; ok && p.effect(e) >= least && depth[to] > d+1 {
				t.Fatalf("node %d is nearer than %d", to, depth[to])
			}
		}
	})
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	p := plan{nodes: MaxCone + 1}
	for n := range Node(MaxCone) {
		p.edges = append(p.edges, Edge{From: n, To: n + 1, Carry: Hard})
	}
	_, err := p.graph(t).Cuts(0, Down, 3)
	var large *TooLarge
	if !errors.As(err, &large) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if diff := cmp.Diff(TooLarge{"cone", MaxCone + 1, MaxCone}, *large); diff != "" {
		t.Error(diff)
	}
}
