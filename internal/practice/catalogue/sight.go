package catalogue

import (
	"strconv"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Closed are the things that the value of a field names and that somebody is not
// cleared for.
func Closed(all *setting.All, scope people.Scope, field setting.Attribute, value string) ([]*setting.Thing, error) {
	if scope.AllZones || value == "" {
		return nil, nil
	}
	named, err := namedBy(field, value)
	var out []*setting.Thing
	for _, one := range named {
		id, bad := strconv.ParseInt(one, 10, 64)
		if t := all.Any(id); bad == nil && t != nil && !Cleared(scope, t) {
			out = append(out, t)
		}
	}
	return out, err
}

// namedBy are the ids of settings that a value of a field names.
func namedBy(field setting.Attribute, value string) (out []string, err error) {
	switch field.Type {
	case setting.Ref, setting.Refs:
		return setting.Split(value), nil
	case setting.Table:
		for _, in := range field.Inside {
			if in.Kind == setting.Human {
				continue
			}
			some, err := in.Named(value)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
	case setting.Word, setting.Line, setting.Long, setting.Int, setting.Bool, setting.Choice, setting.Several, setting.Person, setting.Persons, setting.Date:
	}
	return out, nil
}

// Known reports whether somebody is cleared for a thing and for all that it
// names.
func Known(all *setting.All, scope people.Scope, sh setting.Sheet, t *setting.Thing) bool {
	if scope.AllZones {
		return true
	}
	copied := *t
	f, err := sh.Open(&copied)
	if err != nil || !Cleared(scope, t) {
		return false
	}
	for _, field := range sh.Fields {
		if closed, err := Closed(all, scope, field, field.Get(f)); err != nil || len(closed) > 0 {
			return false
		}
	}
	return true
}
