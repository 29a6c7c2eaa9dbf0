package people_test

import (
	"context"
	"testing"
	"time"

	"kilter/internal/practice/people"
)

// Thousands who were changed at one moment are not read again for ever, and
// whoever is changed later is still found.
func TestTheRollComesToRest(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1_700_000_000_000)
	all := []people.Enrolled{{ID: 1, Changed: at}, {ID: 2, Changed: at}}
	read := 0
	r := &people.Roll{Since: func(_ context.Context, since time.Time) (out []people.Enrolled, err error) {
		for _, e := range all {
			if !e.Changed.Before(since) {
				out = append(out, e)
			}
		}
		read = len(out)
		return out, nil
	}}
	refresh := func(times, want int) {
		t.Helper()
		for range times {
			if err := r.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if read != want {
			t.Errorf("%d persons read, want %d", read, want)
		}
	}
	refresh(2, 2)
	all = append(all, people.Enrolled{ID: 3, Changed: at}) // of the same moment, committed later
	refresh(1, 3)
	refresh(8, 0)
	all = append(all, people.Enrolled{ID: 4, Changed: at.Add(time.Millisecond)})
	refresh(1, 1)
	for id := people.ID(1); id <= 4; id++ {
		if _, ok := r.Find(id); !ok {
			t.Errorf("person %d is not on the roll", id)
		}
	}
	refresh(8, 0)
}
