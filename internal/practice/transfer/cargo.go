package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Cargo is a kind of thing that is kept elsewhere than settings and is carried
// with them all the same: questionnaires. It is brought in after the settings,
// adds and never takes away, and so needs no undoing.
type Cargo struct {
	Kind setting.Kind
	Deed string // the grant that changing them needs
	// List lists them in the order of their codes.
	List func(ctx context.Context) ([]Crate, error)
	// Weigh says whether there is one of this code and which fields differ, or
	// what is wrong.
	Weigh func(ctx context.Context, c Crate) (there bool, changes []setting.Change, err error)
	// Bring takes one in that was weighed.
	Bring func(ctx context.Context, by people.Actor, c Crate) error
}

// Room is where such things are kept. P is one on its way, its fields as JSON.
type Room[P any] interface {
	// Parcels packs them, in the order of their codes.
	Parcels(ctx context.Context) ([]P, error)
	// Weigh says whether there is one of its code, and which fields differ.
	Weigh(ctx context.Context, p P) (there bool, fields []string, err error)
	Unpack(ctx context.Context, by people.Actor, p P) error
}

// CargoOf carries what a room packs. Label is where a parcel has its code, and
// whether it is retired; nil where that is not known.
func CargoOf[P any](kind setting.Kind, deed string, room func() Room[P], label func(*P) (code *string, retired **bool)) Cargo {
	read := func(c Crate) (p P, err error) {
		dec := json.NewDecoder(bytes.NewReader(c.Fields))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&p); err != nil {
			return p, fault.At("", "transfer.not_json").With("why", err.Error())
		}
		code, retired := label(&p)
		*code = c.Code
		if retired != nil {
			*retired = c.Retired
		}
		return p, nil
	}
	return Cargo{
		Kind: kind, Deed: deed,
		List: func(ctx context.Context) (out []Crate, err error) {
			all, err := room().Parcels(ctx)
			for i := range all {
				text, err := json.Marshal(all[i])
				if err != nil {
					return nil, fmt.Errorf("transfer: pack %s: %w", kind, err)
				}
				code, retired := label(&all[i])
				c := Crate{Code: *code, Fields: text}
				if retired != nil {
					c.Retired = *retired
				}
				out = append(out, c)
			}
			return out, err
		},
		Weigh: func(ctx context.Context, c Crate) (bool, []setting.Change, error) {
			p, err := read(c)
			if err != nil {
				return false, nil, err
			}
			there, fields, err := room().Weigh(ctx, p)
			var out []setting.Change
			for _, f := range fields {
				out = append(out, setting.Change{Field: f})
			}
			return there, out, err
		},
		Bring: func(ctx context.Context, by people.Actor, c Crate) error {
			p, err := read(c)
			if err != nil {
				return err
			}
			return room().Unpack(ctx, by, p)
		},
	}
}

// Crate is one thing of a cargo.
type Crate struct {
	Code    string
	Retired *bool // nil: as it is
	Fields  json.RawMessage
}

// crated is a crate that brings something new.
type crated struct {
	cargo Cargo
	crate Crate
}

func (r *Removal) cargo(k setting.Kind) (Cargo, bool) {
	for _, c := range r.Cargoes {
		if c.Kind == k {
			return c, true
		}
	}
	return Cargo{}, false
}

// cargo writes a line for each thing of a cargo.
func (w *writer) cargo(c Cargo) error {
	all, err := c.List(w.ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		code, err := encoded(one.Code)
		if err != nil {
			return err
		}
		retired := one.Retired != nil && *one.Retired
		if err := w.line(fmt.Appendf(nil, `{"kind":%q,"code":%s,"retired":%t,"fields":%s}`, c.Kind, code, retired, one.Fields)); err != nil {
			return err
		}
		w.done++
		if w.told != nil {
			w.told(w.done)
		}
	}
	if len(all) > 0 {
		w.counts = append(w.counts, Count{c.Kind, len(all)})
	}
	return nil
}

// crate takes a line of cargo in, or notes why not.
func (w *reader) crate(cargo Cargo, one Crate, l Line) error {
	key := named{l.Kind, l.Code}
	if w.crated[key] {
		w.spoil(l, fault.At("code", "directory.import_twice").With("code", key.code))
		return nil
	}
	w.crated[key] = true
	there, changes, err := cargo.Weigh(w.ctx, one)
	if err != nil {
		var many fault.Many
		if err := many.Add(err); err != nil {
			return err
		}
		l.Deed, l.Faults = directory.Faulty, many
		w.spoilt = append(w.spoilt, l)
		return nil
	}
	switch l.Changes = changes; {
	case there && len(changes) == 0:
		l.Deed = directory.Same
	case !w.by.Can(cargo.Deed):
		w.spoil(l, fault.At("kind", "transfer.not_allowed").With("deed", cargo.Deed))
		return nil
	case there:
		l.Deed = directory.Change
	default:
		l.Deed = directory.Add
	}
	if l.Deed != directory.Same {
		w.crates = append(w.crates, crated{cargo, one})
	}
	w.spoilt = append(w.spoilt, l)
	return nil
}

// carry brings the cargo in.
func (p *Plan) carry(ctx context.Context) error {
	for _, c := range p.crates {
		if err := c.cargo.Bring(ctx, p.by, c.crate); err != nil {
			return err
		}
	}
	return nil
}
