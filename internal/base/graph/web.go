package graph

import "fmt"

// Link joins two nodes of a Web, in both directions.
type Link struct{ A, B Node }

// Web is an undirected graph in which two nodes may be joined more than once,
// as networks are. Links from a node to itself are kept and mean nothing.
type Web struct {
	nodes int
	off   []int32
	to    []Node
	link  []int32 // the link's place in the list given to NewWeb
	links int
}

// NewWeb builds the web of n nodes.
func NewWeb(n int, links []Link) (*Web, error) {
	w := &Web{nodes: n, off: make([]int32, n+2), to: make([]Node, 2*len(links)), link: make([]int32, 2*len(links)), links: len(links)}
	for i, l := range links {
		if l.A < 0 || l.B < 0 || int(l.A) >= n || int(l.B) >= n {
			return nil, fmt.Errorf("graph: link %d from %d to %d: only %d nodes", i, l.A, l.B, n)
		}
		w.off[l.A+2]++
		w.off[l.B+2]++
	}
	for i := 2; i < n+2; i++ {
		w.off[i] += w.off[i-1]
	}
	for i, l := range links {
		for _, way := range [2]Link{l, {l.B, l.A}} {
			at := w.off[way.A+1]
			w.off[way.A+1]++
			w.to[at], w.link[at] = way.B, int32(i)
		}
	}
	w.off = w.off[:n+1]
	return w, nil
}

// Parts gives each node the number of the connected part it lies in, and the
// size of each part.
func (w *Web) Parts() (part []int, sizes []int) {
	part = make([]int, w.nodes)
	for n := range part {
		part[n] = -1
	}
	for n := range Node(w.nodes) {
		if part[n] >= 0 {
			continue
		}
		number, queue := len(sizes), []Node{n}
		part[n] = number
		for i := 0; i < len(queue); i++ {
			for _, to := range w.to[w.off[queue[i]]:w.off[queue[i]+1]] {
				if part[to] < 0 {
					part[to] = number
					queue = append(queue, to)
				}
			}
		}
		sizes = append(sizes, len(queue))
	}
	return part, sizes
}

// Weak are the places where a web falls apart.
type Weak struct {
	Points  []Node // articulation points: without one of them its part falls into several
	Bridges []int  // links without which their part falls into two, by place in the list
}

// Weak finds all articulation points and bridges in one walk (Tarjan 1972;
// Hopcroft and Tarjan 1973). Two links between the same nodes are no bridges.
func (w *Web) Weak() Weak {
	d := &diver{w: w, in: make([]int32, w.nodes), low: make([]int32, w.nodes), point: make([]bool, w.nodes), bridge: make([]bool, w.links)}
	for n := range Node(w.nodes) {
		if d.in[n] == 0 {
			d.from(n)
		}
	}
	var weak Weak
	for n, is := range d.point {
		if is {
			weak.Points = append(weak.Points, Node(n))
		}
	}
	for i, is := range d.bridge {
		if is {
			weak.Bridges = append(weak.Bridges, i)
		}
	}
	return weak
}

// diver walks depth first with its own stack.
type diver struct {
	w       *Web
	in, low []int32 // when a node was entered; the earliest that its subtree reaches
	tick    int32
	point   []bool
	bridge  []bool
	path    []dive
}

type dive struct {
	node Node
	next int32 // place of the next link to follow
	by   int32 // link it was entered by, -1 at the root
}

func (d *diver) enter(n Node, by int32) {
	d.tick++
	d.in[n], d.low[n] = d.tick, d.tick
	d.path = append(d.path, dive{n, d.w.off[n], by})
}

func (d *diver) from(root Node) {
	d.enter(root, -1)
	children := 0
	for len(d.path) > 0 {
		v := &d.path[len(d.path)-1]
		n, by := v.node, v.by
		if v.next < d.w.off[n+1] {
			to, link := d.w.to[v.next], d.w.link[v.next]
			v.next++
			switch {
			case link == by:
			case d.in[to] == 0:
				d.enter(to, link)
			default:
				d.low[n] = min(d.low[n], d.in[to])
			}
			continue
		}
		d.path = d.path[:len(d.path)-1]
		if len(d.path) == 0 {
			break
		}
		up := d.path[len(d.path)-1].node
		d.low[up] = min(d.low[up], d.low[n])
		d.bridge[by] = d.low[n] > d.in[up]
		if up == root {
			children++
		} else if d.low[n] >= d.in[up] {
			d.point[up] = true
		}
	}
	d.point[root] = children > 1
}

// Diameter is the longest of the shortest ways between two nodes of one part.
func (w *Web) Diameter(part []int, number int) int {
	far := make([]int32, w.nodes)
	longest := int32(0)
	var queue []Node
	for n := range Node(w.nodes) {
		if part[n] != number {
			continue
		}
		clear(far)
		far[n] = 1
		queue = append(queue[:0], n)
		for i := 0; i < len(queue); i++ {
			for _, to := range w.to[w.off[queue[i]]:w.off[queue[i]+1]] {
				if far[to] == 0 {
					far[to] = far[queue[i]] + 1
					queue = append(queue, to)
				}
			}
		}
		longest = max(longest, far[queue[len(queue)-1]]-1)
	}
	return int(longest)
}
