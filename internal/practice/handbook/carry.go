package handbook

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// Parcel is the texts of a chapter on their way to another Kilter.
type Parcel struct {
	Code  string `json:"-"`
	Texts Texts  `json:"texts"`
}

// Parcels are the texts of the chapters that somebody has written: what is in
// force, else what is being written.
func (m *Room) Parcels(ctx context.Context) ([]Parcel, error) {
	all, err := m.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	var out []Parcel
	for i := range all {
		e := &all[i]
		if n := len(out); n > 0 && out[n-1].Code == string(e.Chapter) {
			continue // they are in order: what is in force came first
		}
		out = append(out, Parcel{string(e.Chapter), e.Texts})
	}
	return out, nil
}

// weighed is what a parcel would do.
type weighed struct {
	view *View
	base Texts // the draft's, else those in force
	next Texts
}

func (m *Room) weigh(ctx context.Context, p Parcel) (*weighed, error) {
	by := people.System(people.ViaShell)
	by.Grants = people.NewGrants(DeedRead, DeedEdit)
	v, err := m.Find(ctx, by, p.Code)
	if err != nil {
		return nil, err
	}
	w := &weighed{view: v, base: v.Texts()}
	if v.Work != nil {
		w.base = v.Work.Texts
	}
	if w.next, err = w.base.over(&v.Chapter, p.Texts); err != nil {
		return nil, err
	}
	if v.Texts().Same(w.next) { // it is in force: nothing to do, whatever is being written
		w.base = w.next
	}
	if v.Work != nil && v.Work.State == Asked && !w.base.Same(w.next) {
		return nil, fault.At("texts", "handbook.is_asked")
	}
	return w, w.next.check(&v.Chapter)
}

// Weigh says whether anything is written of a parcel's chapter, and which texts
// differ.
func (m *Room) Weigh(ctx context.Context, p Parcel) (there bool, fields []string, err error) {
	w, err := m.weigh(ctx, p)
	if err != nil {
		return false, nil, err
	}
	return w.view.Edition != nil || w.view.Work != nil, w.base.Differs(w.next), nil
}

// Unpack takes a parcel in as a draft, which is approved here before it is in
// force.
func (m *Room) Unpack(ctx context.Context, by people.Actor, p Parcel) error {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedEdit, object(maturity.Process(p.Code))); err != nil {
		return err
	}
	w, err := m.weigh(ctx, p)
	if err != nil || w.base.Same(w.next) && (w.view.Edition != nil || w.view.Work != nil) {
		return err
	}
	e := w.view.Work
	if e == nil {
		if e, err = m.begin(ctx, w.view); err != nil {
			return err
		}
	}
	e.Texts, e.Changed = w.next, m.now()
	e.wrote(by.ID)
	return m.Store.Keep(ctx, e, m.row(by, DeedEdit, e, "bring"))
}
