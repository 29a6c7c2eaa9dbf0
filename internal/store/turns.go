package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// SQLite has one writer, and a durable commit costs it more than most changes
// do. Changes that have to wait for each other anyway therefore share a
// transaction: each is done in its turn under a savepoint of its own, so that
// one that fails takes back only itself, and nobody is told that his is done
// before the commit of all is on the disk. What takes long has a transaction
// for itself, see alone.

// mostShared bounds how many changes share a transaction: the first waits for
// the last.
const mostShared = 32

// turns lines up the changes to the writer of SQLite.
type turns struct {
	mu      sync.Mutex // held by the one whose turn it is
	waiting atomic.Int64
	open    *shared // the transaction that takes changes; nil between two
}

// shared is a transaction of several changes.
type shared struct {
	tx   *sql.Tx
	mine map[string]*sql.Stmt
	n    int           // changes that are in it
	lost error         // why none of them will stay
	done chan struct{} // closed when it is decided
}

// share does fn in its turn and waits for the commit. A change whose caller
// has gone away before its turn is not begun; one that is begun is carried
// through, for SQLite takes back all of a transaction that is interrupted.
func (db *DB) share(ctx context.Context, fn func(*tx) error) error {
	w := db.turns
	w.waiting.Add(1)
	w.mu.Lock()
	w.waiting.Add(-1)
	s, err := db.turn(ctx, fn)
	if err != nil {
		return err
	}
	<-s.done
	return s.lost
}

// turn adds one change to the open transaction. The last one for whom nobody
// waits ends it.
func (db *DB) turn(ctx context.Context, fn func(*tx) error) (*shared, error) {
	w := db.turns
	defer w.mu.Unlock()
	defer func() { // after a panic too
		if s := w.open; s != nil && (s.n == 0 || s.lost != nil || s.n >= mostShared || w.waiting.Load() == 0) {
			w.open = nil
			db.end(s)
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("store: begin: %w", err)
	}
	ctx = context.WithoutCancel(ctx) // the transaction is not this caller's alone
	if w.open == nil {
		t, err := db.write.BeginTx(ctx, nil)
		if err != nil {
			return nil, fmt.Errorf("store: begin: %w", err)
		}
		w.open = &shared{tx: t, mine: map[string]*sql.Stmt{}, done: make(chan struct{})}
	}
	s := w.open
	return s, s.add(&tx{Tx: s.tx, db: db, pool: db.write, ctx: ctx, args: db.args, mine: s.mine}, fn)
}

// add does a change, and takes it back when it fails. The first needs no
// savepoint: when it fails nothing is lost with its transaction.
func (s *shared) add(t *tx, fn func(*tx) error) error {
	if s.n == 0 {
		err := fn(t)
		if err == nil {
			s.n++
		}
		return err
	}
	if _, err := t.exec("SAVEPOINT turn"); err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		for _, q := range []string{"ROLLBACK TO turn", "RELEASE turn"} {
			if _, err := t.exec(q); err != nil {
				s.lost = fmt.Errorf("store: roll back: %w", err)
				return
			}
		}
	}()
	if err := fn(t); err != nil {
		return err
	}
	if _, err := t.exec("RELEASE turn"); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	s.n, kept = s.n+1, true
	return nil
}

// end commits, unless there is nothing to commit or the transaction is lost,
// and tells everybody who has a share in it.
func (db *DB) end(s *shared) {
	defer close(s.done)
	if s.n == 0 || s.lost != nil {
		if err := s.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
			s.lost = errors.Join(s.lost, fmt.Errorf("store: roll back: %w", err))
		}
		return
	}
	if err := s.tx.Commit(); err != nil {
		s.lost = fmt.Errorf("store: commit: %w", err)
		return
	}
	db.write.keep(context.Background(), s.mine)
}
