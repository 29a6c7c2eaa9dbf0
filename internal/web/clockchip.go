package web

import (
	"slices"
	"sort"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	"kilter/internal/web/part"
)

// terms are the promises that a record with this head is under.
func (s *sight) terms(h record.Head) []sla.Term {
	if s.desk.Incidents.Rules.Terms == nil {
		return nil
	}
	return s.desk.Incidents.Rules.Terms(&incident.Incident{Head: h})
}

// chip shows one clock; terms give the calendar on which its rest is counted.
func (s *sight) chip(c sla.Clock, terms []sla.Term, named bool) part.SLA {
	var cal *calendar.Calendar
	if i := slices.IndexFunc(terms, func(t sla.Term) bool { return t.Name == c.Name }); i >= 0 {
		cal = terms[i].Calendar
	}
	out := part.SLA{State: part.SLAState(c.State), Left: c.Left(s.Now, cal), Due: c.Due, At: s.Now}
	if named {
		out.Name = s.T("sla.clock." + string(c.Name))
	}
	if c.State != sla.Running || cal == nil {
		return out
	}
	if !cal.Open(s.Now) {
		if !s.Now.After(c.Due) {
			out.State = part.SLAOff
		}
		out.Until = s.Now
		return out
	}
	out.Until = s.closing(cal)
	return out
}

// closing is when the service hours that run now end, for chips that tick: a
// day ahead is far enough for a page.
func (s *sight) closing(cal *calendar.Calendar) time.Time {
	if at, ok := s.closings[cal]; ok {
		return at
	}
	minutes := sort.Search(24*60, func(n int) bool {
		span := time.Duration(n+1) * time.Minute
		return cal.Between(s.Now, s.Now.Add(span)) < span
	})
	at := s.Now.Add(time.Duration(minutes) * time.Minute)
	if s.closings == nil {
		s.closings = map[*calendar.Calendar]time.Time{}
	}
	s.closings[cal] = at
	return at
}

// foremost is the clock that a list shows: the running one that is due first, else
// the one that rests, else how the resolution ended.
func foremost(clocks []sla.Clock) (sla.Clock, bool) {
	best := -1
	rank := func(c sla.Clock) int {
		switch {
		case c.State == sla.Running:
			return 0
		case c.State == sla.Paused:
			return 1
		case c.Name == sla.Resolve:
			return 2
		}
		return 3
	}
	for i, c := range clocks {
		if best < 0 || rank(c) < rank(clocks[best]) || rank(c) == 0 && rank(clocks[best]) == 0 && c.Due.Before(clocks[best].Due) {
			best = i
		}
	}
	if best < 0 {
		return sla.Clock{}, false
	}
	return clocks[best], true
}
