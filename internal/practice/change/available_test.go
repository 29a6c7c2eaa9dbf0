package change_test

import (
	"math"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
)

// Availability is agreed hours less those of outages: what overlaps counts once,
// what lies outside the hours or in the future does not count, and each service is
// measured by itself.
func TestAvailability(t *testing.T) {
	t.Parallel()
	c := assessed()
	c.Begun, c.Ended = noon, noon.Add(2*time.Hour)
	const day = 24 * time.Hour
	down := func(service record.ServiceID, from, until time.Duration) change.Outage {
		o := change.Outage{Head: record.Head{Service: service, Opened: c.Ended.Add(from)}}
		if until != 0 {
			o.Until = c.Ended.Add(until)
		}
		return o
	}
	o := c.Measure(nil, nil, c.Ended.Add(6*day))
	office, err := calendar.New(calendar.Spec{Name: "office", Zone: "UTC", Week: calendar.EveryDay(calendar.Weekdays, calendar.Interval{"00:00", "12:00"})})
	if err != nil {
		t.Fatal(err)
	}
	o.Avail([]record.ServiceID{7, 8, 9}, []change.Outage{
		down(7, -2*day, -2*day+2*time.Hour),
		down(7, day, day+3*time.Hour), down(7, day+time.Hour, day+5*time.Hour), // five hours together
		down(7, 5*day, 0), // it lasts: a day until now
	}, func(id record.ServiceID) *calendar.Calendar {
		if id == 8 {
			return office
		}
		return nil
	})
	if len(o.Availability) != 3 {
		t.Fatalf("%+v", o.Availability)
	}
	one := o.Availability[0]
	if one.Before != (change.Uptime{Agreed: 7 * day, Out: 2 * time.Hour}) || one.First != (change.Uptime{Agreed: 3 * day, Out: 5 * time.Hour}) || one.After != (change.Uptime{Agreed: 6 * day, Out: 29 * time.Hour}) || !one.Lapses() {
		t.Errorf("%+v", one)
	}
	if eight := o.Availability[1]; eight.Before.Out != 0 || eight.Lapses() || eight.After.Agreed > 3*day+12*time.Hour || eight.After.Agreed < 2*day {
		t.Errorf("in office hours: %+v", eight)
	}
	if share, ok := one.First.Share(); !ok || math.Abs(share-67./72) > 1e-9 {
		t.Errorf("share %v %v", share, ok)
	}
	if _, ok := (change.Uptime{}).Share(); ok {
		t.Error("a share of no time")
	}
	if all := o.Together(); all.Before.Out != 2*time.Hour || all.First.Agreed < 6*day {
		t.Errorf("together %+v", all)
	}
}
