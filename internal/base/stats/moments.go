package stats

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Summary is what a column of values comes to.
type Summary struct {
	N    int
	Mean float64
	SD   float64 // of the sample, with N-1
}

// Mean is the arithmetic mean of what was answered, and of how many. It is
// summed from the first value on, so that a common offset costs no digits
// (Chan, Golub and LeVeque, American Statistician 37, 1983). Errors: Empty.
func Mean(values []float64) (mean float64, n int, err error) {
	x := present(values)
	if err := enough(len(x), 1); err != nil {
		return 0, 0, err
	}
	return meanOf(x), len(x), nil
}

func meanOf(x []float64) float64 {
	from, sum, small := x[0], 0.0, 0.0
	for _, v := range x { // compensated sum (Neumaier 1974)
		d := v - from
		t := sum + d
		if math.Abs(sum) >= math.Abs(d) {
			small += sum - t + d
		} else {
			small += d - t + sum
		}
		sum = t
	}
	return from + (sum+small)/float64(len(x))
}

// squares is the sum of squared differences from the mean, by the corrected
// two-pass formula of Chan, Golub and LeVeque.
func squares(x []float64, mean float64) float64 {
	var sum, rest float64
	for _, v := range x {
		d := v - mean
		sum += d * d
		rest += d
	}
	return max(0, sum-rest*rest/float64(len(x)))
}

// Describe gives number, mean and standard deviation s = sqrt(sum (x -
// mean)^2 / (n-1)) of what was answered. Errors: Empty, TooFew (under two).
func Describe(values []float64) (Summary, error) {
	x := present(values)
	if err := enough(len(x), 2); err != nil {
		return Summary{}, err
	}
	m := meanOf(x)
	return Summary{N: len(x), Mean: m, SD: math.Sqrt(squares(x, m) / float64(len(x)-1))}, nil
}

// Within is the interval of a mean by Student's t: mean +- t(1-(1-level)/2;
// n-1) * s/sqrt(n) * fpc, with the correction for a finite population fpc =
// sqrt((N-n)/(N-1)) (Cochran, Sampling Techniques, 3rd ed. 1977, 2.6) when
// population is above 0. It is empty of width when everybody was asked or all
// values are equal. Errors: TooFew (under two), Shape (a population smaller
// than the sample, a level not between 0 and 1).
func (s Summary) Within(level float64, population int) (low, high float64, err error) {
	if err := enough(s.N, 2); err != nil {
		return 0, 0, err
	}
	if level <= 0 || level >= 1 || population > 0 && population < s.N {
		return 0, 0, unfit(Shape)
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(s.N - 1)}.Quantile(0.5 + level/2)
	half := t * s.SD / math.Sqrt(float64(s.N))
	if population > 1 {
		half *= math.Sqrt(float64(population-s.N) / float64(population-1))
	}
	return s.Mean - half, s.Mean + half, nil
}

// Complete keeps the rows in which every column was answered. It returns the
// columns cut down to them, and which rows they were. Errors: Shape, Empty (no
// columns); that no row is complete is none.
func Complete(columns [][]float64) (kept [][]float64, rows []int, err error) {
	if err := sameLength(columns); err != nil {
		return nil, nil, err
	}
	for i := range columns[0] {
		whole := true
		for _, c := range columns {
			whole = whole && answered(c[i])
		}
		if whole {
			rows = append(rows, i)
		}
	}
	kept = make([][]float64, len(columns))
	for j, c := range columns {
		kept[j] = make([]float64, len(rows))
		for k, i := range rows {
			kept[j][k] = c[i]
		}
	}
	return kept, rows, nil
}

// Covariance is how p columns vary together.
type Covariance struct {
	N     int       // cases; with pairs the most that any pair had
	Means []float64 // p
	S     *mat.SymDense
}

// Covary is the p x p covariance matrix of the sample over complete rows:
// s_jk = sum (x_j - mean_j)(x_k - mean_k) / (n-1). Errors: Shape, Empty, TooFew
// (under two complete rows).
func Covary(columns [][]float64) (Covariance, error) {
	kept, rows, err := Complete(columns)
	if err != nil {
		return Covariance{}, err
	}
	if err := enough(len(rows), 2); err != nil {
		return Covariance{}, err
	}
	p := len(kept)
	c := Covariance{N: len(rows), Means: make([]float64, p), S: mat.NewSymDense(p, nil)}
	for j, col := range kept {
		c.Means[j] = meanOf(col)
		floats.AddConst(-c.Means[j], col)
		for k := range j + 1 {
			c.S.SetSym(j, k, floats.Dot(col, kept[k])/float64(len(rows)-1))
		}
	}
	return c, nil
}

// CovaryPairs is Covary with each entry from all rows in which both of its
// columns were answered, and means and variances from all that were answered
// in one, as R's cov(use = "pairwise"). Such a matrix uses every answer but need
// not be one of any data: it may have negative eigenvalues. Errors: Shape,
// Empty, TooFew (a pair with under two rows).
func CovaryPairs(columns [][]float64) (Covariance, error) {
	if err := sameLength(columns); err != nil {
		return Covariance{}, err
	}
	p := len(columns)
	c := Covariance{Means: make([]float64, p), S: mat.NewSymDense(p, nil)}
	for j, a := range columns {
		for k := range j + 1 {
			pair, err := Covary([][]float64{a, columns[k]})
			if err != nil {
				return Covariance{}, err
			}
			c.S.SetSym(j, k, pair.S.At(0, 1))
			if j == k {
				c.Means[j] = pair.Means[0]
			}
			c.N = max(c.N, pair.N)
		}
	}
	return c, nil
}

// Correlation is the matrix r_jk = s_jk / (s_j s_k), with ones on its diagonal.
// Errors: Constant, with the column that does not vary.
func (c Covariance) Correlation() (*mat.SymDense, error) {
	p := c.S.SymmetricDim()
	sd := make([]float64, p)
	for j := range sd {
		sd[j] = math.Sqrt(c.S.At(j, j))
		if sd[j] <= tiny*math.Max(1, math.Abs(c.Means[j])) {
			return nil, unfitAt(Constant, j)
		}
	}
	r := mat.NewSymDense(p, nil)
	for j := range p {
		r.SetSym(j, j, 1)
		for k := range j {
			r.SetSym(j, k, math.Max(-1, math.Min(1, c.S.At(j, k)/(sd[j]*sd[k]))))
		}
	}
	return r, nil
}

// tiny is below what a standard deviation is rounding, measured by the values.
const tiny = 1e-13

// Correlate is the correlation matrix of columns over complete rows, and of how
// many rows. Errors: as Covary and Correlation.
func Correlate(columns [][]float64) (r *mat.SymDense, n int, err error) {
	c, err := Covary(columns)
	if err != nil {
		return nil, 0, err
	}
	r, err = c.Correlation()
	return r, c.N, err
}
