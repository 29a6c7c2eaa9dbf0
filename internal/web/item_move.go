package web

import (
	"net/http"
	"slices"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/flow"
	"kilter/internal/web/part"
)

// moveAsk is the form of one move of an item's life, made from its table.
func (s *stock) moveAsk(r *http.Request, form *Form) (*cmdb.Item, *askPage, error) {
	i, err := s.one(r)
	if err != nil {
		return nil, nil, err
	}
	name := r.PathValue("move")
	if err := s.By.May("item." + name); err != nil {
		return nil, nil, err
	}
	m, err := cmdb.Life.Find(i.State, name)
	if err != nil {
		return nil, nil, err
	}
	p := &askPage{
		sight: s.sight, ID: "move", Heading: s.T("cmdb.move."+name) + " · " + i.Code, Action: ItemHref(i.ID) + "/move/" + name,
		Send: s.T("cmdb.move." + name), Icon: itemMoveIcons[name], Form: form,
	}
	if name == "dispose" {
		p.Look = part.Danger
	}
	p.needed(m.Fit(&cmdb.Step{Item: &cmdb.Item{Owner: i.Owner, Team: i.Team, Zone: i.Zone}}))
	for _, ask := range m.Asks {
		p.Fields = append(p.Fields, form.Field(s.moveQuestion(i, m, ask)))
	}
	return i, p, nil
}

// moveQuestion is a question of a move: about the item, or about why and how
// it is done.
func (s *stock) moveQuestion(i *cmdb.Item, m flow.Move[*cmdb.Step], name string) part.Field {
	f := s.question(s.classOf(i.Class), name, i.Get(name))
	switch name {
	case "because":
		f.Help, f.Hint, f.Required = s.T("item.because_help"), "CHG-2026-00012", len(m.Needs) > 0
	case "method":
		f = coded(s, f, "cmdb.method.", cmdb.Methods)
		f.Required = true
	case "witness":
		f.Help = s.T("item.witness_help")
	}
	if slices.Contains([]string{"because", "witness", "proof"}, name) {
		f.Max = 200
	}
	return f
}

func (c *Configuration) moveForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	_, p, err := s.moveAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) move(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	i, p, err := s.moveAsk(r, form)
	if err != nil {
		return err
	}
	in := cmdb.Input{ID: i.ID, Version: i.Version, Fields: map[string]string{}}
	for _, f := range p.Fields {
		if f.Name == "because" {
			in.Because = form.Get("because")
			continue
		}
		in.Fields[f.Name] = form.Get(f.Name)
	}
	if _, err := c.CMDB.Move(r.Context(), s.By, r.PathValue("move"), in); err != nil {
		return p.refused(w, r, err)
	}
	return s.done(w, r, i.ID, part.Toast{Text: s.T("item.moved", "code", i.Code, "did", s.T("cmdb.move."+r.PathValue("move"))), Icon: itemMoveIcons[r.PathValue("move")]})
}
