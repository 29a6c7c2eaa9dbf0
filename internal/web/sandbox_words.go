package web

import (
	"slices"
	"strings"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// called is what an item that a sandbox names is called.
func (p *sandboxPage) called(id record.ItemID) string {
	for _, n := range p.Look.Names {
		if n.Relation == 0 && n.ID == id {
			return n.Called(p.lang())
		}
	}
	return p.T("sandbox.unknown")
}

// tie is a relation as it is today, in words.
func (p *sandboxPage) tie(id cmdb.RelationID) string {
	for _, n := range p.Look.Names {
		if n.Relation == id {
			return p.called(n.Source) + " " + p.typeWord(n.Type) + " " + p.called(n.Target)
		}
	}
	return p.T("sandbox.unknown")
}

func (p *sandboxPage) typeWord(code string) string {
	if t := p.Model.Type(code); t != nil {
		return t.Forth.In(p.lang())
	}
	return code
}

// told is an edit in a sentence.
func (p *sandboxPage) told(e cmdb.Edit) string {
	switch e.Do {
	case cmdb.Remove:
		return p.T("sandbox.told.remove", "item", p.called(e.Item))
	case cmdb.Duplicate:
		return p.T("sandbox.told.duplicate", "item", p.called(e.Item), "as", p.called(e.As))
	case cmdb.Place:
		return p.T("sandbox.told.add", "as", p.called(e.As), "class", p.className(e.Class))
	case cmdb.Relate:
		return p.called(e.Source) + " " + p.typeWord(e.Type) + " " + p.called(e.Target)
	}
	out := p.tie(e.Relation)
	if e.Source != 0 {
		out = p.T("sandbox.told.from", "tie", out, "item", p.called(e.Source))
	}
	if e.Target != 0 {
		out = p.T("sandbox.told.to", "tie", out, "item", p.called(e.Target))
	}
	return out
}

// why says why an edit is not possible any more, "" when it is.
func (p *sandboxPage) why(place int) string {
	for _, r := range p.Look.Refused {
		if r.Place == place {
			return p.whyNot(&cmdb.Batched{Refused: r.Why})
		}
	}
	return ""
}

// editIcon draws what an edit does.
func editIcon(do cmdb.Deed) string {
	return map[cmdb.Deed]string{cmdb.Remove: "trash", cmdb.Duplicate: "copy", cmdb.Place: "plus", cmdb.Relate: "link", cmdb.Move: "arrows-diff"}[do]
}

// answer is the outcome in a sentence.
func (p *sandboxPage) answer() string {
	o := p.Look
	if len(p.One.Doc.Edits) == 0 {
		return p.T("sandbox.empty")
	}
	var said []string
	if n := p.failing(o.Falls); n > 0 {
		said = append(said, p.N("sandbox.services_fall", n))
	}
	if n := len(o.Gained); n > 0 {
		said = append(said, p.N("sandbox.gained_n", n))
	}
	if n := len(o.Lost); n > 0 {
		said = append(said, p.N("sandbox.lost_n", n))
	}
	if o.Then != nil {
		said = append(said, p.T("sandbox.shift", "worse", p.Number(len(o.Worse)), "better", p.Number(len(o.Better))))
	}
	if len(said) == 0 {
		return p.T("sandbox.no_difference")
	}
	return p.T("sandbox.says", "what", strings.Join(said, p.T("sandbox.and")))
}

// failing counts the services that are worse off.
func (p *sandboxPage) failing(in *cmdb.Impact) int {
	if in == nil {
		return 0
	}
	n := 0
	for _, s := range in.Services {
		if s.Condition > 0 {
			n++
		}
	}
	return n
}

// sideRow is a figure on both sides.
type sideRow struct{ Name, Now, Then string }

// sides are the figures of what fails, today and in the sandbox.
func (p *sandboxPage) sides() []sideRow {
	o := p.Look
	page := func(in *cmdb.Impact) *impactPage { return &impactPage{stock: p.stock, Impact: in} }
	var out []sideRow
	for _, f := range []struct {
		key string
		get func(in *cmdb.Impact) string
	}{
		{"impact.figure.down", func(in *cmdb.Impact) string { return page(in).figures()[0].Value }},
		{"impact.figure.degraded", func(in *cmdb.Impact) string { return page(in).figures()[1].Value }},
		{"impact.services", func(in *cmdb.Impact) string { return p.Number(p.failing(in)) }},
		{"impact.figure.people", func(in *cmdb.Impact) string { return page(in).peopleFigure() }},
		{"impact.figure.departments", func(in *cmdb.Impact) string { return p.Number(len(in.Departments)) }},
		{"impact.col.agreements", func(in *cmdb.Impact) string { return p.Number(len(in.Agreements)) }},
	} {
		out = append(out, sideRow{p.T(f.key), f.get(o.Today), f.get(o.Then)})
	}
	return out
}

// owner is whose a sandbox is.
func (s *stock) ownerOf(one *cmdb.Sandbox) string { return s.Name(one.Owner) }

// agreements are the names of what was promised.
func (p *sandboxPage) agreements(in *cmdb.Impact, service record.ServiceID) string {
	var names []string
	for _, a := range in.Agreements {
		if slices.Contains(a.Services, service) {
			names = append(names, people.Text{En: a.Agreement.NameEn, Zh: a.Agreement.NameZh}.In(p.lang()))
		}
	}
	return p.List(names)
}

// departments are those that a service concerns.
func (p *sandboxPage) departments(in *cmdb.Impact, service record.ServiceID) string {
	return (&impactPage{stock: p.stock, Impact: in}).whom(service)
}

// figures stand under the answer.
func (p *sandboxPage) figures() []part.Figure {
	o := p.Look
	services, persons, departments, agreements := 0, "0", 0, 0
	if o.Falls != nil {
		services, departments, agreements = p.failing(o.Falls), len(o.Falls.Departments), len(o.Falls.Agreements)
		persons = (&impactPage{stock: p.stock, Impact: o.Falls}).peopleFigure()
	}
	return []part.Figure{
		{Name: p.T("sandbox.figure.services"), Value: p.Number(services), Tone: toneIf(services > 0, part.Vermilion)},
		{Name: p.T("impact.figure.people"), Value: persons},
		{Name: p.T("impact.figure.departments"), Value: p.Number(departments)},
		{Name: p.T("impact.col.agreements"), Value: p.Number(agreements)},
		{Name: p.T("sandbox.figure.gained"), Value: p.Number(len(o.Gained)), Tone: toneIf(len(o.Gained) > 0, part.Amber)},
		{Name: p.T("sandbox.figure.lost"), Value: p.Number(len(o.Lost)), Tone: toneIf(len(o.Lost) > 0, part.Jade)},
	}
}
