package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Moments are what each case adds to the sums that a statistic is computed
// from: for a mean 1 and x, for a correlation 1, x, y, x*x, x*y, y*y. A missing
// answer adds 0 to all of its sums. Rows are cases, all of one width.
//
// Statistics of sums need no second look at the cases: a bootstrap sample is the
// sum of the rows that were drawn, and the sample without one case is the sum
// without its row. Take a value near the mean off first, that squares keep their
// digits.
type Moments struct {
	Width int
	Data  []float64 // rows one after the other
}

func (m Moments) row(i int) []float64 { return m.Data[i*m.Width : (i+1)*m.Width] }

// Statistic computes figures from sums. It writes NaN for one that these sums do
// not give.
type Statistic func(sums, figures []float64)

// Resampling says how a bootstrap is done. The seed is kept with the results, so
// that they can be computed again.
type Resampling struct {
	Samples int
	Seed    uint64
}

// Bootstrap is what figures come to in samples drawn from the cases with
// replacement.
type Bootstrap struct {
	Resampling
	N         int
	Estimates []float64   // from the cases themselves
	Draws     [][]float64 // samples x figures; NaN where a sample does not give one
	without   [][]float64 // cases x figures: the jackknife
}

// Resample draws bootstrap samples of cases (Efron, Annals of Statistics 7,
// 1979), each from its own stream of the seed, so that the result does not depend
// on how many processors worked. Made is called once a worker for a Statistic of
// so many figures. Errors: Shape (no samples, rows of different width), TooFew
// (under two cases).
func Resample(m Moments, r Resampling, figures int, made func() Statistic) (*Bootstrap, error) {
	if r.Samples < 1 || figures < 1 || m.Width < 1 || len(m.Data)%m.Width != 0 {
		return nil, unfit(Shape)
	}
	n := len(m.Data) / m.Width
	if err := enough(n, 2); err != nil {
		return nil, err
	}
	b := &Bootstrap{Resampling: r, N: n, Estimates: make([]float64, figures), Draws: grid(r.Samples, figures), without: grid(n, figures)}
	all := make([]float64, m.Width)
	for i := range n {
		floats.Add(all, m.row(i))
	}
	made()(all, b.Estimates)
	share(r.Samples, func(from, to int) {
		statistic, sums, drawn := made(), make([]float64, m.Width), make([]uint32, n)
		for s := from; s < to; s++ {
			draw(rand.NewPCG(r.Seed, uint64(s)), drawn)
			clear(sums)
			for i, times := range drawn {
				if times > 0 {
					floats.AddScaled(sums, float64(times), m.row(i))
				}
			}
			statistic(sums, b.Draws[s])
		}
	})
	share(n, func(from, to int) {
		statistic, sums := made(), make([]float64, m.Width)
		for i := from; i < to; i++ {
			floats.SubTo(sums, all, m.row(i))
			statistic(sums, b.without[i])
		}
	})
	return b, nil
}

func grid(rows, width int) [][]float64 {
	flat, out := make([]float64, rows*width), make([][]float64, rows)
	for i := range out {
		out[i] = flat[i*width : (i+1)*width : (i+1)*width]
	}
	return out
}

// share spreads work over the processors.
func share(n int, work func(from, to int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() { work(n*w/workers, n*(w+1)/workers) })
	}
	wait.Wait()
}

// draw counts how often each of n cases is drawn in n draws.
func draw(random *rand.PCG, drawn []uint32) {
	clear(drawn)
	n := uint64(len(drawn))
	for range drawn {
		// The upper half of a product is even enough for numbers as small as these:
		// its bias is below n/2^64.
		hi, _ := bits.Mul64(random.Uint64(), n)
		drawn[hi]++
	}
}

// values are the draws of one figure that gave a number, sorted.
func (b *Bootstrap) values(figure int) []float64 {
	out := make([]float64, 0, len(b.Draws))
	for _, d := range b.Draws {
		if answered(d[figure]) {
			out = append(out, d[figure])
		}
	}
	slices.Sort(out)
	return out
}

// leastDraws is the share of samples that must give a figure, for an interval of
// it to say anything.
const leastDraws = 0.9

func (b *Bootstrap) drawsOf(figure int, level float64) ([]float64, error) {
	if figure < 0 || figure >= len(b.Estimates) || !(level > 0 && level < 1) || !answered(b.Estimates[figure]) {
		return nil, unfit(Shape)
	}
	v := b.values(figure)
	if err := enough(len(v), int(math.Ceil(leastDraws*float64(len(b.Draws))))); err != nil {
		return nil, err
	}
	return v, nil
}

// Percentile is the interval between the quantiles of the draws of one figure
// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, 13.3). Errors:
// Shape (no such figure, a level not between 0 and 1), TooFew (the figure could
// not be computed in a tenth of the samples).
func (b *Bootstrap) Percentile(figure int, level float64) (low, high float64, err error) {
	v, err := b.drawsOf(figure, level)
	if err != nil {
		return 0, 0, err
	}
	return quantile(v, (1-level)/2), quantile(v, (1+level)/2), nil
}

// BCa is the interval corrected for bias z0 = Phi^-1(share of draws below the
// estimate) and acceleration a = sum d^3 / (6 (sum d^2)^1.5), d the differences of
// the jackknife values from their mean: its ends are the quantiles Phi(z0 + (z0 +
// z)/(1 - a(z0 + z))) of the draws (Efron, JASA 82, 1987). Errors: as Percentile;
// Unsettled (no draw, or every one, is below the estimate: the correction has no
// bounds).
func (b *Bootstrap) BCa(figure int, level float64) (low, high float64, err error) {
	v, err := b.drawsOf(figure, level)
	if err != nil {
		return 0, 0, err
	}
	if v[0] == v[len(v)-1] && v[0] == b.Estimates[figure] {
		return v[0], v[0], nil
	}
	below := 0.0
	for _, x := range v {
		switch {
		case x < b.Estimates[figure]:
			below++
		case x == b.Estimates[figure]:
			below += .5
		}
	}
	share := below / float64(len(v))
	if share == 0 || share == 1 {
		return 0, 0, unfit(Unsettled)
	}
	z0, a := distuv.UnitNormal.Quantile(share), b.acceleration(figure)
	end := func(p float64) float64 {
		z := z0 + distuv.UnitNormal.Quantile(p)
		return quantile(v, distuv.UnitNormal.CDF(z0+z/(1-a*z)))
	}
	return end((1 - level) / 2), end((1 + level) / 2), nil
}

func (b *Bootstrap) acceleration(figure int) float64 {
	values := make([]float64, 0, len(b.without))
	for _, w := range b.without {
		if answered(w[figure]) {
			values = append(values, w[figure])
		}
	}
	if len(values) < 2 {
		return 0
	}
	mean := meanOf(values)
	var two, three float64
	for _, x := range values {
		d := mean - x
		two += d * d
		three += d * d * d
	}
	if two == 0 {
		return 0
	}
	return three / (6 * math.Pow(two, 1.5))
}
