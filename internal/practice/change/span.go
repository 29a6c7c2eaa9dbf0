package change

import (
	"slices"
	"time"
)

// Span is a time from a moment on, until before another.
type Span struct{ From, Until time.Time }

// Meets reports whether two spans have time in common.
func (s Span) Meets(o Span) bool { return s.From.Before(o.Until) && o.From.Before(s.Until) }

// Holds reports whether the other span lies within.
func (s Span) Holds(o Span) bool { return !o.From.Before(s.From) && !s.Until.Before(o.Until) }

// Same reports whether two spans are one.
func (s Span) Same(o Span) bool { return s.From.Equal(o.From) && s.Until.Equal(o.Until) }

// Common is the time that two spans which meet have in common.
func (s Span) Common(o Span) Span {
	if o.From.After(s.From) {
		s.From = o.From
	}
	if o.Until.Before(s.Until) {
		s.Until = o.Until
	}
	return s
}

// Length is how long it is.
func (s Span) Length() time.Duration { return s.Until.Sub(s.From) }

// joined puts spans in order and makes one of those that meet or touch; empty
// ones go.
func joined(list []Span) []Span {
	list = slices.DeleteFunc(slices.Clone(list), func(s Span) bool { return !s.Until.After(s.From) })
	slices.SortFunc(list, func(a, b Span) int { return a.From.Compare(b.From) })
	out := list[:0]
	for _, s := range list {
		if last := len(out) - 1; last >= 0 && !s.From.After(out[last].Until) {
			if s.Until.After(out[last].Until) {
				out[last].Until = s.Until
			}
			continue
		}
		out = append(out, s)
	}
	return out
}
