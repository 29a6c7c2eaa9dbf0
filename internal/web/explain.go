package web

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// clockPage explains one clock: what it did when and why, which days did not
// count, what would change it.
type clockPage struct {
	*sight
	Ref string
	sla.Explanation
}

func (d *Desk) clock(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	entries, err := d.Ledger.Timeline(r.Context(), one.ID, false)
	if err != nil {
		return err
	}
	var others []sla.Alternative
	for n := 1; n <= 4; n++ {
		if n != one.Priority {
			h := one.Head
			h.Priority = n
			others = append(others, sla.Alternative{Label: strconv.Itoa(n), Terms: s.terms(h)})
		}
	}
	all, err := sla.Explain(record.Facts(incident.Flow, one.Requester, entries), s.terms(one.Head), s.Now, others...)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(e sla.Explanation) bool { return string(e.Clock.Name) == r.PathValue("clock") })
	if i < 0 {
		return fault.New(fault.Missing, "trouble.missing")
	}
	return Show(w, r, http.StatusOK, clockDialog(&clockPage{sight: s, Ref: one.Ref(), Explanation: all[i]}))
}

// days says which days of a span are not simply worked.
func (p *clockPage) days(span sla.Stretch) []string {
	var out []string
	for _, d := range span.Days {
		switch d.Kind {
		case calendar.Holiday:
			name := d.Name
			if name == "" {
				name = p.T("desk.day.holiday")
			}
			out = append(out, d.Date+" "+name)
		case calendar.MakeUp:
			out = append(out, p.T("desk.day.makeup", "date", d.Date, "like", p.Weekday(d.Like)))
		case calendar.Rest:
			out = append(out, p.T("desk.day.rest", "date", d.Date))
		}
	}
	return out
}

// what says what a span of the clock was.
func (p *clockPage) what(span sla.Stretch) string {
	if span.Running {
		if span.Reason != "" {
			return p.T("desk.clock.runs_on", "why", p.T("sla.reason."+span.Reason))
		}
		return p.T("desk.clock.ran")
	}
	if span.Reason != "" {
		return p.T("desk.clock.rested", "why", p.T("sla.reason."+span.Reason))
	}
	return p.T("desk.clock.stood")
}

// outcome says where the clock would stand.
func (p *clockPage) outcome(w sla.WhatIf) string {
	switch w.State {
	case "":
		return p.T("desk.clock.no_promise")
	case sla.Paused:
		return p.T("desk.clock.would_rest", "left", p.Duration(w.Left))
	case sla.Running:
		if w.Due.Before(p.Now) {
			return p.T("desk.clock.would_be_late", "due", p.Brief(w.Due, p.Now))
		}
		return p.T("sla.due", "at", p.Brief(w.Due, p.Now))
	}
	return p.T("sla.state." + string(w.State))
}
