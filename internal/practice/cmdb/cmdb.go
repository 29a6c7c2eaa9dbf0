// Package cmdb is ITIL configuration management: a true picture of the items
// that services stand on, of what each is made of and how it depends on
// others, past and present. Classes of items and types of relations are
// settings that a centre defines for itself; a starter model comes with it.
package cmdb

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Class is the kind of an item, by the code of its setting.
type Class string

// State is an item's place in its life.
type State = flow.State

// Item is a configuration item.
type Item struct {
	ID         record.ItemID
	Code       string // the label on it, unique
	Name       people.Text
	Class      Class
	State      State
	Zone       people.ZoneID
	Service    record.ServiceID
	Department people.DepartmentID
	Owner      people.ID // who uses a terminal, who answers for a system
	Team       people.TeamID
	Room       string
	Serial     string

	Grade       int           // protection grade (dengbao), 1 to 5; 0 not graded
	Operator    Operator      // who operates it
	Criticality Criticality   // what its loss means
	RTO         time.Duration // recovery time objective; 0 not set
	RPO         time.Duration // recovery point objective; 0 not set
	Warranty    time.Time     // end of the vendor's warranty

	Extra  map[string]string // the attributes of its class
	Origin map[string]string // by field: the source its value came from; by hand when not named

	Created time.Time // zero for items older than their history
	Seen    time.Time // last time a source reported it
	Missed  int       // how often in a row its source did not
	Audited time.Time
	Version int64
	Changed time.Time
}

// Operator is who operates an item.
type Operator string

// The operators.
const (
	Own        Operator = "own"
	Province   Operator = "province"
	City       Operator = "city"
	Department Operator = "department"
	Cloud      Operator = "cloud"
	Vendor     Operator = "vendor"
)

// Operators lists them.
var Operators = []Operator{Own, Province, City, Department, Cloud, Vendor}

// Criticality is what the loss of an item means.
type Criticality string

// The criticalities.
const (
	Vital     Criticality = "vital"
	Important Criticality = "important"
	Other     Criticality = "other"
)

// Criticalities lists them, the gravest first.
var Criticalities = []Criticality{Vital, Important, Other}

// longest is the most characters of a code, a name, a room, a serial number.
const longest = 200

// Check says what is wrong with an item, field by field, in view of the model.
func (i *Item) Check(m *Model) error {
	var many fault.Many
	add := func(bad bool, field, key string) {
		if bad {
			many = append(many, fault.At(field, key))
		}
	}
	add(strings.TrimSpace(i.Code) == "", "code", "record.required")
	add(i.Name.En == "" && i.Name.Zh == "", "name_en", "record.required")
	class := m.Class(i.Class)
	add(class == nil, "class", "cmdb.no_such_class")
	add(class != nil && class.Abstract, "class", "cmdb.abstract_class")
	add(!slices.Contains(Life.States(), i.State), "state", "cmdb.no_such_state")
	add(i.Grade < 0 || i.Grade > 5, "grade", "cmdb.bad_grade")
	add(i.Operator != "" && !slices.Contains(Operators, i.Operator), "operator", "cmdb.bad_operator")
	add(i.Criticality != "" && !slices.Contains(Criticalities, i.Criticality), "criticality", "cmdb.bad_criticality")
	for _, f := range []struct{ field, text string }{{"code", i.Code}, {"name_en", i.Name.En}, {"name_zh", i.Name.Zh}, {"room", i.Room}, {"serial", i.Serial}} {
		if n := utf8.RuneCountInString(f.text); n > longest {
			many = append(many, fault.At(f.field, "record.too_long").With("max", longest).With("length", n))
		}
		add(!utf8.ValidString(f.text) || strings.ContainsRune(f.text, 0), f.field, "record.not_text")
	}
	return many.Err()
}

// InUse reports whether the item counts: it is neither retired nor disposed of.
func (i *Item) InUse() bool { return InUse(i.State) }

// InUse reports whether items in this state count.
func InUse(s State) bool { return s != Retired && s != Disposed }
