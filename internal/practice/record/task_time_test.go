package record_test

import (
	"testing"
	"time"

	"kilter/internal/practice/record"
)

// A task is compared with its plan as far as both are known: what goes on counts
// up to now, and only when that is past its plan.
func TestTaskKept(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	plan := record.Task{State: record.TaskOpen, Starts: noon, Due: at(60)}
	const none = 99999
	for _, x := range []struct {
		name               string
		now                int
		do                 func(*record.Task)
		start, end, longer int
	}{
		{"before its time", -5, func(*record.Task) {}, none, none, none},
		{"not begun", 10, func(*record.Task) {}, 10, none, none},
		{"begun early", 10, func(k *record.Task) { k.Begun = at(-15) }, -15, none, none},
		{"runs past its end", 90, func(k *record.Task) { k.Begun = at(0) }, 0, 30, none},
		{"late and quick", 300, func(k *record.Task) { k.State, k.Begun, k.Ended = record.TaskDone, at(40), at(70) }, 40, 10, -30},
		{"nobody said when it was begun", 300, func(k *record.Task) { k.State, k.Ended = record.TaskDone, at(50) }, none, -10, none},
		{"dropped", 300, func(k *record.Task) { k.State = record.TaskDropped }, none, none, none},
		{"without a begin in its plan", 300, func(k *record.Task) {
			k.State, k.Starts, k.Begun, k.Ended = record.TaskDone, time.Time{}, at(1), at(61)
		}, none, 1, none},
	} {
		k := plan
		x.do(&k)
		got := k.Kept(at(x.now))
		for name, pair := range map[string]struct {
			is   *time.Duration
			want int
		}{"start": {got.Start, x.start}, "end": {got.End, x.end}, "longer": {got.Longer, x.longer}} {
			if (pair.is == nil) != (pair.want == none) || pair.is != nil && *pair.is != time.Duration(pair.want)*time.Minute {
				t.Errorf("%s: %s is %v, want %d minutes", x.name, name, pair.is, pair.want)
			}
		}
	}
}
