package store

import (
	"context"
	"fmt"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// BoardFollowers keeps who follows a major incident on the notice board
// without seeing its record.
type BoardFollowers struct{ db *DB }

// BoardFollowers gives access to them.
func (db *DB) BoardFollowers() BoardFollowers { return BoardFollowers{db} }

// Follow makes a person hear of an incident's posts; a second time changes
// nothing.
func (b BoardFollowers) Follow(ctx context.Context, person people.ID, n record.Number, now time.Time) error {
	return b.exec(ctx, `INSERT INTO board_follow (number, person, at) VALUES ($1, $2, $3) ON CONFLICT (number, person) DO NOTHING`, int64(n), int64(person), at{&now})
}

// Unfollow ends that.
func (b BoardFollowers) Unfollow(ctx context.Context, person people.ID, n record.Number) error {
	return b.exec(ctx, `DELETE FROM board_follow WHERE number = $1 AND person = $2`, int64(n), int64(person))
}

func (b BoardFollowers) exec(ctx context.Context, q string, args ...any) error {
	return b.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(q, args...); err != nil {
			return fmt.Errorf("store: board followers: %w", err)
		}
		return nil
	})
}

// Followed lists what a person follows.
func (b BoardFollowers) Followed(ctx context.Context, person people.ID) ([]record.Number, error) {
	ids, err := b.ids(ctx, `SELECT number FROM board_follow WHERE person = $1 ORDER BY number`, int64(person))
	out := make([]record.Number, len(ids))
	for i, id := range ids {
		out[i] = record.Number(id)
	}
	return out, err
}

// Followers lists who follows an incident's posts.
func (b BoardFollowers) Followers(ctx context.Context, n record.Number) ([]people.ID, error) {
	ids, err := b.ids(ctx, `SELECT person FROM board_follow WHERE number = $1 ORDER BY person`, int64(n))
	out := make([]people.ID, len(ids))
	for i, id := range ids {
		out[i] = people.ID(id)
	}
	return out, err
}

func (b BoardFollowers) ids(ctx context.Context, q string, args ...any) ([]int64, error) {
	rows, err := b.db.read.query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: board followers: %w", err)
	}
	return scanIDs(rows)
}
