package graph

import "slices"

// event is one worsening of one node.
type event struct {
	node          Node
	depth         int32
	edge          int32 // the need that did it, -1 at a start
	cause         int32 // the event that did it, -1 at a start
	prior         int32 // the node's event before this one, -1 for none
	state, before State
	loop          bool // what was left of its needs hung on itself
}

// lost is what a group has lost so far, beside a copy of the group: a walk
// asks for both at once.
type lost struct {
	down, hampered int32
	bundle
}

func (l *lost) nothing() bool { return l.down == 0 && l.hampered == 0 }

// effect is what the group's owner suffers.
func (l *lost) effect() State { return l.carry.On(l.state(l.down, l.hampered)) }

// trial is one computation of what follows from failures. It can be taken
// back step by step, so that a search over many combinations pays only for
// what changes between them.
type trial struct {
	g       *Graph
	state   []State
	last    []int32 // the node's latest event; only where state is not OK
	lost    []lost
	touched []int32 // groups that lost something
	events  []event
	next    int     // events before it have spread
	dirty   []int32 // loops that lost something since they were last looked at
	ground  *grounding
	members []member // scratch of margin

	first  [32]int32 // scratch of warm
	warmed Node      // what warm read, so that it is read
}

func (g *Graph) trial() *trial {
	if t, ok := g.trials.Get().(*trial); ok {
		return t
	}
	t := &trial{g: g, state: make([]State, g.nodes), last: make([]int32, g.nodes), lost: make([]lost, len(g.groups))}
	for i := range g.groups {
		t.lost[i].bundle = g.groups[i]
	}
	return t
}

// done ends the trial and keeps its arrays for another.
func (t *trial) done() {
	t.clear()
	t.g.trials.Put(t)
}

// clear takes everything back.
func (t *trial) clear() {
	for _, ev := range t.events {
		t.state[ev.node] = OK
	}
	for _, b := range t.touched {
		t.lost[b].down, t.lost[b].hampered = 0, 0
	}
	t.events, t.touched, t.dirty = t.events[:0], t.touched[:0], t.dirty[:0]
	t.next = 0
}

// hand ends the trial and hands its events over: small ones as a copy, so that
// the room stays for the next trial, a large list as it is.
func (t *trial) hand() []event {
	events := t.events
	if cap(events) <= 1<<12 {
		events = slices.Clone(events)
	}
	t.clear()
	if cap(events) > 1<<12 {
		t.events = nil
	}
	t.g.trials.Put(t)
	return events
}

// fail puts a node into a state and lets it spread.
func (t *trial) fail(n Node, s State) {
	t.start(n, s)
	t.spread()
}

func (t *trial) start(n Node, s State) {
	if s > t.state[n] {
		t.worsen(event{node: n, state: s, edge: -1, cause: -1})
	}
}

func (t *trial) worsen(ev event) {
	ev.before, ev.prior = t.state[ev.node], -1
	if ev.before != OK {
		ev.prior = t.last[ev.node]
	}
	t.state[ev.node], t.last[ev.node] = ev.state, int32(len(t.events))
	if n := len(t.events); n == cap(t.events) && n >= manyEvents {
		t.events = slices.Grow(t.events, max(n, t.g.nodes-n))
	}
	t.events = append(t.events, ev)
}

// manyEvents is how many events make room for one of every node at once, as a
// list that grows little by little is copied again and again.
const manyEvents = 1 << 14

// spread carries every event to those who need its node, wave by wave, and
// looks at loops when a wave has run out.
func (t *trial) spread() {
	for {
		for t.next < len(t.events) {
			ahead := min(t.next+len(t.first), len(t.events))
			t.warm(ahead)
			for ; t.next < ahead; t.next++ {
				t.carry(t.next)
			}
		}
		if len(t.dirty) == 0 {
			return
		}
		ring := t.dirty[0]
		t.dirty = slices.DeleteFunc(t.dirty, func(r int32) bool { return r == ring })
		t.unground(ring)
	}
}

// warm asks the memory for what the events before ahead will need. A walk over
// a graph that no cache holds waits for memory at every node; asked for many
// nodes at once, the waits run side by side (1,000,000 nodes: half the time).
func (t *trial) warm(ahead int) {
	g, some := t.g, t.events[t.next:ahead]
	for i := range some {
		t.first[i] = g.byOff[some[i].node]
	}
	for i := range some {
		if at := int(t.first[i]); at < len(g.by) {
			t.warmed += g.by[at].from
		}
	}
}

// carry passes one event on.
func (t *trial) carry(i int) {
	ev := t.events[i]
	for _, b := range t.g.needed(ev.node) {
		var effect State
		if b.carry&grouped == 0 {
			effect = b.carry.On(ev.state)
		} else {
			effect = t.lose(b, ev)
		}
		if effect > t.state[b.from] {
			t.worsen(event{node: b.from, state: effect, depth: ev.depth + 1, edge: b.edge, cause: int32(i)})
		}
	}
}

// lose takes a member's shares from its group and gives the effect of the
// group on its owner.
func (t *trial) lose(edge back, ev event) State {
	was, is := edge.carry.On(ev.before), edge.carry.On(ev.state)
	if was == is {
		return OK
	}
	s := t.g.seats[edge.edge]
	l := &t.lost[s.group]
	if l.nothing() {
		t.touched = append(t.touched, s.group)
	}
	if was == OK {
		l.hampered += s.share
	}
	if is == Down {
		l.down += s.share
		if ring := t.g.ringOf(edge.from); ring >= 0 {
			t.dirty = append(t.dirty, ring)
		}
	}
	return l.effect()
}

// mark is a point to which a trial can be taken back.
type mark struct{ events, touched int }

func (t *trial) mark() mark { return mark{len(t.events), len(t.touched)} }

// undo takes back everything since the mark, which must have spread.
func (t *trial) undo(to mark) {
	for i := len(t.events) - 1; i >= to.events; i-- {
		ev := t.events[i]
		t.regain(ev)
		t.state[ev.node] = ev.before
		if ev.prior >= 0 {
			t.last[ev.node] = ev.prior
		}
	}
	t.events, t.touched = t.events[:to.events], t.touched[:to.touched]
	t.next = to.events
}

// regain gives the shares back that an event took from groups.
func (t *trial) regain(ev event) {
	g := t.g
	if len(g.groups) == 0 {
		return
	}
	for _, b := range g.needed(ev.node) {
		if b.carry&grouped == 0 {
			continue
		}
		was, is := b.carry.On(ev.before), b.carry.On(ev.state)
		s := g.seats[b.edge]
		if l := &t.lost[s.group]; was != is {
			if was == OK {
				l.hampered -= s.share
			}
			if is == Down {
				l.down -= s.share
			}
		}
	}
}
