package stats

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mat"
)

// MaxShapley is how many predictors Shapley takes: it looks at every subset.
const MaxShapley = 16

// Shapley shares R2 out among m correlated predictors: LMG_j = sum over the
// subsets S without j of |S|!(m-1-|S|)!/m! * (R2(S+j) - R2(S)), the mean of what
// a predictor adds over all orders of entry (Lindeman, Merenda and Gold,
// Introduction to Bivariate and Multivariate Analysis, 1980; Grömping, J.
// Statistical Software 17, 2006; the value of Shapley 1953). The parts are never
// negative and sum to R2. It takes the correlation matrix of the predictors, and
// their correlations with the outcome. Errors: Shape (lengths, more than
// MaxShapley), Empty, Singular.
func Shapley(rxx *mat.SymDense, rxy []float64) (parts []float64, r2 float64, err error) {
	m := len(rxy)
	switch {
	case m == 0:
		return nil, 0, unfit(Empty)
	case m > MaxShapley, rxx.SymmetricDim() != m:
		return nil, 0, unfit(Shape)
	}
	s := NewShapley(m)
	parts = make([]float64, m)
	if at := s.Share(func(i, j int) float64 { return rxx.At(i, j) }, rxy, parts); at >= 0 {
		return nil, 0, unfitAt(Singular, at)
	}
	return parts, s.r2[len(s.r2)-1], nil
}

// ShapleySpace is what Shapley works in, kept so that a bootstrap need not make
// it anew. It belongs to one goroutine.
type ShapleySpace struct {
	m      int
	r2     []float64 // of each subset of predictors
	weight []float64 // of a subset by its size
	l      [][]float64
	z      []float64
}

// NewShapley is the space for m predictors, at most MaxShapley.
func NewShapley(m int) *ShapleySpace {
	s := &ShapleySpace{m: m, r2: make([]float64, 1<<m), weight: make([]float64, m), l: make([][]float64, m), z: make([]float64, m)}
	for i := range s.l {
		s.l[i] = make([]float64, m)
	}
	w := 1 / float64(m)
	for size := range m { // |S|!(m-1-|S|)!/m!
		s.weight[size] = w
		w *= float64(size+1) / float64(max(1, m-1-size))
	}
	return s
}

// Share writes the parts of Shapley into parts, and says which predictor the
// others determine, or -1. R2 of every subset comes from one walk over the
// subsets in which each adds a row to the Cholesky factor of the one before.
func (s *ShapleySpace) Share(rxx func(i, j int) float64, rxy, parts []float64) (singular int) {
	if at := s.walk(rxx, rxy, make([]int, 0, s.m), 0, 0); at >= 0 {
		return at
	}
	for j := range parts {
		parts[j] = 0
	}
	for set := range s.r2 {
		w := 0.0
		if size := bits.OnesCount(uint(set)); size < s.m {
			w = s.weight[size]
		}
		for j := range parts {
			if set&(1<<j) == 0 {
				parts[j] += w * (s.r2[set|1<<j] - s.r2[set])
			}
		}
	}
	return -1
}

// least is what must be left of a predictor's variance beside the others.
const least = 1e-10

func (s *ShapleySpace) walk(rxx func(i, j int) float64, rxy []float64, in []int, set int, r2 float64) int {
	s.r2[set] = r2
	from, k := 0, len(in)
	if k > 0 {
		from = in[k-1] + 1
	}
	for j := from; j < s.m; j++ {
		left, z := rxx(j, j), rxy[j]
		for a, i := range in {
			x := rxx(j, i)
			for b := range a {
				x -= s.l[k][b] * s.l[a][b]
			}
			x /= s.l[a][a]
			s.l[k][a] = x
			left -= x * x
			z -= x * s.z[a]
		}
		if !(left > least) {
			return j
		}
		s.l[k][k] = math.Sqrt(left)
		s.z[k] = z / s.l[k][k]
		if at := s.walk(rxx, rxy, append(in, j), set|1<<j, r2+s.z[k]*s.z[k]); at >= 0 {
			return at
		}
	}
	return -1
}

// RelativeWeights shares R2 out by way of the nearest uncorrelated variables:
// Lambda = Rxx^(1/2), beta* = Lambda^-1 r_xy, eps_j = sum_k Lambda_jk^2
// beta*_k^2 (Johnson, Multivariate Behavioral Research 35, 2000). The parts sum to
// R2 and come near to Shapley's at any number of predictors. Errors: Shape, Empty,
// Singular, Unsettled.
func RelativeWeights(rxx *mat.SymDense, rxy []float64) ([]float64, error) {
	m := len(rxy)
	switch {
	case m == 0:
		return nil, unfit(Empty)
	case rxx.SymmetricDim() != m:
		return nil, unfit(Shape)
	}
	var e mat.EigenSym
	if !e.Factorize(rxx, true) {
		return nil, unfit(Unsettled)
	}
	values := e.Values(nil)
	if values[0] <= least {
		return nil, unfitAt(Singular, culprit(rxx))
	}
	var q mat.Dense
	e.VectorsTo(&q)
	power := func(exponent float64) *mat.Dense {
		var half, out mat.Dense
		half.Apply(func(_, j int, x float64) float64 { return x * math.Pow(values[j], exponent) }, &q)
		out.Mul(&half, q.T())
		return &out
	}
	lambda := power(.5)
	var beta mat.VecDense
	beta.MulVec(power(-.5), mat.NewVecDense(m, rxy))
	parts := make([]float64, m)
	for j := range parts {
		for k := range m {
			parts[j] += lambda.At(j, k) * lambda.At(j, k) * beta.AtVec(k) * beta.AtVec(k)
		}
	}
	return parts, nil
}

// PartialCorrelation is the correlation of two columns with what others explain
// taken out: -u_12 / sqrt(u_11 u_22), U the inverse of the correlation matrix of
// all over complete rows. Errors: as Correlate; Singular, TooFew (no more rows
// than columns and one).
func PartialCorrelation(x, y []float64, others [][]float64) (float64, error) {
	r, n, err := Correlate(append([][]float64{x, y}, others...))
	if err != nil {
		return 0, err
	}
	if err := enough(n, len(others)+4); err != nil {
		return 0, err
	}
	u, err := inverse(r)
	if err != nil {
		return 0, err
	}
	return -u.At(0, 1) / math.Sqrt(u.At(0, 0)*u.At(1, 1)), nil
}
