// Package cmdb brings configuration items in: one file a source. Each turns
// what its source says into findings and ties, and the reconciler of
// configuration management does the rest.
package cmdb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/cmdb"
)

// Map says what the columns of a table mean. docs/cmdb.md describes it.
type Map struct {
	Source   string                       `yaml:"source"`             // the name under which values are known to come from here
	Class    cmdb.Class                   `yaml:"class,omitempty"`    // of every item; or the field "class" is a column
	Complete []cmdb.Class                 `yaml:"complete,omitempty"` // the table has all items of these classes
	Columns  map[string]string            `yaml:"columns"`            // field or attribute -> heading
	Set      map[string]string            `yaml:"set,omitempty"`      // field or attribute -> the value of every row
	Values   map[string]map[string]string `yaml:"values,omitempty"`   // field -> value of the table -> of Kilter
}

// maxMap bounds a map: nobody writes more by hand.
const maxMap = 256 << 10

// ParseMap reads a map from YAML. For items, the model says which fields there
// are; without one the map is for a table of relations.
func ParseMap(text []byte, model *cmdb.Model) (*Map, error) {
	if len(text) > maxMap {
		return nil, fault.New(fault.TooMuch, "cmdb.map.too_big").With("limit", maxMap)
	}
	m := &Map{}
	err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(m)
	if errors.Is(err, io.EOF) {
		err = nil // nothing in it: the check below says what is missing
	}
	if err != nil {
		return nil, fault.At("map", "history.map.yaml").With("detail", yaml.FormatError(err, false, false))
	}
	var many fault.Many
	if m.Source = strings.TrimSpace(m.Source); m.Source == "" || len(m.Source) > 60 {
		many = append(many, fault.At("source", "cmdb.map.no_source"))
	}
	if len(m.Columns) == 0 {
		many = append(many, fault.At("columns", "cmdb.map.no_columns"))
	}
	known := func(name string) bool { return slices.Contains(cmdb.TieFields, name) }
	if model != nil {
		known = func(name string) bool { return name == "class" || m.field(model, name) }
		if m.Class != "" && model.Class(m.Class) == nil {
			many = append(many, fault.At("class", "cmdb.no_such_class"))
		}
	}
	for _, fields := range []map[string]string{m.Columns, m.Set} {
		for name := range fields {
			if !known(name) {
				many = append(many, fault.At(name, "cmdb.map.no_field").With("name", name))
			}
		}
	}
	slices.SortFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return m, many.Err()
}

// Mapped makes a map of a mapping that was chosen on a page, and checks it as
// one that was written.
func Mapped(in cmdb.Mapping, model *cmdb.Model) (*Map, error) {
	text, err := (&Map{Source: in.Source, Class: in.Class, Complete: in.Complete, Columns: in.Columns, Set: in.Set, Values: in.Values}).Text()
	if err != nil {
		return nil, err
	}
	return ParseMap([]byte(text), model)
}

// field reports whether items of the map's class, or of any class when the
// rows say theirs, have the field.
func (m *Map) field(model *cmdb.Model, name string) bool {
	if m.Class != "" {
		return slices.Contains(model.Names(m.Class), name)
	}
	return slices.ContainsFunc(model.Classes(), func(c *cmdb.ClassDef) bool { return slices.Contains(model.Names(c.Code), name) })
}

// Rows is a table being read: sheet.Reader, or another tool's answer.
type Rows interface {
	Read() (row []string, line int, err error)
}

// table reads rows by the names of the map.
type table struct {
	m    *Map
	rows Rows
	at   map[string]int // field -> column
}

// open reads the headings.
func (m *Map) open(rows Rows) (*table, error) {
	head, _, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, fault.At("file", "cmdb.map.empty_table")
	}
	if err != nil {
		return nil, err
	}
	t := &table{m: m, rows: rows, at: map[string]int{}}
	var many fault.Many
	for field, heading := range m.Columns {
		i := slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), heading) })
		if i < 0 {
			many = append(many, fault.At(field, "cmdb.map.no_heading").With("heading", heading))
		}
		t.at[field] = i
	}
	slices.SortFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return t, many.Err()
}

// row reads the next one: its values by field.
func (t *table) row() (map[string]string, int, error) {
	cells, line, err := t.rows.Read()
	if bad, ok := errors.AsType[*sheet.BadRow](err); ok {
		return nil, line, fault.At("file", "cmdb.map.bad_row").With("why", bad.Error())
	}
	if err != nil {
		return nil, line, err
	}
	out := make(map[string]string, len(t.at)+len(t.m.Set))
	for field, v := range t.m.Set {
		out[field] = v
	}
	for field, i := range t.at {
		if i >= len(cells) {
			continue
		}
		v := strings.TrimSpace(cmdb.Plain(cells[i]))
		if to, ok := t.m.Values[field][v]; ok {
			v = to
		}
		if v != "" || out[field] == "" {
			out[field] = v
		}
	}
	return out, line, nil
}

// Items makes a report of a table of items.
func (m *Map) Items(rows Rows, file string) (cmdb.Report, error) {
	t, err := m.open(rows)
	if err != nil {
		return cmdb.Report{}, err
	}
	next := func() (cmdb.Finding, error) {
		fields, line, err := t.row()
		f := cmdb.Finding{Line: line, Class: m.Class, Fields: fields}
		if c := fields["class"]; c != "" {
			f.Class = cmdb.Class(c)
		}
		delete(fields, "class")
		return f, err
	}
	return cmdb.Report{Source: m.Source, File: file, Complete: m.Complete, Next: next}, nil
}

// Relations makes a report of a table of relations.
func (m *Map) Relations(rows Rows, file string) (cmdb.Report, error) {
	t, err := m.open(rows)
	if err != nil {
		return cmdb.Report{}, err
	}
	next := func() (cmdb.Tie, error) {
		f, line, err := t.row()
		if err != nil {
			return cmdb.Tie{Line: line}, err
		}
		tie := cmdb.Tie{Line: line, Source: f["source"], Target: f["target"], Type: f["type"], Group: f["group"], Gate: cmdb.Gate(f["gate"]), Note: f["note"]}
		var many fault.Many
		for _, n := range []struct {
			field string
			to    *int
			most  int
		}{{"need", &tie.Need, 1000}, {"least", &tie.Least, 100}, {"share", &tie.Share, 100}} {
			v, err := strconv.Atoi("0" + strings.TrimSuffix(f[n.field], "%"))
			if err != nil || v > n.most {
				many = append(many, fault.At(n.field, "record.out_of_range").With("low", 0).With("high", n.most))
			}
			*n.to = v
		}
		return tie, many.Err()
	}
	return cmdb.Report{Source: m.Source, File: file, NextTie: next}, nil
}

// Text writes the map as YAML, to be saved beside the table.
func (m *Map) Text() (string, error) {
	b, err := yaml.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("intake: map: %w", err)
	}
	return string(b), nil
}
