package web

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/lang"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// asking is a question as the page has it: a field, or the rows of a table.
type asking struct {
	Field part.Field
	When  string // the question it hangs on, "" for none
	Is    string // with one of these answers, joined by bars
	Only  string // the same in words
	Table *askedTable
	Held  form.Stored // a file that has arrived already
	Text  string      // of the answer, for the hidden field of a held file
}

type askedTable struct {
	Heads []string
	Rows  [][]part.Field
}

// asker makes the questions of an offering for a page, with the answers so far
// and what is wrong with them: of the portal, of the desk where staff order for
// somebody, and of the editor's preview.
type asker struct {
	*lang.Printer
	Questions form.Form
	Given     form.Answers
	Form      *Form // as it was typed, nil before
	// What references offer to whoever is asked.
	Colleagues  func() ([]part.Option, error)
	Departments func() []part.Option
	Items       func() ([]part.Option, error)
	// Named is what a choice looks things up with, and what it calls the one that
	// was chosen; nil where the lists above are offered.
	Named func(t form.Type, value string) (load string, chosen []part.Option)
	// Called is what something chosen before is called that is not among what the
	// lists offer; nil where nothing was chosen before.
	Called func(q form.Question, value string) string
}

// whom are the lists that references offer to a person.
type whom struct {
	ctx    context.Context // it lives as long as a page is made
	orders *Orders
	dir    *directory.Directory
	lang   string
	by     people.Actor // in whose scope items are looked up
	person people.ID
}

func (w whom) asker(words *lang.Printer, q form.Form, f *Form) *asker {
	return &asker{Printer: words, Questions: q, Form: f, Colleagues: w.colleagues, Departments: w.departments, Items: w.items}
}

func (w whom) colleagues() ([]part.Option, error) {
	who, _ := w.dir.Roll.Find(w.person)
	all, err := w.orders.Colleagues(w.ctx, people.Query{Departments: []people.DepartmentID{who.Department}, Limit: mostColleagues})
	var out []part.Option
	for _, one := range all {
		out = append(out, part.Option{Value: one.ID.String(), Label: one.Name, Note: one.Room})
	}
	return out, err
}

func (w whom) departments() (out []part.Option) {
	for _, t := range w.dir.View().All.Of(setting.Department) {
		if !t.Retired {
			out = append(out, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(w.lang)})
		}
	}
	return out
}

func (w whom) items() ([]part.Option, error) {
	who, _ := w.dir.Roll.Find(w.person)
	all, err := w.orders.Mine(w.ctx, w.by.Scope, w.person, who.Department, mostOwnItems)
	var out []part.Option
	for _, i := range all {
		out = append(out, part.Option{Value: strconv.FormatInt(int64(i.ID), 10), Label: i.Code + " " + i.Name.In(w.lang)})
	}
	return out, err
}

// filledFor are the answers that a form begins with for a person.
func filledFor(q form.Form, me people.Person, today string) form.Answers {
	return q.Filled(func(name string) string {
		switch name {
		case "me":
			return me.ID.String()
		case "me.name":
			return me.Name
		case "me.phone":
			return me.Phone
		case "me.mail":
			return me.Mail
		case "me.room":
			return me.Room
		case "me.department":
			return strconv.FormatInt(int64(me.Department), 10)
		case "today":
			return today
		}
		return ""
	})
}

// given reads the answers out of the form.
func (p *asker) given() form.Answers {
	out := form.Answers{}
	for _, q := range p.Questions {
		name := "answers." + q.Name
		switch q.Type {
		case form.Table:
			out[q.Name] = p.rows(q, name)
		case form.Several:
			out[q.Name] = strings.Join(p.Form.Values[name], ",")
		default:
			out[q.Name] = p.Form.Values.Get(name)
		}
	}
	return out
}

func (p *asker) rows(q form.Question, name string) string {
	var rows []map[string]string
	for n := 1; n <= 200; n++ {
		row, any := map[string]string{}, false
		for _, c := range q.Columns {
			v, ok := p.Form.Values[name+"."+strconv.Itoa(n)+"."+c.Name]
			any = any || ok
			if ok {
				row[c.Name] = v[0]
			}
		}
		if !any {
			break
		}
		rows = append(rows, row)
	}
	if rows == nil {
		return ""
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return "" // maps of strings are always written
	}
	return string(b)
}

// fill makes the questions of a page, and all fields among them.
func (p *asker) fill() (all []asking, fields []part.Field, _ error) {
	for _, q := range p.Questions {
		a, err := p.asking(q)
		if err != nil {
			return nil, nil, err
		}
		all, fields = append(all, a), append(fields, a.Field)
		if a.Table != nil {
			for _, row := range a.Table.Rows {
				fields = append(fields, row...)
			}
		}
	}
	return all, fields, nil
}

func (p *asker) asking(q form.Question) (asking, error) {
	a := asking{}
	if q.When != nil {
		a.When, a.Is = "answers."+q.When.Question, strings.Join(q.When.Is, "|")
		a.Only = p.only(q.When)
	}
	f, err := p.field(q, "answers."+q.Name, p.Given[q.Name])
	if err != nil {
		return a, err
	}
	a.Field = p.blamed(f)
	switch q.Type {
	case form.File:
		if held, ok := form.ParseFile(p.Given[q.Name]); ok {
			a.Held, a.Text = held, p.Given[q.Name]
		}
	case form.Table:
		a.Table, err = p.table(q)
	}
	return a, err
}

// blamed is a field with what is wrong with it; its value is the answer.
func (p *asker) blamed(f part.Field) part.Field {
	v, many := f.Value, f.Values
	f = p.Form.Field(f)
	f.Value, f.Values = v, many
	return f
}

// only says in words when a question is asked.
func (p *asker) only(w *form.When) string {
	q, _ := p.Questions.Find(w.Question)
	l := string(p.Lang())
	var is []string
	for _, code := range w.Is {
		i := slices.IndexFunc(q.Options, func(o form.Option) bool { return o.Code == code })
		if i >= 0 {
			is = append(is, q.Options[i].Label(l))
		}
	}
	if len(is) == 0 {
		return p.T("portal.order_only_if", "question", q.Label.In(l))
	}
	return p.T("portal.order_only", "question", q.Label.In(l), "answer", strings.Join(is, p.T("list.comma")))
}

var answerKinds = map[form.Type]part.FieldKind{
	form.Long: part.Long, form.Number: part.Number, form.Choice: part.Radio, form.Several: part.Several, form.Yes: part.Toggle, form.Date: part.Date,
	form.Person: part.Choice, form.Department: part.Choice, form.Item: part.Choice, form.File: part.File,
}

const fewOptions = 5 // more are in a drop-down

func (p *asker) field(q form.Question, name, value string) (part.Field, error) {
	l := string(p.Lang())
	f := part.Field{Name: name, Label: q.Label.In(l), Help: q.Help.In(l), Kind: answerKinds[q.Type], Required: q.Required, Value: value, Max: q.Max}
	if f.Kind == part.Number {
		f.Max = 0
	}
	for _, o := range q.Options {
		f.Options = append(f.Options, part.Option{Value: o.Code, Label: o.Label(l)})
	}
	if q.Type == form.Choice && len(q.Options) > fewOptions {
		f.Kind = part.Choice
	}
	if q.Type == form.Several {
		f.Values = setting.Split(value)
	}
	if p.Named != nil {
		if load, chosen := p.Named(q.Type, value); load != "" {
			f.Kind, f.Load, f.Options = part.Choose, load, chosen
			return f, nil
		}
	}
	var err error
	switch q.Type {
	case form.Person:
		f.Options, err = p.Colleagues()
	case form.Department:
		f.Options = p.Departments()
	case form.Item:
		f.Options, err = p.Items()
	}
	if held := func(o part.Option) bool { return o.Value == value }; p.Called != nil && f.Kind == part.Choice && value != "" && !slices.ContainsFunc(f.Options, held) {
		f.Options = append(f.Options, part.Option{Value: value, Label: p.Called(q, value)})
	}
	return f, err
}

func (p *asker) table(q form.Question) (*askedTable, error) {
	rows, err := form.Rows(p.Given[q.Name])
	if err != nil {
		rows = nil // what cannot be read is asked again
	}
	l := string(p.Lang())
	t := &askedTable{}
	for _, c := range q.Columns {
		t.Heads = append(t.Heads, c.Label.In(l))
	}
	most := 200
	if q.Max > 0 {
		most = q.Max
	}
	for n := 1; n <= min(len(rows)+freshRows, most); n++ {
		var row []part.Field
		for _, c := range q.Columns {
			v := ""
			if n <= len(rows) {
				v = rows[n-1][c.Name]
			}
			f, err := p.field(c, "answers."+q.Name+"."+strconv.Itoa(n)+"."+c.Name, v)
			if err != nil {
				return nil, err
			}
			if f.Kind == part.Radio {
				f.Kind = part.Choice
			}
			f.Required = false // of rows that are filled; an empty one is none
			row = append(row, p.blamed(f))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}
