//go:build fill

package store_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"kilter/internal/store"
	"kilter/internal/testkit/bulk"
)

// TestFillForBenchmarks fills the databases that are named, when a number is.
func TestFillForBenchmarks(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("KILTER_BENCH_FILL"))
	if err != nil {
		t.Fatal("KILTER_BENCH_FILL says how many incidents the databases for benchmarks get")
	}
	for engine, name := range big {
		url := os.Getenv(name)
		if url == "" {
			continue
		}
		db, err := store.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := bulk.Fill(t.Context(), db, n, func(done int) {
			if done%50_000 == 0 {
				t.Logf("%s: %d after %s", engine, done, time.Since(start).Round(time.Second))
			}
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Analyze(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d in %s", engine, n, time.Since(start).Round(time.Second))
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
