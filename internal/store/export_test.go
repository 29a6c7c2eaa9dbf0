package store

import (
	"context"
	"database/sql"
)

// ExecForTest lets a test break what it then sees mended.
func (db *DB) ExecForTest(ctx context.Context, q string) (sql.Result, error) {
	return db.write.ExecContext(ctx, q)
}

// UntallyForTest takes records off the counters.
func (db *DB) UntallyForTest(ctx context.Context, ids []int64) error {
	return db.in(ctx, func(t *tx) error { return t.untally(ids) })
}
