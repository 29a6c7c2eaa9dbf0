package setting

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Desk is where settings and persons are changed: it asks for the grant,
// checks field by field, writes the audit row with what changed, and takes a
// version that is no longer current for a Conflict.
type Desk struct {
	Keeper *Keeper
	Sheets Sheets
	Now    func() time.Time
	// Vet refuses what a writer may not write although its kind allows it, before
	// it is kept: a thing that names what he does not see. was is what it was
	// before. Imports are not vetted, for what they name may come later. nil vets
	// nothing.
	Vet func(ctx context.Context, by people.Actor, t, was *Thing) error
}

// Input is what somebody brings to the desk.
type Input struct {
	Kind    Kind
	ID      int64             // 0: a new thing
	Code    string            // of a centre document
	Version int64             // the version it was decided upon; 0 when it does not matter
	Fields  map[string]string // by name, in the written form of the sheet
}

// Deed is the grant that changing a kind needs.
func Deed(k Kind) string {
	switch k {
	case Department, Post, Team, Zone, Human:
		return "directory.edit"
	case ItemClass, RelationType:
		return "item.model"
	case Template, Routing, Rule:
		return string(k) + ".edit"
	case Macro:
		return "template.edit"
	}
	return "setting.edit"
}

// The grants that importing tables needs, beside that of the kind.
const (
	DeedImport = "import.run"
	DeedUndo   = "import.undo"
)

// Open opens a thing for reading, or a blank one when id is 0. A centre
// document is named by its code and blank until it is first saved.
func (d *Desk) Open(ctx context.Context, k Kind, id int64, code string) (Sheet, *Form, error) {
	sh, err := d.Sheets.For(k, code)
	if err != nil {
		return sh, nil, err
	}
	t := &Thing{Kind: k, Code: sh.Code}
	switch {
	case sh.Code != "":
		if held := d.Keeper.All().Coded(k, sh.Code); held != nil {
			*t = *held
		}
	case id != 0 && k == Human:
		found, err := d.Keeper.Store.Humans(ctx, []int64{id}, nil)
		if err != nil {
			return sh, nil, err
		}
		if len(found) == 0 {
			return sh, nil, missing(k, id)
		}
		t = found[0]
	case id != 0:
		held := d.Keeper.All().Find(k, id)
		if held == nil {
			return sh, nil, missing(k, id)
		}
		*t = *held
	}
	f, err := sh.Open(t)
	return sh, f, err
}

func missing(k Kind, id int64) error {
	return fault.New(fault.Missing, "setting.no_such").With("kind", string(k)).With("id", id)
}

// Save adds or changes a thing.
func (d *Desk) Save(ctx context.Context, by people.Actor, in Input) (Thing, error) {
	return d.change(ctx, by, Deed(in.Kind), in, func(sh Sheet, f *Form) error {
		return Fill(by, sh, f, in.Fields)
	})
}

// Retire takes a thing out of use; what it stands on may not be used by
// others. Restore brings it back.
func (d *Desk) Retire(ctx context.Context, by people.Actor, k Kind, id, version int64) (Thing, error) {
	return d.retire(ctx, by, k, id, version, true)
}

// Restore takes a retired thing into use again.
func (d *Desk) Restore(ctx context.Context, by people.Actor, k Kind, id, version int64) (Thing, error) {
	return d.retire(ctx, by, k, id, version, false)
}

func (d *Desk) retire(ctx context.Context, by people.Actor, k Kind, id, version int64, retired bool) (Thing, error) {
	if id == 0 {
		return Thing{}, missing(k, id)
	}
	return d.change(ctx, by, Deed(k), Input{Kind: k, ID: id, Version: version}, func(_ Sheet, f *Form) error {
		f.Retired = retired
		return nil
	})
}

func (d *Desk) change(ctx context.Context, by people.Actor, deed string, in Input, do func(Sheet, *Form) error) (Thing, error) {
	now := d.Now().UTC().Truncate(time.Millisecond)
	log := audit.By(by, now, deed, fmt.Sprintf("%s:%d", in.Kind, in.ID))
	if err := by.May(deed); err != nil {
		log.Result = audit.Refused
		return Thing{}, join(err, d.Keeper.Store.Put(ctx, &Lot{Audit: []audit.Row{log}}))
	}
	f, changes, err := d.filled(ctx, by, in, do)
	if err != nil || len(changes) == 0 && f.ID != 0 {
		return f, err
	}
	f.Changed = now
	log.Object = Object(&f)
	if log.Detail, err = detail(changes); err != nil {
		return Thing{}, err
	}
	lot := &Lot{Things: []*Thing{&f}, Audit: []audit.Row{log}}
	if err := d.Keeper.Put(ctx, lot); err != nil {
		return Thing{}, err
	}
	return f, nil
}

// Try is the thing that Save would keep, with what would change, or the reason
// why it would not; nothing is written.
func (d *Desk) Try(ctx context.Context, by people.Actor, in Input) (Thing, []Change, error) {
	if err := by.May(Deed(in.Kind)); err != nil {
		return Thing{}, nil, err
	}
	return d.filled(ctx, by, in, func(sh Sheet, f *Form) error { return Fill(by, sh, f, in.Fields) })
}

// filled opens a thing, has something done to it, and checks and closes it.
func (d *Desk) filled(ctx context.Context, by people.Actor, in Input, do func(Sheet, *Form) error) (Thing, []Change, error) {
	sh, f, err := d.Open(ctx, in.Kind, in.ID, in.Code)
	if err != nil {
		return Thing{}, nil, err
	}
	if in.Version != 0 && f.Version != in.Version {
		return Thing{}, nil, fault.New(fault.Conflict, "setting.changed_meanwhile").With("version", f.Version)
	}
	was, before := sh.Values(f), *f.Thing
	if err := do(sh, f); err != nil {
		return Thing{}, nil, err
	}
	if err := d.Fit(ctx, d.Keeper.All(), sh, f, before, was); err != nil {
		return Thing{}, nil, err
	}
	changes := sh.Diff(was, f)
	if f.Retired != before.Retired {
		changes = append(changes, Change{"retired", strconv.FormatBool(before.Retired), strconv.FormatBool(f.Retired)})
	}
	if len(changes) == 0 && f.ID != 0 {
		return before, nil, nil
	}
	if err := sh.Close(f); err != nil {
		return Thing{}, nil, err
	}
	return *f.Thing, changes, d.vet(ctx, by, f.Thing, &before)
}

// Fill sets the fields brought along that the actor may set, and reports every
// one at fault.
func Fill(by people.Actor, sh Sheet, f *Form, fields map[string]string) error {
	var many fault.Many
	for name := range fields {
		if _, ok := sh.Find(name); !ok {
			many = append(many, fault.At(name, "setting.no_such_field").With("field", name))
		}
	}
	for _, field := range sh.Fields {
		v, ok := fields[field.Name]
		if !ok || v == field.Get(f) {
			continue
		}
		if field.Grant != "" {
			if err := by.May(field.Grant); err != nil {
				return err
			}
		}
		if err := many.Add(field.Set(f, v)); err != nil {
			return err
		}
	}
	return many.Err()
}
