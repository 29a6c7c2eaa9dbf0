package setting

import (
	"encoding/json"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
)

// Type says what a field of a setting holds, and so how it is entered, shown,
// read from a table and checked.
type Type string

// The types. Values cross the border as text: ids in decimal, lists joined by
// commas, yes as "true", tables as JSON.
const (
	Word    Type = "word"    // a code: letters, digits, - _ .
	Line    Type = "line"    // one line of text
	Long    Type = "long"    // several lines
	Int     Type = "int"     // a whole number
	Bool    Type = "bool"    // "true" or ""
	Choice  Type = "choice"  // one of Choices
	Several Type = "several" // any of Choices
	Ref     Type = "ref"     // a thing of Kind
	Refs    Type = "refs"    // things of Kind
	Person  Type = "person"
	Persons Type = "persons"
	Date    Type = "date"  // "2026-12-01"
	Table   Type = "table" // JSON of the kind's own shape, with an editor of its own
)

// Form is a thing opened for reading and writing field by field: its document
// is decoded until Close.
type Form struct {
	*Thing
	Doc any // *D of the kind
}

// Attribute describes one field of a kind of things. Forms, lists, the API and
// imports are made from it; the label's key is setting.<kind>.<name>.
type Attribute struct {
	Name     string
	Type     Type
	Kind     Kind     // of what Ref and Refs name
	Choices  []string // the choice's label key is setting.<kind>.<name>.<choice>
	Max      int      // longest text in characters, highest number, most entries of a list
	Required bool
	Listed   bool   // the list of the kind has a column for it
	Grant    string // grant needed to change it, beside that of the kind
	Get      func(*Form) string
	Set      func(*Form, string) error
	Names    func(*Form) []int64 // the things of Kind that a table names
	Inside   []Inside            // where a table names things by their ids
}

// Inside says where the JSON of a table names something by its id: the path to
// it, with * for every row or member ("weekly.*.who.*"), and its kind.
type Inside struct {
	Path   string
	Kind   Kind
	Quoted bool // the id is written as a text
}

// Sheet is the one description of a kind of things: generic page, API and
// import come from it.
type Sheet struct {
	Kind   Kind
	Code   string // of a centre document, which has a sheet of its own; else ""
	Levels int    // 0: no tree; 1 is the top alone, 2 parents and children, ...
	Order  int    // place among the settings
	Fields []Attribute
	Open   func(*Thing) (*Form, error)
	Close  func(*Form) error
	// Check says what is wrong with a form as a whole, in view of all others.
	Check func(all *All, f *Form) error
}

// NewSheet describes a kind whose document is a D: the fields that every thing
// has, then those given. It is a tree when levels is above 0.
func NewSheet[D any](k Kind, levels int, fields ...Attribute) Sheet {
	head := []Attribute{codeField(), nameField("name_en", true), nameField("name_zh", false)}
	if levels > 1 {
		head = append(head, parentField(k))
	}
	return Sheet{
		Kind: k, Levels: levels, Fields: append(head, fields...),
		Open: func(t *Thing) (*Form, error) {
			d, err := Read[D](*t)
			if err != nil {
				return nil, err
			}
			return &Form{Thing: t, Doc: &d}, nil
		},
		Close: func(f *Form) error { return Write(f.Thing, f.Doc) },
	}
}

// DocumentSheet describes a kind whose document is one table, "doc": for what is
// carried from one Kilter to another as a whole, and edited on a page of its
// own. A code makes it the sheet of one document of the centre.
func DocumentSheet[D any](k Kind, code string, check func(all *All, d D) error, inside ...Inside) Sheet {
	doc := TableOf("doc", func(d *D) *D { return d })
	doc.Inside = inside
	s := NewSheet[D](k, 0, doc)
	s.Code = code
	if check != nil {
		s.Check = func(all *All, f *Form) error { return check(all, *f.Doc.(*D)) }
	}
	return s
}

// Find returns the field of that name.
func (s Sheet) Find(name string) (Attribute, bool) {
	i := slices.IndexFunc(s.Fields, func(f Attribute) bool { return f.Name == name })
	if i < 0 {
		return Attribute{}, false
	}
	return s.Fields[i], true
}

// Values reads every field, in the order of the sheet.
func (s Sheet) Values(f *Form) []string {
	out := make([]string, len(s.Fields))
	for i, field := range s.Fields {
		out[i] = field.Get(f)
	}
	return out
}

// Change is a field that got another value.
type Change struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// Diff lists the fields whose value is no longer the one in was.
func (s Sheet) Diff(was []string, f *Form) []Change {
	var out []Change
	for i, field := range s.Fields {
		if now := field.Get(f); now != was[i] {
			out = append(out, Change{field.Name, was[i], now})
		}
	}
	return out
}

// Sheets are the descriptions of all kinds.
type Sheets []Sheet

// For returns the sheet of a kind; code matters for centre documents only.
func (s Sheets) For(k Kind, code string) (Sheet, error) {
	for _, sh := range s {
		if sh.Kind == k && (sh.Code == "" || sh.Code == code) {
			return sh, nil
		}
	}
	return Sheet{}, fault.New(fault.Missing, "setting.no_such_kind").With("kind", string(k))
}

// Users lists the things in use that name the thing: its children, and those
// with a field that refers to it.
func (s Sheets) Users(all *All, k Kind, id int64) ([]*Thing, error) {
	var out []*Thing
	for _, sh := range s {
		for _, t := range all.Of(sh.Kind) {
			if t.Retired || sh.Code != "" && sh.Code != t.Code {
				continue
			}
			uses, err := sh.uses(t, k, id)
			if err != nil {
				return nil, err
			}
			if uses {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

func (s Sheet) uses(t *Thing, k Kind, id int64) (bool, error) {
	if t.Parent == id && t.Kind == k {
		return true, nil
	}
	if !slices.ContainsFunc(s.Fields, func(f Attribute) bool { return f.Kind == k && f.Name != "parent" }) {
		return false, nil
	}
	f, err := s.Open(t)
	if err != nil {
		return false, err
	}
	for _, field := range s.Fields {
		if field.Kind != k {
			continue
		}
		if field.Names != nil && slices.Contains(field.Names(f), id) || field.Names == nil && slices.Contains(Split(field.Get(f)), fmt.Sprint(id)) {
			return true, nil
		}
	}
	return false, nil
}

// Rows reads a table's JSON text into rows; "" is none.
func Rows[T any](field, text string) (rows []T, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, fault.At(field, "setting.bad_table").With("why", err.Error())
	}
	return rows, nil
}
