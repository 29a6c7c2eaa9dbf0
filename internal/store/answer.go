package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/once"
)

// Answers keeps what was answered to requests that may be repeated.
func (db *DB) Answers() once.Store { return answers{db} }

type answers struct{ db *DB }

// Claim takes a key, or reads what is known of the request that has it.
func (s answers) Claim(ctx context.Context, k once.Key, hash string, now time.Time) (held once.Answer, fresh bool, err error) {
	res, err := s.db.write.ExecContext(ctx, `INSERT INTO answer (who, route, key, hash, status, head, at) VALUES ($1, $2, $3, $4, 0, '', $5) ON CONFLICT (who, route, key) DO NOTHING`,
		k.Who, k.Route, k.Key, hash, at{&now})
	if err != nil {
		return held, false, fmt.Errorf("store: claim answer: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return held, false, fmt.Errorf("store: claim answer: %w", err)
	} else if n == 1 {
		return held, true, nil
	}
	var head string
	if err := s.db.write.row(ctx, `SELECT hash, status, head, body, at, did FROM answer WHERE who = $1 AND route = $2 AND key = $3`, k.Who, k.Route, k.Key).
		Scan(&held.Hash, &held.Status, &head, &held.Body, at{&held.At}, &held.Did); err != nil {
		return held, false, fmt.Errorf("store: read answer: %w", err)
	}
	if head != "" {
		if err := json.Unmarshal([]byte(head), &held.Head); err != nil {
			return held, false, fmt.Errorf("store: read answer: %w", err)
		}
	}
	return held, false, nil
}

// Take claims a key anew.
func (s answers) Take(ctx context.Context, was once.Claim, hash string, now time.Time) (bool, error) {
	res, err := s.db.write.ExecContext(ctx, `UPDATE answer SET at = $4, hash = $5 WHERE who = $1 AND route = $2 AND key = $3 AND at = $6 AND status = 0 AND did = ''`,
		was.Who, was.Route, was.Key.Key, at{&now}, hash, at{&was.At})
	if err != nil {
		return false, fmt.Errorf("store: take answer: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("store: take answer: %w", err)
	}
	return n == 1, nil
}

// answers notes on the claim that the transaction belongs to what it did. If
// the claim is another's by now, this request was given up for dead and is
// being done anew: nothing of it may stay.
func (t *tx) answers(ref string) error {
	c, ok := once.From(t.ctx)
	if !ok || ref == "" {
		return nil
	}
	res, err := t.exec(`UPDATE answer SET did = $5 WHERE who = $1 AND route = $2 AND key = $3 AND at = $4 AND status = 0`, c.Who, c.Route, c.Key.Key, at{&c.At}, ref)
	if err != nil {
		return fmt.Errorf("store: note answer: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("store: note answer: %w", err)
	}
	if n != 1 {
		return fault.New(fault.Conflict, "record.changed_meanwhile")
	}
	return nil
}

// Keep stores the answer to a claimed key.
func (s answers) Keep(ctx context.Context, k once.Key, a once.Answer) error {
	head, err := json.Marshal(a.Head)
	if err != nil {
		return fmt.Errorf("store: keep answer: %w", err)
	}
	if _, err := s.db.write.ExecContext(ctx, `UPDATE answer SET status = $4, head = $5, body = $6 WHERE who = $1 AND route = $2 AND key = $3`,
		k.Who, k.Route, k.Key, a.Status, string(head), a.Body); err != nil {
		return fmt.Errorf("store: keep answer: %w", err)
	}
	return nil
}

// Release gives a claimed key back.
func (s answers) Release(ctx context.Context, k once.Key) error {
	if _, err := s.db.write.ExecContext(ctx, `DELETE FROM answer WHERE who = $1 AND route = $2 AND key = $3 AND status = 0`, k.Who, k.Route, k.Key); err != nil {
		return fmt.Errorf("store: release answer: %w", err)
	}
	return nil
}

// TrimAnswers forgets answers older than a moment.
func (s answers) TrimAnswers(ctx context.Context, before time.Time) error {
	if _, err := s.db.write.ExecContext(ctx, `DELETE FROM answer WHERE at < $1`, at{&before}); err != nil {
		return fmt.Errorf("store: trim answers: %w", err)
	}
	return nil
}
