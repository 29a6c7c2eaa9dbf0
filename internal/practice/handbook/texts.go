package handbook

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Texts are what is written of a chapter, by the names of its fields. A list has
// a line for each of its entries.
type Texts map[string]people.Text

// The fields of a chapter's texts. Those of its figures are FigureField and the
// code of one.
const (
	Goal       = "goal"
	Scope      = "scope"
	Policies   = "policies"
	Records    = "records"
	Interfaces = "interfaces"
	Notes      = "raci"
	Review     = "review"

	FigureField = "kpi."
)

// needed are those that no chapter goes without.
var needed = []string{Goal, Scope, Policies}

// Listed reports whether a field is a list, one entry a line.
func Listed(field string) bool { return field == Policies || field == Records }

// Needed reports whether no chapter goes without a field.
func Needed(field string) bool { return slices.Contains(needed, field) }

// What texts are at the most.
const (
	mostText  = 4000
	mostLines = 40
)

// Fields names the texts of the chapter, in the order of a form.
func (c *Chapter) Fields() []string {
	out := []string{Goal, Scope, Policies, Interfaces, Notes, Records, Review}
	for _, f := range c.Figures {
		out = append(out, FigureField+f.Code)
	}
	return out
}

// Texts are those of the chapter as it stands.
func (c *Chapter) Texts() Texts {
	out := Texts{Goal: c.Goal, Scope: c.Scope, Policies: lines(c.Policies), Records: lines(c.Records), Interfaces: c.Around, Notes: c.Notes, Review: c.Review}
	for _, f := range c.Figures {
		out[FigureField+f.Code] = f.Meaning
	}
	return out
}

// With is the chapter with these texts in it.
func (c Chapter) With(t Texts) Chapter {
	put := func(field string, to *people.Text) {
		if text, ok := t[field]; ok {
			*to = text
		}
	}
	put(Goal, &c.Goal)
	put(Scope, &c.Scope)
	put(Interfaces, &c.Around)
	put(Notes, &c.Notes)
	put(Review, &c.Review)
	if text, ok := t[Policies]; ok {
		c.Policies = entries(text)
	}
	if text, ok := t[Records]; ok {
		c.Records = entries(text)
	}
	c.Figures = slices.Clone(c.Figures)
	for i := range c.Figures {
		put(FigureField+c.Figures[i].Code, &c.Figures[i].Meaning)
	}
	return c
}

// lines is a list as one text.
func lines(all []people.Text) people.Text {
	var en, zh []string
	for _, t := range all {
		en, zh = append(en, t.En), append(zh, t.Zh)
	}
	return people.Text{En: strings.Join(en, "\n"), Zh: strings.Join(zh, "\n")}
}

// entries takes a list apart again.
func entries(t people.Text) []people.Text {
	en, zh := split(t.En), split(t.Zh)
	out := make([]people.Text, max(len(en), len(zh)))
	for i := range out {
		if i < len(en) {
			out[i].En = en[i]
		}
		if i < len(zh) {
			out[i].Zh = zh[i]
		}
	}
	return out
}

// split is the lines of a text that say something.
func split(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// tidied is a text as it is kept: without space at its ends, a list without
// empty lines.
func tidied(field, text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if Listed(field) {
		return strings.Join(split(text), "\n")
	}
	return text
}

// over is these texts with others put over them, tidied; a field that the
// chapter does not have is a fault.
func (t Texts) over(c *Chapter, others Texts) (Texts, error) {
	var many fault.Many
	out, fields := maps.Clone(t), c.Fields()
	for _, field := range slices.Sorted(maps.Keys(others)) {
		if !slices.Contains(fields, field) {
			many = append(many, fault.At(field, "handbook.no_field").With("field", field))
			continue
		}
		out[field] = people.Text{En: tidied(field, others[field].En), Zh: tidied(field, others[field].Zh)}
	}
	return out, many.Err()
}

// check reports what is wrong with the texts of a chapter, by field and language.
func (t Texts) check(c *Chapter) error {
	var many fault.Many
	for _, field := range c.Fields() {
		text := t[field]
		for _, one := range []struct{ name, text, other string }{{field + "_en", text.En, text.Zh}, {field + "_zh", text.Zh, text.En}} {
			switch {
			case !utf8.ValidString(one.text) || utf8.RuneCountInString(one.text) > mostText:
				many = append(many, fault.At(one.name, "record.too_long").With("max", mostText))
			case one.text == "" && Needed(field):
				many = append(many, fault.At(one.name, "record.required"))
			case one.text == "" && one.other != "":
				many = append(many, fault.At(one.name, "handbook.both_languages"))
			}
		}
		if !Listed(field) {
			continue
		}
		en, zh := len(split(text.En)), len(split(text.Zh))
		switch {
		case max(en, zh) > mostLines:
			many = append(many, fault.At(field+"_en", "handbook.too_many_lines").With("max", mostLines))
		case en != zh && en > 0 && zh > 0:
			many = append(many, fault.At(field+"_zh", "handbook.lines_differ").With("en", en).With("zh", zh))
		}
	}
	return many.Err()
}

// Same reports whether two chapters' texts say the same.
func (t Texts) Same(o Texts) bool { return len(t.Differs(o)) == 0 }

// Differs lists the fields in which texts differ; one that is left out is empty.
func (t Texts) Differs(o Texts) []string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(t)) {
		if t[field] != o[field] {
			out = append(out, field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(o)) {
		if _, ok := t[field]; !ok && o[field] != (people.Text{}) {
			out = append(out, field)
		}
	}
	return out
}
