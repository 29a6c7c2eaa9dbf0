package record

import (
	"slices"
	"strings"
	"time"
)

// blank takes from a record what is for staff only, and the target it is
// measured by: a requester sees how things stand, not the promise inside.
func (d *Desk[R]) blank(r R) error {
	for _, f := range d.Sheet {
		if f.Hidden {
			if err := f.Set(r, ""); err != nil {
				return err
			}
		}
	}
	r.Common().Due = time.Time{}
	for _, f := range d.own() {
		if f.Hidden {
			delete(r.Own().More, f.Code)
		}
	}
	return nil
}

func (d *Desk[R]) own() []Own {
	if d.Own == nil {
		return nil
	}
	return d.Own()
}

// ForGuests is what a requester may read of a timeline: what was said to him
// and what he was told, without the fields that are for staff only.
func (d *Desk[R]) ForGuests(entries []Entry) []Entry {
	var out []Entry
	for _, e := range entries {
		if !e.Public {
			continue
		}
		e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c Change) bool { return !d.shows(c.Field) })
		out = append(out, e)
	}
	return out
}

// shows reports whether a change of that name is for everybody: fields that
// are not hidden, and the names of files.
func (d *Desk[R]) shows(name string) bool {
	if own, ok := strings.CutPrefix(name, "x."); ok {
		return slices.ContainsFunc(d.own(), func(f Own) bool { return f.Code == own && !f.Hidden })
	}
	f, ok := d.Sheet.Find(name)
	return name == "file" || ok && !f.Hidden
}

// ForGuests takes from the row of a list what is for staff only.
func (r Row) ForGuests() Row {
	r.Due = time.Time{}
	return r
}
