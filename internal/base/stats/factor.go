package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// worst is the condition of a correlation matrix above which it counts as
// singular: its inverse would be rounding.
const worst = 1e12

// inverse inverts a correlation matrix. Errors: Singular, with the column that
// the others determine most.
func inverse(r *mat.SymDense) (*mat.SymDense, error) {
	p := r.SymmetricDim()
	if p == 0 {
		return nil, unfit(Empty)
	}
	var chol mat.Cholesky
	if chol.Factorize(r) && chol.Cond() < worst {
		out := mat.NewSymDense(p, nil)
		if err := chol.InverseTo(out); err == nil {
			return out, nil
		}
	}
	return nil, unfitAt(Singular, culprit(r))
}

// culprit is the first column that those before it determine, found by
// eliminating them one after the other.
func culprit(r *mat.SymDense) int {
	p := r.SymmetricDim()
	l := make([][]float64, p)
	for j := range p {
		l[j] = make([]float64, j+1)
		left := r.At(j, j)
		for k := range j {
			s := r.At(j, k)
			for i := range k {
				s -= l[j][i] * l[k][i]
			}
			l[j][k] = s / l[k][k]
			left -= l[j][k] * l[j][k]
		}
		if left <= 1/worst*10 {
			return j
		}
		l[j][j] = math.Sqrt(left)
	}
	return p - 1
}

// Sampling is how well items hang together for a factor analysis.
type Sampling struct {
	Overall float64   // KMO
	Items   []float64 // MSA of each
	Band    string    // Kaiser's word for Overall
}

// KMO is Kaiser's measure of sampling adequacy of a p x p correlation matrix:
// sum r_ij^2 / (sum r_ij^2 + sum q_ij^2) over i != j, with the partial
// correlations q_ij = -u_ij / sqrt(u_ii u_jj), U = R^-1; of one item the same
// over its row (Kaiser, Psychometrika 35, 1970; Kaiser and Rice, Educational and
// Psychological Measurement 34, 1974). Errors: Shape (one item), Singular.
func KMO(r *mat.SymDense) (Sampling, error) {
	p := r.SymmetricDim()
	if p < 2 {
		return Sampling{}, unfit(Shape)
	}
	u, err := inverse(r)
	if err != nil {
		return Sampling{}, err
	}
	out := Sampling{Items: make([]float64, p)}
	var allR, allQ float64
	for i := range p {
		var sumR, sumQ float64
		for j := range p {
			if i == j {
				continue
			}
			q := u.At(i, j) / math.Sqrt(u.At(i, i)*u.At(j, j))
			sumR += r.At(i, j) * r.At(i, j)
			sumQ += q * q
		}
		if sumR+sumQ > 0 {
			out.Items[i] = sumR / (sumR + sumQ)
		}
		allR, allQ = allR+sumR, allQ+sumQ
	}
	if allR+allQ > 0 {
		out.Overall = allR / (allR + allQ)
	}
	out.Band = kaiserBand(out.Overall)
	return out, nil
}

// kaiserBand is Kaiser's word (1974) for a measure of sampling adequacy.
func kaiserBand(kmo float64) string {
	words := []string{"unacceptable", "miserable", "mediocre", "middling", "meritorious", "marvellous"}
	for i, limit := range []float64{.5, .6, .7, .8, .9} {
		if kmo < limit {
			return words[i]
		}
	}
	return words[len(words)-1]
}

// Sphericity is Bartlett's test whether p variables correlate at all.
type Sphericity struct {
	Chi2 float64
	DF   int
	P    float64
}

// Bartlett tests a correlation matrix of n cases against the unit matrix: chi2 =
// -(n - 1 - (2p+5)/6) * ln|R| with p(p-1)/2 degrees of freedom (Bartlett, J. Royal
// Statistical Society B 16, 1954). Errors: Shape (one item), TooFew (no more
// cases than items), Singular.
func Bartlett(r *mat.SymDense, n int) (Sphericity, error) {
	p := r.SymmetricDim()
	if p < 2 {
		return Sphericity{}, unfit(Shape)
	}
	if err := enough(n, p+1); err != nil {
		return Sphericity{}, err
	}
	var chol mat.Cholesky
	if !chol.Factorize(r) || chol.Cond() >= worst {
		return Sphericity{}, unfitAt(Singular, culprit(r))
	}
	out := Sphericity{DF: p * (p - 1) / 2}
	out.Chi2 = math.Max(0, -(float64(n-1)-float64(2*p+5)/6)*chol.LogDet())
	out.P = distuv.ChiSquared{K: float64(out.DF)}.Survival(out.Chi2)
	return out, nil
}

// Eigenvalues of a symmetric matrix, greatest first. Errors: Empty, Unsettled.
func Eigenvalues(r *mat.SymDense) ([]float64, error) {
	if r.SymmetricDim() == 0 {
		return nil, unfit(Empty)
	}
	var e mat.EigenSym
	if !e.Factorize(r, false) {
		return nil, unfit(Unsettled)
	}
	values := e.Values(nil)
	slices.Reverse(values)
	return values, nil
}

// AboveOne counts the eigenvalues above 1 (Guttman 1954; Kaiser 1960): the rule
// that keeps too many factors. It is shown beside Parallel, never alone.
func AboveOne(eigenvalues []float64) int {
	n := 0
	for _, v := range eigenvalues {
		if v > 1 {
			n++
		}
	}
	return n
}

// Parallel is what eigenvalues are worth by chance.
type Parallel struct {
	Seed    uint64
	Samples int
	Borders []float64 // the 95th percentile of each eigenvalue of random data
	Keep    int       // leading eigenvalues above their border
}

// ParallelAnalysis compares the p eigenvalues of a correlation matrix of n cases
// with those of samples of n uncorrelated normal cases (Horn, Psychometrika 30,
// 1965), at the 95th percentile (Glorfeld, Educational and Psychological
// Measurement 55, 1995). A random covariance matrix is drawn at once as a Wishart
// matrix by Bartlett's decomposition (Odell and Feiveson, JASA 61, 1966), which
// has the same distribution as drawing the cases. The same seed gives the same
// borders. Errors: Empty, TooFew (no more cases than variables), Shape (no
// samples).
func ParallelAnalysis(eigenvalues []float64, n, samples int, seed uint64) (Parallel, error) {
	p := len(eigenvalues)
	switch {
	case p == 0:
		return Parallel{}, unfit(Empty)
	case samples < 1:
		return Parallel{}, unfit(Shape)
	}
	if err := enough(n, p+1); err != nil {
		return Parallel{}, err
	}
	drawn := make([][]float64, p)
	random := rand.New(rand.NewPCG(seed, uint64(n)<<16|uint64(p)))
	for range samples {
		values, err := Eigenvalues(chance(random, n, p))
		if err != nil {
			return Parallel{}, err
		}
		for i, v := range values {
			drawn[i] = append(drawn[i], v)
		}
	}
	out := Parallel{Seed: seed, Samples: samples, Borders: make([]float64, p)}
	for i := range drawn {
		slices.Sort(drawn[i])
		out.Borders[i] = quantile(drawn[i], 0.95)
	}
	for out.Keep < p && eigenvalues[out.Keep] > out.Borders[out.Keep] {
		out.Keep++
	}
	return out, nil
}

// chance is the correlation matrix of n cases of p uncorrelated normal
// variables.
func chance(random *rand.Rand, n, p int) *mat.SymDense {
	a := mat.NewDense(p, p, nil)
	for i := range p {
		free := distuv.ChiSquared{K: float64(n - 1 - i), Src: random}
		a.Set(i, i, math.Sqrt(free.Rand()))
		for j := range i {
			a.Set(i, j, random.NormFloat64())
		}
	}
	r := mat.NewSymDense(p, nil)
	r.SymOuterK(1, a)
	sd := make([]float64, p)
	for i := range sd {
		sd[i] = math.Sqrt(r.At(i, i))
	}
	for i := range p {
		for j := range i + 1 {
			r.SetSym(i, j, r.At(i, j)/(sd[i]*sd[j]))
		}
	}
	return r
}
