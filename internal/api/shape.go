package api

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/practice/record"
)

// The shapes that practices give to values: JSON schemas whose descriptions
// are keys of the catalogue until the document is written.

func as(t string) *huma.Schema { return &huma.Schema{Type: t} }

func momentOf(doc string) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time", Description: doc}
}

func orNone(s *huma.Schema) *huma.Schema { s.Nullable = true; return s }

func said(s *huma.Schema, doc string) *huma.Schema { s.Description = doc; return s }

func many(s *huma.Schema) *huma.Schema { return &huma.Schema{Type: "array", Items: s} }

func component(name string, s *huma.Schema) *schema { return &schema{Name: name, Hand: s} }

func refer(name string) *huma.Schema { return &huma.Schema{Ref: "#/components/schemas/" + name} }

func closed(members map[string]*huma.Schema, required ...string) *huma.Schema {
	return &huma.Schema{Type: "object", Properties: members, Required: required, AdditionalProperties: false}
}

// fieldShape is a field of a sheet as JSON. Written ones may also be given by
// code.
func fieldShape[R any](f record.Field[R], label string, writing bool) *huma.Schema {
	s := as("string")
	switch {
	case f.Type == record.Bool:
		s = as("boolean")
	case f.Type == record.Int:
		s = orNone(as("integer"))
	case f.Type == record.Items:
		s = many(as("integer"))
	case f.Type.Refers():
		s = &huma.Schema{OneOf: []*huma.Schema{orNone(as("integer")), said(as("string"), "api.doc.by_code")}}
		if !writing {
			s.OneOf[1] = said(as("object"), "api.doc.expanded")
		}
	case f.Type == record.Moment:
		s = orNone(momentOf(""))
	case f.Type == record.Choice:
		s = orNone(as("string"))
		for _, c := range f.Choices {
			s.Enum = append(s.Enum, c)
		}
		s.Enum = append(s.Enum, nil)
	case f.Max > 0:
		s.MaxLength = &f.Max
	}
	if f.Type == record.Record {
		s = orNone(as("string"))
	}
	return said(s, label)
}

func (p *practice[R]) label(name string) string { return string(p.desk.Kind) + ".field." + name }

// shape is a whole record.
func (p *practice[R]) shape() *schema {
	if p.made != nil { // dozens of operations answer it
		return p.made
	}
	members := map[string]*huma.Schema{
		"number": said(as("string"), "api.doc.number"), "kind": as("string"), "state": p.states(), "open": said(as("boolean"), "api.doc.open"),
		"x": said(as("object"), "api.doc.x"), "opened": momentOf(""), "moved": momentOf("api.doc.moved"),
		"due": orNone(momentOf("api.doc.due")), "version": said(as("integer"), "api.doc.version"), "moves": said(many(as("string")), "api.doc.moves"),
		"timeline": said(many(as("object")), "api.doc.only_expanded"), "clocks": said(many(as("object")), "api.doc.only_expanded"),
		"links": said(many(as("object")), "api.doc.only_expanded"), "watchers": said(many(as("object")), "api.doc.only_expanded"), "files": said(many(as("object")), "api.doc.only_expanded"), "spent": said(many(as("object")), "api.doc.only_expanded"),
	}
	for _, f := range p.desk.Sheet {
		members[f.Name] = fieldShape(f, p.label(f.Name), false)
	}
	maps.Copy(members, p.alsoShape)
	p.made = component(title(string(p.desk.Kind)), &huma.Schema{Type: "object", Properties: members})
	return p.made
}

func (p *practice[R]) states() *huma.Schema {
	s := as("string")
	for _, state := range p.desk.Flow.States() {
		s.Enum = append(s.Enum, string(state))
	}
	return s
}

// form is what a deed takes: the fields it asks for and what may be said.
func (p *practice[R]) form(asks []string, opening bool) *schema {
	members := spokenShape()
	for _, name := range asks {
		if f, ok := p.desk.Sheet.Find(name); ok {
			members[name] = fieldShape(f, p.label(name), true)
		}
	}
	s := closed(members)
	if opening {
		maps.Copy(members, p.more)
		s.Required = []string{"title"}
		if p.must != nil {
			s.Required = p.must
		}
	}
	return &schema{Hand: s}
}

func spokenShape() map[string]*huma.Schema {
	return map[string]*huma.Schema{
		"text": said(as("string"), "api.doc.text"), "public": said(as("boolean"), "api.doc.public"), "reason": said(as("string"), "api.doc.reason"),
		"x": said(as("object"), "api.doc.x"), "seen": said(as("integer"), "api.doc.seen"), "sure": said(as("boolean"), "api.doc.sure"),
		"files": said(many(closed(map[string]*huma.Schema{"file": said(as("integer"), "api.doc.attach_file"), "name": as("string")}, "file", "name")), "api.doc.attach"),
	}
}

// edits is an edit in its first form; the second is the record's own fields.
func (p *practice[R]) edits() *schema {
	var fields []any
	for _, f := range p.desk.Sheet {
		if !f.Fixed {
			fields = append(fields, f.Name)
		}
	}
	anything := func(doc string) *huma.Schema { return &huma.Schema{Description: doc} }
	members := spokenShape()
	members["changes"] = many(closed(map[string]*huma.Schema{
		"field": said(&huma.Schema{Type: "string", Examples: fields}, "api.doc.change_field"), "was": anything("api.doc.change_was"), "now": anything("api.doc.change_now"),
	}, "field", "was", "now"))
	return &schema{Hand: closed(members, "changes")}
}

// lineShape is one line of a bulk request.
func (p *practice[R]) lineShape() *schema {
	deeds := []any{"open", "reply", "note"}
	for _, name := range p.desk.Flow.Names() {
		if _, ok := p.asks(name); ok {
			deeds = append(deeds, name)
		}
	}
	members := spokenShape()
	members["deed"] = said(&huma.Schema{Type: "string", Enum: deeds}, "api.doc.line_deed")
	members["number"], members["version"] = said(as("string"), "api.doc.number"), said(as("integer"), "api.doc.version")
	members["key"] = said(as("string"), "api.doc.line_key")
	maps.Copy(members, p.more)
	for _, f := range p.desk.Sheet {
		members[f.Name] = fieldShape(f, p.label(f.Name), true)
	}
	return &schema{Hand: closed(members, "deed")}
}

// rowShape is a line of a list.
func rowShape() *schema {
	id := func() *huma.Schema {
		return &huma.Schema{OneOf: []*huma.Schema{orNone(as("integer")), said(as("object"), "api.doc.expanded")}}
	}
	members := map[string]*huma.Schema{
		"number": said(as("string"), "api.doc.number"), "kind": as("string"), "title": as("string"), "state": as("string"), "open": said(as("boolean"), "api.doc.open"),
		"priority": orNone(as("integer")), "opened": momentOf(""), "moved": momentOf("api.doc.moved"),
		"due": orNone(momentOf("api.doc.due")), "version": said(as("integer"), "api.doc.version"),
	}
	for _, name := range []string{"requester", "owner", "team", "service", "department", "zone"} {
		members[name] = id()
	}
	return component("Row", &huma.Schema{Type: "object", Properties: members})
}

// pageOf is a page of a list.
func pageOf(item *schema) *schema {
	return &schema{Hand: &huma.Schema{Type: "object", Required: []string{"items"}, Properties: map[string]*huma.Schema{
		"items": many(item.Hand), "next": said(as("string"), "api.doc.next"), "count": said(as("integer"), "api.doc.count"),
	}}, Uses: []*schema{item}, Page: item.Name}
}

func listOf(item *schema) *schema {
	return &schema{Hand: many(item.Hand), Uses: item.Uses}
}

func linkShape() *schema {
	return &schema{Hand: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{
		"type": as("string"), "back": said(as("boolean"), "api.doc.link_back"), "to": refer("Row"),
	}}, Uses: []*schema{rowShape()}}
}

// title is a name as components have it: "Incident".
func title(kind string) string {
	if kind == "" {
		return kind
	}
	return string(kind[0]-'a'+'A') + kind[1:]
}
