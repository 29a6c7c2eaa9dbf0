package store

import (
	"context"
	"fmt"
	"time"
)

// Lead takes or renews the lease by which one node leads the duties; false
// when another node holds it.
func (db *DB) Lead(ctx context.Context, node string, now, until time.Time) (bool, error) {
	var mine bool
	err := db.in(ctx, func(t *tx) error {
		res, err := t.exec(`
			INSERT INTO leader (one, node, until) VALUES (1, $1, $2)
			ON CONFLICT (one) DO UPDATE SET node = excluded.node, until = excluded.until
			WHERE leader.node = excluded.node OR leader.until < $3`, node, until.UnixMilli(), now.UnixMilli())
		if err != nil {
			return fmt.Errorf("store: lead: %w", err)
		}
		n, err := res.RowsAffected()
		mine = n == 1
		return err
	})
	return mine, err
}

// Leave gives the lease up, so that another node need not wait for its end.
func (db *DB) Leave(ctx context.Context, node string) error {
	return db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM leader WHERE node = $1`, node); err != nil {
			return fmt.Errorf("store: leave: %w", err)
		}
		return nil
	})
}
