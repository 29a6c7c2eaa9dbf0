package people

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Line says where a team stands in functional escalation.
type Line string

// The lines of support.
const (
	FirstLine  Line = "first"
	SecondLine Line = "second"
	ByContract Line = "supplier"
)

// Team is a support group.
type Team struct {
	Line       Line         `json:"line,omitempty"`
	Lead       ID           `json:"lead,omitempty"`
	Members    []ID         `json:"members,omitempty"`
	Mail       string       `json:"mail,omitempty"`
	Phone      string       `json:"phone,omitempty"`
	Department DepartmentID `json:"department,omitempty"`
	Rota       Rota         `json:"rota,omitzero"`
}

// Has reports whether the person belongs to the team.
func (t Team) Has(who ID) bool { return who != 0 && (t.Lead == who || slices.Contains(t.Members, who)) }

// Rota is a team's duty calendar: shifts that return every week, and shifts of
// single days, which take the place of that day's weekly ones.
type Rota struct {
	Zone   string     `json:"zone,omitempty"` // IANA name; "" is Asia/Shanghai
	Weekly []Shift    `json:"weekly,omitempty"`
	Dated  []DayShift `json:"dated,omitempty"`
}

// Shift is a duty by the wall clock. One whose end is not after its beginning
// lasts into the next day.
type Shift struct {
	Day  string `json:"day,omitempty"` // "mon" to "sun"; "" is every day
	From string `json:"from"`          // "18:00"
	To   string `json:"to"`            // "08:30"; "24:00" is midnight
	Who  []ID   `json:"who"`
}

// DayShift is the duty of one date. Without persons nobody is on duty then.
type DayShift struct {
	Date string `json:"date"` // 2026-10-01
	Shift
	Note string `json:"note,omitempty"`
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// OnDuty lists who is on duty at a moment, in the order of the rota.
func (r Rota) OnDuty(at time.Time) []ID {
	local := at.In(r.zone())
	var out []ID
	// Yesterday's shifts may last into today.
	for _, day := range []time.Time{local.AddDate(0, 0, -1), local} {
		for _, s := range r.of(day) {
			from, to := s.span()
			begin, end := onDay(day, from), onDay(day, to)
			if to <= from {
				end = onDay(day.AddDate(0, 0, 1), to)
			}
			if local.Before(begin) || !local.Before(end) {
				continue
			}
			for _, who := range s.Who {
				if !slices.Contains(out, who) {
					out = append(out, who)
				}
			}
		}
	}
	return out
}

// Span is a shift as it stands in time: from when to when, and whose.
type Span struct {
	From, To time.Time
	Who      []ID
}

// Spans lists the shifts that begin at from or later and before to, the
// earliest first. Those of the very same hours are one.
func (r Rota) Spans(from, to time.Time) []Span {
	var out []Span
	local := from.In(r.zone())
	for day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location()); day.Before(to); day = day.AddDate(0, 0, 1) {
		for _, s := range r.of(day) {
			begin, end := s.span()
			one := Span{From: onDay(day, begin), To: onDay(day, end), Who: s.Who}
			if end <= begin {
				one.To = onDay(day.AddDate(0, 0, 1), end)
			}
			if len(s.Who) == 0 || one.From.Before(from) || !one.From.Before(to) {
				continue
			}
			out = join(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b Span) int { return a.From.Compare(b.From) })
	return out
}

// join adds a shift, or its persons to the one of the same hours.
func join(all []Span, one Span) []Span {
	for i, s := range all {
		if s.From.Equal(one.From) && s.To.Equal(one.To) {
			for _, who := range one.Who {
				if !slices.Contains(all[i].Who, who) {
					all[i].Who = append(slices.Clip(all[i].Who), who)
				}
			}
			return all
		}
	}
	return append(all, one)
}

// of lists the shifts that begin on a day.
func (r Rota) of(day time.Time) []Shift {
	var out []Shift
	date := day.Format(time.DateOnly)
	for _, s := range r.Dated {
		if s.Date == date {
			out = append(out, s.Shift)
		}
	}
	if out != nil {
		return out
	}
	for _, s := range r.Weekly {
		if s.Day == "" || s.Day == weekdays[day.Weekday()] {
			out = append(out, s)
		}
	}
	return out
}

func (r Rota) zone() *time.Location {
	name := r.Zone
	if name == "" {
		name = "Asia/Shanghai"
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // Check lets no such name in
	}
	return loc
}

// onDay is a time of day, in minutes, by the wall clock of a day.
func onDay(day time.Time, minutes int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, day.Location())
}

func (s Shift) span() (from, to int) {
	from, _ = minutes(s.From)
	to, _ = minutes(s.To)
	return from, to
}

// minutes reads "08:30", up to "24:00".
func minutes(clock string) (int, bool) {
	h, m, ok := strings.Cut(clock, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	n := hour*60 + minute
	return n, ok && err1 == nil && err2 == nil && len(m) == 2 && hour >= 0 && minute >= 0 && minute < 60 && n <= 24*60
}

const mostShifts = 2000

// Check says what is wrong with the rota; every person on it must belong to
// the team.
func (r Rota) Check(t Team) error {
	var many fault.Many
	bad := func(field, key, what string) {
		many = append(many, fault.At(field, key).With("what", what))
	}
	if r.Zone != "" {
		if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
			bad("rota", "people.rota_zone", r.Zone)
		}
	}
	if len(r.Weekly)+len(r.Dated) > mostShifts {
		return fault.At("rota", "people.rota_long").With("max", mostShifts)
	}
	check := func(row string, s Shift) {
		_, ok1 := minutes(s.From)
		_, ok2 := minutes(s.To)
		if !ok1 || !ok2 || s.From == "24:00" {
			bad("rota", "people.rota_hours", row)
		}
		for _, who := range s.Who {
			if !t.Has(who) {
				bad("rota", "people.rota_stranger", row)
				break
			}
		}
	}
	for i, s := range r.Weekly {
		row := fmt.Sprint(i + 1)
		if s.Day != "" && !slices.Contains(weekdays, s.Day) {
			bad("rota", "people.rota_day", row)
		}
		if len(s.Who) == 0 {
			bad("rota", "people.rota_nobody", row)
		}
		check(row, s)
	}
	for i, s := range r.Dated {
		row := fmt.Sprint(len(r.Weekly) + i + 1)
		if _, err := time.Parse(time.DateOnly, s.Date); err != nil || s.Day != "" {
			bad("rota", "people.rota_date", row)
		}
		check(row, s.Shift)
	}
	return many.Err()
}
