package web

import (
	"net/http"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// itemNew is the form of a new item of a class, or the choice of a class.
type itemNew struct {
	*stock
	Class  *cmdb.ClassDef // nil until one is chosen
	Form   *Form
	Parts  []itemPart
	Fields []part.Field // of all parts, for the summary
	From   *cmdb.Item   // the item that is copied, nil for none
}

// itemPart is fields of the form that belong together.
type itemPart struct {
	Title  string
	Fields []part.Field
}

// notCopied is what an item has for itself.
var notCopied = []string{"code", "serial", "uuid", "mac", "ip", "fqdn", "state"}

func (s *stock) newPage(code cmdb.Class, form *Form, from *cmdb.Item) (*itemNew, error) {
	if err := s.By.May(cmdb.DeedOpen); err != nil {
		return nil, err
	}
	p := &itemNew{stock: s, Form: form, From: from}
	p.Title = s.T("item.new")
	p.Needs("choose")
	s.frameItems("none")
	if code == "" {
		return p, nil
	}
	p.Class = s.Model.Class(code)
	if p.Class == nil || p.Class.Abstract || p.Class.Retired {
		return nil, fault.New(fault.Missing, "cmdb.no_such_class")
	}
	p.Title = s.T("item.new_of", "class", p.Class.Name.In(s.lang()))
	p.ask()
	return p, nil
}

// ask makes the questions: what every item has, and the attributes of the
// class where they belong.
func (p *itemNew) ask() {
	own := func(but bool, types ...cmdb.Type) (names []string) {
		for _, a := range p.Class.All {
			if slices.Contains(types, a.Type) != but && a.Type != cmdb.File {
				names = append(names, a.Name)
			}
		}
		return names
	}
	must := map[string]bool{"code": true}
	for _, n := range p.Class.Must {
		must[n] = true
	}
	for _, run := range []struct {
		title string
		names []string
	}{
		{"item.about", append([]string{"code", "name_en", "name_zh", "state", "serial", "room"}, own(true, cmdb.Money, cmdb.Date)...)},
		{"item.answers", []string{"owner", "team", "department", "service", "operator"}},
		{"item.matters", []string{"zone", "criticality", "grade", "rto", "rpo"}},
		{"item.money", append(own(false, cmdb.Money, cmdb.Date), "warranty")},
	} {
		one := itemPart{Title: p.T(run.title)}
		for _, n := range run.names {
			value := ""
			if p.From != nil && !slices.Contains(notCopied, n) {
				value = p.From.Get(n)
			}
			f := p.question(p.Class, n, value)
			if n == "state" {
				f.Value, f.Required = string(cmdb.Life.Start), true
			}
			if p.Form != nil && p.Form.Values != nil { // names what was chosen, so that it can be shown again
				f.Options = p.question(p.Class, n, p.Form.Get(n)).Options
			}
			f.Required = f.Required || n == "code"
			if must[n] && !f.Required {
				f.Help = p.T("item.wanted")
			}
			one.Fields = append(one.Fields, p.Form.Field(f))
		}
		p.Parts, p.Fields = append(p.Parts, one), append(p.Fields, one.Fields...)
	}
}

func (c *Configuration) newForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	q := r.URL.Query()
	var from *cmdb.Item
	class := cmdb.Class(q.Get("class"))
	if id := idOf(q.Get("from")); id != 0 {
		var err error
		if from, err = c.CMDB.Find(r.Context(), s.By, record.ItemID(id)); err != nil {
			return err
		}
		class = from.Class
	}
	p, err := s.newPage(class, nil, from)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, itemNewView(p))
}

func (c *Configuration) open(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	class := cmdb.Class(form.Get("class"))
	in := cmdb.Input{Fields: map[string]string{"class": string(class)}}
	for _, n := range s.Model.Names(class) {
		if v := form.Get(n); v != "" && n != "class" {
			in.Fields[n] = v
		}
	}
	i, err := c.CMDB.Save(r.Context(), s.By, in)
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	if form.Wrong() {
		p, err := s.newPage(class, form, nil)
		if err != nil {
			return err
		}
		return Show(w, r, http.StatusUnprocessableEntity, itemNewView(p))
	}
	return Go(w, r, ItemHref(i.ID))
}
