package store_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// Of several items one is found as a whole: 12 is not 112, in a list as in a
// rule.
func TestAnItemAmongSeveralIsFoundWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now, by := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC), people.System(people.ViaJob)
		d := change.NewDesk(record.Desk[*change.Change]{Store: db.Changes(), Now: func() time.Time { return now }}, change.City{}, db.Ledger(), db.ChangeShelf())
		var all []*change.Change
		for _, items := range []string{"12", "112", "5,12,120", "", "1,2"} {
			one, err := d.Raise(t.Context(), by, record.Input{Fields: map[string]string{"title": "of " + items, "items": items}})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, one)
		}
		fields := record.Conditions(change.Flow, change.Sheet())
		means := query.Context{Now: now, Look: func(_ query.Type, text string) ([]int64, error) {
			id, err := strconv.ParseInt(text, 10, 64)
			return []int64{id}, err
		}}
		for _, c := range []struct {
			text, expr string
			want       []int
		}{
			{"items:12", `"12" in items`, []int{0, 2}},
			{"items:112", `"112" in items`, []int{1}},
			{"配置项:5,112", `"5" in items or "112" in items`, []int{1, 2}},
			{"-items:12", `not ("12" in items)`, []int{1, 3, 4}},
			{"items:!=12", `not ("12" in items)`, []int{1, 3, 4}},
			{"items:none", `len(items) == 0`, []int{3}},
			{"items:none,2", `len(items) == 0 or "2" in items`, []int{3, 4}},
		} {
			where, err := fields.Read(c.text, means)
			if err != nil {
				t.Fatalf("%s: %v", c.text, err)
			}
			rows, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Changes, Where: where, Limit: 50})
			if err != nil {
				t.Fatalf("%s: %v", c.text, err)
			}
			for n, one := range all {
				want := slices.Contains(c.want, n)
				if listed := slices.ContainsFunc(rows, func(r record.Row) bool { return r.ID == one.ID }); listed != want {
					t.Errorf("%s: %q listed %v", c.text, one.Title, listed)
				}
				for lang, text := range map[rule.Language]string{rule.Query: c.text, rule.Expr: c.expr} {
					cond, err := rule.Compile(lang, text, rule.World{Fields: fields, Means: means})
					if err != nil {
						t.Fatalf("%s: %v", text, err)
					}
					if holds, _, err := cond.Holds(rule.Case{Picture: d.Picture(one), Now: now}); err != nil || holds != want {
						t.Errorf("%s: %q holds %v, %v", text, one.Title, holds, err)
					}
				}
			}
		}
	})
}
