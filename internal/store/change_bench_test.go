package store_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
)

// season puts 500 changes, planned over the days from a day on, into a database
// with the package graph, and gives what plans against them.
func season(b *testing.B, db *store.DB, ids map[string]record.ItemID, from time.Time, days int) *handoff.Planning {
	b.Helper()
	codes, random := slices.Sorted(maps.Keys(ids)), rand.New(rand.NewPCG(5, 90))
	var batch []*record.Whole[*change.Change]
	for range 500 {
		at := from.Add(time.Duration(random.IntN(days*24*4)) * 15 * time.Minute)
		c := &change.Change{Type: change.Normal, Starts: at, Ends: at.Add(time.Duration(1+random.IntN(8)) * time.Hour)}
		c.Title, c.State, c.Opened, c.Moved = "Security update", change.Scheduled, from.AddDate(0, 0, -20), from.AddDate(0, 0, -10)
		for range 1 + random.IntN(3) {
			c.Items = append(c.Items, ids[codes[random.IntN(len(codes))]])
		}
		batch = append(batch, &record.Whole[*change.Change]{Rec: c, Live: true, Entries: []record.Entry{{At: c.Opened, Deed: "change.open", To: change.Draft}}})
	}
	if err := db.LoadChanges().Load(b.Context(), batch, audit.By(people.System(people.ViaImport), from, "change.import", "change")); err != nil {
		b.Fatal(err)
	}
	shelf := db.ChangeShelf()
	return &handoff.Planning{
		Analyst:  &cmdb.Analyst{Atlas: atlasOf(b, db), Settings: func() *setting.All { return nil }},
		Planners: []change.Planner{shelf, db.WorkNotices()}, Past: shelf.Past, Now: func() time.Time { return from }, Witness: db.ChangeWitness(),
	}
}

// BenchmarkPlanned is what a page and the API ask of the schedule, the database
// and what the reader may see with it: one change against 500 planned over 90
// days, the next free times of 90 days, and the calendar of a month in which 500
// changes lie. Promises: 200 ms, 1 s and 100 ms.
func BenchmarkPlanned(b *testing.B) {
	db, ids := packageGraph(b)
	from := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	by := people.System(people.ViaShell)
	p := season(b, db, ids, from, 90)
	within := change.Span{From: from, Until: from.Add(change.Horizon)}
	for _, code := range []string{"0ad-data", "perl", "libc6"} {
		c := &change.Change{Items: []record.ItemID{ids[code]}}
		if _, err := p.Meets(b.Context(), by, c, within); err != nil { // the topology is in memory from here on
			b.Fatal(err)
		}
		b.Run("collisions/"+code, func(b *testing.B) {
			defer processor(b)()
			n := 0
			for b.Loop() {
				found, err := p.Meets(b.Context(), by, c, within)
				if err != nil {
					b.Fatal(err)
				}
				n = len(found)
			}
			b.ReportMetric(float64(n), "found")
		})
		b.Run("free/"+code, func(b *testing.B) {
			defer processor(b)()
			for b.Loop() {
				if _, err := p.Free(b.Context(), by, c, change.Ask{Length: 3 * time.Hour, From: within.From, Until: within.Until}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("list", func(b *testing.B) { unkept(b, p, by, from) })
	b.Run("month", func(b *testing.B) {
		month := from.AddDate(1, 0, 0) // one of its own, with 500
		season(b, db, ids, month, 30)
		s := &handoff.Schedule{
			Planning: p, Agendas: map[string]change.Agenda{"change.read": db.DatedChanges(), "release.read": db.DatedReleases()},
			Notices: &change.Notices{Store: db.WorkNotices(), Now: p.Now}, Zone: func(record.ServiceID) people.ZoneID { return 0 }, Retired: func(record.ServiceID) bool { return false },
		}
		defer processor(b)()
		b.ResetTimer()
		for b.Loop() {
			sheet, err := s.Show(b.Context(), by, change.Span{From: month, Until: month.AddDate(0, 0, 31)})
			if err != nil || len(sheet.Work) != 500 {
				b.Fatal(len(sheet.Work), err)
			}
		}
	})
}

// unkept is the list of collisions: all 500 planned changes are checked again
// against a freeze of a service, a maintenance window of another and ten notices.
// Promise: 200 ms of CPU.
func unkept(b *testing.B, p *handoff.Planning, by people.Actor, from time.Time) {
	b.Helper()
	arranged := change.Arranged{
		Freezes: []change.FreezeRule{{ID: 1, About: change.About{Services: []record.ServiceID{41}}, Span: change.Span{From: from.AddDate(0, 0, 20), Until: from.AddDate(0, 0, 30)}}},
		Upkeep:  []change.UpkeepRule{{ID: 2, About: change.About{Services: []record.ServiceID{42}}, Most: 1}},
	}
	with := &handoff.Planning{Analyst: p.Analyst, Planners: append(p.Planners[:1:1], noted{from}), Now: p.Now, Arranged: func(context.Context, change.Span) (change.Arranged, error) { return arranged, nil }}
	defer processor(b)()
	b.ResetTimer()
	for b.Loop() {
		if _, err := with.Unkept(b.Context(), by, from.Add(-time.Minute)); err != nil {
			b.Fatal(err)
		}
	}
}

// noted are notices of others about networks and services.
type noted struct{ from time.Time }

func (n noted) Planned(context.Context, change.Span) (out []change.Planned, err error) {
	for i := range 10 {
		at := n.from.AddDate(0, 0, 5*i)
		out = append(out, change.Planned{Head: record.Head{ID: int64(i + 1)}, Source: change.FromProvince, Span: change.Span{From: at, Until: at.AddDate(0, 0, 1)}, Services: []record.ServiceID{record.ServiceID(50 + i)}})
	}
	return out, nil
}
