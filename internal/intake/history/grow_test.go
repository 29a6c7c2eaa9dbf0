package history_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/history"
	"kilter/internal/practice/history"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

const (
	growMap = "source: x\nshape: event_log\ncolumns: {case: id, time: at, activity: what, team: team, title: title}\n"
	growLog = "id,at,what,team,title\n1,2026-03-02 09:00,new,A,No mail\n2,2026-03-02 09:00,new,A,Slow\n"
	growNow = growLog + "1,2026-03-02 10:00,closed,B,No mail at all\n3,2026-03-02 11:00,new,C,Lost\n"
)

func (c centre) bring(t *testing.T, rules, log string) history.Import {
	t.Helper()
	in, err := c.intake.Run(t.Context(), system, intake.Job{Map: []byte(rules), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil }})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// told is all that is written down of the records, to compare before and
// after. Versions go up when a record is told anew, so they are left out.
func (c centre) told(t *testing.T) string {
	t.Helper()
	rows, err := c.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	for _, r := range rows {
		i, err := c.db.Incidents().Find(t.Context(), people.Everything(), r.Number)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := c.db.Ledger().Timeline(t.Context(), r.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		for k := range lines {
			lines[k].ID = 0
		}
		i.Version = 0
		out = append(out, i, lines)
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestACaseGrows: a longer log tells known cases on, under their numbers, and
// taking it back brings back what stood there before.
func TestACaseGrows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		first := c.bring(t, growMap, growLog)
		before, names := c.told(t), c.count(t)

		job := intake.Job{Map: []byte(growMap), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(growNow)), nil }}
		would, err := c.intake.Try(ctx, system, job)
		if err != nil {
			t.Fatal(err)
		}
		second := c.bring(t, growMap, growNow)
		got := second.Result
		if got.New != 1 || got.Known != 1 || got.Updated != 1 || got.Changed != 0 {
			t.Errorf("%d new, %d known, %d updated, %d changed", got.New, got.Known, got.Updated, got.Changed)
		}
		got.Numbers = nil
		if diff := cmp.Diff(would, got); diff != "" {
			t.Errorf("the trial promised something else:\n%s", diff)
		}
		one, err := db.Incidents().Find(ctx, people.Everything(), record.NewNumber(2026, 1))
		if err != nil || one.State != "closed" || one.Title != "No mail at all" || one.Reassigned != 1 || one.Closed.IsZero() {
			t.Errorf("%+v, %v", one, err)
		}
		from, to, err := c.report.Period("2026-03-01", "2026-04-01")
		if err != nil {
			t.Fatal(err)
		}
		if r, err := c.report.Make(ctx, system, from, to); err != nil || r.Opened != 3 || r.Closed != 1 || r.Backlog != 2 || r.Reassigned != 1 {
			t.Errorf("%+v, %v", r.Figures, err)
		}
		if third := c.bring(t, growMap, growNow); third.ID != 0 || third.Result.Known != 3 {
			t.Errorf("a third run: %+v", third.Result)
		}
		if _, err := c.intake.Undo(ctx, system, first.ID, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("the first was taken back before the second: %v", err)
		}
		back, err := c.intake.Undo(ctx, system, second.ID, nil)
		if err != nil || back.Removed != 1 || back.Restored != 1 || back.Kept != 0 {
			t.Fatalf("%+v, %v", back, err)
		}
		if diff := cmp.Diff(before, c.told(t)); diff != "" {
			t.Errorf("taken back, it says:\n%s", diff)
		}
		if diff := cmp.Diff(names, c.count(t)); diff != "" {
			t.Errorf("left over:\n%s", diff)
		}
		// The numbers go on as if the second had never been.
		if again := c.bring(t, growMap, growNow); again.Result.Numbers[0] != "INC-2026-00003" || again.Result.Updated != 1 {
			t.Errorf("once more: %+v", again.Result)
		}
	})
}

// TestAPartOrOursStays: a log with less of a case than before, and one that
// tells on what somebody has worked on here, change nothing and say so.
func TestAPartOrOursStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		c.bring(t, growMap, growNow)
		part := c.bring(t, growMap, "id,at,what,team,title\n1,2026-03-02 10:00,resolved,B,Part\n")
		if part.ID != 0 || part.Result.Changed != 1 || part.Result.Rejects[0].Key != history.Shorter || part.Result.Rejects[0].Line != 2 {
			t.Errorf("a part: %+v", part.Result)
		}
		if _, err := c.desk.Note(ctx, system, record.NewNumber(2026, 1), record.Input{Text: "looked at it"}); err != nil {
			t.Fatal(err)
		}
		ours := c.bring(t, growMap, growNow+"2,2026-03-03 10:00,closed,B,Slow\n")
		if ours.Result.Changed != 1 || ours.Result.Updated != 0 || ours.Result.Rejects[0].Key != history.WorkedOn {
			t.Errorf("ours: %+v", ours.Result)
		}
	})
}

// TestWhatRestsRests: no duty closes what another tool's history leaves
// resolved; what is resolved here is closed as ever.
func TestWhatRestsRests(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		c.bring(t, growMap, growLog+"1,2026-03-02 10:00,resolved,A,No mail\n")
		silent := func() []record.Number {
			t.Helper()
			list, err := db.IncidentShelf().Silent(ctx, today.Add(24*time.Hour), 10)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := silent(); len(list) > 0 {
			t.Errorf("to be closed: %v", list)
		}
		for _, move := range []string{"reopen", "resolve"} {
			if _, err := c.desk.Move(ctx, system, record.NewNumber(2026, 2), move, record.Input{Text: "still there", Fields: map[string]string{"solution": "done", "cause": "1", "no_item": "none"}}); err != nil {
				t.Fatal(err)
			}
		}
		if list := silent(); len(list) != 1 {
			t.Errorf("resolved here, to be closed: %v", list)
		}
	})
}

// TestAWrongYear: a record said to be opened in a year to come does not take
// the numbers of this one with it.
func TestAWrongYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := open(t, db)
		in := c.bring(t, growMap, growLog+"9,2126-03-02 10:00,new,A,Typo\n")
		if diff := cmp.Diff([]string{"INC-2026-00001", "INC-2026-00003"}, in.Result.Numbers); diff != "" {
			t.Error(diff)
		}
	})
}
