package calendar

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Spec is a calendar as people write it and the database keeps it (JSON).
type Spec struct {
	Name   string                `json:"name"`
	Zone   string                `json:"zone"`             // IANA name: "Asia/Shanghai"
	Week   map[string][]Interval `json:"week"`             // "mon" to "sun"; a day left out is not worked
	Off    []Off                 `json:"off,omitempty"`    // single days off
	Annual []Annual              `json:"annual,omitempty"` // days off of every year
	Work   []Work                `json:"work,omitempty"`   // make-up working days
	MakeUp string                `json:"makeUp,omitempty"` // whose hours an imported make-up day has; "" is "fri"
	Years  []int                 `json:"years,omitempty"`  // whose official holidays are entered, see Covers
}

// Interval is a part of a day by the wall clock, half open: {"08:30", "12:00"}.
// The end of a day is "24:00". Seconds may be given.
type Interval [2]string

// Off is a day off. Year is that of the official file which named it, 0 when
// it was entered by hand.
type Off struct {
	Date string `json:"date"` // 2026-02-16
	Name string `json:"name,omitempty"`
	Year int    `json:"year,omitempty"`
}

// Annual is a day off that returns every year.
type Annual struct {
	Day  string `json:"day"` // 12-25
	Name string `json:"name,omitempty"`
}

// Work is a day worked with the hours of another weekday, whatever it would
// have been. Year is as in Off.
type Work struct {
	Date string `json:"date"`
	Like string `json:"like"` // "fri"
	Name string `json:"name,omitempty"`
	Year int    `json:"year,omitempty"`
}

// Weekdays are the keys of Spec.Week, Monday first.
var Weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// RoundTheClock is the week of a service that never sleeps.
func RoundTheClock() map[string][]Interval { return EveryDay(Weekdays, Interval{"00:00", "24:00"}) }

// EveryDay gives the same intervals to each of the days.
func EveryDay(days []string, in ...Interval) map[string][]Interval {
	week := map[string][]Interval{}
	for _, d := range days {
		week[d] = slices.Clone(in)
	}
	return week
}

// What a calendar may hold: far beyond need, and small enough to compile in
// no time.
const (
	maxSpec      = 4 << 20 // bytes of JSON
	maxDates     = 20000
	maxIntervals = 48 // a day
	maxName      = 200
	firstYear    = 1970
	lastYear     = 2200
)

// Parse reads a Spec from JSON. A word it does not know is a fault, so that a
// misspelt "holidays" is not silently a calendar without any.
func Parse(data []byte) (Spec, error) {
	var s Spec
	if len(data) > maxSpec {
		return s, fault.New(fault.TooMuch, "calendar.too_long").With("max", maxSpec)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, fault.New(fault.Invalid, "calendar.bad_json").With("detail", err.Error())
	}
	if dec.More() {
		return s, fault.New(fault.Invalid, "calendar.bad_json").With("detail", "more than one value")
	}
	return s, s.Validate()
}

// Validate says everything that is wrong, field by field ("week.mon",
// "off[3].date"), as fault.Many.
func (s Spec) Validate() error {
	var m fault.Many
	add := func(field, key string) *fault.Fault {
		f := fault.At(field, key)
		m = append(m, f)
		return f
	}
	if strings.TrimSpace(s.Name) == "" {
		add("name", "calendar.no_name")
	}
	if len(s.Name) > maxName {
		add("name", "calendar.name_long").With("max", maxName)
	}
	if _, err := zone(s.Zone); err != nil {
		add("zone", "calendar.bad_zone").With("zone", s.Zone)
	}
	s.checkWeek(add)
	s.checkDates(add)
	if s.MakeUp != "" && !slices.Contains(Weekdays, s.MakeUp) {
		add("makeUp", "calendar.bad_weekday").With("day", s.MakeUp)
	}
	for i, y := range s.Years {
		if y < firstYear || y > lastYear {
			add(fmt.Sprintf("years[%d]", i), "calendar.bad_year").With("year", y).With("from", firstYear).With("to", lastYear)
		}
	}
	return m.Err()
}

type adder func(field, key string) *fault.Fault

func (s Spec) checkWeek(add adder) {
	worked := false
	for _, day := range slices.Sorted(maps.Keys(s.Week)) {
		field := "week." + day
		if !slices.Contains(Weekdays, day) {
			add(field, "calendar.bad_weekday").With("day", day)
			continue
		}
		if len(s.Week[day]) > maxIntervals {
			add(field, "calendar.many_intervals").With("max", maxIntervals)
			continue
		}
		in, bad := parseIntervals(s.Week[day])
		for _, i := range bad {
			add(fmt.Sprintf("%s[%d]", field, i), "calendar.bad_interval").With("from", s.Week[day][i][0]).With("to", s.Week[day][i][1])
		}
		slices.SortFunc(in, func(a, b hours) int { return cmp.Compare(a.from, b.from) })
		for i := range in {
			if i > 0 && in[i].from < in[i-1].to {
				add(field, "calendar.overlap").With("day", day)
				break
			}
		}
		worked = worked || len(in) > 0 || len(bad) > 0
	}
	if !worked {
		add("week", "calendar.no_hours")
	}
}

func (s Spec) checkDates(add adder) {
	if n := len(s.Off) + len(s.Work) + len(s.Annual); n > maxDates {
		add("off", "calendar.many_dates").With("max", maxDates)
		return
	}
	seen := map[string]bool{}
	date := func(field, text string) {
		switch _, err := parseDate(text); {
		case err != nil:
			add(field, "calendar.bad_date").With("date", text)
		case seen[text]:
			add(field, "calendar.date_twice").With("date", text)
		}
		seen[text] = true
	}
	for i, o := range s.Off {
		date(fmt.Sprintf("off[%d].date", i), o.Date)
	}
	for i, w := range s.Work {
		date(fmt.Sprintf("work[%d].date", i), w.Date)
		field := fmt.Sprintf("work[%d].like", i)
		if !slices.Contains(Weekdays, w.Like) {
			add(field, "calendar.bad_weekday").With("day", w.Like)
		} else if len(s.Week[w.Like]) == 0 {
			add(field, "calendar.like_empty").With("day", w.Like).With("date", w.Date)
		}
	}
	days := map[int]bool{}
	for i, a := range s.Annual {
		d, err := parseAnnual(a.Day)
		field := fmt.Sprintf("annual[%d].day", i)
		if err != nil {
			add(field, "calendar.bad_annual").With("day", a.Day)
			continue
		}
		if days[d] {
			add(field, "calendar.date_twice").With("date", a.Day)
		}
		days[d] = true
	}
	if len(days) == 366 {
		add("annual", "calendar.no_hours")
	}
}

// compile turns s into a Calendar. It forgives what Validate does not: hours
// that overlap are joined and an empty week is allowed, for cases of a test
// file; what cannot be understood at all is an error.
func compile(s Spec) (*Calendar, error) {
	loc, err := zone(s.Zone)
	if err != nil {
		return nil, fault.At("zone", "calendar.bad_zone").With("zone", s.Zone)
	}
	c := &Calendar{Name: s.Name, Zone: loc, spec: s, dates: map[int]special{}, annual: map[int]string{}}
	worked, full := false, true
	for name, in := range s.Week {
		day, ok := parseWeekday(name)
		if !ok {
			return nil, fault.At("week."+name, "calendar.bad_weekday").With("day", name)
		}
		list, bad := parseIntervals(in)
		if len(bad) > 0 {
			i := bad[0]
			return nil, fault.At(fmt.Sprintf("week.%s[%d]", name, i), "calendar.bad_interval").With("from", in[i][0]).With("to", in[i][1])
		}
		c.week[day] = join(list)
		worked = worked || len(list) > 0
	}
	for _, h := range c.week {
		full = full && len(h) == 1 && h[0] == hours{0, dayLong}
	}
	if err := c.setDates(s); err != nil {
		return nil, err
	}
	c.supply = worked && len(c.annual) < 366
	c.always = full && len(c.dates) == 0 && len(c.annual) == 0
	return c, nil
}

func (c *Calendar) setDates(s Spec) error {
	set := func(field, text string, sp special) error {
		day, err := parseDate(text)
		if err != nil {
			return fault.At(field, "calendar.bad_date").With("date", text)
		}
		c.dates[day] = sp
		c.lastDay = max(c.lastDay, day)
		return nil
	}
	for i, o := range s.Off {
		if err := set(fmt.Sprintf("off[%d].date", i), o.Date, special{name: o.Name}); err != nil {
			return err
		}
	}
	for i, w := range s.Work {
		like, ok := parseWeekday(w.Like)
		if !ok {
			return fault.At(fmt.Sprintf("work[%d].like", i), "calendar.bad_weekday").With("day", w.Like)
		}
		if err := set(fmt.Sprintf("work[%d].date", i), w.Date, special{name: w.Name, work: true, like: like}); err != nil {
			return err
		}
	}
	for i, a := range s.Annual {
		d, err := parseAnnual(a.Day)
		if err != nil {
			return fault.At(fmt.Sprintf("annual[%d].day", i), "calendar.bad_annual").With("day", a.Day)
		}
		c.annual[d] = a.Name
	}
	return nil
}

// join sorts intervals and makes one of those that touch or overlap.
func join(in []hours) []hours {
	slices.SortFunc(in, func(a, b hours) int { return cmp.Compare(a.from, b.from) })
	var out []hours
	for _, h := range in {
		if n := len(out); n > 0 && h.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, h.to)
			continue
		}
		out = append(out, h)
	}
	return out
}

// zone loads a time zone by its IANA name. "Local" is refused: the figures of
// a service must not depend on the machine that works them out.
func zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("no zone %q", name)
	}
	return time.LoadLocation(name)
}

func parseWeekday(s string) (time.Weekday, bool) {
	i := slices.Index(Weekdays, s)
	return time.Weekday((i + 1) % 7), i >= 0
}

// parseIntervals returns what is well formed and the places of what is not.
func parseIntervals(in []Interval) (out []hours, bad []int) {
	for i, v := range in {
		from, ok := parseClock(v[0])
		to, ok2 := parseClock(v[1])
		if !ok || !ok2 || from >= to {
			bad = append(bad, i)
			continue
		}
		out = append(out, hours{from, to})
	}
	return out, bad
}

// parseClock reads "08:30" or "08:30:15", up to "24:00", as seconds.
func parseClock(s string) (int, bool) {
	part := strings.Split(s, ":")
	if len(part) < 2 || len(part) > 3 {
		return 0, false
	}
	total := 0
	for i, unit := range []int{3600, 60, 1}[:len(part)] {
		n, err := strconv.ParseUint(part[i], 10, 8)
		if err != nil || len(part[i]) != 2 || i > 0 && n > 59 {
			return 0, false
		}
		total += int(n) * unit
	}
	return total, total <= dayLong
}

func parseDate(s string) (int, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	if t.Year() < firstYear || t.Year() > lastYear {
		return 0, fmt.Errorf("year %d is out of range", t.Year())
	}
	return number(t.Date()), nil
}

// parseAnnual reads "12-25"; "02-29" is a day that comes every fourth year.
func parseAnnual(s string) (int, error) {
	t, err := time.Parse(time.DateOnly, "2000-"+s)
	if err != nil {
		return 0, err
	}
	return int(t.Month())*100 + t.Day(), nil
}
