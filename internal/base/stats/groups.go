package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Variance is an analysis of variance of one factor.
type Variance struct {
	Between, Within     float64 // sums of squares
	DFBetween, DFWithin int
	F, P                float64
	R2                  float64 // eta squared: Between of all
	Sigma               float64 // residual standard deviation
}

// Anova tests k groups for one mean: F = (SSB/(k-1)) / (SSW/(n-k)) (Fisher,
// Statistical Methods for Research Workers, 1925). Sums of squares are taken
// around means from which the common offset was removed first, so that leading
// digits that all values share do no harm. Errors: Shape (one group), Empty (a
// group without answers; Column), TooFew (no more cases than groups), Constant
// (no group varies).
func Anova(groups [][]float64) (Variance, error) {
	if len(groups) < 2 {
		return Variance{}, unfit(Shape)
	}
	var v Variance
	kept, means, n := make([][]float64, len(groups)), make([]float64, len(groups)), 0
	offset := math.NaN()
	for g, values := range groups {
		if kept[g] = present(values); len(kept[g]) == 0 {
			return Variance{}, &Unfit{Why: Empty, Column: g, Need: 1}
		}
		if g == 0 {
			offset = kept[0][0]
		}
		for i := range kept[g] {
			kept[g][i] -= offset
		}
		means[g] = meanOf(kept[g])
		n += len(kept[g])
		v.Within += squares(kept[g], means[g])
	}
	if err := enough(n, len(groups)+1); err != nil {
		return Variance{}, err
	}
	grand := 0.0
	for g := range kept {
		grand += means[g] * float64(len(kept[g])) / float64(n)
	}
	for g := range kept {
		d := means[g] - grand
		v.Between += d * d * float64(len(kept[g]))
	}
	if v.Within <= 0 {
		return Variance{}, unfit(Constant)
	}
	v.DFBetween, v.DFWithin = len(groups)-1, n-len(groups)
	v.F = v.Between / float64(v.DFBetween) / (v.Within / float64(v.DFWithin))
	v.P = tailF(v.F, float64(v.DFBetween), float64(v.DFWithin))
	v.R2 = v.Between / (v.Between + v.Within)
	v.Sigma = math.Sqrt(v.Within / float64(v.DFWithin))
	return v, nil
}

// KruskalWallis tests k groups by ranks: H with the correction for ties against
// chi-square with k-1 degrees of freedom (Kruskal and Wallis, JASA 47, 1952). Its
// Z is 0. Errors: Shape (one group), Empty (a group; Column), Constant (all
// values equal).
func KruskalWallis(groups [][]float64) (Ranked, error) {
	if len(groups) < 2 {
		return Ranked{}, unfit(Shape)
	}
	var all []float64
	for g, values := range groups {
		x := present(values)
		if len(x) == 0 {
			return Ranked{}, &Unfit{Why: Empty, Column: g, Need: 1}
		}
		all = append(all, x...)
	}
	ranks, ties := rank(all)
	n := float64(len(all))
	h, from := 0.0, 0
	for _, values := range groups {
		k, sum := len(present(values)), 0.0
		for _, r := range ranks[from : from+k] {
			sum += r
		}
		from += k
		h += sum * sum / float64(k)
	}
	untied := 1 - ties/(n*n*n-n)
	if !(untied > 0) {
		return Ranked{}, unfit(Constant)
	}
	h = (12/(n*(n+1))*h - 3*(n+1)) / untied
	return Ranked{Statistic: h, N: len(all), P: distuv.ChiSquared{K: float64(len(groups) - 1)}.Survival(h)}, nil
}

// Association is a correlation with its test and its interval.
type Association struct {
	N         int
	R         float64
	P         float64 // two-sided, by t with n-2 degrees of freedom
	Low, High float64 // 95 %, by Fisher's z; only with four cases or more
}

// Pearson is the product-moment correlation r of two columns over complete rows;
// its interval tanh(atanh r +- 1.96/sqrt(n-3)) (Fisher, Metron 1, 1921). Errors:
// Shape, Empty, TooFew (under three), Constant.
func Pearson(x, y []float64) (Association, error) {
	r, n, err := Correlate([][]float64{x, y})
	if err != nil {
		return Association{}, err
	}
	if err := enough(n, 3); err != nil {
		return Association{}, err
	}
	return associated(r.At(0, 1), n, 1), nil
}

// Spearman is the correlation of ranks, ties by their mean; its interval takes
// the variance of Fisher's z as (1 + r^2/2)/(n-3) (Spearman, American J.
// Psychology 15, 1904; Bonett and Wright, Psychometrika 65, 2000). Errors: as
// Pearson.
func Spearman(x, y []float64) (Association, error) {
	kept, rows, err := Complete([][]float64{x, y})
	if err != nil {
		return Association{}, err
	}
	if err := enough(len(rows), 3); err != nil {
		return Association{}, err
	}
	a, _ := rank(kept[0])
	b, _ := rank(kept[1])
	r, n, err := Correlate([][]float64{a, b})
	if err != nil {
		return Association{}, err
	}
	return associated(r.At(0, 1), n, 1+r.At(0, 1)*r.At(0, 1)/2), nil
}

func associated(r float64, n int, variance float64) Association {
	a := Association{N: n, R: r, Low: -1, High: 1}
	_, a.P = ratioT(r, math.Sqrt(max(0, 1-r*r)/float64(n-2)), float64(n-2))
	if n > 3 {
		half := z95 * math.Sqrt(variance/float64(n-3))
		a.Low, a.High = math.Tanh(math.Atanh(r)-half), math.Tanh(math.Atanh(r)+half)
	}
	return a
}
