package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A backup is neutral to the engine: lines of JSON, one a row, that either
// database can be filled from. First a manifest, then per table its columns,
// its rows as arrays and its sum, last the word that it is whole.

// Manifest says what a backup holds.
type Manifest struct {
	Kilter int       `json:"kilter"` // version of this format
	Schema int64     `json:"schema"` // the migration the rows fit
	Engine string    `json:"engine"` // where they came from
	At     time.Time `json:"at"`
	Tables []string  `json:"tables"`
}

// Sum is the count and the content of a table, whatever the order of its rows.
type Sum struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"hash"`
}

const backupFormat = 1

// left out of a backup: what is rebuilt, and what must not outlive the moment.
func leftOut(table string) bool {
	return strings.HasPrefix(table, "search") || strings.HasPrefix(table, "sqlite_") || slices.Contains([]string{"goose_db_version", "leader", "feed", "session"}, table)
}

type tableHead struct {
	Table   string   `json:"begin"`
	Columns []column `json:"columns"`
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"` // int, text, bool, bytes
}

// Backup writes all rows as of one moment while others go on writing. Progress
// is told after every table; it may be nil.
func (db *DB) Backup(ctx context.Context, w io.Writer, at time.Time, progress func(Sum)) (err error) {
	t, err := db.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil && db.name == "sqlite" {
		t, err = db.read.BeginTx(ctx, nil) // a read of SQLite is a snapshot as it is
	}
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	defer func() {
		if e := t.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) {
			err = errors.Join(err, e)
		}
	}()
	tables, err := db.tables(ctx, t)
	if err != nil {
		return err
	}
	schema, _, err := db.Schema(ctx)
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<20)
	lines := json.NewEncoder(out)
	if err := lines.Encode(Manifest{backupFormat, schema, db.name, at.UTC(), tables}); err != nil {
		return err
	}
	for _, name := range tables {
		sum, err := db.dump(ctx, t, name, lines)
		if err != nil {
			return fmt.Errorf("store: backup of %s: %w", name, err)
		}
		if progress != nil {
			progress(sum)
		}
	}
	if err := lines.Encode(map[string]bool{"whole": true}); err != nil {
		return err
	}
	return out.Flush()
}

// tables lists what a backup holds, those that others refer to first.
func (db *DB) tables(ctx context.Context, t *sql.Tx) ([]string, error) {
	q := `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	if db.name == "postgres" {
		q = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
	}
	rows, err := t.QueryContext(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("store: tables: %w", err)
	}
	names, err := scanTexts(rows)
	if err != nil {
		return nil, fmt.Errorf("store: tables: %w", err)
	}
	first := []string{"setting", "setting_version", "person", "record", "file", "item", "redundancy"}
	slices.SortStableFunc(names, func(a, b string) int {
		return place(first, a) - place(first, b)
	})
	return slices.DeleteFunc(names, leftOut), nil
}

func place(first []string, name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

func scanTexts(rows *sql.Rows) (out []string, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// dump writes one table and sums it up. lines may be nil: then it only sums.
func (db *DB) dump(ctx context.Context, t *sql.Tx, table string, lines *json.Encoder) (s Sum, err error) {
	rows, err := t.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	cols, err := columns(rows)
	if err != nil {
		return s, err
	}
	if lines != nil {
		if err := lines.Encode(tableHead{table, cols}); err != nil {
			return s, err
		}
	}
	var total adder
	held := make([]any, len(cols))
	refs := make([]any, len(cols))
	for i := range held {
		refs[i] = &held[i]
	}
	for rows.Next() {
		if err := rows.Scan(refs...); err != nil {
			return s, err
		}
		row := make([]any, len(cols))
		for i, c := range cols {
			if row[i], err = plain(c, held[i]); err != nil {
				return s, err
			}
		}
		if err := total.add(cols, row); err != nil {
			return s, err
		}
		if lines != nil {
			if err := lines.Encode(row); err != nil {
				return s, err
			}
		}
		s.Rows++
	}
	if err := rows.Err(); err != nil {
		return s, err
	}
	s.Table, s.Hash = table, total.hex()
	if lines != nil {
		err = lines.Encode(map[string]Sum{"end": s})
	}
	return s, err
}

func columns(rows *sql.Rows) ([]column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	var cols []column
	for _, t := range types {
		kind := map[string]string{
			"BIGINT": "int", "INTEGER": "int", "INT8": "int", "INT4": "int", "TEXT": "text",
			"BOOLEAN": "bool", "BOOL": "bool", "BLOB": "bytes", "BYTEA": "bytes",
		}[strings.ToUpper(t.DatabaseTypeName())]
		if kind == "" {
			return nil, fmt.Errorf("column %s has type %s, which backups do not know", t.Name(), t.DatabaseTypeName())
		}
		cols = append(cols, column{t.Name(), kind})
	}
	return cols, nil
}

// plain is a value in the one form both engines give back: null, whole number,
// text, true or false, base64.
func plain(c column, v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if c.Type == "bool" {
			return v != 0, nil
		}
		return v, nil
	case int32:
		return int64(v), nil
	case bool:
		return v, nil
	case string:
		return v, nil
	case []byte:
		if c.Type == "bytes" {
			return base64.StdEncoding.EncodeToString(v), nil
		}
		return string(v), nil
	}
	return nil, fmt.Errorf("column %s holds a %T", c.Name, v)
}

// adder sums the hashes of rows modulo 2^256, so that their order is free but
// none can be missing, changed or doubled.
type adder [4]uint64

func (a *adder) add(cols []column, row []any) error {
	named := make(map[string]any, len(cols))
	for i, c := range cols {
		named[c.Name] = row[i]
	}
	text, err := json.Marshal(named) // keys sorted: the order of columns is free too
	if err != nil {
		return err
	}
	h := sha256.Sum256(text)
	var carry uint64
	for i := range a {
		x := binary.LittleEndian.Uint64(h[i*8:])
		sum := a[i] + x
		over := sum < x
		sum += carry
		if sum < carry {
			over = true
		}
		a[i], carry = sum, 0
		if over {
			carry = 1
		}
	}
	return nil
}

func (a *adder) hex() string {
	var b [32]byte
	for i, x := range a {
		binary.LittleEndian.PutUint64(b[i*8:], x)
	}
	return hex.EncodeToString(b[:])
}
