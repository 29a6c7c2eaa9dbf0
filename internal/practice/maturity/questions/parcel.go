package questions

import (
	"bytes"
	"context"
	"encoding/json"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Parcel is a set of questions on its way from one Kilter to another: what was
// published last under a name, and whether it is the one in use.
type Parcel struct {
	Code   string          `json:"-"`
	NameEn *string         `json:"name_en,omitempty"`
	NameZh *string         `json:"name_zh,omitempty"`
	InUse  *bool           `json:"in_use,omitempty"`
	Set    json.RawMessage `json:"set,omitempty"`
}

// Code is by what an edition is known again elsewhere: made of its name.
func (e *Edition) Code() string { return setting.CodeOf(e.Name) }

// Parcels packs what was published, the newest of each name.
func (m *Room) Parcels(ctx context.Context) ([]Parcel, error) {
	all, err := m.Store.List(ctx)
	if err != nil {
		return nil, err
	}
	use, err := m.inUse(ctx)
	if err != nil {
		return nil, err
	}
	var out []Parcel
	for _, e := range newest(all) {
		s, err := m.Of(ctx, e.Version)
		if err != nil {
			return nil, err
		}
		text, err := Text(s)
		if err != nil {
			return nil, err
		}
		inUse := e.Version == use
		out = append(out, Parcel{Code: e.Code(), NameEn: &e.Name.En, NameZh: &e.Name.Zh, InUse: &inUse, Set: text})
	}
	return out, nil
}

// Text is a set as a file holds it: its version is where it stands, and so is
// left out.
func Text(s *maturity.Set) ([]byte, error) {
	bare := *s
	bare.Version = ""
	return json.Marshal(bare)
}

// unpacked is a parcel laid over what is there.
type unpacked struct {
	there *Edition // the newest of the code; nil for none
	next  Edition
	named []string // what differs and makes an edition
	takes bool     // it is to be taken up
}

func (m *Room) unpack(ctx context.Context, p Parcel) (*unpacked, error) {
	all, err := m.Store.List(ctx)
	if err != nil {
		return nil, err
	}
	use, err := m.inUse(ctx)
	if err != nil {
		return nil, err
	}
	u := &unpacked{}
	for _, e := range newest(all) {
		if e.Code() == p.Code {
			if u.there, err = m.Store.Find(ctx, e.Version); err != nil {
				return nil, err
			}
			u.next.Name, u.next.Set = u.there.Name, u.there.Set
		}
	}
	for _, f := range []struct {
		name      string
		text, own *string
	}{{"name_en", p.NameEn, &u.next.Name.En}, {"name_zh", p.NameZh, &u.next.Name.Zh}} {
		if f.text != nil && *f.text != *f.own {
			u.named, *f.own = append(u.named, f.name), *f.text
		}
	}
	if p.Set != nil {
		s, err := maturity.ReadSet(p.Set)
		if err != nil {
			return nil, err
		}
		if u.next.Set == nil || !alike(s, u.next.Set) {
			u.named, u.next.Set = append(u.named, "set"), s
		}
	}
	if u.next.Set == nil {
		return nil, fault.At("set", "record.required")
	}
	u.takes = p.InUse != nil && *p.InUse && (u.there == nil || len(u.named) > 0 || u.there.Version != use)
	if len(u.named) == 0 {
		return u, nil
	}
	return u, u.next.check(m.Metric, true)
}

// alike reports whether two sets ask the same.
func alike(a, b *maturity.Set) bool {
	x, errX := Text(a)
	y, errY := Text(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Weigh says what bringing a parcel in would change, by field; there says whether
// a set of its name is known.
func (m *Room) Weigh(ctx context.Context, p Parcel) (there bool, fields []string, err error) {
	u, err := m.unpack(ctx, p)
	if err != nil {
		return false, nil, err
	}
	if u.takes {
		u.named = append(u.named, "in_use")
	}
	return u.there != nil, u.named, nil
}

// Unpack brings a parcel in: what differs becomes the next edition, published as
// it was where it comes from. No edition is changed or lost.
func (m *Room) Unpack(ctx context.Context, by people.Actor, p Parcel) error {
	if err := m.ask(ctx, by, ""); err != nil {
		return err
	}
	u, err := m.unpack(ctx, p)
	if err != nil {
		return err
	}
	e := u.there
	if len(u.named) > 0 {
		if err := m.room(ctx); err != nil {
			return err
		}
		now := m.now()
		e = &u.next
		e.Set = e.Set.Copy()
		e.Count = count(e.Set)
		e.State, e.Made, e.MadeBy, e.Changed, e.ChangedBy, e.Published, e.PublishedBy = Published, now, by.ID, now, by.ID, now, by.ID
		if u.there != nil {
			e.Base = u.there.Version
		}
		if err := m.Store.Keep(ctx, e, m.row(by, "", "import")); err != nil {
			return err
		}
	}
	if !u.takes {
		return nil
	}
	return m.Store.TakeUp(ctx, Use{e.Version, m.now(), by.ID}, m.row(by, e.Version, "taken up"))
}
