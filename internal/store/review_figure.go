package store

import (
	"context"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/sla"
)

// ReviewShelf reads what figures of management reviews are made of.
func (db *DB) ReviewShelf() review.Shelf { return reviewShelf{db} }

type reviewShelf struct{ db *DB }

// Causes counts the incidents that were resolved in a period by their cause, the
// most first.
func (s reviewShelf) Causes(ctx context.Context, scope people.Scope, p review.Period) (out []review.Caused, err error) {
	var c clause
	c.and("r.kind = ? AND b.resolved >= ? AND b.resolved < ?", string(record.Incident), at{&p.From}, at{&p.Until})
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT coalesce(b.cause, 0), count(*) FROM incident AS b JOIN record AS r ON r.id = b.id`+c.where()+` GROUP BY coalesce(b.cause, 0) ORDER BY count(*) DESC, coalesce(b.cause, 0)`, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one review.Caused
			err := rows.Scan(&one.Cause, &one.N)
			out = append(out, one)
			return err
		})
	}
	return out, reviewFault(err)
}

// Broken lists the promises to answer and to resolve that were broken in a period,
// the ones that still run among them. What another tool said of its own promise
// counts before a clock that Kilter made up afterwards, as in the desk report.
func (s reviewShelf) Broken(ctx context.Context, scope people.Scope, p review.Period) (out []review.Broken, err error) {
	var c clause
	c.and("r.kind = ? AND k.name IN (?, ?)", string(record.Incident), string(sla.Respond), string(sla.Resolve))
	c.and("(k.state = ? AND k.broke >= ? AND k.broke < ? OR k.state = ? AND k.due >= ? AND k.due < ?)", string(sla.Missed), at{&p.From}, at{&p.Until}, string(sla.Running), at{&p.From}, at{&p.Until})
	c.and("(k.name = ? OR NOT coalesce(h.in_target, FALSE))", string(sla.Respond))
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT k.name, coalesce(b.cause, 0), r.number FROM clock AS k JOIN record AS r ON r.id = k.record JOIN incident AS b ON b.id = r.id LEFT JOIN history_case AS h ON h.record = r.id`+
		c.where()+` ORDER BY k.name, coalesce(b.cause, 0), r.number`, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one review.Broken
			var n record.Number
			if err := rows.Scan(&one.Clock, &one.Cause, &n); err != nil {
				return err
			}
			if last := len(out) - 1; last < 0 || out[last].Clock != one.Clock || out[last].Cause != one.Cause {
				out = append(out, one)
			}
			last := &out[len(out)-1]
			last.Numbers = append(last.Numbers, n)
			return nil
		})
	}
	return out, reviewFault(err)
}

// Ran counts the recurring operations that were to be done in a period, by kind and
// by what came of them.
func (s reviewShelf) Ran(ctx context.Context, scope people.Scope, p review.Period) (out []review.Ran, err error) {
	var c clause
	c.and("c.at >= ? AND c.at < ?", at{&p.From}, at{&p.Until})
	c.conds = append(c.conds, c.counted(scope))
	const late, deviated = `CASE WHEN c.state = 'done' AND c.ended > c.due THEN 1 ELSE 0 END`, `CASE WHEN c.results LIKE '%"verdict":"deviation"%' THEN 1 ELSE 0 END`
	rows, err := s.db.read.query(ctx, `SELECT c.kind, c.state, `+late+`, `+deviated+`, count(*) FROM operation_run AS c`+c.where()+` GROUP BY c.kind, c.state, `+late+`, `+deviated+` ORDER BY c.kind, c.state`, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one review.Ran
			var late, deviated int
			err := rows.Scan(&one.Kind, &one.State, &late, &deviated, &one.N)
			one.Late, one.Deviated = late > 0, deviated > 0
			out = append(out, one)
			return err
		})
	}
	return out, reviewFault(err)
}
