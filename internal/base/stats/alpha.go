package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Alpha is the internal consistency of k items that are meant to measure one
// thing.
type Alpha struct {
	N, K         int
	Raw          float64
	Standardised float64 // of items brought to one variance
	MeanR        float64 // mean correlation between two items
	Low, High    float64 // 95 % interval of Raw
	Items        []AlphaItem
}

// AlphaItem is what one item does to the whole.
type AlphaItem struct {
	ItemTotal float64 // correlation with the sum of the others
	IfDropped float64 // raw alpha of the others; only with three items or more
}

// Cronbach is coefficient alpha over complete rows: a = k/(k-1) * (1 - sum
// s_i^2 / s_X^2), X the sum of the items (Cronbach, Psychometrika 16, 1951);
// standardised k*r/(1+(k-1)*r), r the mean correlation; the interval 1-(1-a)*F
// with the .975 and .025 points of F(n-1, (n-1)(k-1)) (Feldt, Psychometrika 30,
// 1965); with every item its corrected item-total correlation (Nunnally,
// Psychometric Theory, 1978) and alpha without it. Columns are items, n values
// each. Errors: Shape (one item), Empty, TooFew (under three complete rows),
// Constant (an item, or the sum of all, as they are or brought to one variance).
func Cronbach(columns [][]float64) (Alpha, error) {
	c, err := Covary(columns)
	if err != nil {
		return Alpha{}, err
	}
	return c.Cronbach()
}

// Cronbach is the same from a covariance matrix, which may be one of pairs.
func (c Covariance) Cronbach() (Alpha, error) {
	k := c.S.SymmetricDim()
	if k < 2 {
		return Alpha{}, unfit(Shape)
	}
	if err := enough(c.N, 3); err != nil {
		return Alpha{}, err
	}
	r, err := c.Correlation()
	if err != nil {
		return Alpha{}, err
	}
	a := Alpha{N: c.N, K: k, MeanR: meanOff(r), Items: make([]AlphaItem, k)}
	rows, sum, trace := rowSums(c.S)
	if a.Raw, err = rawAlpha(k, trace, sum); err != nil {
		return Alpha{}, err
	}
	whole := 1 + float64(k-1)*a.MeanR
	if whole <= tiny {
		return Alpha{}, unfit(Constant)
	}
	a.Standardised = float64(k) * a.MeanR / whole
	f := distuv.F{D1: float64(c.N - 1), D2: float64((c.N - 1) * (k - 1))}
	a.Low, a.High = 1-(1-a.Raw)*f.Quantile(0.975), 1-(1-a.Raw)*f.Quantile(0.025)
	for i := range a.Items {
		own := c.S.At(i, i)
		rest := sum - 2*rows[i] + own // variance of the sum of the others
		if rest <= tiny*sum {
			return Alpha{}, unfitAt(Constant, i)
		}
		a.Items[i].ItemTotal = (rows[i] - own) / math.Sqrt(own*rest)
		if k > 2 {
			if a.Items[i].IfDropped, err = rawAlpha(k-1, trace-own, rest); err != nil {
				return Alpha{}, err
			}
		}
	}
	return a, nil
}

func rawAlpha(k int, trace, sum float64) (float64, error) {
	if sum <= tiny*trace {
		return 0, unfit(Constant)
	}
	return float64(k) / float64(k-1) * (1 - trace/sum), nil
}

func rowSums(s *mat.SymDense) (rows []float64, sum, trace float64) {
	k := s.SymmetricDim()
	rows = make([]float64, k)
	for i := range k {
		for j := range k {
			rows[i] += s.At(i, j)
		}
		sum += rows[i]
		trace += s.At(i, i)
	}
	return rows, sum, trace
}

// meanOff is the mean of a matrix beside its diagonal.
func meanOff(r *mat.SymDense) float64 {
	k := r.SymmetricDim()
	var sum float64
	for i := range k {
		for j := range i {
			sum += r.At(i, j)
		}
	}
	return sum / float64(k*(k-1)/2)
}

// AlphaBand is the word for an alpha: below .60 "poor", below .70 "weak", below
// .80 "acceptable", up to .95 "good", above it "redundant": the items say the
// same thing (after Nunnally 1978; Streiner, J. Personality Assessment 80,
// 2003).
func AlphaBand(a float64) string {
	switch {
	case a < .6:
		return "poor"
	case a < .7:
		return "weak"
	case a < .8:
		return "acceptable"
	case a <= .95:
		return "good"
	}
	return "redundant"
}

// Side is one of two scores that are subtracted: its standard deviation and its
// reliability.
type Side struct {
	SD          float64
	Reliability float64
}

// DifferenceReliability is how reliable the difference of two scores is: r_D =
// (s_P^2 r_PP + s_E^2 r_EE - 2 r_PE s_P s_E) / (s_P^2 + s_E^2 - 2 r_PE s_P s_E),
// r the correlation of the two (Peter, Churchill and Brown, J. Consumer Research
// 19, 1993). It falls when they correlate. Errors: Constant (the difference does
// not vary), Shape (r beyond -1 to 1).
func DifferenceReliability(p, e Side, r float64) (float64, error) {
	if !(r >= -1 && r <= 1) || !answered(p.Reliability) || !answered(e.Reliability) {
		return 0, unfit(Shape)
	}
	both := 2 * r * p.SD * e.SD
	all := p.SD*p.SD + e.SD*e.SD
	if !(all-both > tiny*all) {
		return 0, unfit(Constant)
	}
	return (p.SD*p.SD*p.Reliability + e.SD*e.SD*e.Reliability - both) / (all - both), nil
}
