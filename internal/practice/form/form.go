// Package form is what somebody is asked: questions with types, conditions and
// defaults, kept as data. One definition serves the page, the API and the check
// of the answers, and is told to other programs as JSON Schema (draft 2020-12).
package form

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Type says what answers a question.
type Type string

// The types. The reference types hold an id in decimal.
const (
	Text       Type = "text"
	Long       Type = "long"
	Number     Type = "number"
	Choice     Type = "choice"
	Several    Type = "several" // any number of the choices, joined by commas
	Yes        Type = "yes"     // "true" or ""
	Date       Type = "date"    // 2026-11-28
	Person     Type = "person"
	Department Type = "department"
	Item       Type = "item"
	File       Type = "file"  // see FileText
	Table      Type = "table" // rows of columns, as JSON
)

// Types lists them in the order of the editor.
var Types = []Type{Text, Long, Number, Choice, Several, Yes, Date, Person, Department, Item, File, Table}

// Option is one answer to choose.
type Option struct {
	Code string `json:"code"`
	En   string `json:"en"`
	Zh   string `json:"zh"`
}

// Label is the option in the reader's language.
func (o Option) Label(lang string) string { return people.Text{En: o.En, Zh: o.Zh}.In(lang) }

// When makes a question depend on the answer to an earlier one.
type When struct {
	Question string   `json:"question"`
	Is       []string `json:"is"` // one of these; none is: it is answered at all
}

// Question is one of a form.
type Question struct {
	Name     string      `json:"name"` // what the API calls it
	Label    people.Text `json:"label"`
	Help     people.Text `json:"help,omitzero"`
	Type     Type        `json:"type"`
	Required bool        `json:"required,omitempty"`
	Options  []Option    `json:"options,omitempty"`
	Low      *float64    `json:"low,omitempty"` // of a number
	High     *float64    `json:"high,omitempty"`
	Max      int         `json:"max,omitempty"`     // characters of a text; rows of a table
	Pattern  string      `json:"pattern,omitempty"` // what a text must match as a whole (RE2)
	Default  string      `json:"default,omitempty"` // an answer, or one of Known in braces: {me.phone}
	When     *When       `json:"when,omitempty"`
	Columns  []Question  `json:"columns,omitempty"` // of a table
}

// Form is the questions in their order.
type Form []Question

// Known are what a default can take from the one who is asked.
var Known = []string{"me.name", "me.phone", "me.mail", "me.room", "me.department", "me", "today"}

// Bounds of what one form may be.
const (
	mostQuestions = 60
	mostOptions   = 200
	mostColumns   = 12
	mostRows      = 200
	longestText   = 500
	longestLong   = 20_000
)

var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Find is the question of that name.
func (f Form) Find(name string) (Question, bool) {
	i := slices.IndexFunc(f, func(q Question) bool { return q.Name == name })
	if i < 0 {
		return Question{}, false
	}
	return f[i], true
}

// Check reports what is wrong with a definition; each fault is at the very part
// of the editor: at, the row from 1 in brackets, and the part of the question.
func (f Form) Check(at string) error {
	var many fault.Many
	if len(f) > mostQuestions {
		many = append(many, fault.At(at, "form.too_many").With("max", mostQuestions))
	}
	for i, q := range f {
		blame := func(part, key string) *fault.Fault {
			one := fault.At(at+"["+strconv.Itoa(i+1)+"]."+part, key).With("row", i+1).With("name", q.Name)
			many = append(many, one)
			return one
		}
		if !nameShape.MatchString(q.Name) {
			blame("name", "form.bad_name")
		} else if slices.ContainsFunc(f[:i], func(o Question) bool { return o.Name == q.Name }) {
			blame("name", "form.name_twice")
		}
		q.check(blame)
		if q.When != nil {
			f[:i].checkWhen(*q.When, blame)
		}
	}
	return many.Err()
}

// checkWhen reports a condition that asks for a question which is not among
// these, or for an answer that the question does not have.
func (f Form) checkWhen(w When, blame func(part, key string) *fault.Fault) {
	q, ok := f.Find(w.Question)
	if !ok {
		blame("when", "form.bad_when").With("question", w.Question)
		return
	}
	for _, is := range w.Is {
		if (q.Type == Choice || q.Type == Several) && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Code == is }) || q.Type == Yes && is != "true" {
			blame("is", "form.bad_is").With("question", w.Question).With("answer", is)
		}
	}
}

// Fits reports whether a condition of something else asks for an answer that
// the form can have; part is where the fault is.
func (f Form) Fits(w *When, blame func(part, key string) *fault.Fault) {
	if w != nil {
		f.checkWhen(*w, blame)
	}
}

func (q Question) check(blame func(part, key string) *fault.Fault) {
	if q.Label.En == "" && q.Label.Zh == "" {
		blame("label_en", "form.no_label")
	}
	for part, v := range map[string]string{"label_en": q.Label.En, "label_zh": q.Label.Zh, "help_en": q.Help.En, "help_zh": q.Help.Zh, "pattern": q.Pattern, "default": q.Default} {
		if n := utf8.RuneCountInString(v); n > longestText {
			blame(part, "form.too_long").With("max", longestText).With("length", n)
		}
	}
	if !slices.Contains(Types, q.Type) {
		blame("type", "form.bad_type")
	}
	if (q.Type == Choice || q.Type == Several) && (len(q.Options) == 0 || len(q.Options) > mostOptions) {
		blame("options", "form.bad_options").With("max", mostOptions)
	}
	for i, o := range q.Options {
		if o.Code == "" || strings.ContainsAny(o.Code, ",|") || o.En == "" && o.Zh == "" || slices.ContainsFunc(q.Options[:i], func(p Option) bool { return p.Code == o.Code }) {
			blame("options", "form.bad_option").With("option", o.Code)
		}
	}
	if q.Low != nil && q.High != nil && *q.Low > *q.High {
		blame("low", "form.bad_range")
	}
	if q.Max < 0 || q.Max > longestLong {
		blame("max", "form.bad_max").With("max", longestLong)
	}
	if _, err := whole(q.Pattern); err != nil {
		blame("pattern", "form.bad_pattern")
	}
	q.checkTable(blame)
}

func (q Question) checkTable(blame func(part, key string) *fault.Fault) {
	if q.Type != Table {
		return
	}
	if len(q.Columns) == 0 || len(q.Columns) > mostColumns {
		blame("columns", "form.bad_columns").With("max", mostColumns)
	}
	for i, c := range q.Columns {
		in := func(part, key string) *fault.Fault {
			return blame("columns["+strconv.Itoa(i+1)+"]."+part, key).With("column", c.Name)
		}
		if !nameShape.MatchString(c.Name) || slices.ContainsFunc(q.Columns[:i], func(o Question) bool { return o.Name == c.Name }) || c.Type == Table || c.Type == File || c.Type == Long || c.When != nil {
			in("name", "form.bad_column")
		}
		c.check(in)
	}
}

func whole(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}

// Filled are the answers a form begins with: its defaults, with what is known
// of the one who is asked put in.
func (f Form) Filled(known func(name string) string) Answers {
	out := Answers{}
	for _, q := range f {
		v := q.Default
		if n := len(v); n > 2 && v[0] == '{' && v[n-1] == '}' {
			v = ""
			if slices.Contains(Known, q.Default[1:n-1]) && known != nil {
				v = known(q.Default[1 : n-1])
			}
		}
		if v != "" {
			out[q.Name] = v
		}
	}
	return out
}

// asked reports whether a question is asked, given the answers before it.
func (q Question) asked(given Answers) bool {
	if q.When == nil {
		return true
	}
	v := given[q.When.Question]
	if len(q.When.Is) == 0 {
		return v != ""
	}
	for _, is := range q.When.Is {
		if v == is || slices.Contains(split(v), is) {
			return true
		}
	}
	return false
}

// Asked are the questions that are asked, given these answers. One that hangs
// on a question that is not asked is not asked either.
func (f Form) Asked(given Answers) Form {
	var out Form
	held := Answers{}
	for _, q := range f {
		if q.asked(held) {
			out = append(out, q)
			held[q.Name] = given[q.Name]
		}
	}
	return out
}

func number(v string) (float64, error) { return strconv.ParseFloat(v, 64) }
