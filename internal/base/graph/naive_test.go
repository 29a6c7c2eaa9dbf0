package graph

import (
	"slices"

	"pgregory.net/rapid"
)

// plan is a graph as it was drawn, for answers found the slow way.
type plan struct {
	nodes  int
	edges  []Edge
	groups []Group
}

func (p plan) graph(t interface{ Fatal(...any) }) *Graph {
	g, err := New(p.nodes, p.edges, p.groups)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var carries = []Carry{0, Carries(OK, Down), Carries(Degraded, Degraded), Carries(Down, Down), Hard, Hard, Hard, Soft}

// drawPlan draws a graph with circles, doubled edges, groups of every kind.
func drawPlan(t *rapid.T, most int) plan {
	p := plan{nodes: rapid.IntRange(1, most).Draw(t, "nodes")}
	node := rapid.IntRange(0, p.nodes-1)
	for range rapid.IntRange(0, 2*p.nodes).Draw(t, "edges") {
		p.edges = append(p.edges, Edge{From: Node(node.Draw(t, "from")), To: Node(node.Draw(t, "to")), Carry: rapid.SampledFrom(carries).Draw(t, "carry")})
	}
	for range rapid.IntRange(0, p.nodes).Draw(t, "groups") {
		owner, total := Node(node.Draw(t, "owner")), int32(0)
		for range rapid.IntRange(1, 4).Draw(t, "members") {
			share := int32(rapid.IntRange(1, 3).Draw(t, "share"))
			total += share
			p.edges = append(p.edges, Edge{owner, Node(node.Draw(t, "member")), rapid.SampledFrom(carries[1:]).Draw(t, "carry"), int32(len(p.groups) + 1), share})
		}
		need := int32(rapid.IntRange(1, int(total)).Draw(t, "need"))
		full := int32(rapid.IntRange(int(need), int(total)).Draw(t, "full"))
		p.groups = append(p.groups, Group{need, full, rapid.SampledFrom(carries[1:]).Draw(t, "group carry")})
	}
	p.edges = rapid.Permutation(p.edges).Draw(t, "order")
	return p
}

// drawPaths draws a graph in which any one path suffices.
func drawPaths(t *rapid.T, most int) plan {
	p := plan{nodes: rapid.IntRange(2, most).Draw(t, "nodes")}
	node := rapid.IntRange(0, p.nodes-1)
	for n := range p.nodes - 1 {
		switch members := rapid.IntRange(0, 3).Draw(t, "members"); members {
		case 0:
		case 1:
			p.edges = append(p.edges, Edge{From: Node(n), To: Node(node.Draw(t, "to")), Carry: Hard})
		default:
			p.groups = append(p.groups, Group{})
			for range members {
				p.edges = append(p.edges, Edge{From: Node(n), To: Node(node.Draw(t, "to")), Carry: Hard, Group: int32(len(p.groups))})
			}
		}
	}
	return p
}

func (p plan) groupCarry(b int) Carry {
	if p.groups[b].Carry == 0 {
		return Hard
	}
	return p.groups[b].Carry
}

// effect is the worst an edge can do.
func (p plan) effect(e Edge) State {
	if e.Group > 0 {
		return p.groupCarry(int(e.Group) - 1).On(e.Carry.On(Down))
	}
	return e.Carry.On(Down)
}

// stopping reports whether the edge's outage can be part of an outage.
func (p plan) stopping(e Edge) bool { return e.Carry.On(Down) == Down && p.effect(e) == Down }

// suffers gives a node's state from the states of what it needs.
func (p plan) suffers(n Node, states []State) State {
	worst := OK
	shares, down, hampered := make([]int32, len(p.groups)), make([]int32, len(p.groups)), make([]int32, len(p.groups))
	for _, e := range p.edges {
		if e.From != n {
			continue
		}
		effect := e.Carry.On(states[e.To])
		if e.Group == 0 {
			worst = max(worst, effect)
			continue
		}
		share := max(1, e.Share)
		shares[e.Group-1] += share
		if effect == Down {
			down[e.Group-1] += share
		}
		if effect != OK {
			hampered[e.Group-1] += share
		}
	}
	for b, group := range p.groups {
		if shares[b] == 0 {
			continue
		}
		need := max(1, group.Need)
		state := OK
		switch {
		case shares[b]-down[b] < need:
			state = Down
		case shares[b]-hampered[b] < max(need, group.Full):
			state = Degraded
		}
		worst = max(worst, p.groupCarry(b).On(state))
	}
	return worst
}

// rounds applies rules 1 to 3 to all nodes at once until nothing changes, and
// says in which round each node came into its state.
func (p plan) rounds(failed map[Node]State) (states []State, depth []int) {
	states, depth = make([]State, p.nodes), make([]int, p.nodes)
	for n, s := range failed {
		states[n] = s
	}
	for round := 1; ; round++ {
		next := slices.Clone(states)
		for n := range states {
			if s := p.suffers(Node(n), states); s > states[n] {
				next[n], depth[n] = s, round
			}
		}
		if slices.Equal(next, states) {
			return states, depth
		}
		states = next
	}
}

// fail is Fail by its rules, word by word.
func (p plan) fail(failed map[Node]State) (states []State, depth []int, loop bool) {
	all := map[Node]State{}
	for n, s := range failed {
		all[n] = s
	}
	circles := p.circles()
	well := make([]State, p.nodes)
	for {
		states, depth = p.rounds(all)
		more := false
		for _, circle := range circles {
			was, is := p.held(circle, well), p.held(circle, states)
			for n := range circle {
				if was[n] && !is[n] && states[n] != Down {
					all[n], more, loop = Down, true, true
				}
			}
		}
		if !more {
			return states, depth, loop
		}
	}
}

// circles are the sets of nodes that reach one another along edges that can
// stop them, with at least one such edge of a group inside.
func (p plan) circles() []map[Node]bool {
	reach := make([]map[Node]bool, p.nodes)
	for n := range reach {
		reach[n] = p.stopped().reach([]Node{Node(n)}, Needs, Down)
	}
	var list []map[Node]bool
	done := map[Node]bool{}
	for n := range Node(p.nodes) {
		if done[n] {
			continue
		}
		circle := map[Node]bool{}
		for m := range Node(p.nodes) {
			if reach[n][m] && reach[m][n] {
				circle[m], done[m] = true, true
			}
		}
		through := false
		for _, e := range p.edges {
			through = through || e.Group > 0 && p.stopping(e) && circle[e.From] && circle[e.To]
		}
		if through {
			list = append(list, circle)
		}
	}
	return list
}

// stopped is the plan with only the edges that can be part of an outage.
func (p plan) stopped() plan {
	q := plan{nodes: p.nodes, groups: p.groups}
	for _, e := range p.edges {
		if p.stopping(e) {
			q.edges = append(q.edges, e)
		}
	}
	return q
}

// held gives the nodes of a circle that are held from outside: the least set Y
// that grows by the greatest set of nodes whose groups are met from outside or
// by Y and whose hard needs lie in that set.
func (p plan) held(circle map[Node]bool, states []State) map[Node]bool {
	y := map[Node]bool{}
	for {
		x := map[Node]bool{}
		for n := range circle {
			x[n] = states[n] != Down && p.groupsMet(n, circle, y, states)
		}
		for changed := true; changed; {
			changed = false
			for _, e := range p.edges {
				if e.Group == 0 && p.stopping(e) && circle[e.To] && x[e.From] && !x[e.To] {
					x[e.From], changed = false, true
				}
			}
		}
		same := true
		for n := range circle {
			same = same && x[n] == y[n]
		}
		if y = x; same {
			return y
		}
	}
}

func (p plan) groupsMet(n Node, circle, y map[Node]bool, states []State) bool {
	for b, group := range p.groups {
		have, owned := int32(0), false
		for _, e := range p.edges {
			if int(e.Group) != b+1 || e.From != n {
				continue
			}
			owned = true
			inside := circle[e.To] && p.stopping(e)
			if inside && y[e.To] || !inside && e.Carry.On(states[e.To]) != Down {
				have += max(1, e.Share)
			}
		}
		if owned && p.groupCarry(b).On(Down) == Down && have < max(1, group.Need) {
			return false
		}
	}
	return true
}

// reach is Reach without shortest ways.
func (p plan) reach(start []Node, way Way, least State) map[Node]bool {
	seen := map[Node]bool{}
	for _, n := range start {
		seen[n] = true
	}
	for changed := true; changed; {
		changed = false
		for _, e := range p.edges {
			from, to := e.From, e.To
			if way == Needed {
				from, to = to, from
			}
			if p.effect(e) >= least && seen[from] && !seen[to] {
				seen[to], changed = true, true
			}
		}
	}
	return seen
}

// stateOf is the target's state when the nodes fail.
func (p plan) stateOf(target Node, failed ...Node) State {
	all := map[Node]State{}
	for _, n := range failed {
		all[n] = Down
	}
	states, _, _ := p.fail(all)
	return states[target]
}
