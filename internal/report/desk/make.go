package desk

import (
	"context"
	"strconv"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/sla"
)

// Source reads the records for the report: those that were open at some moment
// of the period or moved in it, as far as the scope allows. Teams, services
// and categories are given by their ids in decimal.
type Source interface {
	DeskCases(ctx context.Context, scope people.Scope, from, to time.Time, each func(*Case) error) error
}

// Maker makes the desk report from what is kept.
type Maker struct {
	Source Source
	View   func() *directory.View
	Now    func() time.Time
}

// The grants that reading a report and taking it along as a file need.
const (
	Grant       = "report.read"
	GrantExport = "report.export"
)

// Period reads the beginning and the end of a period as people write them: a
// date (2026-03-01, in the zone of the centre) or a moment. The end is not
// part of the period. Without an end it is the end of today, without a
// beginning the end less one year.
func (m *Maker) Period(from, to string) (begin, end time.Time, err error) {
	zone := m.Zone()
	now := m.Now().In(zone)
	end = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, zone)
	var many fault.Many
	read := func(field, text string, usual time.Time) time.Time {
		if text == "" {
			return usual
		}
		reader, err := eventlog.NewMoments(zone.String())
		if err != nil { // a zone without a name that can be looked up
			reader, err = eventlog.NewMoments("UTC")
		}
		if err == nil {
			var at time.Time
			if at, err = reader.Parse(text); err == nil {
				return at
			}
		}
		many = append(many, fault.At(field, "report.bad_date").With("date", text))
		return usual
	}
	end = read("to", to, end)
	begin = read("from", from, end.AddDate(-1, 0, 0))
	if len(many) == 0 && !begin.Before(end) {
		many = append(many, fault.At("to", "report.empty_period"))
	}
	return begin, end, many.Err()
}

// Zone is that of the centre, in which days and months are reckoned.
func (m *Maker) Zone() *time.Location {
	if zone, err := eventlog.ParseZone(m.View().Centre().Zone); err == nil && m.View().Centre().Zone != "" {
		return zone
	}
	if zone, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return zone
	}
	return time.UTC
}

// Make makes the report of a period for somebody: of what he may see, with
// names in his language.
func (m *Maker) Make(ctx context.Context, by people.Actor, from, to time.Time) (Report, error) {
	if err := by.May(Grant); err != nil {
		return Report{}, err
	}
	v := m.View()
	tally := NewTally(Options{
		From: from, To: to, Zone: m.Zone(),
		Places: incident.Flow.Places, Closed: incident.Closed, Cancel: incident.Cancelled,
		Business: func(c *Case, from, to int64) int64 {
			return hours(v, c).Between(time.UnixMilli(from), time.UnixMilli(to)).Milliseconds()
		},
		Line:  func(team string) int { return line(v.Team(people.TeamID(id(team))).Line) },
		Label: func(name string) string { return label(v, id(name), by.Lang) },
	})
	err := m.Source.DeskCases(ctx, by.Scope, from, to, func(c *Case) error {
		tally.Add(c)
		return ctx.Err()
	})
	if err != nil {
		return Report{}, err
	}
	return tally.Report(), nil
}

// hours is the calendar of the promise to resolve the record, else of its
// service or the centre; nil is round the clock.
func hours(v *directory.View, c *Case) *calendar.Calendar {
	service := id(c.Service)
	terms, _ := v.Terms(service, c.Priority, time.UnixMilli(c.Opened))
	for _, t := range terms {
		if t.Name == sla.Resolve {
			return t.Calendar
		}
	}
	return v.Calendar(service)
}

func line(l people.Line) int {
	switch l {
	case people.FirstLine:
		return 1
	case people.SecondLine:
		return 2
	case people.ByContract:
		return 3
	}
	return 0
}

// label is the name of a thing; of a category with the one it stands under.
func label(v *directory.View, thing int64, lang string) string {
	t := v.All.Any(thing)
	if t == nil {
		return strconv.FormatInt(thing, 10)
	}
	if p := v.All.Find(t.Kind, t.Parent); p != nil {
		return p.Label(lang) + " / " + t.Label(lang)
	}
	return t.Label(lang)
}

func id(name string) int64 {
	n, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
