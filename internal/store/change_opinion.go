package store

import (
	"context"
	"fmt"
	"strings"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
)

// ChangeOpinions keeps the assessments of changes.
func (db *DB) ChangeOpinions() change.OpinionStore { return changeOpinions{db} }

type changeOpinions struct{ db *DB }

var opinionCols = []string{"change", "role", "asked", "asked_by", "asked_at", "stand", "text", "by_whom", "at", "dropped", "row_version"}

func opinionRefs(o *change.Opinion) []any {
	return []any{
		&o.Change, &o.Role,
		listOf(&o.Asked),
		refTo(&o.AskedBy),
		at{&o.AskedAt},
		&o.Stand, &o.Text,
		refTo(&o.By),
		at{&o.At},
		at{&o.Dropped},
		&o.Changed,
	}
}

// Opinions lists those of a change.
func (s changeOpinions) Opinions(ctx context.Context, id int64) (out []change.Opinion, err error) {
	rows, err := s.db.read.query(ctx, "SELECT id, "+strings.Join(opinionCols, ", ")+" FROM change_opinion WHERE change = $1 ORDER BY id LIMIT 200", id)
	if err == nil {
		err = scanAll(rows, func() error {
			var o change.Opinion
			err := rows.Scan(append([]any{&o.ID}, opinionRefs(&o)...)...)
			out = append(out, o)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: assessments of changes: %w", err)
	}
	return out, nil
}

// KeepOpinion adds one, or replaces the version it carries.
func (s changeOpinions) KeepOpinion(ctx context.Context, o *change.Opinion, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		was := o.Changed
		o.Changed++
		if o.ID == 0 {
			if err := t.row(insertSQL("change_opinion", opinionCols, 1)+" RETURNING id", opinionRefs(o)...).Scan(&o.ID); err != nil {
				return fmt.Errorf("store: assessments of changes: %w", err)
			}
			return t.audit(log)
		}
		args := append(append([]any{o.ID}, opinionRefs(o)...), was)
		return t.replace(updateSQL("change_opinion", opinionCols)+fmt.Sprintf(" AND row_version = $%d", len(args)), args, log)
	})
}
