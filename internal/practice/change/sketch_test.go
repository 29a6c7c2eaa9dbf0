package change

import (
	"testing"
	"time"
)

// A change that was brought in with a window longer than one may be is planned
// with the longest there is.
func TestATimeIsNeverSoughtForLongerThanAWindow(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		Change
		want time.Duration
	}{
		"its window":   {Change{Starts: begin, Ends: begin.Add(3 * time.Hour)}, 3 * time.Hour},
		"too long":     {Change{Starts: begin, Ends: begin.AddDate(0, 0, 15)}, 14 * 24 * time.Hour},
		"none":         {Change{BackOutTime: 10}, 2 * time.Hour},
		"a long way":   {Change{BackOutTime: 90}, 3 * time.Hour},
		"the longest":  {Change{BackOutTime: 14 * 24 * 60}, 14 * 24 * time.Hour},
		"begins alone": {Change{Starts: begin}, 2 * time.Hour},
	} {
		if got := c.Length(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
