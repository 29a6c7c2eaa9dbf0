package calendar

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"kilter/internal/base/fault"
)

// Skipped is an event of an .ics file that brought no day, and why (a message
// key: calendar.ics_timed, ics_cancelled, ics_rule, ics_date, ics_many).
type Skipped struct {
	Summary string
	Key     string
}

// ReadICS reads days off from an iCalendar file (RFC 5545): every all-day
// event is off from its start up to, not including, its end. An event that
// Apple's calendars mark as ALTERNATE-WORKDAY, or whose title says 班, is a
// make-up working day. Yearly events are written out for the years first to
// last. Events with a time of day, cancelled ones and other repetitions are
// skipped and reported.
func ReadICS(r io.Reader, first, last int) (Holidays, []Skipped, error) {
	var h Holidays
	if first < firstYear || last > lastYear || first > last {
		return h, nil, fault.At("years", "calendar.bad_year").With("year", first).With("from", firstYear).With("to", lastYear)
	}
	data, err := readFile(r)
	if err != nil {
		return h, nil, err
	}
	file, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		return h, nil, fault.New(fault.Invalid, "calendar.bad_ics").With("detail", err.Error())
	}
	if len(file.Events()) == 0 {
		return h, nil, fault.New(fault.Invalid, "calendar.ics_empty")
	}
	var skipped []Skipped
	seen := map[int]bool{}
	for _, e := range file.Events() {
		title := name(ics.FromText(value(e, ics.ComponentPropertySummary)))
		days, key := eventDays(e, first, last)
		if len(seen)+len(days) > maxDates {
			days, key = nil, "calendar.ics_many"
		}
		if key != "" {
			skipped = append(skipped, Skipped{Summary: title, Key: key})
			continue
		}
		work := madeUp(e, title)
		for _, d := range days {
			if seen[d] {
				continue
			}
			seen[d] = true
			date := civil(d).Format(time.DateOnly)
			if work {
				h.Work = append(h.Work, Work{Date: date, Name: title})
			} else {
				h.Off = append(h.Off, Off{Date: date, Name: title})
			}
		}
	}
	slices.SortFunc(h.Off, func(a, b Off) int { return strings.Compare(a.Date, b.Date) })
	slices.SortFunc(h.Work, func(a, b Work) int { return strings.Compare(a.Date, b.Date) })
	return h, skipped, nil
}

func value(e *ics.VEvent, p ics.ComponentProperty) string {
	if prop := e.GetProperty(p); prop != nil {
		return prop.Value
	}
	return ""
}

// madeUp tells a make-up working day from a holiday.
func madeUp(e *ics.VEvent, title string) bool {
	switch value(e, ics.ComponentProperty("X-APPLE-SPECIAL-DAY")) {
	case "ALTERNATE-WORKDAY":
		return true
	case "WORK-HOLIDAY":
		return false
	}
	for _, mark := range []string{"(班)", "（班）", "补班", "调休上班"} {
		if strings.Contains(title, mark) {
			return true
		}
	}
	return false
}

// maxEvent is the longest all-day event believed to be a holiday, in days.
const maxEvent = 366

// eventDays lists the dates of one event, or the key of the reason why not.
func eventDays(e *ics.VEvent, first, last int) (days []int, key string) {
	if strings.EqualFold(value(e, ics.ComponentPropertyStatus), "CANCELLED") {
		return nil, "calendar.ics_cancelled"
	}
	start := value(e, ics.ComponentPropertyDtStart)
	if strings.Contains(start, "T") {
		return nil, "calendar.ics_timed"
	}
	from, ok := icsDate(start)
	if !ok {
		return nil, "calendar.ics_date"
	}
	length, ok := eventLength(e, from)
	if !ok {
		return nil, "calendar.ics_date"
	}
	starts, ok := repeats(e, from, first, last)
	if !ok {
		return nil, "calendar.ics_rule"
	}
	for _, s := range starts {
		for d := s; d < s+length; d++ {
			if y := yearOf(d); y >= first && y <= last {
				days = append(days, d)
			}
		}
	}
	return days, ""
}

func eventLength(e *ics.VEvent, from int) (int, bool) {
	if end := value(e, ics.ComponentPropertyDtEnd); end != "" {
		to, ok := icsDate(end)
		if to == from {
			to++ // some programs write the same day twice for one day
		}
		return to - from, ok && to > from && to-from <= maxEvent
	}
	if d := value(e, ics.ComponentPropertyDuration); d != "" {
		var n int
		var unit rune
		if _, err := fmt.Sscanf(d, "P%d%c", &n, &unit); err != nil || n < 1 || n > maxEvent {
			return 0, false
		}
		switch unit {
		case 'D':
			return n, true
		case 'W':
			return 7 * n, 7*n <= maxEvent
		}
		return 0, false
	}
	return 1, true
}

// repeats gives the start dates of an event between two years. Only yearly
// rules are believed: a holiday does not come every week.
func repeats(e *ics.VEvent, from, first, last int) ([]int, bool) {
	rule := value(e, ics.ComponentPropertyRrule)
	if rule == "" {
		return []int{from}, !e.HasProperty(ics.ComponentPropertyRdate)
	}
	if len(rule) > 200 {
		return nil, false
	}
	opt, err := rrule.StrToROption(rule)
	if err != nil || opt.Freq != rrule.YEARLY || len(opt.Byhour)+len(opt.Byminute)+len(opt.Bysecond) > 0 ||
		opt.Interval < 0 || opt.Interval > 100 || opt.Count > 1000 {
		return nil, false
	}
	opt.Dtstart = civil(from)
	r, err := rrule.NewRRule(*opt)
	if err != nil {
		return nil, false
	}
	omit := map[int]bool{}
	for _, p := range e.GetProperties(ics.ComponentPropertyExdate) {
		for text := range strings.SplitSeq(p.Value, ",") {
			d, ok := icsDate(text)
			if !ok {
				return nil, false
			}
			omit[d] = true
		}
	}
	var out []int
	begin, end := civil(number(first-1, time.January, 1)), civil(number(last, time.December, 31))
	for _, t := range r.Between(begin, end, true) {
		if d := number(t.Date()); !omit[d] {
			out = append(out, d)
		}
		if len(out) > maxDates {
			return nil, false
		}
	}
	return out, true
}

func icsDate(s string) (int, bool) {
	t, err := time.Parse("20060102", strings.TrimSpace(s))
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return 0, false
	}
	return number(t.Date()), true
}
