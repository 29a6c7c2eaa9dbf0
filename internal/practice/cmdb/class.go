package cmdb

import (
	"encoding/json"
	"fmt"
	"slices"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Attribute is a field that the items of a class have beside those of every
// item. Values are kept as text in one way of writing; see Accept.
type Attribute struct {
	Name    string             `json:"name"`
	En      string             `json:"en"`
	Zh      string             `json:"zh"`
	Type    Type               `json:"type"`
	Choices []catalogue.Choice `json:"choices,omitempty"`
	Of      Class              `json:"of,omitempty"`   // of a reference: the class meant, those below included
	Max     int                `json:"max,omitempty"`  // characters of a text; 0 is 500
	Must    bool               `json:"must,omitempty"` // a complete item has it filled
	Unit    string             `json:"unit,omitempty"` // of a number: GB, W, Mbit/s; of money: the currency
}

// Label is the attribute's name in the reader's language.
func (a Attribute) Label(lang string) string { return people.Text{En: a.En, Zh: a.Zh}.In(lang) }

// ClassDef is a class of items with all that it inherits.
type ClassDef struct {
	Code    Class
	Name    people.Text
	Parent  Class
	Retired bool
	ClassDoc
	All   []Attribute // its own and those of the classes above, the uppermost first
	Below []Class     // the class itself and all under it
}

// ClassDoc is what the setting of a class says.
type ClassDoc struct {
	Abstract   bool        `json:"abstract,omitempty"` // only for classes below it to inherit from
	Icon       string      `json:"icon,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
	Identity   []string    `json:"identity,omitempty"` // rules by which an item is known again, see Rules; none: as above
	Must       []string    `json:"must,omitempty"`     // fields of every item that a complete one of this class has
	Audit      int         `json:"audit,omitempty"`    // months between audits; 0: as above
}

// Find returns the attribute of that name.
func (c *ClassDef) Find(name string) (Attribute, bool) {
	i := slices.IndexFunc(c.All, func(a Attribute) bool { return a.Name == name })
	if i < 0 {
		return Attribute{}, false
	}
	return c.All[i], true
}

// Model is the classes and types of relations of a centre.
type Model struct {
	Version int64
	classes map[Class]*ClassDef
	types   map[string]*RelationType
	order   []Class // parents before children
	names   []string
}

// Class returns the class of that code, or nil.
func (m *Model) Class(c Class) *ClassDef { return m.classes[c] }

// Type returns the type of relations of that code, or nil.
func (m *Model) Type(code string) *RelationType { return m.types[code] }

// Classes lists the classes, parents before children.
func (m *Model) Classes() []*ClassDef {
	out := make([]*ClassDef, len(m.order))
	for i, c := range m.order {
		out[i] = m.classes[c]
	}
	return out
}

// Attribute finds what is kept of items of some class, by its name.
func (m *Model) Attribute(name string) (Attribute, bool) {
	for _, d := range m.Classes() {
		if a, ok := d.Find(name); ok {
			return a, true
		}
	}
	return Attribute{}, false
}

// Types lists the types of relations by their codes.
func (m *Model) Types() []*RelationType {
	out := make([]*RelationType, len(m.names))
	for i, n := range m.names {
		out[i] = m.types[n]
	}
	return out
}

// Is reports whether a class is the other one or below it.
func (m *Model) Is(c, above Class) bool {
	a := m.classes[above]
	return a != nil && slices.Contains(a.Below, c)
}

// ModelOf reads the model out of the settings: the starter model, with
// everything that the centre has defined or changed.
func ModelOf(all *setting.All) (*Model, error) {
	m := &Model{classes: map[Class]*ClassDef{}, types: map[string]*RelationType{}}
	for _, t := range Starter() {
		if err := m.add(all, t, true); err != nil {
			return nil, err
		}
	}
	if all != nil {
		m.Version = all.Version
		for _, kind := range []setting.Kind{setting.ItemClass, setting.RelationType} {
			for _, t := range all.Of(kind) {
				if err := m.add(all, *t, false); err != nil {
					return nil, err
				}
			}
		}
	}
	m.settle()
	return m, nil
}

// add takes a class or a type in; parents of starter classes are named by
// their place in the starter (negative ids), others by the id of the setting.
func (m *Model) add(all *setting.All, t setting.Thing, starter bool) error {
	if t.Kind == setting.RelationType {
		doc, err := setting.Read[RelationType](t)
		if err != nil {
			return err
		}
		doc.Code, doc.Forth, doc.Retired = t.Code, t.Name, t.Retired
		m.types[t.Code] = &doc
		return nil
	}
	doc, err := setting.Read[ClassDoc](t)
	if err != nil {
		return err
	}
	c := &ClassDef{Code: Class(t.Code), Name: t.Name, Retired: t.Retired, ClassDoc: doc}
	if starter {
		c.Parent = starterParent(t)
	} else if p := all.Find(setting.ItemClass, t.Parent); p != nil {
		c.Parent = Class(p.Code)
	} else if held := m.classes[c.Code]; held != nil && t.Parent == 0 {
		c.Parent = held.Parent // a class of the starter was changed without the one above it
	}
	m.classes[c.Code] = c
	return nil
}

// settle lets the classes inherit, parents first. A loop among parents, which
// the settings refuse, would leave its classes without what is above.
func (m *Model) settle() {
	var codes []Class
	for c := range m.classes {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	done := map[Class]bool{"": true}
	for range codes {
		for _, c := range codes {
			if d := m.classes[c]; !done[c] && (done[d.Parent] || m.classes[d.Parent] == nil) {
				done[c] = true
				m.order = append(m.order, c)
				m.inherit(d)
			}
		}
	}
	for i := len(m.order) - 1; i >= 0; i-- {
		d := m.classes[m.order[i]]
		d.Below = append([]Class{d.Code}, d.Below...)
		if p := m.classes[d.Parent]; p != nil {
			p.Below = append(p.Below, d.Below...)
		}
	}
	for name := range m.types {
		m.names = append(m.names, name)
	}
	slices.Sort(m.names)
}

func (m *Model) inherit(d *ClassDef) {
	if p := m.classes[d.Parent]; p != nil {
		for _, a := range p.All {
			if !slices.ContainsFunc(d.Attributes, func(own Attribute) bool { return own.Name == a.Name }) {
				d.All = append(d.All, a)
			}
		}
		if len(d.Identity) == 0 {
			d.Identity = p.Identity
		}
		if d.Audit == 0 {
			d.Audit = p.Audit
		}
		if d.Icon == "" {
			d.Icon = p.Icon
		}
		d.Must = append(slices.Clone(p.Must), d.Must...)
	}
	d.All = append(d.All, d.Attributes...)
}

// thing makes a setting of a code, names and a document; a document of ours
// that JSON cannot hold is a mistake in this room.
func thing(k setting.Kind, code, en, zh string, doc any) setting.Thing {
	text, err := json.Marshal(doc)
	if err != nil {
		panic(fmt.Sprintf("cmdb: starter %s: %v", code, err))
	}
	return setting.Thing{Kind: k, Code: code, Name: people.Text{En: en, Zh: zh}, Doc: text}
}
