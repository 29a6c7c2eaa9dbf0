package record

import (
	"regexp"
	"slices"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Template is a form filled in beforehand, or a text that is said often, as
// the document of a setting.Template keeps it (catalogue.Template is its
// editor's view). Its placeholders are names in double braces and nothing
// else; a template can compute nothing.
type Template struct {
	For    Kind              `json:"practice,omitempty"` // "" is every practice
	Use    Use               `json:"use,omitempty"`
	Text   people.Text       `json:"body,omitzero"`
	Fields map[string]string `json:"fields,omitempty"` // "x." before the centre's own
	Team   people.TeamID     `json:"team,omitempty"`   // only this team is offered it
	Then   []Action          `json:"then,omitempty"`   // what is done to a record that was registered with it
}

// Use says where a template is offered.
type Use string

// The uses.
const (
	UseForm  Use = "record" // registering
	UseReply Use = "reply"  // canned replies
	UseNote  Use = "note"
)

// Canned is a template with its code and name.
type Canned struct {
	Code    string
	Version int64
	Name    people.Text
	Template
}

// Templates lists the templates of a use that a person is offered, in the
// order of their codes.
func Templates(all *setting.All, k Kind, u Use, teams []people.TeamID) ([]Canned, error) {
	var out []Canned
	for _, t := range all.Of(setting.Template) {
		if t.Retired {
			continue
		}
		doc, err := setting.Read[Template](*t)
		if err != nil {
			return nil, err
		}
		if (doc.For == "" || doc.For == k) && doc.Use == u && (doc.Team == 0 || slices.Contains(teams, doc.Team)) {
			out = append(out, Canned{t.Code, t.Version, t.Name, doc})
		}
	}
	return out, nil
}

var blank = regexp.MustCompile(`\{\{\s*([a-z_.]+)\s*\}\}`)

// Fill puts values in place of {{name}}. A name that has no value is left
// standing, so that the writer sees it.
func Fill(text string, values map[string]string) string {
	return blank.ReplaceAllStringFunc(text, func(word string) string {
		if v, ok := values[strings.Trim(word, "{} ")]; ok {
			return v
		}
		return word
	})
}

// Apply takes a template over into a form: fields that were filled in already
// stay as they are.
func (t Template) Apply(in *Input, lang string, values map[string]string) {
	for name, v := range t.Fields {
		into := &in.Fields
		key := name
		if own, ok := strings.CutPrefix(name, "x."); ok {
			into, key = &in.Extra, own
		}
		if *into == nil {
			*into = map[string]string{}
		}
		if (*into)[key] == "" {
			(*into)[key] = Fill(v, values)
		}
	}
	if in.Text == "" {
		in.Text = Fill(t.Text.In(lang), values)
	}
}
