package cmdb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// Baseline is a part of the graph as it was approved at a moment, kept to be
// compared with what came later.
type Baseline struct {
	ID        int64
	Name      string
	About     string
	At        time.Time
	By        people.ID
	ByName    string
	Items     int
	Relations int
	Reach     Reach
}

// Baselines keeps them.
type Baselines interface {
	AddBaseline(ctx context.Context, b *Baseline, s *Subgraph, log audit.Row) error
	Baseline(ctx context.Context, id int64) (Baseline, *Subgraph, error)
	Baselines(ctx context.Context, limit int) ([]Baseline, error)
}

// Records are where baselines are taken and compared.
type Records struct {
	*Desk
	Baselines     Baselines
	Discrepancies Discrepancies
	// Where reads a condition on items for somebody.
	Where func(by people.Actor, text string) (query.Node, error)
}

// rooted finds the roots that a reach names by a condition.
func (r *Records) rooted(ctx context.Context, by people.Actor, reach Reach) (Reach, error) {
	if reach.Where == "" {
		return reach, nil
	}
	where, err := r.Where(by, reach.Where)
	if err != nil {
		return reach, err
	}
	reach.Roots = nil
	for q := (Query{Where: where, Order: ByCode, Limit: 500}); ; {
		found, err := r.Book.List(ctx, by.Scope, q)
		if err != nil {
			return reach, err
		}
		for n := range found {
			reach.Roots = append(reach.Roots, found[n].ID)
		}
		if len(reach.Roots) > mostItems {
			return reach, fault.At("where", "cmdb.baseline_too_big").With("max", mostItems)
		}
		if len(found) < q.Limit {
			return reach, nil
		}
		q.After = After(&found[len(found)-1], q.Order)
	}
}

// Accuse makes discrepancies of the fields of items that are not today what they
// were in a baseline: settled as correct, the item gets back what was
// approved. No items are all of them. A state is left out: it is the item's
// life, and moves alone lead through it.
func (r *Records) Accuse(ctx context.Context, by people.Actor, id int64, items []record.ItemID) ([]*Discrepancy, error) {
	at := r.now()
	if err := audit.Ask(ctx, r.Pen, by, at, DeedAudit, fmt.Sprintf("baseline:%d", id)); err != nil {
		return nil, err
	}
	found, err := r.Compare(ctx, by, id, 0)
	if err != nil {
		return nil, err
	}
	var list []*Discrepancy
	for _, a := range found.Changed {
		if len(items) > 0 && !slices.Contains(items, a.Item.ID) {
			continue
		}
		for _, c := range a.Changes {
			if c.Field != "state" {
				list = append(list, &Discrepancy{Item: a.Item.ID, Kind: Differs, Field: c.Field, Held: c.Became, Found: c.Was, Origin: fmt.Sprintf("baseline %d", id), State: Settling.Start, At: at, By: by.ID, Moved: at, MovedBy: by.ID})
			}
		}
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Conflict, "cmdb.nothing_differs")
	}
	row := audit.By(by, at, DeedAudit, fmt.Sprintf("baseline:%d", id))
	row.Detail = audit.Detail("discrepancies", len(list))
	return list, r.Discrepancies.Report(ctx, &Lot{Audit: []audit.Row{row}}, list...)
}

// Take keeps the part of the graph that a reach covers, as the actor sees it.
func (r *Records) Take(ctx context.Context, by people.Actor, b Baseline) (Baseline, error) {
	at := r.now()
	if err := audit.Ask(ctx, r.Pen, by, at, DeedBaseline, "baseline"); err != nil {
		return b, err
	}
	var many fault.Many
	if b.Name = strings.TrimSpace(b.Name); b.Name == "" {
		many = append(many, fault.At("name", "record.required"))
	}
	for field, text := range map[string]string{"name": b.Name, "about": b.About} {
		if n := utf8.RuneCountInString(text); n > longest*map[string]int{"name": 1, "about": 10}[field] {
			many = append(many, fault.At(field, "record.too_long").With("max", longest).With("length", n))
		}
	}
	if len(b.Reach.Roots) == 0 && b.Reach.Where == "" {
		many = append(many, fault.At("roots", "record.required"))
	}
	if err := many.Err(); err != nil {
		return b, err
	}
	reach, err := r.rooted(ctx, by, b.Reach)
	if err != nil {
		return b, err
	}
	if len(reach.Roots) == 0 {
		return b, fault.At("where", "cmdb.baseline_empty")
	}
	s, err := r.Subgraph(ctx, by, reach)
	if err != nil {
		return b, err
	}
	if s.Cut { // a baseline that is not whole would accuse what it lacks
		return b, fault.At("depth", "cmdb.baseline_too_big").With("max", mostItems)
	}
	if len(s.Items) == 0 {
		return b, fault.At("roots", "setting.no_such").With("kind", "item").With("id", int64(reach.Roots[0]))
	}
	b.ID, b.At, b.By, b.ByName, b.Items, b.Relations = 0, at, by.ID, by.Name, len(s.Items), len(s.Relations)
	return b, r.Baselines.AddBaseline(ctx, &b, s, audit.By(by, at, DeedBaseline, "baseline:"+b.Name))
}

// List lists the baselines of which the actor may see something, the newest
// first, with the counts of what he may see.
func (r *Records) List(ctx context.Context, by people.Actor, limit int) ([]Baseline, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	list, err := r.Baselines.Baselines(ctx, limit)
	if err != nil || by.Scope.AllZones {
		return list, err
	}
	out := list[:0]
	for _, b := range list {
		switch b, _, err := r.Read(ctx, by, b.ID); {
		case fault.Is(err, fault.Missing):
		case err != nil:
			return nil, err
		default:
			out = append(out, b)
		}
	}
	return out, nil
}

// Read reads a baseline, as far as the actor may see what is in it. One of
// which he sees nothing is not there for him; its Reach names only the roots
// that he sees.
func (r *Records) Read(ctx context.Context, by people.Actor, id int64) (Baseline, *Subgraph, error) {
	if err := by.May(DeedRead); err != nil {
		return Baseline{}, nil, err
	}
	b, s, err := r.Baselines.Baseline(ctx, id)
	if err != nil {
		return b, nil, err
	}
	s.Items = slices.DeleteFunc(s.Items, func(i Item) bool { return !by.Scope.Clears(i.Zone) })
	seen := s.byID()
	s.Relations = slices.DeleteFunc(s.Relations, func(t Relation) bool { return seen[t.Source] == nil || seen[t.Target] == nil })
	s.Groups = slices.DeleteFunc(s.Groups, func(g Group) bool { return seen[g.Item] == nil })
	if len(s.Items) == 0 {
		return Baseline{}, nil, fault.New(fault.Missing, "cmdb.no_such_baseline").With("id", id)
	}
	b.Reach.Roots = slices.DeleteFunc(b.Reach.Roots, func(root record.ItemID) bool { return seen[root] == nil })
	b.Items, b.Relations = len(s.Items), len(s.Relations)
	return b, s, nil
}

func (s *Subgraph) byID() map[record.ItemID]*Item {
	out := make(map[record.ItemID]*Item, len(s.Items))
	for n := range s.Items {
		out[s.Items[n].ID] = &s.Items[n]
	}
	return out
}

// Comparison is what differs between two states of a part of the graph.
type Comparison struct {
	From, To     time.Time
	Added, Gone  []Item
	Changed      []Altered
	Tied, Parted []Relation // relations that are new, and those that are no more
	Groups       []Group    // redundancies that are new or need another number now
}

// Altered is an item with what is not as it was.
type Altered struct {
	Item    Item // as it is now
	Changes []Change
}

// Same reports whether nothing differs.
func (c *Comparison) Same() bool {
	return len(c.Added)+len(c.Gone)+len(c.Changed)+len(c.Tied)+len(c.Parted)+len(c.Groups) == 0
}

// Compare holds a baseline against another, or against today when other is 0.
func (r *Records) Compare(ctx context.Context, by people.Actor, id, other int64) (*Comparison, error) {
	b, was, err := r.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	var now *Subgraph
	if other != 0 {
		_, now, err = r.Read(ctx, by, other)
	} else {
		reach, fail := r.rooted(ctx, by, b.Reach)
		if fail != nil {
			return nil, fail
		}
		reach.At = time.Time{}
		now, err = r.Subgraph(ctx, by, reach)
	}
	if err != nil {
		return nil, err
	}
	return Compare(was, now), nil
}

// tie is what makes two relations the same in a comparison.
type tie struct {
	source, target record.ItemID
	kind           string
	group          GroupID
	share          int
	gate           Gate
}

func tieOf(r Relation) tie { return tie{r.Source, r.Target, r.Type, r.Group, r.Share, r.Gate} }

// Compare says what differs between two states. Retired items count as gone.
func Compare(was, now *Subgraph) *Comparison {
	out := &Comparison{From: was.At, To: now.At}
	before, after := was.byID(), now.byID()
	for n := range now.Items {
		i := &now.Items[n]
		old := before[i.ID]
		switch {
		case old == nil || !old.InUse() && i.InUse():
			if i.InUse() {
				out.Added = append(out.Added, *i)
			}
		case old.InUse() && !i.InUse():
			out.Gone = append(out.Gone, *i)
		default:
			if changes := Diff(old, i); len(changes) > 0 {
				out.Changed = append(out.Changed, Altered{*i, changes})
			}
		}
	}
	for n := range was.Items {
		if i := &was.Items[n]; after[i.ID] == nil && i.InUse() {
			out.Gone = append(out.Gone, *i)
		}
	}
	held, today := map[tie]bool{}, map[tie]bool{}
	for _, t := range was.Relations {
		held[tieOf(t)] = true
	}
	for _, t := range now.Relations {
		if today[tieOf(t)] = true; !held[tieOf(t)] {
			out.Tied = append(out.Tied, t)
		}
	}
	for _, t := range was.Relations {
		if !today[tieOf(t)] {
			out.Parted = append(out.Parted, t)
		}
	}
	needs := map[string]bool{}
	for _, g := range was.Groups {
		needs[fmt.Sprint(g.ID, g.Need, g.Least)] = true
	}
	for _, g := range now.Groups {
		if !needs[fmt.Sprint(g.ID, g.Need, g.Least)] {
			out.Groups = append(out.Groups, g)
		}
	}
	return out
}
