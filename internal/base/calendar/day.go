package calendar

import "time"

// Kind tells why a day is worked or not.
type Kind string

// The kinds of a day.
const (
	Worked  Kind = "worked"  // by the weekly pattern
	Rest    Kind = "rest"    // the week has no hours for it
	Holiday Kind = "holiday" // off although the week has hours, or off by name
	MakeUp  Kind = "makeup"  // worked like another weekday
)

// Day is one local date as the calendar sees it.
type Day struct {
	Date string       // 2026-02-16
	Kind Kind         //
	Name string       // of the holiday, as entered
	Like time.Weekday // whose hours a make-up day has
}

// Day says what kind of day the local date of t is.
func (c *Calendar) Day(t time.Time) Day {
	if c == nil {
		return Day{Date: t.UTC().Format(time.DateOnly), Kind: Worked}
	}
	return c.day(dayOf(t, c.Zone))
}

func (c *Calendar) day(day int) Day {
	d := Day{Date: civil(day).Format(time.DateOnly), Kind: Worked}
	sp, dated := c.dates[day]
	switch {
	case dated && sp.work:
		d.Kind, d.Name, d.Like = MakeUp, sp.name, sp.like
	case dated:
		d.Kind, d.Name = Holiday, sp.name
	case c.yearly(day):
		d.Kind, d.Name = Holiday, c.annual[monthDay(day)]
	case len(c.week[weekday(day)]) == 0:
		d.Kind = Rest
	}
	return d
}

// Unusual lists the days from a to b, both included, on which the ordinary
// week is not simply worked: rest days, holidays and make-up days. It stops
// after limit days and then reports that there are more.
func (c *Calendar) Unusual(a, b time.Time, limit int) (days []Day, more bool) {
	if c == nil || c.always {
		return nil, false
	}
	if far := a.AddDate(horizon, 0, 0); b.After(far) {
		b = far
	}
	for day, last := dayOf(a, c.Zone), dayOf(b, c.Zone); day <= last; day++ {
		d := c.day(day)
		if d.Kind == Worked {
			continue
		}
		if len(days) == limit {
			return days, true
		}
		days = append(days, d)
	}
	return days, false
}
