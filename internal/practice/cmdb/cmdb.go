// Package cmdb is ITIL configuration management: a true picture of the items
// that services stand on. It keeps their plain list: what each is, where it
// stands, whose it is and which service it serves.
package cmdb

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Class is the kind of an item.
type Class string

// The classes of the starter model that a plain list can hold.
var Classes = []Class{"business_system", "application", "database", "middleware", "server", "vm", "storage", "network_device", "link", "security_device", "terminal", "printer", "software", "room", "external"}

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
	Room       string
	Serial     string
	Version    int64
	Changed    time.Time
}

// State is an item's place in its life (domain/state-machines, ci).
type State string

// The states.
var States = []State{"planned", "ordered", "in_stock", "building", "live", "maintenance", "retired", "disposed"}

// Check says what is wrong with an item, field by field.
func (i *Item) Check() error {
	var many fault.Many
	add := func(bad bool, field, key string) {
		if bad {
			many = append(many, fault.At(field, key))
		}
	}
	add(strings.TrimSpace(i.Code) == "", "code", "record.required")
	add(i.Name.En == "" && i.Name.Zh == "", "name", "record.required")
	add(!slices.Contains(Classes, i.Class), "class", "cmdb.no_such_class")
	add(!slices.Contains(States, i.State), "state", "cmdb.no_such_state")
	for field, text := range map[string]string{"code": i.Code, "name_en": i.Name.En, "name_zh": i.Name.Zh, "room": i.Room, "serial": i.Serial} {
		if n := utf8.RuneCountInString(text); n > 200 {
			many = append(many, fault.At(field, "record.too_long").With("max", 200).With("length", n))
		}
	}
	return many.Err()
}

// Store keeps the items. A person sees those of the zones he is cleared for.
type Store interface {
	// Find reads items by their ids; those that are not there or not his to see
	// are left out.
	Find(ctx context.Context, scope people.Scope, ids ...record.ItemID) ([]Item, error)
	// Search lists items whose code, name, room or serial number begins with or
	// contains the text, live ones first, at most n.
	Search(ctx context.Context, scope people.Scope, text string, n int) ([]Item, error)
	// Of lists the items of a person and of his department, his own first, at
	// most n.
	Of(ctx context.Context, scope people.Scope, who people.ID, department people.DepartmentID, n int) ([]Item, error)
	// Put adds items without an id and replaces the version the others carry.
	Put(ctx context.Context, items []*Item, log ...audit.Row) error
}
