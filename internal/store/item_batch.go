package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// ItemBatches keeps what was done to many items at once.
func (db *DB) ItemBatches() cmdb.BatchStore { return itemBatches{db} }

type itemBatches struct{ db *DB }

// KeepBatch writes a batch and its lot in one transaction.
func (s itemBatches) KeepBatch(ctx context.Context, b *cmdb.Batch, lot func() *cmdb.Lot) error {
	fresh := b.ID == 0
	err := s.db.in(ctx, func(t *tx) error {
		if err := t.itemBatch(b, fresh); err != nil {
			return err
		}
		return t.lot(lot())
	})
	if err != nil && fresh {
		b.ID = 0
	}
	return err
}

func (t *tx) itemBatch(b *cmdb.Batch, fresh bool) error {
	if !fresh {
		res, err := t.exec(`UPDATE item_batch SET undone = $2 WHERE id = $1 AND undone IS NULL`, b.ID, at{&b.Undone})
		if err != nil {
			return fmt.Errorf("store: undo batch: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "record.already_undone"))
		}
		return nil
	}
	origins := ""
	if len(b.Origins) > 0 {
		text, err := json.Marshal(b.Origins)
		if err != nil {
			return fmt.Errorf("store: batch: %w", err)
		}
		origins = string(text)
	}
	if err := t.row(`INSERT INTO item_batch (move, fields, because, items, origins, at, by_whom, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		b.Move, strings.Join(b.Fields, ","), b.Because, b.Items, origins, at{&b.At}, orNull(b.By), b.Name).Scan(&b.ID); err != nil {
		return fmt.Errorf("store: batch: %w", err)
	}
	return nil
}

const itemBatchSQL = `SELECT id, move, fields, because, items, origins, at, by_whom, name, undone FROM item_batch`

func (s itemBatches) list(ctx context.Context, q string, args ...any) (out []cmdb.Batch, err error) {
	rows, err := s.db.read.query(ctx, itemBatchSQL+q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: batches: %w", err)
	}
	err = scanAll(rows, func() error {
		var b cmdb.Batch
		var fields, origins string
		if err := rows.Scan(&b.ID, &b.Move, &fields, &b.Because, &b.Items, &origins, at{&b.At}, refTo(&b.By), &b.Name, at{&b.Undone}); err != nil {
			return fmt.Errorf("store: batches: %w", err)
		}
		if fields != "" {
			b.Fields = strings.Split(fields, ",")
		}
		if origins != "" {
			if err := json.Unmarshal([]byte(origins), &b.Origins); err != nil {
				return fmt.Errorf("store: batch: %w", err)
			}
		}
		out = append(out, b)
		return nil
	})
	return out, err
}

// Batch reads one.
func (s itemBatches) Batch(ctx context.Context, id int64) (cmdb.Batch, error) {
	list, err := s.list(ctx, ` WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "record.no_such_batch")
	}
	if err != nil {
		return cmdb.Batch{}, err
	}
	return list[0], nil
}

// Batches lists the newest.
func (s itemBatches) Batches(ctx context.Context, by people.ID, n int) ([]cmdb.Batch, error) {
	if by == 0 {
		return s.list(ctx, ` ORDER BY id DESC LIMIT $1`, n)
	}
	return s.list(ctx, ` WHERE by_whom = $1 ORDER BY id DESC LIMIT $2`, int64(by), n)
}

// Done lists what a batch changed.
func (s itemBatches) Done(ctx context.Context, id int64) ([]cmdb.Change, error) {
	return items(s).changes(ctx, ` WHERE batch = $1 ORDER BY id`, id)
}
