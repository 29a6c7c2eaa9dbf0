package store_test

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// The second set that ships is k2, a centre's first own one is 2: what is kept of
// the one is never taken for the other.
func TestTheSecondShippedSetIsNoneOfTheCentres(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now, shelf := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC), db.QuestionSets()
		log := audit.By(people.System(people.ViaJob), now, assessment.DeedLead, "maturity_set")
		for _, name := range []string{"2", "3"} {
			own := maturity.Current().Copy()
			e := &questions.Edition{Name: people.Text{En: "Own " + name}, Base: maturity.FirstShipped, State: questions.Published, Set: own, Count: 405, Made: now, Changed: now, Published: now}
			if err := shelf.Keep(ctx, e, log); err != nil || e.Version != name {
				t.Fatal(e.Version, err)
			}
		}
		for _, version := range []string{"k2", "2", "k3", "1", "3", "k2"} {
			now = now.Add(time.Hour)
			if err := shelf.TakeUp(ctx, questions.Use{Version: version, At: now}, log); err != nil {
				t.Fatal(version, err)
			}
			uses, err := shelf.Uses(ctx, 1)
			if err != nil || len(uses) != 1 || uses[0].Version != version || !uses[0].At.Equal(now) {
				t.Errorf("taken up %s, kept %+v (%v)", version, uses, err)
			}
		}
		uses, err := shelf.Uses(ctx, 9)
		if got := fmt.Sprint(len(uses)); err != nil || got != "6" || uses[4].Version != "2" || uses[5].Version != "k2" {
			t.Errorf("%+v (%v)", uses, err)
		}
		for version, known := range map[string]bool{"2": true, "3": true, "k2": false, "-2": false, "02": false, "": false, "k": false, "4": false} {
			e, err := shelf.Find(ctx, version)
			if known && (err != nil || e.Version != version || e.Set.Version != version) || !known && !fault.Is(err, fault.Missing) {
				t.Errorf("%q: %+v, %v", version, e, err)
			}
		}
		for _, odd := range []string{"k1", "k02", "k-2", "kk2", "two"} {
			if err := shelf.TakeUp(ctx, questions.Use{Version: odd, At: now}, log); !fault.Is(err, fault.Missing) {
				t.Errorf("%q was taken up: %v", odd, err)
			}
		}
	})
}
