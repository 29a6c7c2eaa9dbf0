package graph

import "slices"

// sweep comes to the states of a trial without its reasons: who asks for the
// set alone pays for no events, waves and causes. There is one least answer
// whatever the order, so outages go first: a degradation of a node that is
// down in the end need not spread. It knows no loops.
type sweep struct {
	g     *Graph
	state []State
	heard []State // what has been passed on
	lost  []lost
	hit   []int32 // groups that lost something
	down  []Node  // nodes that are down, in the order of falling
	next  int     // those before it have been passed on
	late  []Node  // nodes that are or were degraded

	first  [64]int32 // scratch of warm
	warmed Node      // what warm read, so that it is read
}

func (g *Graph) sweep() *sweep {
	if s, ok := g.sweeps.Get().(*sweep); ok {
		return s
	}
	s := &sweep{g: g, state: make([]State, g.nodes), heard: make([]State, g.nodes), lost: make([]lost, len(g.groups))}
	for i := range g.groups {
		s.lost[i].bundle = g.groups[i]
	}
	return s
}

// done takes everything back and keeps the arrays for another.
func (s *sweep) done() {
	for _, list := range [][]Node{s.down, s.late} {
		for _, n := range list {
			s.state[n], s.heard[n] = OK, OK
		}
	}
	for _, b := range s.hit {
		s.lost[b].down, s.lost[b].hampered = 0, 0
	}
	s.down, s.late, s.hit, s.next = s.down[:0], s.late[:0], s.hit[:0], 0
	s.g.sweeps.Put(s)
}

// worsen puts a node into a state.
func (s *sweep) worsen(n Node, state State) {
	if state <= s.state[n] {
		return
	}
	s.state[n] = state
	if state == Down {
		s.down = append(s.down, n)
	} else {
		s.late = append(s.late, n)
	}
}

// run spreads all that has been put in.
func (s *sweep) run() {
	for at := 0; ; at++ {
		for s.next < len(s.down) {
			ahead := min(s.next+len(s.first), len(s.down))
			s.warm(s.down[s.next:ahead])
			for ; s.next < ahead; s.next++ {
				s.pass(s.down[s.next])
			}
		}
		if at == len(s.late) {
			return
		}
		if n := s.late[at]; s.state[n] == Degraded {
			s.pass(n)
		}
	}
}

// warm asks the memory for what the nodes will need, all at once, as the warm
// of a trial does.
func (s *sweep) warm(some []Node) {
	for i, n := range some {
		s.first[i] = s.g.byOff[n]
	}
	for i := range some {
		if at := int(s.first[i]); at < len(s.g.by) {
			s.warmed += s.g.by[at].from
		}
	}
}

// pass tells those who need the node of its state.
func (s *sweep) pass(n Node) {
	was, is := s.heard[n], s.state[n]
	s.heard[n] = is
	for _, b := range s.g.needed(n) {
		if b.carry&grouped == 0 {
			s.worsen(b.from, b.carry.On(is))
		} else if s.state[b.from] != Down { // a group has one owner: of one that is down nobody asks any more
			s.worsen(b.from, s.lose(b, b.carry.On(was), b.carry.On(is)))
		}
	}
}

// lose takes a member's shares from its group, as the lose of a trial does.
func (s *sweep) lose(b back, was, is State) State {
	if was == is {
		return OK
	}
	seat := s.g.seats[b.edge]
	l := &s.lost[seat.group]
	if l.nothing() {
		s.hit = append(s.hit, seat.group)
	}
	if was == OK {
		l.hampered += seat.share
	}
	if is == Down {
		l.down += seat.share
	}
	return l.effect()
}

// nodes lists those in a state of at least the given one.
func (s *sweep) nodes(least State) []Node {
	list := slices.Clone(s.down)
	if least == Down {
		return list
	}
	for _, n := range s.late {
		if s.state[n] == Degraded {
			list = append(list, n)
		}
	}
	return list
}
