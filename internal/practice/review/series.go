package review

import (
	"context"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/people"
)

// Rhythm is how often a kind of review comes again.
type Rhythm string

// The rhythms.
const (
	Once      Rhythm = "once" // each is called by somebody
	Monthly   Rhythm = "monthly"
	Quarterly Rhythm = "quarterly"
	Yearly    Rhythm = "yearly"
)

// Rhythms lists them in the order of a form.
var Rhythms = []string{string(Once), string(Monthly), string(Quarterly), string(Yearly)}

// ahead is how long before its day the next review is called.
func (r Rhythm) ahead() time.Duration {
	const month, longer = 14, 30
	if r == Monthly {
		return month * 24 * time.Hour
	}
	return longer * 24 * time.Hour
}

// lastSure is the last day that every month has.
const lastSure = 28

// rule is the rhythm from a day on; from a day that some months lack on it takes
// their last.
func (r Rhythm) rule(since time.Time) string {
	day := ""
	if since.Day() > lastSure {
		sep := ";BYMONTHDAY="
		for d := lastSure; d <= since.Day(); d++ {
			day += sep + strconv.Itoa(d)
			sep = ","
		}
		day += ";BYSETPOS=-1"
	}
	switch r {
	case Monthly:
		return "FREQ=MONTHLY" + day
	case Quarterly:
		return "FREQ=MONTHLY;INTERVAL=3" + day
	case Yearly:
		return "FREQ=MONTHLY;INTERVAL=12" + day
	case Once:
	}
	return ""
}

// Series is what a review is one of, of which the next is called by itself.
type Series struct {
	First int64     `json:"first,omitempty"` // its first review; 0 on that one
	Since time.Time `json:"since"`           // when that was to be held, from which the rhythm counts
	Turn  time.Time `json:"turn"`            // when this one was, before it was moved off a day of rest
	Ended bool      `json:"ended,omitempty"` // no other comes after it
}

// Again reports whether another one comes after it by itself.
func (r *Review) Again() bool { return r.Series != nil && !r.Series.Ended }

// repeat begins a series, goes on with it or ends it.
func (m *Room) repeat(r *Review, again bool) error {
	switch {
	case !again && r.Series == nil:
		return nil
	case !again:
		r.Series.Ended = true
		return nil
	case m.rhythm(r.Kind) == "":
		return fault.At("again", "review.no_rhythm")
	case r.Series == nil:
		r.Series = &Series{Since: r.At, Turn: r.At}
	case r.Series.First == 0: // the rhythm counts from when it is held
		r.Series.Since, r.Series.Turn = r.At, r.At
	}
	r.Series.Ended = false
	return nil
}

// rhythm is that of a kind; "" when none comes by itself.
func (m *Room) rhythm(k Kind) Rhythm {
	p := m.Policy()
	if every := p.Of(k).Every; k != Initiation && every != Once {
		return every
	}
	return ""
}

// Rhythm is how often reviews of a kind come again by themselves; "" when they do
// not.
func (m *Room) Rhythm(k Kind) Rhythm { return m.rhythm(k) }

// CallNext calls what comes next of every series whose last review is held or
// called off, once its day is near, and returns what it called.
func (m *Room) CallNext(ctx context.Context) ([]Review, error) {
	all, err := m.Store.Reviews(ctx, Wanted{Limit: MostListed})
	if err != nil {
		return nil, err
	}
	last := map[int64]*Review{}
	for i := range all {
		r := &all[i]
		if r.Series == nil {
			continue
		}
		first := r.Series.First
		if first == 0 {
			first = r.ID
		}
		if was := last[first]; was == nil || r.Series.Turn.After(was.Series.Turn) {
			last[first] = r
		}
	}
	var called []Review
	for first, r := range last {
		next, err := m.after(r, first)
		if err != nil {
			return called, err
		}
		if next == nil {
			continue
		}
		if err := m.keep(ctx, people.System(people.ViaJob), next, "call the next of "+object(r.ID)); err != nil {
			return called, err
		}
		called = append(called, *next)
	}
	return called, nil
}

// after is the review that comes after the last of a series, nil when none is to
// be called now.
func (m *Room) after(r *Review, first int64) (*Review, error) {
	every, now := m.rhythm(r.Kind), m.now()
	if r.State == Called || r.Series.Ended || every == "" {
		return nil, nil // it is not yet time
	}
	place := time.UTC
	if m.Place != nil {
		place = m.Place()
	}
	start := r.Series.Since.In(place)
	rule := recur.Spec{Rule: every.rule(start), Start: start, Place: place, Shift: recur.Next}
	if m.Days != nil {
		rule.Days = m.Days()
	}
	from := now
	if r.At.After(from) { // it was held before its day
		from = r.At
	}
	const longest = 13 // months, more than any rhythm
	dates, err := rule.Dates(from, from.AddDate(0, longest, 0))
	if err != nil {
		return nil, err
	}
	for _, d := range dates {
		if !d.Planned.After(r.Series.Turn) || d.At.IsZero() {
			continue
		}
		if d.At.Sub(now) > every.ahead() {
			break
		}
		return m.follow(r, first, d, place), nil
	}
	return nil, nil // it is not yet time
}

// follow is the review of a date, with what holds of the one before it. Its
// period begins where that one's ended, so that no day is left out.
func (m *Room) follow(r *Review, first int64, d recur.Date, place *time.Location) *Review {
	next := &Review{Kind: r.Kind, Name: r.Name, At: d.At.UTC(), State: Called, Made: m.now()}
	next.Place, next.Chair = r.Place, r.Chair
	if !m.Works(next.Chair) {
		next.Chair = 0
	}
	next.Series = &Series{First: first, Since: r.Series.Since, Turn: d.Planned.UTC()}
	if !r.Until.IsZero() {
		next.From, next.Until = r.Until, r.Until.Add(day.Of(d.Planned, place).Sub(day.Of(r.Series.Turn, place)))
		if !next.Until.After(next.From) {
			next.Until = time.Time{}
		}
	}
	p := m.Policy()
	next.Agenda, next.Checks = p.Of(next.Kind).Lay()
	return next
}
