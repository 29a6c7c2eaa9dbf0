package app

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/practice/duty"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// In the demo city a hand-over waits for those of the next shift, a shift ends
// without one, an operation is missed: each is told once to whom it concerns,
// and gone when read.
func TestTheWatchIsReminded(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			ctx, now := t.Context(), Now()
			var h *house
			if engine == "sqlite" {
				h = demoCopy(t, "S")
			} else if h = testHouse(t, engine); h.fill(ctx, "S") != nil {
				t.Fatal("the city is not filled")
			}
			open, err := h.db.Duty().Shifts(ctx, people.Everything(), duty.Query{Open: true, Limit: 9})
			if err != nil || len(open) < 2 {
				t.Fatalf("%d shifts are not handed over: %v", len(open), err)
			}
			later := now.Add(20 * time.Hour)
			run := missed(t, h, now)
			for range 2 { // however often it is looked at
				for _, look := range []func() error{
					func() error { return h.remindWatch(ctx, now) },
					func() error { return h.remindWatch(ctx, later) },
					func() error { return h.remindMissed(ctx, now) },
				} {
					if err := look(); err != nil {
						t.Fatal(err)
					}
				}
			}
			for i := range open {
				s := &open[i]
				if s.State == duty.Running {
					h.told(t, s.Who[0], notice.ShiftLate, s.ID, 1)
					continue
				}
				all, err := h.db.Duty().Handovers(ctx, people.Everything(), s.ID)
				if err != nil {
					t.Fatal(err)
				}
				last := all[len(all)-1]
				next, err := h.db.Duty().Shift(ctx, people.Everything(), last.Next)
				if err != nil {
					t.Fatal(err)
				}
				var taker people.ID
				if others := slices.DeleteFunc(slices.Clone(next.Who), func(id people.ID) bool { return id == last.GivenBy }); len(others) > 0 {
					taker = others[0]
				} else { // he has both shifts: another of the team is to take over
					team := h.directory.View().Team(s.Team)
					taker = slices.DeleteFunc(append([]people.ID{team.Lead}, team.Members...), func(id people.ID) bool { return id == last.GivenBy || id == 0 })[0]
				}
				h.told(t, taker, notice.ShiftWaits, last.ID, 1)
				h.told(t, last.GivenBy, notice.ShiftWaits, last.ID, 0)
			}
			team := h.directory.View().Team(run.Team)
			h.told(t, team.Members[1], notice.RunMissed, run.ID, 1)
			if err := h.db.Nudges().ReadNudge(ctx, team.Members[1], 0, now); err != nil {
				t.Fatal(err)
			}
			all, err := h.db.Nudges().Nudges(ctx, team.Members[1])
			if err != nil || len(all) == 0 || all[0].Read.IsZero() {
				t.Errorf("read: %+v, %v", all, err)
			}
			h.deaf(t, append([]people.ID{team.Lead, run.Owner}, team.Members...))
			quiet := missed(t, h, now.Add(-time.Hour))
			if err := h.remindMissed(ctx, now); err != nil {
				t.Fatal(err)
			}
			h.told(t, team.Members[1], notice.RunMissed, quiet.ID, 0)
			if done, err := h.db.Nudges().Nudged(ctx, notice.RunMissed, quiet.ID); err != nil || !done {
				t.Errorf("nobody wants to hear of it, and it is looked at again and again: %v", err)
			}
		})
	}
}

// deaf has persons switch off everything about missed operations.
func (h *house) deaf(t *testing.T, who []people.ID) {
	t.Helper()
	for i, id := range who {
		if id == 0 || slices.Contains(who[:i], id) {
			continue
		}
		p, err := h.db.Person(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		p.Doc.Prefs = people.Prefs{notice.Pref(notice.RunMissed, notice.Bell): "off", notice.Pref(notice.RunMissed, notice.Mail): "off"}
		if err := h.db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
	}
}

// missed is a run that nobody did.
func missed(t *testing.T, h *house, now time.Time) operation.Run {
	t.Helper()
	plan := h.settings.All().Coded(setting.Operation, "machine-room")
	p, err := setting.Read[operation.Plan](*plan)
	if err != nil {
		t.Fatal(err)
	}
	r := operation.Run{Plan: plan.ID, Name: plan.Name, Planned: now.Add(-3 * time.Hour), At: now.Add(-3 * time.Hour), By: now.Add(-2 * time.Hour), Team: p.Team, State: operation.Missed}
	if _, err := h.db.Operations().Add(t.Context(), []operation.Run{r}); err != nil {
		t.Fatal(err)
	}
	all, err := h.db.Operations().List(t.Context(), people.Everything(), operation.Query{Plan: plan.ID, Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		if one.State == operation.Missed && one.At.Equal(r.At.Truncate(time.Millisecond)) {
			return one
		}
	}
	t.Fatal("the run is not there")
	return r
}

// told checks how often a person was told of something.
func (h *house) told(t *testing.T, who people.ID, what notice.What, target int64, want int) {
	t.Helper()
	all, err := h.db.Nudges().Nudges(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, one := range all {
		if one.What == what && one.Target == target {
			n++
		}
	}
	if n != want {
		t.Errorf("person %d was told %d times of %s %d, want %d", who, n, what, target, want)
	}
}
