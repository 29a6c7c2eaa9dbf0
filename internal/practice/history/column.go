package history

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
)

// Field is what a column of the log can mean.
type Field string

// The fields. Only Case is always needed.
const (
	Case        Field = "case"
	Time        Field = "time"
	Order       Field = "order" // of rows with the same time
	Activity    Field = "activity"
	Status      Field = "state"  // when the log has it beside the activity
	Person      Field = "person" // who did it
	Owner       Field = "owner"  // who has the record
	Team        Field = "team"
	Requester   Field = "requester"
	Department  Field = "department"
	Zone        Field = "zone" // network zone
	Service     Field = "service"
	Category    Field = "category"
	Subcategory Field = "subcategory"
	Item        Field = "item"
	Impact      Field = "impact"
	Urgency     Field = "urgency"
	Priority    Field = "priority"
	Title       Field = "title"
	Description Field = "description"
	Text        Field = "text" // what was said with the event
	Opened      Field = "opened"
	Resolved    Field = "resolved"
	Closed      Field = "closed"
	Reason      Field = "reason" // what a pending record waits for
	Outside     Field = "outside"
	Cause       Field = "cause"
	Solution    Field = "solution"
	Reassigned  Field = "reassigned" // how often, as the other tool counted
	Reopened    Field = "reopened"
	InTarget    Field = "in_target"
)

// Fields lists them all.
var Fields = []Field{
	Case, Time, Order, Activity, Status, Person, Owner, Team, Requester, Department, Zone, Service, Category, Subcategory, Item,
	Impact, Urgency, Priority, Title, Description, Text, Opened, Resolved, Closed, Reason, Outside, Cause, Solution, Reassigned, Reopened, InTarget,
}

func fieldList() string {
	return strings.Join(fieldNames(), ", ")
}

// Column says where the value of a field comes from: the first of several
// columns that has one, or all of them joined.
type Column struct {
	From    words  `yaml:"column,omitempty"`
	Join    string `yaml:"join,omitempty"` // what to put between; "" takes the first
	Format  words  `yaml:"format,omitempty"`
	Zone    string `yaml:"zone,omitempty"`
	Default string `yaml:"default,omitempty"` // when the log has no value
}

// plainColumn has Column's fields without its reading.
type plainColumn Column

// UnmarshalYAML reads a column's name, a list of names, or the long form.
func (c *Column) UnmarshalYAML(read func(any) error) error {
	var short words
	if err := read(&short); err == nil {
		*c = Column{From: short}
		return nil
	}
	return read((*plainColumn)(c))
}

// MarshalYAML writes the short form where it says all.
func (c Column) MarshalYAML() (any, error) {
	if c.Join != "" || len(c.Format) > 0 || c.Zone != "" || c.Default != "" {
		return plainColumn(c), nil
	}
	return c.From.MarshalYAML()
}

// words is a list that may be written as one word.
type words []string

// UnmarshalYAML reads a word or a list of words.
func (w *words) UnmarshalYAML(read func(any) error) error {
	var one string
	if err := read(&one); err == nil {
		*w = words{one}
		return nil
	}
	var several []string
	if err := read(&several); err != nil {
		return err
	}
	*w = several
	return nil
}

// MarshalYAML writes a single word without the list.
func (w words) MarshalYAML() (any, error) {
	if len(w) == 1 {
		return w[0], nil
	}
	return []string(w), nil
}

// State is what an activity or state of the log means in Kilter. Without a
// name it leaves the state as it is.
type State struct {
	Name   flow.State
	Reason string // what a pending record waits for
}

// keepWord in a map says that an activity moves nothing.
const keepWord = "keep"

// UnmarshalYAML reads "resolved", "pending(user)", {state: pending, reason:
// user} or "keep".
func (s *State) UnmarshalYAML(read func(any) error) error {
	var long struct {
		State  string `yaml:"state"`
		Reason string `yaml:"reason"`
	}
	if err := read(&long.State); err != nil {
		if err := read(&long); err != nil {
			return err
		}
	}
	name, reason, ok := strings.Cut(strings.TrimSpace(long.State), "(")
	if ok {
		if reason, ok = strings.CutSuffix(reason, ")"); !ok {
			return fault.At("states", "history.map.state_form").With("value", long.State)
		}
		long.Reason = strings.TrimSpace(reason)
	}
	if name = strings.TrimSpace(name); name == keepWord {
		name = ""
	}
	*s = State{Name: flow.State(name), Reason: strings.TrimSpace(long.Reason)}
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (s State) MarshalYAML() (any, error) {
	switch {
	case s.Name == "":
		return keepWord, nil
	case s.Reason != "":
		return string(s.Name) + "(" + s.Reason + ")", nil
	}
	return string(s.Name), nil
}

// value is what the row holds for a field, renamed as the map says; "" when
// that is missing.
func (m *Map) value(attrs map[string]string, name Field) string {
	col, ok := m.Columns[name]
	if !ok {
		return ""
	}
	v := m.raw(attrs, col)
	if renames := m.renames[name]; renames != nil {
		if to, ok := renames[fold(v)]; ok {
			return to
		}
	}
	return v
}

func (m *Map) raw(attrs map[string]string, col Column) string {
	if col.Join != "" {
		parts := make([]string, 0, len(col.From))
		for _, from := range col.From {
			if v := attrs[from]; !m.missing(v) {
				parts = append(parts, v)
			}
		}
		if len(parts) > 0 {
			return strings.Join(parts, col.Join)
		}
		return col.Default
	}
	for _, from := range col.From {
		if v := attrs[from]; !m.missing(v) {
			return v
		}
	}
	return col.Default
}

func (m *Map) missing(v string) bool { return v == "" || len(m.Missing) > 0 && m.absent[fold(v)] }

// levelWords are the usual names of impact, urgency and priority.
var levelWords = [][]string{
	{"1", "critical", "major", "very high", "urgent", "紧急", "特急", "重大", "一级", "i", "i级", "ⅰ级"},
	{"2", "high", "高", "严重", "二级", "ii", "ii级", "ⅱ级"},
	{"3", "medium", "moderate", "normal", "average", "中", "一般", "三级", "iii", "iii级", "ⅲ级"},
	{"4", "low", "minor", "低", "轻微", "四级", "iv", "iv级", "ⅳ级"},
}

// level reads a degree from 1 (highest) to 4: its figure, alone or before a
// word as in "3 - Moderate", or its usual name.
func level(v string) (int, bool) {
	v = fold(v)
	head := strings.TrimPrefix(v, "p")
	if head != "" && head[0] >= '1' && head[0] <= '4' && (len(head) == 1 || !isFigure(head[1])) {
		return int(head[0] - '0'), true
	}
	for i, names := range levelWords {
		if slices.Contains(names, v) {
			return i + 1, true
		}
	}
	return 0, false
}

func isFigure(c byte) bool { return c >= '0' && c <= '9' || c == '.' }

// yes reads a yes or no.
func yes(v string) (is, ok bool) {
	switch fold(v) {
	case "true", "1", "yes", "y", "t", "met", "是":
		return true, true
	case "false", "0", "no", "n", "f", "breached", "missed", "否":
		return false, true
	}
	return false, false
}
