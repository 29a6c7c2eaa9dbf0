package store_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// What has ended has an index of its own, in the order of an expression. Read
// page by page it is what a condition gives that no index is chosen for.
func TestTheEndedComeInTheOrderOfTheirOwnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		scattered(t, db, rand.New(rand.NewPCG(3, 9)), 120)
		for _, order := range []record.Order{record.Newest, record.Oldest, record.Latest} {
			read := func(where query.Node) []string {
				return pages(t, db, people.Everything(), record.Query{Kind: record.Incident, Where: where, Order: order, Limit: 9})
			}
			own, plain := read(query.Is("open", "false")), read(query.Reverse(query.Is("open", "true")))
			if len(own) <= 18 || !slices.Equal(own, plain) {
				t.Errorf("%s: %v, want %v", order, own, plain)
			}
			if some := read(query.All(query.Is("open", "false"), query.Is("team", "1"))); len(some) == 0 || len(some) >= len(own) {
				t.Errorf("%s, of a team: %v", order, some)
			}
		}
	})
}
