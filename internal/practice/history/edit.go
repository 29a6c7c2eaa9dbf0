package history

import (
	"bytes"
	"strings"

	"github.com/goccy/go-yaml"
)

// Draft reads a map as far as it can be read, for an editor: what is wrong
// with it is said by ParseMap. It is never nil.
func Draft(text []byte) *Map {
	m := &Map{}
	if len(text) > maxMap || yaml.NewDecoder(bytes.NewReader(text)).Decode(m) != nil {
		m = &Map{}
	}
	if m.Columns == nil {
		m.Columns = map[Field]Column{}
	}
	return m
}

// From is the column of a field; plain is false when the map says more about
// it than one name.
func (m *Map) From(f Field) (column string, plain bool) {
	col, ok := m.Columns[f]
	switch {
	case !ok:
		return "", true
	case len(col.From) == 1 && col.Join == "" && len(col.Format) == 0 && col.Zone == "" && col.Default == "":
		return col.From[0], true
	}
	return "", false
}

// SetColumn takes a field from one column.
func (m *Map) SetColumn(f Field, column string) { m.Columns[f] = Column{From: words{column}} }

// TimeFormat is the format of all columns with times, several with a bar
// between.
func (m *Map) TimeFormat() string { return strings.Join(m.Times.Format, " | ") }

// SetTimeFormat sets what TimeFormat gives.
func (m *Map) SetTimeFormat(text string) {
	m.Times.Format = nil
	for part := range strings.SplitSeq(text, " | ") {
		if part = strings.TrimSpace(part); part != "" {
			m.Times.Format = append(m.Times.Format, part)
		}
	}
}

// Meaning is what the map says about an activity, as it is written there; ""
// when it says nothing.
func (m *Map) Meaning(label string) string {
	for name, s := range m.States {
		if fold(name) != fold(label) {
			continue
		}
		switch {
		case s.Name == "":
			return keepWord
		case s.Reason != "":
			return string(s.Name) + "(" + s.Reason + ")"
		}
		return string(s.Name)
	}
	return ""
}
