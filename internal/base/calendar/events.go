package calendar

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"kilter/internal/base/fault"
)

// Event is something that takes place at a time, as calendars exchange it.
type Event struct {
	UID        string
	Title      string
	Text       string
	Categories []string
	Place      string
	From       time.Time
	Until      time.Time
	Cancelled  bool
	Stamp      time.Time // when it was written
	Link       string
}

// ReadEvents reads the events of an .ics file (RFC 5545), at most so many.
// Events that repeat, and those without times, are skipped and reported. Days
// without a time of day are days of the zone.
func ReadEvents(r io.Reader, zone *time.Location, most int) ([]Event, []Skipped, error) {
	data, err := readFile(r)
	if err != nil {
		return nil, nil, err
	}
	file, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "calendar.bad_ics").With("detail", err.Error())
	}
	var out []Event
	var skipped []Skipped
	for _, e := range file.Events() {
		one, key := eventOf(e, zone)
		if key == "" && len(out) >= most {
			key = "calendar.ics_many"
		}
		if key != "" {
			skipped = append(skipped, Skipped{Summary: one.Title, Key: key})
			continue
		}
		out = append(out, one)
	}
	if len(out)+len(skipped) == 0 {
		return nil, nil, fault.New(fault.Invalid, "calendar.ics_empty")
	}
	return out, skipped, nil
}

func eventOf(e *ics.VEvent, zone *time.Location) (Event, string) {
	text := func(p ics.ComponentProperty) string { return strings.TrimSpace(ics.FromText(value(e, p))) }
	out := Event{
		UID: text(ics.ComponentPropertyUniqueId), Title: text(ics.ComponentPropertySummary), Text: text(ics.ComponentPropertyDescription), Place: text(ics.ComponentPropertyLocation),
		Cancelled: strings.EqualFold(value(e, ics.ComponentPropertyStatus), "CANCELLED"),
	}
	for _, p := range e.GetProperties(ics.ComponentPropertyCategories) {
		for c := range strings.SplitSeq(ics.FromText(p.Value), ",") {
			if c = strings.TrimSpace(c); c != "" {
				out.Categories = append(out.Categories, c)
			}
		}
	}
	if value(e, ics.ComponentPropertyRrule) != "" || value(e, ics.ComponentPropertyRdate) != "" {
		return out, "calendar.ics_rule"
	}
	from, ok := moment(e, ics.ComponentPropertyDtStart, zone)
	if !ok {
		return out, "calendar.ics_date"
	}
	until, ok := moment(e, ics.ComponentPropertyDtEnd, zone)
	if !ok {
		if until, ok = lasting(e, from); !ok {
			return out, "calendar.ics_date"
		}
	}
	if !until.After(from) {
		return out, "calendar.ics_date"
	}
	out.From, out.Until = from.UTC(), until.UTC()
	return out, ""
}

// moment reads a time of an event: of the zone it names, of UTC, or of ours.
func moment(e *ics.VEvent, p ics.ComponentProperty, zone *time.Location) (time.Time, bool) {
	prop := e.GetProperty(p)
	if prop == nil {
		return time.Time{}, false
	}
	if names := prop.ICalParameters["TZID"]; len(names) == 1 {
		if named, err := time.LoadLocation(strings.Trim(names[0], `"`)); err == nil {
			zone = named
		}
	}
	if t, err := time.Parse("20060102T150405Z", prop.Value); err == nil {
		return t, true
	}
	for _, form := range []string{"20060102T150405", "20060102"} {
		if t, err := time.ParseInLocation(form, prop.Value, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// lasting is the end of an event that says how long it is, or is one day.
func lasting(e *ics.VEvent, from time.Time) (time.Time, bool) {
	d := value(e, ics.ComponentPropertyDuration)
	if d == "" {
		return from.AddDate(0, 0, 1), !strings.Contains(value(e, ics.ComponentPropertyDtStart), "T")
	}
	var weeks, days, hours, minutes, seconds int
	rest, timed := strings.TrimPrefix(strings.TrimPrefix(d, "+"), "P"), false
	for rest != "" {
		if rest[0] == 'T' {
			rest, timed = rest[1:], true
			continue
		}
		var n int
		var unit rune
		if got, err := fmt.Sscanf(rest, "%d%c", &n, &unit); got != 2 || err != nil || n < 0 || n > 100_000 {
			return from, false
		}
		switch {
		case unit == 'W':
			weeks = n
		case unit == 'D':
			days = n
		case unit == 'H' && timed:
			hours = n
		case unit == 'M' && timed:
			minutes = n
		case unit == 'S' && timed:
			seconds = n
		default:
			return from, false
		}
		_, rest, _ = strings.Cut(rest, string(unit))
	}
	return from.AddDate(0, 0, 7*weeks+days).Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second), true
}
