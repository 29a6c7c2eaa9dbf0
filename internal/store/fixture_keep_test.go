//go:build fixture

package store_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kilter/internal/store"
)

// TestKeepFixture writes today's schema with a few rows under testdata:
//
//	go test -tags fixture ./internal/store -run TestKeepFixture
//
// It is done once for every release, and what it wrote is never changed again:
// these are databases as they are out there. Only before the first release,
// while earlier steps may still be rewritten, it is made anew with them.
func TestKeepFixture(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "f.db")
	db, err := store.OpenQuick(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	fill(t, db, desk(db, &now))
	at, _, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var backup, file bytes.Buffer
	if err := db.Backup(t.Context(), &backup, now, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(url[len("sqlite:"):])
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"db": whole, "backup": backup.Bytes()} {
		file.Reset()
		z, err := gzip.NewWriterLevel(&file, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fmt.Sprintf("testdata/schema-%04d.%s.gz", at, name), file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
