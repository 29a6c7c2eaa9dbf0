package sla

import (
	"slices"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/flow"
)

// Explanation tells how one clock came to its figure: what it did when and
// why, on which calendar, which days did not count, and what would happen if.
type Explanation struct {
	Clock    Clock
	Calendar string // its name; "" is round the clock
	Zone     string
	Used     time.Duration // at the moment asked about
	Left     time.Duration // negative beyond the target
	Percent  int
	Breached bool
	Spans    []Stretch
	Pending  []WhatIf // for each waiting reason, if the record began to wait now; nil once the clock has ended
	Others   []WhatIf // for each alternative given to Explain
}

// Stretch is a span with the days of it on which the ordinary week is not simply
// worked. For the span in which a clock runs the days go on to its due moment.
type Stretch struct {
	Span
	Days []calendar.Day // rest days, holidays by name, make-up days
	More bool           // there are more than maxDays
}

// maxDays bounds the days listed for one span.
const maxDays = 60

// WhatIf is where a clock would stand.
type WhatIf struct {
	Reason string // the waiting reason, for Pending
	Label  string // the alternative's, for Others
	State  State  // "" when the alternative has no such clock
	Due    time.Time
	Left   time.Duration
}

// Alternative is another set of terms to compare with: a different priority,
// another agreement.
type Alternative struct {
	Label string
	Terms []Term
}

// Explain gives one explanation for each clock that Replay gives, as of now.
func Explain(facts []Fact, terms []Term, now time.Time, others ...Alternative) ([]Explanation, error) {
	clocks, spans, err := replay(facts, terms)
	if err != nil {
		return nil, err
	}
	out := make([]Explanation, len(clocks))
	for i, c := range clocks {
		t := terms[i]
		cal := t.Calendar
		e := Explanation{
			Clock: c, Used: c.Used(now, cal), Left: c.Left(now, cal), Percent: c.Percent(now, cal), Breached: c.Breached(now),
			Zone: cal.Spec().Zone, Spans: make([]Stretch, len(spans[i])),
		}
		if cal != nil {
			e.Calendar = cal.Name
		}
		for j, s := range spans[i] {
			e.Spans[j] = tell(s, c, cal, now)
		}
		if c.Live() {
			if e.Pending, err = ifPending(facts, t, now); err != nil {
				return nil, err
			}
		}
		if e.Others, err = ifOther(facts, c.Name, now, others); err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}

func tell(s Span, c Clock, cal *calendar.Calendar, now time.Time) Stretch {
	until := s.To
	if until.IsZero() {
		until = now
		if s.Running {
			s.Used = max(0, cal.Between(s.From, now))
			if c.Due.After(now) {
				until = c.Due
			}
		}
	}
	t := Stretch{Span: s}
	t.Days, t.More = cal.Unusual(s.From, until, maxDays)
	return t
}

// ifPending asks, for each reason, where the clock would stand if the record
// began to wait for it now.
func ifPending(facts []Fact, t Term, now time.Time) ([]WhatIf, error) {
	reasons := slices.Clone(Reasons)
	for _, r := range t.Stops {
		if !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
	}
	var out []WhatIf
	for _, r := range reasons {
		w, err := stand(append(slices.Clone(facts), Fact{At: now, Pace: flow.Pause, Reason: r}), t, now)
		if err != nil {
			return nil, err
		}
		w.Reason = r
		out = append(out, w)
	}
	return out, nil
}

func ifOther(facts []Fact, clock Name, now time.Time, others []Alternative) ([]WhatIf, error) {
	var out []WhatIf
	for _, o := range others {
		var w WhatIf
		if i := slices.IndexFunc(o.Terms, func(t Term) bool { return t.Name == clock }); i >= 0 {
			var err error
			if w, err = stand(facts, o.Terms[i], now); err != nil {
				return nil, err
			}
		}
		w.Label = o.Label
		out = append(out, w)
	}
	return out, nil
}

func stand(facts []Fact, t Term, now time.Time) (WhatIf, error) {
	clocks, err := Replay(facts, []Term{t})
	if err != nil || len(clocks) == 0 {
		return WhatIf{}, err
	}
	c := clocks[0]
	return WhatIf{State: c.State, Due: c.Due, Left: c.Left(now, t.Calendar)}, nil
}
