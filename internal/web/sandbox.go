package web

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// sandboxPath is where changes of the items are tried out.
const sandboxPath = configPath + "/what-if"

func (c *Configuration) sandboxRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + sandboxPath:                 c.sandboxes,
		"POST " + sandboxPath:                c.addSandbox,
		"GET " + sandboxPath + "/{id}":       c.sandbox,
		"POST " + sandboxPath + "/{id}":      c.changeSandbox,
		"POST " + sandboxPath + "/{id}/drop": c.dropSandbox,
		"GET " + sandboxPath + "/{id}/map":   c.sandboxMap,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
}

// sandboxesPage lists the sandboxes, with the form for a new one.
type sandboxesPage struct {
	*stock
	List   []cmdb.Sandbox
	For    string // number of the record that all are for; "" for any
	Form   *Form
	Fields []part.Field
}

// sandboxPage is one sandbox beside today.
type sandboxPage struct {
	*stock
	One    cmdb.Sandbox
	Look   *cmdb.Outlook
	For    *record.Row // the record that it is tried out for, when the reader may see it
	Own    bool
	Form   *Form
	Head   []part.Field // name, about, shared
	Fail   part.Field
	Forms  []editForm
	Of     string       // the item whose relation is moved
	Moving []part.Field // the relation that is moved, once its item was chosen
}

// editForm asks for one kind of edit.
type editForm struct {
	Do     cmdb.Deed
	Icon   string
	Fields []part.Field
	Open   bool
}

func (s *stock) sandboxFields(one cmdb.Sandbox) []part.Field {
	shared := ""
	if one.Shared {
		shared = "true"
	}
	return []part.Field{
		{Name: "name", Label: s.T("sandbox.name"), Required: true, Max: 200, Value: one.Name},
		{Name: "about", Label: s.T("sandbox.about"), Kind: part.Long, Max: 2000, Value: one.Doc.About},
		{Name: "record", Label: s.T("sandbox.record"), Help: s.T("sandbox.record_help"), Max: 30, Value: one.Doc.Record},
		{Name: "shared", Label: s.T("sandbox.shared"), Help: s.T("sandbox.shared_help"), Kind: part.Toggle, Value: shared},
	}
}

func (s *stock) sandboxesPage(form *Form, number string) (*sandboxesPage, error) {
	fresh := cmdb.Sandbox{Doc: cmdb.SandboxDoc{Record: number}}
	p := &sandboxesPage{stock: s, Form: form, Fields: form.Fields(s.sandboxFields(fresh)...), For: number}
	var err error
	p.List, err = s.c.Sandboxes.Of(s.ctx, s.By, number)
	p.Title = s.T("sandbox.title")
	s.frameItems("what-if")
	return p, err
}

func (c *Configuration) sandboxes(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.sandboxesPage(nil, r.URL.Query().Get("record"))
	if err != nil {
		return err
	}
	if Partial(r) && p.For != "" {
		return Show(w, r, http.StatusOK, triedOut(p))
	}
	return Show(w, r, http.StatusOK, sandboxesView(p))
}

func (c *Configuration) addSandbox(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	kept, err := c.Sandboxes.Keep(r.Context(), s.By, cmdb.Sandbox{Name: form.Get("name"), Shared: form.Get("shared") != "", Doc: cmdb.SandboxDoc{About: form.Get("about"), Record: form.Get("record")}})
	if err == nil {
		return Go(w, r, sandboxPath+"/"+idText(kept.ID))
	}
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	p, err := s.sandboxesPage(form, "")
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusUnprocessableEntity, sandboxesView(p))
}

// sandboxPage reads a sandbox and compares it with today. The form is the one
// that was refused, or nil.
func (s *stock) sandboxPage(r *http.Request, form *Form) (*sandboxPage, error) {
	p := &sandboxPage{stock: s, Form: form}
	var err error
	if p.One, p.Look, err = s.c.Sandboxes.Look(s.ctx, s.By, number(r.PathValue("id"))); err != nil {
		return nil, err
	}
	p.Own = p.One.Owner == s.By.ID
	row, seen, err := s.c.Sandboxes.Record(s.ctx, s.By, &p.One)
	if err != nil {
		return nil, err
	}
	if p.One.Doc.Record = ""; seen {
		p.For, p.One.Doc.Record = &row, row.Ref()
	}
	sent := cmdb.Deed("")
	if form != nil {
		sent = cmdb.Deed(form.Get("do"))
	}
	p.Head = s.sandboxFields(p.One)
	if sent == "save" {
		p.Head = form.Fields(p.Head...)
	}
	p.Fail = p.node("fail", s.T("sandbox.fail"))
	p.Fail.Many, p.Fail.Help = true, s.T("sandbox.fail_help")
	for _, id := range p.One.Doc.Fail {
		p.Fail.Values = append(p.Fail.Values, idText(id))
		if id > 0 {
			p.Fail.Options = append(p.Fail.Options, part.Option{Value: idText(id), Label: p.called(id)})
		}
	}
	if p.Own {
		if err := p.ask(r, form, sent); err != nil {
			return nil, err
		}
	}
	p.Title = p.One.Name
	s.frameItems("what-if")
	p.Needs("choose")
	return p, nil
}

// node asks for an item: one that is there, or one that the sandbox adds.
func (p *sandboxPage) node(name, label string) part.Field {
	f := part.Field{Name: name, Label: label, Kind: part.Choose, Load: "/items", Plain: true}
	for _, e := range p.One.Doc.Edits {
		if e.As < 0 {
			f.Options = append(f.Options, part.Option{Value: idText(e.As), Label: p.called(e.As)})
		}
	}
	return f
}

// ask makes the forms that try something out.
func (p *sandboxPage) ask(r *http.Request, form *Form, sent cmdb.Deed) error {
	zone := p.among(part.Field{Name: "zone", Label: p.T("cmdb.field.zone"), Plain: true}, setting.Zone)
	class := part.Field{Name: "class", Label: p.T("cmdb.field.class"), Kind: part.Choose, Options: p.classOptions("server"), Value: "server"}
	types := part.Field{Name: "type", Label: p.T("item.relation"), Kind: part.Choice, Required: true}
	for _, t := range p.Model.Types() {
		if !t.Retired {
			types.Options = append(types.Options, part.Option{Value: t.Code, Label: t.Forth.In(p.lang())})
		}
	}
	name := part.Field{Name: "name", Label: p.T("item.name"), Max: 200}
	p.Forms = []editForm{
		{Do: cmdb.Remove, Icon: "trash", Fields: []part.Field{p.node("item", p.T("item.other_item"))}},
		{Do: cmdb.Duplicate, Icon: "copy", Fields: []part.Field{p.node("item", p.T("item.other_item")), name}},
		{Do: cmdb.Place, Icon: "plus", Fields: []part.Field{{Name: "name", Label: p.T("item.name"), Max: 200, Required: true}, class, zone}},
		{Do: cmdb.Relate, Icon: "link", Fields: []part.Field{p.node("source", p.T("item.tie.source")), types, p.node("target", p.T("item.tie.target"))}},
	}
	for n := range p.Forms {
		if p.Forms[n].Do == sent {
			p.Forms[n].Fields, p.Forms[n].Open = form.Fields(p.Forms[n].Fields...), true
			p.keepChosen(p.Forms[n].Fields)
		}
	}
	of := r.URL.Query().Get("move")
	if sent == cmdb.Move {
		of = form.Get("of")
	}
	if of == "" {
		return nil
	}
	p.Of = of
	related, _, err := p.c.CMDB.Related(p.ctx, p.By, record.ItemID(number(of)))
	if err != nil {
		return err
	}
	tie := part.Field{Name: "relation", Label: p.T("sandbox.relation"), Kind: part.Choice, Required: true}
	for _, t := range related {
		words := t.Other.Code + " " + p.itemName(&t.Other)
		tie.Options = append(tie.Options, part.Option{Value: idText(t.ID), Label: p.tieLabel(p.Model.Type(t.Type), t) + " " + words})
	}
	source, target := p.node("source", p.T("sandbox.new_source")), p.node("target", p.T("sandbox.new_target"))
	source.Help, target.Help = p.T("sandbox.stays"), p.T("sandbox.stays")
	p.Moving = []part.Field{tie, source, target}
	if sent == cmdb.Move {
		p.Moving = form.Fields(p.Moving...)
		p.keepChosen(p.Moving)
	}
	return nil
}

// keepChosen names what was chosen, so that it can be shown again.
func (p *sandboxPage) keepChosen(fields []part.Field) {
	for n := range fields {
		if f := &fields[n]; f.Load != "" && number(f.Value) > 0 {
			f.Options = append(f.Options, part.Option{Value: f.Value, Label: p.item(f.Value)})
		}
	}
}

func (c *Configuration) sandbox(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.sandboxPage(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, sandboxView(p))
}

// changeSandbox tries something more out, takes a step back, or keeps what the
// sandbox is called.
func (c *Configuration) changeSandbox(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	one, err := c.Sandboxes.Read(r.Context(), s.By, number(r.PathValue("id")))
	if err != nil {
		return err
	}
	if one.Owner != s.By.ID {
		return fault.New(fault.Denied, "cmdb.sandbox_of_another")
	}
	place := len(one.Doc.Edits)
	if err := tried(&one, form); err != nil {
		return err
	}
	if _, err = c.Sandboxes.Keep(r.Context(), s.By, one); err == nil {
		return Go(w, r, sandboxPath+"/"+idText(one.ID))
	}
	for _, f := range fault.All(err) { // the newest edit is the one that was asked for
		if at := "edits[" + strconv.Itoa(place) + "]."; len(f.Field) > len(at) && f.Field[:len(at)] == at {
			f.Field = f.Field[len(at):]
		}
	}
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	p, err := s.sandboxPage(r, form)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusUnprocessableEntity, sandboxView(p))
}

// tried does what a form says to a sandbox in memory.
func tried(one *cmdb.Sandbox, form *Form) error {
	id := func(name string) record.ItemID { return record.ItemID(number(form.Get(name))) }
	e := cmdb.Edit{Do: cmdb.Deed(form.Get("do"))}
	switch e.Do {
	case "save":
		one.Name, one.Doc.About, one.Doc.Record, one.Shared = form.Get("name"), form.Get("about"), form.Get("record"), form.Get("shared") != ""
		return nil
	case "fail":
		one.Doc.Fail = nil
		for _, v := range form.Values["fail"] {
			one.Doc.Fail = append(one.Doc.Fail, record.ItemID(number(v)))
		}
		return nil
	case "back":
		n, err := strconv.Atoi(form.Get("edit"))
		if err != nil || n < 0 || n >= len(one.Doc.Edits) {
			return fault.New(fault.Missing, "trouble.missing")
		}
		one.Doc.Edits = slices.Delete(slices.Clone(one.Doc.Edits), n, n+1)
		return nil
	case cmdb.Remove:
		e.Item = id("item")
	case cmdb.Duplicate:
		e.Item, e.Name, e.As = id("item"), form.Get("name"), nextNew(one)
	case cmdb.Place:
		e.Name, e.Class, e.Zone, e.As = form.Get("name"), cmdb.Class(form.Get("class")), people.ZoneID(number(form.Get("zone"))), nextNew(one)
	case cmdb.Relate:
		e.Source, e.Target, e.Type = id("source"), id("target"), form.Get("type")
	case cmdb.Move:
		e.Relation, e.Source, e.Target = cmdb.RelationID(number(form.Get("relation"))), id("source"), id("target")
	default:
		return fault.New(fault.Missing, "trouble.missing")
	}
	one.Doc.Edits = append(slices.Clone(one.Doc.Edits), e)
	return nil
}

// nextNew is the number of a new item.
func nextNew(one *cmdb.Sandbox) record.ItemID {
	least := record.ItemID(0)
	for _, e := range one.Doc.Edits {
		least = min(least, e.As)
	}
	return least - 1
}

func (c *Configuration) dropSandbox(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := c.Sandboxes.Drop(r.Context(), s.By, number(r.PathValue("id"))); err != nil {
		return err
	}
	return Go(w, r, sandboxPath)
}
