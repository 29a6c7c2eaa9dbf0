package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// itemPlan is an import: its difference, which is what is approved, how far it
// has come, what it did.
type itemPlan struct {
	*stock
	Import cmdb.Import
	Failed string // why it stopped
	Counts map[cmdb.Outcome]int
	Only   cmdb.Outcome
	Lines  []cmdb.PlanLine
	Ties   []cmdb.PlanTie
	Names  map[record.ItemID]string
	Hidden int // lines that are not shown
	Unseen int // lines in zones that the reader is not cleared for
	Undone string
	Passed string // records of the source of which nothing comes, by kind
}

// outcomes in the order of what has to be looked at.
var outcomes = []cmdb.Outcome{cmdb.Faulty, cmdb.Add, cmdb.Alter, cmdb.Absent, cmdb.Same}

// planShown bounds the lines of a difference on its page.
const planShown = 200

func (c *Configuration) plan(w http.ResponseWriter, r *http.Request, s *stock) error {
	in, plan, err := c.Imports.Read(r.Context(), s.By, number(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &itemPlan{stock: s, Import: in, Unseen: plan.Hidden, Counts: map[cmdb.Outcome]int{}, Only: cmdb.Outcome(r.URL.Query().Get("only"))}
	if back, kept, ok := strings.Cut(r.URL.Query().Get("undone"), ","); ok {
		p.Undone = s.T("item.import.undone", "back", number(back), "kept", number(kept))
	}
	for _, l := range plan.Lines {
		p.Counts[l.Outcome]++
	}
	for _, t := range plan.Ties {
		p.Counts[t.Outcome]++
	}
	for _, o := range outcomes {
		if p.Only == "" && p.Counts[o] > 0 {
			p.Only = o
		}
	}
	switch in.State {
	case cmdb.Broken:
		p.Failed = strings.Join(append([]string{s.N("item.import.broken", in.Rows)}, p.faults(in.Trouble)...), " ")
	case cmdb.Halfway:
		p.Failed = strings.Join(append([]string{s.T("item.import.halfway")}, p.faults(in.Trouble)...), " ")
	}
	var passed []string
	for _, kind := range slices.Sorted(maps.Keys(plan.Passed)) {
		passed = append(passed, kind+" "+s.Number(plan.Passed[kind]))
	}
	p.Passed = s.List(passed)
	if err := p.pick(plan); err != nil {
		return err
	}
	p.Title = s.T("item.import.number", "id", in.ID, "source", in.Source)
	s.frameItems("imports")
	return Show(w, r, http.StatusOK, itemPlanView(p))
}

// pick takes the lines of one outcome, and the names of the items that
// relations join.
func (p *itemPlan) pick(plan *cmdb.Plan) error {
	var ids []record.ItemID
	for _, l := range plan.Lines {
		if l.Outcome != p.Only {
			continue
		}
		if len(p.Lines) == planShown {
			p.Hidden++
			continue
		}
		p.Lines = append(p.Lines, l)
	}
	for _, t := range plan.Ties {
		if t.Outcome != p.Only {
			continue
		}
		if len(p.Ties) == planShown {
			p.Hidden++
			continue
		}
		p.Ties = append(p.Ties, t)
		was := t.Before()
		ids = append(ids, t.Source, t.Target, was.Source, was.Target)
	}
	p.Names = map[record.ItemID]string{}
	found, err := p.c.CMDB.Items.Find(p.ctx, p.scope(), ids...)
	for n := range found {
		p.Names[found[n].ID] = found[n].Code + " " + p.itemName(&found[n])
	}
	return err
}

// tabs lead to the lines of each outcome.
func (p *itemPlan) tabs() []part.Link {
	var out []part.Link
	for _, o := range outcomes {
		if p.Counts[o] > 0 {
			out = append(out, part.Link{Label: p.T("cmdb.outcome." + string(o)), Href: p.path() + "?only=" + string(o), Count: p.Number(p.Counts[o]), Active: o == p.Only})
		}
	}
	return out
}

func (p *itemPlan) path() string { return itemImportPath + "/" + idText(p.Import.ID) }

// changes of a line in words: the fields of an item that is added, or what
// would become something else.
func (p *itemPlan) changes(l cmdb.PlanLine) []changedField {
	class := p.classOf(l.Class)
	var out []changedField
	for _, n := range p.Model.Names(l.Class) {
		if v := l.Fields[n]; v != "" && n != "code" && n != "class" {
			out = append(out, changedField{Label: p.fieldLabel(class, n), Now: p.shown(class, n, v)})
		}
	}
	for _, d := range l.Changes {
		out = append(out, changedField{Label: p.fieldLabel(nil, d.Field), Was: p.shown(nil, d.Field, d.Was), Now: p.shown(nil, d.Field, d.Now)})
	}
	return out
}

// kept are the values that a source trusted more holds against this one.
func (p *itemPlan) kept(l cmdb.PlanLine) []string {
	out := make([]string, len(l.Kept))
	for n, d := range l.Kept {
		out[n] = p.T("item.import.kept", "field", p.fieldLabel(nil, d.Field), "held", p.shown(nil, d.Field, d.Was), "source", p.sourceName(d.From), "now", p.shown(nil, d.Field, d.Now))
	}
	return out
}

// faults of a line in words.
func (p *itemPlan) faults(all []cmdb.PlanFault) []string {
	out := make([]string, len(all))
	for n, f := range all {
		one := fault.At(f.Field, f.Key)
		for k, v := range f.Args {
			one = one.With(k, v)
		}
		out[n] = p.Fault(one)
		if f.Field != "" {
			out[n] = p.T("item.import.fault", "field", p.fieldLabel(nil, f.Field), "text", out[n])
		}
	}
	return out
}

// retied is in what a relation would become another.
func (p *itemPlan) retied(t cmdb.PlanTie) []changedField {
	out := make([]changedField, len(t.Changes))
	for n, c := range t.Changes {
		out[n] = changedField{Label: p.T("item.tie." + c.Field), Was: p.tieValue(c.Field, c.Was), Now: p.tieValue(c.Field, c.Now)}
	}
	return out
}

// tieValue is what a relation or its redundancy says, in words.
func (p *itemPlan) tieValue(field, v string) string {
	switch {
	case v == "" || v == "0":
		return ""
	case field == string(cmdb.Source) || field == string(cmdb.Target):
		return p.Names[record.ItemID(number(v))]
	case field == "share" || field == "least":
		return v + " %"
	case field == "gate":
		return p.T("cmdb.gate." + v)
	}
	return v
}

// keptTie is what a source trusted more holds against this one of a relation.
func (p *itemPlan) keptTie(t cmdb.PlanTie) []string {
	out := make([]string, len(t.Kept))
	for n, d := range t.Kept {
		out[n] = p.T("item.import.kept", "field", p.T("item.tie."+d.Field), "held", p.tieValue(d.Field, d.Was), "source", p.sourceName(d.From), "now", p.tieValue(d.Field, d.Now))
	}
	return out
}

// tieType is a type of relations in words.
func (p *itemPlan) tieType(t cmdb.PlanTie) string {
	return p.tieLabel(p.Model.Type(t.Type), cmdb.Related{Relation: cmdb.Relation{Type: t.Type}})
}

func (c *Configuration) approve(w http.ResponseWriter, r *http.Request, s *stock) error {
	id := number(r.PathValue("id"))
	if err := c.Imports.Tables.Start(r.Context(), s.By, id); err != nil {
		return err
	}
	return Go(w, r, itemImportPath+"/"+idText(id))
}

func (c *Configuration) undoImport(w http.ResponseWriter, r *http.Request, s *stock) error {
	id := number(r.PathValue("id"))
	back, kept, err := c.Imports.Undo(r.Context(), s.By, id)
	if err != nil {
		return err
	}
	said := url.Values{"undone": {strconv.Itoa(back) + "," + strconv.Itoa(kept)}}
	return Go(w, r, itemImportPath+"/"+idText(id)+"?"+said.Encode())
}
