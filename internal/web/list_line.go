package web

import (
	"github.com/a-h/templ"

	"kilter/internal/base/words"
	"kilter/internal/web/part"
)

// lines are the rows of the list, written by hand: most of a list's time is
// theirs.
func (p *listPage) lines() templ.Component {
	return part.Drawn(func(k *part.Ink) {
		for i := range p.Rows {
			p.line(k, &p.Rows[i])
		}
	})
}

func (p *listPage) line(k *part.Ink, r *listRow) {
	k.HTML(`<tr data-row`)
	k.Attr("data-ref", r.Ref)
	if p.Place.Open == r.Ref {
		k.HTML(` data-open data-cursor`)
	}
	k.HTML(`><td class="check-col">`)
	k.Check(p.Printer, "n", r.Ref, r.Ref)
	k.HTML(`</td>`)
	for _, name := range p.Shows {
		p.cell(k, r, name)
	}
	k.HTML(`</tr>`)
}

// cell writes one column of a row.
func (p *listPage) cell(k *part.Ink, r *listRow, name string) {
	switch name {
	case "title":
		p.titleCell(k, r)
	case "priority":
		k.HTML(`<td>`)
		if r.Priority > 0 {
			k.Priority(p.Printer, r.Priority, p.Priority(r.Priority))
		}
		k.HTML(`</td>`)
	case "number":
		k.HTML(`<td class="wide">`)
		k.Element("span", "number", r.Ref)
		k.HTML(`</td>`)
	case "state":
		k.HTML(`<td>`)
		k.Pill(p.state(r.State))
		k.HTML(`</td>`)
	case "owner":
		k.HTML(`<td class="wide">`)
		k.Someone(p.Printer, person(r.Owner, r.OwnerName))
		k.HTML(`</td>`)
	case "requester":
		k.Cell(p.wide(name), r.RequesterName)
	case "team":
		k.Cell(p.wide(name), p.Thing(int64(r.Team)))
	case "service":
		k.Cell(p.wide(name), p.Thing(int64(r.Service)))
	case "department":
		k.Cell(p.wide(name), p.Thing(int64(r.Department)))
	case "zone":
		k.Cell(p.wide(name), p.Thing(int64(r.Zone)))
	case "due":
		k.HTML(`<td>`)
		if r.Ticks {
			k.Clock(p.Printer, r.Clock)
		}
		k.HTML(`</td>`)
	case "moved", "opened":
		at := r.Opened
		if name == "moved" {
			at = r.Moved
		}
		k.HTML(`<td`)
		k.Attr("class", p.wide(name)+" muted nowrap")
		k.HTML(`>`)
		k.When(p.Printer, at, p.Now)
		k.HTML(`</td>`)
	}
}

// titleCell is the head of a row: the way to the record, and the passage that
// a search found.
func (p *listPage) titleCell(k *part.Ink, r *listRow) {
	k.HTML(`<th scope="row" class="title-col"><a`)
	k.Attr("href", r.Href)
	k.Attr("hx-get", r.Href)
	k.HTML(` hx-target="#record" hx-push-url="true"`)
	k.Attr("data-full", RecordHref(r.Row))
	k.HTML(`><div class="cut"`)
	k.Attr("title", r.Title)
	k.HTML(`>`)
	drawMarked(k, marked(r.Marked, r.Title))
	k.HTML(`</div></a>`)
	if len(r.Said) > 0 {
		k.HTML(`<div class="cut small muted">`)
		k.Text(r.Where + " ")
		drawMarked(k, r.Said)
		k.HTML(`</div>`)
	}
	k.HTML(`</th>`)
}

// markedText shows a text with what was searched for in it.
func markedText(parts []words.Part) templ.Component {
	return part.Drawn(func(k *part.Ink) { drawMarked(k, parts) })
}

func drawMarked(k *part.Ink, parts []words.Part) {
	for _, one := range parts {
		if one.Hit {
			k.HTML(`<mark>`)
			k.Text(one.Text)
			k.HTML(`</mark>`)
		} else {
			k.Text(one.Text)
		}
	}
}
