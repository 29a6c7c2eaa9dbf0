package setting

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
)

// Fit reports all that is wrong with a filled form: what is missing, what it
// names that is not there, where its tree has a loop, and what the kind itself
// asks for. What was already so before the change is not held against it.
func (d *Desk) Fit(ctx context.Context, all *All, sh Sheet, f *Form, before Thing, was []string) error {
	var many, inside fault.Many
	for i, field := range sh.Fields {
		v := field.Get(f)
		if field.Type == Choice { // what was not chosen becomes the usual choice
			if err := field.Set(f, v); err != nil {
				return err
			}
		}
		if v == "" {
			if field.Required && (field.Name != "name_en" || f.Name.Zh == "") {
				many = append(many, fault.At(field.Name, "setting.required"))
			}
			continue
		}
		if v == was[i] {
			continue
		}
		into := &many
		if field.Type == Table {
			into = &inside
		}
		if err := into.Add(d.refers(ctx, all, field, v, was[i])); err != nil {
			return err
		}
	}
	if err := many.Add(tree(all, sh, f)); err != nil {
		return err
	}
	if f.Retired && !before.Retired {
		if err := many.Add(d.unused(ctx, all, f)); err != nil {
			return err
		}
	}
	if sh.Check != nil {
		if err := many.Add(sh.Check(all, f)); err != nil {
			return err
		}
	}
	for _, f := range inside { // unless the kind's own check says more about its table
		if !slices.ContainsFunc(many, func(o *fault.Fault) bool { return o.Field == f.Field }) {
			many = append(many, f)
		}
	}
	return many.Err()
}

// refers reports what a field names that is not there or no longer in use. What
// it named before may stay.
func (d *Desk) refers(ctx context.Context, all *All, field Attribute, v, was string) error {
	var many fault.Many
	check := func(kind Kind, now, before []string) error {
		now = slices.DeleteFunc(now, func(id string) bool { return slices.Contains(before, id) })
		return many.Add(d.known(ctx, all, field.Name, kind, now))
	}
	switch field.Type {
	case Ref, Refs:
		if err := check(field.Kind, Split(v), Split(was)); err != nil {
			return err
		}
	case Person, Persons:
		if err := check(Human, Split(v), Split(was)); err != nil {
			return err
		}
	case Table:
		for _, in := range field.Inside {
			now, err := in.Named(v)
			if err != nil {
				return err
			}
			var before []string
			if was != "" {
				if before, err = in.Named(was); err != nil {
					return err
				}
			}
			if err := check(in.Kind, now, before); err != nil {
				return err
			}
		}
	}
	return many.Err()
}

// known reports a fault at the field for every id that names nothing of the
// kind, or something that is no longer in use.
func (d *Desk) known(ctx context.Context, all *All, field string, kind Kind, named []string) error {
	var many fault.Many
	ids := make([]int64, len(named))
	for i, one := range named {
		var err error
		if ids[i], err = strconv.ParseInt(one, 10, 64); err != nil {
			return fmt.Errorf("setting: %s: %w", field, err)
		}
	}
	var persons []*Thing
	if kind == Human && len(ids) > 0 {
		var err error
		if persons, err = d.Keeper.Store.Humans(ctx, ids, nil); err != nil {
			return err
		}
	}
	for _, n := range ids {
		t := all.Find(kind, n)
		if kind == Human {
			if i := slices.IndexFunc(persons, func(t *Thing) bool { return t.ID == n }); i >= 0 {
				t = persons[i]
			}
		}
		switch {
		case t == nil:
			many = append(many, fault.At(field, "setting.no_such").With("kind", string(kind)).With("id", n))
		case t.Retired && kind == Human:
			many = append(many, fault.At(field, "setting.is_retired").With("name", t.Name.En))
		case t.Retired:
			many = append(many, fault.At(field, "setting.is_retired").With("name", t.Code))
		}
	}
	return many.Err()
}

// tree reports a loop among parents and a tree that grows too deep.
func tree(all *All, sh Sheet, f *Form) error {
	if sh.Levels < 2 || f.Parent == 0 {
		return nil
	}
	level := 1
	for at := f.Parent; at != 0; level++ {
		if at == f.ID || level > 50 {
			return fault.At("parent", "setting.loop")
		}
		p := all.Find(f.Kind, at)
		if p == nil {
			break
		}
		at = p.Parent
	}
	if below := all.depth(f.ID); level+below > sh.Levels {
		return fault.At("parent", "setting.too_deep").With("levels", sh.Levels)
	}
	return nil
}

// depth counts the levels below a thing.
func (a *All) depth(id int64) int {
	most := 0
	if id == 0 {
		return 0
	}
	for _, kid := range a.kids[id] {
		if kid.ID != id {
			most = max(most, 1+a.depth(kid.ID))
		}
	}
	return most
}

func (d *Desk) unused(ctx context.Context, all *All, f *Form) error {
	if f.ID <= 0 {
		return nil
	}
	if f.Kind == Department || f.Kind == Post {
		if n, err := d.Keeper.Store.Staffed(ctx, f.Kind, f.ID); err != nil {
			return err
		} else if n > 0 {
			return fault.New(fault.Conflict, "setting.staffed").With("n", n)
		}
	}
	users, err := d.Sheets.Users(all, f.Kind, f.ID)
	if err != nil || len(users) == 0 {
		return err
	}
	return fault.New(fault.Conflict, "setting.in_use").With("n", len(users)).With("by", Object(users[0]))
}
