package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kilter/internal/base/fault"
)

// Restore fills an empty database from a backup, of whichever engine, and
// compares what it then holds with what the backup said, table by table. A
// database that holds anything is refused: restoring is for an empty one.
func (db *DB) Restore(ctx context.Context, r io.Reader, progress func(Sum)) (m Manifest, err error) {
	in := bufio.NewReaderSize(r, 1<<20)
	line, err := in.ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &m) != nil || m.Kilter != backupFormat {
		return m, fault.At("file", "store.no_backup")
	}
	if err := db.empty(ctx); err != nil {
		return m, err
	}
	if err := db.migrateTo(ctx, m.Schema); err != nil {
		return m, err
	}
	err = db.alone(ctx, func(t *tx) error {
		if err := clear(t, m.Tables); err != nil {
			return err
		}
		l := &loader{t: t, in: in, most: db.args}
		if err := l.all(); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, in); err != nil { // at its end a packed file tells whether it was damaged
			return fault.At("file", "store.cut_backup")
		}
		if err := l.rejoin(); err != nil {
			return err
		}
		return db.verify(ctx, t.Tx, l.sums, progress) // before the commit: what differs leaves nothing behind
	})
	if err != nil {
		return m, err
	}
	if err := db.resume(ctx, m.Tables); err != nil {
		return m, err
	}
	_, err = db.Migrate(ctx)
	return m, err
}

// empty reports a fault when the database holds records or persons.
func (db *DB) empty(ctx context.Context) error {
	at, _, err := db.Schema(ctx)
	if err != nil || at == 0 {
		return err
	}
	var n int
	if err := db.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM record) + (SELECT count(*) FROM audit)`).Scan(&n); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	if n > 0 {
		return fault.At("db", "store.not_empty")
	}
	return nil
}

func (db *DB) migrateTo(ctx context.Context, schema int64) error {
	p, err := db.provider()
	if err != nil {
		return err
	}
	at, newest, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	if schema > newest || at > schema {
		return fault.At("file", "store.newer_backup").With("schema", schema).With("newest", newest)
	}
	if _, err := p.UpTo(ctx, schema); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	return nil
}

// clear takes away the few rows that migrations put in.
func clear(t *tx, tables []string) error {
	for _, name := range slices.Backward(tables) {
		if _, err := t.ExecContext(t.ctx, "DELETE FROM "+name); err != nil {
			return fmt.Errorf("store: restore: %w", err)
		}
	}
	return nil
}

// loader reads a backup into a transaction.
type loader struct {
	t     *tx
	in    *bufio.Reader
	head  tableHead
	batch [][]any
	sums  []Sum
	later []func() error // parents, set when all rows are there
	most  int            // arguments of a statement
}

func (l *loader) all() error {
	for {
		line, err := l.in.ReadBytes('\n')
		if err != nil {
			return fault.At("file", "store.cut_backup")
		}
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("[")) {
			if err := l.row(line); err != nil {
				return err
			}
			continue
		}
		var mark struct {
			tableHead
			End   *Sum `json:"end"`
			Whole bool `json:"whole"`
		}
		if err := json.Unmarshal(line, &mark); err != nil {
			return fault.At("file", "store.cut_backup")
		}
		if err := l.flush(); err != nil {
			return err
		}
		switch {
		case mark.Whole:
			return nil
		case mark.End != nil:
			l.sums = append(l.sums, *mark.End)
		default:
			l.head = mark.tableHead
		}
	}
}

func (l *loader) row(line []byte) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var row []any
	if err := d.Decode(&row); err != nil || len(row) != len(l.head.Columns) {
		return fault.At("file", "store.cut_backup")
	}
	for i, c := range l.head.Columns {
		var err error
		if row[i], err = value(c, row[i]); err != nil {
			return fault.At("file", "store.cut_backup")
		}
	}
	l.batch = append(l.batch, l.orphan(row))
	if (len(l.batch)+1)*len(row) > l.most {
		return l.flush()
	}
	return nil
}

func value(c column, v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case string:
		if c.Type == "bytes" {
			return base64.StdEncoding.DecodeString(v)
		}
	}
	return v, nil
}

// orphan takes the parent of a setting out of its row until all settings are
// there: a parent may come after its child.
func (l *loader) orphan(row []any) []any {
	if l.head.Table != "setting" {
		return row
	}
	id := slices.IndexFunc(l.head.Columns, func(c column) bool { return c.Name == "id" })
	parent := slices.IndexFunc(l.head.Columns, func(c column) bool { return c.Name == "parent" })
	if row[parent] != nil {
		child, of := row[id], row[parent]
		l.later = append(l.later, func() error {
			_, err := l.t.exec(`UPDATE setting SET parent = $2 WHERE id = $1`, child, of)
			return err
		})
		row[parent] = nil
	}
	return row
}

func (l *loader) rejoin() error {
	for _, do := range l.later {
		if err := do(); err != nil {
			return fmt.Errorf("store: restore: %w", err)
		}
	}
	return nil
}

func (l *loader) flush() error {
	if len(l.batch) == 0 {
		return nil
	}
	names := make([]string, len(l.head.Columns))
	for i, c := range l.head.Columns {
		names[i] = c.Name
	}
	args := slices.Concat(l.batch...)
	if _, err := l.t.ExecContext(l.t.ctx, insertSQL(l.head.Table, names, len(l.batch)), args...); err != nil {
		return errors.Join(fault.At("file", "store.cut_backup"), fmt.Errorf("store: restore of %s: %w", l.head.Table, err))
	}
	l.batch = l.batch[:0]
	return nil
}

// resume lets PostgreSQL's identities go on behind the ids restored; SQLite
// looks for itself.
func (db *DB) resume(ctx context.Context, tables []string) error {
	if db.name != "postgres" {
		return nil
	}
	rows, err := db.write.QueryContext(ctx, `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'`)
	if err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to its end below
	var todo []string
	for rows.Next() {
		var table, col string
		if err := rows.Scan(&table, &col); err != nil {
			return fmt.Errorf("store: restore: %w", err)
		}
		if slices.Contains(tables, table) {
			todo = append(todo, fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), greatest_id) FROM (SELECT max(%s) AS greatest_id FROM %s) AS m WHERE greatest_id IS NOT NULL`, table, col, col, table))
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	for _, q := range todo {
		if _, err := db.write.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("store: restore: %w", err)
		}
	}
	return nil
}

// verify sums the restored tables up and compares.
func (db *DB) verify(ctx context.Context, t *sql.Tx, want []Sum, progress func(Sum)) error {
	var bad []string
	for _, w := range want {
		got, err := db.dump(ctx, t, w.Table, nil)
		if err != nil {
			return fmt.Errorf("store: verify %s: %w", w.Table, err)
		}
		if got != w {
			bad = append(bad, w.Table)
		}
		if progress != nil {
			progress(got)
		}
	}
	if len(bad) > 0 {
		return fault.At("file", "store.backup_differs").With("tables", strings.Join(bad, ", "))
	}
	return nil
}
