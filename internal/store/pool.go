package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"kilter/internal/practice/audit"
)

// pool is a database handle that keeps the statements of SQLite prepared:
// preparing anew costs more there than most statements do. pgx keeps its own.
type pool struct {
	*sql.DB
	prepare bool
	mu      sync.Mutex
	kept    map[string]*sql.Stmt
}

// mostKept bounds the statements kept; lists of every length have texts of
// their own.
const mostKept = 400

func newPool(db *sql.DB, prepare bool) *pool {
	return &pool{DB: db, prepare: prepare, kept: map[string]*sql.Stmt{}}
}

// stmt prepares a text once. The lock is never held while a connection is
// waited for: the transaction that has the writer's only one may be waiting
// for the lock.
func (p *pool) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if !p.prepare {
		return nil, nil
	}
	p.mu.Lock()
	s, ok := p.kept[q]
	full := len(p.kept) >= mostKept
	p.mu.Unlock()
	if ok || full {
		return s, nil
	}
	s, err := p.PrepareContext(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, q)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other, ok := p.kept[q]; ok { // somebody was faster
		return other, s.Close()
	}
	p.kept[q] = s
	return s, nil
}

func (p *pool) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.QueryContext(ctx, q, args...)
	}
	return s.QueryContext(ctx, args...)
}

func (p *pool) row(ctx context.Context, q string, args ...any) row {
	s, err := p.stmt(ctx, q)
	if err != nil {
		return broken{err}
	}
	if s == nil {
		return p.QueryRowContext(ctx, q, args...)
	}
	return s.QueryRowContext(ctx, args...)
}

// row is what a query for one row answers.
type row interface{ Scan(...any) error }

type broken struct{ err error }

func (b broken) Scan(...any) error { return b.err }

// tx is a running transaction that carries its call's context, as sql.Tx does
// inside, so that the code above it stays readable.
type tx struct {
	*sql.Tx
	db   *DB
	pool *pool
	ctx  context.Context
	mine map[string]*sql.Stmt
	args int // arguments a statement of many rows should have

	conn  *sql.Conn // PostgreSQL: where the transaction is, see pipeline.go
	queue []letter

	refused []audit.Row // what was refused in it, to be written when it has ended; see Together
	born    []string    // the records that were opened in it: "incident:INC-2026-00042"
}

// stmt prepares within the transaction's own connection: the writer of SQLite
// has just that one, and asking the pool for another would wait for ever.
func (t *tx) stmt(q string) (*sql.Stmt, error) {
	if !t.pool.prepare {
		return nil, nil
	}
	if s, ok := t.mine[q]; ok {
		return s, nil
	}
	t.pool.mu.Lock()
	kept, ok := t.pool.kept[q]
	t.pool.mu.Unlock()
	var s *sql.Stmt
	if ok {
		s = t.StmtContext(t.ctx, kept)
	} else {
		var err error
		if s, err = t.PrepareContext(t.ctx, q); err != nil {
			return nil, fmt.Errorf("%w in %s", err, q)
		}
	}
	if t.mine == nil {
		t.mine = map[string]*sql.Stmt{}
	}
	t.mine[q] = s
	return s, nil
}

func (t *tx) exec(q string, args ...any) (sql.Result, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	s, err := t.stmt(q)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return t.ExecContext(t.ctx, q, args...)
	}
	return s.ExecContext(t.ctx, args...)
}

func (t *tx) query(q string, args ...any) (*sql.Rows, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	s, err := t.stmt(q)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return t.QueryContext(t.ctx, q, args...)
	}
	return s.QueryContext(t.ctx, args...)
}

func (t *tx) row(q string, args ...any) row {
	if err := t.flush(); err != nil {
		return broken{err}
	}
	s, err := t.stmt(q)
	if err != nil {
		return broken{err}
	}
	if s == nil {
		return t.QueryRowContext(t.ctx, q, args...)
	}
	return s.QueryRowContext(t.ctx, args...)
}

// keep prepares the texts of a transaction for the next one; called when its
// connection is free again. A text that cannot be kept is merely prepared anew
// next time.
func (p *pool) keep(ctx context.Context, texts map[string]*sql.Stmt) {
	for q := range texts {
		if _, err := p.stmt(ctx, q); err != nil {
			return
		}
	}
}
