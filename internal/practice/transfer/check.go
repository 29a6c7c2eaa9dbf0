package transfer

import (
	"slices"
	"strconv"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// check looks at every line in view of all the others.
func (w *reader) check() error {
	var things []*setting.Thing
	for _, m := range w.moves {
		if len(m.faults) > 0 {
			continue
		}
		if err := m.shelf.Close(m.form); err != nil {
			return err
		}
		things = append(things, m.form.Thing)
	}
	all := w.removal.Desk.Keeper.All().With(things...)
	var rights Rights
	for _, m := range w.moves {
		if len(m.faults) > 0 || !m.changed() {
			continue
		}
		before := setting.Thing{}
		if m.before != nil {
			before = *m.before
		}
		// What the line names was found, retired or not: it is as it was where
		// the file was written. So the desk need not look for it again.
		if err := m.faults.Add(w.removal.Desk.Fit(w.ctx, all, m.shelf.Sheet, m.form, before, m.shelf.Values(m.form))); err != nil {
			return err
		}
		if vet := w.removal.Desk.Vet; vet != nil { // what is no setting may be missing here: items
			if err := m.faults.Add(vet(w.ctx, w.by, m.form.Thing, m.before)); err != nil {
				return err
			}
		}
		if err := rights.add(m); err != nil {
			return err
		}
	}
	return w.guard(all, rights)
}

func (r *Rights) add(m *move) error {
	switch m.form.Kind {
	case setting.Human:
		if m.granted() == "" {
			return nil
		}
		if err := m.shelf.Close(m.form); err != nil {
			return err
		}
		p, err := m.form.ToPerson()
		if err != nil {
			return err
		}
		p.ID = people.ID(m.form.ID)
		r.Persons = append(r.Persons, p)
	case setting.Role:
		r.Roles = append(r.Roles, m.form.Thing)
	}
	return nil
}

// guard hands rights to whoever answers for them.
func (w *reader) guard(all *setting.All, r Rights) error {
	if w.removal.Guard == nil || len(r.Persons)+len(r.Roles) == 0 {
		return nil
	}
	blames, err := w.removal.Guard(w.ctx, w.by, all, r)
	for _, b := range blames {
		if m := w.place[named{b.Kind, b.Code}]; m != nil {
			m.faults = append(m.faults, b.Fault)
		} else {
			w.spoil(Line{Kind: b.Kind, Code: b.Code}, b.Fault)
		}
	}
	return err
}

// settle puts the ids that new things were given into the documents that name
// them by the numbers they had.
func settle(moves []*move, given map[int64]int64) error {
	id := swap{ids: true, name: func(_ setting.Kind, name string) (string, error) {
		if n, err := strconv.ParseInt(name, 10, 64); err == nil && n < 0 {
			return strconv.FormatInt(given[n], 10), nil
		}
		return name, nil
	}}
	for _, m := range moves {
		if !slices.ContainsFunc(m.shelf.Fields, refers) {
			continue
		}
		f, err := m.shelf.Open(m.form.Thing)
		if err != nil {
			return err
		}
		for _, field := range m.shelf.Fields {
			if !refers(field) {
				continue
			}
			v := field.Get(f)
			if v == "" {
				continue
			}
			if len(field.Inside) > 0 {
				text, err := reshaped(field, v, id)
				if err != nil {
					return err
				}
				v = string(text)
			} else if v, err = swapped(v, kindOf(field), id); err != nil {
				return err
			}
			if err := field.Set(f, v); err != nil {
				return err
			}
		}
		if err := m.shelf.Close(f); err != nil {
			return err
		}
	}
	return nil
}
