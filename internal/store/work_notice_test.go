package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestWorkNotices(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		kept, day := db.WorkNotices(), time.Date(2026, 12, 4, 14, 0, 0, 0, time.UTC)
		log := audit.Row{At: day, Deed: change.ScheduleKeep, Result: audit.Done}
		keep := func(n change.Notice) (change.Notice, error) {
			err := kept.KeepNotice(t.Context(), &n, log)
			return n, err
		}
		open, err := keep(change.Notice{Source: change.FromProvince, Who: "Province", Ref: "P-1", Title: "Core", Impact: "dark", Span: change.Span{From: day, Until: day.Add(time.Hour)}, Items: []record.ItemID{4, 5}, Services: []record.ServiceID{7}, At: day})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keep(change.Notice{Source: change.FromProvince, Who: "Province", Ref: "P-1", Title: "Again", Span: open.Span, At: day}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same reference twice: %v", err)
		}
		closed, err := keep(change.Notice{Source: change.FromSupplier, Who: "Sup", Ref: "P-1", Title: "Secret", Span: open.Span, Zone: 3, Whole: true, At: day})
		if err != nil {
			t.Fatal(err)
		}
		all := people.Scope{AllZones: true}
		if got, err := kept.Notices(t.Context(), people.Scope{}, change.NoticesWanted{Refs: []string{"P-1"}, Limit: 9}); err != nil || len(got) != 1 || got[0].Title != "Core" || len(got[0].Items) != 2 || got[0].Services[0] != 7 {
			t.Errorf("seen without the network: %+v, %v", got, err)
		}
		if got, err := kept.Notices(t.Context(), all, change.NoticesWanted{Within: change.Span{From: day.Add(time.Hour)}, Limit: 9}); err != nil || len(got) != 0 {
			t.Errorf("after its end: %+v, %v", got, err)
		}
		if got, err := kept.Planned(t.Context(), open.Span); err != nil || len(got) != 2 || got[1].Zones[0] != 3 {
			t.Errorf("counted in the check: %+v, %v", got, err)
		}
		stale := closed
		closed.Withdrawn = true
		if closed, err = keep(closed); err != nil {
			t.Fatal(err)
		}
		if _, err := keep(stale); !fault.Is(err, fault.Conflict) {
			t.Errorf("an older version replaces a newer one: %v", err)
		}
		closed.Zone, closed.Source, closed.Who = 0, change.FromProvince, "Province"
		if _, err := keep(closed); !fault.Is(err, fault.Conflict) {
			t.Errorf("takes another's reference: %v", err)
		}
		if got, err := kept.Planned(t.Context(), open.Span); err != nil || len(got) != 1 {
			t.Errorf("withdrawn work counts: %+v, %v", got, err)
		}
		for _, agenda := range []change.Agenda{db.DatedChanges(), db.DatedReleases()} {
			if _, err := agenda.Dated(t.Context(), all, open.Span); err != nil {
				t.Error(err)
			}
			if _, err := agenda.Dated(t.Context(), people.Scope{}, open.Span); err != nil {
				t.Error(err)
			}
		}
	})
}
