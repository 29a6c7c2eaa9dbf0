package store

import (
	"context"
	"fmt"
	"time"
)

// NextBundle takes the next number of the bundles of a source that are made
// here. It rises with the clock as well, so that it does not fall behind when
// the database is restored from an older backup.
func (db *DB) NextBundle(ctx context.Context, source string, now time.Time) (n int64, err error) {
	err = db.in(ctx, func(t *tx) error {
		return t.row(`INSERT INTO bundle_made (source, sequence) VALUES ($1, $2)
			ON CONFLICT (source) DO UPDATE SET sequence = CASE WHEN bundle_made.sequence >= excluded.sequence THEN bundle_made.sequence + 1 ELSE excluded.sequence END RETURNING sequence`,
			source, now.Unix()).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("store: bundle: %w", err)
	}
	return n, nil
}
