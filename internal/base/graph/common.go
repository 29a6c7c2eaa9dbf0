package graph

import (
	"cmp"
	"slices"
)

// Common is a node whose failure would explain several symptoms.
type Common struct {
	Node     Node
	Explains []int // places in the list of symptoms that would suffer
	Depths   []int // for each of these, the waves until it does
	Fails    int   // how many nodes would be down: the fewer, the more it speaks for this one
}

// weighed bounds how many equally good candidates are told apart by Fails.
const weighed = 200

// Upstream ranks the nodes that would explain most of the symptoms, at most n.
//
// Every candidate is failed by the rules of Fail, so a node that redundancy
// covers explains nothing. First come those that explain more symptoms, then
// those that would bring down fewer nodes (of two causes that explain the same,
// the one that would have shown elsewhere too is less likely), then the nearer.
// Of candidates that explain the same number only the nearest 200 are weighed
// by what else they would bring down. A symptom may be its own cause; nodes
// that explain one symptom only are left out when there are more.
func (g *Graph) Upstream(symptoms []Node, n int) []Common {
	c := g.cone(symptoms...)
	list := c.candidates(symptoms)
	slices.SortStableFunc(list, func(a, b Common) int {
		return cmp.Or(cmp.Compare(len(b.Explains), len(a.Explains)), cmp.Compare(sum(a.Depths), sum(b.Depths)))
	})
	list = list[:min(len(list), max(n, weighed))]
	for i := range list {
		list[i].Node = c.outer(list[i].Node)
		list[i].Fails = len(g.Set(Down, Failure{Node: list[i].Node}))
	}
	slices.SortStableFunc(list, func(a, b Common) int {
		return cmp.Or(cmp.Compare(len(b.Explains), len(a.Explains)), cmp.Compare(a.Fails, b.Fails),
			cmp.Compare(sum(a.Depths), sum(b.Depths)), cmp.Compare(a.Node, b.Node))
	})
	return list[:min(len(list), n)]
}

// candidates fails every node of the cone.
func (c *cone) candidates(symptoms []Node) []Common {
	least := min(2, len(symptoms))
	t := c.trial()
	defer t.done()
	var list []Common
	for n := range Node(c.nodes) {
		begin := t.mark()
		t.fail(n, Down)
		one := Common{Node: n}
		for i, s := range symptoms {
			if at := c.inner(s); t.state[at] != OK {
				one.Explains = append(one.Explains, i)
				one.Depths = append(one.Depths, t.depth(at, Degraded))
			}
		}
		t.undo(begin)
		if len(one.Explains) >= least {
			list = append(list, one)
		}
	}
	return list
}

func sum(list []int) (n int) {
	for _, x := range list {
		n += x
	}
	return n
}
