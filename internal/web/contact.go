package web

import (
	"slices"

	"kilter/internal/practice/contact"
	"kilter/internal/practice/flow"
	"kilter/internal/web/part"
)

// plainContact is how a contact looks: who called, what it was about, what
// became of it. It is logged by the call form.
func (d *Desk) plainContact() plainDesk {
	return &plainOf[*contact.Contact]{
		Desk: d.Contacts.Desk, Blank: func() *contact.Contact { return new(contact.Contact) }, Move: d.Contacts.Move,
		Look: plainLook{
			Icons: map[string]string{"identify": "user-check", "type": "tag", "answer": "check", "link": "link", "merge": "git-merge", "close": "checks"},
			Keys:  map[string]string{"link": "l"},
			Edits: []string{"title", "description", "requester", "caller", "phone", "channel", "service", "department", "zone", "answer"},
			Tag:   "type",
			Facts: []plainGroup{
				{"desk.people", []string{"phone", "department", "owner"}},
				{"desk.about", []string{"channel", "type", "service", "zone", "article"}},
			},
			Texts: []string{"answer"},
			Way:   contactWay, Deeds: contactDeeds,
		},
	}
}

// contactWay is the usual life of a contact: it ends with an answer, or with
// the record that it is about.
func contactWay(p *plainPage) []flow.State {
	way := []flow.State{contact.New, contact.Identified, contact.Typed, contact.Answered, contact.Closed}
	if st := p.One.State; st == contact.Linked || st == contact.Merged {
		way[3] = st
	} else if p.Get("about") != "" {
		way[3] = contact.Linked
	}
	return way
}

// contactDeeds is the way to an incident for what turns out to be one.
func contactDeeds(p *plainPage) []part.Button {
	if !slices.Contains([]flow.State{contact.Identified, contact.Typed}, p.One.State) || !p.By.Can("incident.open") || !p.By.Can("contact.link") {
		return nil
	}
	return []part.Button{{Label: p.T("desk.contact.becomes"), Icon: "bolt", Href: "/incidents/new?contact=" + p.Ref, Deed: true}}
}
