package store_test

import (
	"cmp"
	"os"
	"testing"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/report/evidence"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// BenchmarkEvidence measures every figure once, as each night does: over the
// database that KILTER_EVIDENCE_DB names, an empty one when it names none.
// Promised: under 5 minutes over a million records on two cores.
func BenchmarkEvidence(b *testing.B) {
	db, err := store.Open(b.Context(), cmp.Or(os.Getenv("KILTER_EVIDENCE_DB"), storetest.URL(b, "sqlite")))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	keeper := setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := evidence.Measure(b.Context(), db.Evidence(), keeper.All(), people.Everything(), maturity.Current(), time.Now())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(r.Figures)), "figures")
	}
}
