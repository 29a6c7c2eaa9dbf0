package store_test

import (
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/store"
)

// BenchmarkBigPropose is a turn of the duty that proposes problems, after every
// week was counted once; docs/benchmarks.md says what it takes.
func BenchmarkBigPropose(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		d := proposing(b, db)
		b.ResetTimer()
		for range b.N {
			if _, err := d.Propose(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBigRank is the ranking of a year of incidents by item.
func BenchmarkBigRank(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		d := proposing(b, db)
		by := people.System(people.ViaShell)
		b.ResetTimer()
		for range b.N {
			if _, err := d.Rank(b.Context(), by, problem.ByItem, 52, false); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// proposing is a desk whose weeks are all counted.
func proposing(b *testing.B, db *store.DB) *problem.Desk {
	b.Helper()
	d := problem.NewDesk(record.Desk[*problem.Problem]{Store: db.Problems(), Now: time.Now}, problem.City{}, db.Ledger(), db.ProblemShelf())
	d.Facts, d.Counts, d.Proposals, d.Pen = db.ProblemFacts(), db.IncidentCounts(), db.Proposals(), db
	for more := true; more; {
		var err error
		if more, err = d.Propose(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	return d
}
