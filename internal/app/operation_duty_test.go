package app

import (
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/access"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// What a team carries out of its recurring operations stands in the log of the
// shift that runs, once, and of one in a network not everybody is cleared for
// only that there was one. Without a shift it is written nowhere and done all
// the same.
func TestAFinishedOperationStandsInTheDutyLog(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			h, ctx := w.house, t.Context()
			thing := &setting.Thing{Kind: setting.Team, Code: "night", Name: people.Text{En: "Night", Zh: "夜班"}, Changed: Now()}
			if err := setting.Write(thing, people.Team{Members: []people.ID{w.id[access.Engineer]}}); err != nil {
				t.Fatal(err)
			}
			if err := h.settings.Save(ctx, thing); err != nil {
				t.Fatal(err)
			}
			by, team := w.actor(t, access.Engineer), people.TeamID(thing.ID)
			by.Lang, by.Scope.AllZones = "en", true
			runs := 0 // a plan has one run at a time
			finish := func(name string, network people.ZoneID) {
				t.Helper()
				runs++
				now := Now().UTC().Truncate(time.Millisecond)
				planned := now.Add(-time.Duration(runs) * time.Minute)
				run := operation.Run{Plan: 1, Name: people.Text{En: name, Zh: name}, Planned: planned, At: now, By: now.Add(time.Hour), Team: team, Network: network, State: operation.Due}
				if _, err := h.db.Operations().Add(ctx, []operation.Run{run}); err != nil {
					t.Fatal(err)
				}
				all, err := h.operations().List(ctx, by, operation.Query{Open: true, Teams: []people.TeamID{team}, Limit: 10})
				if err != nil || len(all) != 1 {
					t.Fatalf("%d runs, %v", len(all), err)
				}
				if _, err := h.operations().Finish(ctx, by, all[0].ID, operation.Found{Note: "all well", Version: all[0].Version}); err != nil {
					t.Fatal(err)
				}
			}
			finish("Before any shift", 0)
			shift, err := h.duty().Open(ctx, by, duty.Plan{Team: team, From: Now().Add(-time.Hour), To: Now().Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			finish("Look at the backups", 0)
			finish("Walk through the closed room", 7)
			book, err := h.duty().Read(ctx, by, shift.ID)
			if err != nil || len(book.Told) != 2 {
				t.Fatalf("%+v, %v: want the two of the shift", book, err)
			}
			for i, want := range []string{"Look at the backups: ", ""} {
				e := book.Told[i].Entry
				if e.Kind != duty.Operation || e.By != by.ID || e.Run == 0 || !strings.HasPrefix(e.Text, want) || strings.Contains(e.Text, "closed room") {
					t.Errorf("entry %d: %+v", i, e)
				}
			}
		})
	}
}
