package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

const (
	addHead = `INSERT INTO numbering (kind, year, next) VALUES ($1, 2026, 1)`
	heads   = `SELECT kind FROM numbering ORDER BY kind`
)

// Of many changes at once, each stays whole or leaves nothing, whatever
// becomes of those it shared a transaction with.
func TestChangesAtOnceFailAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		wrong := errors.New("on second thoughts")
		var mu sync.Mutex
		var want []string
		var all sync.WaitGroup
		for i := range 200 {
			name := fmt.Sprintf("k%03d", i)
			all.Go(func() {
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				var failed, panicked bool
				var err error
				func() {
					defer func() { panicked = recover() != nil }()
					err = db.InForTest(ctx, func(exec func(string, ...any) error) error {
						if err := exec(addHead, name); err != nil {
							return err
						}
						switch i % 5 {
						case 1:
							return wrong
						case 2: // a broken constraint
							return exec(addHead, name)
						case 3:
							panic("oh")
						case 4: // the caller goes away while his change is made: it is made or not
							stop()
						}
						return nil
					})
					failed = err != nil
				}()
				if i%5 == 4 {
					return
				}
				if (i%5 != 0) != (failed || panicked) || (i%5 == 3) != panicked {
					t.Errorf("%s: panicked %v, %v", name, panicked, err)
				}
				if i%5 == 0 {
					mu.Lock()
					defer mu.Unlock()
					want = append(want, name)
				}
			})
		}
		all.Wait()
		slices.Sort(want)
		got := slices.DeleteFunc(names(t, db), func(n string) bool { var i int; _, err := fmt.Sscanf(n, "k%d", &i); return err != nil || i%5 == 4 })
		if !slices.Equal(got, want) {
			t.Errorf("%d stayed, want %d:\n%v\n%v", len(got), len(want), got, want)
		}
	})
}

func names(t *testing.T, db *store.DB) (out []string) {
	t.Helper()
	out, err := db.TextsForTest(t.Context(), heads)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whoever has gone away before his turn changes nothing.
func TestAChangeNobodyWaitsForIsNotBegun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		begun := false
		if err := db.InForTest(ctx, func(func(string, ...any) error) error { begun = true; return nil }); !errors.Is(err, context.Canceled) || begun {
			t.Errorf("begun %v, %v", begun, err)
		}
	})
}

// When the transaction itself is lost, everybody in it is told so.
func TestALostTransactionIsToldToAll(t *testing.T) {
	t.Parallel()
	db, err := store.OpenQuick(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	inside, failed := make(chan struct{}), make(chan error, 2)
	hold := make(chan struct{})
	go func() {
		failed <- db.InForTest(t.Context(), func(exec func(string, ...any) error) error {
			close(inside)
			<-hold
			return exec(addHead, "first")
		})
	}()
	<-inside
	go func() {
		failed <- db.InForTest(t.Context(), func(exec func(string, ...any) error) error {
			if err := exec("ROLLBACK"); err != nil { // as a full disk makes SQLite do
				return err
			}
			return errors.New("the disk is full")
		})
	}()
	db.WaitForTurnsForTest(1)
	close(hold)
	for range 2 {
		if err := <-failed; err == nil {
			t.Error("told that it is done")
		}
	}
	if got := names(t, db); len(got) != 0 {
		t.Errorf("stayed: %v", got)
	}
	if err := db.InForTest(t.Context(), func(exec func(string, ...any) error) error { return exec(addHead, "next") }); err != nil {
		t.Errorf("the next one: %v", err)
	}
}
