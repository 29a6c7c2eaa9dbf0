package record

import (
	"context"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/sla"
)

// Store keeps the records of one practice. What the scope does not cover is
// Missing.
type Store[R Body] interface {
	Find(ctx context.Context, scope people.Scope, n Number) (R, error)
	Write(ctx context.Context, fn func(Tx[R]) error) error
	Refused(ctx context.Context, row audit.Row) error // a deed that was not granted
}

// Tx is one all-or-nothing change. It lives no longer than the Write that
// made it and carries that call's context.
type Tx[R Body] interface {
	Lock(scope people.Scope, n Number) (R, error) // reads a record for change
	Timeline(record int64) ([]Entry, error)       // the whole of it, oldest first
	Put(*Sheaf[R]) error                          // writes all that happened to one record
	Link(Link) error                              // relates two records
	Unlink(Link) error
}

// Sheaf is all that happens to one record in one sitting at the desk; the
// store writes it in one go: head, body, timeline, clocks, audit, counters,
// search and outbox.
type Sheaf[R Body] struct {
	Rec     R
	Was     *Head // the head before; nil when the record is new
	Entries []Entry
	Clocks  []sla.Clock // nil when they did not change
	Audit   []audit.Row
	Words   bool        // the text that search knows has changed
	Watch   []people.ID // who follows the record from now on
	Unwatch []people.ID
	Live    bool // it still needs somebody

	before []string // field values before, in the order of the sheet
	extra  []Change // changes of the centre's own fields not yet written down
	past   []Entry  // the timeline before, read once when needed
	read   bool
}

// Link relates two records: "parent" (From is the parent of To), "duplicate"
// (From is a duplicate of To), "relates", and what other practices add.
type Link struct {
	From, To int64
	Type     string
	At       time.Time
	By       people.ID
}
