package record

import (
	"context"
	"encoding/json"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/sla"
)

// Query asks for a page of a list.
type Query struct {
	Kind  Kind
	Where query.Node
	Order Order
	After Cursor // the last row of the page before; zero for the first
	Limit int    // rows, at most 500
	Now   time.Time
	Inner bool // words may be looked for in internal notes too: the reader is staff
	Timed bool // the rows come with their clocks
}

// Order is a column the list is sorted by.
type Order string

// The orders a list can have; each has an index. A minus means descending.
const (
	Newest   Order = "-opened" // the default
	Oldest   Order = "opened"
	Latest   Order = "-moved"
	SoonDue  Order = "due"
	Priority Order = "priority"
)

// Cursor is a place in a list: the sort value and id of a row.
type Cursor struct {
	Value int64
	ID    int64
}

// Far is what lists by due moment sort records by that have none: the end of
// the year 9999, in milliseconds.
const Far = 253402300799000

// Behind is the place of a row in a list of that order.
func Behind(r Row, o Order) Cursor {
	c := Cursor{ID: r.ID}
	switch o {
	case Latest:
		c.Value = r.Moved.UnixMilli()
	case SoonDue:
		c.Value = Far
		if !r.Due.IsZero() {
			c.Value = r.Due.UnixMilli()
		}
	case Priority:
		c.Value = int64(r.Priority)
	default:
		c.Value = r.Opened.UnixMilli()
	}
	return c
}

// Row is a line of a list: the head with the names it needs.
type Row struct {
	Head
	RequesterName string
	OwnerName     string
	Live          bool
	// Clocks are there when the query asked for them, by name, as far as a list
	// shows them: what was promised, how far it is, and when it is due.
	Clocks []sla.Clock
}

// Ledger reads the records of all practices. Every method is under a scope.
type Ledger interface {
	List(ctx context.Context, scope people.Scope, q Query) ([]Row, error)
	Count(ctx context.Context, scope people.Scope, q Query, most int) (int, error)
	Timeline(ctx context.Context, record int64, publicOnly bool) ([]Entry, error)
	Clocks(ctx context.Context, records ...int64) (map[int64][]sla.Clock, error)
	Around(ctx context.Context, scope people.Scope, record int64) (Around, error)
	Tasks(ctx context.Context, record int64) ([]*Task, error)
	// TasksOf reads those of several records, which the caller has found likewise.
	TasksOf(ctx context.Context, records []int64) (map[int64][]*Task, error)
}

// Lookup finds the record of any kind that people write down as ref, within a
// scope.
func Lookup(ctx context.Context, l Ledger, scope people.Scope, ref string) (Row, error) {
	kind, n, err := ParseRef(ref)
	if err != nil {
		return Row{}, err
	}
	rows, err := l.List(ctx, scope, Query{Kind: kind, Where: query.Is("number", number(int64(n))), Limit: 1})
	if err != nil {
		return Row{}, err
	}
	if len(rows) == 0 {
		return Row{}, fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	return rows[0], nil
}

// Around is what stands about a record: who follows it and what it is linked
// to, as far as the scope allows.
type Around struct {
	Watchers []Named
	Links    []Linked
}

// Named is a person with his name.
type Named struct {
	ID   people.ID
	Name string
}

// Linked is a relation seen from one record. Back is true when that record is
// the To of the link.
type Linked struct {
	Type string
	Back bool
	Row  Row
}

// Overdue reports whether the row's next breach moment has passed.
func (r Row) Overdue(now time.Time) bool { return !r.Due.IsZero() && r.Due.Before(now) }

// detail is what the audit log keeps of an entry: which fields changed and the
// reason, never what was said.
func detail(e Entry) string {
	fields := make([]string, len(e.Changes))
	var macro string
	for i, c := range e.Changes {
		fields[i] = c.Field
		if c.Field == MacroField {
			macro = c.Now
		}
	}
	if len(fields) == 0 && e.Reason == "" && e.From == e.To {
		return ""
	}
	b, err := json.Marshal(struct {
		From   flow.State `json:"from,omitempty"`
		To     flow.State `json:"to,omitempty"`
		Reason string     `json:"reason,omitempty"`
		Fields []string   `json:"fields,omitempty"`
		Macro  string     `json:"macro,omitempty"`
	}{e.From, e.To, e.Reason, fields, macro})
	if err != nil {
		return ""
	}
	return string(b)
}

// Party is a person who has to do with a record: its requester, its owner, a
// watcher.
type Party struct {
	Person people.ID
	Role   string
}

// News is an entry of some timeline on its way to those who should know, with
// the record as it is now and who has to do with it.
type News struct {
	Outbox  int64 // its row in the outbox
	Entry   Entry
	Head    Head
	Parties []Party
}

// Happening is a piece of news for live pages: that something happened to a
// record, with what a scope asks to decide who may hear of it.
type Happening struct {
	Seq      int64 // grows by one writer's hand, so a reader can resume after any
	Record   int64
	Kind     Kind
	Number   Number
	Deed     string
	At       time.Time
	By       people.ID
	Public   bool
	Seen     people.Seen
	State    flow.State
	Priority int
}

// HeardBy reports whether somebody may know that this happened: he sees the
// record, may read its kind, and what is not for requesters stays with staff.
func (h *Happening) HeardBy(by people.Actor) bool {
	return by.Can(string(h.Kind)+".read") && (by.Staff || h.Public) && by.Scope.Sees(h.Seen) != people.Unseen
}

// Feed is the order of happenings that live pages follow.
type Feed interface {
	// After reads happenings behind seq, oldest first, at most n.
	After(ctx context.Context, seq int64, n int) ([]Happening, error)
	// Last is the newest seq, 0 when the feed is empty.
	Last(ctx context.Context) (int64, error)
}
