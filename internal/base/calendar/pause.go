package calendar

import (
	"slices"
	"time"
)

// Pause is a stretch of time that does not count, from From up to To.
type Pause struct{ From, To time.Time }

// merge sorts pauses, drops empty ones and joins those that overlap.
func merge(pauses []Pause) []Pause {
	in := slices.DeleteFunc(slices.Clone(pauses), func(p Pause) bool { return !p.From.Before(p.To) })
	slices.SortFunc(in, func(a, b Pause) int { return a.From.Compare(b.From) })
	var out []Pause
	for _, p := range in {
		if n := len(out); n > 0 && !p.From.After(out[n-1].To) {
			if p.To.After(out[n-1].To) {
				out[n-1].To = p.To
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

// BetweenExcept is Between without the time that falls into a pause.
func (c *Calendar) BetweenExcept(a, b time.Time, pauses []Pause) time.Duration {
	if b.Before(a) {
		return -c.BetweenExcept(b, a, pauses)
	}
	total := c.Between(a, b)
	for _, p := range merge(pauses) {
		if from, to := later(a, p.From), earlier(b, p.To); from.Before(to) {
			total -= c.Between(from, to)
		}
	}
	return total
}

// AddExcept is Add with pauses: the earliest moment by which d of business
// time outside the pauses has passed since t.
func (c *Calendar) AddExcept(t time.Time, d time.Duration, pauses []Pause) (time.Time, error) {
	if d < 0 {
		return c.SubExcept(t, -d, pauses)
	}
	for _, p := range merge(pauses) {
		if !p.To.After(t) {
			continue
		}
		at, err := c.Add(t, d)
		if err != nil {
			return at, err
		}
		// At the very beginning of a pause a time that has run out has run out,
		// but no time at all rolls on to the end of it.
		if at.Before(p.From) || at.Equal(p.From) && d > 0 {
			return at, nil
		}
		if p.From.After(t) {
			d -= c.Between(t, p.From)
		}
		t = p.To
	}
	return c.Add(t, d)
}

// SubExcept is Sub with pauses, the mirror image of AddExcept.
func (c *Calendar) SubExcept(t time.Time, d time.Duration, pauses []Pause) (time.Time, error) {
	if d < 0 {
		return c.AddExcept(t, -d, pauses)
	}
	for _, p := range slices.Backward(merge(pauses)) {
		if !p.From.Before(t) {
			continue
		}
		at, err := c.Sub(t, d)
		if err != nil {
			return at, err
		}
		if at.After(p.To) || at.Equal(p.To) && d > 0 {
			return at, nil
		}
		if p.To.Before(t) {
			d -= c.Between(p.To, t)
		}
		t = p.From
	}
	return c.Sub(t, d)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
