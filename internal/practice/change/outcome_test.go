package change_test

import (
	"testing"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
)

// What followed a change is sorted by when it happened and whether it is about
// what was touched; the facts speak for a result.
func TestMeasure(t *testing.T) {
	t.Parallel()
	c := assessed()
	if c.Measure(nil, nil, noon) != nil {
		t.Error("measured before it was carried out")
	}
	c.Begun, c.Ended = noon, noon.Add(2*time.Hour)
	at := func(after time.Duration, item record.ItemID) change.Happened {
		return change.Happened{Head: record.Head{Opened: c.Ended.Add(after)}, Item: item}
	}
	touches := func(h change.Happened) bool { return h.Item == 4 }
	const day = 24 * time.Hour
	all := []change.Happened{
		at(-9*day, 4), at(-3*day, 4), at(-2*day, 5), at(-time.Hour, 4), at(0, 4), at(3*day-1, 5), at(3*day, 4), at(7*day, 4),
	}
	o := c.Measure(all, touches, c.Ended.Add(6*day))
	if len(o.Preceding) != 1 || len(o.Meanwhile) != 1 || len(o.First) != 1 || len(o.Following) != 2 || len(o.Caused) != 0 || o.Complete() {
		t.Errorf("%+v", o)
	}
	if o.Proposed != change.Incidents || o.Overrun != 0 || !o.Windowed {
		t.Errorf("more after than before: %s, overrun %v", o.Proposed, o.Overrun)
	}
	caused := at(20*day, 5)
	caused.Caused = true
	c.Ended = c.Ends.Add(time.Minute)
	for _, x := range []struct {
		name  string
		found []change.Happened
		spoil func()
		want  change.Result
	}{
		{"late", nil, func() {}, change.Overran},
		{"one names it, weeks later", []change.Happened{caused}, func() {}, change.Incidents},
		{"in time", nil, func() { c.Ended = c.Ends }, change.Success},
		{"taken back", []change.Happened{caused}, func() { c.WhyBackedOut = "no" }, change.TakenBack},
		{"failed", nil, func() { c.WhyBackedOut, c.WhyFailed = "", "no" }, change.Failed},
	} {
		x.spoil()
		if o := c.Measure(x.found, touches, noon.Add(30*day)); o.Proposed != x.want || !o.Complete() || len(o.Following) != 0 {
			t.Errorf("%s: %+v, want %s", x.name, o, x.want)
		}
	}
}
