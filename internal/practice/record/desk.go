package record

import (
	"context"
	"errors"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/sla"
)

// Desk carries out the moves of one practice. Every change to every record
// goes through it, whichever face it came from, so permission, timeline,
// clocks and audit cannot be forgotten.
type Desk[R Body] struct {
	Kind  Kind
	Flow  flow.Flow[R]
	Sheet Sheet[R]
	Store Store[R]
	Now   func() time.Time
	Rules Rules[R]
	// Own are the centre's own fields; nil when there are none.
	Own   func() []Own
	Files Files // may be nil where no files are kept
	// Limits are how much may be attached; the zero value is StandardLimits.
	Limits Limits
}

// Deeds are what may be done to a record of any practice, beside the moves of
// its flow: each is a grant with the practice's name before it.
var Deeds = []string{
	"open", "read", "edit", "reply", "note", "watch", "unwatch", "task_add", "task_work", "spend", "relate", "export", "bulk", "undo", "undo_others", "macro",
}

// Rules are the few functions in which a practice differs from the next one.
type Rules[R Body] struct {
	// Settle derives what follows from other fields (a priority from impact
	// and urgency) and checks what must hold in every state.
	Settle func(r R) error
	// Terms are the service levels the record is under.
	Terms func(r R) []sla.Term
	// Refers reports a fault unless the actor may name the thing of that type
	// and id (the number of a record) on a record: it exists, is in use, and
	// lies within his scope.
	Refers func(by people.Actor, t Type, field, value string) error
	// Then is what follows a deed in the same sitting: the link to the record
	// this one is a duplicate of, the escalation of a priority 1. The deed is a
	// move, "open", "edit", "reply", "note", "vote" or "lapse".
	Then func(s *Sitting[R], r R, deed string, in Input) error
	// Serves leaves of a record's public files those that a requester may have;
	// nil is all of them.
	Serves func(r R, files []Attachment) []Attachment
	// Works is asked before a task is changed; was is what it was.
	Works func(s *Sitting[R], r R, t *Task, was Task) error
	// Apart are moves that the practice makes by functions of its own, so that no
	// action of a macro or rule can.
	Apart []string
	// Decides are the terms of its decisions.
	Decides approval.Terms
	// Relations are the kinds of links to other records that people make by
	// hand; "relates" alone when there are none.
	Relations []string
	// Grades are the terms under which a record is graded when it has ended; nil
	// where records are not.
	Grades func(r R) grade.Terms
}

// Input is what somebody brings to a deed.
type Input struct {
	Fields  map[string]string // by field name, in the written form of the sheet
	Extra   map[string]string // the centre's own fields
	Text    string            // what is said with it
	Public  bool              // the text is for the requester
	Reason  string            // why, when the move has no field for it
	Version int64             // the version it was decided upon; 0 when it does not matter
	Batch   int64
	Files   []Attach    // files that come with the text
	Mention []people.ID // persons named in the text; see Mentions
	Seen    int64       // the last entry the writer had read; 0 when it does not matter
	Sure    bool        // the writer has read the warnings about this text
}

// Open registers a new record.
func (d *Desk[R]) Open(ctx context.Context, by people.Actor, r R, in Input) error {
	return d.Sit(ctx, by, func(s *Sitting[R]) error { return s.Open(r, in) })
}

// Find reads a record. Whoever is not staff gets it without what is for staff
// only.
func (d *Desk[R]) Find(ctx context.Context, by people.Actor, n Number) (r R, err error) {
	if err := by.May(string(d.Kind) + ".read"); err != nil {
		return r, err
	}
	r, err = d.Store.Find(ctx, by.Scope, n)
	if err != nil || by.Staff {
		return r, err
	}
	return r, d.blank(r)
}

// Move takes a record along one arrow of its flow.
func (d *Desk[R]) Move(ctx context.Context, by people.Actor, n Number, move string, in Input) (R, error) {
	return d.One(ctx, by, n, in, func(s *Sitting[R], r R) error { return s.Move(r, move, in) })
}

// Edit changes fields, each from the value its editor saw. Edits of different
// fields do not disturb each other; a field that somebody else changed
// meanwhile is a Conflict that carries both values.
func (d *Desk[R]) Edit(ctx context.Context, by people.Actor, n Number, changes []Change, in Input) (R, error) {
	return d.One(ctx, by, n, in, func(s *Sitting[R], r R) error { return s.Edit(r, changes, in) })
}

// Reply says something to the requester; everybody who sees the record reads it.
func (d *Desk[R]) Reply(ctx context.Context, by people.Actor, n Number, in Input) (R, error) {
	in.Public = true
	return d.One(ctx, by, n, in, func(s *Sitting[R], r R) error { return s.Say(r, in) })
}

// Note writes down something for colleagues; the requester never sees it.
func (d *Desk[R]) Note(ctx context.Context, by people.Actor, n Number, in Input) (R, error) {
	in.Public = false
	return d.One(ctx, by, n, in, func(s *Sitting[R], r R) error { return s.Say(r, in) })
}

// One is a sitting about one record, locked, in the version that the input
// names if it names one.
func (d *Desk[R]) One(ctx context.Context, by people.Actor, n Number, in Input, do func(*Sitting[R], R) error) (r R, err error) {
	err = d.Sit(ctx, by, func(s *Sitting[R]) error {
		if r, err = s.Lock(n); err != nil {
			return err
		}
		if v := r.Common().Version; in.Version != 0 && in.Version != v {
			return fault.New(fault.Stale, "record.stale").With("version", v)
		}
		return do(s, r)
	})
	return r, err
}

// Sit opens a sitting: one transaction in which records of this practice are
// opened, moved, edited and linked; all of it happens or none. A deed that is
// not granted is written to the audit log although nothing else is.
func (d *Desk[R]) Sit(ctx context.Context, by people.Actor, do func(*Sitting[R]) error) error {
	var deed, object string
	err := d.Store.Write(ctx, func(tx Tx[R]) error {
		s := &Sitting[R]{desk: d, tx: tx, By: by, Now: d.Now().UTC().Truncate(time.Millisecond)}
		err := do(s)
		deed, object = s.deed, s.object
		if err != nil {
			return err
		}
		return s.rise()
	})
	if fault.Is(err, fault.Denied) {
		row := audit.By(by, d.Now(), deed, object)
		row.Result = audit.Refused
		err = errors.Join(err, d.Store.Refused(ctx, row))
	}
	return err
}
