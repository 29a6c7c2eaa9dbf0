package store_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/report/agenda"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// What came of promises between teams is added up within a period and a scope, of what
// did not change since; the mark of what was counted is kept, and one without a moment
// forgets it all.
func TestPromisesBetweenTeamsAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		ctx, s, at := t.Context(), db.TeamPromises(), time.UnixMilli(inside)
		p := review.Period{From: at.Add(-time.Hour), Until: at.Add(time.Hour)}
		later := at.Add(30 * time.Minute)
		solved := func(more cols) int64 { return h.rec("incident", with(cols{"resolved": inside, "live": false}, more)) }
		one, two, hidden := solved(nil), solved(nil), solved(cols{"zone": 8})
		old, moved := solved(cols{"resolved": outside}), solved(cols{"moved": later.UnixMilli()})
		open := h.rec("incident", cols{"moved": later.UnixMilli()})
		h.rec("incident", nil)
		var all []agenda.Promised
		for n, id := range []int64{one, two, hidden, moved} {
			all = append(all, agenda.Promised{Record: id, Agreement: 7, Resolved: at, Met: n != 1})
		}
		all = append(all, agenda.Promised{Record: old, Agreement: 7, Resolved: time.UnixMilli(outside), Met: true})
		if err := s.Keep(ctx, all); err != nil {
			t.Fatal(err)
		}
		sums := func(scope people.Scope, before time.Time, want map[int64]agenda.Sum) {
			t.Helper()
			if got, err := s.Sums(ctx, scope, before, p); err != nil || !maps.Equal(got, want) {
				t.Errorf("%+v, %v; want %+v", got, err, want)
			}
		}
		sums(people.Everything(), later, map[int64]agenda.Sum{7: {Met: 2, Missed: 1}})
		sums(people.Everything(), later.Add(time.Hour), map[int64]agenda.Sum{7: {Met: 3, Missed: 1}})
		sums(people.Scope{All: true}, later, map[int64]agenda.Sum{7: {Met: 1, Missed: 1}})
		if err := s.Keep(ctx, []agenda.Promised{{Record: one}, {Record: two, Agreement: 9, Resolved: at, Met: true}}); err != nil {
			t.Fatal(err)
		}
		sums(people.Everything(), later, map[int64]agenda.Sum{7: {Met: 1}, 9: {Met: 1}})

		for _, c := range []struct {
			name  string
			since time.Time
			p     review.Period
			want  []int64
		}{
			{"all that are resolved", time.Time{}, review.Period{}, []int64{one, two, hidden, old, moved}},
			{"of a period", time.Time{}, p, []int64{one, two, hidden, moved}},
			{"that changed since, open ones among them", later, review.Period{}, []int64{moved, open}},
			{"of a period, that changed since", later, p, []int64{moved}},
		} {
			var got []int64
			err := s.Cases(ctx, people.Everything(), c.since, c.p, func(one *agenda.Case) error {
				if got = append(got, one.Record); one.Resolved.IsZero() != (one.Record == open) {
					t.Errorf("%s: %+v", c.name, one)
				}
				return nil
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
			}
		}

		before, err := s.Imports(ctx)
		if err != nil {
			t.Fatal(err)
		}
		h.told(one, true)
		after, err := s.Imports(ctx)
		if err != nil || after == before {
			t.Errorf("an import changes nothing: %q, %v", after, err)
		}
		mark := agenda.Mark{At: later.UTC(), Book: "b", Imports: after}
		if err := s.Settle(ctx, mark); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Mark(ctx); err != nil || !got.At.Equal(mark.At) || got.Book != "b" || got.Imports != after {
			t.Errorf("%+v, %v", got, err)
		}
		sums(people.Everything(), later, map[int64]agenda.Sum{7: {Met: 1}, 9: {Met: 1}})
		if err := s.Settle(ctx, agenda.Mark{}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Mark(ctx); err != nil || got != (agenda.Mark{}) {
			t.Errorf("%+v, %v", got, err)
		}
		sums(people.Everything(), later.Add(time.Hour), map[int64]agenda.Sum{})
	})
}
