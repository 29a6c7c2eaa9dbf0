package record

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/sla"
)

// Store keeps the records of one practice. What the scope does not cover is
// Missing.
type Store[R Body] interface {
	Find(ctx context.Context, scope people.Scope, n Number) (R, error)
	Write(ctx context.Context, fn func(Tx[R]) error) error
	Refused(ctx context.Context, row audit.Row) error // a deed that was not granted
	// StartBatch notes down a bulk action and gives it the number its entries carry.
	StartBatch(ctx context.Context, b Batch) (int64, error)
	// Batch reads a bulk action with the numbers of the records it touched.
	Batch(ctx context.Context, id int64) (Batch, []Number, error)
	// EndBatch marks it undone.
	EndBatch(ctx context.Context, id int64, at time.Time) error
}

// Tx is one all-or-nothing change. It lives no longer than the Write that
// made it and carries that call's context.
type Tx[R Body] interface {
	Lock(scope people.Scope, n Number) (R, error) // reads a record for change
	Timeline(record int64) ([]Entry, error)       // the whole of it, oldest first
	Put(*Sheaf[R]) error                          // writes all that happened to one record
	Link(Link) error                              // relates two records, or parts them
	// Content is what is stored under a file's number, and how many files the
	// record has; a fault at "files" unless that person has brought the file.
	Content(by people.ID, file, record int64) (Content, int, error)
	Tasks(record int64) ([]*Task, error) // locked with their record
	Clocks(record int64) ([]sla.Clock, error)
	Followers(record int64) ([]people.ID, error)
	Numbered(k Kind, n Number) (int64, error)         // the id of a record; Missing when there is none
	Rounds(record int64) ([]*approval.Round, error)   // of decisions, oldest first
	Deputies(at time.Time) ([]approval.Deputy, error) // in force then
	Grade(record int64) (*grade.Grade, error)         // nil when it has none
}

// Sheaf is all that happens to one record in one sitting at the desk; the
// store writes it in one go: head, body, timeline, clocks, audit, counters,
// search and outbox.
type Sheaf[R Body] struct {
	Rec     R
	Was     *Head // the head before; nil when the record is new
	Entries []Entry
	Clocks  []Timed // nil when they did not change
	Audit   []audit.Row
	Words   bool        // the text that search knows has changed
	Watch   []people.ID // who follows the record from now on
	Unwatch []people.ID
	Live    bool // it still needs somebody
	WasLive bool // and did before
	Files   []Attachment
	Tasks   []*Task
	Rounds  []*approval.Round
	Grade   *grade.Grade // given or changed; nil when neither

	before []string          // field values before, in the order of the sheet
	extra  []Change          // changes of the centre's own fields not yet written down
	more   map[string]string // the centre's own fields before
	past   []Entry           // the timeline before, read once when needed
	read   bool

	held    []*Task // as they were before, read once when needed
	planned bool
	rounds  []*approval.Round // likewise
	asked   bool
}

// Timed is a clock with the moment of its next warning, kept beside it so that
// the search for what to escalate is one query; NextAt is zero when there is
// none.
type Timed struct {
	sla.Clock
	Next   int // percent
	NextAt time.Time
}

// Worded is a body with text of its own that search is to know beside title
// and timeline: what the requester may read of it.
type Worded interface{ Words() string }

// Link relates two records: "parent" (From is the parent of To), "duplicate"
// (From is a duplicate of To), "relates", and what other practices add.
type Link struct {
	From, To int64
	Type     string
	At       time.Time
	By       people.ID
	Off      bool // part them
}

// Whole is a record as something else tells it, from its first day to now:
// another tool's history, or a made-up one.
type Whole[R Body] struct {
	Rec     R
	Entries []Entry
	Clocks  []Timed
	Watch   []people.ID
	Live    bool
	Grade   *grade.Grade // nil when it was not graded
	Rounds  []*approval.Round
}

// Loader takes whole records in, many at a time.
type Loader[R Body] interface {
	Load(ctx context.Context, batch []*Whole[R], log audit.Row) error
}

// Settle derives of a whole record what the desk would have: its clocks with
// the next breach, its last move, whether it is live. Warnings that were due
// before now are taken as given.
func (d *Desk[R]) Settle(w *Whole[R], now time.Time) error {
	h := w.Rec.Common()
	w.Live = d.Flow.Live(h.State)
	if n := len(w.Entries); n > 0 {
		h.Moved = w.Entries[n-1].At
	}
	if d.Rules.Terms == nil {
		return nil
	}
	terms := d.Rules.Terms(w.Rec)
	clocks, err := sla.Replay(Facts(d.Flow, h.Requester, w.Entries), terms)
	if err != nil {
		return err
	}
	h.Due = sla.Due(clocks)
	for i := range clocks {
		if j := slices.IndexFunc(terms, func(t sla.Term) bool { return t.Name == clocks[i].Name }); j >= 0 {
			clocks[i].Warned = clocks[i].Reached(now, terms[j])
		}
	}
	w.Clocks, err = timed(clocks, terms)
	return err
}
