package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/report/agenda"
	"kilter/internal/report/desk"
)

// TeamPromises keeps what came of promises between teams.
func (db *DB) TeamPromises() agenda.TeamShelf { return teamPromises{db} }

type teamPromises struct{ db *DB }

var teamPromiseCols = []string{"record", "agreement", "resolved", "met"}

func teamPromiseFault(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: promises between teams: %w", err)
}

// Cases reads the incidents that changed since a moment and were resolved in a period.
func (s teamPromises) Cases(ctx context.Context, scope people.Scope, since time.Time, p review.Period, each func(*agenda.Case) error) error {
	of := func(c *clause) {
		switch {
		case p != (review.Period{}):
			c.and("b.resolved >= ? AND b.resolved < ?", at{&p.From}, at{&p.Until})
		case since.IsZero():
			c.and("b.resolved IS NOT NULL")
		}
		if !since.IsZero() {
			c.and("r.moved >= ?", at{&since})
		}
	}
	return s.db.cases(ctx, scope, of, func(record int64, resolved time.Time, c *desk.Case) error {
		return each(&agenda.Case{Case: *c, Record: record, Resolved: resolved})
	})
}

// Sums adds up by agreement what was resolved in a period and did not change since a
// moment.
func (s teamPromises) Sums(ctx context.Context, scope people.Scope, before time.Time, p review.Period) (map[int64]agenda.Sum, error) {
	var c clause
	c.and("r.kind = ? AND p.resolved >= ? AND p.resolved < ? AND r.moved < ?", string(record.Incident), at{&p.From}, at{&p.Until}, at{&before})
	c.scope(s.db.dialect, scope)
	out := map[int64]agenda.Sum{}
	const met = "sum(CASE WHEN p.met THEN 1 ELSE 0 END)"
	rows, err := s.db.read.query(ctx, "SELECT p.agreement, "+met+", count(*) - "+met+" FROM team_promise AS p JOIN record AS r ON r.id = p.record"+c.where()+" GROUP BY p.agreement", c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var id int64
			var one agenda.Sum
			err := rows.Scan(&id, &one.Met, &one.Missed)
			out[id] = one
			return err
		})
	}
	return out, teamPromiseFault(err)
}

// Keep writes some over what was kept of the same incidents.
func (s teamPromises) Keep(ctx context.Context, all []agenda.Promised) error {
	var ids []int64
	var args []any
	for i := range all {
		one := &all[i]
		if ids = append(ids, one.Record); one.Agreement != 0 {
			args = append(args, one.Record, one.Agreement, at{&one.Resolved}, one.Met)
		}
	}
	return teamPromiseFault(s.db.alone(ctx, func(t *tx) error {
		var c clause
		if _, err := t.exec("DELETE FROM team_promise WHERE "+in(&c, "record", ids), c.args...); err != nil || len(args) == 0 {
			return err
		}
		_, err := t.exec(insertSQL("team_promise", teamPromiseCols, len(args)/len(teamPromiseCols)), args...)
		return err
	}))
}

// Mark is up to when it was counted.
func (s teamPromises) Mark(ctx context.Context) (m agenda.Mark, err error) {
	err = s.db.read.row(ctx, `SELECT at, book, imports FROM team_promise_counted WHERE one = 1`).Scan(at{&m.At}, &m.Book, &m.Imports)
	if errors.Is(err, sql.ErrNoRows) {
		return agenda.Mark{}, nil
	}
	return m, teamPromiseFault(err)
}

// Settle sets the mark; one without a moment forgets all.
func (s teamPromises) Settle(ctx context.Context, m agenda.Mark) error {
	return teamPromiseFault(s.db.alone(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM team_promise_counted`); err != nil {
			return err
		}
		if m.At.IsZero() {
			_, err := t.exec(`DELETE FROM team_promise`)
			return err
		}
		_, err := t.exec(`INSERT INTO team_promise_counted (one, at, book, imports) VALUES (1, $1, $2, $3)`, at{&m.At}, m.Book, m.Imports)
		return err
	}))
}

// Imports is how many files of history were brought in and taken back.
func (s teamPromises) Imports(ctx context.Context) (text string, err error) {
	err = s.db.read.row(ctx, `SELECT count(*) || ' ' || count(CASE WHEN done THEN 1 END) || ' ' || count(undone) FROM history_import`).Scan(&text)
	return text, teamPromiseFault(err)
}
