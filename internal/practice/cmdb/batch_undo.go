package cmdb

import (
	"context"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Sees reports whether somebody may look at a batch and take it back: it is his
// own, or he answers for those of others and nothing is hidden from him.
func (b *Batch) Sees(by people.Actor) bool {
	return b.By == by.ID || by.Scope.AllZones && by.Can(DeedUndoOthers)
}

// Unseen is how many items of his own bulk change a person does not see any
// more, of those that were read for him: they went into a zone that he is not
// cleared for, and an undo leaves them alone. He changed them himself, so that
// the number tells him of nothing that he did not know; which ones they are,
// where they lie and what became of them is not told. Of the changes of others
// nobody is told anything.
func (b *Batch) Unseen(by people.Actor, read []Batched) int {
	if b.By != by.ID || by.ID == 0 {
		return 0
	}
	return max(0, b.Items-len(read))
}

// Past lists the bulk changes that somebody may look at, the newest first, at
// most n.
func (d *Batches) Past(ctx context.Context, by people.Actor, n int) ([]Batch, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	who := by.ID
	if by.Scope.AllZones && by.Can(DeedUndoOthers) {
		who = 0
	}
	return d.Store.Batches(ctx, who, n)
}

func (d *Batches) batch(ctx context.Context, by people.Actor, id int64) (Batch, error) {
	b, err := d.Store.Batch(ctx, id)
	if err == nil && !b.Sees(by) {
		err = fault.New(fault.Missing, "record.no_such_batch")
	}
	return b, err
}

// Read reads a bulk change with what it did to each item that the actor may
// still see. Refused says what an undo would leave alone; after the undo,
// what it did leave alone.
func (d *Batches) Read(ctx context.Context, by people.Actor, id int64) (Batch, []Batched, error) {
	if err := by.May(DeedRead); err != nil {
		return Batch{}, nil, err
	}
	b, err := d.batch(ctx, by, id)
	if err != nil {
		return b, nil, err
	}
	list, err := d.reverse(ctx, by, b)
	for n := range list {
		if one := &list[n]; !b.Undone.IsZero() && one.Refused != nil && one.back() {
			one.Refused = nil
		}
	}
	return b, list, err
}

// Undo takes a bulk change back: in one transaction every item returns to the
// values and the state it had. One that was changed again since is left alone
// and reported.
func (d *Batches) Undo(ctx context.Context, by people.Actor, id int64) (Batch, []Batched, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.now(), DeedUnbulk, fmt.Sprintf("item_batch:%d", id)); err != nil {
		return Batch{}, nil, err
	}
	for try := 1; ; try++ {
		b, err := d.batch(ctx, by, id)
		if err != nil {
			return b, nil, err
		}
		if !b.Undone.IsZero() {
			return b, nil, fault.New(fault.Conflict, "record.already_undone")
		}
		list, err := d.reverse(ctx, by, b)
		if err != nil {
			return b, nil, err
		}
		b.Undone = d.now()
		err = d.Store.KeepBatch(ctx, &b, func() *Lot {
			back := d.reversed(by, b, list)
			return d.lot(by, b, back, DeedUnbulk)
		})
		if fault.Is(err, fault.Conflict) && try < 3 {
			continue
		}
		return b, list, err
	}
}

// reversed turns what a batch did round.
func (d *Batches) reversed(by people.Actor, b Batch, list []Batched) []Batched {
	out := slices.Clone(list)
	for n := range out {
		one := &out[n]
		if !one.Does() {
			continue
		}
		one.Changes = d.noted(by, one.Item, one.now, fmt.Sprintf("undo %d", b.ID))
		for i := range one.Changes {
			c := &one.Changes[i]
			if o := one.origins[c.Field]; o != "" {
				one.now.from(c.Field, o)
				c.Origin = o
			}
		}
	}
	return out
}

// reverse works out for each item of a batch what it was before.
func (d *Batches) reverse(ctx context.Context, by people.Actor, b Batch) ([]Batched, error) {
	done, err := d.Store.Done(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	var ids []record.ItemID
	changes := map[record.ItemID][]Change{}
	for _, c := range done {
		if changes[c.Item] == nil {
			ids = append(ids, c.Item)
		}
		changes[c.Item] = append(changes[c.Item], c)
	}
	held, err := d.several(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	var out []Batched
	for _, id := range ids {
		if held[id] == nil {
			continue // not his to see any more
		}
		one := Batched{ID: id, Item: held[id], Changes: changes[id], origins: b.Origins[id]}
		one.Refused = d.before(by, &one)
		out = append(out, one)
	}
	return out, nil
}

// before makes the item as it was before its changes.
func (d *Batches) before(by people.Actor, one *Batched) error {
	now := *one.Item
	m := d.Model()
	var many fault.Many
	for _, c := range one.Changes {
		switch {
		case now.Get(c.Field) != c.Became:
			many = append(many, fault.At(c.Field, "cmdb.batch_changed_since"))
			continue
		case c.Field == "zone" && !by.Scope.Clears(people.ZoneID(idOf(c.Was))):
			many = append(many, fault.At(c.Field, "setting.no_such").With("kind", "zone").With("id", ""))
			continue
		}
		if err := many.Add(now.Set(m, c.Field, c.Was)); err != nil {
			return err
		}
	}
	one.now = &now
	return many.Err()
}

// back reports whether an item is what it was before the batch.
func (b *Batched) back() bool {
	return !slices.ContainsFunc(b.Changes, func(c Change) bool { return b.Item.Get(c.Field) != c.Was })
}
