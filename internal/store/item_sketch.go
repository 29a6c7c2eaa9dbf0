package store

import (
	"context"
	"encoding/json"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// Sketches keeps how people arranged drawings of the topology.
func (db *DB) Sketches() cmdb.SketchStore { return sketches{db} }

type sketches struct{ db *DB }

const sketchSQL = `SELECT id, place, owner, name, shared, doc, at FROM item_sketch`

// Sketches lists a person's own of a place and the shared ones, by name.
func (s sketches) Sketches(ctx context.Context, owner people.ID, place string) ([]cmdb.Sketch, error) {
	return s.list(ctx, sketchSQL+` WHERE place = $1 AND (owner = $2 OR shared = 1) ORDER BY name, id LIMIT 500`, place, int64(owner))
}

// Sketch reads one.
func (s sketches) Sketch(ctx context.Context, id int64) (cmdb.Sketch, error) {
	list, err := s.list(ctx, sketchSQL+` WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "cmdb.no_such_sketch")
	}
	if err != nil {
		return cmdb.Sketch{}, err
	}
	return list[0], nil
}

func (s sketches) list(ctx context.Context, q string, args ...any) (out []cmdb.Sketch, err error) {
	rows, err := s.db.read.query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: sketches: %w", err)
	}
	err = scanAll(rows, func() error {
		var one cmdb.Sketch
		var doc string
		var shared int64
		if err := rows.Scan(&one.ID, &one.Place, &one.Owner, &one.Name, &shared, &doc, at{&one.At}); err != nil {
			return err
		}
		one.Shared = shared == 1
		err := json.Unmarshal([]byte(doc), &one.Doc)
		out = append(out, one)
		return err
	})
	return out, err
}

// KeepSketch puts one in the place of the owner's one of that name.
func (s sketches) KeepSketch(ctx context.Context, one *cmdb.Sketch, log ...audit.Row) error {
	doc, err := json.Marshal(one.Doc)
	if err != nil {
		return fmt.Errorf("store: sketch: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		if err := t.row(`INSERT INTO item_sketch (place, owner, name, shared, doc, at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (place, owner, name) DO UPDATE SET shared = excluded.shared, doc = excluded.doc, at = excluded.at RETURNING id`,
			one.Place, int64(one.Owner), one.Name, oneIf(one.Shared), string(doc), at{&one.At}).Scan(&one.ID); err != nil {
			return fmt.Errorf("store: keep sketch: %w", err)
		}
		return t.audit(log...)
	})
}

// DropSketch takes one away.
func (s sketches) DropSketch(ctx context.Context, id int64, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM item_sketch WHERE id = $1`, id); err != nil {
			return fmt.Errorf("store: drop sketch: %w", err)
		}
		return t.audit(log)
	})
}
