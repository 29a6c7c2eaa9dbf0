package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kilter/internal/practice/audit"
)

// within is where a context keeps the transaction that it belongs to.
type within struct{}

// Together runs fn with a context under which all changes are one transaction,
// of whatever practice they are: all of them happen, or none. Only what was
// refused is written down all the same. What fn reads of these changes it has
// to read under a lock; the lists do not have them yet.
func (db *DB) Together(ctx context.Context, fn func(context.Context) error) error {
	var own *tx
	err := db.alone(ctx, func(t *tx) error {
		own = t
		return fn(context.WithValue(ctx, within{}, t))
	})
	if own == nil || len(own.refused) == 0 {
		return err
	}
	if err != nil {
		own.unborn()
	}
	return errors.Join(err, db.in(ctx, func(t *tx) error { return t.audit(own.refused...) }))
}

// note appends rows to the audit log. What was refused is kept until the
// transaction has ended, for a refusal mostly takes it back.
func (t *tx) note(rows ...audit.Row) error {
	var did []audit.Row
	for _, r := range rows {
		if r.Result == audit.Refused {
			t.refused = append(t.refused, r)
		} else {
			did = append(did, r)
		}
	}
	return t.audit(did...)
}

// unborn takes out of what was refused the numbers of records that were opened
// in the transaction and are not: the next ones to be opened will have them.
func (t *tx) unborn() {
	for i, r := range t.refused {
		if kind, _, ok := strings.Cut(r.Object, ":"); ok && slices.Contains(t.born, r.Object) {
			t.refused[i].Object = kind
		}
	}
}

// joined is the transaction that a context belongs to, nil when to none.
func (db *DB) joined(ctx context.Context) *tx {
	if t, ok := ctx.Value(within{}).(*tx); ok && t.db == db {
		return t
	}
	return nil
}
