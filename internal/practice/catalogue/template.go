package catalogue

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Use says where a canned text goes.
type Use string

// The uses.
const (
	AsReply  Use = "reply"  // to the requester
	AsNote   Use = "note"   // internal
	AsRecord Use = "record" // fills in a new record
)

// Template is a canned text, with placeholders in double braces, or a filled-in
// start for a new record.
type Template struct {
	Practice string            `json:"practice,omitempty"` // "" is every practice
	Use      Use               `json:"use,omitempty"`
	Body     people.Text       `json:"body,omitzero"`
	Fields   map[string]string `json:"fields,omitempty"` // of the record, by their names; with AsRecord
	Team     people.TeamID     `json:"team,omitempty"`   // only this team is offered it
	Then     []record.Action   `json:"then,omitempty"`   // what is done to a record after it was registered with it
}

// Placeholders are what a canned text can name.
var Placeholders = []string{
	"number", "title", "state", "priority", "service", "category", "team", "solution", "due",
	"requester.name", "requester.department", "requester.phone", "requester.room",
	"owner.name", "me.name", "me.phone", "today", "centre.name", "centre.phone",
}

// CheckText says which placeholders of a text are unknown, and where one is
// not closed.
func CheckText(field, text string) error {
	var many fault.Many
	for {
		_, rest, found := strings.Cut(text, "{{")
		if !found {
			return many.Err()
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed {
			many = append(many, fault.At(field, "catalogue.open_placeholder").With("open", "{{"))
			return many.Err()
		}
		if name = strings.TrimSpace(name); !slices.Contains(Placeholders, name) {
			many = append(many, fault.At(field, "catalogue.no_placeholder").With("name", name).With("names", strings.Join(Placeholders, ", ")))
		}
		text = after
	}
}
