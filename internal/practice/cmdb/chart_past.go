package cmdb

import (
	"context"
	"maps"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Past is where states of the graph that are no more are read; Records is one.
type Past interface {
	Subgraph(ctx context.Context, by people.Actor, r Reach) (*Subgraph, error)
	Read(ctx context.Context, by people.Actor, id int64) (Baseline, *Subgraph, error)
}

// Mark says what became of something between two states.
type Mark string

// The marks; what stayed as it was has none.
const (
	MarkNew     Mark = "added"
	MarkGone    Mark = "gone"
	MarkChanged Mark = "changed"
	MarkMoved   Mark = "moved" // of a relation in a sandbox that hangs on another item there
)

// marks are what became of items and relations. A nil one knows of nothing.
type marks struct {
	items map[record.ItemID]Mark
	ties  map[RelationID]Mark
	found map[record.ItemID][]Change
}

func (m *marks) item(id record.ItemID) Mark {
	if m == nil {
		return ""
	}
	return m.items[id]
}

func (m *marks) tie(id RelationID) Mark {
	if m == nil {
		return ""
	}
	return m.ties[id]
}

func (m *marks) changes(id record.ItemID) []Change {
	if m == nil {
		return nil
	}
	return m.found[id]
}

// pastView is a view of a part of the graph as it was, or of two of its states
// at once.
type pastView struct {
	view  *view
	marks *marks
	from  time.Time
	part  bool
	cut   bool
}

// compares reports whether two states are asked for.
func (q *ChartQuestion) compares() bool { return q.Baseline != 0 || !q.Since.IsZero() }

// past reads the part of the graph that a drawing may show as it was. A
// baseline decides itself around what it is drawn.
func (a *Analyst) past(ctx context.Context, by people.Actor, now *view, q *ChartQuestion) (*pastView, error) {
	reach := Reach{Roots: slices.Concat(q.Items, q.Open), Depth: max(q.Hops, min(1, len(q.Open))), At: q.At}
	out := &pastView{part: true}
	var was *Subgraph
	switch {
	case q.Baseline != 0:
		b, held, err := a.Past.Read(ctx, by, q.Baseline)
		if err != nil {
			return nil, err
		}
		q.Items, q.Open, q.Hops, q.Way = b.Reach.Roots, nil, b.Reach.Depth, Both
		reach.Roots, reach.Depth = b.Reach.Roots, b.Reach.Depth
		was, out.from = held, held.At
	case !q.Since.IsZero():
		before := reach
		before.At = q.Since
		var err error
		if was, err = a.Past.Subgraph(ctx, by, before); err != nil {
			return nil, err
		}
		out.from = q.Since
	}
	is, err := a.Past.Subgraph(ctx, by, reach)
	if err != nil {
		return nil, err
	}
	out.cut = is.Cut
	if was != nil {
		if was, is, err = a.both(ctx, by, was, is, q); err != nil {
			return nil, err
		}
		out.cut = out.cut || was.Cut || is.Cut
		is, out.marks = merge(was, is)
	}
	t, err := is.topology(now.model)
	if err != nil {
		return nil, err
	}
	out.view, err = a.viewOf(t, by)
	q.Items = slices.DeleteFunc(slices.Clone(q.Items), func(id record.ItemID) bool { _, ok := t.at(id); return !ok && len(q.Items) > 1 })
	return out, err
}

// both reads on each side what only the other side reached, so that what moved
// out of reach is not taken for gone.
func (a *Analyst) both(ctx context.Context, by people.Actor, was, is *Subgraph, q *ChartQuestion) (*Subgraph, *Subgraph, error) {
	ids := map[record.ItemID]bool{}
	for _, s := range []*Subgraph{was, is} {
		for n := range s.Items {
			ids[s.Items[n].ID] = true
		}
	}
	all := Reach{Roots: slices.Sorted(maps.Keys(ids)), At: q.At}
	is, err := a.Past.Subgraph(ctx, by, all)
	if err != nil || q.Baseline != 0 {
		return was, is, err
	}
	all.At = q.Since
	was, err = a.Past.Subgraph(ctx, by, all)
	return was, is, err
}

// merge lays two states over each other: what is, and what is no more.
func merge(was, is *Subgraph) (*Subgraph, *marks) {
	c := Compare(was, is)
	m := &marks{items: map[record.ItemID]Mark{}, ties: map[RelationID]Mark{}, found: map[record.ItemID][]Change{}}
	out := &Subgraph{At: is.At, Groups: is.Groups}
	gone := map[record.ItemID]bool{}
	for _, i := range c.Gone {
		m.items[i.ID], gone[i.ID] = MarkGone, true
	}
	held := was.byID()
	for _, i := range c.Added { // a baseline did not reach it, but it was there
		if held[i.ID] != nil || i.Created.After(c.From) {
			m.items[i.ID] = MarkNew
		}
	}
	for _, one := range c.Changed {
		m.items[one.Item.ID], m.found[one.Item.ID] = MarkChanged, one.Changes
	}
	for _, i := range is.Items {
		if !gone[i.ID] {
			out.Items = append(out.Items, i)
		}
	}
	for _, i := range was.Items {
		if gone[i.ID] {
			out.Items = append(out.Items, i)
		}
	}
	for _, t := range c.Tied {
		if t.Since.After(c.From) {
			m.ties[t.ID] = MarkNew
		}
	}
	out.Relations = slices.Clone(is.Relations)
	for _, t := range c.Parted {
		if slices.ContainsFunc(is.Relations, func(r Relation) bool { return r.ID == t.ID }) {
			m.ties[t.ID] = MarkChanged
			continue
		}
		m.ties[t.ID] = MarkGone
		out.Relations = append(out.Relations, t)
	}
	return out, m
}

// topology is what depends on what in a part of the graph.
func (s *Subgraph) topology(m *Model) (*Topology, error) {
	t := &Topology{groups: s.Groups}
	for _, i := range s.Items {
		t.nodes = append(t.nodes, Node{i.ID, i.Code, i.Name, i.Class, i.State, i.Zone, i.Service, i.Department})
	}
	slices.SortFunc(t.nodes, func(a, b Node) int { return int(a.ID - b.ID) })
	t.nodes = slices.CompactFunc(t.nodes, func(a, b Node) bool { return a.ID == b.ID })
	t.index()
	kinds := map[string]uint16{}
	for _, r := range s.Relations {
		t.tie(Link{r.ID, r.Source, r.Target, r.Type, r.Group, r.Share, r.Gate}, kinds)
	}
	return t, t.build(m)
}
