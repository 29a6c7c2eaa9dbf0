package survey

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"kilter/internal/base/stats"
)

// mostPairs is up to how many groups every pair is compared; above it each with
// the rest.
const mostPairs = 6

// relevant is the least change that matters on seven points, in points.
const relevant = 0.3

// groups compares the groups of every grouping that may be told of.
func (w *work) groups() {
	if len(w.spec.Groups) == 0 {
		return
	}
	w.out.Groups = map[string]*GroupResult{}
	mean, exact := w.meanScore()
	for g, group := range w.spec.Groups {
		by := map[string][]int{}
		r := &GroupResult{Groups: map[string]*One{}, Hidden: []string{}}
		for k, row := range w.kept {
			if name := w.all.Groups[g][row]; name != "" {
				by[name] = append(by[name], k)
			} else {
				r.Nowhere++
			}
		}
		w.out.Groups[group.Name] = r
		if len(by) == 0 {
			w.lack("groups."+group.Name, &stats.Unfit{Why: stats.Empty, Column: -1, Need: 1})
			continue
		}
		for _, name := range group.Compare {
			if by[name] == nil {
				w.absent("groups."+group.Name+".compare", "no_such_group")
				w.out.Lacks[len(w.out.Lacks)-1].Column = name
			}
		}
		shown := w.published(group, r, by)
		for _, name := range shown {
			r.Groups[name] = w.groupOf("groups."+group.Name+"."+name, by[name], mean)
		}
		w.compare(group, shown, by, [2][]float64{mean, exact})
		w.several(group, r, shown, by, mean)
	}
}

// meanScore is each respondent's mean gap over all items that he answered both
// ways, or his mean P: as a difference of two means, and without the rounding
// that this brings.
func (w *work) meanScore() (mean, exact []float64) {
	items := w.every(Perceived)
	least := (len(items) + 1) / 2
	p, _ := stats.RowMeans(of(w.form[Perceived], items), least)
	if w.pairs {
		items = w.every(Gap)
		least = (len(items) + 1) / 2
		p, _ = stats.RowMeans(of(w.paths.p, items), least)
		e, _ := stats.RowMeans(of(w.paths.e, items), least)
		for r := range p {
			p[r] -= e[r]
		}
	}
	exact = make([]float64, len(p))
	for r, x := range p {
		const digits = 1e9
		exact[r] = math.Round(x*digits) / digits
	}
	return p, exact
}

// published says which groups may be told of, in the order in which the spec
// names them, else the largest first, and notes those that may not.
func (w *work) published(group Group, r *GroupResult, by map[string][]int) []string {
	names := make([]string, 0, len(by))
	for name := range by {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(by[b]), len(by[a])), strings.Compare(a, b))
	})
	order := group.Compare // the order in which the spec names them comes first
	for _, v := range group.Values {
		order = append(order[:len(order):len(order)], v.Called)
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(place(order, a), place(order, b)) })
	counts := make([]int, len(names), len(names)+1)
	for i, name := range names {
		counts[i] = len(by[name])
	}
	if group.Population != nil { // whoever is in none is of a small one, and it is known who that is
		counts = append(counts, r.Nowhere)
	}
	hidden, err := stats.Suppress(counts, w.spec.Least)
	if err != nil {
		w.lack("groups."+group.Name, err)
		return nil
	}
	var shown []string
	for i, name := range names {
		if hidden[i] {
			r.Hidden = append(r.Hidden, name)
		} else {
			shown = append(shown, name)
		}
	}
	if len(r.Hidden) > 0 {
		w.absent("groups."+group.Name, "suppressed")
	}
	return shown
}

func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}

func at(column []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for k, r := range rows {
		out[k] = column[r]
	}
	return out
}

func (w *work) groupOf(what string, rows []int, mean []float64) *One {
	o := &One{N: len(rows), Dimensions: map[string]Figure{}}
	s, err := stats.Describe(at(mean, rows))
	if err != nil {
		w.lack(what, err)
	} else {
		o.Mean, o.SD = s.Mean, s.SD
		if low, high, err := s.Within(level, 0); err == nil {
			o.CI = &[2]float64{low, high}
		}
	}
	for d, dim := range w.spec.Dimensions {
		o.Dimensions[dim.Name] = meanOf(at(w.dimensionScores()[d], rows))
	}
	return o
}

// compare tests pairs of groups; scores are the means as they are, and rounded.
func (w *work) compare(group Group, shown []string, by map[string][]int, scores [2][]float64) {
	type couple struct {
		a, b         string
		rowsA, rowsB []int
	}
	var couples []couple
	if len(group.Compare) > 0 {
		shown = slices.DeleteFunc(slices.Clone(shown), func(n string) bool { return !slices.Contains(group.Compare, n) })
	}
	if len(shown) > mostPairs {
		for _, name := range shown {
			var rest []int
			for _, other := range shown {
				if other != name {
					rest = append(rest, by[other]...)
				}
			}
			couples = append(couples, couple{name, "rest", by[name], rest})
		}
	} else {
		for i, a := range shown {
			for _, b := range shown[i+1:] {
				couples = append(couples, couple{a, b, by[a], by[b]})
			}
		}
	}
	var done []*Pair
	var ps []float64
	for _, c := range couples {
		key := w.pairKey(c.a, c.b)
		p := w.pair(key, c.rowsA, c.rowsB, scores)
		if p == nil {
			continue
		}
		if _, there := w.out.Pairs[key]; there {
			key = fmt.Sprintf("%s_by_%s", key, group.Name)
		}
		w.out.Pairs[key] = p
		done, ps = append(done, p), append(ps, p.P)
	}
	for i, p := range stats.Holm(ps) {
		done[i].HolmP = p
	}
}

func (w *work) pairKey(a, b string) string {
	if w.pairs {
		return "two_sample_gap_" + a + "_vs_" + b
	}
	return "two_sample_P_" + a + "_vs_" + b
}

func (w *work) pair(key string, a, b []int, scores [2][]float64) *Pair {
	x, y := at(scores[0], a), at(scores[0], b)
	t, err := stats.Welch(x, y)
	if err != nil {
		w.lack(key, err)
		return nil
	}
	u, errU := stats.MannWhitney(x, y)
	v, errV := stats.MannWhitney(at(scores[1], a), at(scores[1], b))
	e, errE := stats.Size(x, y)
	if err := cmp.Or(errU, errV, errE); err != nil {
		w.lack(key, err)
		return nil
	}
	sa, _ := stats.Describe(x)
	sb, _ := stats.Describe(y)
	p := &Pair{
		N: [2]int{sa.N, sb.N}, Mean: [2]float64{sa.Mean, sb.Mean}, SD: [2]float64{sa.SD, sb.SD},
		Difference: t.Difference, CI: [2]float64{t.Low, t.High}, T: t.T, DF: t.DF, P: t.P,
		U: u.Statistic, Z: u.Z, UP: u.P, D: e.D, G: e.G, Delta: e.Delta, Word: e.Word, Dimensions: map[string]*PairOfDim{},
	}
	if v.Statistic != u.Statistic {
		p.Exact = &ExactTies{v.Statistic, v.Z, v.P}
	}
	least := Relevant(w.out.Points)
	p.Relevant = math.Abs(p.Difference) >= least && e.Word != "none"
	w.pairDims(key, p, a, b)
	return p
}

func (w *work) pairDims(key string, p *Pair, a, b []int) {
	var list []*PairOfDim
	var ps []float64
	for d, dim := range w.spec.Dimensions {
		x, y := at(w.dimensionScores()[d], a), at(w.dimensionScores()[d], b)
		t, err := stats.Welch(x, y)
		e, errE := stats.Size(x, y)
		if err := cmp.Or(err, errE); err != nil {
			w.lack(key+".dimensions."+dim.Name, err)
			continue
		}
		one := &PairOfDim{Difference: t.Difference, T: t.T, DF: t.DF, P: t.P, G: e.G, Word: e.Word}
		p.Dimensions[dim.Name] = one
		list, ps = append(list, one), append(ps, t.P)
	}
	for i, x := range stats.Holm(ps) {
		list[i].HolmP = x
	}
}

// several tests more than two groups at once.
func (w *work) several(group Group, r *GroupResult, shown []string, by map[string][]int, mean []float64) {
	if len(shown) < 3 {
		return
	}
	columns := make([][]float64, len(shown))
	for i, name := range shown {
		columns[i] = at(mean, by[name])
	}
	what := "groups." + group.Name
	if v, err := stats.Anova(columns); err != nil {
		w.lackAt(what+".anova", err, shown)
	} else {
		r.Anova = &Several{v.F, []int{v.DFBetween, v.DFWithin}, v.P}
	}
	if k, err := stats.KruskalWallis(columns); err != nil {
		w.lackAt(what+".kruskal_wallis", err, shown)
	} else {
		r.Kruskal = &Several{k.Statistic, []int{len(shown) - 1}, k.P}
	}
}
