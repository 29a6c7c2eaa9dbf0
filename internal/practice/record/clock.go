package record

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/sla"
)

// pace derives the clocks from the timeline, old and new, when something has
// happened that can change one.
func (s *Sitting[R]) pace(sh *Sheaf[R]) error {
	if s.desk.Rules.Terms == nil || !slices.ContainsFunc(sh.Entries, turns) {
		return nil
	}
	h := sh.Rec.Common()
	past, err := s.Past(sh.Rec)
	if err != nil {
		return err
	}
	var was []sla.Clock
	if sh.Was != nil {
		if was, err = s.tx.Clocks(h.ID); err != nil {
			return err
		}
	}
	terms := s.desk.Rules.Terms(sh.Rec)
	clocks, err := sla.Replay(Facts(s.desk.Flow, h.Requester, slices.Concat(past, sh.Entries)), terms)
	if err != nil {
		return err
	}
	h.Due = sla.Due(clocks)
	sh.Clocks, err = timed(sla.Carry(was, clocks), terms)
	return err
}

// timed adds to each clock when it warns next.
func timed(clocks []sla.Clock, terms []sla.Term) ([]Timed, error) {
	out := make([]Timed, len(clocks))
	for i, c := range clocks {
		out[i].Clock = c
		j := slices.IndexFunc(terms, func(t sla.Term) bool { return t.Name == c.Name })
		if j < 0 {
			continue
		}
		var err error
		if out[i].Next, out[i].NextAt, err = c.NextWarn(terms[j]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// turns reports whether an entry can change a clock.
func turns(e Entry) bool {
	return e.To != "" || e.Public || slices.ContainsFunc(e.Changes, func(c Change) bool {
		return c.Field == "priority" || c.Field == "service"
	})
}

// Warn gives the warnings that a record's clocks have reached and not given
// yet: one line of the timeline each, with the clock and the percentage as its
// reason ("resolve 80"), from which escalation and notices follow. Kilter
// itself calls it when a warning is due.
func (d *Desk[R]) Warn(ctx context.Context, by people.Actor, n Number) (given int, err error) {
	err = d.Sit(ctx, by, func(s *Sitting[R]) error {
		deed, err := s.may("warn")
		if err != nil {
			return err
		}
		r, err := s.Lock(n)
		if err != nil {
			return err
		}
		given, err = s.warn(r, deed)
		return err
	})
	return given, err
}

func (s *Sitting[R]) warn(r R, deed string) (given int, err error) {
	clocks, err := s.tx.Clocks(r.Common().ID)
	if err != nil {
		return 0, err
	}
	terms := s.desk.Rules.Terms(r)
	sh := s.sheaf(r)
	for i := range clocks {
		c := &clocks[i]
		j := slices.IndexFunc(terms, func(t sla.Term) bool { return t.Name == c.Name })
		if j < 0 || c.State != sla.Running {
			continue
		}
		if p := c.Reached(s.Now, terms[j]); p > c.Warned {
			c.Warned = p
			s.write(sh, Entry{Deed: deed, Reason: fmt.Sprintf("%s %d", c.Name, p)})
			given++
		}
	}
	sh.Clocks, err = timed(clocks, terms)
	return given, err
}

// Alarm names a record of which a clock is due to warn.
type Alarm struct {
	Kind   Kind
	Number Number
	At     time.Time
}
