package cmdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// lotSize is how many items or relations of an import one transaction writes,
// where a Reconciler names no number of its own.
const lotSize = 4000

func (r *Reconciler) atOnce() int { return cmp.Or(r.Lot, lotSize) }

// Approve lets an import be carried out exactly as it was drafted. Lines whose
// item was changed since are left out and counted as faults. One that broke off
// is taken up where it stopped.
func (r *Reconciler) Approve(ctx context.Context, by people.Actor, id int64, progress func(n int)) (Import, error) {
	in, err := r.Begin(ctx, by, id)
	if err != nil {
		return in, err
	}
	return r.Carry(ctx, by, in, progress)
}

// Begin lets an import be carried out: from here on it is running, and nobody
// else can begin it. Carry does the work.
func (r *Reconciler) Begin(ctx context.Context, by people.Actor, id int64) (Import, error) {
	if err := by.May(DeedApprove); err != nil {
		return Import{}, err
	}
	was, err := r.One(ctx, id)
	if err != nil {
		return was, err
	}
	if was.State != Drafted && was.State != Broken {
		return was, fault.New(fault.Conflict, "cmdb.import_not_draft").With("state", string(was.State))
	}
	if err := r.rises(ctx, was.Source, was.Seal, was.ID); err != nil {
		return was, err
	}
	in := was
	in.State, in.Approved, in.Beat, in.Trouble = Running, by.ID, r.now(), nil
	in.Turn++
	return in, r.Imports.SaveImport(ctx, &in, was)
}

// Carry carries out an import that Begin has let begin. What stops it is kept
// with the import, which is then broken off.
func (r *Reconciler) Carry(ctx context.Context, by people.Actor, in Import, progress func(n int)) (Import, error) {
	c := &carrier{Reconciler: r, by: by, in: &in, at: r.now(), progress: progress}
	err := c.carry(ctx)
	if err == nil {
		was := in
		in.State, in.Done = Done, c.at
		return in, r.Imports.SaveImport(ctx, &in, was)
	}
	was := in
	in.State = Broken
	if in.Trouble, _ = faultsOf(err); in.Trouble == nil { // the log has it
		in.Trouble = []PlanFault{{Key: "cmdb.import_broke"}}
	}
	if late := r.Imports.SaveImport(context.WithoutCancel(ctx), &in, was); late != nil && !fault.Is(late, fault.Conflict) {
		err = errors.Join(err, late)
	}
	return in, err
}

func (r *Reconciler) now() time.Time { return r.Now().UTC().Truncate(time.Millisecond) }

// carrier carries a plan out.
type carrier struct {
	*Reconciler
	by       people.Actor
	in       *Import
	plan     *Plan
	at       time.Time
	progress func(n int)
	born     []*Item // in the order of the plan; nil when it was left out
	// What an earlier turn has done already: items by their code, and those it
	// changed.
	made    map[string]record.ItemID
	touched map[record.ItemID]bool
}

func (c *carrier) carry(ctx context.Context) error {
	var err error
	if c.plan, err = c.Imports.PlanOf(ctx, c.in.ID); err != nil {
		return err
	}
	c.in.Rows, c.in.Counts = 0, maps.Clone(c.plan.Counts)
	if c.in.Turn > 1 {
		if err := c.remember(ctx); err != nil {
			return err
		}
	}
	if err := c.lines(ctx); err != nil {
		return err
	}
	if err := c.ties(ctx); err != nil {
		return err
	}
	row := audit.By(c.by, c.at, DeedApprove, fmt.Sprintf("item_import:%d", c.in.ID))
	n := c.in.Counts
	row.Detail = audit.Detail("source", c.in.Source, "add", n[Add], "change", n[Alter], "fault", n[Faulty], "sequence", c.in.Seal.Sequence)
	return c.Items.Write(ctx, &Lot{Audit: []audit.Row{row}})
}

// remember reads what an earlier turn has done.
func (c *carrier) remember(ctx context.Context) error {
	history, _, err := c.Imports.Traces(ctx, c.in.ID)
	c.made, c.touched = map[string]record.ItemID{}, map[record.ItemID]bool{}
	for _, h := range history {
		if h.Field == "" {
			c.made[h.Became] = h.Item
		} else if !strings.HasPrefix(h.Field, "group.") {
			c.touched[h.Item] = true
		}
	}
	return err
}

// told notes for all nodes how far the import has come. It fails when somebody
// else carries it out now.
func (c *carrier) told(ctx context.Context, n int) error {
	c.in.Rows += n
	c.in.Beat = c.now()
	if c.progress != nil {
		c.progress(c.in.Rows)
	}
	return c.Imports.SaveImport(ctx, c.in, *c.in)
}

func (c *carrier) lines(ctx context.Context) error {
	for lines := range slices.Chunk(c.plan.Lines, c.atOnce()) {
		lot, gone, err := c.lot(ctx, lines)
		if err != nil {
			return err
		}
		if err := c.write(ctx, lot, gone); err != nil {
			return err
		}
		if err := c.told(ctx, len(lines)); err != nil {
			return err
		}
	}
	return nil
}

// lot is what some lines come to. Gone are the items that their source has not
// reported so often that they count as missing.
func (c *carrier) lot(ctx context.Context, lines []PlanLine) (lot *Lot, gone []*Discrepancy, err error) {
	lot = &Lot{Seen: Seen{At: c.at}}
	var old []PlanLine
	for _, l := range lines {
		switch l.Outcome {
		case Add:
			if err := c.add(lot, l); err != nil {
				return nil, nil, err
			}
		case Alter, Absent:
			old = append(old, l)
		}
		if l.Item > 0 && l.Outcome != Absent {
			lot.Seen.Items = append(lot.Seen.Items, l.Item)
		}
	}
	gone, err = c.change(ctx, lot, old)
	return lot, gone, err
}

func (c *carrier) note(item record.ItemID, field, was, became string) Change {
	return Change{Item: item, At: c.at, By: c.by.ID, Name: c.by.Name, Origin: c.in.Source, Field: field, Was: was, Became: became, Import: c.in.ID}
}

func (c *carrier) add(lot *Lot, l PlanLine) error {
	if id := c.made[l.Fields["code"]]; id != 0 {
		c.born = append(c.born, &Item{ID: id})
		return nil
	}
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
// since the draft is left alone.
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
		if i != nil && c.in.Turn > 1 && (c.touched[i.ID] || l.Outcome == Absent && i.Version != l.Version) {
			continue // done in an earlier turn
		}
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
	b, err := c.binder(ctx)
	if err != nil {
		return err
	}
	for ties := range slices.Chunk(c.plan.Ties, c.atOnce()) {
		lot := &Lot{}
		fresh := map[string]GroupID{} // of this lot: their place in it
		for _, t := range ties {
			switch t.Outcome {
			case Add:
				b.add(lot, t, fresh)
			case Alter:
				if err := b.change(ctx, lot, t, fresh); err != nil {
					return err
				}
			}
		}
		if len(lot.Relations)+len(lot.Groups) > 0 {
			if err := c.Items.Write(ctx, lot); err != nil {
				return err
			}
		}
		for k, place := range fresh {
			b.groups[k] = lot.Groups[-place-1].ID
		}
		if err := c.told(ctx, len(ties)); err != nil {
			return err
		}
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
