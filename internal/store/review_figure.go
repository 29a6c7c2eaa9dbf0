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
	const is = `CASE WHEN k.name = '` + string(sla.Respond) + `' THEN `
	const one, two = `max(` + is + `1 ELSE 0 END)`, `max(` + is + `0 ELSE 1 END)`
	const names = ` AND name IN ('` + string(sla.Respond) + `', '` + string(sla.Resolve) + `') `
	ran := c.text(`SELECT record, name, agreement FROM clock WHERE broke IS NOT NULL AND broke >= ? AND broke < ? AND state = '`+string(sla.Missed)+`'`+names+
		`UNION ALL SELECT record, name, agreement FROM clock WHERE due >= ? AND due < ? AND state = '`+string(sla.Running)+`'`+names, at{&p.From}, at{&p.Until}, at{&p.From}, at{&p.Until})
	c.and("r.kind = ? AND (k.name = ? OR NOT coalesce(h.in_target, FALSE))", string(record.Incident), string(sla.Respond))
	c.scope(d, scope)
	return `SELECT r.number AS number, coalesce(b.cause, 0) AS cause, max(` + is + `coalesce(k.agreement, 0) ELSE ` + under + ` END) AS agreement, ` + one + ` AS respond, ` + two + ` AS resolve
		FROM (` + ran + `) AS k JOIN record AS r ON r.id = k.record JOIN incident AS b ON b.id = r.id LEFT JOIN history_case AS h ON h.record = r.id` + c.where() + ` GROUP BY r.number, coalesce(b.cause, 0)`
}

// Broken counts them by cause and agreement, and names the first.
func (s reviewShelf) Broken(ctx context.Context, scope people.Scope, p review.Period, most int) (*review.Unkept, error) {
	var c clause
	text := `WITH x AS MATERIALIZED (` + c.broken(s.db.dialect, scope, p) + `), y AS (SELECT x.number, x.cause, x.agreement,
			row_number() OVER (ORDER BY x.number) AS one, row_number() OVER (PARTITION BY x.cause ORDER BY x.number) AS two, row_number() OVER (PARTITION BY x.agreement ORDER BY x.number) AS three FROM x)
		SELECT 0 AS number, x.cause AS cause, x.agreement AS agreement, x.respond AS respond, x.resolve AS resolve, count(*) AS n FROM x GROUP BY x.cause, x.agreement, x.respond, x.resolve
		UNION ALL ` + c.text(`SELECT y.number, y.cause, y.agreement, 0, 0, 0 FROM y WHERE y.one <= ? OR y.two <= ? OR y.three <= ? ORDER BY number, cause, agreement, respond, resolve`, most, most, most)
	out := &review.Unkept{}
	rows, err := s.db.read.query(ctx, text, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var hit review.Hit
			var respond, resolve, n int
			if err := rows.Scan(&hit.Number, &hit.Cause, &hit.Agreement, &respond, &resolve, &n); err != nil {
				return err
			}
			if hit.Number != 0 {
				out.First = append(out.First, hit)
				return nil
			}
			out.Broken = append(out.Broken, review.Broken{Cause: hit.Cause, Agreement: hit.Agreement, Respond: respond > 0, Resolve: resolve > 0, N: n})
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
