package store_test

import (
	"os"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/report/board"
	"kilter/internal/store"
	"kilter/internal/testkit/bulk"
)

// The benchmarks of this file measure against databases filled once:
//
//	KILTER_BENCH_SQLITE=sqlite:/tmp/big.db KILTER_BENCH_POSTGRES=postgres://... \
//		KILTER_BENCH_FILL=1000000 go test -tags fill -run TestFillForBenchmarks -timeout 2h ./internal/store
//	(the same two) go test -run '^$' -bench Big ./internal/store
//
// Without them they are skipped.
var big = map[string]string{"sqlite": "KILTER_BENCH_SQLITE", "postgres": "KILTER_BENCH_POSTGRES"}

// bigDB opens the filled database of an engine, or skips.
func bigDB(b *testing.B, engine string) *store.DB {
	b.Helper()
	url := os.Getenv(big[engine])
	if url == "" {
		b.Skipf("%s names no filled database", big[engine])
	}
	db, err := store.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return db
}

func bothBig(b *testing.B, run func(*testing.B, *store.DB)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) { run(b, bigDB(b, engine)) })
	}
}

// scopesOfBench are who looks: Kilter itself, an agent of two teams, an official.
var scopesOfBench = map[string]people.Scope{
	"all":      people.Everything(),
	"agent":    {Own: bulk.Persons + 3, Teams: []people.TeamID{1, 4}, AllZones: true},
	"official": {Own: 17, AllZones: true},
}

// Promise: a page of 50 of a million in under 5 ms, in every order.
func BenchmarkBigList(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		for who, scope := range scopesOfBench {
			for name, q := range map[string]record.Query{
				"newest":    {},
				"oldest":    {Order: record.Oldest},
				"latest":    {Order: record.Latest},
				"open due":  {Order: record.SoonDue, Where: query.Is("open", "true")},
				"priority":  {Order: record.Priority, Where: query.Is("open", "true")},
				"team 3":    {Where: query.Is("team", "3")},
				"words":     {Where: query.Words("网络")},
				"rare word": {Where: query.Words(bulk.Rare)},
			} {
				b.Run(who+"/"+name, func(b *testing.B) {
					q.Kind, q.Limit, q.Inner = record.Incident, 50, true
					for b.Loop() {
						if _, err := db.Ledger().List(b.Context(), scope, q); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	})
}

// Promise: a search of a million in under 50 ms, whatever the word.
func BenchmarkBigSearch(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		for who, scope := range scopesOfBench {
			for name, text := range map[string]string{"rare": bulk.Rare, "common": "network", "chinese": "网络", "two words": "打印机 卡纸", "number": "INC-2026-00042"} {
				b.Run(who+"/"+name, func(b *testing.B) {
					for b.Loop() {
						if _, err := db.Finder().Search(b.Context(), scope, record.Search{Text: text, Kind: record.Incident, Limit: 20, Now: bulk.End, Inner: true}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	})
}

// Promise: the dashboard over a million in under 30 ms.
func BenchmarkBigBoard(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		for who, scope := range scopesOfBench {
			b.Run(who, func(b *testing.B) {
				for b.Loop() {
					if _, err := db.Boards().Board(b.Context(), scope, board.Ask{Kind: record.Incident, Live: liveStates, Now: bulk.End, Soon: 4 * time.Hour, Days: 30}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}

// Promise: registering with search, counters, clocks and audit in under 5 ms.
func BenchmarkBigRegister(b *testing.B) {
	bothBig(b, func(b *testing.B, db *store.DB) {
		now := bulk.End
		d, by := desk(db, &now), people.System(people.ViaJob)
		for b.Loop() {
			i := &incident.Incident{}
			i.Requester, i.Team = 17, 3
			if err := d.Open(b.Context(), by, i, record.Input{Fields: map[string]string{"title": "三楼打印机卡纸", "description": "用户反映今天上午开始无法使用，请尽快处理。restarting did not help"}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
