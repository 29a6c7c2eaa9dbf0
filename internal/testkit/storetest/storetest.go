// Package storetest opens databases for tests: SQLite always, PostgreSQL when
// there is a test server. Every test gets a fresh, migrated database of its
// own.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kilter/internal/store"
	"kilter/internal/testkit"
)

// Each runs a test on both databases.
func Each(t *testing.T, test func(*testing.T, *store.DB)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, engine))
		})
	}
}

// Open opens a fresh, migrated database of an engine for one test.
func Open(t testing.TB, engine string) *store.DB {
	t.Helper()
	open := store.Open
	if engine == "sqlite" {
		open = store.OpenQuick
	}
	db, err := open(t.Context(), URL(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// URL makes a fresh, migrated database of an engine and names it.
func URL(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return lite(t)
	}
	key, err := store.MigrationText()
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Postgres(t, testkit.Schema{Key: key, Migrate: func(ctx context.Context, url string) error {
		return migrate(ctx, url, store.Open)
	}})
}

// template is a migrated SQLite file, made once per test program: copying it
// is quicker than migrating again.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kilter-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a folder left in /tmp fails no test
	file := filepath.Join(dir, "t.db")
	if err := migrate(context.Background(), "sqlite:"+file, store.OpenQuick); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func lite(t testing.TB) string {
	t.Helper()
	made, err := template()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kilter.db")
	if err := os.WriteFile(file, made, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

func migrate(ctx context.Context, url string, open func(context.Context, string) (*store.DB, error)) error {
	db, err := open(ctx, url)
	if err != nil {
		return err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	return db.Close()
}

// Empty opens a fresh database of an engine without any schema.
func Empty(t testing.TB, engine string) *store.DB {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "kilter.db")
	if engine == "postgres" {
		url = testkit.Postgres(t, testkit.Schema{})
	}
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
