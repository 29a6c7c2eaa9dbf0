package eventlog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Moments reads points in time as logs write them.
//
// A format may be written in any of the ways people know:
//
//	2006/01/02 15:04:05.000   the example moment of Go
//	%d/%m/%Y %H:%M            the signs of strftime
//	yyyy-MM-dd HH:mm:ss       the letters of Java, Excel and most manuals
//	unix, unix_ms, excel      seconds or milliseconds since 1970, days of a workbook
//
// Leading zeros may be missing and fractions of a second may follow, whatever
// the format says. Without a format the unambiguous ways of writing are tried
// (year first, or the month as a word or the day with dots); 03/04/2016 is not
// one of them. A value that carries its own offset keeps it; others are in the
// zone given.
type Moments struct {
	zone    *time.Location
	layouts []string
	units   []string // unix, unix_ms, excel
	last    int      // the layout that fitted last time
	plain   bool     // no format was given
}

// unambiguous are the layouts tried when no format is given.
var unambiguous = []string{
	"2006-1-2T15:4:5Z07:00", "2006-1-2 15:4:5", "2006-1-2 15:4:5Z07:00", "2006-1-2T15:4:5", "2006-1-2T15:4:5Z0700",
	"2006-1-2 15:4:5 Z0700", "2006-1-2 15:4:5Z0700", "2006-1-2 15:4:5 Z07:00", "2006-1-2 15:4:5 MST", "2006-1-2 15:4", "2006-1-2T15:4Z07:00", "2006-1-2T15:4", "2006-1-2",
	"2006/1/2 15:4:5", "2006/1/2 15:4", "2006/1/2", "2006.1.2 15:4:5", "2006.1.2 15:4", "2006.1.2",
	"20060102150405", "20060102T150405Z0700", "20060102T150405", "20060102",
	"2006年1月2日 15:4:5", "2006年1月2日 15:4", "2006年1月2日15:4:5", "2006年1月2日15:4", "2006年1月2日15时4分5秒", "2006年1月2日15时4分", "2006年1月2日",
	"2.1.2006 15:4:5", "2.1.2006 15:4", "2.1.2006", "2 Jan 2006 15:4:5", "2 Jan 2006 15:4", "2-Jan-2006 15:4:5", "2-Jan-2006 15:4", "2-Jan-2006",
	"Jan 2, 2006 3:4:5 PM", "Jan 2, 2006 15:4:5", "Mon, 2 Jan 2006 15:4:5 -0700",
}

// NewMoments makes a reader of moments. Zone is an IANA name ("Asia/Shanghai")
// or an offset ("+08:00"); "" is UTC. Several formats are tried in order.
func NewMoments(zone string, formats ...string) (*Moments, error) {
	loc, err := ParseZone(zone)
	if err != nil {
		return nil, err
	}
	m := &Moments{zone: loc}
	for _, format := range formats {
		switch f := strings.TrimSpace(format); f {
		case "", "auto":
		case "unix", "unix_ms", "excel":
			m.units = append(m.units, f)
		case "iso", "ISO8601", "rfc3339":
			m.layouts = append(m.layouts, unambiguous...)
		default:
			layouts, err := layoutsOf(f)
			if err != nil {
				return nil, err
			}
			m.layouts = append(m.layouts, layouts...)
		}
	}
	if len(m.layouts) == 0 && len(m.units) == 0 {
		m.layouts, m.plain = unambiguous, true
	}
	return m, nil
}

// ParseZone reads the name of a time zone or an offset from UTC.
func ParseZone(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	if name == "" || strings.EqualFold(name, "UTC") || name == "Z" {
		return time.UTC, nil
	}
	offset := strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(name), "UTC"), "GMT")
	for _, layout := range []string{"-07:00", "-0700", "-07", "-7"} {
		if layout == "-7" && len(offset) == 2 {
			offset = offset[:1] + "0" + offset[1:]
			layout = "-07"
		}
		if t, err := time.Parse(layout, offset); err == nil {
			_, seconds := t.Zone()
			return time.FixedZone(name, seconds), nil
		}
	}
	if loc, err := time.LoadLocation(name); err == nil && name != "Local" {
		return loc, nil
	}
	return nil, fault.At("zone", "eventlog.zone").With("zone", name)
}

// Zone is the one that values without an offset are in.
func (m *Moments) Zone() *time.Location { return m.zone }

// Parse reads one moment. A fault says that the value fits no format, or that
// it lies outside the years 1900 to 2200 and is no moment of a service desk.
func (m *Moments) Parse(value string) (time.Time, error) {
	value = strings.TrimSpace(value)
	t, ok := m.number(value)
	if !ok && m.plain {
		t, ok = since(value)
	}
	if !ok {
		t, ok = m.text(value)
	}
	if !ok || t.Year() < 1900 || t.Year() > 2200 {
		return time.Time{}, fault.At("time", "eventlog.moment").With("value", value)
	}
	return t, nil
}

// since reads seconds or milliseconds since 1970 where no format was given: a
// number of ten or thirteen digits is no way of writing a date.
func since(value string) (time.Time, bool) {
	const seconds, milliseconds = 10, 13
	if len(value) != seconds && len(value) != milliseconds || value[0] < '1' || value[0] > '4' {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if len(value) == seconds {
		return time.Unix(n, 0), true
	}
	return time.UnixMilli(n), true
}

func (m *Moments) text(value string) (time.Time, bool) {
	for i := range m.layouts {
		at := (m.last + i) % len(m.layouts)
		layout, written := m.layouts[at], value
		if strings.Contains(layout, "PM") {
			written = strings.ToUpper(value)
		}
		if t, err := time.ParseInLocation(layout, written, m.zone); err == nil {
			m.last = at
			return t, true
		}
	}
	return time.Time{}, false
}

func (m *Moments) number(value string) (time.Time, bool) {
	if len(m.units) == 0 {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return time.Time{}, false
	}
	const most = 1e14
	if f != f || f > most || f < -most {
		return time.Time{}, false
	}
	switch m.units[0] {
	case "unix":
		return time.UnixMilli(int64(f * 1000)).In(m.zone), true
	case "unix_ms":
		return time.UnixMilli(int64(f)).In(m.zone), true
	}
	// Day 0 of a workbook is 30 December 1899 on the wall clock of its author.
	const day = 24 * 60 * 60 * 1000
	if f > 200_000 || f < 0 {
		return time.Time{}, false
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(int64(f*day+0.5)) * time.Millisecond)
	return time.Date(base.Year(), base.Month(), base.Day(), base.Hour(), base.Minute(), base.Second(), base.Nanosecond(), m.zone), true
}

// layoutsOf turns a format into Go layouts that accept what people write. An
// offset may be written with or without a colon, hence more than one.
func layoutsOf(format string) ([]string, error) {
	var layout string
	var err error
	switch {
	case strings.Contains(format, "%"):
		layout, err = fromSigns(format)
	case isGo(format):
		layout = relax(format)
	default:
		layout, err = fromLetters(format)
	}
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc([]string{"2006", "06"}, func(year string) bool { return strings.Contains(layout, year) }) {
		return nil, fault.At("format", "eventlog.time_format").With("format", format).With("sign", "year")
	}
	if strings.Contains(layout, "Z0700") {
		return []string{layout, strings.ReplaceAll(layout, "Z0700", "Z07:00")}, nil
	}
	if strings.Contains(layout, "MST") || strings.Contains(layout, "-07") || strings.Contains(layout, "Z07") {
		return []string{layout}, nil
	}
	return []string{layout, layout + "Z0700", layout + "Z07:00", layout + " Z0700", layout + " Z07:00"}, nil
}

// isGo reports whether a format means something to Go: another moment is then
// written differently.
func isGo(format string) bool {
	other := time.Date(1999, 10, 28, 21, 47, 36, 0, time.UTC)
	return other.Format(format) != format
}
