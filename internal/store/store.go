// Package store keeps Kilter's data in SQLite or PostgreSQL. It is the only
// package that speaks SQL, and only app imports it. One text of SQL serves
// both; dialect.go is all in which they differ.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"kilter/internal/base/fault"
)

// DB is an open database.
type DB struct {
	dialect
	write *pool // SQLite: the one writer; PostgreSQL: the same pool as read
	read  *pool
	turns *turns // SQLite: the changes that wait for the writer
	url   string
	place atomic.Pointer[time.Location] // where days begin, see SetPlace
}

// Open opens the database named by url, "sqlite:PATH" or "postgres://...",
// without touching its schema; see Migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openLite(ctx, url, "FULL")
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	scheme, _, cut := strings.Cut(url, ":") // what follows may hold a password
	if cut {
		scheme += ":"
	}
	return nil, fault.At("db", "store.unknown_url").With("url", scheme)
}

// OpenQuick opens a SQLite database that does not wait for the disk: for
// tests and for filling a database that can be filled again.
func OpenQuick(ctx context.Context, url string) (*DB, error) { return openLite(ctx, url, "OFF") }

// minLite is the first SQLite without the write-ahead log reset race, which
// could corrupt a database.
const minLite = "3.51.3"

func openLite(ctx context.Context, url, sync string) (*DB, error) {
	path := strings.TrimPrefix(url, "sqlite:")
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, fault.At("db", "store.no_file")
	}
	w, err := sql.Open("sqlite", liteDSN(path, true, sync))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	var version string
	if err := w.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version); err != nil {
		return nil, errors.Join(fmt.Errorf("store: open %s: %w", path, err), w.Close())
	}
	if older(version, minLite) {
		return nil, errors.Join(fmt.Errorf("store: SQLite %s is older than %s and may lose data", version, minLite), w.Close())
	}
	r, err := sql.Open("sqlite", liteDSN(path, false, sync))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: open %s: %w", path, err), w.Close())
	}
	r.SetMaxOpenConns(liteReaders)
	r.SetMaxIdleConns(liteReaders)
	return &DB{dialect: lite, write: newPool(w, true), read: newPool(r, true), turns: &turns{}, url: url}, nil
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.At("db", "store.bad_url").With("why", "postgres://user@host:port/database")
	}
	p := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET jit = off") // compiling a statement takes longer than any of ours
		return err
	}))
	p.SetMaxOpenConns(16)
	p.SetMaxIdleConns(16)
	if err := p.PingContext(ctx); err != nil {
		return nil, errors.Join(unreached(cfg, err), p.Close())
	}
	both := newPool(p, false)
	return &DB{dialect: postgres, write: both, read: both, url: url}, nil
}

// older compares dotted versions number by number.
func older(a, b string) bool {
	var x, y [3]int
	if _, err := fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2]); err != nil {
		return true
	}
	if _, err := fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2]); err != nil {
		return true
	}
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// Engine names the database: "sqlite" or "postgres".
func (db *DB) Engine() string { return db.name }

// Close closes the database.
func (db *DB) Close() error {
	if db.read == db.write {
		return db.read.Close()
	}
	return errors.Join(db.read.Close(), db.write.Close())
}

// liteReaders is how many connections read a SQLite database at once.
const liteReaders = 4

// Rest gives back what is kept while nobody asks: SQLite's pages, some
// megabytes for each connection. The next reader opens one anew.
func (db *DB) Rest(ctx context.Context) error {
	if db.read == db.write {
		return nil
	}
	db.read.SetMaxIdleConns(0)
	db.read.SetMaxIdleConns(liteReaders)
	if _, err := db.write.ExecContext(ctx, "PRAGMA shrink_memory"); err != nil {
		return fmt.Errorf("store: rest: %w", err)
	}
	return nil
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.read.QueryRowContext(ctx, `SELECT 1`).Scan(&one)
}

// in runs fn in a transaction of the writer: all of it happens, or none.
func (db *DB) in(ctx context.Context, fn func(*tx) error) error {
	if t := db.joined(ctx); t != nil {
		return fn(t)
	}
	if db.turns != nil {
		return db.share(ctx, fn)
	}
	return db.alone(ctx, fn)
}

// alone is in for what takes long or touches much: nobody shares its
// transaction.
func (db *DB) alone(ctx context.Context, fn func(*tx) error) (err error) {
	c, t, err := db.begin(ctx)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	kept := false
	defer func() { // after a panic too
		if !kept {
			if back := t.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
				err = errors.Join(err, fmt.Errorf("store: roll back: %w", back))
			}
		}
	}()
	own := &tx{Tx: t, db: db, pool: db.write, ctx: ctx, args: db.args}
	if db.turns == nil {
		own.conn = c
	}
	if err = fn(own); err == nil {
		err = own.flush()
	}
	if err != nil {
		if db.locked(err) {
			return fault.New(fault.Conflict, "record.changed_meanwhile")
		}
		return err
	}
	if err = t.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	kept = true
	return nil
}

// begin begins a transaction on a connection that it knows. One of the pool
// that has died unnoticed is given back, and another one taken: callers who go
// away close theirs.
func (db *DB) begin(ctx context.Context) (c *sql.Conn, t *sql.Tx, err error) {
	for range mostDead {
		if c, err = db.write.Conn(ctx); err == nil {
			if t, err = c.BeginTx(ctx, nil); err == nil {
				return c, t, nil
			}
			_ = c.Close() // what matters is why it cannot be used
		}
		if !errors.Is(err, driver.ErrBadConn) {
			break
		}
	}
	return nil, nil, err
}

// mostDead is how many dead connections are met before the database is given
// up: as many as the pool may have, and some.
const mostDead = 20
