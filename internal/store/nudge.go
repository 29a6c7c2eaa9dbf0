package store

import (
	"context"
	"fmt"
	"time"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
)

// Nudges keeps what people are told about things that are no records.
func (db *DB) Nudges() notice.NudgeStore { return nudges{db} }

type nudges struct{ db *DB }

// Nudged reports whether anybody has been told of it.
func (s nudges) Nudged(ctx context.Context, what notice.What, target int64) (bool, error) {
	var n int
	if err := s.db.read.row(ctx, `SELECT count(*) FROM nudge WHERE what = $1 AND target = $2`, string(what), target).Scan(&n); err != nil {
		return false, fmt.Errorf("store: nudge: %w", err)
	}
	return n > 0, nil
}

// Nudge keeps one, with its mail.
func (s nudges) Nudge(ctx context.Context, n notice.Nudge, mail *notice.Delivery) error {
	err := s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(insertSQL("nudge", []string{"person", "what", "target", "name_en", "name_zh", "place", "at", "bell"}, 1)+" ON CONFLICT (what, target, person) DO NOTHING",
			int64(n.To), string(n.What), n.Target, n.Name.En, n.Name.Zh, n.Place, at{&n.At}, n.Bell)
		if err != nil {
			return err
		}
		if added, err := res.RowsAffected(); err != nil || added == 0 || mail == nil {
			return err
		}
		return t.mail(mail)
	})
	if err != nil {
		return fmt.Errorf("store: nudge: %w", err)
	}
	return nil
}

// Nudges lists a person's that ring.
func (s nudges) Nudges(ctx context.Context, who people.ID) (out []notice.Nudge, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, person, what, target, name_en, name_zh, place, at, bell, read FROM nudge WHERE person = $1 AND bell ORDER BY id DESC LIMIT 50`, int64(who))
	if err == nil {
		err = scanAll(rows, func() error {
			var n notice.Nudge
			err := rows.Scan(&n.ID, refTo(&n.To), &n.What, &n.Target, &n.Name.En, &n.Name.Zh, &n.Place, at{&n.At}, &n.Bell, at{&n.Read})
			out = append(out, n)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: nudges: %w", err)
	}
	return out, nil
}

// ReadNudge marks one of a person's as read, or all.
func (s nudges) ReadNudge(ctx context.Context, who people.ID, id int64, now time.Time) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`UPDATE nudge SET read = $3 WHERE person = $1 AND (id = $2 OR $2 = 0) AND read IS NULL`, int64(who), id, at{&now}); err != nil {
			return fmt.Errorf("store: nudge: %w", err)
		}
		return nil
	})
}
