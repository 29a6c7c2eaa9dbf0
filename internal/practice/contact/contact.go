// Package contact is the service desk's record of a contact: somebody called,
// came by or wrote, and it was a question, a follow-up or something else that
// is no incident and no request of its own. Every contact is recorded; one that
// became a record of its own is that record.
package contact

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// Contact is one call, visit or message.
type Contact struct {
	record.Head
	record.Extra
	Description string
	Channel     Channel
	Type        Type
	Caller      string // who it was, as long as the directory does not know him
	Phone       string
	Answer      string
	Article     string // the knowledge article or page that answered it
	About       string // the record it was handled as or follows up on, "INC-2026-00042"
}

// Channel is the way somebody got in touch.
type Channel string

// Channels are the ways, in the order of the form.
var Channels = []string{"phone", "walk_in", "mail", "chat", "portal"}

// Type says what a contact was about.
type Type string

// The types.
const (
	Question  Type = "question"
	FollowUp  Type = "follow_up" // about a record that is there already
	Report    Type = "report"    // a fault or a wish, which becomes a record
	Complaint Type = "complaint"
	Other     Type = "other" // a wrong number, a greeting
)

// The states of a contact.
const (
	New        flow.State = "new"
	Identified flow.State = "identified"
	Typed      flow.State = "typed"
	Answered   flow.State = "answered"
	Linked     flow.State = "linked"
	Merged     flow.State = "merged"
	Closed     flow.State = "closed"
)

// Flow is the life of a contact. Once it is answered or has become a record,
// nobody has to do anything about it: it closes with its record.
var Flow = flow.Flow[*Contact]{
	Start: New,
	Asks:  flow.Asks("title", "description", "requester", "department", "channel", "caller", "phone", "service", "zone"),
	Places: []flow.Place{
		{State: New, Pace: flow.Wait},
		{State: Identified, Pace: flow.Wait},
		{State: Typed, Pace: flow.Work},
		{State: Answered, Pace: flow.Stop},
		{State: Linked, Pace: flow.Stop},
		{State: Merged, Pace: flow.Stop},
		{State: Closed, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Contact]{
		{Name: "identify", From: flow.At(New), To: Identified, Asks: flow.Asks("requester", "department", "caller"), Needs: flow.Needs(hasCaller)},
		{Name: "type", From: flow.At(Identified), To: Typed, Asks: flow.Asks("type", "service"), Needs: flow.Needs(hasType)},
		{Name: "answer", From: flow.At(Typed), To: Answered, Asks: flow.Asks("answer", "article"), Needs: flow.Needs(hasAnswer)},
		{Name: "link", From: flow.At(Typed), To: Linked, Asks: flow.Asks("about"), Needs: flow.Needs(hasAbout)},
		{Name: "merge", From: flow.At(Typed), To: Merged, Asks: flow.Asks("about"), Needs: flow.Needs(hasAbout)},
		{Name: "close", From: flow.At(Answered), To: Closed},
		{Name: "end", From: flow.At(Answered, Linked, Merged), To: Closed, Sys: true},
	},
}

var (
	hasType   = record.Filled("type", func(c *Contact) bool { return c.Type == "" })
	hasAnswer = record.Filled("answer", func(c *Contact) bool { return c.Answer == "" && c.Article == "" })
	hasAbout  = record.Filled("about", func(c *Contact) bool { return c.About == "" })
	hasCaller = record.Filled("requester", func(c *Contact) bool { return c.Requester == 0 && c.Caller == "" })
)

// Sheet lists the fields of a contact.
func Sheet() record.Sheet[*Contact] {
	return append(record.HeadFields[*Contact](),
		record.TextField("description", 20_000, func(c *Contact) *string { return &c.Description }),
		record.ChoiceField("channel", Channels, func(c *Contact) *Channel { return &c.Channel }),
		record.ChoiceField("type", []string{"question", "follow_up", "report", "complaint", "other"}, func(c *Contact) *Type { return &c.Type }),
		record.TextField("caller", 100, func(c *Contact) *string { return &c.Caller }),
		record.TextField("phone", 60, func(c *Contact) *string { return &c.Phone }),
		record.TextField("answer", 20_000, func(c *Contact) *string { return &c.Answer }),
		record.TextField("article", 300, func(c *Contact) *string { return &c.Article }),
		record.Field[*Contact]{
			Name: "about", Type: record.Record, Fixed: true,
			Get: func(c *Contact) string { return c.About },
			Set: func(c *Contact, v string) error {
				c.About = ""
				if v == "" {
					return nil
				}
				kind, n, err := record.ParseRef(v)
				if err != nil || kind == record.Contact {
					return fault.At("about", "record.no_such").With("ref", v)
				}
				c.About = record.Ref(kind, n)
				return nil
			},
		},
	)
}
