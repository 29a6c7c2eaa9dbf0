package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/store"
)

// BenchmarkBigReview is what the agenda of a review over a quarter is read from, beside a
// million records. Promise: a quarter's review opens in about a second, so that each of
// these takes about half of one at most; docs/benchmarks.md says what they take.
func BenchmarkBigReview(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		now, all := time.Now(), people.Everything()
		p := review.Period{From: now.AddDate(0, -4, 0), Until: now.AddDate(0, -1, 0)}
		for name, read := range map[string]func() error{
			"broken":   func() error { _, err := db.ReviewShelf().Broken(b.Context(), all, p, 100); return err },
			"causes":   func() error { _, err := db.ReviewShelf().Causes(b.Context(), all, p); return err },
			"ran":      func() error { _, err := db.ReviewShelf().Ran(b.Context(), all, p); return err },
			"promises": func() error { _, err := db.Promises().Promises(b.Context(), all, p.From); return err },
			"teams":    func() error { _, err := db.TeamPromises().Sums(b.Context(), all, now, p); return err },
		} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if err := read(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
