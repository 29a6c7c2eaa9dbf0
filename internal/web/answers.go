package web

import (
	"strconv"
	"strings"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// answered is a line of what was answered.
type answered struct {
	Label, Text string
	Heads       []string
	Rows        [][]string
	SHA256      string
	Href        string // of the file or thing that was named, "" for none
}

// answersOf writes the answers of a form for people.
func (w wordsOf) answersOf(f form.Form, given form.Answers) []answered {
	var out []answered
	for _, q := range f {
		v := given[q.Name]
		if v == "" {
			continue
		}
		a := answered{Label: q.Label.In(w.lang)}
		switch q.Type {
		case form.Table:
			rows, err := form.Rows(v)
			if err != nil {
				a.Text = v
				break
			}
			for _, c := range q.Columns {
				a.Heads = append(a.Heads, c.Label.In(w.lang))
			}
			for _, r := range rows {
				var line []string
				for _, c := range q.Columns {
					line = append(line, w.answer(c, r[c.Name]))
				}
				a.Rows = append(a.Rows, line)
			}
		case form.File:
			held, _ := form.ParseFile(v)
			a.Text, a.SHA256 = held.Name, held.SHA256
			if w.file != nil {
				a.Href = w.file(held.ID)
			}
		case form.Item:
			a.Text = w.answer(q, v)
			if w.itemAt != nil {
				a.Href = w.itemAt(v)
			}
		default:
			a.Text = w.answer(q, v)
		}
		out = append(out, a)
	}
	return out
}

// wordsOf turns ids and codes into words of a language.
type wordsOf struct {
	lang  string
	T     func(string, ...any) string
	thing func(int64) string
	name  func(people.ID) string
	item  func(int64) string
	// Where a stored file and an item are found; nil, or "" for one, where they
	// are not to be followed.
	file   func(int64) string
	itemAt func(string) string
}

func (w wordsOf) answer(q form.Question, v string) string {
	id, _ := strconv.ParseInt(v, 10, 64) // 0 for what is no id
	switch q.Type {
	case form.Choice, form.Several:
		var out []string
		for code := range strings.SplitSeq(v, ",") {
			for _, o := range q.Options {
				if o.Code == code {
					out = append(out, o.Label(w.lang))
				}
			}
		}
		return strings.Join(out, w.T("list.comma"))
	case form.Yes:
		return w.T("portal.yes")
	case form.Department:
		return w.thing(id)
	case form.Person:
		return w.name(people.ID(id))
	case form.Item:
		return w.item(id)
	}
	return v
}

// stageName is a stage's name, else its place.
func stageName(words part.W, lang string, n int, st approval.Stage) string {
	if name := st.Name.In(lang); name != "" {
		return name
	}
	return words.T("approval.stage", "n", n+1)
}

// seatNote says in what capacity somebody is asked, and what he answered.
func seatNote(words part.W, r *approval.Round, stage int, s approval.Seat, names map[people.ID]string) string {
	out := words.T("approval.as." + s.As)
	if s.By != 0 && s.By != s.Person {
		out += " · " + words.T("approval.by_deputy", "name", names[s.By])
	}
	switch {
	case s.Answer != approval.None:
		out += " · " + words.T("approval.answer."+string(s.Answer), "at", words.DateTime(s.At))
	case stage == r.At && r.Verdict == approval.Open:
		out += " · " + words.T("approval.waiting")
	}
	return out
}
