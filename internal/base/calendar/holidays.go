package calendar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Holidays are the official days off of a year and the weekend days worked to
// make up for them. They may reach into December of the year before, so two
// years' worth must be entered before a year is wholly known.
type Holidays struct {
	Year int
	Off  []Off
	Work []Work // Like is empty: each calendar has its own Spec.MakeUp
}

// maxFile bounds a file of holidays, in bytes.
const maxFile = 4 << 20

func readFile(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("calendar: read: %w", err)
	}
	if len(data) > maxFile {
		return nil, fault.New(fault.TooMuch, "calendar.too_long").With("max", maxFile)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

// ReadYear reads the notice of the State Council on one year in the JSON form
// {"year": 2026, "days": [{"name", "date", "isOffDay"}]}: days with isOffDay
// false are make-up working days. A file without days is refused; such files
// exist for years that are not announced yet.
func ReadYear(r io.Reader) (Holidays, error) {
	var h Holidays
	data, err := readFile(r)
	if err != nil {
		return h, err
	}
	var file struct {
		Year int `json:"year"`
		Days []struct {
			Name     string `json:"name"`
			Date     string `json:"date"`
			IsOffDay *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return h, fault.New(fault.Invalid, "calendar.bad_json").With("detail", err.Error())
	}
	if file.Year < firstYear || file.Year > lastYear {
		return h, fault.At("year", "calendar.bad_year").With("year", file.Year).With("from", firstYear).With("to", lastYear)
	}
	if len(file.Days) == 0 {
		return h, fault.At("days", "calendar.year_empty").With("year", file.Year)
	}
	if len(file.Days) > 366 {
		return h, fault.At("days", "calendar.many_dates").With("max", 366)
	}
	h.Year = file.Year
	var m fault.Many
	seen := map[string]bool{}
	for i, d := range file.Days {
		field := fmt.Sprintf("days[%d].", i)
		day, err := parseDate(d.Date)
		switch {
		case err != nil:
			m = append(m, fault.At(field+"date", "calendar.bad_date").With("date", d.Date))
		case day < number(file.Year-1, time.December, 1) || day >= number(file.Year+1, time.January, 1):
			m = append(m, fault.At(field+"date", "calendar.other_year").With("date", d.Date).With("year", file.Year))
		case seen[d.Date]:
			m = append(m, fault.At(field+"date", "calendar.date_twice").With("date", d.Date))
		case d.IsOffDay == nil:
			m = append(m, fault.At(field+"isOffDay", "calendar.off_or_work").With("date", d.Date))
		case *d.IsOffDay:
			h.Off = append(h.Off, Off{Date: d.Date, Name: name(d.Name), Year: h.Year})
		default:
			h.Work = append(h.Work, Work{Date: d.Date, Name: name(d.Name), Year: h.Year})
		}
		seen[d.Date] = true
	}
	return h, m.Err()
}

// name tidies a holiday's name and cuts what no page could show.
func name(s string) string {
	r := []rune(strings.ToValidUTF8(strings.TrimSpace(s), ""))
	return string(r[:min(len(r), 60)])
}

// Enter puts the holidays of a year into the calendar: days that an earlier
// version of that year's file had named go, a day entered by hand stays as it
// is and is counted in kept. A make-up day gets the hours of Spec.MakeUp. Year
// 0 (an .ics file) adds days and says nothing about a year being complete.
func (s *Spec) Enter(h Holidays) (entered, kept int) {
	byHand, places := map[string]bool{}, map[string]bool{}
	if h.Year != 0 {
		s.Off = slices.DeleteFunc(slices.Clone(s.Off), func(o Off) bool { return o.Year == h.Year })
		s.Work = slices.DeleteFunc(slices.Clone(s.Work), func(w Work) bool { return w.Year == h.Year })
	}
	for _, o := range h.Off {
		places[o.Date] = true
	}
	for _, w := range h.Work {
		places[w.Date] = true
	}
	for _, o := range s.Off {
		byHand[o.Date] = o.Year == 0 && places[o.Date]
	}
	for _, w := range s.Work {
		byHand[w.Date] = w.Year == 0 && places[w.Date]
	}
	// Two years' files may name the same day of December; the later word counts.
	named := func(date string) bool { return places[date] && !byHand[date] }
	s.Off = slices.DeleteFunc(s.Off, func(o Off) bool { return named(o.Date) })
	s.Work = slices.DeleteFunc(s.Work, func(w Work) bool { return named(w.Date) })
	like := s.MakeUp
	if like == "" {
		like = "fri"
	}
	for _, o := range h.Off {
		if byHand[o.Date] {
			kept++
			continue
		}
		s.Off = append(s.Off, o)
		entered++
	}
	for _, w := range h.Work {
		if byHand[w.Date] {
			kept++
			continue
		}
		w.Like = like
		s.Work = append(s.Work, w)
		entered++
	}
	if h.Year != 0 && !slices.Contains(s.Years, h.Year) {
		s.Years = slices.Sorted(slices.Values(append(slices.Clone(s.Years), h.Year)))
	}
	slices.SortFunc(s.Off, func(a, b Off) int { return strings.Compare(a.Date, b.Date) })
	slices.SortFunc(s.Work, func(a, b Work) int { return strings.Compare(a.Date, b.Date) })
	return entered, kept
}

// Covers reports whether the official holidays of a year are entered.
func (s Spec) Covers(year int) bool { return slices.Contains(s.Years, year) }

// Covers is Spec.Covers.
func (c *Calendar) Covers(year int) bool { return c != nil && c.spec.Covers(year) }

// Warns lists the years whose holidays are missing although they matter: the
// current one, and from December on the next. A calendar that has never had
// official holidays (round the clock) warns of nothing.
func (c *Calendar) Warns(now time.Time) []int {
	if c == nil || len(c.spec.Years) == 0 {
		return nil
	}
	var out []int
	local := now.In(c.Zone)
	if !c.Covers(local.Year()) {
		out = append(out, local.Year())
	}
	if local.Month() == time.December && !c.Covers(local.Year()+1) {
		out = append(out, local.Year()+1)
	}
	return out
}
