package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"kilter/internal/base/stats"
)

// meanMoments are the moments of a mean, and the mean from them.
func meanMoments(x []float64) (stats.Moments, func() stats.Statistic) {
	m := stats.Moments{Width: 2}
	for _, v := range x {
		m.Data = append(m.Data, 1, v)
	}
	return m, func() stats.Statistic {
		return func(sums, out []float64) { out[0] = sums[1] / sums[0] }
	}
}

// The sampling distribution of a mean is known: its draws have the variance of
// the sample over n, its percentiles are near to those of the normal curve.
func TestBootstrapOfAMean(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(19, 79))
	x := make([]float64, 400)
	for i := range x {
		x[i] = 5 + 2*r.NormFloat64()
	}
	s, err := stats.Describe(x)
	if err != nil {
		t.Fatal(err)
	}
	m, mean := meanMoments(x)
	b, err := stats.Resample(m, stats.Resampling{Samples: 4000, Seed: 1}, 1, mean)
	if err != nil {
		t.Fatal(err)
	}
	var draws []float64
	for _, d := range b.Draws {
		draws = append(draws, d[0])
	}
	got, err := stats.Describe(draws)
	if err != nil {
		t.Fatal(err)
	}
	se := s.SD / math.Sqrt(float64(s.N))
	same(t, "mean", got.Mean, s.Mean, se/10)
	same(t, "spread", got.SD, se, se/20)
	for name, interval := range map[string]func(int, float64) (float64, float64, error){"percentile": b.Percentile, "BCa": b.BCa} {
		low, high, err := interval(0, .95)
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+" low", low, s.Mean-1.96*se, se/8)
		same(t, name+" high", high, s.Mean+1.96*se, se/8)
	}
	again, err := stats.Resample(m, stats.Resampling{Samples: 4000, Seed: 1}, 1, mean)
	if err != nil || again.Draws[77][0] != b.Draws[77][0] {
		t.Error("the same seed draws the same")
	}
}

// The law school data of Efron and Tibshirani (1993, table 3.1): the correlation
// of 15 schools is .776, and BCa's interval at 95 % lies below the percentiles'
// (chapter 14 gives .33 to .92 by 2000 draws).
func TestBCaOfTheLawSchools(t *testing.T) {
	t.Parallel()
	lsat := fields("576 635 558 578 666 580 555 661 651 605 653 575 545 572 594")
	gpa := fields("339 330 281 303 344 307 300 343 336 313 312 274 276 288 296")
	m := stats.Moments{Width: 6}
	for i := range lsat {
		x, y := lsat[i]-600, gpa[i]-309
		m.Data = append(m.Data, 1, x, y, x*x, x*y, y*y)
	}
	b, err := stats.Resample(m, stats.Resampling{Samples: 4000, Seed: 3}, 1, func() stats.Statistic {
		return func(s, out []float64) {
			n := s[0]
			out[0] = (s[4] - s[1]*s[2]/n) / math.Sqrt((s[3]-s[1]*s[1]/n)*(s[5]-s[2]*s[2]/n))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "correlation", b.Estimates[0], .776, .0005)
	low, high, err := b.BCa(0, .95)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "low", low, .33, .05)
	same(t, "high", high, .93, .02)
}

func TestBootstrapOfWhatCannotBe(t *testing.T) {
	t.Parallel()
	m, mean := meanMoments([]float64{4, 4, 4})
	b, err := stats.Resample(m, stats.Resampling{Samples: 50}, 1, mean)
	if err != nil {
		t.Fatal(err)
	}
	if low, high, err := b.BCa(0, .95); err != nil || low != 4 || high != 4 {
		t.Errorf("a constant: %f %f %v", low, high, err)
	}
	if _, _, err := b.Percentile(1, .95); err == nil {
		t.Error("no such figure")
	}
	if _, _, err := b.Percentile(0, 1); err == nil {
		t.Error("a level of 1")
	}
	one, mean := meanMoments([]float64{4})
	if _, err := stats.Resample(one, stats.Resampling{Samples: 50}, 1, mean); err == nil {
		t.Error("one case")
	}
	never, err := stats.Resample(m, stats.Resampling{Samples: 50}, 1, func() stats.Statistic {
		return func(_, out []float64) { out[0] = math.NaN() }
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := never.Percentile(0, .95); err == nil {
		t.Error("a figure that never is")
	}
}
