package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
)

// Reviews keeps management reviews.
func (db *DB) Reviews() review.Store { return reviews{db} }

type reviews struct{ db *DB }

var reviewCols = []string{"kind", "name_en", "name_zh", "change", "at", "state", "doc", "made", "made_by", "pending", "version"}

func reviewFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: management reviews: %w", err)
}

// Reviews lists them, the latest first.
func (s reviews) Reviews(ctx context.Context, w review.Wanted) (out []review.Review, err error) {
	var c clause
	if w.ID != 0 {
		c.and("m.id = ?", w.ID)
	}
	if w.Change != 0 {
		c.and("m.change <> 0 AND m.change = ?", int64(w.Change))
	}
	if w.Open {
		c.and("m.state <> ? AND (m.state = ? OR m.pending > 0)", string(review.CalledOff), string(review.Called))
	}
	rows, err := s.db.read.query(ctx, reviewSQL+c.where()+c.text(" ORDER BY m.at DESC, m.id DESC LIMIT ?", w.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			r, err := scanReview(rows)
			out = append(out, r)
			return err
		})
	}
	return out, reviewFault(err)
}

var reviewSQL = "SELECT m.id, m." + strings.Join(reviewCols, ", m.") + " FROM management_review AS m"

func scanReview(from row) (r review.Review, err error) {
	var change int64
	var doc string
	var pending int
	if err := from.Scan(&r.ID, &r.Kind, &r.Name.En, &r.Name.Zh, &change, at{&r.At}, &r.State, &doc, at{&r.Made}, refTo(&r.MadeBy), &pending, &r.Version); err != nil {
		return r, err
	}
	r.Change = record.Number(change)
	return r, json.Unmarshal([]byte(doc), &r.Doc)
}

// Keep adds one, or replaces the version that it carries.
func (s reviews) Keep(ctx context.Context, r *review.Review, log audit.Row) error {
	doc, err := json.Marshal(r.Doc)
	if err != nil {
		return reviewFault(err)
	}
	return reviewFault(s.db.in(ctx, func(t *tx) error {
		was := r.Version
		r.Version++
		pending := review.Open(r.Conditions) + review.Open(r.Actions)
		args := []any{string(r.Kind), r.Name.En, r.Name.Zh, int64(r.Change), at{&r.At}, string(r.State), string(doc), at{&r.Made}, refTo(&r.MadeBy), pending, r.Version}
		if r.ID == 0 {
			if err := t.row(insertSQL("management_review", reviewCols, 1)+" RETURNING id", args...).Scan(&r.ID); err != nil {
				return err
			}
			log.Object = fmt.Sprintf("review:%d", r.ID)
			return t.audit(log)
		}
		q := updateSQL("management_review", reviewCols) + fmt.Sprintf(" AND version = $%d", len(reviewCols)+2)
		if err := t.one(q, append(append([]any{r.ID}, args...), was)...); err != nil {
			return err
		}
		return t.audit(log)
	}))
}
