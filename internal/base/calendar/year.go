package calendar

import (
	"slices"
	"sort"
	"time"
)

// year holds the business time of one calendar year as moments, so that every
// question is two binary searches: a year is worked out once and kept.
type year struct {
	spans []span
	total time.Duration
}

// span is one stretch of business time; sum is what the year had before it.
type span struct {
	from, to time.Time
	sum      time.Duration
}

// before is the business time of the year that lies before t.
func (y *year) before(t time.Time) time.Duration {
	i := sort.Search(len(y.spans), func(i int) bool { return y.spans[i].from.After(t) })
	if i == 0 {
		return 0
	}
	s := y.spans[i-1]
	if t.After(s.to) {
		t = s.to
	}
	return s.sum + t.Sub(s.from)
}

// after finds the earliest moment, not before t, by which d of the year's
// business time has passed.
func (y *year) after(d time.Duration, t time.Time) (time.Time, bool) {
	if d > y.total {
		return t, false
	}
	// The first span at whose end d has passed; nothing more to wait for means
	// that t itself must lie in it.
	i := sort.Search(len(y.spans), func(i int) bool {
		s := y.spans[i]
		return s.to.After(t) && s.sum+s.to.Sub(s.from) >= d
	})
	if i == len(y.spans) {
		return t, false
	}
	at := y.spans[i].from.Add(max(0, d-y.spans[i].sum))
	if at.Before(t) {
		at = t
	}
	return at, true
}

// until is after looking back: d counts from the end of the year.
func (y *year) until(d time.Duration, t time.Time) (time.Time, bool) {
	if d > y.total {
		return t, false
	}
	rest := y.total - d
	i := sort.Search(len(y.spans), func(i int) bool {
		s := y.spans[i]
		return !s.from.Before(t) || s.sum > rest
	}) - 1
	if i < 0 {
		return t, false
	}
	s := y.spans[i]
	at := s.from.Add(min(rest-s.sum, s.to.Sub(s.from)))
	if at.After(t) {
		at = t
	}
	return at, true
}

// Years outside these are worked out each time: nobody asks for them twice.
const firstKept, lastKept = 1970, 2200

func (c *Calendar) year(y int) *year {
	if known, ok := c.years.Load(y); ok {
		return known.(*year)
	}
	made := c.build(y)
	if y >= firstKept && y <= lastKept {
		c.years.Store(y, made)
	}
	return made
}

func (c *Calendar) build(y int) *year {
	out := &year{}
	w := wall{zone: c.Zone}
	last := number(y+1, time.January, 1)
	for day := number(y, time.January, 1); day < last; day++ {
		for _, h := range c.hours(day) {
			s := span{from: w.moment(day, h.from), to: w.moment(day, h.to), sum: out.total}
			if !s.from.Before(s.to) {
				continue // the clock was put forward over the whole interval
			}
			out.total += s.to.Sub(s.from)
			out.spans = append(out.spans, s)
		}
	}
	out.spans = slices.Clip(out.spans)
	return out
}

// hours is what is worked on a day: a make-up working day beats a day off,
// a dated day off and a yearly one beat the week.
func (c *Calendar) hours(day int) []hours {
	sp, dated := c.dates[day]
	if dated && sp.work {
		return c.week[sp.like]
	}
	if dated || c.yearly(day) {
		return nil
	}
	return c.week[weekday(day)]
}

func (c *Calendar) yearly(day int) bool {
	if len(c.annual) == 0 {
		return false
	}
	_, off := c.annual[monthDay(day)]
	return off
}

// number counts days from 1 January 1970, by the wall calendar.
func number(y int, m time.Month, d int) int {
	return floorDiv(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), 86400)
}

func floorDiv(a, b int64) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return int(q)
}

func civil(day int) time.Time      { return time.Unix(int64(day)*86400, 0).UTC() }
func yearOf(day int) int           { return civil(day).Year() }
func monthDay(day int) int         { t := civil(day); return int(t.Month())*100 + t.Day() }
func weekday(day int) time.Weekday { return time.Weekday(((day+4)%7 + 7) % 7) } // 1 January 1970 was a Thursday

// dayOf is the day number of a moment's local date.
func dayOf(t time.Time, zone *time.Location) int {
	y, m, d := t.In(zone).Date()
	return number(y, m, d)
}

// wall turns local wall-clock times into moments. It remembers the zone's
// current offset and how long that holds, which spares most look-ups.
type wall struct {
	zone     *time.Location
	offset   int64
	from, to int64 // seconds between which offset surely holds
}

const dayLong = 86400

// moment is the earliest one at which the local clock shows that second of
// that day or later. So the hour that summer time skips has no length, the
// hour that comes twice in autumn belongs to the interval that is open when it
// first comes, and two intervals that touch never overlap.
func (w *wall) moment(day, second int) time.Time {
	local := int64(day)*dayLong + int64(second)
	if guess := local - w.offset; guess > w.from && guess < w.to {
		return time.Unix(guess, 0)
	}
	d := civil(day)
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, second, 0, w.zone)
	_, off := t.Zone()
	start, end := t.ZoneBounds()
	w.remember(int64(off), start, end)
	switch shown := t.Unix() + int64(off); {
	case shown > local: // skipped, and t is after the change
		return start
	case shown < local: // skipped, and t is before it
		return end
	}
	if !start.IsZero() {
		_, was := start.Add(-time.Nanosecond).In(w.zone).Zone()
		if first := local - int64(was); first < start.Unix() {
			return time.Unix(first, 0) // shown twice
		}
	}
	return t
}

func (w *wall) remember(off int64, start, end time.Time) {
	w.offset, w.from, w.to = off, -1<<62, 1<<62
	if !start.IsZero() {
		w.from = start.Unix() + 2*dayLong
	}
	if !end.IsZero() {
		w.to = end.Unix() - 2*dayLong
	}
}
