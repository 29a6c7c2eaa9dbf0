package store

import (
	"context"
	"fmt"
)

// Analyze lets the database look at its data anew, so that it plans well:
// after many rows came at once. It goes on beside readers and writers.
func (db *DB) Analyze(ctx context.Context) error {
	if _, err := db.write.ExecContext(ctx, db.analyze); err != nil {
		return fmt.Errorf("store: analyze: %w", err)
	}
	return nil
}
