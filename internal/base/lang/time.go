package lang

import (
	"strconv"
	"time"
)

// Date is the day: "24 Nov 2026", "2026年11月24日". The zero time is empty,
// here and below.
func (p *Printer) Date(t time.Time) string { return p.layout(t, "2 Jan 2006", "2006年1月2日") }

// KeptDay is a day of the wall (base/day) as it is kept, the same day for whoever
// reads it wherever he is: a form's day, not the day of a moment.
func (p *Printer) KeptDay(t time.Time) string { return p.In(time.UTC).Date(t) }

// KeptMonth is the month of a day of the wall.
func (p *Printer) KeptMonth(t time.Time) string { return p.In(time.UTC).Month(t) }

// DateTime is the minute: "24 Nov 2026 14:05", "2026年11月24日 14:05".
func (p *Printer) DateTime(t time.Time) string {
	return p.layout(t, "2 Jan 2006 15:04", "2006年1月2日 15:04")
}

// Exact is DateTime with seconds and zone, for hovers and audits.
func (p *Printer) Exact(t time.Time) string {
	return p.layout(t, "2 Jan 2006 15:04:05 MST", "2006年1月2日 15:04:05 MST")
}

// Between is a time from one minute to another; the day stands once where both are
// on one: "Tue 24 Nov 2026 20:00–22:00", "2026年11月24日（周二）20:00–22:00".
func (p *Printer) Between(from, until time.Time) string {
	from, until = from.In(p.zone), until.In(p.zone)
	if from.IsZero() || until.IsZero() {
		return p.DateTime(from) + p.DateTime(until)
	}
	if p.Date(from) == p.Date(until) {
		return p.dayTime(from) + "–" + p.Clock(until)
	}
	return p.dayTime(from) + " – " + p.dayTime(until)
}

// dayTime is a minute with its day of the week.
func (p *Printer) dayTime(t time.Time) string {
	if p.lang == Chinese {
		return p.Date(t) + "（" + p.Weekday(t.Weekday()) + "）" + p.Clock(t)
	}
	return p.Weekday(t.Weekday()) + " " + p.DateTime(t)
}

// Clock is the time of day on the 24 hour clock: "14:05".
func (p *Printer) Clock(t time.Time) string { return p.layout(t, "15:04", "15:04") }

// Month is the month: "Nov 2026", "2026年11月".
func (p *Printer) Month(t time.Time) string { return p.layout(t, "Jan 2006", "2006年1月") }

// Brief leaves out what the reader knows: the clock today, day and clock this
// year, the date before.
func (p *Printer) Brief(t, now time.Time) string {
	t, now = t.In(p.zone), now.In(p.zone)
	switch {
	case t.IsZero():
		return ""
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return p.Clock(t)
	case t.Year() == now.Year():
		return p.layout(t, "2 Jan 15:04", "1月2日 15:04")
	default:
		return p.Date(t)
	}
}

func (p *Printer) layout(t time.Time, english, chinese string) string {
	if t.IsZero() {
		return ""
	}
	if p.lang == Chinese {
		return t.In(p.zone).Format(chinese)
	}
	return t.In(p.zone).Format(english)
}

// Weekdays lists the days of the week as the reader's calendar does: Monday
// first in both languages.
func Weekdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

// Weekday is the short name of a day: "Mon", "周一".
func (p *Printer) Weekday(d time.Weekday) string {
	if p.lang == Chinese {
		return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[d]
	}
	return d.String()[:3]
}

// The units a span is told in, longest first.
var units = []struct {
	key  string
	size time.Duration
}{
	{"time.d", 24 * time.Hour},
	{"time.h", time.Hour},
	{"time.min", time.Minute},
	{"time.s", time.Second},
}

// Duration is a span in human units, at most two: "1 d 3 h", "45 min", "20 s".
// Seconds are told only below a minute. A negative span has a minus.
func (p *Printer) Duration(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	for i, u := range units {
		n := d / u.size
		if n == 0 && u.size > time.Second {
			continue
		}
		out := sign + p.T(u.key, "n", strconv.FormatInt(int64(n), 10))
		if u.size <= time.Minute {
			return out
		}
		if rest := (d % u.size) / units[i+1].size; rest > 0 {
			out += " " + p.T(units[i+1].key, "n", strconv.FormatInt(int64(rest), 10))
		}
		return out
	}
	return ""
}

// Ago is a time as seen from now: "just now", "5 min ago", "in 2 h"; beyond
// thirty days it is the date.
func (p *Printer) Ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := now.Sub(t)
	switch {
	case d.Abs() < time.Minute:
		return p.T("time.now")
	case d.Abs() > 30*24*time.Hour:
		return p.Date(t)
	case d < 0:
		return p.T("time.in", "span", p.coarse(-d))
	default:
		return p.T("time.ago", "span", p.coarse(d))
	}
}

// coarse is a span in one unit, as relative times are read.
func (p *Printer) coarse(d time.Duration) string {
	for _, u := range units {
		if d >= u.size {
			return p.T(u.key, "n", strconv.FormatInt(int64(d/u.size), 10))
		}
	}
	return p.T("time.s", "n", "0")
}
