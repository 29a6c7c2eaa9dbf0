package stats_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"kilter/internal/base/stats"
)

// The expected values were computed apart from this program, in fractions and
// with the normal tail integrated by Simpson's rule in 200,000 steps.
func TestMannKendall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values []float64
		want   stats.Trend
	}{
		"rises among ups and downs": {[]float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}, stats.Trend{S: 25, Tau: 0.3787878787878788, Slope: 11.0 / 30, P: 0.04764641901172123}},
		"rises from nothing":        {[]float64{0, 0, 1, 0, 2, 1, 3, 2, 4, 3, 5, 6, 4}, stats.Trend{S: 59, Tau: 0.7564102564102564, Slope: 0.5, P: 0.00016526930303256693}},
		"falls":                     {[]float64{9, 8, 8, 7, 7, 6, 6, 6, 5, 4, 3, 3}, stats.Trend{S: -60, Tau: -0.9090909090909091, Slope: -0.5, P: 0.9999893148802206}},
		"always the same":           {[]float64{2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, stats.Trend{P: 1}},
		"too few to be tested":      {[]float64{1, 2, 3, 4, 5}, stats.Trend{S: 10, Tau: 1, Slope: 1, P: 1}},
		"one":                       {[]float64{7}, stats.Trend{P: 1}},
		"none":                      {nil, stats.Trend{P: 1}},
	} {
		got := stats.MannKendall(c.values)
		if got.S != c.want.S || !near(got.Tau, c.want.Tau) || !near(got.Slope, c.want.Slope) || !near(got.P, c.want.P) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// The chance of so great an S is known exactly: the inversions of all orders
// of values with ties are spread as the coefficients of a Gaussian multinomial.
// Where it matters, below one in ten, the approximation misses it by less than
// five in a thousand, and it never makes a chance of more than 6 % pass for 5 %.
func TestMannKendallAgainstTheExactChance(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(45, 75))
	for range 600 {
		values := make([]float64, 10+r.IntN(17))
		for i := range values {
			values[i] = float64(r.IntN(2+r.IntN(9))) + float64(i)*r.Float64()/8
			values[i] = math.Floor(values[i])
		}
		got := stats.MannKendall(values)
		exact := exactly(values, got.S)
		if exact < 0.1 && math.Abs(got.P-exact) > 0.005 || got.P <= 0.05 && exact > 0.06 {
			t.Fatalf("%v: got P %.5f, exactly %.5f", values, got.P, exact)
		}
	}
}

// exactly is the share of all orders of the values whose S is at least s.
func exactly(values []float64, s int) float64 {
	count := map[float64]int{}
	for _, v := range values {
		count[v]++
	}
	ways := gauss(len(values))
	for _, n := range count {
		ways = divide(ways, gauss(n))
	}
	pairs, all, sum := len(ways)-1, new(big.Int), new(big.Int)
	for inversions, n := range ways {
		all.Add(all, n)
		if pairs-2*inversions >= s {
			sum.Add(sum, n)
		}
	}
	share, _ := new(big.Rat).SetFrac(sum, all).Float64()
	return share
}

// gauss are the numbers of orders of n different values by their inversions.
func gauss(n int) []*big.Int {
	out := []*big.Int{big.NewInt(1)}
	for k := 1; k <= n; k++ {
		next := make([]*big.Int, len(out)+k-1)
		for i := range next {
			next[i] = new(big.Int)
			for j := max(0, i-k+1); j <= min(i, len(out)-1); j++ {
				next[i].Add(next[i], out[j])
			}
		}
		out = next
	}
	return out
}

// divide divides one polynomial by another that begins with 1.
func divide(num, by []*big.Int) []*big.Int {
	rest, out := slices.Clone(num), make([]*big.Int, len(num)-len(by)+1)
	for i := range out {
		out[i] = rest[i]
		for j, b := range by {
			rest[i+j] = new(big.Int).Sub(rest[i+j], new(big.Int).Mul(out[i], b))
		}
	}
	return out
}

// Turning a series round turns its trend round, shifting and stretching it
// leaves the order alone.
func TestMannKendallIsAboutOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 68))
	for range 500 {
		values := make([]float64, 2+r.IntN(25))
		for i := range values {
			values[i] = float64(r.IntN(7))
		}
		got := stats.MannKendall(values)
		back, moved := slices.Clone(values), slices.Clone(values)
		slices.Reverse(back)
		for i := range moved {
			moved[i] = 3*moved[i] + 11
		}
		if turned := stats.MannKendall(back); turned.S != -got.S || !near(turned.Slope, -got.Slope) || !near(turned.Tau, -got.Tau) {
			t.Errorf("%v: %+v, turned round %+v", values, got, turned)
		}
		if other := stats.MannKendall(moved); other.S != got.S || !near(other.P, got.P) || !near(other.Slope, 3*got.Slope) {
			t.Errorf("%v: %+v, stretched %+v", values, got, other)
		}
		if got.P < 0 || got.P > 1 || got.S > 1 && got.P > 0.5 && got.P != 1 {
			t.Errorf("%v: %+v", values, got)
		}
	}
}

// The fifteen tests of Benjamini and Hochberg's own example (1995, section 4):
// their procedure calls four significant at 5 %, Bonferroni's three.
func TestFalseDiscoveryAsPublished(t *testing.T) {
	t.Parallel()
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	got := stats.FalseDiscovery(p)
	significant := 0
	for _, q := range got {
		if q <= 0.05 {
			significant++
		}
	}
	if significant != 4 {
		t.Errorf("%d significant, want 4: %v", significant, got)
	}
	want := []float64{0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486, 0.58118181818182, 0.714875, 0.75323076923077, 0.81321428571429, 1}
	for i := range want {
		if !near(got[i], want[i]) {
			t.Errorf("%d: got %.12f, want %.12f", i, got[i], want[i])
		}
	}
}

// What is significant after the adjustment is what the step-up procedure finds:
// the k smallest, k the greatest rank with p(k) <= k/m of the level.
func TestFalseDiscoveryIsTheStepUp(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(19, 95))
	for range 500 {
		p := make([]float64, r.IntN(40))
		for i := range p {
			p[i] = math.Pow(r.Float64(), 1+3*r.Float64())
		}
		got, level := stats.FalseDiscovery(p), 0.01+0.2*r.Float64()
		sorted, k := slices.Sorted(slices.Values(p)), 0
		for i, v := range sorted {
			if v <= float64(i+1)/float64(len(p))*level {
				k = i + 1
			}
		}
		n := 0
		for i, q := range got {
			if q < p[i]-1e-12 || q > 1 {
				t.Errorf("adjusted %.4f from %.4f", q, p[i])
			}
			if q <= level {
				n++
			}
		}
		if n != k {
			t.Errorf("%v at %.4f: %d significant, want %d", p, level, n, k)
		}
	}
}
