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

// broken are the incidents of which a promise to answer or to resolve was broken in a
// period, the ones that still run among them: each once, with what was broken of it. What
// another tool said of its own promise counts before a clock that Kilter made up
// afterwards, as in the desk report.
func (c *clause) broken(d dialect, scope people.Scope, p review.Period) string {
	c.and("r.kind = ? AND k.name IN (?, ?)", string(record.Incident), string(sla.Respond), string(sla.Resolve))
	c.and("(k.broke >= ? AND k.broke < ? AND k.state = ? OR k.due >= ? AND k.due < ? AND k.state = '"+string(sla.Running)+"')", at{&p.From}, at{&p.Until}, string(sla.Missed), at{&p.From}, at{&p.Until})
	c.and("(k.name = ? OR NOT coalesce(h.in_target, FALSE))", string(sla.Respond))
	c.scope(d, scope)
	const one = "max(CASE WHEN k.name = '" + string(sla.Respond) + "' THEN 1 ELSE 0 END)"
	const two = "max(CASE WHEN k.name = '" + string(sla.Resolve) + "' THEN 1 ELSE 0 END)"
	const under = "max(CASE WHEN k.name = '" + string(sla.Respond) + "' THEN coalesce(k.agreement, 0) ELSE " + under + " END)"
	return `(SELECT r.number AS number, coalesce(b.cause, 0) AS cause, ` + under + ` AS agreement, ` + one + ` AS respond, ` + two + ` AS resolve
		FROM clock AS k JOIN record AS r ON r.id = k.record JOIN incident AS b ON b.id = r.id LEFT JOIN history_case AS h ON h.record = r.id` + c.where() + ` GROUP BY r.number, coalesce(b.cause, 0)) AS x`
}

// Broken counts them by cause and agreement, and names the first.
func (s reviewShelf) Broken(ctx context.Context, scope people.Scope, p review.Period, most int) (*review.Unkept, error) {
	out := &review.Unkept{}
	var c clause
	from := c.broken(s.db.dialect, scope, p)
	rows, err := s.db.read.query(ctx, `SELECT x.cause, x.agreement, x.respond, x.resolve, count(*) FROM `+from+` GROUP BY x.cause, x.agreement, x.respond, x.resolve ORDER BY x.cause, x.agreement, x.respond, x.resolve`, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one review.Broken
			var respond, resolve int
			err := rows.Scan(&one.Cause, &one.Agreement, &respond, &resolve, &one.N)
			one.Respond, one.Resolve = respond > 0, resolve > 0
			out.Broken = append(out.Broken, one)
			return err
		})
	}
	if err != nil || len(out.Broken) == 0 {
		return out, reviewFault(err)
	}
	rows, err = s.db.read.query(ctx, c.text(`SELECT y.number, y.cause, y.agreement FROM (SELECT x.number, x.cause, x.agreement,
			row_number() OVER (ORDER BY x.number) AS one, row_number() OVER (PARTITION BY x.cause ORDER BY x.number) AS two, row_number() OVER (PARTITION BY x.agreement ORDER BY x.number) AS three FROM `)+from+
		c.text(`) AS y WHERE y.one <= ? OR y.two <= ? OR y.three <= ? ORDER BY y.number`, most, most, most), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one review.Hit
			err := rows.Scan(&one.Number, &one.Cause, &one.Agreement)
			out.First = append(out.First, one)
			return err
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
