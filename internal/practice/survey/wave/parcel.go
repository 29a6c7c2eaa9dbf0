package wave

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Parcel is a questionnaire on its way from one Kilter to another: its name, and
// what its newest version asks. A field that is nil stays as it is.
type Parcel struct {
	Code    string  `json:"-"` // by which it is known again: made of its name
	Retired *bool   `json:"-"`
	NameEn  *string `json:"name_en,omitempty"`
	NameZh  *string `json:"name_zh,omitempty"`
	Paper   *Paper  `json:"paper,omitempty"`
}

// coded gives every questionnaire its code; of two with one name the later one is
// the second.
func coded(all []Instrument) map[string]*Instrument {
	out := map[string]*Instrument{}
	for i := range all {
		in := &all[i]
		code := setting.CodeOf(in.Name)
		for n := 2; out[code] != nil; n++ {
			code = fmt.Sprintf("%s (%d)", setting.CodeOf(in.Name), n)
		}
		out[code] = in
	}
	return out
}

// Parcels packs all questionnaires, in the order of their codes.
func (m *Room) Parcels(ctx context.Context) ([]Parcel, error) {
	all, err := m.Sheets.Instruments(ctx)
	if err != nil {
		return nil, err
	}
	var out []Parcel
	for code, in := range coded(all) {
		versions, err := m.Sheets.Versions(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Parcel{Code: code, Retired: &in.Retired, NameEn: &in.Name.En, NameZh: &in.Name.Zh, Paper: &versions[0].Paper})
	}
	slices.SortFunc(out, func(a, b Parcel) int { return strings.Compare(a.Code, b.Code) })
	return out, nil
}

// unpacked is a parcel laid over what is there.
type unpacked struct {
	in    Instrument
	paper Paper
	next  int      // number of the version to come
	named []string // fields of the questionnaire that differ
	asks  bool     // it asks something else than the newest version
}

// unpack finds what a parcel would change.
func (m *Room) unpack(ctx context.Context, p Parcel) (*unpacked, error) {
	all, err := m.Sheets.Instruments(ctx)
	if err != nil {
		return nil, err
	}
	u := &unpacked{next: 1, asks: true}
	if there := coded(all)[p.Code]; there != nil {
		versions, err := m.Sheets.Versions(ctx, there.ID)
		if err != nil {
			return nil, err
		}
		u.in, u.paper, u.next = *there, versions[0].Paper, versions[0].Number+1
		u.asks = p.Paper != nil && !alike(*p.Paper, u.paper)
	} else if p.Paper == nil {
		return nil, fault.At("paper", "record.required")
	}
	change := func(field string, differs bool) {
		if differs {
			u.named = append(u.named, field)
		}
	}
	if p.NameEn != nil {
		change("name_en", u.in.Name.En != *p.NameEn)
		u.in.Name.En = *p.NameEn
	}
	if p.NameZh != nil {
		change("name_zh", u.in.Name.Zh != *p.NameZh)
		u.in.Name.Zh = *p.NameZh
	}
	if p.Retired != nil {
		change("retired", u.in.Retired != *p.Retired)
		u.in.Retired = *p.Retired
	}
	if p.Paper != nil {
		u.paper = *p.Paper
	}
	c := &checking{}
	c.text("name", &u.in.Name, mostName)
	if err := c.many.Err(); err != nil {
		return nil, err
	}
	if !u.asks {
		return u, nil // a version that is there is no fault of the file
	}
	return u, u.paper.check()
}

// alike reports whether two questionnaires ask the same.
func alike(a, b Paper) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Weigh says what bringing a parcel in would change, by field; there says whether
// its questionnaire is known.
func (m *Room) Weigh(ctx context.Context, p Parcel) (there bool, fields []string, err error) {
	u, err := m.unpack(ctx, p)
	if err != nil {
		return false, nil, err
	}
	if u.asks {
		u.named = append(u.named, "paper")
	}
	return u.in.ID != 0, u.named, nil
}

// Unpack brings a parcel in. What it asks becomes the next version; no version is
// changed or lost.
func (m *Room) Unpack(ctx context.Context, by people.Actor, p Parcel) error {
	if err := m.ask(ctx, by, DeedDesign, 0); err != nil {
		return err
	}
	u, err := m.unpack(ctx, p)
	if err != nil {
		return err
	}
	now := m.now()
	if u.in.ID == 0 || len(u.named) > 0 {
		u.in.Changed = now
		if err := m.Sheets.KeepInstrument(ctx, &u.in, row(by, now, DeedDesign, 0, "import")); err != nil {
			return err
		}
	}
	if !u.asks {
		return nil
	}
	s := &Sheet{Instrument: u.in.ID, Name: u.in.Name, Number: u.next, Made: now, MadeBy: by.ID, Paper: u.paper}
	return m.Sheets.KeepSheet(ctx, s, row(by, now, DeedDesign, 0, "import"))
}
