package stats

import "math"

// Gaps subtracts expectations from perceptions, answer by answer: G_ri = P_ri -
// E_ri (Parasuraman, Zeithaml and Berry, J. Retailing 64, 1988). Both are columns
// of items with one value a respondent; where either is missing, the gap is.
// Errors: Shape, Empty.
func Gaps(p, e [][]float64) ([][]float64, error) {
	if err := sameShape(p, e); err != nil {
		return nil, err
	}
	out := make([][]float64, len(p))
	for i := range p {
		out[i] = make([]float64, len(p[i]))
		for r := range p[i] {
			out[i][r] = math.NaN()
			if answered(p[i][r]) && answered(e[i][r]) {
				out[i][r] = p[i][r] - e[i][r]
			}
		}
	}
	return out, nil
}

// Where keeps the answers of columns only where others of the same shape are
// answered too: the E that belong to a P. Errors: Shape, Empty.
func Where(columns, others [][]float64) ([][]float64, error) {
	if err := sameShape(columns, others); err != nil {
		return nil, err
	}
	out := make([][]float64, len(columns))
	for i := range columns {
		out[i] = make([]float64, len(columns[i]))
		for r, x := range columns[i] {
			if !answered(others[i][r]) {
				x = math.NaN()
			}
			out[i][r] = x
		}
	}
	return out, nil
}

func sameShape(a, b [][]float64) error {
	if len(a) != len(b) {
		return unfit(Shape)
	}
	if err := sameLength(a); err != nil {
		return err
	}
	if err := sameLength(b); err != nil {
		return err
	}
	if len(a[0]) != len(b[0]) {
		return unfit(Shape)
	}
	return nil
}

// RowMeans is each respondent's mean over the columns that he answered, missing
// where he answered fewer than least of them. With all dimensions as columns and
// least their number it is SQ_r, the unweighted score. Errors: Shape, Empty.
func RowMeans(columns [][]float64, least int) ([]float64, error) {
	if err := sameLength(columns); err != nil {
		return nil, err
	}
	out := make([]float64, len(columns[0]))
	for r := range out {
		sum, n := 0.0, 0
		for _, c := range columns {
			if answered(c[r]) {
				sum += c[r]
				n++
			}
		}
		out[r] = math.NaN()
		if n > 0 && n >= least {
			out[r] = sum / float64(n)
		}
	}
	return out, nil
}

// DimensionScores is RowMeans over the k items of a dimension, valid with at
// least half of them, rounded up, answered. Errors: Shape, Empty.
func DimensionScores(items [][]float64) ([]float64, error) {
	return RowMeans(items, (len(items)+1)/2)
}

// Points are the weights of dimensions that respondents gave by sharing out 100
// points.
type Points struct {
	Of       [][]float64 // dimensions x respondents, 100 a respondent
	Mean     []float64   // of the valid ones, by dimension
	Valid    int         // respondents whose points count
	Rescaled int         // of these, whose sum was 95 to 105 but not 100
	Invalid  int         // who gave points that cannot be meant
	Missing  int         // who gave none
}

// ShareOut reads an allocation of 100 points (Zeithaml, Parasuraman and Berry,
// Delivering Quality Service, 1990): a sum of 95 to 105 is brought to 100, any
// other, a negative or a missing one counts as none, and the mean of the valid
// ones stands for it. Columns are dimensions. Errors: Shape, Empty (no valid
// allocation).
func ShareOut(columns [][]float64) (Points, error) {
	if err := sameLength(columns); err != nil {
		return Points{}, err
	}
	m, n := len(columns), len(columns[0])
	p := Points{Of: make([][]float64, m), Mean: make([]float64, m)}
	for d := range p.Of {
		p.Of[d] = make([]float64, n)
	}
	valid := make([]bool, n)
	for r := range n {
		sum, ok := p.total(columns, r)
		if valid[r] = ok; !ok {
			continue
		}
		for d := range m {
			p.Of[d][r] = columns[d][r] * 100 / sum
			p.Mean[d] += p.Of[d][r]
		}
	}
	if p.Valid == 0 {
		return Points{}, unfit(Empty)
	}
	for d := range m {
		p.Mean[d] /= float64(p.Valid)
		for r := range n {
			if !valid[r] {
				p.Of[d][r] = p.Mean[d]
			}
		}
	}
	return p, nil
}

// total is the sum of what a respondent shared out, and whether it counts.
func (p *Points) total(columns [][]float64, r int) (sum float64, ok bool) {
	const low, high, exact = 95, 105, 1e-9
	given, bad := 0, false
	for _, c := range columns {
		if answered(c[r]) {
			given++
			sum += c[r]
			bad = bad || c[r] < 0
		}
	}
	switch {
	case given == 0:
		p.Missing++
		return 0, false
	case bad, given < len(columns), sum < low, sum > high:
		p.Invalid++
		return 0, false
	}
	p.Valid++
	if math.Abs(sum-100) > exact {
		p.Rescaled++
	}
	return sum, true
}

// Weighted is each respondent's score SQW_r = sum_d (w_rd/100) * G_rd, missing
// where a dimension is: the form of Zeithaml et al. (1990). Both are dimensions x
// respondents. Errors: Shape, Empty.
func Weighted(dimensions, points [][]float64) ([]float64, error) {
	if err := sameShape(dimensions, points); err != nil {
		return nil, err
	}
	out := make([]float64, len(dimensions[0]))
	for r := range out {
		for d := range dimensions {
			out[r] += points[d][r] / 100 * dimensions[d][r]
		}
		if !answered(out[r]) {
			out[r] = math.NaN()
		}
	}
	return out, nil
}

// WeightedMeans is the aggregate form sum_d mean(w_d)/100 * mean(G_d). It equals
// the mean of Weighted only where weights and gaps do not correlate over
// respondents. Means are one a dimension, weights may sum to any positive
// number. Errors: Shape, Empty.
func WeightedMeans(means, weights []float64) (float64, error) {
	if len(means) != len(weights) {
		return 0, unfit(Shape)
	}
	var sum, all float64
	for d, g := range means {
		if !answered(g) || !answered(weights[d]) || weights[d] < 0 {
			return 0, unfitAt(Shape, d)
		}
		sum += weights[d] * g
		all += weights[d]
	}
	if all == 0 {
		return 0, unfit(Empty)
	}
	return sum / all, nil
}

// Index brings a mean on a scale from low to high to 0..100: (x - low)/(high -
// low) * 100, the form in which SERVPERF (Cronin and Taylor, J. Marketing 56,
// 1992) is shown. Errors: Shape (a scale without width, no number).
func Index(x, low, high float64) (float64, error) {
	if high <= low || !answered(x) {
		return 0, unfit(Shape)
	}
	return (x - low) / (high - low) * 100, nil
}

// Zone is where the perceived level of an item lies between the least that
// would do and what is desired (Zeithaml, Berry and Parasuraman, J. Academy of
// Marketing Science 21, 1993; Parasuraman et al., J. Retailing 70, 1994).
type Zone struct {
	N            int     // consistent answers
	Inconsistent int     // answers that desire less than would do; left out
	Minimum      float64 // mean M
	Desired      float64 // mean D
	Perceived    float64 // mean P
	Adequacy     float64 // MSA = P - M
	Superiority  float64 // MSS = P - D
	Width        float64 // D - M
	Position     float64 // (P - M)/(D - M); only with Width above 0
	State        string  // "below", "in", "above", by the means
	Below        int     // respondents with P < M
	In           int     // with M <= P <= D
	Above        int     // with P > D
}

// Tolerance computes the zone of one item from its three columns. Errors: Shape,
// Empty (nobody answered all three consistently).
func Tolerance(minimum, desired, perceived []float64) (Zone, error) {
	kept, rows, err := Complete([][]float64{minimum, desired, perceived})
	if err != nil {
		return Zone{}, err
	}
	var z Zone
	var m, d, p float64
	for k := range rows {
		lo, hi, x := kept[0][k], kept[1][k], kept[2][k]
		switch {
		case hi < lo:
			z.Inconsistent++
			continue
		case x < lo:
			z.Below++
		case x > hi:
			z.Above++
		default:
			z.In++
		}
		z.N++
		m, d, p = m+lo, d+hi, p+x
	}
	if err := enough(z.N, 1); err != nil {
		return Zone{}, err
	}
	n := float64(z.N)
	z.Minimum, z.Desired, z.Perceived = m/n, d/n, p/n
	z.Adequacy, z.Superiority, z.Width = z.Perceived-z.Minimum, z.Perceived-z.Desired, z.Desired-z.Minimum
	z.State = "in"
	switch {
	case p < m:
		z.State = "below"
	case p > d:
		z.State = "above"
	}
	if z.Width > 0 {
		z.Position = z.Adequacy / z.Width
	}
	return z, nil
}
