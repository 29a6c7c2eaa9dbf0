package store_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// TestFiguresOfReviews: causes, broken promises and recurring operations of a period are
// counted within the scope of the reader, and what another tool said of its own promise
// counts.
func TestFiguresOfReviews(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		all, few := people.Everything(), people.Scope{All: true, Cleared: []people.ZoneID{7}}
		from := time.UnixMilli(inside).Add(-time.Hour)
		p := review.Period{From: from, Until: from.Add(10 * time.Hour)}
		ctx := t.Context()

		h.rec("incident", cols{"resolved": inside, "cause": 3})
		h.rec("incident", cols{"resolved": inside, "cause": 3})
		h.rec("incident", cols{"resolved": inside, "cause": 3, "zone": 8})
		h.rec("incident", cols{"resolved": inside})
		h.rec("incident", cols{"resolved": outside, "cause": 3})
		h.rec("incident", cols{"resolved": p.Until.UnixMilli(), "cause": 3})
		for _, c := range []struct {
			scope people.Scope
			want  []review.Caused
		}{{all, []review.Caused{{Cause: 3, N: 3}, {N: 1}}}, {few, []review.Caused{{Cause: 3, N: 2}, {N: 1}}}} {
			if got, err := db.ReviewShelf().Causes(ctx, c.scope, p); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("causes: %+v, %v", got, err)
			}
		}

		clock := func(record int64, name, state string, more cols) {
			h.row("clock", with(cols{"record": record, "name": name, "state": state}, more))
		}
		missed, running := cols{"broke": inside, "stopped": hoursAfter(inside, 1), "agreement": 41}, cols{"due": inside}
		late := h.rec("incident", cols{"cause": 3})
		clock(late, "resolve", "missed", missed)
		clock(late, "respond", "missed", missed)
		clock(h.rec("incident", nil), "resolve", "running", running)
		clock(h.rec("incident", cols{"zone": 8}), "resolve", "missed", missed)
		clock(h.rec("incident", nil), "resolve", "met", missed)
		clock(h.rec("incident", nil), "resolve", "running", cols{"due": p.Until.UnixMilli()})
		clock(h.rec("incident", nil), "resolve", "missed", cols{"broke": outside})
		clock(h.rec("incident", nil), "update", "missed", missed)
		told := func(kept bool) int64 { // another tool said so of its own promise
			id := h.rec("incident", nil)
			h.told(id, kept)
			clock(id, "resolve", "missed", missed)
			return id
		}
		told(true)
		theirs := told(false)
		both := review.Broken{Cause: 3, Agreement: 41, Respond: true, Resolve: true, N: 1}
		for _, c := range []struct {
			scope people.Scope
			want  []review.Broken
		}{
			{all, []review.Broken{{Resolve: true, N: 2}, {Agreement: 41, Resolve: true, N: 1}, both}},
			{few, []review.Broken{{Resolve: true, N: 2}, both}},
		} {
			got, err := db.ReviewShelf().Broken(ctx, c.scope, p, 1)
			if err != nil || !slices.Equal(got.Broken, c.want) {
				t.Errorf("broken: %+v, %v", got, err)
				continue
			}
			for _, hit := range got.First { // the first of each, and no other
				if hit.Number == record.Number(20260000000+theirs) {
					t.Errorf("%+v is the second without a cause or an agreement", hit)
				}
			}
			if want := (review.Hit{Number: record.Number(20260000000 + late), Cause: 3, Agreement: 41}); !slices.Contains(got.First, want) || got.First[0] != want {
				t.Errorf("the first: %+v", got.First)
			}
		}
		if got, err := db.ReviewShelf().Broken(ctx, all, review.Period{From: p.Until, Until: p.Until.Add(time.Millisecond)}, 5); err != nil || len(got.Broken) != 1 || len(got.First) != 1 || got.Broken[0].N != 1 {
			t.Errorf("what falls due at the end of the period: %+v, %v", got, err)
		}

		plan := h.row("setting", cols{"kind": "operation", "code": "op", "doc": "{}"})
		for n, one := range []cols{
			{"state": "done", "ended": inside},
			{"state": "done", "ended": hoursAfter(inside, 3)},
			{"state": "done", "ended": inside, "results": `[{"verdict":"deviation"}]`},
			{"state": "missed"},
			{"state": "missed", "zone": 8},
			{"state": "done", "ended": inside, "at": outside},
		} {
			h.row("operation_run", with(cols{"kind": "backup_check", "at": inside, "due": hoursAfter(inside, 1), "plan": plan, "planned": n}, one))
		}
		ran, err := db.ReviewShelf().Ran(ctx, few, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []review.Ran{
			{Kind: operation.BackupCheck, State: operation.Done, N: 1},
			{Kind: operation.BackupCheck, State: operation.Done, Late: true, N: 1},
			{Kind: operation.BackupCheck, State: operation.Done, Deviated: true, N: 1},
			{Kind: operation.BackupCheck, State: operation.Missed, N: 1},
		} {
			if !slices.Contains(ran, want) {
				t.Errorf("%+v is not in %+v", want, ran)
			}
		}
		if len(ran) != 4 {
			t.Errorf("%+v", ran)
		}
	})
}
