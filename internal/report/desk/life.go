package desk

import (
	"slices"

	"kilter/internal/practice/flow"
)

// life is a case as it stood at the end of the period.
type life struct {
	stopped    bool  // resolved, closed or cancelled
	cancelled  bool  // the way it stopped
	rested     int64 // when work last came to rest
	closed     int64 // when it was last closed, 0 when it is not
	ended      int64 // when it was last cancelled, if it is
	reopenings int   // before the end of the period
	waited     bool
	team       string
	teams      []string // in turn, never the same twice running
	open       []span   // when it was open
	reasons    []string // waited for within the period
	// The first time within the period, -1 when it did not happen in it.
	reopenedAt, reassignedAt, returnedAt int64
}

type span struct{ from, to int64 }

// replay goes through the steps of a case up to the end of the period.
func (l *life) replay(t *Tally, c *Case) {
	*l = life{teams: l.teams[:0], open: l.open[:0], reasons: l.reasons[:0], reopenedAt: -1, reassignedAt: -1, returnedAt: -1}
	pace, reason, since := flow.Wait, "", c.Opened
	begun := c.Opened // of the span in which it is open
	for _, s := range c.Steps {
		if s.At >= t.to {
			break
		}
		if s.Team != "" {
			l.hand(t, s)
		}
		if s.State == "" {
			continue
		}
		next := t.pace(s.State)
		if pace == flow.Pause && (next != flow.Pause || reason != s.Reason) {
			t.wait(c, reason, since, s.At)
		}
		switch {
		case next == flow.Stop && pace != flow.Stop:
			l.open = append(l.open, span{begun, s.At})
			l.rested = s.At
		case next != flow.Stop && pace == flow.Stop:
			l.reopen(t, s.At)
			begun = s.At
		}
		l.stop(t, s, next)
		if next == flow.Pause {
			l.waited = true
		}
		if pace != next || reason != s.Reason {
			since = s.At
		}
		pace, reason = next, s.Reason
	}
	if pace == flow.Pause {
		t.wait(c, reason, since, t.to)
	}
	l.stopped = pace == flow.Stop
	if !l.stopped {
		l.open = append(l.open, span{begun, t.to})
	}
}

// hand gives the record to a team. A record that comes back to a team that had
// it just before another one has been played to and fro.
func (l *life) hand(t *Tally, s Step) {
	if s.Team == l.team {
		return
	}
	if l.team != "" && t.within(s.At) {
		t.handovers++
		if l.reassignedAt < 0 {
			l.reassignedAt = s.At
		}
		if n := len(l.teams); n >= 2 && l.teams[n-2] == s.Team && l.returnedAt < 0 {
			l.returnedAt = s.At
		}
	}
	l.team = s.Team
	l.teams = append(l.teams, s.Team)
}

// stop notes in which way a record rests: a closed one that the log calls
// resolved again later is not closed any more.
func (l *life) stop(t *Tally, s Step, pace flow.Pace) {
	if pace != flow.Stop {
		return
	}
	if l.cancelled = s.State == t.opt.Cancel; l.cancelled {
		l.ended = s.At
	}
	if l.closed = 0; s.State == t.opt.Closed {
		l.closed = s.At
	}
}

func (l *life) reopen(t *Tally, at int64) {
	l.reopenings++
	l.closed = 0
	if t.within(at) {
		t.reopened++
		if l.reopenedAt < 0 {
			l.reopenedAt = at
		}
	}
}

func (t *Tally) pace(s flow.State) flow.Pace {
	if p, ok := t.paces[s]; ok {
		return p
	}
	return flow.Work
}

// wait adds a span of waiting, as far as it lies in the period.
func (t *Tally) wait(c *Case, reason string, from, to int64) {
	from, to = max(from, t.from), min(to, t.to)
	if from >= to {
		return
	}
	w := t.waits[reason]
	if w == nil {
		w = &Waiting{Reason: reason}
		t.waits[reason] = w
	}
	const second = 1000
	w.Seconds += float64(to-from) / second
	if t.opt.Business != nil {
		if w.Business == nil {
			w.Business = new(float64)
		}
		*w.Business += float64(t.opt.Business(c, from, to)) / second
	}
	if !slices.Contains(t.life.reasons, reason) { // each record once
		t.life.reasons = append(t.life.reasons, reason)
		w.Records++
	}
}
