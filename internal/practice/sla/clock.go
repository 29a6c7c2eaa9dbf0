// Package sla keeps the promises of a service: agreements with customers
// (SLA), between teams (OLA) and with suppliers (UC), and the clocks that
// measure them on each record in business time.
//
// Clocks are never counted forward. They are replayed from the record's
// timeline each time (docs/adr/0011-clocks-are-replayed.md), so that a new
// priority, a corrected agreement or an event that arrives late gives the
// figures that would have been there from the start.
package sla

import (
	"slices"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
)

// Name tells the clocks of a record apart.
type Name string

// The clocks.
const (
	Respond Name = "respond" // until somebody is at it
	Update  Name = "update"  // until the requester is told something, again and again
	Resolve Name = "resolve" // until the service is restored
)

// Names lists the clocks in the order of pages and reports.
var Names = []Name{Respond, Update, Resolve}

// State is what a clock does, or how it ended.
type State string

// The states of a clock. A running clock past its due moment is still
// running; Breached tells.
const (
	Running State = "running"
	Paused  State = "paused" // somebody else's turn; it has no due moment
	Met     State = "met"    // ended within the target
	Missed  State = "missed" // ended beyond it
)

// Fact is what the clocks need to know of one entry of a timeline: the pace
// that the record has from At on.
type Fact struct {
	At     time.Time
	Pace   flow.Pace // "" leaves the pace as it was
	Reason string    // why it waits, when Pace is flow.Pause
	Told   bool      // the requester was told something
}

// Term is one promise that a record is under.
type Term struct {
	Name     Name
	Target   time.Duration      // in the calendar's business time
	Calendar *calendar.Calendar // nil is round the clock
	Stops    []string           // the waiting reasons that stop this clock
	Warn     []int              // percent of the target at which to warn; nil is 50, 80, 100
	// Agreement is the one that promises this, 0 for a promise that comes from none.
	Agreement int64
}

// Warnings are the percentages of an agreement that names none.
var Warnings = []int{50, 80, 100}

// Stop reports whether waiting for that reason stops the clock.
func (t Term) Stop(reason string) bool { return slices.Contains(t.Stops, reason) }

// Warnings are the percentages at which to warn, ascending.
func (t Term) Warnings() []int {
	if t.Warn == nil {
		return Warnings
	}
	return slices.Sorted(slices.Values(t.Warn))
}

// Clock measures one promise on one record.
type Clock struct {
	Name    Name
	Target  time.Duration // promised business time
	Spent   time.Duration // business time used up before Since, or in all when it rests or has ended
	State   State
	Started time.Time // when it began to count; an update clock begins anew each time
	Since   time.Time // running since; zero unless running
	Due     time.Time // the moment of breach; zero unless running
	Broke   time.Time // when the target was used up, once Spent is beyond it
	Stopped time.Time // when it ended; zero before
	Warned  int       // the highest warning already given, in percent; kept by Carry, not by Replay
	Misses  int       // how often an update came too late before this one
	// Agreement is the one that it runs under; 0: none, or it was not kept.
	Agreement int64
}

// Live reports whether the clock can still run.
func (c Clock) Live() bool { return c.State == Running || c.State == Paused }

// Used is the business time used up at now.
func (c Clock) Used(now time.Time, cal *calendar.Calendar) time.Duration {
	if c.State == Running && now.After(c.Since) {
		return c.Spent + cal.Between(c.Since, now)
	}
	return c.Spent
}

// Left is the business time that remains at now; negative beyond the target.
func (c Clock) Left(now time.Time, cal *calendar.Calendar) time.Duration {
	return c.Target - c.Used(now, cal)
}

// Percent is the share of the target that is used up at now, rounded down, so
// that 100 is never shown too early.
func (c Clock) Percent(now time.Time, cal *calendar.Calendar) int {
	return int(100 * c.Used(now, cal).Seconds() / c.Target.Seconds())
}

// Breached reports whether the promise is broken at now. At the due moment
// itself it is not yet.
func (c Clock) Breached(now time.Time) bool {
	return c.Spent > c.Target || c.State == Running && now.After(c.Due)
}

// NextWarn is the next warning that a running clock will give, and when; zero
// when there is none. It may lie in the past: it is then overdue. The moment
// is kept beside the clock, so that the search for what to escalate is one
// query.
func (c Clock) NextWarn(t Term) (percent int, at time.Time, err error) {
	if c.State != Running {
		return 0, time.Time{}, nil
	}
	for _, p := range t.Warnings() {
		if p <= c.Warned {
			continue
		}
		// Targets are at most ten years and percentages at most 1000 (see
		// Agreement.Validate), which the product can hold.
		left := c.Target/100*time.Duration(p) + c.Target%100*time.Duration(p)/100 - c.Spent
		if left <= 0 {
			return p, c.Since, nil
		}
		at, err = t.Calendar.Add(c.Since, left)
		return p, at, err
	}
	return 0, time.Time{}, nil
}

// Reached is the highest warning percentage that the clock has reached at
// now, 0 when none. After giving it, the clock's Warned is set to it.
func (c Clock) Reached(now time.Time, t Term) int {
	top := 0
	for _, p := range t.Warnings() {
		if c.Percent(now, t.Calendar) >= p {
			top = p
		}
	}
	return top
}

// Carry takes the warnings already given over from the clocks as they were:
// a clock with the same target that counts from the same moment does not warn
// twice, any other warns afresh.
func Carry(was, is []Clock) []Clock {
	out := slices.Clone(is)
	for i, c := range out {
		j := slices.IndexFunc(was, func(w Clock) bool { return w.Name == c.Name })
		if j >= 0 && was[j].Target == c.Target && was[j].Started.Equal(c.Started) {
			out[i].Warned = was[j].Warned
		}
	}
	return out
}

// Due is the next moment of breach among the clocks, zero when none runs.
func Due(clocks []Clock) time.Time {
	var due time.Time
	for _, c := range clocks {
		if c.State == Running && (due.IsZero() || c.Due.Before(due)) {
			due = c.Due
		}
	}
	return due
}

// check says what is wrong with a term.
func (t Term) check() error {
	switch {
	case !slices.Contains(Names, t.Name):
		return fault.At("clock", "sla.bad_clock").With("clock", string(t.Name))
	case t.Target <= 0:
		return fault.At("target", "sla.bad_target").With("clock", string(t.Name))
	}
	return nil
}
