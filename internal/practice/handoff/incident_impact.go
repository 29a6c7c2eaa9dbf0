package handoff

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Triage joins incidents to what the configuration items say about them.
type Triage struct {
	Incidents *incident.Desk
	Analyst   *cmdb.Analyst
}

// Assessment is what follows for an incident from the item it is about.
type Assessment struct {
	cmdb.Proposal
	Priority int          // that impact and urgency give
	About    []cmdb.Node  // what it is about: its item, or what stands for its service
	Follows  *cmdb.Impact // when that fails
	// Children are open incidents about items that suffer with it, which may
	// be reports of the same trouble.
	Children []cmdb.About
}

// Assess says what impact, urgency and priority the item of an incident calls
// for, and which other open incidents its failure explains.
func (t Triage) Assess(ctx context.Context, by people.Actor, n record.Number) (*Assessment, error) {
	i, err := t.Incidents.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	found, about, err := t.Analyst.ImpactOf(ctx, by, i.Item, i.Service)
	if err != nil {
		return nil, err
	}
	family, err := t.Incidents.Shelf.Family(ctx, by.Scope, i.ID)
	if err != nil {
		return nil, err
	}
	like := *i
	like.Impact, like.Urgency, like.Override = incident.Level(found.Proposal.Impact), incident.Level(found.Proposal.Urgency), 0
	return &Assessment{
		Proposal: found.Proposal, Priority: t.Incidents.City.Policy().Assess(&like), About: about, Follows: found,
		Children: slices.DeleteFunc(slices.Clone(found.Records), func(a cmdb.About) bool {
			return a.Kind != record.Incident || a.ID == i.ID || slices.ContainsFunc(family, func(r record.Row) bool { return r.ID == a.ID })
		}),
	}, nil
}

// Accept sets impact and urgency. Whoever departs from what is proposed says
// why; that stands in the timeline as a note.
func (t Triage) Accept(ctx context.Context, by people.Actor, n record.Number, impact, urgency incident.Level, why string) (*incident.Incident, error) {
	i, err := t.Incidents.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if err := by.May("incident.edit"); err != nil { // before anything is told of the item
		return nil, err
	}
	a, err := t.Assess(ctx, by, n)
	if err != nil {
		return nil, err
	}
	why = strings.TrimSpace(why)
	same := int(impact) == a.Impact && int(urgency) == a.Urgency
	if !same && why == "" {
		return nil, fault.At("reason", "impact.say_why").With("impact", a.Impact).With("urgency", a.Urgency)
	}
	change := func(field string, was, now incident.Level) record.Change {
		return record.Change{Field: field, Was: level(was), Now: level(now)}
	}
	return t.Incidents.Edit(ctx, by, n, []record.Change{change("impact", i.Impact, impact), change("urgency", i.Urgency, urgency)}, record.Input{Text: why})
}

func level(l incident.Level) string {
	if l == 0 {
		return ""
	}
	return strconv.Itoa(int(l))
}
