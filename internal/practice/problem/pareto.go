package problem

import (
	"cmp"
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
)

// Counts reads how many incidents there were, whatever their number: they were
// counted by week beforehand.
type Counts interface {
	// Top reads the weekly counts of the things with the most incidents in the
	// weeks from and to (with it), those with the most first, over the networks
	// that a scope is cleared for.
	Top(ctx context.Context, scope people.Scope, of Dimension, from, to Week, most int) ([]Series, error)
}

// Dimensions are those that incidents are ranked by.
var Dimensions = []Dimension{ByCause, ByItem, ByService, ByCategory}

// Spans are the numbers of whole weeks that can be looked at.
var Spans = []int{13, 26, 52, 104}

// mostRanked is how many things are ranked; the rest is told as one.
const mostRanked = 100

// mostFolded is how many things are read to be folded into their main groups.
const mostFolded = 1000

// Ranked is a thing with its share of the incidents of a time.
type Ranked struct {
	ID    int64
	N     int
	Share float64 // of all incidents
	Sum   float64 // of all incidents, with those ranked before
	Rise
}

// Ranking is which things the incidents of some whole weeks were about, those
// with the most first (Juran's principle of the vital few, 1951), and which of
// them become more.
type Ranking struct {
	Of       Dimension
	Folded   bool // things that are kept as a tree, by their main groups
	From, To Week
	Total    int // incidents
	Ranks    []Ranked
	Rest     int // incidents of things that are not ranked, or of none
}

// Rank ranks the things that incidents were about over the last whole weeks. It
// counts all incidents of the networks that a person is cleared for, so that it
// is for those who see every record. Folded, causes and categories are counted
// with what stands above them.
func (d *Desk) Rank(ctx context.Context, by people.Actor, of Dimension, weeks int, folded bool) (Ranking, error) {
	for _, deed := range []string{"problem.read", "incident.read"} {
		if err := by.May(deed); err != nil {
			return Ranking{}, err
		}
	}
	if !by.Scope.All {
		return Ranking{}, fault.New(fault.Denied, "problem.ranking_scope")
	}
	if !slices.Contains(Dimensions, of) {
		return Ranking{}, fault.At("by", "record.not_a_choice").With("choices", "cause, item, service, category")
	}
	if !slices.Contains(Spans, weeks) {
		return Ranking{}, fault.At("weeks", "record.not_a_choice").With("choices", "13, 26, 52, 104")
	}
	r := Ranking{Of: of, Folded: folded && of.Tree(), To: d.Facts.Week(d.Now()) - 1}
	r.From = r.To - Week(weeks) + 1
	all, err := d.Counts.Top(ctx, by.Scope, Whole, r.From, r.To, 1)
	if err != nil || len(all) == 0 {
		return r, err
	}
	begin := r.To
	for w, n := range all[0].Counts {
		r.Total += n
		begin = min(begin, w)
	}
	most := mostRanked
	if r.Folded {
		most = mostFolded
	}
	found, err := d.Counts.Top(ctx, by.Scope, of, r.From, r.To, most)
	if err != nil {
		return r, err
	}
	if r.Folded && d.City.Above != nil {
		found = fold(found, d.City.Above)
	}
	r.rank(found[:min(len(found), mostRanked)], begin)
	return r, nil
}

// Tree reports whether a centre keeps the things of a dimension as a tree.
func (d Dimension) Tree() bool { return d == ByCause || d == ByCategory }

// fold adds series up to those of the things that stand above all others of
// their branch, those with the most first.
func fold(all []Series, above func(int64) int64) []Series {
	total, at := map[int64]int{}, map[int64]int{}
	var out []Series
	for _, s := range all {
		id := above(s.ID)
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id], out = i, append(out, Series{ID: id, Counts: map[Week]int{}})
		}
		for w, n := range s.Counts {
			out[i].Counts[w] += n
			total[id] += n
		}
	}
	slices.SortStableFunc(out, func(a, b Series) int {
		return cmp.Or(cmp.Compare(total[b.ID], total[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// rank fills the ranks in; weeks before the first incident are none.
func (r *Ranking) rank(found []Series, begin Week) {
	p := make([]float64, len(found))
	r.Rest = r.Total
	for i, s := range found {
		k := Ranked{ID: s.ID, Rise: Rise{First: begin.Monday(), Tests: len(found)}}
		var values []float64
		for w := begin; w <= r.To; w++ {
			n := s.Counts[w]
			k.N += n
			values, k.Weeks = append(values, float64(n)), append(k.Weeks, n)
		}
		r.Rest -= k.N
		k.Share, k.Sum = float64(k.N)/float64(r.Total), float64(r.Total-r.Rest)/float64(r.Total)
		t := stats.MannKendall(values)
		k.Slope, k.P = t.Slope, t.P
		p[i] = t.P
		r.Ranks = append(r.Ranks, k)
	}
	for i, q := range stats.FalseDiscovery(p) {
		r.Ranks[i].Q = q
	}
}

// Risers are the ranks by how sure it is that they rise.
func (r *Ranking) Risers() []Ranked {
	out := slices.Clone(r.Ranks)
	slices.SortStableFunc(out, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(a.Q, b.Q), cmp.Compare(a.P, b.P), cmp.Compare(b.N, a.N))
	})
	return out
}

// Significant reports whether a thing rises at the level that candidates are
// proposed at.
func (k *Ranked) Significant() bool { return k.Q <= level && k.Slope >= 0 && k.P < 1 }
