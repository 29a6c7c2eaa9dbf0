package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
)

// WeakPoints keeps what was decided about single points of failure.
func (db *DB) WeakPoints() cmdb.WeakPoints { return weakPoints{db} }

type weakPoints struct{ db *DB }

// WeakPoints lists them by item.
func (s weakPoints) WeakPoints(ctx context.Context) (out []cmdb.WeakPoint, err error) {
	rows, err := s.db.read.query(ctx, `SELECT item, state, owner, note, review, services, at, by_whom, version FROM weak_point ORDER BY item`)
	if err != nil {
		return nil, fmt.Errorf("store: weak points: %w", err)
	}
	err = scanAll(rows, func() error {
		var w cmdb.WeakPoint
		var services string
		if err := rows.Scan(refTo(&w.Item), &w.State, refTo(&w.Owner), &w.Note, at{&w.Review}, &services, at{&w.At}, refTo(&w.By), &w.Version); err != nil {
			return fmt.Errorf("store: weak points: %w", err)
		}
		err := json.Unmarshal([]byte(services), &w.Services)
		out = append(out, w)
		return err
	})
	return out, err
}

// KeepWeakPoint adds one, or replaces the version it carries.
func (s weakPoints) KeepWeakPoint(ctx context.Context, w *cmdb.WeakPoint, log audit.Row) error {
	services, err := json.Marshal(w.Services)
	if err != nil {
		return fmt.Errorf("store: weak point: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`INSERT INTO weak_point (item, state, owner, note, review, services, at, by_whom, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
			ON CONFLICT (item) DO UPDATE SET state = excluded.state, owner = excluded.owner, note = excluded.note, review = excluded.review,
			services = excluded.services, at = excluded.at, by_whom = excluded.by_whom, version = weak_point.version + 1 WHERE weak_point.version = $9`,
			int64(w.Item), string(w.State), orNull(w.Owner), w.Note, at{&w.Review}, string(services), at{&w.At}, orNull(w.By), w.Version)
		if err != nil {
			return fmt.Errorf("store: keep weak point: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "cmdb.changed_meanwhile"))
		}
		w.Version++
		return t.audit(log)
	})
}
