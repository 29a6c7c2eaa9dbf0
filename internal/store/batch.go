package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// StartBatch notes down a bulk action.
func (b book[R]) StartBatch(ctx context.Context, batch record.Batch) (id int64, err error) {
	if err := b.db.write.row(ctx, `INSERT INTO batch (kind, deed, by_whom, at, loud) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		string(batch.Kind), batch.Deed, orNull(batch.By), at{&batch.At}, batch.Loud).Scan(&id); err != nil {
		return 0, fmt.Errorf("store: batch: %w", err)
	}
	return id, nil
}

// Batch reads a bulk action and which records it touched.
func (b book[R]) Batch(ctx context.Context, id int64) (batch record.Batch, ns []record.Number, err error) {
	batch.ID = id
	err = b.db.read.row(ctx, `SELECT kind, deed, by_whom, at, undone, loud FROM batch WHERE id = $1`, id).
		Scan(&batch.Kind, &batch.Deed, refTo(&batch.By), at{&batch.At}, at{&batch.Undone}, &batch.Loud)
	if errors.Is(err, sql.ErrNoRows) {
		return batch, nil, fault.New(fault.Missing, "record.no_such_batch")
	}
	if err != nil {
		return batch, nil, fmt.Errorf("store: batch: %w", err)
	}
	rows, err := b.db.read.query(ctx, `SELECT r.number FROM record AS r WHERE r.kind = $2 AND r.id IN (SELECT t.record FROM timeline AS t WHERE t.batch = $1) ORDER BY r.number`, id, string(b.kind))
	if err != nil {
		return batch, nil, fmt.Errorf("store: batch: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return batch, nil, fmt.Errorf("store: batch: %w", err)
	}
	for _, n := range ids {
		ns = append(ns, record.Number(n))
	}
	return batch, ns, nil
}

// EndBatch marks a bulk action as undone.
func (b book[R]) EndBatch(ctx context.Context, id int64, now time.Time) error {
	if _, err := b.db.write.ExecContext(ctx, `UPDATE batch SET undone = $2 WHERE id = $1`, id, at{&now}); err != nil {
		return fmt.Errorf("store: batch: %w", err)
	}
	return nil
}

// LoudBatch reports whether people are to be told of a bulk action.
func (db *DB) LoudBatch(ctx context.Context, id int64) (loud bool, err error) {
	err = db.read.row(ctx, `SELECT loud FROM batch WHERE id = $1`, id).Scan(&loud)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // one of an import, which is quiet
	}
	if err != nil {
		return false, fmt.Errorf("store: batch: %w", err)
	}
	return loud, nil
}
