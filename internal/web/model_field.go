package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// field asks for a field of a class or a type of relations.
func (p *modelEdit) field(f setting.Attribute) part.Field {
	value := f.Get(p.Held)
	key := directory.LabelKey(p.kind, "", f.Name)
	out := part.Field{Name: f.Name, Label: p.T(key), Value: value, Max: f.Max, Required: f.Required && f.Name != "name_en"}
	if p.Has("model.help." + f.Name) {
		out.Help = p.T("model.help." + f.Name)
	}
	if p.kind == setting.RelationType && (f.Name == "name_en" || f.Name == "name_zh") {
		out.Label = p.T("model.forth_" + strings.TrimPrefix(f.Name, "name_"))
	}
	switch f.Type {
	case setting.Int:
		out.Kind, out.Narrow, out.Max = part.Number, true, 0
	case setting.Bool:
		out.Kind = part.Toggle
	case setting.Choice:
		out.Kind, out.Required = part.Radio, true
		for _, c := range f.Choices {
			out.Options = append(out.Options, part.Option{Value: c, Label: p.T(key + "." + c)})
		}
	case setting.Several:
		out.Values = setting.Split(value)
		if len(f.Choices) == 0 { // classes
			out.Kind, out.Many, out.Hint, out.Options = part.Choose, true, p.T("model.any"), p.classChoices(false)
			break
		}
		out.Kind = part.Several
		for _, c := range f.Choices {
			if c != "class" && c != "state" && c != "code" || f.Name == "identity" {
				out.Options = append(out.Options, part.Option{Value: c, Label: p.T(key + "." + c)})
			}
		}
	case setting.Ref:
		out.Kind, out.Options = part.Choose, p.parents()
	}
	switch f.Name {
	case "code":
		out.Narrow = true
	case "icon":
		out.Kind, out.Hint = part.Choice, p.T("model.as_above")
		for _, name := range slices.Sorted(maps.Keys(classIcons)) {
			out.Options = append(out.Options, part.Option{Value: name, Label: p.T("model.icon." + name)})
		}
	case "audit", "identity":
		out.Plain = true
	}
	return out
}

// parents are the classes that this one may stand under: neither itself nor
// one below it.
func (p *modelEdit) parents() []part.Option {
	var out []part.Option
	for _, d := range p.Model.Classes() {
		t := p.All.Coded(setting.ItemClass, string(d.Code))
		if t == nil || d.Retired && t.ID != p.Held.Parent || p.Class != nil && slices.Contains(p.Class.Below, d.Code) {
			continue
		}
		out = append(out, part.Option{Value: idText(t.ID), Label: d.Name.In(p.lang()), Note: p.classPath(d)})
	}
	return out
}

// classChoices are the classes by code, those that only group others too;
// none is the choice of any when empty is true.
func (p *modelEdit) classChoices(empty bool) []part.Option {
	var out []part.Option
	if empty {
		out = append(out, part.Option{Label: p.T("model.any")})
	}
	for _, d := range p.Model.Classes() {
		if !d.Retired {
			out = append(out, part.Option{Value: string(d.Code), Label: d.Name.In(p.lang())})
		}
	}
	return out
}

// attributeRow is the editor of one attribute.
type attributeRow struct {
	Title string // "" for one that is to be added
	Note  string
	Open  bool
	Main  []part.Field            // what every attribute has
	By    map[string][]part.Field // what only those of a type have
	Gone  part.Field
}

// all are the fields of the row.
func (r attributeRow) all() []part.Field {
	out := append(slices.Clone(r.Main), r.Gone)
	for _, t := range attributeParts {
		out = append(out, r.By[t]...)
	}
	return out
}

// attributeParts are the parts of the editor that belong to certain types.
var attributeParts = []string{"text", "unit", "choice", "reference"}

// blankAttributes is how many empty rows follow the filled ones; mostRows how
// many rows a form may have.
const (
	blankAttributes = 2
	mostRows        = 120
)

func attributeInput(n int, name string) string { return fmt.Sprintf("attr.%d.%s", n, name) }

// rowCount is how many rows a form that was sent has.
func rowCount(form *Form) int { return int(min(max(number(form.Get("attr.rows")), 0), mostRows)) }

// attributeRows are the editors: the class's own attributes, and empty ones.
func (p *modelEdit) attributeRows() []attributeRow {
	var held []cmdb.Attribute
	if doc, ok := p.Held.Doc.(*cmdb.ClassDoc); ok {
		held = doc.Attributes
	}
	n := len(held) + blankAttributes
	if p.Form != nil {
		n = rowCount(p.Form)
	}
	if !p.May {
		n = len(held)
	}
	out := make([]attributeRow, n)
	for i := range out {
		a := cmdb.Attribute{Type: cmdb.Text}
		if i < len(held) {
			a = held[i]
		}
		out[i] = p.attributeRow(i, a)
	}
	return out
}

func (p *modelEdit) attributeRow(n int, a cmdb.Attribute) attributeRow {
	f := func(name string, field part.Field) part.Field {
		field.Name, field.Label = attributeInput(n, name), p.T("model.attr."+name)
		if p.Has("model.attr." + name + ".help") {
			field.Help = p.T("model.attr." + name + ".help")
		}
		field.Plain = true
		return p.Form.Field(field)
	}
	place := strconv.Itoa(n + 1)
	if a.Name == "" {
		place = ""
	}
	var types []part.Option
	for _, t := range cmdb.Types {
		types = append(types, part.Option{Value: string(t), Label: p.T("model.attr.type." + string(t))})
	}
	must := part.Field{Kind: part.Toggle}
	if a.Must {
		must.Value = "true"
	}
	row := attributeRow{
		Main: []part.Field{
			f("en", part.Field{Value: a.En, Max: 200}), f("zh", part.Field{Value: a.Zh, Max: 200}), f("name", part.Field{Value: a.Name, Max: 40}),
			f("type", part.Field{Value: string(a.Type), Kind: part.Choice, Required: true, Options: types}),
			f("place", part.Field{Value: place, Kind: part.Number, Narrow: true}), f("must", must),
		},
		By: map[string][]part.Field{
			"text":      {f("max", part.Field{Value: countText(a.Max), Kind: part.Number, Narrow: true, Hint: "500"})},
			"unit":      {f("unit", part.Field{Value: a.Unit, Max: 40, Narrow: true})},
			"choice":    {f("choices", part.Field{Value: choiceText(a), Kind: part.Long})},
			"reference": {f("of", part.Field{Value: string(a.Of), Kind: part.Choice, Options: p.classChoices(true)})},
		},
		Gone: f("gone", part.Field{Kind: part.Toggle}),
	}
	row.Title = cmp.Or(people2(p.lang(), row.Main[0].Value, row.Main[1].Value), row.Main[2].Value)
	row.Note = p.T("model.attr.type." + cmp.Or(row.Main[3].Value, string(cmdb.Text)))
	row.Open = row.Title == "" && n == 0 || slices.ContainsFunc(row.all(), func(f part.Field) bool { return len(f.Faults) > 0 })
	return row
}

// people2 is the name in the reader's language, else in the other one.
func people2(lang, en, zh string) string {
	if lang == "zh" {
		return cmp.Or(zh, en)
	}
	return cmp.Or(en, zh)
}

func choiceText(a cmdb.Attribute) string {
	var b strings.Builder
	for _, c := range a.Choices {
		fmt.Fprintf(&b, "%s | %s | %s\n", c.Code, c.En, c.Zh)
	}
	return b.String()
}

// attributesAt lists, in the order in which they are kept, the rows of a form
// that hold an attribute.
func attributesAt(form *Form) []int {
	place := map[int]int{}
	var rows []int
	for n := range rowCount(form) {
		get := func(name string) string { return form.Get(attributeInput(n, name)) }
		if get("gone") != "" || get("name")+get("en")+get("zh") == "" {
			continue
		}
		if place[n] = int(number(get("place"))); place[n] <= 0 {
			place[n] = mostRows + n // those without a place come last
		}
		rows = append(rows, n)
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(place[a], place[b]) })
	return rows
}

// readAttributes is the table of attributes as it was typed, as JSON.
func readAttributes(form *Form) (string, error) {
	var list []cmdb.Attribute
	var many fault.Many
	for _, n := range attributesAt(form) {
		get := func(name string) string { return form.Get(attributeInput(n, name)) }
		whole := func(name string) int {
			v, err := strconv.Atoi(cmp.Or(get(name), "0"))
			if err != nil {
				many = append(many, fault.At(attributeInput(n, name), "record.not_a_number"))
			}
			return v
		}
		whole("place")
		a := cmdb.Attribute{Name: get("name"), En: get("en"), Zh: get("zh"), Type: cmdb.Type(get("type")), Must: get("must") != ""}
		switch a.Type {
		case cmdb.Text:
			a.Max = whole("max")
		case cmdb.Number, cmdb.Money:
			a.Unit = get("unit")
		case cmdb.Reference:
			a.Of = cmdb.Class(get("of"))
		case cmdb.Choice:
			a.Choices = choiceLines(get("choices"))
		}
		list = append(list, a)
	}
	if len(list) == 0 {
		return "", many.Err()
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("web: attributes: %w", err)
	}
	return string(text), many.Err()
}

// inRow is a fault inside the table of attributes: which one, and what of it.
var inRow = regexp.MustCompile(`^attributes\[(\d+)\]\.(\w+)$`)

// rowField is the input of the form that a fault about an attribute belongs to.
func rowField(field string, rows []int) string {
	m := inRow.FindStringSubmatch(field)
	if m == nil {
		return field
	}
	if n, err := strconv.Atoi(m[1]); err == nil && n < len(rows) {
		return attributeInput(rows[n], m[2])
	}
	return field
}
