package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
)

// BenchmarkBigGrades are the figures of a year and the work list, beside a
// million records; docs/benchmarks.md says what they take.
func BenchmarkBigGrades(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		book, now := db.Grades(), time.Now()
		for _, by := range grade.Dimensions {
			b.Run(string(by), func(b *testing.B) {
				for range b.N {
					if _, err := book.Counts(b.Context(), people.Everything(), by, "", now.AddDate(-1, 0, 0), now); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("list", func(b *testing.B) {
			for range b.N {
				if _, err := book.List(b.Context(), people.Everything(), record.GradeQuery{Limit: 200}); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
