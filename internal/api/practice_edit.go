package api

import (
	"fmt"
	"mime"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// edit changes fields, in one of two forms: changes that each say what the
// editor saw (edits of different fields then never disturb each other), or a
// merge patch (RFC 7396), which says only what is to be and therefore needs
// If-Match.
func (p *practice[R]) edit(c *call) error {
	n, err := p.named(c)
	if err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	read := p.changes
	if kind == mergeType {
		read = p.patch
	}
	changes, in, err := read(c, n)
	if err != nil {
		return p.unseen(c, n, err)
	}
	r, err := p.desk.Edit(c.r.Context(), c.by, n, changes, in)
	if err != nil {
		return err
	}
	return p.changed(c, 200, r)
}

// changes reads {"changes": [{"field": .., "was": .., "now": ..}], "text": ..}.
func (p *practice[R]) changes(c *call, _ record.Number) ([]record.Change, record.Input, error) {
	o, err := c.object()
	if err != nil {
		return nil, record.Input{}, err
	}
	var sent []object
	var many fault.Many
	if err := many.Add(member(o, "changes", &sent)); err != nil {
		return nil, record.Input{}, err
	}
	delete(o, "changes")
	in, err := p.inputOf(c, o, nil)
	if err := many.Add(err); err != nil {
		return nil, in, err
	}
	var out []record.Change
	for i, one := range sent {
		change, err := p.changeOf(c, one, fmt.Sprintf("changes.%d.", i))
		if err := many.Add(err); err != nil {
			return nil, in, err
		}
		out = append(out, change)
	}
	if len(many) == 0 && len(out) == 0 {
		many = append(many, fault.At("changes", "record.required"))
	}
	if err := many.Err(); err != nil {
		return nil, in, err
	}
	in.Version, err = matched(c.r)
	return out, in, err
}

func (p *practice[R]) changeOf(c *call, o object, at string) (record.Change, error) {
	var out record.Change
	for _, name := range o.names() {
		if !slices.Contains([]string{"field", "was", "now"}, name) {
			return out, fault.At(at+name, "api.unknown_member")
		}
	}
	if err := member(o, "field", &out.Field); err != nil {
		return out, fault.At(at+"field", "api.not_a_string")
	}
	t, err := p.typeOf(out.Field, at+"field")
	if err != nil {
		return out, err
	}
	for name, into := range map[string]*string{"was": &out.Was, "now": &out.Now} {
		raw, ok := o[name]
		if !ok {
			return out, fault.At(at+name, "record.required")
		}
		if *into, err = c.written(at+name, t, raw); err != nil {
			return out, err
		}
	}
	return out, nil
}

// typeOf is the type of a field that may be edited, the centre's own ones
// ("x.code") included.
func (p *practice[R]) typeOf(name, at string) (record.Type, error) {
	if code, ok := strings.CutPrefix(name, "x."); ok {
		own, err := record.OwnFields(p.Settings.All(), p.desk.Kind)
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(own, func(f record.Own) bool { return f.Code == code }); i >= 0 {
			return own[i].Type, nil
		}
		return "", fault.At(at, "record.no_such_field")
	}
	f, ok := p.desk.Sheet.Find(name)
	if !ok {
		return "", fault.At(at, "api.unknown_member")
	}
	if f.Fixed {
		return "", fault.At(at, "record.not_editable")
	}
	return f.Type, nil
}

// patch reads a merge patch and takes what the editor saw from the version he
// names; the desk refuses if it is no longer the current one.
func (p *practice[R]) patch(c *call, n record.Number) ([]record.Change, record.Input, error) {
	var in record.Input
	version, err := matched(c.r)
	if err != nil {
		return nil, in, err
	}
	if version == 0 {
		return nil, in, fault.New(fault.Stale, "api.match_needed")
	}
	o, err := c.object()
	if err != nil {
		return nil, in, err
	}
	r, err := p.desk.Store.Find(c.r.Context(), c.by.Scope, n)
	if err != nil {
		return nil, in, err
	}
	in.Version = version
	var out []record.Change
	var many fault.Many
	for _, name := range o.names() {
		changes, err := p.patched(c, r, name, o[name])
		if err := many.Add(err); err != nil {
			return nil, in, err
		}
		out = append(out, changes...)
	}
	return out, in, many.Err()
}

func (p *practice[R]) patched(c *call, r R, name string, raw []byte) ([]record.Change, error) {
	if name == "x" {
		own, err := readObject(raw)
		if err != nil {
			return nil, fault.At("x", "api.not_a_object")
		}
		var out []record.Change
		for _, code := range own.names() {
			t, err := p.typeOf("x."+code, "x."+code)
			if err != nil {
				return nil, err
			}
			now, err := c.written("x."+code, t, own[code])
			if err != nil {
				return nil, err
			}
			out = append(out, record.Change{Field: "x." + code, Was: r.Own().More[code], Now: now})
		}
		return out, nil
	}
	t, err := p.typeOf(name, name)
	if err != nil {
		return nil, err
	}
	now, err := c.written(name, t, raw)
	if err != nil {
		return nil, err
	}
	f, _ := p.desk.Sheet.Find(name) // typeOf has found it
	return []record.Change{{Field: name, Was: f.Get(r), Now: now}}, nil
}
