package request

import (
	"strings"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
)

// Written is what was ordered, a line for each answer that is said in words, in
// the languages of the form, and what was added to it. Who and what is named by
// a number, files and tables stand on the request itself.
func Written(o catalogue.Offering, r *Request) string {
	var lines []string
	for _, q := range o.Questions {
		v := r.Answers[q.Name]
		switch q.Type {
		case form.Person, form.Department, form.Item, form.File, form.Table:
			continue
		case form.Choice, form.Several:
			v = chosenWords(q, v)
		case form.Yes:
			if v != "" {
				v = "✓"
			}
		}
		if v != "" {
			lines = append(lines, q.Label.Both()+": "+v)
		}
	}
	if r.Detail != "" {
		lines = append(lines, r.Detail)
	}
	return strings.Join(lines, "\n")
}

func chosenWords(q form.Question, v string) string {
	var out []string
	for code := range strings.SplitSeq(v, ",") {
		for _, o := range q.Options {
			if o.Code == code {
				out = append(out, people.Text{En: o.En, Zh: o.Zh}.Both())
			}
		}
	}
	return strings.Join(out, ", ")
}
