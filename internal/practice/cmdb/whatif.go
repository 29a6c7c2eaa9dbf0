package cmdb

import (
	"context"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// WhatIf asks what edits would change: what then fails when items fail, and
// which single points of failure watched items then have. Nothing is written.
type WhatIf struct {
	Edits []Edit
	Fail  []record.ItemID // new items by their negative numbers; those only fail in the sandbox
	Watch []record.ItemID
}

// The bounds of a sandbox.
const (
	mostEdits = 200
	mostWatch = 50
)

// Check says what is wrong with a question.
func (w WhatIf) Check() error {
	switch {
	case len(w.Edits) == 0:
		return fault.At("edits", "record.required")
	case len(w.Edits) > mostEdits:
		return fault.At("edits", "cmdb.too_many_edits").With("max", mostEdits)
	case len(w.Fail) > mostFailed:
		return fault.At("fail", "cmdb.too_many_items").With("max", mostFailed)
	case len(w.Watch) > mostWatch:
		return fault.At("watch", "cmdb.too_many_items").With("max", mostWatch)
	}
	return nil
}

// Contrast is today beside the sandbox. Items that suffer on both sides alike
// are only counted.
type Contrast struct {
	Broken  []Sufferer // suffer in the sandbox for good: they need what was removed
	Better  []Shift    // suffer less in the sandbox when the items fail
	Worse   []Shift    // suffer more
	Same    int        // suffer alike
	Watched []Watched
}

// Shift is an item that suffers otherwise in the sandbox than today.
type Shift struct {
	Node
	Now, Then Condition
}

// Watched compares the single points of failure of an item.
type Watched struct {
	Node
	Gone, New []Node
	Kept      int
}

// WhatIf compares today with a sandbox.
func (a *Analyst) WhatIf(ctx context.Context, by people.Actor, w WhatIf) (*Contrast, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if err := w.Check(); err != nil {
		return nil, err
	}
	s := v.sandbox()
	var many fault.Many
	for i, e := range w.Edits {
		if err := many.Add(s.apply(e, fmt.Sprintf("edits[%d]", i))); err != nil {
			return nil, err
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	if err := s.build(v.model); err != nil {
		return nil, err
	}
	then, err := a.viewOf(s.Topology, by)
	if err != nil {
		return nil, err
	}
	out := &Contrast{}
	if err := out.compare(v, then, s, w.Fail); err != nil {
		return nil, err
	}
	return out, out.watch(v, s, w.Watch)
}

// compare fails the items on both sides.
func (out *Contrast) compare(now, then *view, s *sandbox, fail []record.ItemID) error {
	var today, later []graph.Node
	for i, id := range fail {
		n, err := s.node(fmt.Sprintf("fail[%d]", i), id)
		if err != nil {
			return err
		}
		if later = append(later, n); id > 0 {
			today = append(today, n) // numbers of nodes are the same on both sides
		}
	}
	var gone []graph.Node
	for _, id := range s.removed {
		n, _ := s.at(id)
		gone = append(gone, n)
	}
	if len(gone) > 0 {
		broken, _ := then.sufferers(then.Fail(failures(gone...)...), nil, nil)
		for _, b := range broken {
			if b.Depth > 0 {
				b.Node = s.rename(b.Node)
				out.Broken = append(out.Broken, b)
			}
		}
	}
	before, after := states(now.Topology, today), states(s.Topology, append(later, gone...))
	removed := states(s.Topology, gone)
	for n := range graph.Node(len(s.nodes)) {
		a, b := before[n], after[n]
		switch {
		case !then.sees(n) || a == b && a == graph.OK || slices.Contains(gone, n) || b == removed[n] && a < b:
		case a == b:
			out.Same++
		case a > b:
			out.Better = append(out.Better, Shift{s.rename(s.nodes[n]), a, b})
		default:
			out.Worse = append(out.Worse, Shift{s.rename(s.nodes[n]), a, b})
		}
	}
	return nil
}

func states(t *Topology, failed []graph.Node) map[graph.Node]Condition {
	out := map[graph.Node]Condition{}
	if len(failed) == 0 {
		return out
	}
	for _, h := range t.Fail(failures(failed...)...).Hits {
		out[h.Node] = h.State
	}
	return out
}

// watch compares single points of failure. What was removed is gone.
func (out *Contrast) watch(now *view, s *sandbox, items []record.ItemID) error {
	if len(items) == 0 {
		return nil
	}
	later, err := s.without()
	if err != nil {
		return err
	}
	for i, id := range items {
		n, err := s.node(fmt.Sprintf("watch[%d]", i), id)
		if err != nil {
			return err
		}
		one := Watched{Node: s.rename(s.nodes[n])}
		had := map[graph.Node]bool{}
		if int(n) < len(now.nodes) {
			for _, single := range now.Graph.Singles(n, graph.Down) {
				had[single.Node] = true
			}
		}
		for _, single := range later.Graph.Singles(n, graph.Down) {
			switch {
			case !now.clears(s.nodes[single.Node].Zone):
			case had[single.Node]:
				one.Kept++
			default:
				one.New = append(one.New, s.rename(s.nodes[single.Node]))
			}
			delete(had, single.Node)
		}
		for n := range graph.Node(len(now.nodes)) {
			if had[n] && now.sees(n) {
				one.Gone = append(one.Gone, now.nodes[n])
			}
		}
		out.Watched = append(out.Watched, one)
	}
	return nil
}
