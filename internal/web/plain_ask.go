package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// plainMoveForm asks what a move needs.
func (d *Desk) plainMoveForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (s *sight) plainAsk(r *http.Request, form *Form) (*askPage, error) {
	page, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	s.takeSlot(form)
	name := r.PathValue("move")
	if err := s.By.May(s.of.deed(name)); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(page.Moves, func(m plainMove) bool { return m.Name == name })
	if at < 0 {
		return nil, fault.New(fault.Conflict, "flow.no_move").With("state", string(page.One.State)).With("move", name)
	}
	m := page.Moves[at]
	p := &askPage{sight: s, ID: "move", Heading: s.T(s.of.deed("move."+name)) + " · " + page.Ref, Action: page.base() + "/move/" + name, Send: s.T(s.of.deed("move." + name)), Icon: page.Look.Icons[name], Form: form}
	p.needed(m.Needs)
	if said := s.of.deed("ask." + name); s.Has(said) {
		p.Said = s.T(said)
	}
	for _, f := range m.Asks {
		if q, ok := s.of.find(f); ok {
			p.add(q, page.Get(f))
		}
	}
	if err := p.own(name, page.Body.Own().More); err != nil {
		return nil, err
	}
	if held, ok := page.Body.(*changes.Change); ok {
		if err := p.times(held); err != nil {
			return nil, err
		}
	}
	if m.Says == flow.MustSay {
		p.Fields = append(p.Fields, form.Field(part.Field{Name: "text", Label: s.T("desk.move_text"), Kind: part.Long, Required: true}))
	}
	return p, nil
}

// own asks for the centre's own fields that a move cannot be made without.
func (p *askPage) own(move string, held map[string]string) error {
	all, err := record.OwnFields(p.All, p.of.Kind)
	if err != nil {
		return err
	}
	for _, f := range all {
		if slices.Contains(f.Required, move) {
			q := p.askOwn(f, held[f.Code])
			q.Required = true
			p.Fields = append(p.Fields, p.Form.Field(q))
		}
	}
	return nil
}

func (d *Desk) plainMove(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if s.choosesTime(form) {
		p, err := s.plainAsk(r, form)
		if err != nil {
			return err
		}
		return p.anew(w, r)
	}
	name := r.PathValue("move")
	in := record.Input{Fields: s.filled(form), Extra: s.ownAnswers(form), Text: form.Get("text")}
	undo, err := s.revocable(name, &in)
	if err != nil {
		return err
	}
	h, err := s.of.Plain.move(r.Context(), s.By, n, name, in)
	if err != nil {
		p, bad := s.plainAsk(r, form)
		if bad != nil {
			return err
		}
		p.WayOut = s.riskToEnter(r.PathValue("ref"), err)
		return p.refused(w, r, err)
	}
	return d.plainDone(w, r, s, h, part.Toast{Text: s.T("desk.moved", "ref", h.Ref(), "did", s.T(s.of.deed("did."+name))), Icon: s.of.Plain.look().Icons[name], Undo: undo})
}

// filled are the fields of the page's practice that a form brings.
func (s *sight) filled(form *Form) map[string]string {
	out := map[string]string{}
	for _, q := range s.of.Sheet {
		if list, given := form.Values[q.Name]; given && q.Type == record.Items {
			out[q.Name] = strings.Join(list, ",")
		} else if given {
			out[q.Name] = s.answer(q.Type, form.Get(q.Name))
		}
	}
	return out
}

func (s *sight) plainEditor(r *http.Request, form *Form) (*askPage, error) {
	page, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	if err := s.By.May(s.of.deed("edit")); err != nil {
		return nil, err
	}
	p := &askPage{sight: s, ID: "edit", Heading: s.T(s.of.deed("move.edit")) + " · " + page.Ref, Action: page.base() + "/edit", Send: s.T("desk.save"), Form: form, Was: map[string]string{}}
	for _, name := range page.Look.Edits {
		if q, ok := s.of.find(name); ok {
			p.Was[name] = page.Get(name)
			p.add(q, page.Get(name))
		}
	}
	return p, nil
}

func (d *Desk) plainEditForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainEditor(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// plainEdit changes what the editor changed, each from the value he saw.
func (d *Desk) plainEdit(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	var changes []record.Change
	filled := s.filled(form)
	for _, name := range s.of.Plain.look().Edits {
		now, given := filled[name]
		if was := form.Get("was." + name); given && was != now {
			changes = append(changes, record.Change{Field: name, Was: was, Now: now})
		}
	}
	h, err := s.of.Plain.edit(r.Context(), s.By, n, changes)
	if err != nil {
		p, bad := s.plainEditor(r, form)
		if bad != nil {
			return err
		}
		return p.refused(w, r, err)
	}
	return d.plainDone(w, r, s, h, part.Toast{Text: s.T("desk."+s.of.key("edited"), "ref", h.Ref())})
}

// plainOpening asks what opens a record; what the address says already is
// filled in.
func (s *sight) plainOpening(r *http.Request, form *Form) (*askPage, error) {
	if err := s.By.May(s.of.deed("open")); err != nil {
		return nil, err
	}
	s.takeSlot(form)
	p := &askPage{sight: s, ID: "open", Heading: s.word("register"), Action: s.of.Path + "/new", Send: s.word("register"), Form: form, must: map[string]bool{"title": true}}
	if from := Cut(r.URL.Query().Get("from"), 30); from != "" && form == nil {
		p.From = from
	} else if form != nil {
		p.From = form.Get("from")
	}
	var given map[string]string
	if fill := s.of.Plain.look().Given; fill != nil && form == nil {
		var err error
		if given, err = fill(r, s); err != nil {
			return nil, err
		}
	}
	for _, name := range s.of.Plain.asks() {
		if q, ok := s.of.find(name); ok {
			p.add(q, cmp.Or(Cut(r.URL.Query().Get(name), max(q.Max, 200)), given[name]))
		}
	}
	if err := p.times(nil); err != nil {
		return nil, err
	}
	return p, p.own("open", nil)
}

func (d *Desk) plainNewForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainOpening(r, nil)
	if err != nil {
		return err
	}
	s.frameViews(listPlace{View: "none"})
	return p.show(w, r, http.StatusOK)
}

func (d *Desk) plainNew(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if s.choosesTime(form) {
		p, err := s.plainOpening(r, form)
		if err != nil {
			return err
		}
		s.frameViews(listPlace{View: "none"})
		return p.anew(w, r)
	}
	h, err := s.of.Plain.open(r.Context(), s.By, record.Input{Fields: s.filled(form), Extra: s.ownAnswers(form), Reason: form.Get("from")})
	if err != nil {
		p, bad := s.plainOpening(r, form)
		if bad != nil {
			return err
		}
		s.frameViews(listPlace{View: "none"})
		return p.refused(w, r, err)
	}
	return Go(w, r, s.of.Path+"/"+h.Ref())
}
