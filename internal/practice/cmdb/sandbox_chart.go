package cmdb

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Chart draws a sandbox over today: what it removes, adds and moves is marked,
// and what fails is computed in the sandbox. It starts from what the edits
// name unless the question says otherwise; new items have their negative
// numbers, new and moved relations negative ones of their own.
func (d *Sandboxes) Chart(ctx context.Context, by people.Actor, id int64, q ChartQuestion) (*Chart, error) {
	now, err := d.Analyst.look(ctx, by)
	if err != nil {
		return nil, err
	}
	kept, err := d.read(ctx, by.ID, now, id)
	if err != nil {
		return nil, err
	}
	return now.drawTried(kept.Doc, q)
}

// drawTried draws what a sandbox tries out over today.
func (v *view) drawTried(doc SandboxDoc, q ChartQuestion) (*Chart, error) {
	if q.compares() || !q.At.IsZero() {
		return nil, fault.At("at", "cmdb.sandbox_is_today")
	}
	s, _, err := v.tried(doc)
	if err != nil {
		return nil, err
	}
	if len(q.Items) == 0 {
		q.Items = s.about(doc)
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	if err := s.build(v.model); err != nil {
		return nil, err
	}
	then, err := s.without()
	if err != nil {
		return nil, err
	}
	both := *v
	var m *marks
	both.Topology, m = s.over(v.Topology, then)
	for _, list := range []*[]record.ItemID{&q.Items, &q.Open, &q.Fail} {
		*list = slices.Clone(*list)
		for i, id := range *list {
			if id < 0 {
				(*list)[i] = s.fresh[id]
			}
		}
	}
	lists, err := (&pastView{view: &both}).ends(q)
	if err != nil {
		return nil, err
	}
	out := both.drawWith(q, lists, m, then)
	for i := range out.Dots {
		out.Dots[i].Node = s.rename(out.Dots[i].Node)
	}
	return out, nil
}

// Starts lists the items that the edits of a sandbox name, and those that fail,
// as far as the drawing of it has them.
func (d *Sandboxes) Starts(ctx context.Context, by people.Actor, kept Sandbox) ([]record.ItemID, error) {
	now, err := d.Analyst.look(ctx, by)
	if err != nil {
		return nil, err
	}
	s, _, err := now.tried(kept.Doc)
	if err != nil {
		return nil, err
	}
	return s.about(kept.Doc), nil
}

// about lists what a sandbox is about, at most as many as a drawing starts from.
func (s *sandbox) about(doc SandboxDoc) []record.ItemID {
	var out []record.ItemID
	add := func(ids ...record.ItemID) {
		for _, id := range ids {
			if _, err := s.node("", id); id != 0 && err == nil && !slices.Contains(out, id) && len(out) < mostStarts {
				out = append(out, id)
			}
		}
	}
	for _, e := range doc.Edits {
		add(e.Item, e.As, e.Source, e.Target)
		if i := slices.IndexFunc(s.view.ties, func(t bond) bool { return t.id == e.Relation && e.Relation != 0 }); i >= 0 {
			add(s.view.nodes[s.view.ties[i].source].ID, s.view.nodes[s.view.ties[i].target].ID)
		}
	}
	add(doc.Fail...)
	return out
}

// over lays the sandbox over today: all items and relations of both, marked.
// Then is the sandbox without what was removed.
func (s *sandbox) over(today, then *Topology) (*Topology, *marks) {
	t := &Topology{Version: today.Version, nodes: s.nodes, place: s.place, kinds: s.kinds, groups: s.groups}
	t.ties = slices.Grow(slices.Clone(today.ties), len(s.ties)-len(today.ties))
	m := &marks{items: map[record.ItemID]Mark{}, ties: map[RelationID]Mark{}}
	gone := map[int32]bool{}
	for _, id := range s.removed {
		m.items[id] = MarkGone
		if n, ok := s.at(id); ok {
			gone[int32(n)] = true
		}
	}
	for id := range s.named {
		m.items[id] = MarkNew
	}
	fresh := func(b bond, mark Mark) {
		b.id = RelationID(-1 - len(m.ties)) // every mark is of another relation, so that no number comes twice
		m.ties[b.id] = mark
		t.ties = append(t.ties, b)
	}
	for i := range today.ties {
		was, is := &today.ties[i], &s.ties[i]
		t.ties[i].group = is.group
		switch {
		case was.source != is.source || was.target != is.target:
			m.ties[was.id] = MarkGone
			t.ties[i].group = 0 // it counts for nothing any more
			fresh(*is, MarkMoved)
		case gone[is.source] || gone[is.target]:
			m.ties[was.id] = MarkGone
		case was.group != is.group:
			m.ties[was.id] = MarkChanged
		}
	}
	for i := len(today.ties); i < len(s.ties); i++ {
		fresh(s.ties[i], MarkNew)
	}
	t.mean(s.model)
	t.members = then.members
	return t, m
}
