package store_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A list of all that is open reads an index in its own order, even when the
// planner knows nothing of a new one: before those of what has an owner and what
// has none were no help to it, it sorted all that was open for a page of 50.
func TestOpenListsAreNotSorted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if db.Engine() != "sqlite" {
			return // PostgreSQL weighs the limit of a list and gathers figures on its own
		}
		scattered(t, db, rand.New(rand.NewPCG(5, 4)), 60)
		for _, order := range []record.Order{record.Newest, record.Latest} {
			q := record.Query{Kind: record.Incident, Where: query.Is("open", "true"), Order: order, Limit: 50}
			plan, err := db.PlanForTest(t.Context(), q, "record_live_owner")
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s is read so:\n%s", order, plan)
			}
		}
	})
}
