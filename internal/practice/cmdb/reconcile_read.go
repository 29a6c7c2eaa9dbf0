package cmdb

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// read makes an item of a finding: names become ids, values are written in
// the one way.
func (d *draft) read(ctx context.Context, f Finding) (*Item, error) {
	i := &Item{Class: f.Class, State: Live}
	class := d.model.Class(f.Class)
	if class == nil || class.Retired {
		return nil, fault.At("class", "cmdb.no_such_class").With("class", string(f.Class))
	}
	var many fault.Many
	var fields []string
	for name, v := range f.Fields {
		if v != "" { // a source that says nothing takes nothing away
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	for _, name := range fields {
		v, err := d.named(ctx, class, name, f.Fields[name])
		if err == nil {
			err = i.Set(d.model, name, v)
		}
		if err := many.Add(err); err != nil {
			return nil, err
		}
	}
	i.Class = f.Class
	if !d.by.Scope.Clears(i.Zone) {
		many = append(many, fault.At("zone", "setting.no_such").With("kind", "zone").With("id", f.Fields["zone"]))
		i.Zone = 0 // it is not known to who may not know it
	}
	return i, many.Err()
}

// named turns what a source calls a thing, a person or an item into its id.
func (d *draft) named(ctx context.Context, class *ClassDef, name, v string) (string, error) {
	if f, ok := byName[name]; ok {
		switch f.Kind {
		case "":
			return v, nil
		case setting.Human:
			return d.person(ctx, name, v)
		}
		for _, t := range d.all.Of(f.Kind) {
			if !t.Retired && (t.Code == v || t.Name.En == v || t.Name.Zh == v) {
				return decimal(t.ID), nil
			}
		}
		return "", fault.At(name, "setting.no_such").With("kind", string(f.Kind)).With("id", v)
	}
	switch a, _ := class.Find(name); a.Type {
	case Person:
		return d.person(ctx, name, v)
	case Reference:
		if err := d.meet(ctx, &Item{Code: v}); err != nil {
			return "", err
		}
		held, _, _ := d.known.find(&Item{Code: v}, []string{"code"})
		if held == nil || held.ID < 0 {
			return "", fault.At(name, "setting.no_such").With("kind", "item").With("id", v)
		}
		return decimal(int64(held.ID)), nil
	}
	return v, nil
}

func (d *draft) person(ctx context.Context, field, v string) (string, error) {
	id, ok := d.persons[v]
	if !ok {
		var err error
		if id, _, err = d.Person(ctx, v); err != nil {
			return "", err
		}
		d.persons[v] = id
	}
	if id == 0 {
		return "", fault.At(field, "setting.no_such").With("kind", string(setting.Human)).With("id", v)
	}
	return decimal(int64(id)), nil
}
