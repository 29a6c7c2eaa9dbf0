package cmdb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Undo takes an import back: relations that it brought end, values that it
// changed become what they were, items that it added are retired. What was
// changed again since stays and is counted.
func (r *Reconciler) Undo(ctx context.Context, by people.Actor, id int64) (back, kept int, err error) {
	if err := by.May(DeedUndo); err != nil {
		return 0, 0, err
	}
	in, err := r.One(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	if in.State == Running {
		return 0, 0, fault.New(fault.Conflict, "cmdb.import_runs")
	}
	if in.State != Done && in.State != Broken {
		return 0, 0, fault.New(fault.Conflict, "cmdb.import_not_done").With("state", string(in.State))
	}
	history, relations, err := r.Imports.Traces(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	plan, err := r.Imports.PlanOf(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	u := &undoer{Reconciler: r, by: by, in: &in, at: r.now(), origins: map[valueOf]string{}}
	for _, l := range plan.Lines {
		for _, c := range l.Changes {
			u.origins[valueOf{l.Item, c.Field}] = c.From
		}
	}
	was := in
	in.State, in.Undone, in.Trouble = Undone, u.at, nil
	in.Turn++ // who may still carry it out stops
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
	origins    map[valueOf]string // of the values that the import replaced
}

// valueOf is a field of an item.
type valueOf struct {
	item  record.ItemID
	field string
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

// undo takes one change back where its value still stands, and with it the
// source that the value before came from.
func (u *undoer) undo(m *Model, i *Item, h Change) ([]Change, error) {
	c := Change{Item: i.ID, At: u.at, By: u.by.ID, Name: u.by.Name, Origin: Hand, Field: h.Field, Was: h.Became, Became: h.Was, Because: fmt.Sprintf("undo %d", u.in.ID)}
	if h.Field == "" {
		if !i.InUse() {
			return nil, nil
		}
		c.Field, c.Was, c.Became, c.Origin = "state", string(i.State), string(Retired), byUndo
		i.State = Retired
		i.from("state", byUndo)
		return []Change{c}, nil
	}
	if i.Get(h.Field) != h.Became {
		return nil, nil
	}
	if err := i.Set(m, h.Field, h.Was); err != nil {
		return nil, err
	}
	if origin := u.origins[valueOf{i.ID, h.Field}]; origin != "" { // plans of old do not say
		i.from(h.Field, origin)
		c.Origin = origin
	}
	return []Change{c}, nil
}
