package record

import (
	"encoding/json"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Settable is a field that an action may set.
type Settable struct {
	Name    string
	Type    Type
	Choices []string
	Grant   string   // beside the grant of editing
	Moves   []string // only one of these, later on, takes it; nil when it can be edited
}

// Ground is what actions can name on the records of a practice.
type Ground struct {
	Fields []Settable
	Moves  []string // those that an action can make
	States []flow.State
	Not    []Doing // what is not done there
	Nobody bool    // nobody carries them out in person: Me is no one
}

// Lists reports whether something is done there.
func (g Ground) Lists(d Doing) bool {
	return slices.Contains(Doings, d) && !slices.Contains(g.Not, d)
}

// doings are what is done there, for people.
func (g Ground) doings() string {
	var out []string
	for _, d := range Doings {
		if g.Lists(d) {
			out = append(out, string(d))
		}
	}
	return strings.Join(out, ", ")
}

// Ground is what actions on records of this desk can name.
func (d *Desk[R]) Ground() Ground {
	g := Ground{States: d.Flow.States()}
	asks := map[string][]string{}
	for _, m := range d.Flow.Moves {
		if m.Sys || slices.Contains(d.Rules.Apart, m.Name) || slices.Contains(g.Moves, m.Name) {
			continue
		}
		g.Moves = append(g.Moves, m.Name)
		for _, f := range m.Asks {
			asks[f] = append(asks[f], m.Name)
		}
	}
	for _, f := range d.Sheet {
		if f.Name == "team" || f.Name == "owner" || f.Type == Item || f.Type == Items || f.Type == Person || f.Type == Record || f.Fixed && asks[f.Name] == nil {
			continue
		}
		one := Settable{Name: f.Name, Type: f.Type, Choices: f.Choices, Grant: f.Grant}
		if f.Fixed {
			one.Moves = asks[f.Name]
		}
		g.Fields = append(g.Fields, one)
	}
	if d.Own == nil {
		return g
	}
	for _, o := range d.Own() {
		s := Settable{Name: "x." + o.Code, Type: o.Type}
		for _, c := range o.Choices {
			s.Choices = append(s.Choices, c.Code)
		}
		g.Fields = append(g.Fields, s)
	}
	return g
}

// ActionsOf is the table of actions in the document of a setting; they name
// teams and persons by id.
func ActionsOf[D any](name string, at func(*D) *[]Action) setting.Attribute {
	f := setting.TableOf(name, at)
	f.Inside = []setting.Inside{{Path: "*.team", Kind: setting.Team}, {Path: "*.person", Kind: setting.Human}}
	f.Kind = setting.Team
	f.Names = func(form *setting.Form) []int64 {
		var out []int64
		for _, a := range *at(form.Doc.(*D)) {
			if a.Team != 0 {
				out = append(out, int64(a.Team))
			}
		}
		return out
	}
	return f
}

// WriteActions writes the JSON of such a table, "" for none.
func WriteActions(all []Action) string {
	if len(all) == 0 {
		return ""
	}
	b, err := json.Marshal(all)
	if err != nil {
		return "" // there is nothing in an action that cannot be written
	}
	return string(b)
}

// ActionChecks is what the actions of a setting are checked against. A function
// that is nil knows nothing and lets everything pass.
type ActionChecks struct {
	Ground func(Kind) (Ground, bool)
	Person func(people.ID) bool // is there one, and in use
}

// Check reports what is wrong with actions on records of a kind. Faults are
// about field, with the row they are in.
func (c ActionChecks) Check(all *setting.All, field string, k Kind, acts []Action) error {
	if c.Ground == nil {
		return nil
	}
	g, ok := c.Ground(k)
	if !ok {
		return nil
	}
	var many fault.Many
	if err := many.Add(CheckActions(field, acts, g)); err != nil {
		return err
	}
	for i, a := range acts {
		if f := c.unknown(all, k, g, a); f != nil {
			f.Field = field
			many = append(many, f.With("row", i+1))
		}
	}
	return many.Err()
}

// unknown is what an action names and does not exist.
func (c ActionChecks) unknown(all *setting.All, k Kind, g Ground, a Action) *fault.Fault {
	at := slices.IndexFunc(g.Fields, func(f Settable) bool { return f.Name == a.Field })
	if a.Do == Set && at >= 0 {
		if _, err := Coded(all, g.Fields[at].Type, "", a.Value); err != nil {
			return fault.At("", "action.no_thing").With("field", a.Field).With("value", a.Value)
		}
	}
	switch {
	case a.Team != 0 && all.Find(setting.Team, int64(a.Team)) == nil:
		return fault.At("", "action.no_team")
	case a.Person != 0 && c.Person != nil && !c.Person(a.Person):
		return fault.At("", "action.no_person")
	case (a.Do == Jot || a.Do == Answer) && a.Value != "" && !saidOn(all, k, a.Value):
		return fault.At("", "action.no_canned").With("value", a.Value)
	}
	return nil
}

// saidOn reports whether there is a canned text of that code for records of a
// kind.
func saidOn(all *setting.All, k Kind, code string) bool {
	held := all.Coded(setting.Template, code)
	if held == nil || held.Retired {
		return false
	}
	doc, err := setting.Read[Template](*held)
	return err == nil && doc.Use != UseForm && (doc.For == "" || doc.For == k)
}
