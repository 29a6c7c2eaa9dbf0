package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ExecForTest lets a test break what it then sees mended.
func (db *DB) ExecForTest(ctx context.Context, q string) (sql.Result, error) {
	return db.write.ExecContext(ctx, q)
}

// UntallyForTest takes records off the counters.
func (db *DB) UntallyForTest(ctx context.Context, ids []int64) error {
	return db.in(ctx, func(t *tx) error { return t.untally(ids) })
}

// InForTest runs statements as one change.
func (db *DB) InForTest(ctx context.Context, fn func(exec func(q string, args ...any) error) error) error {
	return db.in(ctx, func(t *tx) error {
		return fn(func(q string, args ...any) error { _, err := t.exec(q, args...); return err })
	})
}

// TextsForTest reads one column of text.
func (db *DB) TextsForTest(ctx context.Context, q string) ([]string, error) {
	rows, err := db.read.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	return scanTexts(rows)
}

// WaitForTurnsForTest waits until n changes wait for their turn at the writer.
func (db *DB) WaitForTurnsForTest(n int64) {
	for db.turns.waiting.Load() < n {
		runtime.Gosched()
	}
}

// SeekForTest sets how few records words are looked up first in, and how many
// rows of a list are walked.
func (db *DB) SeekForTest(rare, least, most int) { db.rare, db.walks = rare, [2]int{least, most} }

// CommonForTest says that all words are common, or none, and walks short ways.
func (db *DB) CommonForTest(yes bool) {
	db.walks = [2]int{5, 20}
	if !db.probes {
		db.rare = map[bool]int{true: 1, false: 3000}[yes]
		return
	}
	db.guess = func(context.Context, *DB, sought) (int, error) {
		return map[bool]int{true: 1 << 30}[yes], nil
	}
}

// LittleForTest sets how much somebody may see for it to be sorted.
func (db *DB) LittleForTest(n int) { db.little = n }

// PairsForTest reads two columns of numbers.
func (db *DB) PairsForTest(ctx context.Context, q string, args ...any) (map[int64]int64, error) {
	rows, err := db.read.query(ctx, q, args...) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, err
	}
	out := map[int64]int64{}
	err = scanAll(rows, func() error {
		var a, b int64
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		out[a] = b
		return nil
	})
	return out, err
}

// ColumnForTest is a column of a table; Type is int, text, bool or bytes.
type ColumnForTest struct{ Name, Type string }

// ColumnsForTest reads from the database which tables and columns it has,
// without those the engine keeps for itself.
func (db *DB) ColumnsForTest(ctx context.Context) (map[string][]ColumnForTest, error) {
	var names []string
	err := db.alone(ctx, func(t *tx) (err error) { names, err = db.allTables(ctx, t); return err })
	if err != nil {
		return nil, err
	}
	out := map[string][]ColumnForTest{}
	for _, name := range names {
		if name == "search" {
			continue
		}
		rows, err := db.read.QueryContext(ctx, "SELECT * FROM "+name+" LIMIT 0")
		if err != nil {
			return nil, err
		}
		cols, err := columns(rows)
		if err := errors.Join(err, rows.Err(), rows.Close()); err != nil { //nolint:sqlclosecheck // at once, for the next table's turn
			return nil, err
		}
		for _, c := range cols {
			out[name] = append(out[name], ColumnForTest(c))
		}
	}
	return out, nil
}

// FreeForTest runs statements in one change that looks at no reference between
// tables.
func (db *DB) FreeForTest(ctx context.Context, fn func(exec func(q string, args ...any) error) error) error {
	if db.name == "sqlite" {
		if _, err := db.write.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
			return err
		}
	}
	return db.alone(ctx, func(t *tx) error {
		if db.name == "postgres" {
			if _, err := t.ExecContext(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
				return err
			}
		}
		return fn(func(q string, args ...any) error { _, err := t.exec(q, args...); return err })
	})
}

// BytesForTest reads one column of any type, as bytes.
func (db *DB) BytesForTest(ctx context.Context, q string) (out [][]byte, err error) {
	rows, err := db.read.QueryContext(ctx, q) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func() error {
		var b []byte
		err := rows.Scan(&b)
		out = append(out, b)
		return err
	})
	return out, err
}

// PlanForTest is how SQLite would read a list that somebody sees all of, in a
// table of a million of which 45,000 are live, when the planner knows nothing of
// an index.
func (db *DB) PlanForTest(ctx context.Context, q record.Query, unknown string) (string, error) {
	for _, one := range []string{
		"ANALYZE record", "DELETE FROM sqlite_stat4", "DELETE FROM sqlite_stat1 WHERE idx = '" + unknown + "'",
		"UPDATE sqlite_stat1 SET stat = '1000000 340000 2 1' WHERE idx NOT LIKE 'record_live_%'",
		"UPDATE sqlite_stat1 SET stat = '45000 15000 2 1' WHERE idx LIKE 'record_live_%'",
		"ANALYZE sqlite_schema", // reads the figures anew
	} {
		if _, err := db.write.ExecContext(ctx, one); err != nil {
			return "", err
		}
	}
	o := orders[q.Order]
	o.limit = q.Limit
	c, text, _, err := ledger{db}.pick(ctx, people.Everything(), q, o)
	if err != nil {
		return "", err
	}
	rows, err := db.write.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, c.args...)
	if err != nil {
		return "", err
	}
	return steps(rows)
}

func steps(rows *sql.Rows) (_ string, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	var b strings.Builder
	for rows.Next() {
		var step string
		if err := rows.Scan(new(int), new(int), new(int), &step); err != nil {
			return "", err
		}
		b.WriteString(step + "\n")
	}
	return b.String(), rows.Err()
}

// EngineForTest is the engine of a database.
func (db *DB) EngineForTest() string { return db.name }

// RowsForTest reads whatever comes as text.
func (db *DB) RowsForTest(ctx context.Context, q string) (out [][]string, err error) {
	rows, err := db.read.QueryContext(ctx, q) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, err
	}
	cols, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	err = scanAll(rows, func() error {
		cells, refs := make([]any, len(cols)), make([]any, len(cols))
		for i := range cells {
			refs[i] = &cells[i]
		}
		if err := rows.Scan(refs...); err != nil {
			return err
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			if text, ok := c.([]byte); ok {
				c = string(text)
			}
			row[i] = fmt.Sprint(c)
		}
		out = append(out, row)
		return nil
	})
	return out, err
}
