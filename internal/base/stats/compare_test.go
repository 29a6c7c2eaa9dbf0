package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kilter/internal/base/stats"
)

// Hours of sleep gained with two drugs (Cushny and Peebles 1905; Student 1908):
// R's figures.
var (
	drugA = fields("0.7 -1.6 -0.2 -1.2 -0.1 3.4 3.7 0.8 0.0 2.0")
	drugB = fields("1.9 0.8 1.1 0.1 -0.1 4.4 5.5 1.6 4.6 3.4")
)

func TestTestsAsR(t *testing.T) {
	t.Parallel()
	d := make([]float64, len(drugA))
	for i := range d {
		d[i] = drugA[i] - drugB[i]
	}
	p, err := stats.PairedT(d)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "paired t", p.T, -4.062127683382, 1e-11)
	same(t, "paired p", p.P, 0.002832890197384, 1e-13)
	same(t, "paired low", p.Low, -2.459885763277, 1e-9)
	same(t, "paired high", p.High, -0.700114236723, 1e-9)
	w, err := stats.Welch(drugA, drugB)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Welch t", w.T, -1.860813467487, 1e-11)
	same(t, "Welch df", w.DF, 17.776473516178, 1e-10)
	same(t, "Welch p", w.P, 0.07939414018736, 1e-12)
	same(t, "Welch low", w.Low, -3.365483230712, 1e-8)
	// wilcox.test(d, exact = FALSE): V = 0 of nine, ties.
	v, err := stats.Wilcoxon(d)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Wilcoxon V", v.Statistic, 0, 0)
	same(t, "Wilcoxon p", v.P, 0.00909069768, 1e-8)
}

// By hand: 1..5 positive but for 2 gives V = 13 of 15; of 32 signs, V is 2 or less
// in 3 and 13 or more in 3.
func TestWilcoxonCountsSmallOnes(t *testing.T) {
	t.Parallel()
	r, err := stats.Wilcoxon([]float64{1, -2, 3, 4, 5})
	if err != nil {
		t.Fatal(err)
	}
	if r.Statistic != 13 || !r.Exact || r.P != 6.0/32 {
		t.Errorf("%+v", r)
	}
	if _, err := stats.Wilcoxon([]float64{0, 0}); err == nil {
		t.Error("nothing differs")
	}
}

// The kiosk's weekly and monthly users on their mean gap of 24 items.
func TestKioskGroups(t *testing.T) {
	t.Parallel()
	data := table(t, "servqual/kiosk.csv")
	gaps, err := stats.Gaps(pick(t, data, items("P", upTo(24)...)...), pick(t, data, items("E", upTo(24)...)...))
	if err != nil {
		t.Fatal(err)
	}
	mean, err := stats.RowMeans(gaps, 24)
	if err != nil {
		t.Fatal(err)
	}
	weekly, monthly := frequency(t, mean)
	w, err := stats.Welch(weekly, monthly)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "t", w.T, 1.125632, 1e-6)
	same(t, "df", w.DF, 166.785206, 1e-5)
	same(t, "p", w.P, .261938, 1e-6)
	u, err := stats.MannWhitney(weekly, monthly)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "U", u.Statistic, 4416.5, 0)
	// The reference subtracts the mean of E from that of P, which takes some
	// respondents of equal sums apart in the last digit: U is 4415 then.
	e24, err := stats.RowMeans(pick(t, data, items("E", upTo(24)...)...), 24)
	if err != nil {
		t.Fatal(err)
	}
	p24, err := stats.RowMeans(pick(t, data, items("P", upTo(24)...)...), 24)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p24 {
		p24[i] -= e24[i]
	}
	v, err := stats.MannWhitney(frequency(t, p24))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "U of the reference", v.Statistic, 4415, 0)
	same(t, "its z", v.Z, .680939, 1e-6)
	same(t, "its p", v.P, .49591, 1e-6)
	e, err := stats.Size(weekly, monthly)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "d", e.D, .168471, 1e-6)
	same(t, "g", e.G, .167772, 1e-6)
	same(t, "delta", e.Delta, 2*4416.5/(97*86)-1, 1e-12)
	if e.Word != "none" {
		t.Errorf("%s", e.Word)
	}
}

// PlantGrowth (Dobson 1983) and R's figures: aov, and kruskal.test.
func TestGroupsAsR(t *testing.T) {
	t.Parallel()
	plants := [][]float64{
		fields("4.17 5.58 5.18 6.11 4.50 4.61 5.17 4.53 5.33 5.14"),
		fields("4.81 4.17 4.41 3.59 5.87 3.83 6.03 4.89 4.32 4.69"),
		fields("6.31 5.12 5.54 5.50 5.37 5.29 4.92 6.15 5.80 5.26"),
	}
	v, err := stats.Anova(plants)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "between", v.Between, 3.76634, 1e-11)
	same(t, "F", v.F, 4.84608786238, 1e-9)
	same(t, "p", v.P, 0.01590995832562, 1e-12)
	k, err := stats.KruskalWallis(plants)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "H", k.Statistic, 7.98822868, 1e-6)
	same(t, "p of H", k.P, 0.01842376, 1e-8)
}

// Two groups: F is the square of t with equal variances, H of z without
// continuity; a test turned round turns its sign.
func TestGroupProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(19, 47))
	for range 200 {
		a, b := make([]float64, 3+r.IntN(20)), make([]float64, 3+r.IntN(20))
		for i := range a {
			a[i] = float64(r.IntN(9))
		}
		for i := range b {
			b[i] = float64(r.IntN(9)) + r.Float64()
		}
		u1, err := stats.MannWhitney(a, b)
		if err != nil {
			t.Fatal(err)
		}
		u2, err := stats.MannWhitney(b, a)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "U", u1.Statistic+u2.Statistic, float64(len(a)*len(b)), 1e-9)
		same(t, "p", u1.P, u2.P, 1e-12)
		e1, err1 := stats.Size(a, b)
		e2, err2 := stats.Size(b, a)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		same(t, "delta", e1.Delta, -e2.Delta, 1e-12)
		same(t, "g", e1.G, -e2.G, 1e-12)
		if math.Abs(e1.Delta) > 1 {
			t.Errorf("delta %f", e1.Delta)
		}
	}
}

func TestRankCorrelationAsR(t *testing.T) {
	t.Parallel()
	data := table(t, "stats/mtcars.csv")
	var ref struct {
		Tests struct {
			Spearman struct {
				P float64 `json:"p.value"`
				R float64 `json:"estimate"`
			} `json:"spearman_mtcars"`
			Pearson struct {
				P  float64   `json:"p.value"`
				R  float64   `json:"estimate"`
				CI []float64 `json:"conf.int"`
			} `json:"pearson_mtcars"`
			KW struct{ Statistic float64 } `json:"airquality_kw"`
		}
	}
	reference(t, "stats/reference.json", &ref)
	s, err := stats.Spearman(data["mpg"], data["wt"])
	if err != nil {
		t.Fatal(err)
	}
	p, err := stats.Pearson(data["mpg"], data["wt"])
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rho", s.R, ref.Tests.Spearman.R, 1e-11)
	digits(t, "p of rho", s.P, ref.Tests.Spearman.P, 8)
	same(t, "r", p.R, ref.Tests.Pearson.R, 1e-11)
	digits(t, "p of r", p.P, ref.Tests.Pearson.P, 8)
	same(t, "low", p.Low, ref.Tests.Pearson.CI[0], 1e-10)
	same(t, "high", p.High, ref.Tests.Pearson.CI[1], 1e-10)
	if !(s.Low < s.R && s.R < s.High) {
		t.Errorf("%+v", s)
	}
}

func TestHolmAsR(t *testing.T) {
	t.Parallel()
	p := []float64{.05, .01, .04, .02, .03}
	got := stats.Holm(p)
	for i, want := range []float64{.09, .05, .09, .08, .09} {
		same(t, "Holm", got[i], want, 1e-12)
	}
	if len(stats.Holm(nil)) != 0 {
		t.Error("none")
	}
}

func TestComparisonsOfWhatCannotBe(t *testing.T) {
	t.Parallel()
	equal, none := []float64{3, 3, 3}, []float64{math.NaN()}
	for name, err := range map[string]error{
		"paired, all equal":   errOf(stats.PairedT(equal)),
		"paired, one":         errOf(stats.PairedT([]float64{1})),
		"Welch, all equal":    errOf(stats.Welch(equal, equal)),
		"Welch, empty":        errOf(stats.Welch(equal, none)),
		"size, all equal":     errOf(stats.Size(equal, equal)),
		"U, all equal":        errOf(stats.MannWhitney(equal, equal)),
		"U, empty":            errOf(stats.MannWhitney(none, equal)),
		"Anova, one group":    errOf(stats.Anova([][]float64{equal})),
		"Anova, all equal":    errOf(stats.Anova([][]float64{equal, equal})),
		"H, all equal":        errOf(stats.KruskalWallis([][]float64{equal, equal})),
		"H, empty":            errOf(stats.KruskalWallis([][]float64{none, equal})),
		"correlation, equal":  errOf(stats.Pearson(equal, []float64{1, 2, 3})),
		"correlation, of two": errOf(stats.Spearman([]float64{1, 2}, []float64{1, 2})),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		why(t, err)
	}
	if p, err := stats.Pearson([]float64{1, 2, 3, 4}, []float64{2, 4, 6, 8}); err != nil || math.IsNaN(p.Low) || p.P != 0 {
		t.Errorf("a perfect correlation: %+v %v", p, err)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestSampleSizes(t *testing.T) {
	t.Parallel()
	p := stats.Precision{Z: 1.96, Share: .5, Margin: .05}
	for population, want := range map[int]int{0: 385, 1200: 292, 300: 169, 10000: 370, 1: 1} {
		if got, err := stats.SampleShare(p, population); err != nil || got != want {
			t.Errorf("%d: %d, want %d (%v)", population, got, want, err)
		}
	}
	if got, err := stats.SampleMean(1.96, 1.2, .2, 300); err != nil || got != 95 {
		t.Errorf("mean: %d %v", got, err)
	}
	if got, err := stats.SampleMean(1.96, 1.2, .2, 0); err != nil || got != 139 {
		t.Errorf("mean without end: %d %v", got, err)
	}
	if got, err := stats.Invitations(292, .4); err != nil || got != 730 {
		t.Errorf("invitations: %d %v", got, err)
	}
	if _, err := stats.SampleShare(stats.Precision{Z: 1.96, Share: 0, Margin: .05}, 10); err == nil {
		t.Error("a share of nothing")
	}
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	got, err := stats.Allocate(60, []int{8, 12, 80, 200, 0})
	if err != nil {
		t.Fatal(err)
	}
	// In proportion 1.6, 2.4, 16, 40; the first is asked whole, the second at least 5.
	if want := []int{8, 5, 16, 40, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	r := rand.New(rand.NewPCG(3, 9))
	for range 300 {
		sizes := make([]int, 1+r.IntN(8))
		all := 0
		for i := range sizes {
			sizes[i] = 11 + r.IntN(400)
			all += sizes[i]
		}
		n := r.IntN(all + 1)
		got, err := stats.Allocate(n, sizes)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for i, k := range got {
			sum += k
			if k < 5 || k > sizes[i] {
				t.Errorf("%d of %d", k, sizes[i])
			}
		}
		if sum < n || sum > n+5*len(sizes) {
			t.Errorf("%d for %d", sum, n)
		}
	}
}

func TestDraw(t *testing.T) {
	t.Parallel()
	a, err := stats.Draw(100, 20, 5)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := stats.Draw(100, 20, 5)
	c, _ := stats.Draw(100, 20, 6)
	if len(a) != 20 || !slices.Equal(a, b) || slices.Equal(a, c) || !slices.IsSorted(a) || len(slices.Compact(slices.Clone(a))) != 20 {
		t.Errorf("%v %v %v", a, b, c)
	}
	if _, err := stats.Draw(3, 4, 1); err == nil {
		t.Error("more than there are")
	}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	// Half of the people answer a fifth, the other half four fifths: weights 2.5 and .625.
	r, err := stats.Responses([]stats.Stratum{{100, 20}, {100, 80}, {0, 0}, {40, 1}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rate", r.Rate, 101.0/240, 1e-12)
	same(t, "weight", r.Weights[0], 100.0/240/(20.0/101), 1e-12)
	same(t, "trimmed", r.Weights[3], 3, 0)
	if r.Low || !slices.Equal(r.LowIn, []int{3}) || !slices.Equal(r.Trimmed, []int{3}) || r.Weights[2] != 0 {
		t.Errorf("%+v", r)
	}
	if _, err := stats.Responses([]stats.Stratum{{5, 6}}); err == nil {
		t.Error("more answers than people")
	}
	if _, err := stats.EarlyLate([]float64{1, 2, 3, 4, 5, 7, 5, 6}); err != nil {
		t.Error(err)
	}
	if _, err := stats.EarlyLate([]float64{1, 2, 3}); err == nil {
		t.Error("thirds of one")
	}
}

// Nothing that is hidden follows from the total: whatever is hidden is two groups
// and k answers at least, unless everything is.
func TestSuppress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		counts []int
		want   []bool
	}{
		{[]int{10, 20, 30}, []bool{false, false, false}},
		{[]int{3, 20, 8}, []bool{true, false, true}},
		{[]int{2, 1, 20, 8}, []bool{true, true, false, true}},
		{[]int{3, 4, 20}, []bool{true, true, false}},
		{[]int{0, 20, 30}, []bool{true, false, false}},
		{[]int{3}, []bool{true}},
	} {
		got, err := stats.Suppress(c.counts, 5)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v (%v)", c.counts, got, c.want, err)
		}
	}
	r := rand.New(rand.NewPCG(5, 10))
	for range 1000 {
		counts := make([]int, 1+r.IntN(7))
		for i := range counts {
			counts[i] = r.IntN(15)
		}
		got, err := stats.Suppress(counts, 5)
		if err != nil {
			t.Fatal(err)
		}
		groups, answers, shown := 0, 0, 0
		for i, h := range got {
			switch {
			case !h:
				shown++
				if counts[i] < 5 {
					t.Errorf("%v shows %d", counts, counts[i])
				}
			case counts[i] > 0:
				groups, answers = groups+1, answers+counts[i]
			}
		}
		if shown > 0 && groups > 0 && (groups < 2 || answers < 5) {
			t.Errorf("%v: %v tells of %d answers of %d groups", counts, got, answers, groups)
		}
	}
}
