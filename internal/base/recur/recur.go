// Package recur says when something that recurs is due: a rule of RFC 5545, in
// the time of a place, shifted off the days on which nobody works.
package recur

import (
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
)

// Shift says what becomes of a date on which nobody works.
type Shift string

// The shifts. Keep takes the date as it is: machines do not rest.
const (
	Keep     Shift = "keep"
	Skip     Shift = "skip"
	Next     Shift = "next"
	Previous Shift = "previous"
)

// Shifts lists them in the order of a form.
var Shifts = []string{string(Keep), string(Skip), string(Next), string(Previous)}

// Word is the shift's word; one that was never chosen keeps.
func (s Shift) Word() string {
	if s == "" {
		return string(Keep)
	}
	return string(s)
}

// Spec is what recurs.
type Spec struct {
	Rule  string    // "FREQ=WEEKLY;BYDAY=MO,TH", as in RFC 5545; without DTSTART
	Start time.Time // the first moment the rule may give; its wall clock is that of all
	Place *time.Location
	Shift Shift
	Days  *calendar.Calendar // which days are worked on; nil takes every day
}

// Fate is what became of a date of the rule.
type Fate string

// The fates.
const (
	AsPlanned Fate = "planned"
	Moved     Fate = "moved"
	Skipped   Fate = "skipped"
	Joined    Fate = "joined" // it was moved to a day that has one already
)

// Date is a date that the rule gives, and what became of it.
type Date struct {
	Planned time.Time // as the rule says; it names the occurrence
	At      time.Time // when it is to be done; zero when it is not
	Fate    Fate
	Why     string // the name of the holiday, "" for an ordinary day of rest
}

// farthest is how many days a shift may lead: longer than any row of holidays.
const farthest = 40

// MostDates bounds how many dates one question gives.
const MostDates = 2000

// Check reports what is wrong with a rule. One that comes more often than daily
// is refused: what has to be done every hour is a machine's.
func (s Spec) Check(field string) error {
	_, err := s.parse(field)
	return err
}

func (s Spec) parse(field string) (*rrule.RRule, error) {
	text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s.Rule), "RRULE:"))
	if text == "" {
		return nil, fault.At(field, "record.required")
	}
	if len(text) > 300 || strings.ContainsAny(text, "\r\n") || strings.Contains(strings.ToUpper(text), "DTSTART") {
		return nil, fault.At(field, "recur.bad_rule").With("why", "DTSTART")
	}
	o, err := rrule.StrToROptionInLocation(text, s.place())
	if err != nil {
		return nil, fault.At(field, "recur.bad_rule").With("why", err.Error())
	}
	if o.Freq > rrule.DAILY || len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0 {
		return nil, fault.At(field, "recur.too_often")
	}
	o.Dtstart = s.Start.In(s.place())
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, fault.At(field, "recur.bad_rule").With("why", err.Error())
	}
	return r, nil
}

func (s Spec) place() *time.Location {
	if s.Place == nil {
		return time.UTC
	}
	return s.Place
}

// Dates lists the dates that fall between two moments (from with, to without),
// by when they are to be done, or were planned when they are not; in their
// order.
func (s Spec) Dates(from, to time.Time) ([]Date, error) {
	r, err := s.parse("rule")
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	var out []Date
	// What is moved in from before, and to before, comes from a wider window; so
	// does what has taken a day.
	for _, planned := range r.Between(from.AddDate(0, 0, -2*farthest), to.AddDate(0, 0, farthest), true) {
		d, err := s.date(planned)
		if err != nil {
			return nil, err
		}
		if !d.At.IsZero() {
			day := d.At.In(s.place()).Format(time.DateOnly)
			if taken[day] {
				d.At, d.Fate = time.Time{}, Joined
			}
			taken[day] = true
		}
		when := d.At
		if when.IsZero() {
			when = d.Planned
		}
		if !when.Before(from) && when.Before(to) {
			if out = append(out, d); len(out) > MostDates {
				return nil, fmt.Errorf("recur: more than %d dates from %s to %s", MostDates, from, to)
			}
		}
	}
	return out, nil
}

// date is what becomes of one date of the rule.
func (s Spec) date(planned time.Time) (Date, error) {
	d := Date{Planned: planned.UTC(), At: planned.UTC(), Fate: AsPlanned}
	if s.Days == nil || s.Shift == Keep || s.Shift == "" {
		return d, nil
	}
	local := planned.In(s.place())
	if s.works(local) {
		return d, nil
	}
	d.Why = s.Days.Day(local).Name
	if s.Shift == Skip {
		d.At, d.Fate = time.Time{}, Skipped
		return d, nil
	}
	step := 1
	if s.Shift == Previous {
		step = -1
	}
	for n := 1; n <= farthest; n++ {
		if other := local.AddDate(0, 0, step*n); s.works(other) {
			d.At, d.Fate = other.UTC(), Moved
			return d, nil
		}
	}
	return d, fault.At("shift", "recur.no_working_day").With("day", local.Format(time.DateOnly))
}

// works reports whether the day of a moment is worked on at all: make-up days
// are, holidays are not, whatever day of the week they are.
func (s Spec) works(local time.Time) bool {
	y, m, day := local.Date()
	begin := time.Date(y, m, day, 0, 0, 0, 0, s.place())
	return s.Days.Between(begin, begin.AddDate(0, 0, 1)) > 0
}
