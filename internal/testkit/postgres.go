package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Schema says what a fresh database shall hold. The zero Schema is an empty
// database.
type Schema struct {
	// Key names the schema's content: migrations that differ need keys that
	// differ (a hash of their texts will do).
	Key string
	// Migrate brings the empty database at url to that content, and has closed
	// all its connections when it returns.
	Migrate func(ctx context.Context, url string) error
}

// PostgresServer is the URL of the server that tests may create databases on,
// from KILTER_TEST_POSTGRES. Without one the test is skipped, or fails where
// CI=true.
func PostgresServer(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("KILTER_TEST_POSTGRES")
	if server == "" {
		absent(tb, "no PostgreSQL: KILTER_TEST_POSTGRES names no server (make test starts one)")
	}
	return server
}

// Postgres returns the URL of a database of the test's own, dropped at its end.
// The schema is migrated once per server into a template and copied from there.
func Postgres(tb testing.TB, schema Schema) string {
	tb.Helper()
	server := PostgresServer(tb)
	ctx := context.Background() // the cleanup outlives the test's own context
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		tb.Fatalf("PostgreSQL at KILTER_TEST_POSTGRES: %v", err)
	}
	defer func() { _ = admin.Close(ctx) }() // nothing is lost with it

	template := ""
	if schema.Migrate != nil {
		template = templateName(schema.Key)
		if err := ensureTemplate(ctx, admin, server, template, schema); err != nil {
			tb.Fatalf("PostgreSQL template: %v", err)
		}
	}
	name := "kilter_test_" + strings.ToLower(rand.Text()[:16])
	text := "CREATE DATABASE " + name
	if template != "" {
		text += " TEMPLATE " + template
	}
	if _, err := admin.Exec(ctx, text); err != nil {
		tb.Fatalf("create a test database: %v", err)
	}
	tb.Cleanup(func() {
		if err := drop(ctx, server, name); err != nil {
			tb.Errorf("drop the test database: %v", err)
		}
	})
	return databaseURL(tb, server, name)
}

// Databases runs f on each engine: on a fresh SQLite file always, on a
// PostgreSQL database of its own when there is a server. The address is of the
// form that kilter's --db takes; migrating the SQLite file is f's affair.
func Databases(t *testing.T, schema Schema, f func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, "sqlite:"+filepath.Join(t.TempDir(), "kilter.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, Postgres(t, schema))
	})
}

func templateName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "kilter_template_" + hex.EncodeToString(sum[:8])
}

// ensureTemplate migrates the template once, however many test processes ask
// at the same time. It is built under another name, so that a half-made one is
// never copied.
func ensureTemplate(ctx context.Context, admin *pgx.Conn, server, name string, schema Schema) error {
	const lock = 7_454_858 // any number, the same in every test process
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
		return err
	}
	defer func() { _, _ = admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", lock) }() // the connection's end frees it too

	var there bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		return err
	}
	if there {
		return nil
	}
	raw := name + "_raw"
	for _, text := range []string{"DROP DATABASE IF EXISTS " + raw + " WITH (FORCE)", "CREATE DATABASE " + raw} {
		if _, err := admin.Exec(ctx, text); err != nil {
			return err
		}
	}
	address, err := withDatabase(server, raw)
	if err != nil {
		return err
	}
	if err := schema.Migrate(ctx, address); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	_, err = admin.Exec(ctx, "ALTER DATABASE "+raw+" RENAME TO "+name)
	return err
}

func drop(ctx context.Context, server, name string) error {
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }() // nothing is lost with it
	_, err = admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}

func databaseURL(tb testing.TB, server, name string) string {
	tb.Helper()
	address, err := withDatabase(server, name)
	if err != nil {
		tb.Fatal(err)
	}
	return address
}

// withDatabase is server's URL with another database in it.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("KILTER_TEST_POSTGRES is not a URL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
