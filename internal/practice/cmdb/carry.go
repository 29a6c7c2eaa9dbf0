package cmdb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// lotSize is how many items or relations of an import one transaction writes.
const lotSize = 4000

// Approve lets an import be carried out exactly as it was drafted. Lines whose
// item was changed since are left out and counted as faults.
func (r *Reconciler) Approve(ctx context.Context, by people.Actor, id int64, progress func(n int)) (Import, error) {
	if err := by.May(DeedApprove); err != nil {
		return Import{}, err
	}
	in, err := r.Imports.Import(ctx, id)
	if err != nil {
		return in, err
	}
	if in.State != Drafted {
		return in, fault.New(fault.Conflict, "cmdb.import_not_draft").With("state", string(in.State))
	}
	plan, err := r.Imports.PlanOf(ctx, id)
	if err != nil {
		return in, err
	}
	in.State, in.Approved = Running, by.ID
	if err := r.Imports.SaveImport(ctx, &in, Drafted); err != nil {
		return in, err
	}
	c := &carrier{Reconciler: r, by: by, in: &in, plan: plan, at: r.Now().UTC().Truncate(time.Millisecond), progress: progress}
	if err := c.lines(ctx); err != nil {
		return in, err
	}
	if err := c.ties(ctx); err != nil {
		return in, err
	}
	in.State, in.Done = Done, c.at
	row := audit.By(by, c.at, DeedApprove, fmt.Sprintf("item_import:%d", in.ID))
	row.Detail = fmt.Sprintf(`{"source":%q,"add":%d,"change":%d,"fault":%d}`, in.Source, in.Counts[Add], in.Counts[Alter], in.Counts[Faulty])
	if err := r.Items.Write(ctx, &Lot{Audit: []audit.Row{row}}); err != nil {
		return in, err
	}
	return in, r.Imports.SaveImport(ctx, &in, Running)
}

// carrier carries a plan out.
type carrier struct {
	*Reconciler
	by       people.Actor
	in       *Import
	plan     *Plan
	at       time.Time
	done     int
	progress func(n int)
	born     []*Item // in the order of the plan; nil when it was left out
}

func (c *carrier) told(n int) {
	c.done += n
	if c.progress != nil {
		c.progress(c.done)
	}
}

func (c *carrier) lines(ctx context.Context) error {
	for lines := range slices.Chunk(c.plan.Lines, lotSize) {
		lot := &Lot{Seen: Seen{At: c.at}}
		var old []PlanLine
		for _, l := range lines {
			switch l.Outcome {
			case Add:
				if err := c.add(lot, l); err != nil {
					return err
				}
			case Alter, Absent:
				old = append(old, l)
			}
			if l.Item > 0 && l.Outcome != Absent {
				lot.Seen.Items = append(lot.Seen.Items, l.Item)
			}
		}
		gone, err := c.change(ctx, lot, old)
		if err != nil {
			return err
		}
		if err := c.write(ctx, lot, gone); err != nil {
			return err
		}
		c.told(len(lines))
	}
	return nil
}

func (c *carrier) note(item record.ItemID, field, was, became string) Change {
	return Change{Item: item, At: c.at, By: c.by.ID, Name: c.by.Name, Origin: c.in.Source, Field: field, Was: was, Became: became, Import: c.in.ID}
}

func (c *carrier) add(lot *Lot, l PlanLine) error {
	i := &Item{Class: l.Class, State: Live, Created: c.at, Changed: c.at, Seen: c.at, Origin: map[string]string{everyField: c.in.Source}}
	m := c.Model()
	for _, name := range m.Names(l.Class) {
		if v, ok := l.Fields[name]; ok {
			if err := i.Set(m, name, v); err != nil {
				return err
			}
		}
	}
	if !c.by.Scope.Clears(i.Zone) { // drafted by somebody who sees further
		c.in.Counts[Add]--
		c.in.Counts[Faulty]++
		c.born = append(c.born, nil)
		return nil
	}
	lot.Items, c.born = append(lot.Items, i), append(c.born, i)
	lot.History = append(lot.History, c.note(record.ItemID(-len(lot.Items)), "", "", i.Code))
	return nil
}

// change carries out the lines about items that are there. What was changed
// since the draft is left alone. Gone are the items that their source has not
// reported so often that they count as missing.
func (c *carrier) change(ctx context.Context, lot *Lot, lines []PlanLine) (gone []*Discrepancy, err error) {
	ids := make([]record.ItemID, len(lines))
	for n, l := range lines {
		ids[n] = l.Item
	}
	found, err := c.Items.Find(ctx, c.by.Scope, ids...)
	if err != nil {
		return nil, err
	}
	limits, err := PrecedenceOf(c.Settings())
	if err != nil {
		return nil, err
	}
	held := map[record.ItemID]*Item{}
	for n := range found {
		held[found[n].ID] = &found[n]
	}
	m := c.Model()
	for _, l := range lines {
		i := held[l.Item]
		if i == nil || l.Outcome == Alter && i.Version != l.Version {
			c.in.Counts[l.Outcome]--
			c.in.Counts[Faulty]++
			continue
		}
		i.Changed = c.at
		if l.Outcome == Absent {
			if i.Missed++; i.Missed >= limits.Absent {
				gone = append(gone, &Discrepancy{Item: i.ID, Kind: Missing, Origin: c.in.Source, State: Settling.Start, At: c.at, By: c.by.ID, Moved: c.at, MovedBy: c.by.ID})
			}
			lot.Items = append(lot.Items, i)
			continue
		}
		for _, d := range l.Changes {
			if err := i.Set(m, d.Field, d.Now); err != nil {
				return nil, err
			}
			i.from(d.Field, c.in.Source)
			lot.History = append(lot.History, c.note(i.ID, d.Field, d.Was, d.Now))
		}
		lot.Items = append(lot.Items, i)
	}
	return gone, nil
}

func (c *carrier) write(ctx context.Context, lot *Lot, gone []*Discrepancy) error {
	if len(gone) == 0 {
		return c.Items.Write(ctx, lot)
	}
	return c.Discrepancies.Report(ctx, lot, gone...)
}

func (c *carrier) ties(ctx context.Context) error {
	groups := map[string]GroupID{}
	for ties := range slices.Chunk(c.plan.Ties, lotSize) {
		lot := &Lot{}
		fresh := map[string]GroupID{} // of this lot: their place in it
		for _, t := range ties {
			if t.Outcome != Add {
				continue
			}
			if t.Source, t.Target = c.id(t.Source), c.id(t.Target); t.Source == 0 || t.Target == 0 {
				c.in.Counts[Add]--
				c.in.Counts[Faulty]++
				continue
			}
			r := &Relation{Source: t.Source, Target: t.Target, Type: t.Type, Share: t.Share, Gate: t.Gate, Note: t.Note, Origin: c.in.Source, Import: c.in.ID, Since: c.at, By: c.by.ID}
			if t.Group != "" {
				r.Group = c.group(lot, t, groups, fresh)
			}
			lot.Relations = append(lot.Relations, r)
		}
		if len(lot.Relations) > 0 {
			if err := c.Items.Write(ctx, lot); err != nil {
				return err
			}
		}
		for k, place := range fresh {
			groups[k] = lot.Groups[-place-1].ID
		}
		c.told(len(ties))
	}
	return nil
}

// id is the item that a plan means, 0 when it did not come into being.
func (c *carrier) id(planned record.ItemID) record.ItemID {
	switch n := int(-planned); {
	case n <= 0:
		return planned
	case n <= len(c.born) && c.born[n-1] != nil:
		return c.born[n-1].ID
	}
	return 0
}

// group finds or makes the redundancy that a relation belongs to: one of the
// end that suffers, by its name.
func (c *carrier) group(lot *Lot, t PlanTie, groups, fresh map[string]GroupID) GroupID {
	kind := c.Model().Type(t.Type)
	item := t.Source
	if kind != nil && kind.Suffers == Target {
		item = t.Target
	}
	key := fmt.Sprintf("%d/%s", item, t.Group)
	if id := cmp.Or(groups[key], fresh[key]); id != 0 {
		return id
	}
	g := &Group{Item: item, Need: max(t.Need, 1), Since: c.at}
	g.Name.En = t.Group
	lot.Groups = append(lot.Groups, g)
	fresh[key] = GroupID(-len(lot.Groups))
	return fresh[key]
}

// Undo takes an import back: relations that it brought end, values that it
// changed become what they were, items that it added are retired. What was
// changed again since stays and is counted.
func (r *Reconciler) Undo(ctx context.Context, by people.Actor, id int64) (back, kept int, err error) {
	if err := by.May(DeedUndo); err != nil {
		return 0, 0, err
	}
	in, err := r.Imports.Import(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	if in.State != Done && in.State != Running {
		return 0, 0, fault.New(fault.Conflict, "cmdb.import_not_done").With("state", string(in.State))
	}
	history, relations, err := r.Imports.Traces(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	u := &undoer{Reconciler: r, by: by, in: &in, at: r.Now().UTC().Truncate(time.Millisecond)}
	was := in.State
	in.State, in.Undone = Undone, u.at
	if err := r.Imports.SaveImport(ctx, &in, was); err != nil {
		return 0, 0, err
	}
	if err := u.relations(ctx, relations); err != nil {
		return u.back, u.kept, err
	}
	if err := u.items(ctx, history); err != nil {
		return u.back, u.kept, err
	}
	row := audit.By(by, u.at, DeedUndo, fmt.Sprintf("item_import:%d", id))
	row.Detail = fmt.Sprintf(`{"back":%d,"kept":%d}`, u.back, u.kept)
	return u.back, u.kept, r.Items.Write(ctx, &Lot{Audit: []audit.Row{row}})
}

type undoer struct {
	*Reconciler
	by         people.Actor
	in         *Import
	at         time.Time
	back, kept int
}

func (u *undoer) relations(ctx context.Context, list []Relation) error {
	for some := range slices.Chunk(list, lotSize) {
		lot := &Lot{}
		for n := range some {
			if some[n].Until.IsZero() {
				some[n].Until, some[n].Ended = u.at, u.by.ID
				lot.Relations = append(lot.Relations, &some[n])
			}
		}
		if err := u.Items.Write(ctx, lot); err != nil {
			return err
		}
		u.back += len(lot.Relations)
	}
	return nil
}

func (u *undoer) items(ctx context.Context, history []Change) error {
	byItem := map[record.ItemID][]Change{}
	var order []record.ItemID
	for _, h := range history {
		if byItem[h.Item] == nil {
			order = append(order, h.Item)
		}
		byItem[h.Item] = append(byItem[h.Item], h)
	}
	m := u.Model()
	for ids := range slices.Chunk(order, lotSize) {
		found, err := u.Items.Find(ctx, u.by.Scope, ids...)
		if err != nil {
			return err
		}
		lot := &Lot{}
		for n := range found {
			i := &found[n]
			var done []Change
			for _, h := range byItem[i.ID] {
				c, err := u.undo(m, i, h)
				if err != nil {
					return err
				}
				done = append(done, c...)
			}
			if len(done) == 0 {
				u.kept++
				continue
			}
			u.back++
			i.Changed = u.at
			lot.Items, lot.History = append(lot.Items, i), append(lot.History, done...)
		}
		if err := u.Items.Write(ctx, lot); err != nil {
			return err
		}
	}
	return nil
}

// undo takes one change back where its value still stands.
func (u *undoer) undo(m *Model, i *Item, h Change) ([]Change, error) {
	c := Change{Item: i.ID, At: u.at, By: u.by.ID, Name: u.by.Name, Origin: Hand, Field: h.Field, Was: h.Became, Became: h.Was, Because: fmt.Sprintf("undo %d", u.in.ID)}
	if h.Field == "" {
		if !i.InUse() {
			return nil, nil
		}
		c.Field, c.Was, c.Became = "state", string(i.State), string(Retired)
		i.State = Retired
		return []Change{c}, nil
	}
	if i.Get(h.Field) != h.Became {
		return nil, nil
	}
	if err := i.Set(m, h.Field, h.Was); err != nil {
		return nil, err
	}
	return []Change{c}, nil
}
