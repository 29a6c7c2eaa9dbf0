package web

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// editPage is one field being edited where it stands.
type editPage struct {
	*sight
	One    *incident.Incident
	Field  part.Field
	Was    string // the value the editor saw
	Theirs string // what somebody else made of it meanwhile
	Clash  bool
}

func (p *editPage) base() string { return "/incidents/" + p.One.Ref() }

// fieldID is the element that shows a field.
func fieldID(name string) string { return "field-" + strings.ReplaceAll(name, ".", "-") }

// editor prepares the field that an address names.
func (s *sight) editor(r *http.Request) (*editPage, error) {
	one, err := s.found(r)
	if err != nil {
		return nil, err
	}
	if err := s.By.May("incident.edit"); err != nil {
		return nil, err
	}
	p := &editPage{sight: s, One: one}
	name := r.PathValue("field")
	if code, own := strings.CutPrefix(name, "x."); own {
		fields, err := record.OwnFields(s.All, record.Incident)
		if err != nil {
			return nil, err
		}
		for _, f := range fields {
			if f.Code == code {
				p.Was = one.More[code]
				p.Field = s.askOwn(f, p.Was)
				return p, nil
			}
		}
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	f, ok := s.desk.Incidents.Sheet.Find(name)
	if !ok || f.Fixed {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	p.Was = f.Get(one)
	p.Field = s.ask(asked(f), p.Was)
	p.Field.Required = name == "title" || f.Keep && p.Was != ""
	return p, nil
}

func (d *Desk) editForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.editor(r)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, editField(p))
}

// field answers the field as it is, when its editor goes away.
func (d *Desk) field(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	p := &incidentPage{tale: tale{sight: s, Ref: one.Ref()}, One: one}
	name := r.PathValue("field")
	if name == "title" {
		return Show(w, r, http.StatusOK, titleButton(p))
	}
	for _, f := range append(p.facts(name), p.ownFacts()...) {
		if f.Name == name {
			return Show(w, r, http.StatusOK, factValue(p, f))
		}
	}
	return fault.New(fault.Missing, "trouble.missing")
}

// edit changes one field, from the value its editor saw. When somebody else
// was faster, both values are shown.
func (d *Desk) edit(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.editor(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	name := r.PathValue("field")
	typed := form.Get(name)
	if back := r.URL.Query(); back.Has("now") { // the undo of a notice has no fields
		typed = back.Get("now")
		form.Values.Set("was", back.Get("was"))
	}
	c := record.Change{Field: name, Was: form.Values.Get("was"), Now: s.answer(s.typeOf(name), typed)}
	one, err := d.Incidents.Edit(r.Context(), s.By, p.One.Number, []record.Change{c}, record.Input{})
	if err != nil {
		return p.refused(w, r, form, c, err)
	}
	undo := p.base() + "/edit/" + name + "?was=" + queryEscape(c.Now) + "&now=" + queryEscape(c.Was)
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.edited", "field", s.label(name)), Undo: undo})
}

func (s *sight) typeOf(name string) record.Type {
	if f, ok := s.desk.Incidents.Sheet.Find(name); ok {
		return f.Type
	}
	fields, err := record.OwnFields(s.All, record.Incident)
	if err == nil {
		for _, f := range fields {
			if "x."+f.Code == name {
				return f.Type
			}
		}
	}
	return record.Text
}

func (p *editPage) refused(w http.ResponseWriter, r *http.Request, form *Form, c record.Change, err error) error {
	for _, f := range fault.All(err) {
		if theirs, ok := f.Args["theirs"].(string); ok && f.Kind == fault.Conflict {
			p.Clash, p.Theirs = true, theirs
		}
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Was = c.Was
	p.Field = form.Field(p.Field)
	p.Field.Faults = append(p.Field.Faults, form.Whole([]part.Field{p.Field})...)
	w.Header().Set("HX-Retarget", "#"+fieldID(p.Field.Name))
	w.Header().Set("HX-Reswap", "innerHTML")
	return Show(w, r, http.StatusUnprocessableEntity, editField(p))
}
