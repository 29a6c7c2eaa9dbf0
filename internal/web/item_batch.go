package web

import (
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// Where many items are changed at once, and what was changed so is taken back.
const (
	bulkPath  = configPath + "/bulk"
	batchPath = configPath + "/batches"
)

func (c *Configuration) batchRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + bulkPath:                  c.bulkForm,
		"POST " + bulkPath:                 c.bulkPreview,
		"POST " + bulkPath + "/run":        c.bulkRun,
		"GET " + batchPath:                 c.batches,
		"GET " + batchPath + "/{id}":       c.batch,
		"POST " + batchPath + "/{id}/undo": c.undoBatch,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
}

// bulkItems is a change to many items: first what exactly, then what it would do
// to each, then it is done.
type bulkItems struct {
	*stock
	On       []cmdb.Chosen
	Form     *Form
	Why      part.Field
	Fields   []part.Field // of every item
	Attrs    []part.Field // of their classes
	Clear    part.Field   // which of them become empty
	Move     part.Field
	MoveAsks []part.Field
	Outcomes []cmdb.Batched
	Changed  int
	Same     int
	Refused  int
}

// The names of the form's inputs: a field to set, a question of the move.
const (
	setInput = "set."
	askInput = "ask."
)

// bulkOn reads which items a form is about: those named one by one, or all that
// a condition finds.
func (s *stock) bulkOn(form *Form) ([]cmdb.Chosen, error) {
	if form.Get("all") != "" {
		where, err := s.itemWhere(form.Get("q"))
		if err != nil {
			return nil, err
		}
		return s.c.Batches.Matching(s.ctx, s.By, where)
	}
	var out []cmdb.Chosen
	for _, v := range form.Values["id"] {
		id, version, _ := strings.Cut(v, ".")
		out = append(out, cmdb.Chosen{Item: record.ItemID(number(id)), Version: number(version)})
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "desk.nothing_selected")
	}
	return out, nil
}

// bulkPage prepares the questions.
func (s *stock) bulkPage(form *Form, typed bool) (*bulkItems, error) {
	if err := s.By.May(cmdb.DeedBulk); err != nil {
		return nil, err
	}
	p := &bulkItems{stock: s, Form: form}
	var err error
	if p.On, err = s.bulkOn(form); err != nil {
		return nil, err
	}
	ids := make([]record.ItemID, len(p.On))
	for n, t := range p.On {
		ids[n] = t.Item
	}
	found, err := s.c.CMDB.Items.Find(s.ctx, s.scope(), ids...)
	if err != nil {
		return nil, err
	}
	var classes []cmdb.Class
	for n := range found {
		if c := found[n].Class; !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	answers := form
	if !typed {
		answers = nil
	}
	p.ask(classes, answers)
	p.Title = s.N("batch.title", len(p.On))
	s.frameItems("batchs")
	p.Needs("choose")
	return p, nil
}

// ask makes the questions. What is left empty stays as it is.
func (p *bulkItems) ask(classes []cmdb.Class, form *Form) {
	p.Why = form.Field(part.Field{Name: "because", Label: p.T("cmdb.field.because"), Help: p.T("item.because_help"), Hint: "CHG-2026-00012", Max: 200})
	clearable := part.Field{Name: "clear", Label: p.T("batch.clear"), Help: p.T("batch.clear_help"), Kind: part.Choose, Many: true, Plain: true}
	one := func(c *cmdb.ClassDef, name string) part.Field {
		q := p.question(c, name, "")
		q.Name, q.Hint, q.Plain = setInput+name, p.T("desk.unchanged"), true
		clearable.Options = append(clearable.Options, part.Option{Value: name, Label: q.Label})
		q = form.Field(q)
		if q.Load != "" && q.Value != "" {
			q.Options = append(q.Options, part.Option{Value: q.Value, Label: p.shown(c, name, q.Value)})
		}
		return q
	}
	if p.By.Can(cmdb.DeedEdit) {
		for _, name := range cmdb.BulkFields {
			p.Fields = append(p.Fields, one(nil, name))
		}
		for _, a := range p.Model.BulkAttributes(classes...) {
			p.Attrs = append(p.Attrs, one(nil, a.Name))
		}
		p.Clear = form.Field(clearable)
	}
	p.Move = part.Field{Name: "move", Label: p.T("batch.move"), Help: p.T("batch.move_help"), Kind: part.Choice, Hint: p.T("desk.unchanged"), Plain: true}
	var asks []string
	for _, m := range cmdb.Life.Moves {
		if p.By.Can("item." + m.Name) {
			p.Move.Options = append(p.Move.Options, part.Option{Value: m.Name, Label: p.T("cmdb.move."+m.Name) + " → " + p.T("cmdb.state."+string(m.To))})
			for _, name := range m.Asks {
				if slices.Contains([]string{"method", "witness", "proof"}, name) && !slices.Contains(asks, name) {
					asks = append(asks, name)
				}
			}
		}
	}
	p.Move = form.Field(p.Move)
	for _, name := range asks {
		q := p.question(nil, name, "")
		if name == "method" {
			q = coded(p.stock, q, "cmdb.method.", cmdb.Methods)
		}
		q.Name, q.Plain = askInput+name, true
		p.MoveAsks = append(p.MoveAsks, form.Field(q))
	}
}

// act is what the form says is to be done.
func (p *bulkItems) act() cmdb.Act {
	a := cmdb.Act{Fields: map[string]string{}, Form: map[string]string{}, Move: p.Form.Get("move"), Because: p.Form.Get("because")}
	for _, f := range slices.Concat(p.Fields, p.Attrs) {
		if v := p.Form.Get(f.Name); v != "" {
			a.Fields[strings.TrimPrefix(f.Name, setInput)] = v
		}
	}
	for _, name := range p.Form.Values["clear"] {
		if _, both := a.Fields[name]; !both {
			a.Fields[name] = ""
		}
	}
	for _, f := range p.MoveAsks {
		if v := p.Form.Get(f.Name); v != "" && a.Move == "dispose" {
			a.Form[strings.TrimPrefix(f.Name, askInput)] = v
		}
	}
	return a
}

// blame shows what is wrong with the form at its questions.
func (p *bulkItems) blame(err error) error {
	for _, f := range fault.All(err) {
		if slices.ContainsFunc(slices.Concat(p.Fields, p.Attrs), func(q part.Field) bool { return q.Name == setInput+f.Field }) {
			p.Form.Fault(setInput+f.Field, p.Fault(f))
			continue
		}
		if err := p.Form.Blame(p.Printer, f); err != nil {
			return err
		}
	}
	if len(fault.All(err)) == 0 {
		return err
	}
	for _, list := range [][]part.Field{p.Fields, p.Attrs} {
		for n := range list {
			list[n] = p.Form.Field(list[n])
		}
	}
	p.Move = p.Form.Field(p.Move)
	return nil
}

func (p *bulkItems) all() []part.Field {
	return slices.Concat([]part.Field{p.Why, p.Clear, p.Move}, p.Fields, p.Attrs, p.MoveAsks)
}

func (c *Configuration) bulkForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.bulkPage(&Form{Values: r.URL.Query()}, false)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, itemBulkView(p))
}

// bulkPreview says what would happen to each item, and does nothing.
func (c *Configuration) bulkPreview(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.bulkPage(form, true)
	if err != nil {
		return err
	}
	if form.Get("do") == "edit" {
		return Show(w, r, http.StatusOK, itemBulkView(p))
	}
	if p.Outcomes, err = c.Batches.Preview(r.Context(), s.By, p.act(), p.On); err != nil {
		if err := p.blame(err); err != nil {
			return err
		}
		return Show(w, r, http.StatusUnprocessableEntity, itemBulkView(p))
	}
	p.count()
	return Show(w, r, http.StatusOK, itemBulkPreview(p))
}

func (p *bulkItems) count() {
	for n := range p.Outcomes {
		switch o := &p.Outcomes[n]; {
		case o.Refused != nil:
			p.Refused++
		case o.Does():
			p.Changed++
		default:
			p.Same++
		}
	}
}

// bulkRun does it; its page takes all of it back.
func (c *Configuration) bulkRun(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.bulkPage(form, true)
	if err != nil {
		return err
	}
	b, list, err := c.Batches.Do(r.Context(), s.By, p.act(), p.On)
	switch {
	case err != nil:
		if err := p.blame(err); err != nil {
			return err
		}
		return Show(w, r, http.StatusUnprocessableEntity, itemBulkView(p))
	case b.ID == 0: // all of them were changed since the preview
		p.Outcomes = list
		p.count()
		return Show(w, r, http.StatusConflict, itemBulkPreview(p))
	}
	return Go(w, r, batchPath+"/"+idText(b.ID))
}

// sent are the values of the form to be sent again, and the items in the
// versions that the preview was made of.
func (p *bulkItems) sent() [][2]string {
	var out [][2]string
	for name, values := range p.Form.Values {
		for _, v := range values {
			if v != "" && !slices.Contains([]string{"id", "all", "q", "do"}, name) {
				out = append(out, [2]string{name, v})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return append(out, p.ids()...)
}

func (p *bulkItems) ids() [][2]string {
	versions := map[record.ItemID]int64{}
	for _, o := range p.Outcomes {
		if o.Item != nil {
			versions[o.ID] = o.Item.Version
		}
	}
	out := make([][2]string, len(p.On))
	for n, t := range p.On {
		id := idText(t.Item)
		if v := versions[t.Item]; v != 0 {
			id += "." + idText(v)
		}
		out[n] = [2]string{"id", id}
	}
	return out
}

// whyNot says why an item stays as it is.
func (s *stock) whyNot(o *cmdb.Batched) string {
	var out []string
	for _, f := range fault.All(o.Refused) {
		text := s.Fault(f)
		if f.Field != "" && f.Key != "cmdb.no_such_attribute" {
			text = s.T("item.import.fault", "field", s.fieldLabel(nil, f.Field), "text", text)
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// became are the changes of an item in words.
func (s *stock) became(o *cmdb.Batched) []changedField {
	class := s.classOf(o.Item.Class)
	out := make([]changedField, len(o.Changes))
	for n, c := range o.Changes {
		out[n] = changedField{s.fieldLabel(class, c.Field), s.shown(class, c.Field, c.Was), s.shown(class, c.Field, c.Became)}
	}
	return out
}
