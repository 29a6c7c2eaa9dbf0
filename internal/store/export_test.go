package store

import (
	"context"
	"database/sql"
	"runtime"
)

// ExecForTest lets a test break what it then sees mended.
func (db *DB) ExecForTest(ctx context.Context, q string) (sql.Result, error) {
	return db.write.ExecContext(ctx, q)
}

// UntallyForTest takes records off the counters.
func (db *DB) UntallyForTest(ctx context.Context, ids []int64) error {
	return db.in(ctx, func(t *tx) error { return t.untally(ids) })
}

// InForTest runs statements as one change.
func (db *DB) InForTest(ctx context.Context, fn func(exec func(q string, args ...any) error) error) error {
	return db.in(ctx, func(t *tx) error {
		return fn(func(q string, args ...any) error { _, err := t.exec(q, args...); return err })
	})
}

// TextsForTest reads one column of text.
func (db *DB) TextsForTest(ctx context.Context, q string) ([]string, error) {
	rows, err := db.read.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	return scanTexts(rows)
}

// WaitForTurnsForTest waits until n changes wait for their turn at the writer.
func (db *DB) WaitForTurnsForTest(n int64) {
	for db.turns.waiting.Load() < n {
		runtime.Gosched()
	}
}

// SeekForTest sets how few records words are looked up first in, and how many
// rows of a list are walked.
func (db *DB) SeekForTest(rare, least, most int) { db.rare, db.walks = rare, [2]int{least, most} }

// PairsForTest reads two columns of numbers.
func (db *DB) PairsForTest(ctx context.Context, q string, args ...any) (map[int64]int64, error) {
	rows, err := db.read.query(ctx, q, args...) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, err
	}
	out := map[int64]int64{}
	err = scanAll(rows, func() error {
		var a, b int64
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		out[a] = b
		return nil
	})
	return out, err
}
