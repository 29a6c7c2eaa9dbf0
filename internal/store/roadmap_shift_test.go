package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A step that is moved and the programme that tells of it are kept together: when
// somebody was at the step meanwhile, the programme says nothing either.
func TestAStepMovesWithItsProgrammeOrNotAtAll(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now, shelf := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC), db.Programmes()
		log := audit.By(people.System(people.ViaJob), now, programme.DeedEdit, "roadmap:1")
		p := &programme.Programme{Name: people.Text{En: "P"}, State: programme.Approved, Doc: programme.Doc{Start: now, Horizon: now.AddDate(1, 0, 0)}, Made: now}
		if err := shelf.Keep(ctx, p, log); err != nil {
			t.Fatal(err)
		}
		steps := []programme.Step{{Phase: 1, Place: 1, Kind: roadmap.Step, Process: maturity.Incident, To: maturity.Level(2), State: roadmap.Planned}}
		if err := shelf.Lay(ctx, p, steps, log); err != nil {
			t.Fatal(err)
		}
		stands := func(altered bool, phase int) {
			t.Helper()
			kept, err := shelf.Find(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			all, err := shelf.Steps(ctx, p.ID)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			if kept.Altered.IsZero() == altered || all[0].Phase != phase {
				t.Errorf("altered %v, phase %d", kept.Altered, all[0].Phase)
			}
		}
		shift := func(of, stepVersion, phase int64) error {
			next, moved := *p, steps[0]
			next.Altered, next.Version, moved.Version, moved.Phase = now, of, stepVersion, int(phase)
			return shelf.Shift(ctx, &next, &moved, log, log)
		}
		version := p.Version
		if err := shift(version, 99, 2); !fault.Is(err, fault.Stale) {
			t.Errorf("a step of another version: %v", err)
		}
		stands(false, 1)
		if err := shift(99, 1, 2); !fault.Is(err, fault.Stale) {
			t.Errorf("a programme of another version: %v", err)
		}
		stands(false, 1)
		if err := shift(version, 1, 2); err != nil {
			t.Fatal(err)
		}
		stands(true, 2)
	})
}
