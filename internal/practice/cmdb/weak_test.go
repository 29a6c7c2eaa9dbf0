package cmdb

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
)

// TestARiskIsAcceptedUntilADayToComeAtTheCentre: today is no day of review, tomorrow
// is, and a year from today is the last, whatever day it is in UTC.
func TestARiskIsAcceptedUntilADayToComeAtTheCentre(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	move, err := Weakening.Find(Weakening.Start, "accept_risk")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"2026-11-30T00:10:00+08:00", "2026-11-30T07:59:00+08:00", "2026-11-30T23:50:00+08:00"} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		d := &WeakDesk{Analyst: &Analyst{Now: func() time.Time { return now.UTC() }}, Place: func() *time.Location { return place }}
		today := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
		for day, taken := range map[time.Time]bool{
			today.AddDate(0, 0, -1): false, today: false, today.AddDate(0, 0, 1): true,
			today.AddDate(0, reviewMonths, 0): true, today.AddDate(0, reviewMonths, 1): false,
		} {
			w := &WeakPoint{State: Weakening.Start}
			err := d.fill(t.Context(), w, move, map[string]string{"note": "No money", "review": day.Format(time.DateOnly)})
			if list := fault.All(err); (err == nil) != taken || err != nil && (len(list) != 1 || list[0].Key != "cmdb.review_within") {
				t.Errorf("at %s until %s: %v", at, day.Format(time.DateOnly), err)
			}
			if taken && !w.Review.Equal(day) {
				t.Errorf("at %s kept %s for %s", at, w.Review, day)
			}
		}
	}
}
