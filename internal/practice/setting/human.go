package setting

import (
	"encoding/json"
	"fmt"

	"kilter/internal/practice/people"
)

// OfPerson shows a person as a thing, so that persons are edited, retired and
// imported by the same desk; the document is the person himself.
func OfPerson(p people.Person) (*Thing, error) {
	doc, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("setting: person %d: %w", p.ID, err)
	}
	return &Thing{ID: int64(p.ID), Kind: Human, Code: p.Code, Name: people.Text{En: p.Name}, Retired: p.Retired, Doc: doc, Version: p.Version, Changed: p.Changed}, nil
}

// ToPerson is the person that a thing shows.
func (t *Thing) ToPerson() (people.Person, error) {
	p, err := Read[people.Person](*t)
	if err != nil {
		return p, err
	}
	p.ID, p.Code, p.Retired, p.Version, p.Changed = people.ID(max(t.ID, 0)), t.Code, t.Retired, t.Version, t.Changed
	return p, nil
}

// HumanSheet describes persons, with the fields given after the code.
func HumanSheet(fields ...Attribute) Sheet {
	return Sheet{
		Kind: Human, Fields: append([]Attribute{codeField()}, fields...),
		Open: func(t *Thing) (*Form, error) {
			p, err := t.ToPerson()
			if err != nil {
				return nil, err
			}
			return &Form{Thing: t, Doc: &p}, nil
		},
		Close: func(f *Form) error {
			p := f.Doc.(*people.Person)
			f.Name = people.Text{En: p.Name}
			return Write(f.Thing, p)
		},
	}
}
