package record

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
)

// Batch is one deed done to many records, which can be taken back as a whole.
type Batch struct {
	ID     int64
	Kind   Kind
	Deed   string // the move, "edit", "note", "undo"
	By     people.ID
	At     time.Time
	Undone time.Time // zero while it stands
	Loud   bool      // people are told of it all the same
}

// Act is what a bulk action does to each of its records.
type Act struct {
	Move string            // a move of the flow; or
	Edit map[string]string // fields that all get the same value; or
	Say  bool              // the input's text as a reply or note; or
	Does *Errand           // the actions of a macro
	Loud bool              // people are told of it, record by record
	Input
}

// MostBulk is how many records one bulk action may name.
const MostBulk = 500

// Outcome is what a bulk action did, or would do, to one record.
type Outcome struct {
	Number  Number
	Changes []Change // what changes
	From    flow.State
	To      flow.State // the state afterwards, "" when it stays
	Refused error      // why nothing happens; nil when something does
	Left    []string   // message keys: what an undo could not take back
}

func (a Act) deed() string {
	switch {
	case a.Move != "":
		return a.Move
	case a.Say:
		return "note"
	case a.Does != nil:
		return MacroField
	}
	return "edit"
}

// Preview says what a bulk action would do, record by record, and does
// nothing.
func (d *Desk[R]) Preview(ctx context.Context, by people.Actor, a Act, ns []Number) ([]Outcome, error) {
	return d.each(ctx, ns, func(n Number) (Outcome, error) { return d.bulkOne(ctx, by, a, n, true) })
}

// Bulk does the same to many records, each for itself: those that refuse are
// reported and the others go on. The number of the batch undoes all of it.
func (d *Desk[R]) Bulk(ctx context.Context, by people.Actor, a Act, ns []Number) (int64, []Outcome, error) {
	if err := by.May(string(d.Kind) + ".bulk"); err != nil {
		return 0, nil, err
	}
	id, err := d.Store.StartBatch(ctx, Batch{Kind: d.Kind, Deed: a.deed(), By: by.ID, At: d.Now(), Loud: a.Loud})
	if err != nil {
		return 0, nil, err
	}
	a.Batch = id
	out, err := d.each(ctx, ns, func(n Number) (Outcome, error) { return d.bulkOne(ctx, by, a, n, false) })
	return id, out, err
}

// Single does to one record what a bulk action does to each, loudly. The number
// of its batch takes it back; it is 0 for whoever may take nothing back.
func (d *Desk[R]) Single(ctx context.Context, by people.Actor, a Act, n Number) (batch int64, o Outcome, err error) {
	if by.Can(string(d.Kind) + ".undo") {
		if batch, err = d.Revocable(ctx, by, a.deed()); err != nil {
			return 0, o, err
		}
	}
	a.Batch = batch
	o, err = d.bulkOne(ctx, by, a, n, false)
	o.Number = n
	return batch, o, err
}

// Revocable begins a deed on a single record that one press can take back: the
// number goes into the Input's Batch, and Undo takes it. Those concerned are
// told of it as of any deed.
func (d *Desk[R]) Revocable(ctx context.Context, by people.Actor, deed string) (int64, error) {
	return d.Store.StartBatch(ctx, Batch{Kind: d.Kind, Deed: deed, By: by.ID, At: d.Now(), Loud: true})
}

func (d *Desk[R]) each(ctx context.Context, ns []Number, one func(Number) (Outcome, error)) ([]Outcome, error) {
	if len(ns) > MostBulk {
		return nil, fault.New(fault.TooMuch, "record.bulk_too_many").With("max", MostBulk)
	}
	var out []Outcome
	for _, n := range slices.Compact(slices.Sorted(slices.Values(ns))) {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		o, err := one(n)
		if err != nil && fault.All(err) == nil {
			return out, err
		}
		o.Number, o.Refused = n, err
		out = append(out, o)
	}
	return out, nil
}

// errOnlyLooking ends a sitting in which nothing is to be written.
var errOnlyLooking = errors.New("record: only looking")

func (d *Desk[R]) bulkOne(ctx context.Context, by people.Actor, a Act, n Number, look bool) (o Outcome, err error) {
	sit := d.Sit
	if look {
		sit = d.Look
	}
	err = sit(ctx, by, func(s *Sitting[R]) error {
		r, err := s.Lock(n)
		if err != nil {
			return err
		}
		o.From = r.Common().State
		if a.Does != nil {
			e := *a.Does
			e.Batch = a.Batch
			if o.Changes, err = s.Carry(ctx, r, e); err != nil {
				return err
			}
		} else {
			if err := s.act(r, a); err != nil {
				return err
			}
			for _, e := range s.sheaf(r).Entries {
				o.Changes = append(o.Changes, e.Changes...)
			}
		}
		if now := r.Common().State; now != o.From {
			o.To = now
		}
		return nil
	})
	return o, err
}

func (s *Sitting[R]) act(r R, a Act) error {
	switch {
	case a.Move != "":
		return s.Move(r, a.Move, a.Input)
	case a.Say:
		in := a.Input
		in.Sure = true // the warnings were for the person who wrote it once
		return s.Say(r, in)
	}
	return s.Edit(r, s.all(r, a.Edit), a.Input)
}

// all makes the changes that give fields their values, whatever they hold.
func (s *Sitting[R]) all(r R, fields map[string]string) []Change {
	var out []Change
	for name, v := range fields {
		c := Change{Field: name, Now: v}
		if f, ok := s.desk.Sheet.Find(name); ok {
			c.Was = f.Get(r)
		} else if len(name) > 2 && name[:2] == "x." {
			c.Was = r.Own().More[name[2:]]
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Change) int { return cmp.Compare(a.Field, b.Field) })
	return out
}

// Undo takes a bulk action back: every record returns to the state and the
// values it had, by an entry that says so, and what it added goes. A record that has moved on since is
// left alone and reported; what people have been told stays told, and the
// outcome says that too.
func (d *Desk[R]) Undo(ctx context.Context, by people.Actor, batch int64) ([]Outcome, error) {
	if err := by.May(string(d.Kind) + ".undo"); err != nil {
		return nil, err
	}
	b, ns, err := d.Store.Batch(ctx, batch)
	if err != nil {
		return nil, err
	}
	if b.Kind != d.Kind || b.By != by.ID && !by.Can(string(d.Kind)+".undo_others") {
		return nil, fault.New(fault.Missing, "record.no_such_batch")
	}
	if !b.Undone.IsZero() {
		return nil, fault.New(fault.Conflict, "record.already_undone")
	}
	out, err := d.each(ctx, ns, func(n Number) (Outcome, error) { return d.undoOne(ctx, by, batch, n) })
	if err != nil {
		return out, err
	}
	return out, d.Store.EndBatch(ctx, batch, d.Now())
}

func (d *Desk[R]) undoOne(ctx context.Context, by people.Actor, batch int64, n Number) (o Outcome, err error) {
	err = d.Sit(ctx, by, func(s *Sitting[R]) error {
		r, err := s.Lock(n)
		if err != nil {
			return err
		}
		past, err := s.Past(r)
		if err != nil {
			return err
		}
		back, to, err := s.reverse(r, past, batch)
		if err != nil {
			return err
		}
		o.From, o.Changes = r.Common().State, back
		if to != o.From {
			o.To = to
		}
		if slices.ContainsFunc(past, func(e Entry) bool { return e.Batch == batch && (e.Text != "" || e.Public) }) {
			o.Left = append(o.Left, "record.undo_told")
		}
		if err := s.Restore(r, "undo", to, back, Entry{}); err != nil {
			return err
		}
		stays, err := s.remove(r, past, batch)
		if err != nil {
			return err
		}
		if stays {
			o.Left = append(o.Left, "record.undo_stays")
		}
		return s.then(r, "undo", Input{})
	})
	return o, err
}

// reverse finds what takes a batch back on one record: the values and the
// state before it. Whatever was changed again since stands in the way.
func (s *Sitting[R]) reverse(r R, past []Entry, batch int64) (back []Change, to flow.State, err error) {
	to = r.Common().State
	moved := false
	for _, e := range slices.Backward(past) {
		if e.Batch != batch {
			moved = moved || e.To != "" && e.To != e.From
			continue
		}
		if e.From != "" && e.To != "" {
			if moved {
				return nil, to, fault.New(fault.Conflict, "record.moved_since")
			}
			to = e.From
		}
		for _, c := range slices.Backward(e.Changes) {
			if held, ok := s.held(r, c.Field); ok {
				if i := slices.IndexFunc(back, func(b Change) bool { return b.Field == c.Field }); i >= 0 {
					back[i].Now = c.Was
				} else if held != c.Now {
					return nil, to, fault.New(fault.Conflict, "record.changed_since").With("field", c.Field)
				} else {
					back = append(back, Change{c.Field, held, c.Was})
				}
			}
		}
	}
	return back, to, nil
}

// held is the value of a field of either kind; false when it is no field but
// something else that entries note down.
func (s *Sitting[R]) held(r R, name string) (string, bool) {
	if f, ok := s.desk.Sheet.Find(name); ok {
		return f.Get(r), true
	}
	if len(name) > 2 && name[:2] == "x." {
		return r.Own().More[name[2:]], true
	}
	return "", false
}

// Look is a sitting in which nothing is written: it tells what would happen,
// or why nothing would.
func (d *Desk[R]) Look(ctx context.Context, by people.Actor, do func(*Sitting[R]) error) error {
	err := d.Store.Write(ctx, func(tx Tx[R]) error {
		s := &Sitting[R]{desk: d, tx: tx, By: by, Now: d.Now().UTC().Truncate(time.Millisecond)}
		if err := do(s); err != nil {
			return err
		}
		return errOnlyLooking
	})
	if errors.Is(err, errOnlyLooking) {
		return nil
	}
	return err
}
