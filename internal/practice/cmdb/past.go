package cmdb

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// Book reads lists and histories of items.
type Book interface {
	// List reads a page of a list, in its order.
	List(ctx context.Context, scope people.Scope, q Query) ([]Item, error)
	// Count counts what a list would show, up to most.
	Count(ctx context.Context, scope people.Scope, q Query, most int) (int, error)
	// History lists what became of items, the latest first, from a moment on.
	History(ctx context.Context, from time.Time, items ...record.ItemID) ([]Change, error)
}

// Order is how a list of items is sorted; a minus means descending.
type Order string

// The orders, each with an index.
const (
	ByCode Order = "code"
	Latest Order = "-changed"
)

// Cursor is a place in a list: the sort value and id of its last row.
type Cursor struct {
	Value string
	ID    int64
}

// Query asks for a page of a list.
type Query struct {
	Where query.Node
	Order Order
	After Cursor
	Limit int // rows, at most 500
}

// After is the place of an item in a list of that order.
func After(i *Item, o Order) Cursor {
	if o == Latest {
		return Cursor{strconv.FormatInt(i.Changed.UnixMilli(), 10), int64(i.ID)}
	}
	return Cursor{i.Code, int64(i.ID)}
}

// List reads a page of a list of the items that the actor may see.
func (d *Desk) List(ctx context.Context, by people.Actor, q Query) ([]Item, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return d.Book.List(ctx, by.Scope, q)
}

// Count counts what a list would show, up to most.
func (d *Desk) Count(ctx context.Context, by people.Actor, q Query, most int) (int, error) {
	if err := by.May(DeedRead); err != nil {
		return 0, err
	}
	return d.Book.Count(ctx, by.Scope, q, most)
}

// History lists what became of an item, the latest first.
func (d *Desk) History(ctx context.Context, by people.Actor, id record.ItemID) ([]Change, error) {
	if _, err := d.Find(ctx, by, id); err != nil {
		return nil, err
	}
	return d.Book.History(ctx, time.Time{}, id)
}

// At is an item as it was at a moment; before it came into being it is
// Missing.
func (d *Desk) At(ctx context.Context, by people.Actor, id record.ItemID, when time.Time) (*Item, error) {
	i, err := d.Find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if when.Before(i.Created) {
		return nil, missing(id)
	}
	changes, err := d.Book.History(ctx, when, id)
	if err != nil {
		return nil, err
	}
	old := i.before(d.Model(), changes)
	if !by.Scope.Clears(old.Zone) {
		return nil, missing(id)
	}
	return old, nil
}

// before takes changes back, the latest first. A value that fields no longer
// take is left as it is written in the history.
func (i *Item) before(m *Model, changes []Change) *Item {
	old := *i
	for _, c := range changes {
		if c.Field == "" || c.Field == "attached" || strings.HasPrefix(c.Field, "group.") {
			continue
		}
		if _, fixed := byName[c.Field]; !fixed {
			old.put(c.Field, c.Was)
			continue
		}
		_ = old.Set(m, c.Field, c.Was) // what was held once was accepted once
	}
	return &old
}

// Subgraph is a part of the graph: items with the relations among them and their redundancy,
// as they were at a moment.
type Subgraph struct {
	At        time.Time  `json:"at"`
	Items     []Item     `json:"items"`
	Relations []Relation `json:"relations"`
	Groups    []Group    `json:"groups"`
	Cut       bool       `json:"cut,omitempty"` // there is more around than it holds
}

// Reach says which part of the graph is meant.
type Reach struct {
	Roots []record.ItemID
	Depth int       // steps along relations, at most 10
	At    time.Time // zero: now
	// Where is a condition on items that names the roots anew each time, for
	// baselines; "" when they are named one by one.
	Where string `json:",omitempty"`
}

// The bounds of a part of the graph.
const (
	deepest   = 10
	mostItems = 20_000
	// MostBaseline is how many items a baseline holds at the most.
	MostBaseline = mostItems
)

// Subgraph reads the part of the graph around some items, along relations of
// any type, as far as the actor may see it: what he may not see neither
// appears nor leads further. What is asked for by name is read whole; what is
// around it until the part holds mostItems, and then it says that it is cut.
func (d *Desk) Subgraph(ctx context.Context, by people.Actor, r Reach) (*Subgraph, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	if r.Depth < 0 || r.Depth > deepest {
		return nil, fault.At("depth", "record.out_of_range").With("low", 0).With("high", deepest)
	}
	when := r.At
	if when.IsZero() {
		when = d.now()
	}
	out := &Subgraph{At: when}
	seen := map[record.ItemID]bool{}
	ties := map[RelationID]Relation{}
	ring, met := r.Roots, map[record.ItemID]bool{}
	for _, id := range ring {
		met[id] = true
	}
	for depth := 0; len(ring) > 0 && !out.Cut; depth++ {
		found, err := d.past(ctx, by, ring, when, !r.At.IsZero())
		if err != nil {
			return nil, err
		}
		var ids []record.ItemID
		for _, i := range found {
			if out.Cut = depth > 0 && len(out.Items) >= mostItems; out.Cut {
				break
			}
			seen[i.ID] = true
			ids = append(ids, i.ID)
			out.Items = append(out.Items, i)
		}
		ring = nil
		list, err := d.Relations.Touching(ctx, !r.At.IsZero(), ids...)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			if t.Since.After(when) || !t.Until.IsZero() && !t.Until.After(when) {
				continue
			}
			ties[t.ID] = t
			for _, end := range []record.ItemID{t.Source, t.Target} {
				if depth < r.Depth && !met[end] {
					met[end] = true
					ring = append(ring, end)
				}
			}
		}
	}
	for _, t := range ties {
		if seen[t.Source] && seen[t.Target] {
			out.Relations = append(out.Relations, t)
		}
	}
	slices.SortFunc(out.Relations, func(a, b Relation) int { return int(a.ID - b.ID) })
	return out, d.groupsAt(ctx, out)
}

// past reads items as they were at a moment; those that were not there yet are
// left out.
func (d *Desk) past(ctx context.Context, by people.Actor, ids []record.ItemID, when time.Time, old bool) ([]Item, error) {
	found, err := d.Items.Find(ctx, by.Scope, ids...)
	if err != nil || !old {
		return found, err
	}
	changes, err := d.Book.History(ctx, when, ids...)
	if err != nil {
		return nil, err
	}
	byItem := map[record.ItemID][]Change{}
	for _, c := range changes {
		byItem[c.Item] = append(byItem[c.Item], c)
	}
	m := d.Model()
	var out []Item
	for n := range found {
		i := found[n].before(m, byItem[found[n].ID])
		if !when.Before(i.Created) && by.Scope.Clears(i.Zone) {
			out = append(out, *i)
		}
	}
	return out, nil
}

// groupsAt adds the redundancy of the items at that moment.
func (d *Desk) groupsAt(ctx context.Context, s *Subgraph) error {
	ids := make([]record.ItemID, len(s.Items))
	for n := range s.Items {
		ids[n] = s.Items[n].ID
	}
	groups, err := d.Relations.GroupsOf(ctx, ids...)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if !g.Since.After(s.At) && (g.Until.IsZero() || g.Until.After(s.At)) {
			s.Groups = append(s.Groups, g)
		}
	}
	if len(s.Groups) == 0 {
		return nil
	}
	changes, err := d.Book.History(ctx, s.At, ids...)
	if err != nil {
		return err
	}
	for _, c := range changes {
		for n := range s.Groups {
			g := &s.Groups[n]
			switch was, err := strconv.Atoi(c.Was); {
			case err != nil:
			case c.Field == "group."+strconv.FormatInt(int64(g.ID), 10)+".need":
				g.Need = was
			case c.Field == "group."+strconv.FormatInt(int64(g.ID), 10)+".least":
				g.Least = was
			}
		}
	}
	return nil
}
