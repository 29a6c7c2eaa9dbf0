package web

import (
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/base/words"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// wordsIn takes the words looked for everywhere out of a condition: what is
// left narrows the search down. Words inside "or" and "not" cannot be ranked.
func wordsIn(n query.Node) (text string, rest query.Node, ok bool) {
	kids := []query.Node{n}
	if n.Op == query.And {
		kids = n.Kids
	}
	var said []string
	var others []query.Node
	for _, k := range kids {
		if k.Op == query.Has && k.Field == "" {
			said = append(said, k.Values...)
			continue
		}
		others = append(others, k)
	}
	rest = query.All(others...)
	nested := rest.Find(func(k query.Node) bool { return k.Op == query.Has && k.Field == "" })
	return strings.Join(said, " "), rest, len(said) > 0 && len(nested) == 0
}

// found reads a page of what was searched for: by relevance where few match,
// else the newest first; false when the list is not a search, or its reader
// has chosen an order.
func (p *listPage) found() (bool, error) {
	if p.desk.Finder == nil || p.Place.Chosen || !p.Place.Own {
		return false, nil
	}
	where, err := p.where(p.Place.Query)
	if err != nil {
		return true, err
	}
	text, rest, ok := wordsIn(where)
	if !ok {
		return false, nil
	}
	skip := max(0, int(p.Place.After.Value))
	got, err := p.desk.Finder.Search(p.ctx, p.scope(), record.Search{Text: text, Kind: p.of.Kind, Where: rest, Skip: skip, Limit: pageRows, Now: p.Now, Inner: p.By.Staff, Timed: true})
	if err != nil {
		return true, err
	}
	rows := make([]record.Row, len(got.Hits))
	for i, h := range got.Hits {
		rows[i] = h.Row
	}
	p.lay(rows)
	for i, h := range got.Hits {
		for _, e := range h.Excerpts {
			if e.Where == "title" {
				p.Rows[i].Marked = e.Parts
			} else if p.Rows[i].Said == nil {
				p.Rows[i].Said, p.Rows[i].Where = e.Parts, p.T("desk.found_in."+e.Where)
			}
		}
	}
	if p.Total = p.Number(got.Total); got.More {
		p.Total += "+"
	}
	if len(rows) == pageRows && (got.More || got.Total > skip+pageRows) {
		p.More = p.Place.on(record.Cursor{Value: int64(skip + pageRows)}).href()
	}
	if before, ok := p.Place.back(); ok {
		p.Before = before.href()
	}
	switch {
	case got.Ranked:
		p.Order = p.T("desk.found_ranked")
	case got.More:
		p.Order = p.T("desk.found_newest")
	default:
		p.Order = p.T("desk.found_plain")
	}
	return true, nil
}

// wrongWord is the filter cut where a fault points: before, the word itself,
// behind.
type wrongWord struct{ Before, Word, Behind string }

// pointed finds the word of the filter that a fault is about.
func pointed(text string, all []*fault.Fault) (wrongWord, bool) {
	for _, f := range all {
		from, ok1 := f.Args["pos"].(int)
		to, ok2 := f.Args["end"].(int)
		if ok1 && ok2 && from >= 0 && from < to && to <= len(text) && utf8.ValidString(text[:from]) && utf8.ValidString(text[from:to]) {
			return wrongWord{text[:from], text[from:to], text[to:]}, true
		}
	}
	return wrongWord{}, false
}

// marked is a text with the parts that were searched for; without hits it is
// the text itself.
func marked(parts []words.Part, text string) []words.Part {
	if words.HasHit(parts) {
		return parts
	}
	return []words.Part{{Text: text}}
}
