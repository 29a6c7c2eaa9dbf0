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
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Desk is where items and their relations are read and changed by people and
// programs: it asks for the grant, sees to it that everything referred to is
// there and within the actor's sight, and writes history and audit rows in the
// same transaction. Sources come in through the Reconciler.
type Desk struct {
	Items     Store
	Relations Relations
	Book      Book
	Files     ItemFiles
	Pen       audit.Pen
	Settings  func() *setting.All
	Model     func() *Model
	Person    func(ctx context.Context, id people.ID) (people.Person, error)
	Zone      func(service int64) people.ZoneID // where a service runs; nil lets any service be named
	Now       func() time.Time
}

// The deeds of configuration management beside the moves of an item's life.
const (
	DeedRead     = "item.read"
	DeedOpen     = "item.open"
	DeedEdit     = "item.edit"
	DeedRelate   = "item.relate"
	DeedExport   = "item.export"
	DeedAudit    = "item.audit"
	DeedBaseline = "item.baseline"
)

// Deeds lists what roles can be granted, without the room's name.
func Deeds() []string {
	return append([]string{"read", "open", "edit", "relate", "export", "bulk", "undo", "import", "approve_import", "undo_import", "audit", "baseline", "model", "impact", "single", "undo_others"}, Life.Names()...)
}

// Input is what somebody brings to the desk about one item.
type Input struct {
	ID      record.ItemID     // 0: a new one
	Version int64             // it was decided upon; 0 when it does not matter
	Fields  map[string]string // by name; a new item needs its class among them
	Because string            // the change, request, incident or task it is done for
}

func (d *Desk) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

func object(id record.ItemID) string { return fmt.Sprintf("item:%d", id) }

// Find reads one item; one that the actor may not see is Missing.
func (d *Desk) Find(ctx context.Context, by people.Actor, id record.ItemID) (*Item, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.now(), DeedRead, object(id)); err != nil {
		return nil, err
	}
	return d.find(ctx, by, id)
}

func (d *Desk) find(ctx context.Context, by people.Actor, id record.ItemID) (*Item, error) {
	found, err := d.Items.Find(ctx, by.Scope, id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, missing(id)
	}
	return &found[0], nil
}

func missing(id record.ItemID) error {
	return fault.New(fault.Missing, "setting.no_such").With("kind", "item").With("id", int64(id))
}

// Save adds an item or changes fields of one.
func (d *Desk) Save(ctx context.Context, by people.Actor, in Input) (*Item, error) {
	deed := DeedEdit
	if in.ID == 0 {
		deed = DeedOpen
	}
	if err := audit.Ask(ctx, d.Pen, by, d.now(), deed, object(in.ID)); err != nil {
		return nil, err
	}
	if in.ID == 0 {
		return d.open(ctx, by, in)
	}
	i, err := d.held(ctx, by, in)
	if err != nil {
		return nil, err
	}
	if _, ok := in.Fields["state"]; ok && in.Fields["state"] != string(i.State) {
		return nil, fault.At("state", "cmdb.state_moves")
	}
	return d.change(ctx, by, i, in, audit.By(by, d.now(), DeedEdit, object(i.ID)))
}

// held reads the item that an input is about, in the version it was decided
// upon.
func (d *Desk) held(ctx context.Context, by people.Actor, in Input) (*Item, error) {
	i, err := d.find(ctx, by, in.ID)
	if err == nil && in.Version != 0 && in.Version != i.Version {
		return nil, fault.New(fault.Conflict, "cmdb.changed_meanwhile").With("version", i.Version)
	}
	return i, err
}

func (d *Desk) open(ctx context.Context, by people.Actor, in Input) (*Item, error) {
	now := d.now()
	i := &Item{Class: Class(in.Fields["class"]), State: Life.Start, Created: now}
	if s := State(in.Fields["state"]); s != "" { // an inventory is taken of what stands there
		i.State = s
	}
	if c := d.Model().Class(i.Class); c == nil || c.Retired {
		return nil, fault.At("class", "cmdb.no_such_class")
	}
	if err := d.fill(ctx, by, i, &Item{}, in.Fields); err != nil {
		return nil, err
	}
	i.Changed = now
	row := audit.By(by, now, DeedOpen, "item:"+i.Code)
	lot := &Lot{Items: []*Item{i}, Audit: []audit.Row{row}, History: []Change{{Item: -1, At: now, By: by.ID, Name: by.Name, Became: i.Code, Because: in.Because}}}
	return i, d.Items.Write(ctx, lot)
}

// change fills an item in, and writes it with what became of its fields.
func (d *Desk) change(ctx context.Context, by people.Actor, was *Item, in Input, row audit.Row) (*Item, error) {
	now := *was
	if err := d.fill(ctx, by, &now, was, in.Fields); err != nil {
		return nil, err
	}
	return d.write(ctx, by, was, &now, in.Because, row)
}

// write keeps an item that was changed, unless nothing was.
func (d *Desk) write(ctx context.Context, by people.Actor, was, now *Item, because string, row audit.Row) (*Item, error) {
	changes := d.noted(by, was, now, because)
	if len(changes) == 0 {
		return was, nil
	}
	fields := make([]string, len(changes))
	for n, c := range changes {
		fields[n] = c.Field
	}
	row.Detail = audit.Detail("fields", strings.Join(fields, ","), "because", because)
	return now, d.Items.Write(ctx, &Lot{Items: []*Item{now}, History: changes, Audit: []audit.Row{row}})
}

// noted is what became of an item by hand, as rows of its history. The item
// bears the time of it.
func (d *Desk) noted(by people.Actor, was, now *Item, because string) []Change {
	changes := Diff(was, now)
	at := d.now()
	for n := range changes {
		c := &changes[n]
		c.Item, c.At, c.By, c.Name, c.Because = now.ID, at, by.ID, by.Name, because
		now.from(c.Field, Hand)
	}
	if len(changes) > 0 {
		now.Changed = at
	}
	return changes
}

// fill sets the fields brought along and reports all that is wrong with them.
func (d *Desk) fill(ctx context.Context, by people.Actor, i, was *Item, fields map[string]string) error {
	m := d.Model()
	if c, ok := fields["class"]; ok { // first, for it says which attributes there are
		i.Class = Class(c)
	}
	var many fault.Many
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name == "state" && was.ID != 0 {
			continue
		}
		if err := many.Add(i.Set(m, name, fields[name])); err != nil {
			return err
		}
	}
	if err := many.Add(i.Check(m)); err != nil {
		return err
	}
	if c := m.Class(i.Class); c != nil && i.Class != was.Class { // what the new class does not have goes
		for _, name := range slices.Sorted(maps.Keys(i.Extra)) {
			if _, ok := c.Find(name); !ok {
				i.put(name, "")
			}
		}
	}
	if err := many.Add(d.refers(ctx, by, i, was)); err != nil {
		return err
	}
	return many.Err()
}

// refers reports everything an item names that is not there or not the
// actor's to see. What it named before is not held against it.
func (d *Desk) refers(ctx context.Context, by people.Actor, i, was *Item) error {
	var many fault.Many
	all := d.Settings()
	no := func(field string, kind, id string) {
		many = append(many, fault.At(field, "setting.no_such").With("kind", kind).With("id", id))
	}
	for _, f := range Fields {
		v := f.get(i)
		if f.Kind == "" || v == "" || v == f.get(was) {
			continue
		}
		n := idOf(v)
		switch t := all.Find(f.Kind, n); {
		case f.Kind == setting.Human:
			if err := d.person(ctx, n); err != nil {
				no(f.Name, string(f.Kind), v)
			}
		case t == nil || t.Retired, f.Kind == setting.Zone && !by.Scope.Clears(people.ZoneID(n)),
			f.Kind == setting.Service && d.Zone != nil && !by.Scope.Clears(d.Zone(n)):
			no(f.Name, string(f.Kind), v)
		}
	}
	c := d.Model().Class(i.Class)
	if c == nil {
		return many.Err()
	}
	for _, a := range c.All {
		v := i.Extra[a.Name]
		if v == "" || v == was.Extra[a.Name] {
			continue
		}
		switch a.Type {
		case Person:
			if err := d.person(ctx, idOf(v)); err != nil {
				no(a.Name, string(setting.Human), v)
			}
		case Reference:
			found, err := d.Items.Find(ctx, by.Scope, record.ItemID(idOf(v)))
			if err != nil {
				return err
			}
			if len(found) == 0 || a.Of != "" && !d.Model().Is(found[0].Class, a.Of) {
				no(a.Name, "item", v)
			}
		case File:
			if err := d.fileOf(ctx, i.ID, idOf(v)); err != nil {
				no(a.Name, "file", v)
			}
		}
	}
	return many.Err()
}

func (d *Desk) person(ctx context.Context, id int64) error {
	p, err := d.Person(ctx, people.ID(id))
	if err == nil && p.Retired {
		err = fault.New(fault.Missing, "people.no_such")
	}
	return err
}

func idOf(v string) (n int64) {
	for _, r := range v {
		n = n*10 + int64(r-'0')
	}
	return n
}

// Move takes an item along its life.
func (d *Desk) Move(ctx context.Context, by people.Actor, move string, in Input) (*Item, error) {
	deed := "item." + move
	if err := audit.Ask(ctx, d.Pen, by, d.now(), deed, object(in.ID)); err != nil {
		return nil, err
	}
	was, err := d.held(ctx, by, in)
	if err != nil {
		return nil, err
	}
	now, because, err := d.step(ctx, by, was, move, in)
	if err != nil {
		return nil, err
	}
	return d.write(ctx, by, was, now, because, audit.By(by, d.now(), deed, object(was.ID)))
}

// step takes an item along its life in memory, and says why it was done.
func (d *Desk) step(ctx context.Context, by people.Actor, was *Item, move string, in Input) (*Item, string, error) {
	m, err := Life.Find(was.State, move)
	if err != nil {
		return nil, "", err
	}
	now := *was
	step := &Step{Item: &now, Because: strings.TrimSpace(in.Because)}
	fields, err := step.take(m, in.Fields)
	if err != nil {
		return nil, "", err
	}
	if err := d.fill(ctx, by, &now, was, fields); err != nil {
		return nil, "", err
	}
	if err := m.Fit(step); err != nil {
		return nil, "", err
	}
	now.State = m.Target(was.State)
	because := step.Because
	if s := step.Sanitising; s != nil {
		because = strings.TrimSpace(fmt.Sprintf("%s; %s; %s", s.Method, s.Witness, s.Proof))
	}
	return &now, because, nil
}

// take reads the form of a move: what it does not ask for is refused.
func (s *Step) take(m flow.Move[*Step], form map[string]string) (map[string]string, error) {
	fields := map[string]string{}
	var many fault.Many
	for _, name := range slices.Sorted(maps.Keys(form)) {
		v := strings.TrimSpace(form[name])
		switch {
		case !slices.Contains(m.Asks, name):
			many = append(many, fault.At(name, "cmdb.not_asked").With("field", name).With("move", m.Name))
		case name == "because":
			s.Because = v
		case name == "method" || name == "witness" || name == "proof":
			if s.Sanitising == nil {
				s.Sanitising = &Sanitising{}
			}
			*map[string]*string{"method": &s.Sanitising.Method, "witness": &s.Sanitising.Witness, "proof": &s.Sanitising.Proof}[name] = v
		default:
			fields[name] = v
		}
	}
	if s.Sanitising != nil && s.Sanitising.Method != "" && !slices.Contains(Methods, s.Sanitising.Method) {
		many = append(many, fault.At("method", "record.not_a_choice").With("choices", strings.Join(Methods, ", ")))
	}
	return fields, many.Err()
}

// Moves lists the moves that the actor can make with an item now.
func (d *Desk) Moves(by people.Actor, i *Item) []flow.Move[*Step] {
	return slices.DeleteFunc(Life.From(i.State), func(m flow.Move[*Step]) bool { return !by.Can("item." + m.Name) })
}
