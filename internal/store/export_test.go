package store

import (
	"context"
	"database/sql"
)

// ExecForTest lets a test break what it then sees mended.
func (db *DB) ExecForTest(ctx context.Context, q string) (sql.Result, error) {
	return db.write.ExecContext(ctx, q)
}
