package web

import (
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/web/rows"
)

// The lists of an offering's editor, named as in the offering.
const (
	questionRows = "questions"
	columnRows   = "columns" // of a question that is a table
	stageRows    = "stages"
	deciderRows  = "who" // of a stage
	stepRows     = "plan"
)

// rowsOf is a definition as the rows of its editor.
func rowsOf(o catalogue.Offering) *rows.Row {
	top := rows.New()
	for _, q := range o.Questions {
		top.Add(questionRows, questionRow(q))
	}
	for _, st := range o.Stages {
		r := rows.New("name_en", st.Name.En, "name_zh", st.Name.Zh, "rule", string(st.Rule), "quorum", figure(st.Quorum), "apart", switched(st.Apart), "days", figure(st.Days), "remind", figure(st.Remind))
		conditionRow(r, st.When)
		for _, w := range st.Who {
			r.Add(deciderRows, rows.New("as", string(w.As), "person", figure(w.Person), "team", figure(w.Team)))
		}
		top.Add(stageRows, r)
	}
	for _, st := range o.Plan {
		r := rows.New("name", st.Name, "title_en", st.Title.En, "title_zh", st.Title.Zh, "order", figure(st.Order), "team", figure(st.Team), "hours", figure(st.Hours), "executes", switched(st.Executes))
		conditionRow(r, st.When)
		var checks []string
		for _, c := range st.Checks {
			checks = append(checks, c.En+" | "+c.Zh)
		}
		r.Text["checks"] = strings.Join(checks, "\n")
		for _, q := range st.Questions {
			r.Add(questionRows, questionRow(q))
		}
		top.Add(stepRows, r)
	}
	return top
}

func questionRow(q form.Question) *rows.Row {
	r := rows.New(
		"name", q.Name, "label_en", q.Label.En, "label_zh", q.Label.Zh, "help_en", q.Help.En, "help_zh", q.Help.Zh, "type", string(q.Type), "required", switched(q.Required),
		"low", bound(q.Low), "high", bound(q.High), "max", figure(q.Max), "pattern", q.Pattern, "default", q.Default,
	)
	if known, ok := strings.CutPrefix(q.Default, "{"); ok {
		r.Text["default"], r.Text["default_of"] = "", strings.TrimSuffix(known, "}")
	}
	var options []string
	for _, o := range q.Options {
		options = append(options, o.Code+" | "+o.En+" | "+o.Zh)
	}
	r.Text["options"] = strings.Join(options, "\n")
	conditionRow(r, q.When)
	for _, c := range q.Columns {
		r.Add(columnRows, questionRow(c))
	}
	return r
}

func conditionRow(r *rows.Row, w *form.When) {
	if w != nil {
		r.Text["when"], r.Text["is"] = w.Question, strings.Join(w.Is, ", ")
	}
}

func figure[N ~int | ~int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

func bound(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

func switched(on bool) string {
	if on {
		return "true"
	}
	return ""
}

// rowReader makes a definition of rows, and gathers what cannot be read.
type rowReader struct{ many fault.Many }

// read makes the parts of a definition that the editor has.
func (d *rowReader) read(top *rows.Row, into *catalogue.Offering) {
	into.Questions, into.Stages, into.Plan = d.questions(top.Lists[questionRows], questionRows), nil, nil
	for n, r := range top.Lists[stageRows] {
		at := rows.At(stageRows, n)
		st := catalogue.Stage{
			Name: textOf(r, "name"), Rule: approval.Rule(r.Get("rule")), Quorum: d.whole(r, at, "quorum"), Apart: r.Get("apart") != "",
			Days: d.whole(r, at, "days"), Remind: d.whole(r, at, "remind"), When: conditionOf(r),
		}
		for _, w := range r.Lists[deciderRows] {
			one := catalogue.Decider{As: catalogue.Capacity(w.Get("as"))}
			switch one.As {
			case catalogue.ByName:
				one.Person = people.ID(idOf(w.Get("person")))
			case catalogue.OfTeam:
				one.Team = people.TeamID(idOf(w.Get("team")))
			}
			st.Who = append(st.Who, one)
		}
		into.Stages = append(into.Stages, st)
	}
	for n, r := range top.Lists[stepRows] {
		at := rows.At(stepRows, n)
		nameRow(r, "task", top.Lists[stepRows][:n], "title_en", n)
		st := catalogue.Step{
			Name: r.Get("name"), Title: textOf(r, "title"), Order: d.whole(r, at, "order"), Team: people.TeamID(idOf(r.Get("team"))), Hours: d.whole(r, at, "hours"),
			Executes: r.Get("executes") != "", When: conditionOf(r), Questions: d.questions(r.Lists[questionRows], at+"."+questionRows),
		}
		for _, l := range lines(r.Get("checks")) {
			en, zh, _ := strings.Cut(l, "|")
			st.Checks = append(st.Checks, people.Text{En: strings.TrimSpace(en), Zh: strings.TrimSpace(zh)})
		}
		into.Plan = append(into.Plan, st)
	}
}

func (d *rowReader) questions(list []*rows.Row, at string) (out form.Form) {
	for n, r := range list {
		nameRow(r, "question", list[:n], "label_en", n)
		out = append(out, d.question(r, rows.At(at, n)))
	}
	return out
}

func (d *rowReader) question(r *rows.Row, at string) form.Question {
	q := form.Question{
		Name: r.Get("name"), Label: textOf(r, "label"), Help: textOf(r, "help"), Type: form.Type(r.Get("type")), Required: r.Get("required") != "",
		Default: r.Get("default"), When: conditionOf(r),
	}
	if known := r.Get("default_of"); known != "" {
		q.Default = "{" + known + "}"
	}
	switch q.Type {
	case form.Choice, form.Several:
		for _, c := range choiceLines(r.Get("options")) {
			q.Options = append(q.Options, form.Option{Code: c.Code, En: c.En, Zh: c.Zh})
		}
	case form.Number:
		q.Low, q.High = d.bound(r, at, "low"), d.bound(r, at, "high")
	case form.Text, form.Long:
		q.Max, q.Pattern = d.whole(r, at, "max"), r.Get("pattern")
	case form.Table:
		q.Max = d.whole(r, at, "max")
		q.Columns = d.questions(r.Lists[columnRows], at+"."+columnRows)
	}
	return q
}

func (d *rowReader) whole(r *rows.Row, at, name string) int {
	text := r.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		d.many = append(d.many, fault.At(at+"."+name, "offering.not_whole").With("text", text))
	}
	return n
}

func (d *rowReader) bound(r *rows.Row, at, name string) *float64 {
	text := r.Get(name)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		d.many = append(d.many, fault.At(at+"."+name, "record.not_a_number"))
		return nil
	}
	return &n
}

func textOf(r *rows.Row, name string) people.Text {
	return people.Text{En: r.Get(name + "_en"), Zh: r.Get(name + "_zh")}
}

func conditionOf(r *rows.Row) *form.When {
	if r.Get("when") == "" {
		return nil
	}
	w := &form.When{Question: r.Get("when")}
	for code := range strings.FieldsFuncSeq(r.Get("is"), func(c rune) bool { return strings.ContainsRune(",，、;；", c) }) {
		if code = strings.TrimSpace(code); code != "" {
			w.Is = append(w.Is, code)
		}
	}
	return w
}

// nameRow gives a row without a name one, made of its English words, so that
// whoever builds a form need not think of what programs call a question.
func nameRow(r *rows.Row, word string, before []*rows.Row, from string, n int) {
	if r.Get("name") != "" {
		return
	}
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(strings.ToLower(r.Get(from)), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }) {
		if b.Len()+len(part) < 30 && (b.Len() > 0 || part[0] >= 'a') {
			b.WriteString("_" + part)
		}
	}
	name := strings.TrimPrefix(b.String(), "_")
	taken := func(s string) bool {
		for _, o := range before {
			if o.Get("name") == s {
				return true
			}
		}
		return s == ""
	}
	for i := n + 1; taken(name); i++ {
		name = word + "_" + strconv.Itoa(i)
	}
	r.Text["name"] = name
}
