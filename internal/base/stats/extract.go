package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Factors are m factors behind p items.
type Factors struct {
	Loadings    *mat.Dense    // p x m; after promax the pattern
	Phi         *mat.SymDense // m x m correlations of the factors; nil while they are at right angles
	Communality []float64     // of each item, before rotation: what the factors explain of it
	Explained   []float64     // sum of squares of each factor
	Steps       int           // iterations, of principal axis
	Settled     bool          // whether they came to rest
	Improper    []int         // items with a communality above 1 (Heywood 1931)
	Fewer       int           // how many factors have a proper solution, when Improper is not empty; 0 for none
}

// PrincipalComponents are the first m principal components of a correlation
// matrix, as loadings: eigenvectors times the square roots of their eigenvalues
// (Hotelling, J. Educational Psychology 24, 1933). Errors: Shape (m not within 1
// to p), Unsettled.
func PrincipalComponents(r *mat.SymDense, m int) (Factors, error) {
	p := r.SymmetricDim()
	if m < 1 || m > p {
		return Factors{}, unfit(Shape)
	}
	loadings, err := leading(r, m)
	if err != nil {
		return Factors{}, err
	}
	f := Factors{Loadings: loadings, Communality: communality(loadings), Settled: true}
	f.order()
	return f, nil
}

// The end of the iteration of principal axis.
const (
	axisChange = 1e-6
	axisSteps  = 1000
)

// PrincipalAxis extracts m common factors from a correlation matrix by iterated
// principal axis (Harman, Modern Factor Analysis, 3rd ed. 1976): the diagonal of
// R is replaced by communalities, at first the squared multiple correlations h_i
// = 1 - 1/u_ii, U = R^-1, then those of the m leading eigenvectors, until none
// changes by 1e-6 or after 1000 steps. A communality above 1 is reported in
// Improper, with the greatest number of factors below m that has none: such a
// solution is not one. Errors: Shape (m not within 1 to p-1), Singular,
// Unsettled.
func PrincipalAxis(r *mat.SymDense, m int) (Factors, error) {
	f, err := principalAxis(r, m)
	if err != nil || len(f.Improper) == 0 {
		return f, err
	}
	for fewer := m - 1; fewer > 0; fewer-- {
		other, err := principalAxis(r, fewer)
		if err == nil && len(other.Improper) == 0 {
			f.Fewer = fewer
			break
		}
	}
	return f, nil
}

func principalAxis(r *mat.SymDense, m int) (Factors, error) {
	p := r.SymmetricDim()
	if m < 1 || m >= p {
		return Factors{}, unfit(Shape)
	}
	u, err := inverse(r)
	if err != nil {
		return Factors{}, err
	}
	h := make([]float64, p)
	for i := range h {
		h[i] = 1 - 1/u.At(i, i)
	}
	reduced := mat.NewSymDense(p, nil)
	reduced.CopySym(r)
	var f Factors
	for f.Steps < axisSteps && !f.Settled {
		f.Steps++
		for i := range h {
			reduced.SetSym(i, i, h[i])
		}
		if f.Loadings, err = leading(reduced, m); err != nil {
			return Factors{}, err
		}
		next, most := communality(f.Loadings), 0.0
		for i := range h {
			most = max(most, math.Abs(next[i]-h[i]))
		}
		h, f.Settled = next, most < axisChange
	}
	f.Communality = h
	for i, v := range h {
		if v > 1+axisChange {
			f.Improper = append(f.Improper, i)
		}
	}
	f.order()
	return f, nil
}

// leading are the m eigenvectors with the greatest eigenvalues, each times the
// square root of its own; an eigenvalue below 0 explains nothing.
func leading(s *mat.SymDense, m int) (*mat.Dense, error) {
	p := s.SymmetricDim()
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, unfit(Unsettled)
	}
	values := e.Values(nil)
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	out := mat.NewDense(p, m, nil)
	for j := range m {
		root := math.Sqrt(max(0, values[p-1-j]))
		for i := range p {
			out.Set(i, j, vectors.At(i, p-1-j)*root)
		}
	}
	return out, nil
}

func communality(loadings *mat.Dense) []float64 {
	p, m := loadings.Dims()
	h := make([]float64, p)
	for i := range h {
		for j := range m {
			h[i] += loadings.At(i, j) * loadings.At(i, j)
		}
	}
	return h
}

// order puts the factors in the order of what they explain and turns each so
// that its loadings sum to something positive.
func (f *Factors) order() {
	p, m := f.Loadings.Dims()
	explained := f.explains()
	by := make([]int, m)
	sign := make([]float64, m)
	for j := range by {
		by[j], sign[j] = j, 1
		sum := 0.0
		for i := range p {
			sum += f.Loadings.At(i, j)
		}
		if sum < 0 {
			sign[j] = -1
		}
	}
	slices.SortStableFunc(by, func(a, b int) int {
		switch {
		case explained[a] > explained[b]:
			return -1
		case explained[a] < explained[b]:
			return 1
		}
		return 0
	})
	out := mat.NewDense(p, m, nil)
	f.Explained = make([]float64, m)
	for to, from := range by {
		f.Explained[to] = explained[from]
		for i := range p {
			out.Set(i, to, sign[from]*f.Loadings.At(i, from))
		}
	}
	f.Loadings = out
	if f.Phi != nil {
		phi := mat.NewSymDense(m, nil)
		for a := range m {
			for b := range a + 1 {
				phi.SetSym(a, b, sign[by[a]]*sign[by[b]]*f.Phi.At(by[a], by[b]))
			}
		}
		f.Phi = phi
	}
}

// explains is the sum of squares of each factor: of its loadings, or with
// correlated factors the diagonal of Phi L'L.
func (f *Factors) explains() []float64 {
	_, m := f.Loadings.Dims()
	var inner mat.Dense
	inner.Mul(f.Loadings.T(), f.Loadings)
	if f.Phi != nil {
		var both mat.Dense
		both.Mul(f.Phi, &inner)
		inner = both
	}
	out := make([]float64, m)
	for j := range out {
		out[j] = inner.At(j, j)
	}
	return out
}
