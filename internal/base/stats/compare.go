package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Test is a test of a difference in means.
type Test struct {
	Difference float64
	T          float64
	DF         float64
	P          float64 // two-sided
	Low, High  float64 // 95 % interval of the difference
}

// PairedT tests whether differences of pairs are 0 in the mean: t = mean /
// (s/sqrt(n)) with n-1 degrees of freedom (Student, Biometrika 6, 1908). Errors:
// Empty, TooFew (under two), Constant (all differences equal).
func PairedT(differences []float64) (Test, error) {
	s, err := Describe(differences)
	if err != nil {
		return Test{}, err
	}
	if s.SD <= tiny*math.Max(1, math.Abs(s.Mean)) {
		return Test{}, unfitAt(Constant, 0)
	}
	return testOf(s.Mean, s.SD/math.Sqrt(float64(s.N)), float64(s.N-1)), nil
}

func testOf(difference, se, df float64) Test {
	t := Test{Difference: difference, DF: df}
	t.T, t.P = ratioT(difference, se, df)
	half := se * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(.975)
	t.Low, t.High = difference-half, difference+half
	return t
}

// Welch tests two groups for one mean without asking for one variance: t = (m1 -
// m2)/sqrt(s1^2/n1 + s2^2/n2), degrees of freedom after Satterthwaite (Welch,
// Biometrika 34, 1947). Errors: Empty, TooFew (a group of under two), Constant
// (neither group varies); Column is the group.
func Welch(a, b []float64) (Test, error) {
	sa, sb, err := two(a, b)
	if err != nil {
		return Test{}, err
	}
	return WelchOf(sa, sb)
}

// WelchOf is Welch of two groups of which number, mean and spread are known but
// not the values. Errors: TooFew, Constant.
func WelchOf(sa, sb Summary) (Test, error) {
	for i, s := range []Summary{sa, sb} {
		if err := enough(s.N, 2); err != nil {
			err.(*Unfit).Column = i //nolint:errorlint // enough knows no other
			return Test{}, err
		}
	}
	va, vb := sa.SD*sa.SD/float64(sa.N), sb.SD*sb.SD/float64(sb.N)
	if va+vb <= tiny*tiny*math.Max(1, sa.Mean*sa.Mean) {
		return Test{}, unfit(Constant)
	}
	df := (va + vb) * (va + vb) / (va*va/float64(sa.N-1) + vb*vb/float64(sb.N-1))
	return testOf(sa.Mean-sb.Mean, math.Sqrt(va+vb), df), nil
}

func two(a, b []float64) (sa, sb Summary, err error) {
	if sa, err = Describe(a); err != nil {
		err.(*Unfit).Column = 0 //nolint:errorlint // Describe knows no other
		return sa, sb, err
	}
	if sb, err = Describe(b); err != nil {
		err.(*Unfit).Column = 1 //nolint:errorlint // Describe knows no other
	}
	return sa, sb, err
}

// Effect is how great a difference is, whatever its significance.
type Effect struct {
	D     float64 // Cohen's: in pooled standard deviations
	G     float64 // Hedges': D corrected for small samples
	Delta float64 // Cliff's: pairs in which the first is greater, less those in which it is smaller; -1 to 1
	Word  string  // of G: "none" below .2, "small" below .5, "medium" below .8, "large"
}

// Size is the effect of two groups: d = (m1 - m2)/s, s pooled (Cohen, Statistical
// Power Analysis, 2nd ed. 1988), g = d(1 - 3/(4(n1+n2) - 9)) (Hedges, J.
// Educational Statistics 6, 1981), delta = 2U/(n1 n2) - 1 (Cliff, Psychological
// Bulletin 114, 1993). Errors: as Welch.
func Size(a, b []float64) (Effect, error) {
	sa, sb, err := two(a, b)
	if err != nil {
		return Effect{}, err
	}
	e, err := SizeOf(sa, sb)
	if err != nil {
		return Effect{}, err
	}
	u, _ := rankSum(present(a), present(b))
	e.Delta = 2*u/(float64(sa.N)*float64(sb.N)) - 1
	return e, nil
}

// SizeOf is Size of two groups of which number, mean and spread are known; Delta,
// which needs the values, stays 0. Errors: TooFew (under two cases in all),
// Constant.
func SizeOf(sa, sb Summary) (Effect, error) {
	if err := enough(sa.N+sb.N, 3); err != nil {
		return Effect{}, err
	}
	n1, n2 := float64(sa.N), float64(sb.N)
	pooled := math.Sqrt(((n1-1)*sa.SD*sa.SD + (n2-1)*sb.SD*sb.SD) / (n1 + n2 - 2))
	if pooled <= tiny*math.Max(1, math.Abs(sa.Mean)) {
		return Effect{}, unfit(Constant)
	}
	e := Effect{D: (sa.Mean - sb.Mean) / pooled}
	e.G = e.D * (1 - 3/(4*(n1+n2)-9))
	e.Word = EffectWord(e.G)
	return e, nil
}

// EffectWord is Cohen's word for a standardised difference.
func EffectWord(g float64) string {
	switch g = math.Abs(g); {
	case g < .2:
		return "none"
	case g < .5:
		return "small"
	case g < .8:
		return "medium"
	}
	return "large"
}

// Ranked is a test by ranks.
type Ranked struct {
	Statistic float64 // U, V, or H
	N         int     // cases that count
	Z         float64 // 0 where there is none
	P         float64 // two-sided
	Exact     bool    // P is counted, not approximated
}

// MannWhitney tests whether one of two groups is apt to be greater: U is the
// number of pairs in which the first is, ties by half; z with the correction for
// ties and for continuity (Mann and Whitney, Annals of Mathematical Statistics
// 18, 1947; Lehmann, Nonparametrics, 1975). Errors: Empty, Constant (all values
// equal).
func MannWhitney(a, b []float64) (Ranked, error) {
	x, y := present(a), present(b)
	for i, g := range [][]float64{x, y} {
		if len(g) == 0 {
			return Ranked{}, &Unfit{Why: Empty, Column: i, Need: 1}
		}
	}
	u, ties := rankSum(x, y)
	n1, n2 := float64(len(x)), float64(len(y))
	n := n1 + n2
	variance := n1 * n2 / 12 * (n + 1 - ties/(n*(n-1)))
	if variance <= 0 {
		return Ranked{}, unfit(Constant)
	}
	return approximate(Ranked{Statistic: u, N: int(n)}, u-n1*n2/2, variance), nil
}

// approximate gives a statistic its z and P by the normal curve, half a step
// nearer to the middle.
func approximate(r Ranked, off, variance float64) Ranked {
	step := math.Copysign(min(.5, math.Abs(off)), off)
	r.Z = (off - step) / math.Sqrt(variance)
	r.P = math.Erfc(math.Abs(r.Z) / math.Sqrt2)
	return r
}

// rankSum is U of the first group, and sum t^3 - t over ties.
func rankSum(a, b []float64) (u, ties float64) {
	ranks, ties := rank(append(slices.Clone(a), b...))
	for _, r := range ranks[:len(a)] {
		u += r
	}
	n := float64(len(a))
	return u - n*(n+1)/2, ties
}

// rank gives every value its rank from 1 on, equal ones the mean of theirs, and
// the sum t^3 - t over groups of equal ones.
func rank(values []float64) (ranks []float64, ties float64) {
	order := rising(values)
	ranks = make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			ranks[k] = float64(i+j+1) / 2
		}
		t := float64(j - i)
		ties += t*t*t - t
		i = j
	}
	return ranks, ties
}

// exactPairs is up to how many pairs without ties Wilcoxon counts.
const exactPairs = 50

// Wilcoxon is the signed rank test of differences against 0: V the sum of the
// ranks of the positive ones, zeros left out; counted exactly up to 50
// differences without ties or zeros, else z with the correction for ties and for
// continuity (Wilcoxon, Biometrics Bulletin 1, 1945; as R's wilcox.test). Errors:
// Empty (nothing differs from 0).
func Wilcoxon(differences []float64) (Ranked, error) {
	all := present(differences)
	var size, sign []float64
	for _, d := range all {
		if d != 0 {
			size, sign = append(size, math.Abs(d)), append(sign, d)
		}
	}
	if err := enough(len(size), 1); err != nil {
		return Ranked{}, err
	}
	ranks, ties := rank(size)
	r := Ranked{N: len(size)}
	for i, d := range sign {
		if d > 0 {
			r.Statistic += ranks[i]
		}
	}
	n := float64(r.N)
	if ties == 0 && len(all) == len(size) && r.N <= exactPairs {
		r.P, r.Exact = signedRankP(r.N, int(r.Statistic)), true
		return r, nil
	}
	return approximate(r, r.Statistic-n*(n+1)/4, n*(n+1)*(2*n+1)/24-ties/48), nil
}

// signedRankP is twice the chance of a V as far out as v, counted over all signs.
func signedRankP(n, v int) float64 {
	most := n * (n + 1) / 2
	ways := make([]float64, most+1)
	ways[0] = 1
	for r := 1; r <= n; r++ {
		for s := most; s >= r; s-- {
			ways[s] += ways[s-r]
		}
	}
	v = min(v, most-v)
	sum := 0.0
	for s := range v + 1 {
		sum += ways[s]
	}
	return min(1, 2*sum/math.Pow(2, float64(n)))
}

// Holm adjusts the P of a family of m tests so that the chance of any false
// alarm stays below the level: in rising order (m-i)*p(i), i from 0, never
// falling, at most 1 (Holm, Scandinavian J. Statistics 6, 1979). The answers stand
// in the order of what was given.
func Holm(p []float64) []float64 {
	order := rising(p)
	out, most := make([]float64, len(p)), 0.0
	for i, at := range order {
		most = max(most, min(1, float64(len(p)-i)*p[at]))
		out[at] = most
	}
	return out
}
