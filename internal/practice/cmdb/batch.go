package cmdb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// The deeds of changing many items at once; Undo takes such a change back.
const (
	DeedBulk       = "item.bulk"
	DeedUnbulk     = "item.undo"
	DeedUndoOthers = "item.undo_others"
)

// MostBatch is how many items one bulk change may name.
const MostBatch = 2000

// Act is what is done to each of many items: fields get the same value for
// all, and then the item takes a step in its life.
type Act struct {
	Fields  map[string]string // by name; "" empties the field
	Move    string            // of Life, "" for none
	Form    map[string]string // what the move asks beside why
	Because string            // the change, request, incident or task it is done for
}

// Chosen is an item that a bulk change names, in the version it was decided
// upon; 0 when that does not matter.
type Chosen struct {
	Item    record.ItemID
	Version int64
}

// Batched is what a bulk change does, did or would do to one item.
type Batched struct {
	ID      record.ItemID
	Item    *Item // as it is now; nil when it is not there or not the actor's to see
	Changes []Change
	Refused error // why nothing happens; nil when something does, or nothing is to be changed
	now     *Item
	origins map[string]string // the sources of the values that are replaced
}

// Does reports whether anything changes.
func (b *Batched) Does() bool { return b.Refused == nil && len(b.Changes) > 0 }

// Batch is a bulk change as it is kept, so that it can be taken back whole.
type Batch struct {
	ID      int64
	Move    string
	Fields  []string // the names of those that were set
	Because string
	Items   int // how many it changed
	At      time.Time
	By      people.ID
	Name    string // of who did it
	Undone  time.Time
	Origins map[record.ItemID]map[string]string // by item and field: the source of the value it replaced, where that was not a hand
}

// BatchStore keeps bulk changes.
type BatchStore interface {
	// KeepBatch writes a batch and the lot made of it in one transaction: a new
	// one gets its number before the lot is made; one that was undone is marked
	// so, and Conflict says that somebody was faster.
	KeepBatch(ctx context.Context, b *Batch, lot func() *Lot) error
	Batch(ctx context.Context, id int64) (Batch, error)
	// Batches lists the newest, of one person or of all.
	Batches(ctx context.Context, by people.ID, n int) ([]Batch, error)
	// Done lists what a batch changed, in the order it was done.
	Done(ctx context.Context, id int64) ([]Change, error)
}

// Batches is where many items are changed at once.
type Batches struct {
	*Desk
	Store BatchStore
}

// BulkFields are the fields that may be set on many items at once. What tells
// an item from others is not among them, nor its class, which says what else
// it has.
var BulkFields = []string{"owner", "team", "department", "service", "zone", "room", "criticality", "grade", "operator", "rto", "rpo", "warranty"}

// BulkAttributes are the attributes of classes that may be set on many items at
// once: all but files, which are kept with one item.
func (m *Model) BulkAttributes(classes ...Class) []Attribute {
	var out []Attribute
	for _, c := range classes {
		d := m.Class(c)
		if d == nil {
			continue
		}
		for _, a := range d.All {
			had := slices.ContainsFunc(out, func(b Attribute) bool { return b.Name == a.Name })
			if a.Type != File && !had && !slices.Contains(FieldNames, a.Name) {
				out = append(out, a)
			}
		}
	}
	return out
}

// check reports what is wrong with an act whatever the items are.
func (a Act) check(m *Model) error {
	if len(a.Fields) == 0 && a.Move == "" {
		return fault.New(fault.Invalid, "cmdb.batch_nothing")
	}
	var many fault.Many
	all := m.BulkAttributes(m.order...)
	var scratch Item
	for _, name := range slices.Sorted(maps.Keys(a.Fields)) {
		n := slices.IndexFunc(all, func(b Attribute) bool { return b.Name == name })
		var err error
		switch {
		case slices.Contains(BulkFields, name):
			err = byName[name].set(&scratch, strings.TrimSpace(a.Fields[name]))
		case n < 0:
			err = fault.At(name, "cmdb.batch_not_this").With("name", name)
		default:
			_, err = all[n].Accept(a.Fields[name])
		}
		if err := many.Add(err); err != nil {
			return err
		}
	}
	if a.Move != "" && !slices.Contains(Life.Names(), a.Move) {
		many = append(many, fault.At("move", "record.not_a_choice").With("choices", strings.Join(Life.Names(), ", ")))
	}
	return many.Err()
}

// ask is the permission for an act: for changing many, and for what it does.
func (d *Batches) ask(ctx context.Context, by people.Actor, a Act) error {
	deeds := []string{DeedBulk}
	if len(a.Fields) > 0 {
		deeds = append(deeds, DeedEdit)
	}
	if a.Move != "" {
		deeds = append(deeds, "item."+a.Move)
	}
	for _, deed := range deeds {
		if err := audit.Ask(ctx, d.Pen, by, d.now(), deed, "items"); err != nil {
			return err
		}
	}
	return nil
}

// Matching lists the items that a condition finds among those the actor may
// see; more than a bulk change may name are refused.
func (d *Batches) Matching(ctx context.Context, by people.Actor, where query.Node) ([]Chosen, error) {
	var out []Chosen
	q := Query{Where: where, Order: ByCode, Limit: 500}
	for {
		found, err := d.List(ctx, by, q)
		if err != nil {
			return nil, err
		}
		for n := range found {
			out = append(out, Chosen{found[n].ID, found[n].Version})
		}
		switch {
		case len(out) > MostBatch:
			return nil, fault.New(fault.TooMuch, "cmdb.batch_too_many").With("max", MostBatch)
		case len(found) < q.Limit:
			return out, nil
		}
		q.After = After(&found[len(found)-1], ByCode)
	}
}

// Preview says what an act would do, item by item, and does nothing.
func (d *Batches) Preview(ctx context.Context, by people.Actor, a Act, on []Chosen) ([]Batched, error) {
	if err := d.ask(ctx, by, a); err != nil {
		return nil, err
	}
	return d.decide(ctx, by, a, on)
}

// Do carries an act out on every item that does not refuse it, in one
// transaction, and keeps it as a batch. When no item changes there is none, and
// its ID is 0.
func (d *Batches) Do(ctx context.Context, by people.Actor, a Act, on []Chosen) (Batch, []Batched, error) {
	if err := d.ask(ctx, by, a); err != nil {
		return Batch{}, nil, err
	}
	for try := 1; ; try++ {
		list, err := d.decide(ctx, by, a, on)
		if err != nil {
			return Batch{}, nil, err
		}
		b := Batch{Move: a.Move, Fields: slices.Sorted(maps.Keys(a.Fields)), Because: strings.TrimSpace(a.Because), At: d.now(), By: by.ID, Name: by.Name, Origins: map[record.ItemID]map[string]string{}}
		for n := range list {
			if list[n].Does() {
				b.Items++
			}
			if len(list[n].origins) > 0 {
				b.Origins[list[n].ID] = list[n].origins
			}
		}
		if b.Items == 0 {
			return Batch{}, list, nil
		}
		err = d.Store.KeepBatch(ctx, &b, func() *Lot { return d.lot(by, b, list, DeedBulk) })
		if fault.Is(err, fault.Conflict) && try < 3 { // somebody changed one of them just now
			continue
		}
		return b, list, err
	}
}

// lot gathers what is written.
func (d *Batches) lot(by people.Actor, b Batch, list []Batched, deed string) *Lot {
	row := audit.By(by, d.now(), deed, fmt.Sprintf("item_batch:%d", b.ID))
	row.Detail = audit.Detail("fields", strings.Join(b.Fields, ","), "move", b.Move, "items", b.Items, "because", b.Because)
	lot := &Lot{Audit: []audit.Row{row}}
	for n := range list {
		if one := &list[n]; one.Does() {
			lot.Items = append(lot.Items, one.now)
			for _, c := range one.Changes {
				if c.Batch = b.ID; deed != DeedBulk { // what takes a batch back is none of it
					c.Batch = 0
				}
				lot.History = append(lot.History, c)
			}
		}
	}
	return lot
}

// decide works out what an act does to each item.
func (d *Batches) decide(ctx context.Context, by people.Actor, a Act, on []Chosen) ([]Batched, error) {
	switch {
	case len(on) == 0:
		return nil, fault.At("items", "cmdb.batch_no_items")
	case len(on) > MostBatch:
		return nil, fault.New(fault.TooMuch, "cmdb.batch_too_many").With("max", MostBatch)
	}
	if err := a.check(d.Model()); err != nil {
		return nil, err
	}
	ids := make([]record.ItemID, len(on))
	for n, t := range on {
		ids[n] = t.Item
	}
	held, err := d.several(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	desk := d.remembering()
	out := make([]Batched, 0, len(on))
	done := map[record.ItemID]bool{}
	for _, t := range on {
		if done[t.Item] {
			continue
		}
		done[t.Item] = true
		one := Batched{ID: t.Item, Item: held[t.Item]}
		switch {
		case one.Item == nil:
			one.Refused = missing(t.Item)
		case t.Version != 0 && t.Version != one.Item.Version:
			one.Refused = fault.New(fault.Conflict, "cmdb.changed_meanwhile").With("version", one.Item.Version)
		default:
			if err := desk.act(ctx, by, a, &one); err != nil && fault.All(err) == nil {
				return nil, err
			} else if err != nil {
				one.Refused = err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// several reads items by their ids, as far as they are the actor's to see.
func (d *Desk) several(ctx context.Context, by people.Actor, ids []record.ItemID) (map[record.ItemID]*Item, error) {
	found, err := d.Items.Find(ctx, by.Scope, ids...)
	held := make(map[record.ItemID]*Item, len(found))
	for n := range found {
		held[found[n].ID] = &found[n]
	}
	return held, err
}

// remembering is the desk for one deed on many items: whom they all get is
// looked up once.
func (d *Desk) remembering() *Desk {
	type answer struct {
		people.Person
		err error
	}
	known := map[people.ID]answer{}
	out := *d
	out.Person = func(ctx context.Context, id people.ID) (people.Person, error) {
		a, ok := known[id]
		if !ok {
			a.Person, a.err = d.Person(ctx, id)
			known[id] = a
		}
		return a.Person, a.err
	}
	return &out
}

// act does an act to one item, in memory.
func (d *Desk) act(ctx context.Context, by people.Actor, a Act, one *Batched) error {
	was := one.Item
	now := *was
	if err := d.fill(ctx, by, &now, was, a.Fields); err != nil {
		return err
	}
	because := strings.TrimSpace(a.Because)
	if a.Move != "" {
		moved, why, err := d.step(ctx, by, &now, a.Move, Input{Fields: maps.Clone(a.Form), Because: because})
		if err != nil {
			return err
		}
		now, because = *moved, why
	}
	one.origins = map[string]string{}
	for _, c := range Diff(was, &now) {
		if o := was.OriginOf(c.Field); o != Hand {
			one.origins[c.Field] = o
		}
	}
	one.now, one.Changes = &now, d.noted(by, was, &now, because)
	return nil
}
