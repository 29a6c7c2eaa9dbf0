package graph

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// The bounds of a search for cut sets.
const (
	MaxCone  = 500     // nodes that the target needs
	MaxOrder = 3       // nodes that fail together
	maxSets  = 100_000 // sets that anyone could want
	maxTries = 4_000_000
)

// TooLarge says why a search for cut sets was refused.
type TooLarge struct {
	What       string // "cone": the target needs too many nodes; "sets", "tries": there are too many combinations
	Have, Most int
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("graph: cut sets refused: %d %s, at most %d", e.Have, e.What, e.Most)
}

// Refused finds out whether an error says that a search was too large.
func Refused(err error) (*TooLarge, bool) {
	var large *TooLarge
	return large, errors.As(err, &large)
}

// CutSets are the minimal sets of nodes whose joint outage brings a target
// down: no node of a set can be left out.
//
// Nodes that are interchangeable in every set stand together in one class: if
// a and b both take c along, and c is all they matter for, then {a, d}, {b, d}
// and {c, d} are one entry, {a b c} and {d}. Each choice of one node from every
// class of a set is a minimal cut set.
type CutSets struct {
	Classes [][]Node // nearest node first
	Sets    [][]int  // places in Classes; smaller sets first
}

// Count is the number of cut sets when classes are spelled out.
func (s *CutSets) Count() int {
	n := 0
	for _, set := range s.Sets {
		product := 1
		for _, class := range set {
			product *= len(s.Classes[class])
		}
		n += product
	}
	return n
}

// Cuts finds every minimal cut set of up to order nodes (at most MaxOrder) that
// puts the target into a state of at least the given one, the target itself
// left out. It refuses with *TooLarge what cannot be searched completely.
func (g *Graph) Cuts(target Node, least State, order int) (*CutSets, error) {
	c := g.cone(target)
	if c.nodes > MaxCone {
		return nil, &TooLarge{"cone", c.nodes, MaxCone}
	}
	s := &cutSearch{cone: c, least: least, order: min(order, MaxOrder)}
	s.classify()
	t := c.trial()
	defer t.done()
	s.trial = t
	if err := s.search(); err != nil {
		return nil, err
	}
	return s.result(), nil
}

// cutSearch is one search for cut sets.
type cutSearch struct {
	*cone
	trial   *trial
	least   State
	order   int
	class   []Node  // by node: the one that stands for its class; 0 for single points of failure
	heads   []Node  // those that stand for a class
	hits    [][]int // by node: what its outage takes shares from (see touches)
	members map[Node][]Node
	sets    [][]Node
	tries   int
}

// classify fails every node alone. Where that takes along the node's immediate
// dominator towards the target, which all its effect must pass, the two are
// interchangeable; those that take the target along are its class.
func (s *cutSearch) classify() {
	idom := s.Dominators(0, Needs, Degraded)
	s.class, s.hits = make([]Node, s.nodes), make([][]int, s.nodes)
	t := s.cone.trial()
	defer t.done()
	for n := Node(1); int(n) < s.nodes; n++ {
		s.class[n] = n
		begin := t.mark()
		t.fail(n, Down)
		if t.state[0] >= s.least {
			s.class[n] = 0
		} else if up := idom[n]; up > 0 && t.state[up] == Down {
			s.class[n] = up
		}
		s.hits[n] = s.touches(t)
		t.undo(begin)
	}
	s.members = map[Node][]Node{}
	for n := Node(1); int(n) < s.nodes; n++ {
		head := n
		for head != 0 && s.class[head] != head {
			head = s.class[head]
		}
		if s.members[head] = append(s.members[head], n); head == n {
			s.heads = append(s.heads, n)
		}
	}
}

// touches says what a trial has taken shares from: groups, or the whole loop a
// group belongs to. Two failures do more together than each does alone only
// where both have taken from the same.
func (s *cutSearch) touches(t *trial) []int {
	var list []int
	for _, b := range t.touched {
		if t.lost[b].nothing() {
			continue
		}
		if ring := s.ringOf(s.groups[b].owner); ring >= 0 {
			list = append(list, -1-int(ring))
		} else {
			list = append(list, int(b))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// search tries pairs that touch, and triples that continue such a pair: in
// every minimal set of three at least two touch, and the third touches what
// these do together.
func (s *cutSearch) search() error {
	near := map[int][]Node{} // who touches what
	for _, n := range s.heads {
		for _, h := range s.hits[n] {
			near[h] = append(near[h], n)
		}
	}
	pairs, triples := map[[2]Node]bool{}, map[[3]Node]bool{}
	var open [][2]Node // pairs that are no cut
	for _, a := range s.heads {
		for _, b := range beside(near, s.hits[a]) {
			if b <= a || s.order < 2 {
				continue
			}
			cut, err := s.cuts(a, b)
			if err != nil {
				return err
			}
			if pairs[[2]Node{a, b}] = cut; !cut {
				open = append(open, [2]Node{a, b})
			}
		}
	}
	for _, p := range open {
		if s.order < 3 {
			break
		}
		if err := s.third(p, near, pairs, triples); err != nil {
			return err
		}
	}
	return nil
}

// third looks for the third to a pair.
func (s *cutSearch) third(p [2]Node, near map[int][]Node, pairs map[[2]Node]bool, seen map[[3]Node]bool) error {
	t := s.trial
	defer t.undo(t.mark())
	t.fail(p[0], Down)
	t.fail(p[1], Down)
	for _, c := range beside(near, s.touches(t)) {
		if c == p[0] || c == p[1] || pairs[ordered(p[0], c)] || pairs[ordered(p[1], c)] {
			continue
		}
		triple := [3]Node{p[0], p[1], c}
		slices.Sort(triple[:])
		if seen[triple] {
			continue
		}
		seen[triple] = true
		begin := t.mark()
		_, err := s.adds(triple[:], c)
		if t.undo(begin); err != nil {
			return err
		}
	}
	return nil
}

func (s *cutSearch) cuts(a, b Node) (bool, error) {
	t := s.trial
	defer t.undo(t.mark())
	t.fail(a, Down)
	return s.adds([]Node{a, b}, b)
}

// adds fails the last node of a set and keeps the set if that cuts.
func (s *cutSearch) adds(set []Node, last Node) (bool, error) {
	if s.tries++; s.tries > maxTries {
		return false, &TooLarge{"tries", s.tries, maxTries}
	}
	s.trial.fail(last, Down)
	if s.trial.state[0] < s.least {
		return false, nil
	}
	if s.sets = append(s.sets, slices.Clone(set)); len(s.sets) > maxSets {
		return false, &TooLarge{"sets", len(s.sets), maxSets}
	}
	return true, nil
}

// beside lists, once and in order, who touches one of these.
func beside(near map[int][]Node, hits []int) []Node {
	var list []Node
	for _, h := range hits {
		list = append(list, near[h]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func ordered(a, b Node) [2]Node { return [2]Node{min(a, b), max(a, b)} }

// result puts the sets into the numbers of the outer graph.
func (s *cutSearch) result() *CutSets {
	out, place := &CutSets{}, map[Node]int{}
	sets := s.sets
	if len(s.members[0]) > 0 {
		sets = append(sets, []Node{0})
	}
	slices.SortFunc(sets, func(a, b []Node) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b))
	})
	for _, set := range sets {
		var classes []int
		for _, head := range set {
			at, ok := place[head]
			if !ok {
				at = len(out.Classes)
				place[head] = at
				var class []Node
				for _, n := range s.members[head] {
					class = append(class, s.outer(n))
				}
				out.Classes = append(out.Classes, class)
			}
			classes = append(classes, at)
		}
		out.Sets = append(out.Sets, classes)
	}
	return out
}
