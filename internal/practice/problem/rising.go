package problem

import (
	"context"
	"fmt"

	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// risen is a series with what its test says.
type risen struct {
	of Dimension
	Series
	Rise
}

// rising: the weekly count of a service, a category or an item rises
// significantly over the last half year. Whole weeks only are tested; weeks
// before the first incident of a network are none. What is tested together, and
// adjusted for, is everything of one network, so that nothing of another can be
// read off the answer.
func (f *found) rising(ctx context.Context, facts Facts) (out []Candidate, err error) {
	end := facts.Week(f.now) - 1 // the last whole week
	begin, err := begins(ctx, facts, end)
	if err != nil {
		return nil, err
	}
	byZone := map[people.ZoneID][]risen{}
	for _, dim := range []Dimension{ByService, ByCategory, ByItem} {
		all, err := facts.Weekly(ctx, dim, end-risingWeeks+1, end)
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			if r, ok := tested(dim, s, begin[s.Zone], end); ok {
				byZone[s.Zone] = append(byZone[s.Zone], r)
			}
		}
	}
	for _, all := range byZone {
		out = append(out, f.significant(all)...)
	}
	return out, nil
}

// begins is the first week with an incident, by network, within those that are
// tested.
func begins(ctx context.Context, facts Facts, end Week) (map[people.ZoneID]Week, error) {
	all, err := facts.Weekly(ctx, Whole, end-risingWeeks+1, end)
	if err != nil {
		return nil, err
	}
	out := map[people.ZoneID]Week{}
	for _, s := range all {
		first := end + 1
		for w, n := range s.Counts {
			if n > 0 {
				first = min(first, w)
			}
		}
		out[s.Zone] = first
	}
	return out, nil
}

// tested tests one series, if there is enough of it.
func tested(dim Dimension, s Series, begin, end Week) (risen, bool) {
	if int(end-begin)+1 < leastWeeks {
		return risen{}, false
	}
	r := risen{of: dim, Series: s, Rise: Rise{First: begin.Monday()}}
	values, sum, late := []float64(nil), 0, 0
	for w := begin; w <= end; w++ {
		n := s.Counts[w]
		values, r.Weeks = append(values, float64(n)), append(r.Weeks, n)
		sum += n
		if w > end-lately {
			late += n
		}
	}
	if sum < LeastCounted || late < leastLately {
		return risen{}, false
	}
	t := stats.MannKendall(values)
	r.Slope, r.P = t.Slope, t.P
	return r, true
}

// significant are the candidates of one network.
func (f *found) significant(all []risen) (out []Candidate) {
	p := make([]float64, len(all))
	for i, r := range all {
		p[i] = r.P
	}
	for i, q := range stats.FalseDiscovery(p) {
		r := all[i]
		key := fmt.Sprintf("%d:%s:%d", r.Zone, r.of, r.ID)
		if q > level || f.judged.quiet[string(Rising)+":"+key] {
			continue
		}
		r.Q, r.Tests = q, len(all)
		var cases []Case
		for _, c := range f.recent {
			if c.Zone == r.Zone && r.has(c) && len(cases) < mostCases {
				cases = append(cases, c)
			}
		}
		if len(cases) == 0 {
			continue // all of them are explained
		}
		c := candidate(Rising, key, cases)
		c.Count, c.Service, c.Category, c.Item, c.Rise = 0, 0, 0, 0, &r.Rise
		for _, n := range r.Weeks {
			c.Count += n
		}
		switch r.of {
		case ByService:
			c.Service = record.ServiceID(r.ID)
		case ByCategory:
			c.Category = record.CategoryID(r.ID)
		default:
			c.Item = record.ItemID(r.ID)
		}
		out = append(out, c)
	}
	return out
}

// has reports whether a case is of what the series counts.
func (r *risen) has(c Case) bool {
	switch r.of {
	case ByService:
		return int64(c.Service) == r.ID
	case ByCategory:
		return int64(c.Category) == r.ID
	}
	return int64(c.Item) == r.ID
}
