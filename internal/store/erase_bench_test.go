package store_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/store"
	"kilter/internal/testkit/bulk"
	"kilter/internal/testkit/storetest"
)

// BenchmarkMask masks one person among KILTER_BENCH_MASK incidents (2,000 unless
// it says otherwise) until his name is gone from the database: the transaction
// that others wait for, then looking and erasing beside them.
func BenchmarkMask(b *testing.B) {
	n := 2000
	if v, err := strconv.Atoi(os.Getenv("KILTER_BENCH_MASK")); err == nil {
		n = v
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db, err := store.Open(b.Context(), storetest.URL(b, engine))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = db.Close() })
			if _, err := bulk.Fill(b.Context(), db, n, func(int) {}); err != nil {
				b.Fatal(err)
			}
			if err := db.Analyze(b.Context()); err != nil {
				b.Fatal(err)
			}
			ids, err := db.PairsForTest(b.Context(), `SELECT requester, count(*) FROM record WHERE requester IS NOT NULL GROUP BY requester ORDER BY 2 DESC LIMIT 100`)
			if err != nil {
				b.Fatal(err)
			}
			var mask, longest time.Duration
			steps := 0
			b.ResetTimer()
			for range b.N {
				for id := range ids {
					delete(ids, id)
					start := time.Now()
					if err := db.Privacy().MaskPerson(b.Context(), people.ID(id), privacy.Alias(people.ID(id)), nine); err != nil {
						b.Fatal(err)
					}
					mask += time.Since(start)
					break
				}
				for more := true; more; steps++ {
					start := time.Now()
					if more, err = db.Privacy().Erase(b.Context()); err != nil {
						b.Fatal(err)
					}
					longest = max(longest, time.Since(start))
				}
			}
			b.ReportMetric(float64(mask.Milliseconds())/float64(b.N), "mask-ms/op")
			b.ReportMetric(float64(longest.Milliseconds()), "longest-step-ms")
			b.ReportMetric(float64(steps)/float64(b.N), "steps/op")
		})
	}
}
