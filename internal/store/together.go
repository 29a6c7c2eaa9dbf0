package store

import (
	"context"
	"errors"

	"kilter/internal/practice/audit"
)

// within is where a context keeps the transaction that it belongs to.
type within struct{}

// Together runs fn with a context under which all changes are one transaction,
// of whatever practice they are: all of them happen, or none. Only what was
// refused is written down all the same. What fn reads of these changes it has
// to read under a lock; the lists do not have them yet.
func (db *DB) Together(ctx context.Context, fn func(context.Context) error) error {
	var refused []audit.Row
	err := db.alone(ctx, func(t *tx) error {
		defer func() { refused = t.refused }()
		return fn(context.WithValue(ctx, within{}, t))
	})
	if len(refused) == 0 {
		return err
	}
	return errors.Join(err, db.in(ctx, func(t *tx) error {
		for _, r := range refused {
			if err := t.audit(r); err != nil {
				return err
			}
		}
		return nil
	}))
}

// joined is the transaction that a context belongs to, nil when to none.
func (db *DB) joined(ctx context.Context) *tx {
	if t, ok := ctx.Value(within{}).(*tx); ok && t.db == db {
		return t
	}
	return nil
}
