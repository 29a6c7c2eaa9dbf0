package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// A round trip to PostgreSQL costs more than most statements in it, and while
// a record is registered the row of its kind's last number is locked. What is
// only written and answers nothing is therefore kept back and sent together,
// before the next statement that answers something, at the latest before the
// commit. SQLite has no way to go and is told at once.

// letter is a statement kept back, and what it is for.
type letter struct {
	what, text string
	args       []any
}

// later does a statement whose answer nobody needs but that it worked; what
// names it in the error, which may come only with a later statement.
func (t *tx) later(what, q string, args ...any) error {
	if t.conn == nil {
		if _, err := t.exec(q, args...); err != nil {
			return fmt.Errorf("store: %s: %w", what, err)
		}
		return nil
	}
	for i, a := range args { // now, for what is pointed to may change
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return fmt.Errorf("store: %s: argument %d: %w", what, i+1, err)
		}
		args[i] = v
	}
	t.queue = append(t.queue, letter{what, q, args})
	return nil
}

// flush sends what was kept back, all at once.
func (t *tx) flush() error {
	if len(t.queue) == 0 {
		return nil
	}
	queue := t.queue
	t.queue = nil
	return t.conn.Raw(func(c any) error {
		direct, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("store: a connection to PostgreSQL is %T", c)
		}
		var b pgx.Batch
		for _, l := range queue {
			b.Queue(l.text, l.args...)
		}
		answers := direct.Conn().SendBatch(t.ctx, &b)
		for _, l := range queue {
			if _, err := answers.Exec(); err != nil {
				_ = answers.Close() // it fails for the same reason
				return fmt.Errorf("store: %s: %w", l.what, err)
			}
		}
		return answers.Close()
	})
}

// ids gives rows that are to be added to tables their ids, in order, so that
// what refers to them can be written without waiting for an answer.
func (t *tx) ids(tables ...string) ([]int64, error) {
	ids, err := t.db.fresh(t, tables)
	if err != nil {
		return nil, fmt.Errorf("store: ids: %w", err)
	}
	if len(ids) != len(tables) {
		return nil, fmt.Errorf("store: %d ids for %d rows", len(ids), len(tables))
	}
	return ids, nil
}

// liteFresh counts on from the last row: there is one writer.
func liteFresh(t *tx, tables []string) ([]int64, error) {
	last := map[string]int64{}
	ids := make([]int64, len(tables))
	for i, name := range tables {
		if _, ok := last[name]; !ok {
			var n int64
			if err := t.row("SELECT coalesce(max(id), 0) FROM " + name).Scan(&n); err != nil {
				return nil, err
			}
			last[name] = n
		}
		last[name]++
		ids[i] = last[name]
	}
	return ids, nil
}

// postgresFresh draws them from the sequences behind the tables' ids. It does
// not disturb what is kept back.
func postgresFresh(t *tx, tables []string) ([]int64, error) {
	args := make([]any, len(tables))
	for i, name := range tables {
		args[i] = name
	}
	values := strings.TrimSuffix(strings.Repeat("(CAST(? AS text)), ", len(tables)), ", ")
	var c clause
	rows, err := t.QueryContext(t.ctx, "SELECT nextval(pg_get_serial_sequence(v.name, 'id')) FROM (VALUES "+c.text(values, args...)+") AS v(name)", c.args...)
	if err != nil {
		return nil, err
	}
	return scanIDs(rows)
}
