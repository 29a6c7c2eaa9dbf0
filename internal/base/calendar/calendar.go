// Package calendar counts business time: the hours in which a service is
// promised, with its weekly pattern, its days off and the weekend days that
// are worked to make up for a long holiday.
//
// Two conventions, recorded in docs/adr/0010-business-time.md: a moment that
// is reached exactly at closing time stays on that evening, and no time at all
// added outside hours rolls to the next opening.
package calendar

import (
	"sync"
	"time"
	_ "time/tzdata" // an isolated machine may have no zone files of its own

	"kilter/internal/base/fault"
)

// Calendar is a compiled Spec; it never changes, and many goroutines may use
// it at once. A nil Calendar is the one of a service that never sleeps, in UTC.
type Calendar struct {
	Name string
	Zone *time.Location

	spec    Spec
	always  bool // round the clock, no day off
	week    [7][]hours
	dates   map[int]special // by day number, see number
	annual  map[int]string  // month*100+day -> name of the day off
	supply  bool            // some day of some year is worked through the weekly pattern
	lastDay int             // the last day named in dates
	years   sync.Map        // int -> *year
}

// hours is one half-open interval of a day, in seconds after midnight by the
// wall clock.
type hours struct{ from, to int }

// special is a date that does not follow the week.
type special struct {
	name string
	work bool         // worked, like the weekday below; otherwise off
	like time.Weekday // only when work
}

// New compiles a calendar, or says field by field what is wrong with s.
func New(s Spec) (*Calendar, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return compile(s)
}

// Spec returns what the calendar was compiled from.
func (c *Calendar) Spec() Spec {
	if c == nil {
		return Spec{Zone: "UTC", Week: RoundTheClock()}
	}
	return c.spec
}

// Between is the business time from a to b. It is negative when b is before a,
// so that Between(a, b) is always -Between(b, a). Like time.Time.Sub it stops
// at the largest duration, 292 years.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if c == nil || c.always {
		return b.Sub(a)
	}
	if b.Before(a) {
		return -c.Between(b, a)
	}
	if far := a.Add(maxDuration); b.After(far) {
		b = far
	}
	first, last := a.In(c.Zone).Year(), b.In(c.Zone).Year()
	total := -c.year(first).before(a)
	for y := first; y < last; y++ {
		total += c.year(y).total
	}
	return total + c.year(last).before(b)
}

// Add returns the earliest moment by which d of business time has passed since
// t. With d = 0 it is t itself inside hours, else the next opening; with d < 0
// it is Sub(t, -d). It fails when the calendar has no time left to give.
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return c.Sub(t, -d)
	}
	if c == nil || c.always {
		return t.Add(d), nil
	}
	first := t.In(c.Zone).Year()
	gone := c.year(first).before(t)
	if d > maxDuration-gone {
		return time.Time{}, c.barren(t)
	}
	d += gone // count from New Year
	for y := first; c.ahead(y, first); y++ {
		at, ok := c.year(y).after(d, t)
		if ok {
			return at.In(t.Location()), nil
		}
		d -= c.year(y).total
	}
	return time.Time{}, c.barren(t)
}

// Sub returns the latest moment from which d of business time passes until t:
// the mirror image of Add. With d = 0 it is t itself inside hours, else the
// closing time before it.
func (c *Calendar) Sub(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return c.Add(t, -d)
	}
	if c == nil || c.always {
		return t.Add(-d), nil
	}
	first := t.In(c.Zone).Year()
	left := c.year(first).total - c.year(first).before(t)
	if d > maxDuration-left {
		return time.Time{}, c.barren(t)
	}
	d += left // count back from New Year's Eve
	for y := first; c.behind(y, first); y-- {
		at, ok := c.year(y).until(d, t)
		if ok {
			return at.In(t.Location()), nil
		}
		d -= c.year(y).total
	}
	return time.Time{}, c.barren(t)
}

// Open reports whether t is inside hours; opening time is, closing time is not.
func (c *Calendar) Open(t time.Time) bool {
	at, err := c.Add(t, 0)
	return err == nil && at.Equal(t)
}

const maxDuration = time.Duration(1<<63 - 1)

// horizon bounds the search for business time, in years: the rarest weekly
// pattern that Validate lets through (29 February on one weekday only) returns
// within 40 years.
const horizon = 400

// ahead reports whether looking for time in year y can still be of use.
func (c *Calendar) ahead(y, from int) bool {
	return y <= from+horizon && (c.supply || y <= yearOf(c.lastDay))
}

func (c *Calendar) behind(y, from int) bool {
	if y < from-horizon {
		return false
	}
	if c.supply {
		return true
	}
	for day := range c.dates {
		if yearOf(day) <= y {
			return true
		}
	}
	return false
}

func (c *Calendar) barren(t time.Time) error {
	return fault.New(fault.Invalid, "calendar.no_time").With("name", c.Name).With("from", t.In(c.Zone).Format(time.DateOnly))
}
