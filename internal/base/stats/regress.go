package stats

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Regression is a linear least squares fit of y on m columns with an intercept.
type Regression struct {
	N           int
	R2, AdjR2   float64
	F, P        float64 // of all terms together; 0 and 1 where nothing is left to explain by
	DF          [2]int  // m, n-m-1
	Sigma       float64 // residual standard deviation
	Intercept   float64
	InterceptSE float64
	Terms       []Term
	Small       bool // n is below 50 + 8m (Green, Multivariate Behavioral Research 26, 1991)
}

// Term is one column's part.
type Term struct {
	B    float64 // change of y with one unit more, the others held
	Beta float64 // the same in standard deviations: b * s_x / s_y
	SE   float64 // standard error of B
	T, P float64 // B against 0, two-sided
	R    float64 // correlation with y by itself
	VIF  float64 // variance inflation: diag(Rxx^-1); above 5 much, above 10 very much
}

// Regress fits y = a + sum b_j x_j by least squares over complete rows: a QR
// decomposition of the centred columns brought to one length (Golub and Van
// Loan, Matrix Computations, 4th ed. 2013, 5.3), refined once. Beta, t with
// n-m-1 degrees of freedom, R2, adjusted R2 = 1-(1-R2)(n-1)/(n-m-1), F and VIF
// are those of any textbook (Draper and Smith, Applied Regression Analysis, 3rd
// ed. 1998). Errors: Shape, Empty, TooFew (fewer than m+2 complete rows),
// Constant (a column, or m for y), Singular (a column that those before it
// determine).
func Regress(y []float64, columns [][]float64) (Regression, error) {
	if len(columns) == 0 {
		return Regression{}, unfit(Empty)
	}
	kept, rows, err := Complete(append(append([][]float64{}, columns...), y))
	if err != nil {
		return Regression{}, err
	}
	m, n := len(columns), len(rows)
	if err := enough(n, m+2); err != nil {
		return Regression{}, err
	}
	means, lengths := make([]float64, m+1), make([]float64, m+1)
	x := mat.NewDense(n, m, nil)
	for j, col := range kept {
		means[j] = meanOf(col)
		floats.AddConst(-means[j], col)
		if lengths[j] = floats.Norm(col, 2); lengths[j] <= tiny*math.Sqrt(float64(n))*math.Max(1, math.Abs(means[j])) {
			return Regression{}, unfitAt(Constant, j)
		}
		floats.Scale(1/lengths[j], col)
		if j < m {
			x.SetCol(j, col)
		}
	}
	fit, err := solve(x, kept[m])
	if err != nil {
		return Regression{}, err
	}
	return fit.report(means, lengths), nil
}

// fitted is a regression in columns of length 1.
type fitted struct {
	n     int
	beta  []float64
	vif   []float64
	r     []float64
	left  float64    // residual sum of squares, of 1
	cross *mat.Dense // R^-1 of QR, for the intercept's error
}

// leastLeft is what of a column of length 1 must be left beside those before it.
const leastLeft = 1e-12

func solve(x *mat.Dense, y []float64) (fitted, error) {
	n, m := x.Dims()
	var qr mat.QR
	qr.Factorize(x)
	var r mat.Dense
	qr.RTo(&r)
	for j := range m {
		if math.Abs(r.At(j, j)) < leastLeft {
			return fitted{}, unfitAt(Singular, j)
		}
	}
	target := mat.NewVecDense(n, y)
	var beta, step, rest mat.VecDense
	if err := qr.SolveVecTo(&beta, false, target); err != nil {
		if _, ill := err.(mat.Condition); !ill { //nolint:errorlint // gonum returns it unwrapped
			return fitted{}, unfit(Singular)
		}
	}
	rest.MulVec(x, &beta)
	rest.SubVec(target, &rest)
	if err := qr.SolveVecTo(&step, false, &rest); err == nil {
		beta.AddVec(&beta, &step)
		rest.MulVec(x, &beta)
		rest.SubVec(target, &rest)
	}
	f := fitted{n: n, beta: beta.RawVector().Data, vif: make([]float64, m), r: make([]float64, m)}
	upper := mat.NewTriDense(m, mat.Upper, nil)
	for i := range m {
		for j := i; j < m; j++ {
			upper.SetTri(i, j, r.At(i, j))
		}
	}
	var inv mat.TriDense
	if err := inv.InverseTri(upper); err != nil {
		if _, ill := err.(mat.Condition); !ill { //nolint:errorlint // gonum returns it unwrapped
			return fitted{}, unfit(Singular)
		}
	}
	f.cross = mat.DenseCopyOf(&inv)
	for j := range m {
		row := f.cross.RawRowView(j)
		f.vif[j] = floats.Dot(row, row)
		f.r[j] = floats.Dot(mat.Col(nil, j, x), y)
	}
	f.left = floats.Dot(rest.RawVector().Data, rest.RawVector().Data)
	return f, nil
}

// report brings a fit back to the units of the columns.
func (f fitted) report(means, lengths []float64) Regression {
	m := len(f.beta)
	free := f.n - m - 1
	all := lengths[m]
	out := Regression{N: f.n, R2: 1 - f.left, DF: [2]int{m, free}, P: 1, Small: f.n < 50+8*m, Intercept: means[m]}
	out.AdjR2 = 1 - f.left*float64(f.n-1)/float64(free)
	out.Sigma = all * math.Sqrt(f.left/float64(free))
	if f.left > 0 {
		out.F = (1 - f.left) / float64(m) / (f.left / float64(free))
		out.P = tailF(out.F, float64(m), float64(free))
	}
	at := make([]float64, m) // the means in columns of length 1
	for j := range m {
		t := Term{Beta: f.beta[j], B: f.beta[j] * all / lengths[j], R: math.Max(-1, math.Min(1, f.r[j])), VIF: f.vif[j]}
		t.SE = out.Sigma * math.Sqrt(f.vif[j]) / lengths[j]
		t.T, t.P = ratioT(t.B, t.SE, float64(free))
		out.Intercept -= t.B * means[j]
		at[j] = means[j] / lengths[j]
		out.Terms = append(out.Terms, t)
	}
	var far mat.VecDense
	far.MulVec(f.cross.T(), mat.NewVecDense(m, at))
	out.InterceptSE = out.Sigma * math.Sqrt(1/float64(f.n)+mat.Dot(&far, &far))
	return out
}

// ratioT is a figure in its standard errors, and how likely so great a ratio is
// by chance, two-sided. Without error there is no ratio: 0, and 1 for nothing, 0
// for something.
func ratioT(x, se, free float64) (t, p float64) {
	switch {
	case se > 0:
		t = x / se
		return t, 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.CDF(-math.Abs(t))
	case x == 0:
		return 0, 1
	}
	return 0, 0
}

// tailF is the chance of more than f, computed from the tail so that small
// chances keep their digits.
func tailF(f, d1, d2 float64) float64 {
	if f <= 0 {
		return 1
	}
	return mathext.RegIncBeta(d2/2, d1/2, d2/(d1*f+d2))
}
