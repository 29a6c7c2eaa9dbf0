// Package history turns the event log of another tool into the history of
// records as Kilter keeps it: what was opened when, how it moved, who had it,
// how long it waited, when it was resolved and closed.
//
// A Map says what the columns of the log mean. The conversion knows no
// database: it makes Cases and reports every row that it could not use. History
// is told as it happened. A move that the life cycle of Kilter forbids is kept
// and marked; only what happens live is checked against the flow.
package history

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// Shape says what a row of the log stands for.
type Shape string

// The shapes.
const (
	EventLog Shape = "event_log" // one row per activity
	AuditLog Shape = "audit_log" // one row per state of the record after a change
)

// Map says what the columns of a log mean. docs/history.md describes it.
type Map struct {
	Source   string                      `yaml:"source"` // the tool; with the case it makes a record known again
	Shape    Shape                       `yaml:"shape"`
	File     File                        `yaml:"file,omitempty"`
	Times    Times                       `yaml:"times,omitempty"`
	Missing  []string                    `yaml:"missing,omitempty"` // values that mean "not known"
	Columns  map[Field]Column            `yaml:"columns"`
	States   map[string]State            `yaml:"states,omitempty"`   // activity or state of the log -> of Kilter
	Unlisted Unlisted                    `yaml:"unlisted,omitempty"` // what becomes of activities not in States
	Values   map[Field]map[string]string `yaml:"values,omitempty"`   // value of the log -> of Kilter, by field
	Extra    map[string]Column           `yaml:"extra,omitempty"`    // further fields to keep, by name
	folded   map[string]State
	renames  map[Field]map[string]string
	absent   map[string]bool
	readings map[string]*eventlog.Moments
}

// File says how the log is written where that cannot be seen from it.
type File struct {
	Format    eventlog.Format `yaml:"format,omitempty"`
	Delimiter string          `yaml:"delimiter,omitempty"`
	Encoding  string          `yaml:"encoding,omitempty"`
	Sheet     string          `yaml:"sheet,omitempty"`
	Defaults  bool            `yaml:"defaults,omitempty"` // of an XES log: use its global values
}

// Times says how moments are written where a column does not say it itself.
type Times struct {
	Format words  `yaml:"format,omitempty"`
	Zone   string `yaml:"zone,omitempty"`
}

// Unlisted says what becomes of a row whose activity or state the map does not
// list: it is kept as an event that moves nothing, or refused.
type Unlisted string

// The two choices.
const (
	Keep   Unlisted = "keep"
	Refuse Unlisted = "refuse"
)

// maxMap bounds a map: nobody writes more by hand.
const maxMap = 256 << 10

// ParseMap reads a map from YAML and checks all of it that does not depend on
// the log. The faults name the part of the map that is wrong.
func ParseMap(text []byte, life Life) (*Map, error) {
	if len(text) > maxMap {
		return nil, fault.New(fault.TooMuch, "history.map.too_big").With("limit", maxMap)
	}
	m := &Map{}
	err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(m)
	if errors.Is(err, io.EOF) {
		return nil, fault.At("map", "history.map.empty")
	}
	if err != nil {
		if fault.All(err) != nil {
			return nil, err
		}
		return nil, unreadable(err)
	}
	if err := m.check(life); err != nil {
		return nil, err
	}
	return m, nil
}

// Text writes the map as YAML.
func (m *Map) Text() ([]byte, error) { return yaml.Marshal(m) }

// check reports everything in the map that cannot be right, whatever the log.
func (m *Map) check(life Life) error {
	var many fault.Many
	at := func(field, key string) *fault.Fault {
		f := fault.At(field, key)
		many = append(many, f)
		return f
	}
	if strings.TrimSpace(m.Source) == "" {
		at("source", "history.map.no_source")
	}
	if utf8.RuneCountInString(m.Source) > 60 {
		at("source", "history.map.long_source")
	}
	if m.Shape != EventLog && m.Shape != AuditLog {
		at("shape", "history.map.shape").With("value", string(m.Shape)).With("choices", "event_log, audit_log")
	}
	if m.Unlisted == "" {
		m.Unlisted = Keep
	}
	if m.Unlisted != Keep && m.Unlisted != Refuse {
		at("unlisted", "history.map.unlisted").With("value", string(m.Unlisted)).With("choices", "keep, refuse")
	}
	if utf8.RuneCountInString(m.File.Delimiter) > 1 && m.File.Delimiter != "\\t" && m.File.Delimiter != "tab" {
		at("file.delimiter", "history.map.delimiter").With("value", m.File.Delimiter)
	}
	m.checkColumns(at)
	m.checkStates(life, at)
	m.checkValues(at)
	if err := m.prepare(); err != nil {
		many = append(many, fault.All(err)...)
	}
	return many.Err()
}

type report func(field, key string) *fault.Fault

func (m *Map) checkColumns(at report) {
	for name, col := range m.Columns {
		if !slices.Contains(Fields, name) {
			near(at("columns."+string(name), "history.map.no_such_field").With("value", string(name)).With("choices", fieldList()), fieldWord(string(name)), fieldNames())
		}
		if len(col.From) == 0 && col.Default == "" {
			at("columns."+string(name), "history.map.no_column")
		}
	}
	if _, ok := m.Columns[Case]; !ok {
		at("columns.case", "history.map.needs").With("field", "case")
	}
	_, hasTime := m.Columns[Time]
	_, hasOpened := m.Columns[Opened]
	if !hasTime && !(m.Shape == AuditLog && hasOpened) {
		at("columns.time", "history.map.needs").With("field", "time")
	}
	_, hasActivity := m.Columns[Activity]
	_, hasState := m.Columns[Status]
	if !hasActivity && !hasState && !hasOpened {
		at("columns.activity", "history.map.needs_activity")
	}
	for name, col := range m.Extra {
		if len(col.From) == 0 && col.Default == "" {
			at("extra."+name, "history.map.no_column")
		}
	}
}

func (m *Map) checkStates(life Life, at report) {
	for from, to := range m.States {
		if to.Name != "" && !life.Knows(to.Name) {
			f := at("states."+from, "history.map.state").With("value", string(to.Name)).With("choices", life.names()+", keep")
			near(f, string(to.Name), append(strings.Split(life.names(), ", "), keepWord))
		}
		if to.Reason != "" && !slices.Contains(life.Reasons, to.Reason) {
			at("states."+from, "history.map.reason").With("value", to.Reason).With("choices", strings.Join(life.Reasons, ", "))
		}
	}
	for from, to := range m.Values[Reason] {
		if to != "" && !slices.Contains(life.Reasons, to) {
			at("values.reason."+from, "history.map.reason").With("value", to).With("choices", strings.Join(life.Reasons, ", "))
		}
	}
}

func (m *Map) checkValues(at report) {
	for name, values := range m.Values {
		if !slices.Contains(Fields, name) {
			near(at("values."+string(name), "history.map.no_such_field").With("value", string(name)).With("choices", fieldList()), fieldWord(string(name)), fieldNames())
			continue
		}
		if !slices.Contains([]Field{Priority, Impact, Urgency}, name) {
			continue
		}
		for from, to := range values {
			if _, ok := level(to); !ok && to != "" {
				at("values."+string(name)+"."+from, "history.map.level").With("value", to)
			}
		}
	}
}

// prepare makes the look-ups that reading uses.
func (m *Map) prepare() error {
	m.folded, m.renames, m.absent = map[string]State{}, map[Field]map[string]string{}, map[string]bool{"": true}
	for from, to := range m.States {
		m.folded[fold(from)] = to
	}
	for name, values := range m.Values {
		m.renames[name] = map[string]string{}
		for from, to := range values {
			m.renames[name][fold(from)] = to
		}
	}
	for _, v := range m.Missing {
		m.absent[fold(v)] = true
	}
	m.readings = map[string]*eventlog.Moments{}
	var many fault.Many
	for _, name := range []Field{Time, Opened, Resolved, Closed} {
		col, ok := m.Columns[name]
		if !ok {
			continue
		}
		formats, zone := m.Times.Format, m.Times.Zone
		if len(col.Format) > 0 {
			formats = col.Format
		}
		if col.Zone != "" {
			zone = col.Zone
		}
		moments, err := eventlog.NewMoments(zone, formats...)
		for _, f := range fault.All(err) {
			f.Field = "columns." + string(name) + "." + f.Field
			many = append(many, f)
		}
		m.readings[string(name)] = moments
	}
	return many.Err()
}

// Form is how to open the log.
func (m *Map) Form() eventlog.Form {
	form := eventlog.Form{Format: m.File.Format, Globals: m.File.Defaults}
	form.Table = sheet.Form{Encoding: m.File.Encoding, Sheet: m.File.Sheet}
	switch d := m.File.Delimiter; d {
	case "":
	case "\\t", "tab":
		form.Table.Delimiter = '\t'
	default:
		form.Table.Delimiter, _ = utf8.DecodeRuneInString(d)
	}
	return form
}

// Fit checks the map against the columns the log has. Names are found whatever
// their capitals; complete says that there are no other columns.
func (m *Map) Fit(columns []string, complete bool) error {
	byFold := map[string]string{}
	for _, c := range columns {
		byFold[fold(c)] = c
	}
	var many fault.Many
	fit := func(field string, col Column) {
		for i, from := range col.From {
			switch have, ok := byFold[fold(from)]; {
			case slices.Contains(columns, from):
			case ok:
				col.From[i] = have
			case complete && len(col.From) == 1 || complete && col.Join != "":
				f := fault.At(field, "history.map.unknown_column").With("column", from).With("columns", strings.Join(columns, ", "))
				many = append(many, near(f, from, columns))
			}
		}
		if complete && col.Join == "" && len(col.From) > 1 && !slices.ContainsFunc(col.From, func(c string) bool { return slices.Contains(columns, c) }) {
			many = append(many, fault.At(field, "history.map.unknown_column").With("column", strings.Join(col.From, ", ")).With("columns", strings.Join(columns, ", ")))
		}
	}
	for _, name := range Fields {
		if col, ok := m.Columns[name]; ok {
			fit("columns."+string(name), col)
		}
	}
	for name, col := range m.Extra {
		fit("extra."+name, col)
	}
	return many.Err()
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
