package cmdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Undo takes an import back: relations that it brought end, those that it
// changed and values that it changed become what they were, items that it added
// are retired. What was changed again since stays and is counted. One that
// stopped half-way is taken up where it stopped.
func (r *Reconciler) Undo(ctx context.Context, by people.Actor, id int64) (back, kept int, err error) {
	if err := by.May(DeedUndo); err != nil {
		return 0, 0, err
	}
	was, err := r.One(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	switch was.State {
	case Done, Broken, Halfway:
	case Running:
		return 0, 0, fault.New(fault.Conflict, "cmdb.import_runs")
	case Undoing:
		return 0, 0, fault.New(fault.Conflict, "cmdb.import_undoing")
	default:
		return 0, 0, fault.New(fault.Conflict, "cmdb.import_not_done").With("state", string(was.State))
	}
	in := was
	in.State, in.Beat, in.Trouble = Undoing, r.now(), nil
	in.Turn++ // who may still carry it out, or undo it, stops
	if err := r.Imports.SaveImport(ctx, &in, was); err != nil {
		return 0, 0, err
	}
	u := &undoer{Reconciler: r, by: by, in: &in, at: r.now(), again: was.State == Halfway, origins: map[valueOf]string{}, regroups: map[string]string{}, before: map[string]RelationID{}, moved: map[seat]RelationID{}}
	if err := u.whole(ctx); err != nil {
		return u.back, u.kept, u.stop(ctx, err)
	}
	was = in
	in.State, in.Undone = Undone, u.at
	return u.back, u.kept, r.Imports.SaveImport(ctx, &in, was)
}

type undoer struct {
	*Reconciler
	by         people.Actor
	in         *Import
	at         time.Time
	again      bool // an earlier turn took some of it back
	back, kept int
	origins    map[valueOf]string    // of the values that the import replaced
	regroups   map[string]string     // of the numbers of redundancies, by redundancy and number
	before     map[string]RelationID // the relations that it made anew, as they were
	moved      map[seat]RelationID   // those that it moved, by the place that they kept
}

// valueOf is a field of an item.
type valueOf struct {
	item  record.ItemID
	field string
}

// whole takes back all that the import did. It is read only now: until its
// state was changed, the import may have taken more in.
func (u *undoer) whole(ctx context.Context) error {
	history, relations, err := u.Imports.Traces(ctx, u.in.ID)
	if err != nil {
		return err
	}
	plan, err := u.Imports.PlanOf(ctx, u.in.ID)
	if err != nil {
		return err
	}
	for _, l := range plan.Lines {
		for _, c := range l.Changes {
			u.origins[valueOf{l.Item, c.Field}] = c.From
		}
	}
	for _, t := range plan.Ties {
		if c, moved := t.moved(); t.Outcome == Alter && moved {
			u.moved[t.seat(c)] = t.ID
		} else if t.Outcome == Alter {
			u.before[tieKey(t.Source, t.Target, t.Type)] = t.ID
		}
		for _, c := range t.Changes {
			if c.ofGroup() {
				u.regroups[groupKey(t.bearer(u.Model()), t.Group, t.GroupZh)+c.Field] = c.From
			}
		}
	}
	var grouped []Change
	history = slices.DeleteFunc(history, func(h Change) bool {
		is := strings.HasPrefix(h.Field, "group.")
		if is {
			grouped = append(grouped, h)
		}
		return is
	})
	if err := u.relations(ctx, relations); err != nil {
		return err
	}
	if err := u.groups(ctx, grouped); err != nil {
		return err
	}
	if err := u.items(ctx, history); err != nil {
		return err
	}
	row := audit.By(u.by, u.at, DeedUndo, fmt.Sprintf("item_import:%d", u.in.ID))
	row.Detail = audit.Detail("back", u.back, "kept", u.kept)
	return u.Items.Write(ctx, &Lot{Audit: []audit.Row{row}})
}

// stop keeps with the import why it was not taken back whole.
func (u *undoer) stop(ctx context.Context, err error) error {
	was := *u.in
	u.in.State = Halfway
	if u.in.Trouble, _ = faultsOf(err); u.in.Trouble == nil { // the log has it
		u.in.Trouble = []PlanFault{{Key: "cmdb.import_broke"}}
	}
	late := u.Imports.SaveImport(context.WithoutCancel(ctx), u.in, was)
	if fault.Is(late, fault.Conflict) { // somebody else has taken it up
		late = nil
	}
	return errors.Join(err, late)
}

// told notes for all nodes that it goes on. It fails when somebody else has
// taken it up.
func (u *undoer) told(ctx context.Context) error {
	u.in.Beat = u.now()
	return u.Imports.SaveImport(ctx, u.in, *u.in)
}

func (u *undoer) relations(ctx context.Context, list []Relation) error {
	for some := range slices.Chunk(list, u.atOnce()) {
		lot := &Lot{}
		for n := range some {
			switch {
			case some[n].Until.IsZero():
				some[n].Until, some[n].Ended = u.at, u.by.ID
				lot.Relations = append(lot.Relations, &some[n])
				if err := u.retie(ctx, lot, &some[n]); err != nil {
					return err
				}
				u.back++
			case u.again:
				u.back++
			}
		}
		if err := u.Items.Write(ctx, lot); err != nil {
			return err
		}
		if err := u.told(ctx); err != nil {
			return err
		}
	}
	return nil
}

// retie makes a relation that the import changed what it was before.
func (u *undoer) retie(ctx context.Context, lot *Lot, r *Relation) error {
	id := cmp.Or(u.before[tieKey(r.Source, r.Target, r.Type)], u.moved[seat{r.Type, r.Source, true}], u.moved[seat{r.Type, r.Target, false}])
	if id == 0 {
		return nil
	}
	old, err := u.Relations.Relation(ctx, id)
	if err != nil {
		return err
	}
	if old.Group != 0 {
		if g, err := u.Relations.Group(ctx, old.Group); err != nil && !fault.Is(err, fault.Missing) {
			return err
		} else if err != nil || !g.Until.IsZero() {
			old.Group = 0
		}
	}
	old.ID, old.Since, old.Until, old.By, old.Ended = 0, u.at, time.Time{}, u.by.ID, 0
	lot.Relations = append(lot.Relations, &old)
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
	for ids := range slices.Chunk(order, u.atOnce()) {
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
			switch {
			case len(done) > 0:
			case u.again && u.isBack(i, byItem[i.ID]):
				u.back++
				continue
			default:
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
		if err := u.told(ctx); err != nil {
			return err
		}
	}
	return nil
}

// isBack reports whether an earlier turn took an item's changes back.
func (u *undoer) isBack(i *Item, history []Change) bool {
	return slices.ContainsFunc(history, func(h Change) bool {
		return h.Field == "" && i.withdrawn() || h.Field != "" && i.Get(h.Field) == h.Was
	})
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
