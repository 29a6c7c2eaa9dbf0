package survey

import (
	"math"
	"slices"
	"strings"

	"kilter/internal/base/stats"
)

// usWeights are the weights that Parasuraman, Berry and Zeithaml (1991) found
// with customers of American firms; they stand in while nothing better is known.
var usWeights = map[string]float64{"reliability": 32, "responsiveness": 22, "assurance": 19, "empathy": 16, "tangibles": 11}

// weighting computes the scores weighted by dimensions: by what each respondent
// shared out, by fixed weights of the spec, or by the published ones where the
// dimensions are the five of SERVQUAL.
func (w *work) weighting() {
	if len(w.counted) < 2 {
		return
	}
	dims := of(w.dimensionScores(), w.counted)
	if len(w.all.Weights) > 0 {
		w.pointsOf(dims)
		return
	}
	weights, source := make([]float64, len(w.counted)), "fixed"
	for k, d := range w.counted {
		weights[k] = w.spec.Dimensions[d].Fixed
	}
	if !slices.ContainsFunc(weights, func(x float64) bool { return x > 0 }) {
		source = "reference"
		for k, d := range w.counted {
			weights[k] = usWeights[strings.ToLower(w.spec.Dimensions[d].Name)]
		}
		if len(weights) != len(usWeights) || slices.Contains(weights, 0) {
			w.absent("weights", "no_weights")
			return
		}
	}
	sum := 0.0
	for _, x := range weights {
		sum += x
	}
	for k := range weights {
		weights[k] *= 100 / sum
	}
	w.out.Weights = &WeightResult{Source: source, Unweighted: meanOf(w.total), Mean: w.named(weights)}
	w.aggregate(dims, weights)
}

// dimensionScores are the gaps of respondents by dimension, or their P where
// nothing was expected.
func (w *work) dimensionScores() [][]float64 {
	if w.pairs {
		return w.score[Gap]
	}
	return w.score[Perceived]
}

func (w *work) named(byCounted []float64) map[string]float64 {
	out := map[string]float64{}
	for k, d := range w.counted {
		out[w.spec.Dimensions[d].Name] = byCounted[k]
	}
	return out
}

// weighed are the dimensions that points are shared out over: also those that are
// reported apart, when the spec names a column of theirs.
func (w *work) weighed() (out []int) {
	for d, dim := range w.spec.Dimensions {
		if dim.Weight != "" {
			out = append(out, d)
		}
	}
	return out
}

func (w *work) pointsOf(dims [][]float64) {
	columns := make([][]float64, 0, len(w.counted))
	for _, col := range w.all.Weights {
		columns = append(columns, w.keep(col))
	}
	p, err := stats.ShareOut(columns)
	if err != nil {
		w.noPoints(err, columns)
		return
	}
	if p, err = w.countedPoints(p); err != nil {
		w.lack("weights", err)
		return
	}
	w.stated = p.Mean
	w.out.Weights = &WeightResult{
		Source: "respondents", Unweighted: meanOf(w.total), Mean: w.named(p.Mean),
		Valid: p.Valid, Rescaled: p.Rescaled, Invalid: p.Invalid, Missing: p.Missing,
	}
	for k, d := range w.counted {
		w.out.Dimensions[w.spec.Dimensions[d].Name].Weight = fig(p.Mean[k])
	}
	if w.totalW, err = stats.Weighted(dims, p.Of); err != nil {
		w.lack("weights.weighted_respondent_level", err)
	}
	w.out.Weights.Respondent = meanOf(w.totalW)
	w.aggregate(dims, p.Mean)
}

// countedPoints are points over the dimensions that count, brought to 100 again:
// what went to one that is reported apart says nothing of the others.
func (w *work) countedPoints(p stats.Points) (stats.Points, error) {
	all := w.weighed()
	if len(all) == len(w.counted) {
		return p, nil
	}
	var of [][]float64
	for _, d := range w.counted {
		of = append(of, p.Of[slices.Index(all, d)])
	}
	for r := range w.kept {
		sum := 0.0
		for _, c := range of {
			sum += c[r]
		}
		for _, c := range of {
			if c[r] *= 100 / sum; sum == 0 {
				c[r] = math.NaN() // all went to what is apart
			}
		}
	}
	out := p
	out.Of, out.Mean = of, nil
	for _, c := range of {
		m, _, err := stats.Mean(c)
		if err != nil {
			return out, err
		}
		out.Mean = append(out.Mean, m)
	}
	for k, c := range of {
		for r, x := range c {
			if !isNumber(x) {
				c[r] = out.Mean[k]
			}
		}
	}
	return out, nil
}

// noPoints tells why nobody's points count: the first row of those that do not
// add up.
func (w *work) noPoints(err error, columns [][]float64) {
	w.lack("weights", err)
	given := 0
	for k, r := range w.kept {
		if stats.Missing(across(columns, k)) == 1 {
			continue
		}
		if given++; given == 1 && w.all.Lines != nil {
			w.out.Lacks[len(w.out.Lacks)-1].Line = w.all.Lines[r]
		}
	}
	if l := &w.out.Lacks[len(w.out.Lacks)-1]; given > 0 {
		l.Why, l.N = "no_sums", given
	}
}

func (w *work) aggregate(dims [][]float64, weights []float64) {
	means := make([]float64, len(dims))
	for k := range dims {
		m, _, err := stats.Mean(dims[k])
		if err != nil {
			w.lack("weights.weighted_aggregate", err)
			return
		}
		means[k] = m
	}
	x, err := stats.WeightedMeans(means, weights)
	if err != nil {
		w.lack("weights.weighted_aggregate", err)
		return
	}
	w.out.Weights.Aggregate = fig(x)
}

// unflagged computes the main scores once more without those who were flagged.
func (w *work) unflagged() {
	if w.out.Cleaning.Flagged == 0 {
		return
	}
	only := func(column []float64) []float64 {
		var out []float64
		for k, r := range w.kept {
			if !w.flagged[r] {
				out = append(out, column[k])
			}
		}
		return out
	}
	o := &Without{N: w.n - w.out.Cleaning.Flagged, Dimensions: map[string]Figure{}}
	scores := w.dimensionScores()
	for d, dim := range w.spec.Dimensions {
		o.Dimensions[dim.Name] = meanOf(only(scores[d]))
	}
	if w.total != nil && w.pairs {
		o.Unweighted = meanOf(only(w.total))
	}
	if len(w.counted) > 0 {
		if p, err := stats.RowMeans(of(w.score[Perceived], w.counted), len(w.counted)); err == nil {
			o.Servperf = meanOf(only(p))
		}
	}
	w.out.WithoutFlagged = o
}
