package sla

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
)

// Replay derives the clocks of a record from its facts, in the order of the
// terms.
//
//   - The response clock runs until somebody is at it: until the pace first
//     leaves Wait. Pending comes only after work has begun, so it counts as a
//     response too. It never starts again.
//   - The resolution clock runs in Wait and Work, rests in Pause when the term
//     says that the reason stops it, and ends in Stop. Reopening goes on with
//     the time that remained.
//   - The update clock is like it, but begins anew with the full target
//     whenever the requester is told something, and when the record is
//     reopened. It has missed its target when any one update came too late.
//
// Facts may come in any order; those of the same moment keep theirs. Without
// facts there are no clocks. The error is a fault about a term, or about a
// calendar that has no time left.
func Replay(facts []Fact, terms []Term) ([]Clock, error) {
	out, _, err := replay(facts, terms)
	return out, err
}

// Span is a stretch of a record's life during which a clock did one thing.
type Span struct {
	From, To time.Time // To is zero for the one that lasts
	Running  bool
	Pace     flow.Pace
	Reason   string        // why the record waits, also when that does not stop the clock
	Used     time.Duration // business time that the span cost; 0 while it lasts
	Restart  bool          // the clock began anew with this span
}

func replay(facts []Fact, terms []Term) ([]Clock, [][]Span, error) {
	facts = order(facts)
	clocks, spans := make([]Clock, 0, len(terms)), make([][]Span, 0, len(terms))
	for i, t := range terms {
		if err := t.check(); err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(terms[:i], func(o Term) bool { return o.Name == t.Name }) {
			return nil, nil, fault.At("clock", "sla.clock_twice").With("clock", string(t.Name))
		}
		if len(facts) == 0 {
			continue
		}
		r := run{term: t}
		for _, f := range facts {
			if err := r.step(f); err != nil {
				return nil, nil, err
			}
		}
		if err := r.finish(); err != nil {
			return nil, nil, err
		}
		clocks, spans = append(clocks, r.clock), append(spans, r.spans)
	}
	return clocks, spans, nil
}

// order sorts the facts by time and fills in paces left open.
func order(facts []Fact) []Fact {
	facts = slices.Clone(facts)
	slices.SortStableFunc(facts, func(a, b Fact) int { return a.At.Compare(b.At) })
	pace, reason := flow.Wait, ""
	for i := range facts {
		f := &facts[i]
		if f.Pace == "" {
			f.Pace, f.Reason = pace, reason
		}
		if f.Pace != flow.Pause {
			f.Reason = ""
		}
		pace, reason = f.Pace, f.Reason
	}
	return facts
}

// run is one clock being replayed.
type run struct {
	term  Term
	clock Clock
	spans []Span
}

// step lets time pass up to f and then does what f says. Time is only counted
// up when the clock stops running or begins anew: a fact that changes nothing
// for it leaves no trace in it.
func (r *run) step(f Fact) error {
	c := &r.clock
	switch {
	case c.State == "":
		*c = Clock{Name: r.term.Name, Target: r.term.Target, Started: f.At, State: Paused, Agreement: r.term.Agreement}
	case c.Name == Respond && !c.Stopped.IsZero():
		return nil
	}
	again := r.begins(f)
	ends, rests := r.ends(f), f.Pace == flow.Pause && r.term.Stop(f.Reason)
	if ends || rests || again {
		if err := r.pass(f.At); err != nil {
			return err
		}
	}
	if again {
		r.restart(f.At)
	}
	switch {
	case ends:
		r.end(f.At)
	case rests:
		c.State, c.Since, c.Stopped = Paused, time.Time{}, time.Time{}
		r.open(f, false, again)
	default:
		if c.State != Running || again {
			c.State, c.Since, c.Stopped = Running, f.At, time.Time{}
		}
		r.open(f, true, again)
	}
	return nil
}

// ends reports whether f ends the clock.
func (r *run) ends(f Fact) bool {
	if r.term.Name == Respond {
		return f.Pace != flow.Wait
	}
	return f.Pace == flow.Stop
}

// begins reports whether an update clock counts anew from f.
func (r *run) begins(f Fact) bool {
	c := &r.clock
	if c.Name != Update || f.Pace == flow.Stop || len(r.spans) == 0 && c.Stopped.IsZero() {
		return false
	}
	return f.Told || !c.Stopped.IsZero()
}

// pass counts the time that a running clock has used up to t.
func (r *run) pass(t time.Time) error {
	c := &r.clock
	if c.State != Running {
		return nil
	}
	used := r.term.Calendar.Between(c.Since, t)
	if c.Broke.IsZero() && c.Spent+used > c.Target {
		at, err := r.term.Calendar.Add(c.Since, c.Target-c.Spent)
		if err != nil {
			return err
		}
		c.Broke = at
	}
	c.Spent += used
	return nil
}

func (r *run) restart(at time.Time) {
	c := &r.clock
	if c.Spent > c.Target && c.Stopped.IsZero() { // one that had ended was counted then
		c.Misses++
	}
	c.Spent, c.Started, c.Broke = 0, at, time.Time{}
}

func (r *run) end(at time.Time) {
	c := &r.clock
	r.close(at)
	if !c.Stopped.IsZero() {
		return // resolved, then closed: the first end counts
	}
	c.Stopped, c.Since, c.State = at, time.Time{}, Met
	if c.Name == Update && c.Spent > c.Target {
		c.Misses++
	}
	if c.Spent > c.Target || c.Misses > 0 {
		c.State = Missed
	}
}

// open begins a span, or goes on with the last when nothing changes.
func (r *run) open(f Fact, running, again bool) {
	if n := len(r.spans); n > 0 && r.spans[n-1].To.IsZero() {
		if last := r.spans[n-1]; !again && last.Running == running && last.Pace == f.Pace && last.Reason == f.Reason {
			return
		}
		r.close(f.At)
	}
	r.spans = append(r.spans, Span{From: f.At, Running: running, Pace: f.Pace, Reason: f.Reason, Restart: again})
}

// close ends the last span. Two facts of one moment leave none between them.
func (r *run) close(at time.Time) {
	n := len(r.spans)
	if n == 0 || !r.spans[n-1].To.IsZero() {
		return
	}
	last := &r.spans[n-1]
	if last.From.Equal(at) {
		r.spans = r.spans[:n-1]
		return
	}
	last.To = at
	if last.Running {
		last.Used = r.term.Calendar.Between(last.From, at)
	}
}

// finish works out the due moment of a clock that is left running.
func (r *run) finish() (err error) {
	c := &r.clock
	switch {
	case c.State != Running:
	case !c.Broke.IsZero():
		c.Due = c.Broke
	default:
		if left := c.Target - c.Spent; left > 0 {
			c.Due, err = r.term.Calendar.Add(c.Since, left)
		} else { // nothing is left: it was due when the last of it was used up, not when time runs again
			c.Due, err = r.term.Calendar.Sub(c.Since, -left)
		}
	}
	return err
}
