package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
)

// Risks keeps the risk register.
func (db *DB) Risks() record.Store[*risk.Risk] { return db.risks() }

func (db *DB) risks() book[*risk.Risk] {
	return book[*risk.Risk]{
		db: db, kind: record.Risk, table: "risk",
		cols: []string{
			"condition", "consequence", "process", "probability", "impact", "chance", "loss", "exposure", "expected", "within", "response", "mitigation", "trigger", "contingency", "review_on",
			"occurred", "times", "closed", "why_dropped", "lesson",
		},
		fresh: func() *risk.Risk { return new(risk.Risk) },
		refs: func(r *risk.Risk) []any {
			return []any{
				&r.Condition, &r.Consequence, &r.Process, &r.Probability, &r.Impact, &r.Chance, &r.Loss, &r.Exposure, &r.Expected, &r.Within, &r.Response, &r.Mitigation, &r.Trigger, &r.Contingency,
				at{&r.ReviewOn},
				at{&r.Occurred},
				&r.Times,
				at{&r.Closed},
				&r.WhyDropped, &r.Lesson,
			}
		},
	}
}

// RiskShelf reads what only the risk register asks for.
func (db *DB) RiskShelf() risk.Shelf { return riskShelf{db} }

type riskShelf struct{ db *DB }

// ranked are the conditions of open risks that were analysed, within a scope.
func (s riskShelf) ranked(scope people.Scope) clause {
	var c clause
	c.and("b.closed IS NULL AND b.exposure > 0")
	c.scope(s.db.dialect, scope)
	return c
}

// Top lists them by exposure.
func (s riskShelf) Top(ctx context.Context, scope people.Scope, most int) (out []*risk.Risk, err error) {
	c := s.ranked(scope)
	where := c.where()
	rows, err := s.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.service, r.owner, r.zone, b.process, b.probability, b.impact, b.chance, b.loss, b.exposure, b.expected, b.within, b.response, b.review_on, b.times
		FROM risk AS b JOIN record AS r ON r.id = b.id`+where+c.text(" ORDER BY b.exposure DESC, b.expected DESC, r.id LIMIT ?", most), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: top of the risks: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r := &risk.Risk{Head: record.Head{Kind: record.Risk}}
		if err := rows.Scan(&r.ID, &r.Number, &r.Title, &r.State, refTo(&r.Service), refTo(&r.Owner), refTo(&r.Zone), &r.Process, &r.Probability, &r.Impact, &r.Chance, &r.Loss, &r.Exposure, &r.Expected, &r.Within, &r.Response, at{&r.ReviewOn}, &r.Times); err != nil {
			return nil, fmt.Errorf("store: top of the risks: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Due lists those whose day of review has come.
func (s riskShelf) Due(ctx context.Context, from, until time.Time, most int) (out []*risk.Risk, err error) {
	rows, err := s.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.owner, r.team, r.zone, b.review_on FROM risk AS b JOIN record AS r ON r.id = b.id
		WHERE b.closed IS NULL AND b.review_on > $1 AND b.review_on <= $2 ORDER BY b.review_on DESC, r.id LIMIT $3`, at{&from}, at{&until}, most)
	if err == nil {
		err = scanAll(rows, func() error {
			r := &risk.Risk{Head: record.Head{Kind: record.Risk}}
			err := rows.Scan(&r.ID, &r.Number, &r.Title, refTo(&r.Owner), refTo(&r.Team), refTo(&r.Zone), at{&r.ReviewOn})
			out = append(out, r)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: risks to review: %w", err)
	}
	return out, nil
}

// Matrix counts them by probability and impact.
func (s riskShelf) Matrix(ctx context.Context, scope people.Scope) (out []risk.Cell, err error) {
	c := s.ranked(scope)
	rows, err := s.db.read.query(ctx, "SELECT b.probability, b.impact, count(*) FROM risk AS b JOIN record AS r ON r.id = b.id"+c.where()+" GROUP BY b.probability, b.impact ORDER BY b.probability, b.impact", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: matrix of the risks: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var cell risk.Cell
		if err := rows.Scan(&cell.Probability, &cell.Impact, &cell.N); err != nil {
			return nil, fmt.Errorf("store: matrix of the risks: %w", err)
		}
		out = append(out, cell)
	}
	return out, rows.Err()
}
