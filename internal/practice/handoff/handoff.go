// Package handoff joins practices: what has happened to a record of one is
// told to those of another. It is the only room that knows siblings. Every
// rule is called with a piece of news from the outbox and may be called twice.
package handoff

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/sla"
)

// Desks are the practices that hand things on to one another.
type Desks struct {
	Incidents *incident.Desk
	Contacts  *contact.Desk
	Problems  *problem.Desk // nil where no problems are kept; Together comes with it
	Requests  *request.Desk // nil where nothing is ordered; Together comes with it
	Changes   *change.Desk  // nil where no changes are kept
	Together  func(context.Context, func(context.Context) error) error
}

// Carry applies every rule to a piece of news. A rule that a record refuses,
// because it has moved on, has nothing more to do; only what may go better the
// next time is an error.
func (d Desks) Carry(ctx context.Context, n record.News) error {
	for _, rule := range []func(context.Context, record.News) error{d.incidentContact, d.incidentWarn, d.contactIncident, d.incidentProblem, d.majorProblem, d.requestOpens, d.problemChange, d.changeProblem} {
		if err := rule(ctx, n); err != nil && !settled(err) {
			return err
		}
	}
	return nil
}

func settled(err error) bool {
	all := fault.All(err)
	return all != nil && !slices.ContainsFunc(all, func(f *fault.Fault) bool { return f.Key == "record.changed_meanwhile" })
}

// incidentWarn: an incident whose resolution clock has used up its share is
// escalated to the rank that the share calls for.
func (d Desks) incidentWarn(ctx context.Context, n record.News) error {
	clock, share, ok := strings.Cut(n.Entry.Reason, " ")
	percent, err := strconv.Atoi(share)
	if n.Entry.Deed != "incident.warn" || !ok || err != nil || clock != string(sla.Resolve) {
		return nil
	}
	_, err = d.Incidents.Raise(ctx, people.System(people.ViaJob), n.Head.Number, incident.RankAt(percent), "")
	return err
}

// incidentContact: a contact closes with the incident it was handled as.
func (d Desks) incidentContact(ctx context.Context, n record.News) error {
	if e := n.Entry; n.Head.Kind != record.Incident || e.To == e.From || e.To != incident.Closed && e.To != incident.Cancelled {
		return nil
	}
	return d.Contacts.End(ctx, n.Head.ID)
}

// contactIncident: whoever works an incident sees that somebody has called
// about it again.
func (d Desks) contactIncident(ctx context.Context, n record.News) error {
	if n.Entry.Deed != "contact.merge" && n.Entry.Deed != "contact.link" {
		return nil
	}
	ref := n.Head.Ref()
	i := slices.IndexFunc(n.Entry.Changes, func(c record.Change) bool { return c.Field == "about" })
	if i < 0 {
		return nil
	}
	kind, number, err := record.ParseRef(n.Entry.Changes[i].Now)
	if err != nil || kind != record.Incident {
		return nil
	}
	_, err = d.Incidents.One(ctx, people.System(people.ViaJob), number, record.Input{}, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
		past, err := s.Past(i)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(past, func(e record.Entry) bool { return e.Deed == "incident.contact" && e.Reason == ref }) {
			return nil
		}
		return s.Log(i, "contact", record.Entry{Reason: ref, Text: n.Head.Title})
	})
	return err
}
