// Package day knows days of the wall: dates as they stand in forms and on
// paper, kept as midnight in UTC whatever the place. A day is no moment: it
// begins and ends where somebody is, in China eight hours before it does in UTC.
// Whoever compares one with a clock does it here.
package day

import "time"

// Of is the day of a moment at a place, UTC where none is given.
func Of(moment time.Time, place *time.Location) time.Time {
	if place == nil {
		place = time.UTC
	}
	y, m, d := moment.In(place).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Come reports whether a day has begun at a place.
func Come(day, now time.Time, place *time.Location) bool { return !Of(now, place).Before(Of(day, nil)) }

// Over reports whether a day has ended at a place: on the day itself it has not.
func Over(day, now time.Time, place *time.Location) bool { return Of(now, place).After(Of(day, nil)) }

// Begin is the moment at which a day begins at a place.
func Begin(day time.Time, place *time.Location) time.Time {
	if place == nil {
		place = time.UTC
	}
	y, m, d := day.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, place)
}

// End is the moment at which a day is over at a place.
func End(day time.Time, place *time.Location) time.Time {
	return Begin(day.UTC().AddDate(0, 0, 1), place)
}

// Today is the day that a clock shows at a place; either function of the place
// may be missing, for UTC.
func Today(now func() time.Time, place func() *time.Location) time.Time {
	if place == nil {
		return Of(now(), nil)
	}
	return Of(now(), place())
}
