package web

import (
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// tale is what is told of a record of any practice: its timeline with what
// belongs to it, who asked, and who and what stands around it.
type tale struct {
	*sight
	Ref       string
	All       bool // the timeline shows events too, not the conversation only
	Asked     people.ID
	Requester people.Person // who that is, as far as the directory knows
	Entries   []record.Entry
	Files     []record.Attachment
	Around    record.Around
	Tells     func(record.Change) (changedField, bool) // of what only this practice changes; may be nil
}

// base is the record's address.
func (p *tale) base() string { return p.of.Path + "/" + p.Ref }

// watches reports whether the one who looks follows the record.
func (p *tale) watches() bool {
	for _, n := range p.Around.Watchers {
		if n.ID == p.By.ID {
			return true
		}
	}
	return false
}

// told are those who read a reply: the requester and who follows.
func (p *tale) told() []string {
	var out []string
	if p.Requester.Name != "" {
		out = append(out, p.Requester.Name)
	}
	for _, w := range p.Around.Watchers {
		if w.ID != p.Asked && w.ID != p.By.ID {
			out = append(out, w.Name)
		}
	}
	return out
}

// linkLabel says how a linked record stands to this one.
func (p *tale) linkLabel(l record.Linked) string {
	key := "record.link." + l.Type
	if l.Back {
		key += ".back"
	}
	return p.T(key)
}

// fact is a field in the right panel.
type fact struct {
	Name, Label, Value string
	Href               string // of what it names, "" for none
	Editable           bool
}
