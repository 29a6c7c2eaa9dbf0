package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kilter/internal/base/stats"
)

// why is the reason of an error, and the column.
func why(t testing.TB, err error) (stats.Reason, int) {
	t.Helper()
	u, ok := errors.AsType[*stats.Unfit](err)
	if !ok {
		t.Fatalf("%v is no Unfit", err)
	}
	return u.Why, u.Column
}

// psych's figures (R): raw and standardised alpha of pairwise covariances, the
// interval of Feldt, alpha without each item.
func TestCronbachAsPsych(t *testing.T) {
	t.Parallel()
	var ref struct {
		Alpha map[string]struct {
			Items []string
			N     int
			Keys  any
			Raw   float64   `json:"raw_alpha"`
			Std   float64   `json:"std_alpha"`
			MeanR float64   `json:"average_r"`
			CI    []float64 `json:"ci_feldt"`
			Drops []struct {
				Raw float64 `json:"raw_alpha"`
			} `json:"if_dropped"`
			Stats []struct {
				R float64 `json:"r_drop"`
			} `json:"item_stats"`
		}
		Listwise map[string]struct {
			N     int
			Alpha float64
		} `json:"alpha_listwise"`
	}
	reference(t, "stats/reference.json", &ref)
	files := map[string]string{"bfi": "stats/bfi.csv", "attitude": "stats/attitude.csv", "hs": "stats/holzinger_swineford_1939.csv"}
	for name, want := range ref.Alpha {
		source, _, _ := strings.Cut(name, "_")
		cols := pick(t, table(t, files[source]), want.Items...)
		if keys, ok := want.Keys.([]any); ok {
			for i, k := range keys {
				if k.(float64) < 0 {
					cols[i] = reversed(cols[i], 7) // bfi is on 1 to 6
				}
			}
		}
		c, err := stats.CovaryPairs(cols)
		if err != nil {
			t.Fatal(name, err)
		}
		c.N = want.N // psych takes all rows for the interval
		a, err := c.Cronbach()
		if err != nil {
			t.Fatal(name, err)
		}
		same(t, name+" raw", a.Raw, want.Raw, 1e-9)
		same(t, name+" standardised", a.Standardised, want.Std, 1e-9)
		same(t, name+" mean r", a.MeanR, want.MeanR, 1e-9)
		same(t, name+" low", a.Low, want.CI[0], 1e-7)
		same(t, name+" high", a.High, want.CI[2], 1e-7)
		for i, d := range want.Drops {
			same(t, name+" without "+want.Items[i], a.Items[i].IfDropped, d.Raw, 1e-9)
		}
		if source != "bfi" { // with missing answers psych takes the mean of what is there
			for i, s := range want.Stats {
				same(t, name+" item-total "+want.Items[i], a.Items[i].ItemTotal, s.R, 1e-9)
			}
		}
	}
	bfi := pick(t, table(t, "stats/bfi.csv"), items("A", upTo(5)...)...)
	bfi[0] = reversed(bfi[0], 7)
	a, err := stats.Cronbach(bfi)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "bfi listwise", a.Raw, ref.Listwise["bfi_agree"].Alpha, 1e-9)
	if a.N != ref.Listwise["bfi_agree"].N {
		t.Errorf("%d complete rows, want %d", a.N, ref.Listwise["bfi_agree"].N)
	}
}

func reversed(x []float64, sum float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = sum - x[i]
	}
	return out
}

// By hand: two items with variances 1 and covariance 1/2 have alpha 2/1 * (1 -
// 2/3) = 2/3.
func TestCronbachByHand(t *testing.T) {
	t.Parallel()
	a, err := stats.Cronbach([][]float64{{1, 2, 3}, {1, 3, 2}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "alpha", a.Raw, 2.0/3, 1e-12)
	same(t, "standardised", a.Standardised, 2.0/3, 1e-12)
	same(t, "item-total", a.Items[0].ItemTotal, 0.5, 1e-12)
}

// Items that are equal but for their place on the scale have alpha 1; the order
// of rows and items, shifting and stretching all alike change nothing.
func TestCronbachProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(19, 51))
	for range 200 {
		k, n := 2+r.IntN(6), 4+r.IntN(60)
		cols, one := make([][]float64, k), make([]float64, n)
		for i := range one {
			one[i] = r.NormFloat64()
		}
		for j := range cols {
			cols[j] = make([]float64, n)
			for i := range cols[j] {
				cols[j][i] = one[i] + r.NormFloat64()
			}
		}
		a, err := stats.Cronbach(cols)
		if err != nil {
			t.Fatal(err)
		}
		moved := make([][]float64, k)
		order := r.Perm(n)
		for j := range cols {
			for _, i := range order {
				moved[j] = append(moved[j], 5-3*cols[j][i])
			}
		}
		slices.Reverse(moved)
		b, err := stats.Cronbach(moved)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "turned, moved and stretched", b.Raw, a.Raw, 1e-9)
		same(t, "its interval", b.Low, a.Low, 1e-9)
		if !(a.Low < a.Raw && a.Raw < a.High) {
			t.Errorf("alpha %f outside of %f to %f", a.Raw, a.Low, a.High)
		}
		parallel := make([][]float64, k)
		for j := range parallel {
			for i := range one {
				parallel[j] = append(parallel[j], one[i]+float64(j))
			}
		}
		p, err := stats.Cronbach(parallel)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "parallel items", p.Raw, 1, 1e-9)
	}
}

func TestCronbachOfWhatCannotBe(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	for name, c := range map[string]struct {
		cols   [][]float64
		want   stats.Reason
		column int
	}{
		"no items":            {nil, stats.Empty, -1},
		"one item":            {[][]float64{{1, 2, 3}}, stats.Shape, -1},
		"different lengths":   {[][]float64{{1, 2, 3}, {1, 2}}, stats.Shape, 1},
		"a constant item":     {[][]float64{{1, 2, 3}, {4, 4, 4}}, stats.Constant, 1},
		"two rows":            {[][]float64{{1, 2}, {2, 1}}, stats.TooFew, -1},
		"all missing":         {[][]float64{{none, none, none}, {1, 2, 3}}, stats.Empty, -1},
		"opposites":           {[][]float64{{1, 2, 3}, {3, 2, 1}}, stats.Constant, -1},
		"infinite":            {[][]float64{{1, 2, math.Inf(1)}, {3, 2, 1}}, stats.TooFew, -1},
		"constant with digit": {[][]float64{{.1, .1, .1}, {3, 2, 1}}, stats.Constant, 0},
	} {
		_, err := stats.Cronbach(c.cols)
		if got, at := why(t, err); got != c.want || at != c.column {
			t.Errorf("%s: %v at %d, want %v at %d", name, got, at, c.want, c.column)
		}
	}
}

func TestAlphaBand(t *testing.T) {
	t.Parallel()
	for a, want := range map[float64]string{-1: "poor", .59: "poor", .6: "weak", .7: "acceptable", .8: "good", .95: "good", .951: "redundant"} {
		if got := stats.AlphaBand(a); got != want {
			t.Errorf("%.3f: %s, want %s", a, got, want)
		}
	}
}

func TestDifferenceReliability(t *testing.T) {
	t.Parallel()
	// By hand: equal spreads, both .8 reliable, correlated .5: (.8+.8-1)/(2-1) = .6.
	got, err := stats.DifferenceReliability(stats.Side{SD: 2, Reliability: .8}, stats.Side{SD: 2, Reliability: .8}, .5)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "r_D", got, .6, 1e-12)
	_, err = stats.DifferenceReliability(stats.Side{SD: 1, Reliability: .8}, stats.Side{SD: 1, Reliability: .8}, 1)
	if got, _ := why(t, err); got != stats.Constant {
		t.Errorf("equal scores: %v", err)
	}
	_, err = stats.DifferenceReliability(stats.Side{SD: 1, Reliability: .8}, stats.Side{SD: 1, Reliability: .8}, math.NaN())
	if got, _ := why(t, err); got != stats.Shape {
		t.Errorf("no correlation: %v", err)
	}
}
