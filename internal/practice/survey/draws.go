package survey

import (
	"math"

	"kilter/internal/base/stats"
)

// booted is where each figure of the bootstrap stands.
type booted struct {
	dims, overall, weighted, lmg, kd, itemR, itemKD, width int
}

// most predictors whose shares are drawn again and again: each sample looks at
// every subset.
const mostDrawn = 10

// sums is where the moments of each figure stand in a row.
type sums struct {
	total, totalW, fit, items, width int
	m                                int // predictors in fit; 0 for none
}

// bootstrap draws respondents again and again, for intervals of the scores and
// for what may be said of drivers.
func (w *work) bootstrap() {
	w.drivers()
	if w.spec.Bootstrap.Samples == 0 {
		w.absent("bootstrap", "no_samples")
		return
	}
	at := w.layout()
	b := w.places(at)
	moments := w.moments(at)
	drawn, err := stats.Resample(moments, stats.Resampling{Samples: w.spec.Bootstrap.Samples, Seed: w.spec.Bootstrap.Seed}, b.width, func() stats.Statistic {
		return w.statistic(at, b)
	})
	if err != nil {
		w.lack("bootstrap", err)
		return
	}
	w.boot = b
	w.intervals(drawn)
	w.verdicts(drawn)
}

func (w *work) layout() sums {
	at := sums{total: 2 * len(w.spec.Dimensions)}
	at.totalW = at.total + 2
	at.fit = at.totalW + 2
	if w.lmg != nil && len(w.counted) <= mostDrawn {
		at.m = len(w.counted)
	}
	at.items = at.fit + (at.m+2)*(at.m+3)/2
	at.width = at.items + 8*len(w.all.Items)
	return at
}

func (w *work) places(at sums) *booted {
	b := &booted{overall: len(w.spec.Dimensions)}
	b.weighted = b.overall + 1
	b.lmg = b.weighted + 1
	b.kd = b.lmg + at.m
	b.itemR = b.kd + at.m
	b.itemKD = b.itemR + len(w.all.Items)
	b.width = b.itemKD + len(w.all.Items)
	return b
}

// moments lays out what each respondent adds to the sums. Values are taken from
// the middle of the scale, that squares keep their digits.
func (w *work) moments(at sums) stats.Moments {
	m := stats.Moments{Width: at.width, Data: make([]float64, w.n*at.width)}
	scores := w.dimensionScores()
	middle := (w.spec.Scales[Perceived].Low + w.spec.Scales[Perceived].High) / 2
	mean := 0.0
	if w.out.OutcomeMean != nil {
		mean = w.out.OutcomeMean.Mean
	}
	x := make([]float64, at.m+2)
	for r := range w.n {
		row := m.Data[r*at.width : (r+1)*at.width]
		for d := range scores {
			first(row[2*d:], scores[d][r])
		}
		if w.total != nil {
			first(row[at.total:], w.total[r])
		}
		if w.totalW != nil {
			first(row[at.totalW:], w.totalW[r])
		}
		sat := math.NaN()
		if w.sat != nil {
			sat = w.sat[r] - mean
		}
		if at.m > 0 {
			x[0], x[at.m+1] = 1, sat
			for k, d := range w.counted {
				x[k+1] = w.score[Perceived][d][r] - middle
			}
			products(row[at.fit:at.items], x)
		}
		for i := range w.all.Items {
			part := row[at.items+8*i:]
			if w.pairs {
				first(part, w.form[Gap][i][r])
			} else {
				first(part, w.form[Perceived][i][r])
			}
			if w.sat != nil {
				products(part[2:8], []float64{1, w.form[Perceived][i][r] - middle, sat})
			}
		}
	}
	return m
}

// first adds one value: that it is there, and itself.
func first(row []float64, x float64) {
	if isNumber(x) {
		row[0], row[1] = 1, x
	}
}

// products adds all products of two of the values, when all are there.
func products(row, x []float64) {
	for _, v := range x {
		if !isNumber(v) {
			return
		}
	}
	k := 0
	for i := range x {
		for j := range i + 1 {
			row[k] = x[i] * x[j]
			k++
		}
	}
}

// pair is where the product of two values stands.
func pair(i, j int) int {
	if i < j {
		i, j = j, i
	}
	return i*(i+1)/2 + j
}

// ratio is a mean from sums, or NaN.
func ratio(row []float64) float64 {
	if row[0] < 0.5 {
		return math.NaN()
	}
	return row[1] / row[0]
}

// statistic computes all figures from sums.
func (w *work) statistic(at sums, b *booted) stats.Statistic {
	var space *stats.ShapleySpace
	if at.m > 0 {
		space = stats.NewShapley(at.m)
	}
	parts, rxy := make([]float64, at.m), make([]float64, at.m)
	sd := make([]float64, at.m+1)
	return func(s, out []float64) {
		for d := range w.spec.Dimensions {
			out[b.dims+d] = ratio(s[2*d:])
		}
		out[b.overall], out[b.weighted] = ratio(s[at.total:]), ratio(s[at.totalW:])
		if at.m > 0 {
			w.shares(at, s[at.fit:at.items], space, out[b.lmg:b.lmg+at.m], parts, rxy, sd)
			w.indexDims(out, b, at.m)
		}
		w.indexItems(at, s, out, b)
	}
}

// shares are LMG's, from the sums of products.
func (w *work) shares(at sums, s []float64, space *stats.ShapleySpace, out, parts, rxy, sd []float64) {
	n := s[0]
	cov := func(i, j int) float64 { return s[pair(i, j)] - s[pair(i, 0)]*s[pair(j, 0)]/n }
	ok := n > float64(at.m+1)
	for i := range sd {
		v := cov(i+1, i+1)
		ok = ok && v > 1e-9*n
		sd[i] = math.Sqrt(v)
	}
	if ok {
		for i := range rxy {
			rxy[i] = cov(i+1, at.m+1) / (sd[i] * sd[at.m])
		}
		ok = space.Share(func(i, j int) float64 {
			if i == j {
				return 1
			}
			return cov(i+1, j+1) / (sd[i] * sd[j])
		}, rxy, parts) < 0
	}
	all := 0.0
	for _, p := range parts {
		all += p
	}
	for i := range out {
		if out[i] = math.NaN(); ok && all > 0 {
			out[i] = parts[i] / all
		}
	}
}

// indexDims is the key-driver index of dimensions in one sample.
func (w *work) indexDims(out []float64, b *booted, m int) {
	sum := 0.0
	for k, d := range w.counted {
		x := out[b.lmg+k] * w.needOf(out[b.dims+d])
		out[b.kd+k] = x
		sum += x
	}
	normalise(out[b.kd:b.kd+m], sum)
}

func (w *work) needOf(score float64) float64 {
	if !isNumber(score) {
		return math.NaN()
	}
	return w.need(&score)
}

func normalise(x []float64, sum float64) {
	for k := range x {
		if sum > 0 {
			x[k] *= 100 / sum
		}
	}
}

// indexItems are the correlations of items, and their key-driver index.
func (w *work) indexItems(at sums, s, out []float64, b *booted) {
	sum := 0.0
	for i := range w.all.Items {
		p := s[at.items+8*i:]
		r := math.NaN()
		if w.sat != nil {
			q := p[2:8]
			n := q[0]
			x, y := q[2]-q[1]*q[1]/n, q[5]-q[3]*q[3]/n
			if n > 2 && x > 1e-9*n && y > 1e-9*n {
				r = (q[4] - q[1]*q[3]/n) / math.Sqrt(x*y)
			}
		}
		out[b.itemR+i] = r
		kd := 0.0
		if need := w.needOf(ratio(p)); isNumber(r) && isNumber(need) {
			kd = max(0, r) * need
		}
		out[b.itemKD+i] = kd
		sum += kd
	}
	normalise(out[b.itemKD:b.itemKD+len(w.all.Items)], sum)
}
