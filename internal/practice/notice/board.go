package notice

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Store keeps what has been told.
type Store interface {
	// Add keeps notices. One that is there already, for the same person about
	// the same entry, is left as it is.
	Add(ctx context.Context, ns []Notice) error
	// Unread counts the records about which a person has unread notices, those
	// of the notice board among them, and his alerts that he has not read.
	Unread(ctx context.Context, scope people.Scope, who people.ID) (records, alerts int, err error)
	// List gives a person's notices that ring, grouped by record, newest first.
	// Of what is on the notice board only, a group holds the number and nothing
	// else of the record.
	List(ctx context.Context, scope people.Scope, who people.ID, limit int) ([]Group, error)
	// Read marks a person's notices about a record as read; 0 is all records.
	Read(ctx context.Context, who people.ID, rec int64, at time.Time) error
	// Unsent gives notices that may be mailed at now and have not been, oldest
	// first, at most n; what was read meanwhile is left out.
	Unsent(ctx context.Context, now time.Time, n int) ([]Notice, error)
	// Sent marks a notice as handed to the mail, so that it is not sent again.
	Sent(ctx context.Context, id int64, at time.Time) error
}

// Group is what a person was told about one record: the newest notice, and how
// many are unread.
type Group struct {
	Notice
	Unread int
	Deed   string
	Public bool
	ByName string // who did it, "" when Kilter itself
	Row    record.Row
}

// Post takes news off the outbox and tells people.
type Post struct {
	City  City
	Store Store
}

// Carry tells people of a piece of news. It may be called twice.
func (p Post) Carry(ctx context.Context, n record.News) error {
	ns, err := Notices(ctx, n, p.City)
	if err != nil || len(ns) == 0 {
		return err
	}
	return p.Store.Add(ctx, ns)
}
