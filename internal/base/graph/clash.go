package graph

import (
	"cmp"
	"slices"
)

// Clash is how the outage of some nodes, mine, and of others, theirs, bear on
// one another when both happen at once.
type Clash struct {
	Other   int    // place in the list of others
	Shared  []Node // of both, in the order of mine
	Harms   []Hit  // the way from one of mine to the nearest of theirs that suffers by it
	Suffers []Hit  // the way from one of theirs to the nearest of mine that suffers by it
	Joint   *Joint // what both together hurt and neither does alone
}

// Joint is the node nearest to the outages that both together put into a worse
// state than either of them does: its redundancy covers each, and not both.
type Joint struct {
	Node  Node
	State State
	Group int   // the group that has lost too much, -1 when what failed held a circle
	Mine  []Hit // the way from one of mine to a member of the group
	Their []Hit // the way from one of theirs to a member of it
	Path  []Hit // the way on which the last of it came to Node
}

// Clashes compares one outage with many others, by the rules of Fail, and gives
// those that bear on one another, in the order of the list. All nodes of a set
// count as down; a node of both sets is shared and not said to suffer.
//
// Mine is failed once in the whole graph. The others are failed only inside
// what could matter to it: what mine needs, and what those need whose groups
// mine has taken something from. For where two outages do more than each alone,
// the first node to feel it has lost members of one group to both.
func (g *Graph) Clashes(mine []Node, others [][]Node) []Clash {
	m := g.meet(mine)
	defer m.alone.done()
	defer m.both.done()
	var list []Clash
	for i, theirs := range others {
		if c := m.with(theirs); c != nil {
			c.Other = i
			list = append(list, *c)
		}
	}
	return list
}

// meeting holds what is the same whomever mine meets.
type meeting struct {
	g     *Graph
	mine  []Node
	out   *Outcome
	hit   map[Node]int32 // place in the outcome's hits
	cone  *cone
	watch []Node // nodes of the cone that own a group which mine has taken from
	alone *trial // theirs alone, in the cone
	both  *trial // theirs after mine, in the cone
}

func (g *Graph) meet(mine []Node) *meeting {
	failed := make([]Failure, len(mine))
	for i, n := range mine {
		failed[i].Node = n
	}
	m := &meeting{g: g, mine: mine, out: g.Fail(failed...)}
	m.hit = make(map[Node]int32, len(m.out.Hits))
	for i, h := range m.out.Hits {
		m.hit[h.Node] = int32(i)
	}
	targets := slices.Clone(mine)
	for _, s := range m.out.Strains {
		if m.state(s.Owner) != Down {
			targets = append(targets, s.Owner)
		}
	}
	m.cone = g.cone(targets...)
	for _, n := range targets[len(mine):] {
		m.watch = append(m.watch, m.cone.inner(n))
	}
	slices.Sort(m.watch)
	m.watch = slices.Compact(m.watch)
	m.alone, m.both = m.cone.trial(), m.cone.trial()
	for _, n := range mine {
		m.both.start(m.cone.inner(n), Down)
	}
	m.both.spread()
	return m
}

// state is how a node is when mine are down.
func (m *meeting) state(n Node) State {
	if i, ok := m.hit[n]; ok {
		return m.out.Hits[i].State
	}
	return OK
}

// with compares mine with one other outage; nil when they do not meet.
func (m *meeting) with(theirs []Node) *Clash {
	c := &Clash{}
	for _, n := range m.mine {
		if slices.Contains(theirs, n) && !slices.Contains(c.Shared, n) {
			c.Shared = append(c.Shared, n)
		}
	}
	c.Harms = m.harms(theirs)
	var inner []Node
	for _, n := range theirs {
		if at, ok := m.cone.number[n]; ok {
			inner = append(inner, at)
		}
	}
	if len(inner) > 0 {
		begin := m.alone.mark()
		downAll(m.alone, inner)
		c.Suffers = m.suffers(theirs)
		c.Joint = m.joint(inner)
		m.alone.undo(begin)
	}
	if len(c.Shared) == 0 && c.Harms == nil && c.Suffers == nil && c.Joint == nil {
		return nil
	}
	return c
}

func downAll(t *trial, nodes []Node) {
	for _, n := range nodes {
		t.start(n, Down)
	}
	t.spread()
}

// harms finds the nearest of theirs that mine hurts.
func (m *meeting) harms(theirs []Node) []Hit {
	best := int32(-1) // hits are nearest first
	for _, n := range theirs {
		if i, ok := m.hit[n]; ok && (best < 0 || i < best) && !slices.Contains(m.mine, n) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return m.out.Path(m.out.Hits[best])
}

// suffers finds the nearest of mine that is hurt in the trial of theirs alone.
func (m *meeting) suffers(theirs []Node) []Hit {
	t, best := m.alone, int32(-1)
	for _, n := range m.mine {
		at := m.cone.inner(n)
		if t.state[at] == OK || slices.Contains(theirs, n) {
			continue
		}
		if last := t.last[at]; best < 0 || t.events[last].depth < t.events[best].depth {
			best = last
		}
	}
	if best < 0 {
		return nil
	}
	return m.cone.path(m.g, t, best)
}

// joint finds the nearest node that is worse when both fail than in either
// trial alone.
func (m *meeting) joint(inner []Node) *Joint {
	if len(m.watch) == 0 {
		return nil
	}
	t := m.both
	begin := t.mark()
	defer t.undo(begin)
	downAll(t, inner)
	best := int32(-1)
	for _, n := range m.watch {
		apart := max(m.alone.state[n], m.state(m.cone.outer(n)))
		if t.state[n] <= apart {
			continue
		}
		// What it feels first is the doing of both; worse may follow from itself.
		at := t.last[n]
		for prior := t.events[at].prior; prior >= 0 && t.events[prior].state > apart; prior = t.events[at].prior {
			at = prior
		}
		if best < 0 || cmp.Or(cmp.Compare(t.events[at].depth, t.events[best].depth), cmp.Compare(n, t.events[best].node)) < 0 {
			best = at
		}
	}
	if best < 0 {
		return nil
	}
	ev := t.events[best]
	j := &Joint{Node: m.cone.outer(ev.node), State: t.state[ev.node], Group: -1, Path: m.cone.path(m.g, t, best)}
	if last := j.Path[len(j.Path)-1]; last.Group >= 0 && !last.Loop {
		j.Group = int(last.Group)
		m.members(j)
	}
	return j
}

// members finds one member of the group that mine takes and one that theirs
// takes, another one where there is one.
func (m *meeting) members(j *Joint) {
	var mine, theirs []Node // lost to one of them alone, before those lost to both
	var common []Node
	from, to := m.g.needs(j.Node)
	for e := from; e < to; e++ {
		n := m.g.needTo[e]
		at, inside := m.cone.number[n]
		if int(m.g.groupOf(e)) != j.Group || !inside {
			continue
		}
		byMine, byTheirs := m.g.carry[e].On(m.state(n)) != OK, m.g.carry[e].On(m.alone.state[at]) != OK
		switch {
		case byMine && byTheirs:
			common = append(common, n)
		case byMine:
			mine = append(mine, n)
		case byTheirs:
			theirs = append(theirs, n)
		}
	}
	if mine = append(mine, common...); len(mine) > 0 {
		j.Mine = m.out.Path(m.out.Hits[m.hit[mine[0]]])
	}
	if theirs = append(theirs, common...); len(theirs) > 0 {
		j.Their = m.cone.path(m.g, m.alone, m.alone.last[m.cone.inner(theirs[0])])
	}
}
