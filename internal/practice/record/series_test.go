package record

import (
	"reflect"
	"testing"
)

func TestGapsAreAccountedFor(t *testing.T) {
	t.Parallel()
	span := func(low, high int) Span { return Span{NewNumber(2026, low), NewNumber(2026, high)} }
	for name, c := range map[string]struct {
		gaps      []Span
		withdrawn []Withdrawal
		told      []Withdrawal
		missing   []Span
	}{
		"no gap":                       {},
		"a gap that is told":           {gaps: []Span{span(3, 5)}, withdrawn: []Withdrawal{{span(3, 5), 7}}, told: []Withdrawal{{span(3, 5), 7}}},
		"told in two parts":            {gaps: []Span{span(3, 5)}, withdrawn: []Withdrawal{{span(3, 4), 7}, {span(5, 5), 8}}, told: []Withdrawal{{span(3, 4), 7}, {span(5, 5), 8}}},
		"a gap that nobody told":       {gaps: []Span{span(3, 5)}, missing: []Span{span(3, 5)}},
		"told in the middle":           {gaps: []Span{span(3, 9)}, withdrawn: []Withdrawal{{span(5, 6), 7}}, told: []Withdrawal{{span(5, 6), 7}}, missing: []Span{span(3, 4), span(7, 9)}},
		"one of it kept":               {gaps: []Span{span(3, 4), span(6, 7)}, withdrawn: []Withdrawal{{span(3, 7), 7}}, told: []Withdrawal{{span(3, 4), 7}, {span(6, 7), 7}}},
		"withdrawn and given out anew": {withdrawn: []Withdrawal{{span(3, 7), 7}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s Series
			s.Account(c.gaps, c.withdrawn)
			if !reflect.DeepEqual(s.Withdrawn, c.told) || !reflect.DeepEqual(s.Missing, c.missing) {
				t.Errorf("told %v, want %v; missing %v, want %v", s.Withdrawn, c.told, s.Missing, c.missing)
			}
		})
	}
}
