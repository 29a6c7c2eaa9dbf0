// Package handoff joins practices: what has happened to a record of one is
// told to those of another. It is the only room that knows siblings. Every
// rule is called with a piece of news from the outbox and may be called twice.
package handoff

import (
	"context"
	"slices"

	"kilter/internal/practice/contact"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desks are the practices that hand things on to one another.
type Desks struct {
	Incidents *incident.Desk
	Contacts  *contact.Desk
}

// Carry applies every rule to a piece of news.
func (d Desks) Carry(ctx context.Context, n record.News) error {
	switch n.Head.Kind {
	case record.Incident:
		return d.incidentContact(ctx, n)
	case record.Contact:
		return d.contactIncident(ctx, n)
	}
	return nil
}

// incidentContact: a contact closes with the incident it was handled as.
func (d Desks) incidentContact(ctx context.Context, n record.News) error {
	if e := n.Entry; e.To == e.From || e.To != incident.Closed && e.To != incident.Cancelled {
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
