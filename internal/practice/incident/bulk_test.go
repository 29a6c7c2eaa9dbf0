package incident_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

func TestBulkAndUndo(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		var ns []record.Number
		for range 3 {
			ns = append(ns, c.register(c.call(nil)).Number)
		}
		half := c.register(c.call(map[string]string{"impact": ""})).Number
		ns = append(ns, half)
		act := record.Act{Move: "accept", Input: record.Input{Fields: map[string]string{"owner": id(c.bo.ID)}}}
		preview, err := c.Preview(t.Context(), c.bo, act, ns)
		if err != nil || len(preview) != 4 {
			t.Fatalf("preview %+v, %v", preview, err)
		}
		if i, err := c.Find(t.Context(), c.bo, ns[0]); err != nil || i.State != incident.Assigned || i.Version != 1 {
			t.Fatalf("the preview did something: %s, %v", i.State, err)
		}
		batch, done, err := c.Bulk(t.Context(), c.bo, act, ns)
		if err != nil {
			t.Fatal(err)
		}
		for n, o := range done {
			if refused := o.Number == half; refused != (o.Refused != nil) || refused != (preview[n].Refused != nil) || !refused && o.To != incident.InProgress {
				t.Errorf("%d: %+v, foreseen %+v", o.Number, o, preview[n])
			}
		}
		c.now = c.now.Add(time.Minute)
		c.move(c.bo, ns[1], "wait", record.Input{Fields: map[string]string{"waiting": "parts"}})
		if _, err := c.Undo(t.Context(), c.anna, batch); !fault.Is(err, fault.Missing) {
			t.Errorf("somebody else undid it: %v", err)
		}
		undone, err := c.Undo(t.Context(), c.bo, batch)
		if err != nil || len(undone) != 3 {
			t.Fatalf("undone %+v, %v", undone, err)
		}
		for _, o := range undone {
			i, err := c.Find(t.Context(), c.bo, o.Number)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case o.Number == ns[1]:
				if o.Refused == nil || i.State != incident.Pending {
					t.Errorf("one that moved on is %s, %v", i.State, o.Refused)
				}
			case o.Refused != nil || i.State != incident.Assigned || i.Owner != 0 || !i.Accepted.IsZero():
				t.Errorf("undone: %s, owner %d, %v", i.State, i.Owner, o.Refused)
			case !slices.Contains(o.Left, "record.undo_told"):
				t.Error("the requester was told, and nobody says that this stays")
			}
		}
		if _, err := c.Undo(t.Context(), c.bo, batch); !fault.Is(err, fault.Conflict) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestBulkEditAndItsUndo(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a, b := c.register(c.call(nil)).Number, c.register(c.call(map[string]string{"category": "30"})).Number
		batch, out, err := c.Bulk(t.Context(), c.anna, record.Act{Edit: map[string]string{"category": "40", "urgency": "1"}}, []record.Number{a, b, a})
		if err != nil || len(out) != 2 || out[0].Refused != nil {
			t.Fatalf("%+v, %v", out, err)
		}
		if _, err := c.Edit(t.Context(), c.anna, b, []record.Change{{Field: "category", Was: "40", Now: "50"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		undone, err := c.Undo(t.Context(), c.anna, batch)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := c.Find(t.Context(), c.anna, a)
		second, _ := c.Find(t.Context(), c.anna, b)
		if first.Category != 20 || first.Urgency != 2 || first.Priority != 3 {
			t.Errorf("undone: category %d, urgency %d, priority %d", first.Category, first.Urgency, first.Priority)
		}
		if second.Category != 50 || second.Urgency != 1 || undone[1].Refused == nil {
			t.Errorf("changed since, and undone all the same: category %d, urgency %d", second.Category, second.Urgency)
		}
		if _, _, err := c.Bulk(t.Context(), c.user, record.Act{Move: "cancel"}, []record.Number{a}); !fault.Is(err, fault.Denied) {
			t.Errorf("an official acted in bulk: %v", err)
		}
		if _, err := c.Preview(t.Context(), c.anna, record.Act{Move: "cancel"}, make([]record.Number, 501)); !fault.Is(err, fault.TooMuch) {
			t.Errorf("501 at once: %v", err)
		}
	})
}

func TestSilenceCloses(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		c.now = time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC) // a Thursday
		call := c.call(nil)
		call.Solved = solution()
		i := c.register(call)
		j := c.register(call)
		c.move(c.user, j.Number, "reopen", record.Input{Text: "no"})
		for _, k := range []struct {
			at   time.Time
			want int
		}{
			{time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC), 0}, // Monday: two working days
			{time.Date(2026, 12, 1, 1, 59, 0, 0, time.UTC), 0},
			{time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC), 1}, // Tuesday, to the minute
			{time.Date(2026, 12, 2, 2, 0, 0, 0, time.UTC), 0}, // and once only
		} {
			c.now = k.at
			done, err := c.CloseSilent(t.Context(), 100)
			if err != nil || len(done) != k.want {
				t.Errorf("%s: closed %v, %v", k.at, done, err)
			}
		}
		if got, err := c.Find(t.Context(), c.anna, i.Number); err != nil || got.State != incident.Closed || got.Closed.IsZero() {
			t.Errorf("%s, %v", got.State, err)
		}
	})
}

func TestSimilarIncidentsAreHintedAt(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		old := c.register(c.call(nil))
		c.now = c.now.Add(9 * time.Hour)
		near, other := c.register(c.call(nil)), c.register(c.call(map[string]string{"category": "30"}))
		rows, err := c.Similar(t.Context(), c.anna, 1, 20)
		if err != nil || len(rows) != 1 || rows[0].ID != near.ID {
			t.Errorf("hints %+v, %v; want %s, neither %s (too old) nor %s", rows, err, near.Ref(), old.Ref(), other.Ref())
		}
		blind := c.anna
		blind.Scope.AllZones, blind.Scope.Cleared = false, nil
		if rows, err := c.Similar(t.Context(), blind, 1, 20); err != nil || len(rows) != 0 {
			t.Errorf("hints beyond the clearance: %+v, %v", rows, err)
		}
	})
}

// TestMajorOwesItsReview though nobody stood it down before silence closed it.
func TestMajorOwesItsReview(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		call := c.call(nil)
		call.Solved = solution()
		i, plain := c.register(call), c.register(call)
		c.move(c.user, i.Number, "reopen", record.Input{Text: "no"})
		c.move(c.mei, i.Number, "declare", record.Input{Text: "the whole hall is down"})
		c.move(c.mei, i.Number, "resolve", record.Input{Fields: solution()})
		c.now = c.now.AddDate(0, 0, 14)
		if done, err := c.CloseSilent(t.Context(), 100); err != nil || len(done) != 2 {
			t.Fatalf("closed %v, %v", done, err)
		}
		for _, k := range []struct {
			n    record.Number
			owed bool
		}{{i.Number, true}, {plain.Number, false}} {
			if got, err := c.Find(t.Context(), c.mei, k.n); err != nil || got.ReportDue.IsZero() == k.owed {
				t.Errorf("%s: review due %s, %v", got.Ref(), got.ReportDue, err)
			}
		}
		if got := c.move(c.mei, i.Number, "report", record.Input{Fields: map[string]string{"report": "why, and what changes"}}); !got.ReportDue.IsZero() {
			t.Errorf("still due %s", got.ReportDue)
		}
	})
}

func TestMajor(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		if _, err := c.Publish(t.Context(), c.mei, i.Number, "x"); !fault.Is(err, fault.Conflict) {
			t.Errorf("posted about an ordinary incident: %v", err)
		}
		if _, err := c.Move(t.Context(), c.anna, i.Number, "declare", record.Input{Text: "x"}); !fault.Is(err, fault.Denied) {
			t.Errorf("an agent declared it: %v", err)
		}
		got := c.move(c.mei, i.Number, "declare", record.Input{Text: "the whole hall is down"})
		if !got.Major || !got.NextUpdate.Equal(c.now.Add(30*time.Minute)) {
			t.Errorf("major %v, next update %s", got.Major, got.NextUpdate)
		}
		if got, err := c.Claim(t.Context(), c.mei, i.Number, "lead"); err != nil || got.Lead != c.mei.ID {
			t.Errorf("lead %d, %v", got.Lead, err)
		}
		c.now = c.now.Add(31 * time.Minute)
		if late, err := c.LateUpdates(t.Context(), c.now); err != nil || len(late) != 1 {
			t.Errorf("late %v, %v", late, err)
		}
		for range 2 { // a job may be interrupted
			if err := c.Remind(t.Context(), c.mei, i.Number); err != nil {
				t.Fatal(err)
			}
		}
		past, err := c.db.Ledger().Timeline(t.Context(), i.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		reminded := 0
		for _, e := range past {
			if e.Deed == "incident.remind" {
				reminded++
			}
		}
		if reminded != 1 {
			t.Errorf("reminded %d times of one late update", reminded)
		}
		if got, err := c.Publish(t.Context(), c.mei, i.Number, "We expect to be back at noon."); err != nil || !got.NextUpdate.Equal(c.now.Add(30*time.Minute)) {
			t.Errorf("next update %s, %v", got.NextUpdate, err)
		}
		if late, err := c.LateUpdates(t.Context(), c.now); err != nil || len(late) != 0 {
			t.Errorf("late %v, %v", late, err)
		}
		cleared := c.user
		cleared.Scope.Cleared = append(cleared.Scope.Cleared, 3)
		posts, err := c.Board(t.Context(), cleared, c.now.AddDate(0, 0, -1))
		if err != nil || len(posts) != 1 || posts[0].Text != "We expect to be back at noon." || !posts[0].Major {
			t.Errorf("board %+v, %v", posts, err)
		}
		if posts, err := c.Board(t.Context(), c.user, c.now.AddDate(0, 0, -1)); err != nil || len(posts) != 0 {
			t.Errorf("the board shows a network that the reader is not cleared for: %+v, %v", posts, err)
		}
		c.move(c.mei, i.Number, "accept", record.Input{Fields: map[string]string{"owner": id(c.mei.ID)}})
		c.move(c.mei, i.Number, "resolve", record.Input{Fields: solution()})
		got = c.move(c.mei, i.Number, "stand_down", record.Input{Text: "stable for an hour"})
		if got.Major || !got.NextUpdate.IsZero() || got.ReportDue.IsZero() {
			t.Errorf("stood down: %+v", got)
		}
		if got = c.move(c.mei, i.Number, "report", record.Input{Fields: map[string]string{"report": "what happened"}}); !got.ReportDue.IsZero() || got.Report == "" {
			t.Errorf("reported: %+v", got)
		}
	})
}
