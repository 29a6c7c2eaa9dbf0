package cmdb

import (
	"context"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Store keeps the items. A person sees those of the zones he is cleared for.
type Store interface {
	// Find reads items by their ids; those that are not there or not his to see
	// are left out.
	Find(ctx context.Context, scope people.Scope, ids ...record.ItemID) ([]Item, error)
	// Search lists items whose code, name, room, serial number or attributes
	// have words beginning with those of the text, live ones first, at most n.
	Search(ctx context.Context, scope people.Scope, text string, n int) ([]Item, error)
	// Of lists the items of a person and of his department, his own first, at
	// most n.
	Of(ctx context.Context, scope people.Scope, who people.ID, department people.DepartmentID, n int) ([]Item, error)
	// Write carries out a lot, all of it or nothing.
	Write(ctx context.Context, lot *Lot) error
	// Walk reads all items by id, for whoever compares them with a source.
	Walk(ctx context.Context, each func(*Item) error) error
	// Marked reads the items that have one of the Marks, each once.
	Marked(ctx context.Context, marks []string, each func(*Item) error) error
	// Coded finds the ids of items by their codes.
	Coded(ctx context.Context, codes ...string) (map[string]record.ItemID, error)
}

// Relations keeps how items stand to each other.
type Relations interface {
	// Of lists the relations that touch the items: the live ones, or with
	// ended those that are over as well.
	Touching(ctx context.Context, ended bool, ids ...record.ItemID) ([]Relation, error)
	Relation(ctx context.Context, id RelationID) (Relation, error)
	Group(ctx context.Context, id GroupID) (Group, error)
	GroupsOf(ctx context.Context, ids ...record.ItemID) ([]Group, error)
}

// Lot is what one operation writes. Items without an id are added, and what
// refers to them in the lot names their place in Items as -1, -2, ...;
// the others replace the version they carry. The same holds for Relations and
// Groups: without an id they are added; with one, a relation ends, a group is
// replaced. With a Standing import, what the lot did belongs to it, and audit
// rows without an object are about it.
type Lot struct {
	Items     []*Item
	Relations []*Relation
	Groups    []*Group
	History   []Change
	Audit     []audit.Row
	Seen      Seen
	Standing  *Addition
}

// Seen says that a source reported items, changed or not.
type Seen struct {
	At    time.Time
	Items []record.ItemID
}
