package change_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// lacks lists the fields and keys that keep a move from being made.
func lacks(t *testing.T, c *change.Change, move string) []string {
	t.Helper()
	m, err := change.Flow.Find(c.State, move)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range fault.All(m.Fit(c)) {
		out = append(out, f.Field+":"+f.Key)
	}
	return out
}

// assessed is a change that has all it needs to be carried out.
func assessed() *change.Change {
	c := &change.Change{Type: change.Normal, Reason: "end of support", Items: []record.ItemID{4}, Procedure: "replace", BackOut: "put the old one back", BackOutTime: 60, Starts: noon, Ends: noon.Add(4 * time.Hour)}
	c.Requester, c.Owner, c.Second, c.Test = 1, 2, 3, "in the laboratory"
	c.Impact, c.Likelihood = 2, 2
	return c
}

func TestWhatMovesNeed(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name  string
		state flow.State
		move  string
		spoil func(*change.Change)
		want  []string
	}{
		{"all is there", change.Assessing, "propose", nil, nil},
		{"no way back", change.Assessing, "propose", func(c *change.Change) { c.BackOut, c.BackOutTime = "  ", 0 }, []string{"back_out:record.required", "back_out_time:record.required"}},
		{"no risk", change.Assessing, "propose", func(c *change.Change) { c.Impact = 0 }, []string{"impact:record.required"}},
		{"nothing that is changed", change.Draft, "submit", func(c *change.Change) { c.Items = nil }, []string{"items:change.no_subject"}},
		{"a service will do", change.Draft, "submit", func(c *change.Change) { c.Items, c.Service = nil, 9 }, nil},
		{"an emergency is not filtered", change.Submitted, "filter", func(c *change.Change) { c.Type = change.Emergency }, []string{":change.is_emergency"}},
		{"nobody carries it out", change.Authorised, "schedule", func(c *change.Change) { c.Owner = 0 }, []string{"owner:record.required"}},
		{"alone by twos", change.Authorised, "schedule", func(c *change.Change) { c.Second = c.Owner }, []string{"second:change.same_person"}},
		{"the window ends first", change.Authorised, "schedule", func(c *change.Change) { c.Ends = c.Starts }, []string{"ends:change.ends_before"}},
		{"no time to back out", change.Authorised, "schedule", func(c *change.Change) { c.BackOutTime = 240 }, []string{"ends:change.no_time_to_back_out"}},
		{"the window just fits", change.Authorised, "schedule", func(c *change.Change) { c.BackOutTime = 239 }, nil},
		{"a window of weeks", change.Authorised, "schedule", func(c *change.Change) { c.Ends = c.Starts.AddDate(0, 1, 0) }, []string{"ends:change.window_too_long"}},
		{"only standard changes are authorised before", change.Submitted, "preauthorise", nil, []string{":change.not_standard"}},
		{"an emergency is documented first", change.Implemented, "review", func(c *change.Change) { c.Type = change.Emergency }, []string{":change.not_documented"}},
		{"and then reviewed", change.Documented, "review", func(c *change.Change) { c.Type = change.Emergency }, nil},
		{"the items are to be true", change.Reviewing, "close", func(c *change.Change) { c.Result, c.Review = change.Success, "went well" }, []string{"updated:record.required"}},
		{"not when it was taken back", change.Reviewing, "close", func(c *change.Change) { c.Result, c.Review = change.TakenBack, "went badly" }, nil},
		{"one voice is not two", change.Submitted, "record_emergency", func(c *change.Change) {
			c.Type, c.Spoken, c.First, c.Other = change.Emergency, noon, 8, 8
		}, []string{"other_voice:change.same_voice"}},
		{"neither who asked nor who helps", change.Submitted, "record_emergency", func(c *change.Change) {
			c.Type, c.Spoken, c.First, c.Other = change.Emergency, noon, 1, 3
		}, []string{"first_voice:change.voice_barred", "other_voice:change.voice_barred"}},
	} {
		c := assessed()
		c.State = x.state
		if x.spoil != nil {
			x.spoil(c)
		}
		if got := lacks(t, c, x.move); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// A change is begun inside its window, and while there is time to take it back.
func TestBegins(t *testing.T) {
	t.Parallel()
	c := assessed()
	for _, x := range []struct {
		after time.Duration
		want  string
	}{
		{-time.Minute, "change.outside_window"}, {0, ""}, {3*time.Hour - 1, ""}, {3 * time.Hour, "change.too_late_to_begin"}, {4 * time.Hour, "change.outside_window"},
	} {
		got := ""
		if all := fault.All(c.Begins(noon.Add(x.after))); len(all) > 0 {
			got = all[0].Key
		}
		if got != x.want {
			t.Errorf("%v after its beginning: %q, want %q", x.after, got, x.want)
		}
	}
	c.Type = change.Emergency
	if err := c.Begins(noon.AddDate(0, 0, -3)); err != nil {
		t.Errorf("an emergency waits for no window: %v", err)
	}
}

// What is owed of an emergency has its time from when it was submitted, whatever
// was written to it since; one that was returned and submitted again has it anew.
func TestOwing(t *testing.T) {
	t.Parallel()
	c := assessed()
	c.State, c.Opened, c.Moved = change.Submitted, noon.Add(-time.Hour), noon.Add(20*time.Hour)
	past := []record.Entry{
		{At: noon, From: change.Draft, To: change.Submitted},
		{At: noon.Add(20 * time.Hour), From: change.Submitted, To: change.Submitted, Text: "the supplier was called"},
	}
	policy := change.StandardEmergency()
	if d, owes := c.Owing(policy, past); owes {
		t.Errorf("an ordinary change owes %v", d)
	}
	c.Type = change.Emergency
	owed := func(name string, what change.Duty, since time.Time, hours int) {
		t.Helper()
		if d, owes := c.Owing(policy, past); !owes || d.What != what || !d.Since.Equal(since) || !d.Due.Equal(since.Add(time.Duration(hours)*time.Hour)) {
			t.Errorf("%s: %v %v", name, d, owes)
		}
	}
	owed("a note puts nothing off", change.ToRecord, noon, 24)
	again := noon.Add(30 * time.Hour)
	past = append(past, record.Entry{At: noon.Add(25 * time.Hour), From: change.Submitted, To: change.Draft}, record.Entry{At: again, From: change.Draft, To: change.Submitted})
	owed("submitted again", change.ToRecord, again, 24)
	past = nil
	owed("no word of how it came", change.ToRecord, c.Opened, 24)
	c.State, c.Ended = change.Implemented, noon.Add(2*time.Hour)
	owed("carried out", change.ToDocument, c.Ended, 48)
	c.State = change.Documented
	if d, owes := c.Owing(policy, past); owes {
		t.Errorf("a documented one owes %v", d)
	}
}

func TestItems(t *testing.T) {
	t.Parallel()
	f, _ := change.Sheet().Find("items")
	c := &change.Change{}
	if err := f.Set(c, " 7, 3,7,"); err != nil || f.Get(c) != "3,7" {
		t.Errorf("%q, %v", f.Get(c), err)
	}
	for _, bad := range []string{"x", "-1", "0", "1;2"} {
		if err := f.Set(c, bad); err == nil || f.Get(c) != "3,7" {
			t.Errorf("%q was taken, or what was there is lost: %q, %v", bad, f.Get(c), err)
		}
	}
	if err := f.Set(c, ""); err != nil || len(c.Items) != 0 {
		t.Errorf("%v, %v", c.Items, err)
	}
}
