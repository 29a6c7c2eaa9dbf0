package transfer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// LeftOut is what no export holds, on purpose: what nobody may read, what is
// somebody's own choice, and the mark of the demo city.
func LeftOut() []string {
	return []string{"passwords", "second_factors", "sessions", "tokens", "mail_password", "personal_choices", "demo_mark"}
}

// head is the first line of a file.
type head struct {
	Kilter  string   `json:"kilter"`
	Form    int      `json:"form"`
	LeftOut []string `json:"left_out"`
}

// Count is how many things of a kind were written.
type Count struct {
	Kind setting.Kind `json:"kind"`
	Rows int          `json:"rows"`
}

// Write writes all settings that somebody may change, and counts them. Told is
// called after each thing, with their number so far; it may be nil.
func (r *Removal) Write(ctx context.Context, by people.Actor, to io.Writer, told func(done int)) ([]Count, error) {
	w := &writer{Removal: r, ctx: ctx, by: by, to: to, told: told, codes: map[int64]string{}}
	persons, err := r.everybody(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		w.codes[int64(p.ID)] = p.Code
	}
	first, err := encoded(head{Kilter: string(setting.Whole), Form: Form, LeftOut: LeftOut()})
	if err != nil {
		return nil, err
	}
	if err := w.line(first); err != nil {
		return nil, err
	}
	for _, s := range r.Shelves {
		if !by.Can(s.Deed) {
			continue
		}
		if err := w.shelf(s, persons); err != nil {
			return nil, err
		}
	}
	for _, c := range r.Cargoes {
		if !by.Can(c.Deed) {
			continue
		}
		if err := w.cargo(c); err != nil {
			return nil, err
		}
	}
	return w.counts, nil
}

// everybody lists all persons, in order of their codes.
func (r *Removal) everybody(ctx context.Context) ([]people.Person, error) {
	const page = 500
	var out []people.Person
	after := ""
	for {
		some, err := r.Persons(ctx, after, page)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
		if len(some) < page {
			break
		}
		after = some[len(some)-1].Code
	}
	slices.SortFunc(out, func(a, b people.Person) int { return cmp.Compare(a.Code, b.Code) })
	return out, nil
}

// writer is an export under way.
type writer struct {
	*Removal
	ctx    context.Context
	by     people.Actor
	to     io.Writer
	told   func(int)
	codes  map[int64]string // of persons, by id
	counts []Count
	done   int
}

func (w *writer) line(text json.RawMessage) error {
	if _, err := w.to.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("transfer: %w", err)
	}
	return nil
}

func (w *writer) shelf(s Shelf, persons []people.Person) error {
	var things []*setting.Thing
	if s.Kind == setting.Human {
		for _, p := range persons {
			t, err := setting.OfPerson(p)
			if err != nil {
				return err
			}
			things = append(things, t)
		}
	} else {
		for _, t := range w.Desk.Keeper.All().Of(s.Kind) {
			if s.Code == "" || s.Code == t.Code {
				copied := *t
				things = append(things, &copied)
			}
		}
		slices.SortFunc(things, func(a, b *setting.Thing) int { return cmp.Compare(a.Code, b.Code) })
	}
	for _, t := range things {
		if err := w.thing(s, t); err != nil {
			return err
		}
	}
	if n := len(w.counts); n > 0 && w.counts[n-1].Kind == s.Kind {
		w.counts[n-1].Rows += len(things)
	} else if len(things) > 0 {
		w.counts = append(w.counts, Count{s.Kind, len(things)})
	}
	return nil
}

// thing writes one line: what it is, then its fields in the order of the sheet;
// every sheet has one that whoever may change the kind may change.
func (w *writer) thing(s Shelf, t *setting.Thing) error {
	retired := t.Retired
	t.Retired = false // a field that joins the two tells of the other
	f, err := s.Open(t)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"kind":%q,"code":`, s.Kind)
	code, err := encoded(t.Code)
	if err != nil {
		return err
	}
	b.Write(code)
	if s.Code == "" {
		fmt.Fprintf(&b, `,"retired":%t`, retired)
	}
	b.WriteString(`,"fields":`)
	before := byte('{')
	for _, field := range s.Fields {
		if field.Name == "code" || !may(w.by, s, field) {
			continue
		}
		v, err := shown(field, field.Get(f), swap{name: w.code})
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, `%c%q:%s`, before, field.Name, v)
		before = ','
	}
	b.WriteString("}}")
	w.done++
	if w.told != nil {
		w.told(w.done)
	}
	return w.line(b.Bytes())
}

// code is what the thing with an id is called; "" of one that is not there.
func (w *writer) code(k setting.Kind, name string) (string, error) {
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return "", fault.New(fault.Invalid, "record.not_a_number")
	}
	if k == setting.Human {
		return w.codes[id], nil
	}
	if t := w.Desk.Keeper.All().Find(k, id); t != nil {
		return t.Code, nil
	}
	return "", nil
}
