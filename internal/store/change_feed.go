package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// ChangeFeeds keeps the private addresses of the calendar.
func (db *DB) ChangeFeeds() change.FeedStore { return changeFeeds{db} }

type changeFeeds struct{ db *DB }

const feedSQL = `SELECT f.id, f.person, f.name, f.made, f.seen, f.revoked, coalesce(a.blocked, 1 = 0) FROM change_feed AS f LEFT JOIN account AS a ON a.person = f.person`

func feedRefs(f *change.Feed) []any {
	return []any{&f.ID, refTo(&f.Person), &f.Name, at{&f.Made}, at{&f.Seen}, at{&f.Revoked}, &f.Blocked}
}

// Feeds lists those of a person that work.
func (s changeFeeds) Feeds(ctx context.Context, person people.ID) (out []change.Feed, err error) {
	rows, err := s.db.read.query(ctx, feedSQL+` WHERE f.person = $1 AND f.revoked IS NULL ORDER BY f.id DESC`, int64(person)) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var f change.Feed
			err := rows.Scan(feedRefs(&f)...)
			out = append(out, f)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: feeds of the calendar: %w", err)
	}
	return out, nil
}

// FeedOf finds one by the hash of its secret.
func (s changeFeeds) FeedOf(ctx context.Context, hash string) (f change.Feed, _ error) {
	err := s.db.read.row(ctx, feedSQL+` WHERE f.digest = $1`, hash).Scan(feedRefs(&f)...)
	if errors.Is(err, sql.ErrNoRows) {
		return f, fault.New(fault.Missing, "trouble.missing")
	}
	if err != nil {
		return f, fmt.Errorf("store: feed of the calendar: %w", err)
	}
	f.Hash = hash
	return f, nil
}

// AddFeed adds one.
func (s changeFeeds) AddFeed(ctx context.Context, f *change.Feed, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		if err := t.row(insertSQL("change_feed", []string{"person", "name", "digest", "made"}, 1)+" RETURNING id", int64(f.Person), f.Name, f.Hash, at{&f.Made}).Scan(&f.ID); err != nil {
			return fmt.Errorf("store: feed of the calendar: %w", err)
		}
		log.Object = fmt.Sprintf("feed:%d", f.ID)
		return t.audit(log)
	})
}

// EndFeed ends one of a person.
func (s changeFeeds) EndFeed(ctx context.Context, person people.ID, id int64, now time.Time, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`UPDATE change_feed SET revoked = $3 WHERE id = $1 AND person = $2 AND revoked IS NULL`, id, int64(person), at{&now})
		if err != nil {
			return fmt.Errorf("store: feed of the calendar: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: feed of the calendar: %w", err)
		} else if n == 0 {
			return fault.New(fault.Missing, "trouble.missing")
		}
		return t.audit(log)
	})
}

// SeeFeed notes when one was read.
func (s changeFeeds) SeeFeed(ctx context.Context, id int64, now time.Time) error {
	err := s.db.in(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE change_feed SET seen = $2 WHERE id = $1`, id, at{&now})
		return err
	})
	if err != nil {
		return fmt.Errorf("store: feed of the calendar: %w", err)
	}
	return nil
}
