package agenda

import (
	"net/url"
	"strings"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
)

// each says something in both languages.
func (t *teller) each(say func(p *lang.Printer) string) people.Text {
	in := func(code lang.Lang) string { return say(lang.For(code).In(t.Place())) }
	return people.Text{En: in("en"), Zh: in("zh")}
}

// say is a sentence by its key.
func (t *teller) say(key string, args func(p *lang.Printer) []any) people.Text {
	return t.each(func(p *lang.Printer) string {
		if args == nil {
			return p.T("review.told." + key)
		}
		return p.T("review.told."+key, args(p)...)
	})
}

// during is a sentence about the period.
func (t *teller) during(key string, args func(p *lang.Printer) []any) people.Text {
	return t.say(key, func(p *lang.Printer) []any {
		return append([]any{"from", p.Date(t.p.From), "until", p.Date(t.p.Until.Add(-time.Millisecond))}, args(p)...)
	})
}

// nothing says that no records answer.
func (t *teller) nothing(key string) review.Told { return review.Told{Says: t.say(key, nil)} }

// name is what a thing of the settings is called.
func (t *teller) name(p *lang.Printer, id int64) string {
	if one := t.Settings().Any(id); one != nil {
		return one.Label(string(p.Lang()))
	}
	return p.T("review.told.unnamed")
}

// called is what a thing of the settings is called, and by a sentence that there is none.
func (t *teller) called(p *lang.Printer, id int64, none string) string {
	if id == 0 {
		return p.T("review.told." + none)
	}
	return t.name(p, id)
}

// within is the condition that a moment lies in the period, as people write it.
func (t *teller) within(field string) string {
	moment := func(m time.Time) string { return `"` + m.In(t.Place()).Format(time.RFC3339) + `"` }
	return field + ">=" + moment(t.p.From) + " " + field + "<" + moment(t.p.Until)
}

// searched is where the records of a condition are listed.
func searched(kind record.Kind, text string) string {
	return kind.Path() + "?q=" + url.QueryEscape(text)
}

// count counts the records of a condition, as the list of them does.
func (t *teller) count(kind record.Kind, text string) (int, error) {
	where, err := t.where(kind, text)
	if err != nil {
		return 0, err
	}
	const most = 1_000_000
	return t.Records.Count(t.ctx, t.by.Scope, record.Query{Kind: kind, Where: where}, most)
}

func (t *teller) where(kind record.Kind, text string) (query.Node, error) {
	return t.Where(t.by, kind, text, t.now)
}

// mostLinked is how many records a link names one by one.
const mostLinked = 100

// listed is where some records are listed by their numbers, the first of them when
// they are many.
func listed(kind record.Kind, numbers []record.Number) string {
	refs := make([]string, 0, mostLinked)
	for _, n := range numbers[:min(len(numbers), mostLinked)] {
		refs = append(refs, record.Ref(kind, n))
	}
	return searched(kind, "number:"+strings.Join(refs, ","))
}

// mostLines is how many parts of a figure are told.
const mostLines = 8
