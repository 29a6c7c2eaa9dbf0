package testkit

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestPostgres asks for six databases at once: each holds the schema, none
// sees another's rows, and the schema was migrated at most once.
func TestPostgres(t *testing.T) {
	t.Parallel()
	var migrated atomic.Int32
	schema := Schema{Key: t.Name() + " v1", Migrate: func(ctx context.Context, url string) error {
		migrated.Add(1)
		db, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, "CREATE TABLE note (id BIGINT)"); err != nil {
			return err
		}
		return db.Close(ctx)
	}}
	PostgresServer(t)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			ctx := t.Context()
			db, err := pgx.Connect(ctx, Postgres(t, schema))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() {
				if err := db.Close(ctx); err != nil {
					t.Error(err)
				}
			}()
			if _, err := db.Exec(ctx, "INSERT INTO note VALUES (1)"); err != nil {
				t.Error(err)
			}
			var n int
			if err := db.QueryRow(ctx, "SELECT count(*) FROM note").Scan(&n); err != nil || n != 1 {
				t.Errorf("rows = %d (%v), want 1", n, err)
			}
		})
	}
	all.Wait()
	if n := migrated.Load(); n > 1 {
		t.Errorf("migrated %d times, want once", n)
	}
}

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	got, err := withDatabase("postgres://u:p@h:5432/postgres?sslmode=disable", "mine")
	if err != nil {
		t.Fatal(err)
	}
	if want := "postgres://u:p@h:5432/mine?sslmode=disable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
