package stats_test

import (
	"math"
	"testing"

	"kilter/internal/base/stats"
)

// The hand test of the specification: three respondents, five dimensions T R S A
// M, all arithmetic exact.
var (
	handGaps = [][]float64{{-.5, .25, 0}, {-2, -1, -.4}, {-1, -1.5, -.25}, {-.5, -.25, 0}, {0, -.8, -.2}}
	handWts  = [][]float64{{10, 20, 0}, {40, 20, 50}, {30, 20, 20}, {10, 20, 20}, {10, 20, 10}}
)

func TestWeightsByHand(t *testing.T) {
	t.Parallel()
	sq, err := stats.RowMeans(handGaps, 5)
	if err != nil {
		t.Fatal(err)
	}
	points, err := stats.ShareOut(handWts)
	if err != nil {
		t.Fatal(err)
	}
	sqw, err := stats.Weighted(handGaps, points.Of)
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range []float64{-.8, -.66, -.17} {
		same(t, "SQ", sq[r], want, 1e-12)
	}
	for r, want := range []float64{-1.2, -.66, -.27} {
		same(t, "SQW", sqw[r], want, 1e-12)
	}
	mean, _, err := stats.Mean(sqw)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "mean SQW", mean, -.71, 1e-12)
	means := make([]float64, 5)
	for d := range means {
		if means[d], _, err = stats.Mean(handGaps[d]); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := stats.WeightedMeans(means, points.Mean)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "aggregate", whole, -.723889, 5e-7)
	if points.Valid != 3 || points.Rescaled+points.Invalid+points.Missing != 0 {
		t.Errorf("%+v", points)
	}
}

// 95 to 105 is brought to 100; what cannot be meant gets the mean of the others.
func TestShareOut(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	p, err := stats.ShareOut([][]float64{{50, 52, 80, none, -10, 50, 0}, {50, 52, 10, none, 110, none, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Valid != 2 || p.Rescaled != 1 || p.Invalid != 4 || p.Missing != 1 {
		t.Errorf("%+v", p)
	}
	for r := range 7 {
		same(t, "points", p.Of[0][r], 50, 1e-12)
	}
	if _, err := stats.ShareOut([][]float64{{none}, {none}}); err == nil {
		t.Error("nobody shared out points")
	}
}

func TestDimensionScoresNeedHalf(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	got, err := stats.DimensionScores([][]float64{{1, 1, none}, {3, none, none}, {none, none, 5}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "two of three", got[0], 2, 0)
	if !math.IsNaN(got[1]) || !math.IsNaN(got[2]) {
		t.Errorf("one of three is too few: %v", got)
	}
}

func TestGapsAreOfPairs(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	p, e := [][]float64{{5, none, 7, 1}}, [][]float64{{7, 6, none, 1}}
	g, err := stats.Gaps(p, e)
	if err != nil {
		t.Fatal(err)
	}
	if g[0][0] != -2 || !math.IsNaN(g[0][1]) || !math.IsNaN(g[0][2]) || g[0][3] != 0 {
		t.Errorf("%v", g)
	}
	w, err := stats.Where(p, e)
	if err != nil || w[0][0] != 5 || !math.IsNaN(w[0][2]) {
		t.Errorf("%v %v", w, err)
	}
	if _, err := stats.Gaps(p, nil); err == nil {
		t.Error("columns of different number")
	}
}

func TestTolerance(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	z, err := stats.Tolerance([]float64{4, 4, 4, 7, none}, []float64{6, 6, 6, 5, 6}, []float64{3, 5, 7, 5, 5})
	if err != nil {
		t.Fatal(err)
	}
	want := stats.Zone{N: 3, Inconsistent: 1, Minimum: 4, Desired: 6, Perceived: 5, Adequacy: 1, Superiority: -1, Width: 2, Position: .5, State: "in", Below: 1, In: 1, Above: 1}
	if z != want {
		t.Errorf("got %+v, want %+v", z, want)
	}
	if _, err := stats.Tolerance([]float64{7}, []float64{1}, []float64{4}); err == nil {
		t.Error("nobody was consistent")
	}
}

func TestScreening(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	for _, c := range []struct {
		answers []float64
		run     int
		flat    bool
	}{
		{[]float64{4, 4, none, 4, 4}, 4, true},
		{[]float64{1, 4, 4, 4, 2, 2}, 3, false},
		{[]float64{none, none}, 0, false},
		{[]float64{4, 4}, 2, false},
	} {
		if got := stats.LongestRun(c.answers); got != c.run {
			t.Errorf("%v: run %d, want %d", c.answers, got, c.run)
		}
		if got := stats.Flat(c.answers, 3); got != c.flat {
			t.Errorf("%v: flat %v", c.answers, got)
		}
	}
	if got := stats.Missing([]float64{1, none, none, 2}); got != .5 {
		t.Errorf("missing %f", got)
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	got, err := stats.Index(4, 1, 7)
	if err != nil || got != 50 {
		t.Errorf("%f %v", got, err)
	}
	if _, err := stats.Index(4, 1, 1); err == nil {
		t.Error("a scale of one point")
	}
}

// R: quantile(mtcars$mpg, c(...)), type 7.
func TestQuantileAsR(t *testing.T) {
	t.Parallel()
	mpg := fields("21 21 22.8 21.4 18.7 18.1 14.3 24.4 22.8 19.2 17.8 16.4 17.3 15.2 10.4 10.4 14.7 32.4 30.4 33.9 21.5 15.5 15.2 13.3 19.2 27.3 26 30.4 15.8 19.7 15 21.4")
	for p, want := range map[float64]float64{.05: 11.995, .25: 15.425, .5: 19.2, .75: 22.8, .9: 30.09, .95: 31.3, .99: 33.435} {
		got, err := stats.Quantile(mpg, p)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "quantile", got, want, 1e-12)
	}
}

// Figures of the kiosk data: dimensions, their reliability and the reliability
// of their gaps.
func TestKioskDimensions(t *testing.T) {
	t.Parallel()
	var ref struct {
		Kiosk struct {
			Dimensions map[string]struct {
				Items     []int
				E, P, Gap float64
				SD        float64   `json:"sd_gap"`
				AlphaE    float64   `json:"alpha_E"`
				AlphaP    float64   `json:"alpha_P"`
				AlphaGap  float64   `json:"alpha_gap"`
				RelDiff   float64   `json:"rel_diff"`
				RPE       float64   `json:"r_PE"`
				Feldt     []float64 `json:"alpha_P_feldt95"`
				CI        []float64 `json:"gap_ci95_t"`
			}
		}
	}
	reference(t, "servqual/reference.json", &ref)
	data := table(t, "servqual/kiosk.csv")
	for name, want := range ref.Kiosk.Dimensions {
		e, p := pick(t, data, items("E", want.Items...)...), pick(t, data, items("P", want.Items...)...)
		g, err := stats.Gaps(p, e)
		if err != nil {
			t.Fatal(err)
		}
		scores := make([][]float64, 3)
		alphas := make([]stats.Alpha, 3)
		for i, cols := range [][][]float64{e, p, g} {
			if scores[i], err = stats.DimensionScores(cols); err != nil {
				t.Fatal(err)
			}
			if alphas[i], err = stats.Cronbach(cols); err != nil {
				t.Fatal(err)
			}
		}
		s, err := stats.Describe(scores[2])
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+" gap", s.Mean, want.Gap, 1e-6)
		same(t, name+" sd", s.SD, want.SD, 1e-6)
		same(t, name+" alpha E", alphas[0].Raw, want.AlphaE, 1e-6)
		same(t, name+" alpha P", alphas[1].Raw, want.AlphaP, 1e-6)
		same(t, name+" alpha gap", alphas[2].Raw, want.AlphaGap, 1e-6)
		same(t, name+" low", alphas[1].Low, want.Feldt[0], 1e-6)
		same(t, name+" high", alphas[1].High, want.Feldt[1], 1e-6)
		low, high, err := s.Within(.95, 0)
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+" gap low", low, want.CI[0], 2e-6)
		same(t, name+" gap high", high, want.CI[1], 2e-6)
		r, _, err := stats.Correlate(scores[:2])
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+" r_PE", r.At(0, 1), want.RPE, 1e-6)
		se, _ := stats.Describe(scores[0])
		sp, _ := stats.Describe(scores[1])
		d, err := stats.DifferenceReliability(stats.Side{SD: sp.SD, Reliability: alphas[1].Raw}, stats.Side{SD: se.SD, Reliability: alphas[0].Raw}, r.At(0, 1))
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+" r_D", d, want.RelDiff, 1e-6)
	}
}
