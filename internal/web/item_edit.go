package web

import (
	"net/http"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/web/part"
)

// itemFact is a field of an item on its page.
type itemFact struct {
	Name, Label, Value string
	Href               string // of what it names, "" for none
	Origin             string // the source the value came from, "" by hand
	Editable           bool
}

// facts are fields with their values; empty ones that cannot be edited are
// left out.
func (p *itemPage) facts(names ...string) []itemFact {
	var out []itemFact
	for _, n := range names {
		f := p.fact(n)
		if f.Value != "" || f.Editable {
			out = append(out, f)
		}
	}
	return out
}

func (p *itemPage) fact(name string) itemFact {
	v := p.One.Get(name)
	f := itemFact{Name: name, Label: p.fieldLabel(p.Class, name), Value: p.shown(p.Class, name, v), Editable: name != "state" && p.By.Can(cmdb.DeedEdit)}
	if o := p.One.OriginOf(name); v != "" && o != cmdb.Hand {
		f.Origin = o
	}
	a, ok := p.attribute(p.Class, name)
	switch {
	case !ok || v == "" || slices.Contains(cmdb.FieldNames, name):
	case a.Type == cmdb.Reference:
		if id := p.itemRef(v); id != 0 {
			f.Href = ItemHref(id)
		}
	case a.Type == cmdb.File:
		f.Href = p.base() + "/file/" + v
	}
	return f
}

// attributeFacts are the attributes of the item's class, of some types or of
// all the others.
func (p *itemPage) attributeFacts(but bool, types ...cmdb.Type) []itemFact {
	var names []string
	for _, a := range p.Class.All {
		if slices.Contains(types, a.Type) != but && !slices.Contains(cmdb.FieldNames, a.Name) {
			names = append(names, a.Name)
		}
	}
	return p.facts(names...)
}

// itemEdit is one field of an item being edited where it stands.
type itemEdit struct {
	*stock
	One    *cmdb.Item
	Class  *cmdb.ClassDef
	Field  part.Field
	Was    string // the value the editor saw
	Theirs string // what somebody else made of it meanwhile
	Clash  bool
}

func (p *itemEdit) base() string { return ItemHref(p.One.ID) }

// itemEditor prepares the field that an address names.
func (s *stock) itemEditor(r *http.Request) (*itemEdit, error) {
	i, err := s.one(r)
	if err != nil {
		return nil, err
	}
	if err := s.By.May(cmdb.DeedEdit); err != nil {
		return nil, err
	}
	name := r.PathValue("field")
	if name == "state" || !slices.Contains(s.Model.Names(i.Class), name) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	if s.files, err = s.c.CMDB.Attached(s.ctx, s.By, i.ID); err != nil {
		return nil, err
	}
	p := &itemEdit{stock: s, One: i, Class: s.classOf(i.Class), Was: i.Get(name)}
	p.Field = s.question(p.Class, name, p.Was)
	p.Field.Required = name == "code" || name == "class"
	return p, nil
}

func (c *Configuration) editForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.itemEditor(r)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, itemEditField(p))
}

// field answers the field as it is, when its editor goes away.
func (c *Configuration) field(w http.ResponseWriter, r *http.Request, s *stock) error {
	i, err := s.one(r)
	if err != nil {
		return err
	}
	name := r.PathValue("field")
	if !slices.Contains(s.Model.Names(i.Class), name) {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if s.files, err = s.c.CMDB.Attached(s.ctx, s.By, i.ID); err != nil {
		return err
	}
	p := &itemPage{stock: s, One: i, Class: s.classOf(i.Class)}
	return Show(w, r, http.StatusOK, itemFactValue(p, p.fact(name)))
}

// edit changes one field, from the value its editor saw. Other fields may have
// changed meanwhile; when it is this one, both values are shown.
func (c *Configuration) edit(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.itemEditor(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	name := p.Field.Name
	typed, was := form.Get(name), form.Values.Get("was")
	if back := r.URL.Query(); back.Has("now") { // the undo of a notice has no fields
		typed, was = back.Get("now"), back.Get("was")
	}
	if was != p.Was && typed != p.Was {
		p.Clash, p.Theirs = true, p.Was
		p.Field.Value = typed
		return p.again(w, r)
	}
	i, err := c.CMDB.Save(r.Context(), s.By, cmdb.Input{ID: p.One.ID, Version: p.One.Version, Fields: map[string]string{name: typed}})
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	if form.Wrong() {
		p.Field = form.Field(p.Field)
		p.Field.Faults = append(p.Field.Faults, form.Whole([]part.Field{p.Field})...)
		return p.again(w, r)
	}
	undo := p.base() + "/edit/" + name + "?was=" + queryEscape(i.Get(name)) + "&now=" + queryEscape(p.Was)
	return s.done(w, r, i.ID, part.Toast{Text: s.T("desk.edited", "field", p.Field.Label), Undo: undo})
}

func (p *itemEdit) again(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("HX-Retarget", "#"+fieldID(p.Field.Name))
	w.Header().Set("HX-Reswap", "innerHTML")
	return Show(w, r, http.StatusUnprocessableEntity, itemEditField(p))
}
