package day_test

import (
	"testing"
	"time"

	"kilter/internal/base/day"
)

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	place, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func TestADayBeginsAndEndsWhereSomebodyIs(t *testing.T) {
	t.Parallel()
	place, monday := shanghai(t), time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now        string
		place      *time.Location
		come, over bool
	}{
		{"2026-11-29T15:59:59Z", place, false, false},
		{"2026-11-29T16:10:00Z", place, true, false}, // 00:10
		{"2026-11-29T23:59:00Z", place, true, false}, // 07:59
		{"2026-11-30T00:00:00Z", place, true, false},
		{"2026-11-30T15:50:00Z", place, true, false}, // 23:50
		{"2026-11-30T16:00:00Z", place, true, true},
		{"2026-11-29T23:59:00Z", nil, false, false},
		{"2026-11-30T23:59:00Z", nil, true, false},
		{"2026-12-01T00:00:00Z", nil, true, true},
		{"2026-11-30T04:59:00Z", newYork, false, false},
		{"2026-12-01T04:59:00Z", newYork, true, false},
		{"2026-12-01T05:00:00Z", newYork, true, true},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if come, over := day.Come(monday, now, c.place), day.Over(monday, now, c.place); come != c.come || over != c.over {
			t.Errorf("at %s in %v: come %v, over %v", c.now, c.place, come, over)
		}
		if come := !now.Before(day.Begin(monday, c.place)); come != c.come {
			t.Errorf("at %s in %v it begins at %s", c.now, c.place, day.Begin(monday, c.place))
		}
		if over := !now.Before(day.End(monday, c.place)); over != c.over {
			t.Errorf("at %s in %v it ends at %s", c.now, c.place, day.End(monday, c.place))
		}
	}
}

func TestTodayIsTheDayOfTheClockAtThePlace(t *testing.T) {
	t.Parallel()
	place, now := shanghai(t), time.Date(2026, 12, 31, 16, 30, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	for _, c := range []struct {
		place func() *time.Location
		want  string
	}{
		{nil, "2026-12-31T00:00:00Z"},
		{func() *time.Location { return nil }, "2026-12-31T00:00:00Z"},
		{func() *time.Location { return place }, "2027-01-01T00:00:00Z"},
	} {
		if got := day.Today(clock, c.place).Format(time.RFC3339); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
