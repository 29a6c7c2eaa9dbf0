package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/signin"
)

// TestManyAreToldThoughItIsInterrupted: telling some hundred readers breaks off;
// it goes on where it stopped, everybody is told once, and whose account is locked
// is neither told nor counted.
func TestManyAreToldThoughItIsInterrupted(t *testing.T) {
	t.Parallel()
	const readers, reached = 320, 170
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			ctx, room := t.Context(), w.house.announcements
			tax := w.department(t, "tax")
			crowd := w.crowd(t, tax, readers)
			for _, who := range crowd[:2] {
				if err := w.house.db.Accounts().SaveAccount(ctx, &signin.Account{Person: who, Blocked: true, Why: "has left"}); err != nil {
					t.Fatal(err)
				}
			}
			starts := Now().UTC().Truncate(time.Hour).AddDate(0, 0, 14)
			c := w.authorised(t, "Firmware of the first host", "H1")
			c = w.move(t, w.manager, c, "schedule", "starts", starts.Format(time.RFC3339), "ends", starts.Add(4*time.Hour).Format(time.RFC3339), "owner", w.engineer.ID.String())
			w.taskTimes(t, c, starts)
			a, err := room.Draft(ctx, w.manager, c.Number)
			if err == nil {
				a, err = room.Edit(ctx, w.manager, c.Number, a.ID, change.Edited{Title: people.Text{En: "Mail is down", Zh: "邮件停用"}, Text: a.Text, Departments: []people.DepartmentID{tax}, Version: a.Changed})
			}
			if err != nil {
				t.Fatal(err)
			}
			tell, told := room.Tell, 0
			room.Tell = func(ctx context.Context, a *change.Announcement, who people.ID) error {
				if told++; told > reached {
					return errors.New("the power fails")
				}
				return tell(ctx, a, who)
			}
			if a, err = room.Send(ctx, w.manager, c.Number, a.ID, a.Changed); err != nil || a.Told != readers-2 || a.Draft() {
				t.Fatalf("sent, and interrupted: %+v, %v", a, err)
			}
			rung := func() (persons, bells int) {
				t.Helper()
				for _, who := range crowd {
					all, err := w.house.db.Nudges().Nudges(ctx, who)
					if err != nil {
						t.Fatal(err)
					}
					if bells += len(all); len(all) > 0 {
						persons++
					}
				}
				return persons, bells
			}
			if n, _ := rung(); n == 0 || n > reached {
				t.Errorf("before it goes on %d are told", n)
			}
			room.Tell = tell
			for range 2 { // a second turn finds nothing left
				if err := room.Resume(ctx); err != nil {
					t.Fatal(err)
				}
				if n, bells := rung(); n != readers-2 || bells != n {
					t.Errorf("%d persons are told with %d bells, want %d", n, bells, readers-2)
				}
			}
			if left, err := room.Store.Telling(ctx); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
			w.turnsTold(t, c, crowd[2:], reached)
		})
	}
}

// turnsTold: who was told of a change is told once that its date is open again
// though telling that breaks off, and that it does not take place; what does not
// last is not told.
func (w *works) turnsTold(t *testing.T, c *change.Change, told []people.ID, reached int) {
	t.Helper()
	ctx, room, now := t.Context(), w.house.announcements, Now()
	room.Now = func() time.Time { return now }
	bells := func(want notice.What, n int) {
		t.Helper()
		for _, who := range told {
			all, err := w.house.db.Nudges().Nudges(ctx, who)
			if err != nil || len(all) != n || all[0].What != want {
				t.Fatalf("%d has %+v, want %d bells, the last %s: %v", who, all, n, want, err)
			}
		}
	}
	turn := func(after time.Duration) error {
		now = now.Add(after)
		return room.Turn(ctx)
	}
	if err := turn(0); err != nil {
		t.Fatal(err)
	}
	c = w.move(t, w.manager, c, "reconsider")
	if err := turn(0); err != nil {
		t.Fatal(err)
	}
	bells(notice.WorkTold, 1)
	tell, n := room.TellTurn, 0
	room.TellTurn = func(ctx context.Context, a *change.Coming, turn *change.Turn, who people.ID) (bool, error) {
		if n++; n > reached {
			return false, errors.New("the power fails")
		}
		return tell(ctx, a, turn, who)
	}
	if err := turn(10 * time.Minute); err == nil {
		t.Error("it was not interrupted")
	}
	room.TellTurn = tell
	for range 2 {
		if err := turn(time.Minute); err != nil {
			t.Fatal(err)
		}
		bells(notice.WorkReopened, 2)
	}
	w.move(t, w.manager, c, "drop", "why_dropped", "No budget.")
	if err := w.house.db.Accounts().SaveAccount(ctx, &signin.Account{Person: told[0], Blocked: true, Why: "has left"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := turn(10 * time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	told = told[1:]
	bells(notice.WorkOff, 3)
	_, all, _, err := room.Of(ctx, w.manager, c.Number)
	if err != nil || len(all) != 1 || len(all[0].Turns) != 2 {
		t.Fatalf("what was told is not shown: %+v, %v", all, err)
	}
	for i, want := range []change.Turn{{Outlook: change.Reopened, Told: len(told) + 1}, {Outlook: change.Scrapped, Told: len(told)}} {
		if got := all[0].Turns[i]; got.Outlook != want.Outlook || got.Told != want.Told || !got.Done {
			t.Errorf("turn %d: %+v", i, got)
		}
	}
}

// crowd are staff of a department.
func (w *works) crowd(t *testing.T, of people.DepartmentID, n int) []people.ID {
	t.Helper()
	out := make([]people.ID, n)
	for i := range out {
		code := fmt.Sprintf("crowd-%03d", i)
		p := people.Person{Code: code, Name: code, Staff: true, Department: of, Changed: Now()}
		if err := w.house.db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		out[i] = p.ID
	}
	return out
}

// taskTimes: the tasks of a change are exported with their planned and real
// times, in the zone that the header names; in a workbook beside the list.
func (w *works) taskTimes(t *testing.T, c *change.Change, starts time.Time) {
	t.Helper()
	task := record.Task{Title: "Move the first blade", Starts: starts, Due: starts.Add(90 * time.Minute)}
	if _, err := w.house.changes.One(t.Context(), w.manager, c.Number, record.Input{}, func(s *record.Sitting[*change.Change], c *change.Change) error { return s.Plan(c, task) }); err != nil {
		t.Fatal(err)
	}
	ask := func(of, as string) string {
		return w.page(t, 200, w.token["change_manager"], "GET", "/changes/export?"+url.Values{"q": {"number:" + c.Ref()}, "of": {of}, "as": {as}}.Encode(), "")
	}
	table := ask("tasks", "csv")
	zone := w.house.place()
	for _, want := range []string{"Planned start (" + zone.String() + ")", "Actual end (" + zone.String() + ")", c.Ref(), "Move the first blade", starts.In(zone).Format("2006-01-02 15:04"), starts.Add(90 * time.Minute).In(zone).Format("2006-01-02 15:04")} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in %s", want, table)
		}
	}
	if book := ask("", "xlsx"); strings.Count(book, "xl/worksheets/sheet2.xml") == 0 {
		t.Error("the workbook of the list has no sheet of tasks")
	}
}
