package web

import (
	"slices"
	"strconv"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
	"kilter/internal/web/rows"
)

// designList is a list of the editor, with its rows in their order.
type designList struct {
	At     string // "plan[2].questions"
	Title  string
	Help   string
	Add    string // what its button says
	Nested bool
	Rows   []designRow
	Faults []string // of the list as a whole
}

// designRow is a row of it: what it is in a line, its inputs, its lists.
type designRow struct {
	At     string
	Title  string
	Note   string
	Open   bool
	Focus  bool // it is what the last deed was about
	Fields []part.Field
	Wide   []part.Field
	Hidden map[string]string // what other types of question have, so that a change of type loses nothing
	Lists  []designList
}

// list makes one list of the editor.
func (v *designPage) list(list, at string, nested bool, rowsOf []*rows.Row, row func(*rows.Row, string) designRow) designList {
	l := designList{At: at, Title: v.T("offering." + list), Help: v.T("offering." + list + ".help"), Add: v.T("offering." + list + ".add"), Nested: nested}
	l.Faults = v.Form.Field(part.Field{Name: at}).Faults
	for n, r := range rowsOf {
		path := rows.At(at, n)
		one := row(r, path)
		one.At, one.Focus = path, path == v.Focus
		one.Open = one.Focus || r.Get("open") != "" || one.wrong()
		l.Rows = append(l.Rows, one)
	}
	return l
}

// wrong tells whether anything in the row is.
func (r designRow) wrong() bool {
	bad := func(f part.Field) bool { return len(f.Faults) > 0 }
	return slices.ContainsFunc(r.Fields, bad) || slices.ContainsFunc(r.Wide, bad) || slices.ContainsFunc(r.Lists, func(l designList) bool {
		return len(l.Faults) > 0 || slices.ContainsFunc(l.Rows, designRow.wrong)
	})
}

// all are the fields of a list, for the summary of faults.
func (l designList) all() (out []part.Field) {
	out = append(out, part.Field{Name: l.At, Label: l.Title, Faults: l.Faults})
	for _, r := range l.Rows {
		out = append(append(out, r.Fields...), r.Wide...)
		for _, inner := range r.Lists {
			out = append(out, inner.all()...)
		}
	}
	return out
}

// boxes makes the inputs of one row.
type boxes struct {
	*designPage
	row *rows.Row
	at  string
}

func (b boxes) box(name string, change ...func(*part.Field)) part.Field {
	f := part.Field{Name: b.at + "." + name, Label: b.T("offering.part." + name), Value: b.row.Text[name], Max: 500, Plain: true}
	for _, c := range change {
		c(&f)
	}
	return b.Form.Field(f)
}

func kind(k part.FieldKind) func(*part.Field) {
	return func(f *part.Field) {
		f.Kind = k
		if k == part.Number {
			f.Max = 6
		}
		if k == part.Long {
			f.Max = 0
		}
	}
}

func must(f *part.Field)               { f.Required, f.Plain = true, false }
func most(n int) func(*part.Field)     { return func(f *part.Field) { f.Max = n } }
func aided(s string) func(*part.Field) { return func(f *part.Field) { f.Help = s } }

// anew makes a choice on which other inputs hang show the page anew.
func (v *designPage) anew(f *part.Field) {
	f.Attrs = templAttrs("hx-post", v.Path, "hx-trigger", "change", "hx-target", "#design", "hx-swap", "outerHTML")
}

// picks are the answers of a choice, the first of which may be nothing.
func (v *designPage) picks(none string, values []string, word func(string) string) func(*part.Field) {
	return func(f *part.Field) {
		f.Kind, f.Max = part.Choice, 0
		if none != "" {
			f.Options = append(f.Options, part.Option{Label: none})
		}
		for _, one := range values {
			f.Options = append(f.Options, part.Option{Value: one, Label: word(one)})
		}
	}
}

func (v *designPage) questions(at string, list []*rows.Row) designList {
	return v.list(questionRows, at, at != questionRows, list, func(r *rows.Row, at string) designRow { return v.question(r, at, list) })
}

// perType are the inputs that belong to some types of question.
var perType = map[string][]form.Type{
	"options": {form.Choice, form.Several}, "low": {form.Number}, "high": {form.Number}, "max": {form.Text, form.Long, form.Table}, "pattern": {form.Text, form.Long},
}

func (v *designPage) question(r *rows.Row, at string, among []*rows.Row) designRow {
	b, t, column := boxes{v, r, at}, form.Type(r.Get("type")), r.Get("column") != ""
	has := func(name string) bool { return slices.Contains(perType[name], t) }
	out := designRow{Title: textOf(r, "label").In(v.code()), Note: v.typeNote(r, t), Hidden: map[string]string{}}
	types := form.Types
	if column {
		types = slices.DeleteFunc(slices.Clone(types), func(t form.Type) bool { return t == form.Table || t == form.File || t == form.Long })
	}
	out.Fields = []part.Field{
		b.box("label_en"), b.box("label_zh"),
		b.box("type", v.picks("", codes(types), func(s string) string { return v.T("form.type." + s) }), must, v.anew),
		b.box("name", most(40), aided(v.T("offering.part.name.help"))),
		b.box("help_en"), b.box("help_zh"),
		b.box("default_of", v.picks(v.T("offering.default.fixed"), form.Known, func(s string) string { return v.T("offering.default." + s) })),
		b.box("default"),
		b.box("required", kind(part.Toggle)),
	}
	if column {
		out.Hidden["column"] = "1"
	} else {
		out.Fields = append(out.Fields, b.condition(questionsBefore(r, among))...)
	}
	for _, name := range []string{"low", "high", "max"} {
		if has(name) {
			out.Fields = append(out.Fields, b.box(name, kind(part.Number)))
		}
	}
	if has("pattern") {
		out.Fields = append(out.Fields, b.box("pattern", aided(v.T("offering.part.pattern.help"))))
	}
	if has("options") {
		out.Wide = append(out.Wide, b.box("options", kind(part.Long), aided(v.T("settings.choices.help"))))
	}
	for name := range perType {
		if !has(name) && r.Text[name] != "" {
			out.Hidden[name] = r.Text[name]
		}
	}
	if t == form.Table {
		columns := r.Lists[columnRows]
		for _, c := range columns {
			c.Text["column"] = "1"
		}
		out.Lists = append(out.Lists, v.list(columnRows, at+"."+columnRows, true, columns, func(c *rows.Row, at string) designRow { return v.question(c, at, columns) }))
	}
	return out
}

// typeNote is what kind of question it is, in a line.
func (v *designPage) typeNote(r *rows.Row, t form.Type) string {
	out := v.T("form.type." + string(t))
	if r.Get("required") != "" {
		out += " · " + v.T("offering.required")
	}
	if when := r.Get("when"); when != "" {
		out += " · " + v.T("offering.only_with", "question", when)
	}
	return out
}

func questionsBefore(r *rows.Row, among []*rows.Row) []*rows.Row {
	return among[:max(0, slices.Index(among, r))]
}

// condition is when the row counts: with which answer to which question.
func (b boxes) condition(before []*rows.Row) []part.Field {
	var names []string
	labels := map[string]string{}
	for _, q := range before {
		if name := q.Get("name"); name != "" {
			names, labels[name] = append(names, name), textOf(q, "label").In(b.code())
		}
	}
	if held := b.row.Get("when"); held != "" && !slices.Contains(names, held) {
		names, labels[held] = append(names, held), held
	}
	word := func(name string) string {
		if labels[name] == "" {
			return name
		}
		return labels[name]
	}
	return []part.Field{b.box("when", b.picks(b.T("offering.always"), names, word)), b.box("is", aided(b.T("offering.part.is.help")))}
}

func codes[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}

func (v *designPage) stages() designList {
	return v.list(stageRows, stageRows, false, v.Root.Lists[stageRows], func(r *rows.Row, at string) designRow {
		b := boxes{v, r, at}
		n, _ := strconv.Atoi(r.Get("quorum")) // 0 for what is no number, which is said at the input
		out := designRow{Title: textOf(r, "name").In(v.code()), Note: v.T("approval.rule."+r.Get("rule"), "n", n), Hidden: map[string]string{}}
		if out.Title == "" {
			out.Title = v.T("approval.stage", "n", slices.Index(v.Root.Lists[stageRows], r)+1)
		}
		out.Fields = []part.Field{
			b.box("name_en", most(100)), b.box("name_zh", most(100)),
			b.box("rule", v.picks("", approval.Rules, func(s string) string { return v.T("offering.rule." + s) }), must, v.anew),
		}
		if r.Get("rule") == string(approval.Quorum) {
			out.Fields = append(out.Fields, b.box("quorum", kind(part.Number), must), b.box("apart", kind(part.Toggle)))
		} else {
			out.Hidden["quorum"], out.Hidden["apart"] = r.Text["quorum"], r.Text["apart"]
		}
		out.Fields = append(out.Fields, b.box("days", kind(part.Number), aided(v.T("offering.part.days.help"))), b.box("remind", kind(part.Number), aided(v.T("offering.part.remind.help"))))
		out.Fields = append(out.Fields, b.condition(v.Root.Lists[questionRows])...)
		out.Lists = []designList{v.list(deciderRows, at+"."+deciderRows, true, r.Lists[deciderRows], v.decider)}
		return out
	})
}

func (v *designPage) decider(r *rows.Row, at string) designRow {
	b, as := boxes{v, r, at}, catalogue.Capacity(r.Get("as"))
	out := designRow{Title: v.T("offering.as." + string(as)), Hidden: map[string]string{}}
	out.Fields = []part.Field{b.box("as", v.picks("", codes(catalogue.Capacities), func(s string) string { return v.T("offering.as." + s) }), must, v.anew)}
	switch as {
	case catalogue.ByName:
		out.Fields = append(out.Fields, b.box("person", must, func(f *part.Field) {
			f.Kind, f.Load, f.Max, f.Options = part.Choose, "/settings/find/person", 0, v.personOptions([]string{f.Value})
			if len(f.Options) > 0 {
				out.Note = f.Options[0].Label
			}
		}))
	case catalogue.OfTeam:
		out.Fields = append(out.Fields, b.box("team", must, v.teams))
		out.Note = v.View.All.Name(idOf(r.Get("team")), v.code())
	}
	return out
}

func (v *designPage) teams(f *part.Field) {
	f.Kind, f.Max = part.Choice, 0
	for _, t := range v.View.All.Of(setting.Team) {
		if !t.Retired || f.Value == strconv.FormatInt(t.ID, 10) {
			f.Options = append(f.Options, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(v.code())})
		}
	}
}

func (v *designPage) steps() designList {
	return v.list(stepRows, stepRows, false, v.Root.Lists[stepRows], func(r *rows.Row, at string) designRow {
		b := boxes{v, r, at}
		out := designRow{Title: textOf(r, "title").In(v.code()), Note: v.stepNote(r)}
		out.Fields = []part.Field{
			b.box("title_en", most(200)), b.box("title_zh", most(200)),
			b.box("order", kind(part.Number), aided(v.T("offering.part.order.help"))),
			b.box("team", v.teams, func(f *part.Field) {
				f.Options = append([]part.Option{{Label: v.T("offering.team_of_service")}}, f.Options...)
			}),
			b.box("hours", kind(part.Number), aided(v.T("offering.part.hours.help"))),
			b.box("name", most(40), aided(v.T("offering.part.name.help"))),
		}
		out.Fields = append(out.Fields, b.condition(v.Root.Lists[questionRows])...)
		out.Fields = append(out.Fields, b.box("executes", kind(part.Toggle), aided(v.T("offering.part.executes.help"))))
		out.Wide = []part.Field{b.box("checks", kind(part.Long), aided(v.T("offering.part.checks.help")))}
		out.Lists = []designList{v.questions(at+"."+questionRows, r.Lists[questionRows])}
		return out
	})
}

// stepNote is when a task comes and who does it, in a line.
func (v *designPage) stepNote(r *rows.Row) string {
	out := v.T("offering.any_time")
	if n := r.Get("order"); n != "" && n != "0" {
		out = v.T("offering.step", "n", n)
	}
	team := v.View.All.Name(idOf(r.Get("team")), v.code())
	if team == "" {
		team = v.T("offering.team_of_service")
	}
	return out + " · " + team
}
