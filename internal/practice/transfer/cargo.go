package transfer

import (
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
