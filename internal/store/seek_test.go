package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
)

// However a list with words is read, it is the same list.
func TestEveryWayToWordsGivesTheSameList(t *testing.T) {
	t.Parallel()
	db, err := store.OpenQuick(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _, who := scattered(t, db, rand.New(rand.NewPCG(7, 7)), 300)
	ways := []struct {
		name              string
		rare, least, most int
	}{{"the plain one", 0, 0, 0}, {"looked up", 1000, 0, 0}, {"walked", 1, 7, 40}, {"walked to the end", 1, 1000, 1000}}
	wheres := map[string]query.Node{
		"a word": query.Words("mail"), "of nobody": query.Words("zebra"), "in Chinese": query.Words("网络"), "two": query.Words("mail", "登录"), "nothing to look for": query.Words("?!"),
		"and open": query.All(query.Words("mail"), query.Is("open", "true")), "and team": query.All(query.Is("team", "1"), query.All(query.Words("mail"), query.Words("odd"))),
		"or team": query.Any(query.Words("mail"), query.Is("team", "1")), "not": query.All(query.Reverse(query.Words("mail")), query.Words("jam")),
	}
	scopes := map[string]people.Scope{"all": people.Everything(), "team": {Own: who[0], Teams: []people.TeamID{1}, AllZones: true}, "own": {Own: who[1], AllZones: true}}
	for name, where := range wheres {
		for by, scope := range scopes {
			for _, order := range []record.Order{record.Newest, record.Oldest, record.Latest, record.SoonDue, record.Priority} {
				for _, inner := range []bool{true, false} {
					var want []string
					for _, way := range ways {
						db.SeekForTest(way.rare, way.least, way.most)
						q := record.Query{Kind: record.Incident, Where: where, Order: order, Inner: inner, Limit: 9}
						got := pages(t, db, scope, q)
						n, err := db.Ledger().Count(t.Context(), scope, q, 50)
						if err != nil {
							t.Fatal(err)
						}
						got = append(got, fmt.Sprint("of ", n))
						if way.rare == 0 {
							want = got
						} else if !slices.Equal(got, want) {
							t.Errorf("%s, %s, %s, inner %v: %s gives %v, want %v", name, by, order, inner, way.name, got, want)
						}
					}
				}
			}
		}
	}
}

// pages reads three pages of a list.
func pages(t *testing.T, db *store.DB, scope people.Scope, q record.Query) (out []string) {
	t.Helper()
	for range 3 {
		rows, err := db.Ledger().List(t.Context(), scope, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, fmt.Sprint(r.Number.N()))
		}
		if len(rows) == 0 {
			break
		}
		q.After = after(rows[len(rows)-1], q.Order)
	}
	return out
}

// after is the place behind a row.
func after(last record.Row, o record.Order) record.Cursor {
	return record.Cursor{ID: last.ID, Value: map[record.Order]int64{
		record.Newest: last.Opened.UnixMilli(), record.Oldest: last.Opened.UnixMilli(), record.Latest: last.Moved.UnixMilli(),
		record.SoonDue: dueOf(last), record.Priority: int64(last.Priority),
	}[o]}
}

// dueOf is the due moment as lists keep it: the end of time for none.
func dueOf(r record.Row) int64 {
	if r.Due.IsZero() {
		return 253402300799000
	}
	return r.Due.UnixMilli()
}
