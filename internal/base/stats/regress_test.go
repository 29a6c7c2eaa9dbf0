package stats_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kilter/internal/base/stats"
	"kilter/internal/testkit"
)

// Longley's figures on employment (JASA 62, 1967), which NIST certifies: the
// columns hang so closely together that poor arithmetic loses all digits.
var longley = [][]float64{
	fields("60323 61122 60171 61187 63221 63639 64989 63761 66019 67857 68169 66513 68655 69564 69331 70551"),
	fields("83.0 88.5 88.2 89.5 96.2 98.1 99.0 100.0 101.2 104.6 108.4 110.8 112.6 114.2 115.7 116.9"),
	fields("234289 259426 258054 284599 328975 346999 365385 363112 397469 419180 442769 444546 482704 502601 518173 554894"),
	fields("2356 2325 3682 3351 2099 1932 1870 3578 2904 2822 2936 4681 3813 3931 4806 4007"),
	fields("1590 1456 1616 1650 3099 3594 3547 3350 3048 2857 2798 2637 2552 2514 2572 2827"),
	fields("107608 108632 109773 110929 112075 113270 115094 116219 117388 118734 120445 121950 123366 125368 127852 130081"),
	fields("1947 1948 1949 1950 1951 1952 1953 1954 1955 1956 1957 1958 1959 1960 1961 1962"),
}

func TestRegressLongleyAsCertified(t *testing.T) {
	t.Parallel()
	r, err := stats.Regress(longley[0], longley[1:])
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ b, se float64 }{
		{15.0618722713733, 84.9149257747669},
		{-0.358191792925910e-01, 0.334910077722432e-01},
		{-2.02022980381683, 0.488399681651699},
		{-1.03322686717359, 0.214274163161675},
		{-0.511041056535807e-01, 0.226073200069370},
		{1829.15146461355, 455.478499142212},
	}
	for j, w := range want {
		digits(t, "b", r.Terms[j].B, w.b, 9)
		digits(t, "standard error", r.Terms[j].SE, w.se, 9)
	}
	digits(t, "intercept", r.Intercept, -3482258.63459582, 10)
	digits(t, "its error", r.InterceptSE, 890420.383607373, 10)
	digits(t, "R2", r.R2, 0.995479004577296, 12)
	digits(t, "sigma", r.Sigma, 304.854073561965, 10)
	digits(t, "F", r.F, 330.285339234588, 10)
	if r.DF != [2]int{6, 9} || !r.Small {
		t.Errorf("%+v", r)
	}
}

// A polynomial of the fifth degree through points that lie on it (NIST Wampler1):
// all coefficients are 1.
func TestRegressWampler(t *testing.T) {
	t.Parallel()
	y, x := []float64{}, make([][]float64, 5)
	for i := range 21 {
		sum, power := 1.0, 1.0
		for j := range x {
			power *= float64(i)
			x[j] = append(x[j], power)
			sum += power
		}
		y = append(y, sum)
	}
	r, err := stats.Regress(y, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range r.Terms {
		digits(t, "b", term.B, 1, 8)
	}
	same(t, "intercept", r.Intercept, 1, 1e-6)
	same(t, "R2", r.R2, 1, 1e-14)
}

func TestRegressNorrisAsCertified(t *testing.T) {
	t.Parallel()
	header, rows := nist(t, "stats/nist_strd/nist_linregress/Norris.dat")
	var y, x []float64
	for _, row := range rows {
		y, x = append(y, row[0]), append(x, row[1])
	}
	r, err := stats.Regress(y, [][]float64{x})
	if err != nil {
		t.Fatal(err)
	}
	digits(t, "B0", r.Intercept, certified(t, header, `B0\s{3,}(\S+)\s+(\S+)`, 1), 11)
	digits(t, "its error", r.InterceptSE, certified(t, header, `B0\s{3,}(\S+)\s+(\S+)`, 2), 11)
	digits(t, "B1", r.Terms[0].B, certified(t, header, `B1\s{3,}(\S+)\s+(\S+)`, 1), 13)
	digits(t, "its error", r.Terms[0].SE, certified(t, header, `B1\s{3,}(\S+)\s+(\S+)`, 2), 11)
	digits(t, "R2", r.R2, certified(t, header, `R-Squared\s+(\S+)`, 1), 13)
	digits(t, "sigma", r.Sigma, certified(t, header, `Residual\s+Standard Deviation\s+(\S+)`, 1), 11)
	digits(t, "F", r.F, certified(t, header, `Regression\s+1\s+\S+\s+\S+\s+(\S+)`, 1), 11)
}

// All sets of NIST's analysis of variance. Those of the greatest difficulty have
// thirteen leading digits in common: as numbers of a computer they keep three to
// four digits of what differs, so no more can be asked for.
func TestAnovaAsCertified(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.Shared(t, "stats/nist_strd/nist_anova"), "*.dat"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		name := filepath.Base(file)
		least := 9.0
		switch {
		case strings.Contains(name, "SmLs04"), strings.Contains(name, "SmLs05"), strings.Contains(name, "SmLs06"):
			least = 7.5
		case strings.Contains(name, "SmLs07"), strings.Contains(name, "SmLs08"), strings.Contains(name, "SmLs09"):
			least = 1.3
		}
		header, rows := nist(t, "stats/nist_strd/nist_anova/"+name)
		var groups [][]float64
		for _, row := range rows {
			g := int(row[0])
			for len(groups) < g {
				groups = append(groups, nil)
			}
			groups[g-1] = append(groups[g-1], row[1])
		}
		v, err := stats.Anova(groups)
		if err != nil {
			t.Fatal(name, err)
		}
		between := `Between \S+\s+\d+\s+(\S+)\s+\S+\s+(\S+)`
		digits(t, name+" between", v.Between, certified(t, header, between, 1), least)
		digits(t, name+" F", v.F, certified(t, header, between, 2), least)
		digits(t, name+" within", v.Within, certified(t, header, `Within \S+\s+\d+\s+(\S+)`, 1), least)
		digits(t, name+" R2", v.R2, certified(t, header, `Certified R-Squared\s+(\S+)`, 1), least)
		digits(t, name+" sigma", v.Sigma, certified(t, header, `Residual\s+Standard Deviation\s+(\S+)`, 1), least)
	}
}

var linesOfData = regexp.MustCompile(`Data\s+\(lines\s+(\d+)\s+to\s+(\d+)\)`)

// nist reads a file of the Statistical Reference Datasets.
func nist(t *testing.T, name string) (header string, rows [][]float64) {
	t.Helper()
	text, err := os.ReadFile(testkit.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	m := linesOfData.FindStringSubmatch(string(text))
	if m == nil {
		t.Fatalf("%s does not say where its data are", name)
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	for _, line := range lines[from-1 : to] {
		rows = append(rows, fields(line))
	}
	return strings.Join(lines[:from-1], "\n"), rows
}

func certified(t *testing.T, header, pattern string, group int) float64 {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(header)
	if m == nil {
		t.Fatalf("%q is not certified", pattern)
	}
	x, err := strconv.ParseFloat(m[group], 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// R's lm and relaimpo, and Johnson's weights, on three sets.
func TestImportanceAsRelaimpo(t *testing.T) {
	t.Parallel()
	type term struct {
		Term string
		B    float64 `json:"Estimate"`
		SE   float64 `json:"Std. Error"`
		T    float64 `json:"t value"`
		P    float64 `json:"Pr(>|t|)"`
	}
	var ref struct {
		Relimp map[string]struct {
			Formula string
			R2      float64
			LMG     map[string]float64
			Last    map[string]float64
			OLS     []term
			AdjR2   float64
			F       struct{ Value float64 }
			Sigma   float64
			Johnson struct{ Raw map[string]float64 } `json:"johnson_rw"`
		}
	}
	reference(t, "stats/reference.json", &ref)
	files := map[string]string{"swiss": "swiss", "attitude": "attitude", "mtcars_rwa": "mtcars"}
	for name, want := range ref.Relimp {
		data := table(t, "stats/"+files[name]+".csv")
		outcome, _, _ := strings.Cut(want.Formula, " ~")
		var names []string
		for _, o := range want.OLS[1:] {
			names = append(names, o.Term)
		}
		x, y := pick(t, data, names...), data[outcome]
		r, err := stats.Regress(y, x)
		if err != nil {
			t.Fatal(name, err)
		}
		same(t, name+" R2", r.R2, want.R2, 1e-10)
		same(t, name+" adjusted", r.AdjR2, want.AdjR2, 1e-10)
		digits(t, name+" F", r.F, want.F.Value, 9)
		digits(t, name+" sigma", r.Sigma, want.Sigma, 9)
		digits(t, name+" intercept", r.Intercept, want.OLS[0].B, 9)
		rxx, rxy := predictors(t, x, y)
		lmg, r2, err := stats.Shapley(rxx, rxy)
		if err != nil {
			t.Fatal(name, err)
		}
		same(t, name+" R2 shared out", r2, want.R2, 1e-10)
		johnson, err := stats.RelativeWeights(rxx, rxy)
		if err != nil {
			t.Fatal(name, err)
		}
		for j, o := range want.OLS[1:] {
			digits(t, name+" b "+o.Term, r.Terms[j].B, o.B, 9)
			digits(t, name+" se "+o.Term, r.Terms[j].SE, o.SE, 9)
			digits(t, name+" t "+o.Term, r.Terms[j].T, o.T, 9)
			digits(t, name+" p "+o.Term, r.Terms[j].P, o.P, 7)
			same(t, name+" LMG "+o.Term, lmg[j], want.LMG[o.Term], 1e-10)
			same(t, name+" Johnson "+o.Term, johnson[j], want.Johnson.Raw[o.Term], 1e-10)
		}
	}
}

func predictors(t testing.TB, x [][]float64, y []float64) (*mat.SymDense, []float64) {
	t.Helper()
	r, _, err := stats.Correlate(append(append([][]float64{}, x...), y))
	if err != nil {
		t.Fatal(err)
	}
	m := len(x)
	rxy := make([]float64, m)
	for j := range rxy {
		rxy[j] = r.At(j, m)
	}
	return r.SliceSym(0, m).(*mat.SymDense), rxy
}

// The kiosk: satisfaction on the six means of perception, and on the six gaps.
func TestKioskRegression(t *testing.T) {
	t.Parallel()
	type model struct {
		R2, AdjR2, F, Intercept float64
		DF                      [2]int
		Terms                   map[string]struct{ B, Beta, T, P, R, VIF, LMG, Johnson float64 }
	}
	var ref struct {
		Kiosk struct {
			Dimensions map[string]struct{ Items []int }
			P          model `json:"regress_SAT_on_P"`
			Gap        model `json:"regress_SAT_on_gap"`
		}
	}
	reference(t, "servqual/reference.json", &ref)
	data := table(t, "servqual/kiosk.csv")
	sat, err := stats.RowMeans(pick(t, data, "SAT1", "SAT2"), 2)
	if err != nil {
		t.Fatal(err)
	}
	for form, want := range map[string]model{"P": ref.Kiosk.P, "gap": ref.Kiosk.Gap} {
		var names []string
		var x [][]float64
		for name, d := range ref.Kiosk.Dimensions {
			cols := pick(t, data, items("P", d.Items...)...)
			if form == "gap" {
				if cols, err = stats.Gaps(cols, pick(t, data, items("E", d.Items...)...)); err != nil {
					t.Fatal(err)
				}
			}
			score, err := stats.DimensionScores(cols)
			if err != nil {
				t.Fatal(err)
			}
			names, x = append(names, name), append(x, score)
		}
		r, err := stats.Regress(sat, x)
		if err != nil {
			t.Fatal(err)
		}
		same(t, form+" R2", r.R2, want.R2, 1e-6)
		same(t, form+" adjusted", r.AdjR2, want.AdjR2, 1e-6)
		same(t, form+" F", r.F, want.F, 1e-6)
		same(t, form+" intercept", r.Intercept, want.Intercept, 1e-6)
		if r.DF != want.DF || r.Small {
			t.Errorf("%s: %+v", form, r)
		}
		rxx, rxy := predictors(t, x, sat)
		lmg, _, err := stats.Shapley(rxx, rxy)
		if err != nil {
			t.Fatal(err)
		}
		johnson, err := stats.RelativeWeights(rxx, rxy)
		if err != nil {
			t.Fatal(err)
		}
		for j, name := range names {
			w, got := want.Terms[name], r.Terms[j]
			same(t, name+" b", got.B, w.B, 1e-6)
			same(t, name+" beta", got.Beta, w.Beta, 1e-6)
			same(t, name+" t", got.T, w.T, 1e-5)
			same(t, name+" p", got.P, w.P, 1e-5)
			same(t, name+" r", got.R, w.R, 1e-6)
			same(t, name+" VIF", got.VIF, w.VIF, 1e-5)
			same(t, name+" LMG", lmg[j], w.LMG, 1e-6)
			same(t, name+" Johnson", johnson[j], w.Johnson, 1e-6)
		}
	}
}

// Parts sum to R2; an added constant, another unit and another order of columns
// leave R2, t, beta and the parts alone.
func TestRegressionProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(18, 5))
	for range 100 {
		m, n := 1+r.IntN(6), 20+r.IntN(50)
		x, y := make([][]float64, m), make([]float64, n)
		for i := range n {
			y[i] = r.NormFloat64()
		}
		for j := range x {
			x[j] = make([]float64, n)
			for i := range x[j] {
				x[j][i] = r.NormFloat64() + y[i]*r.Float64()
			}
		}
		a, err := stats.Regress(y, x)
		if err != nil {
			t.Fatal(err)
		}
		order := r.Perm(m)
		moved := make([][]float64, m)
		for k, j := range order {
			for _, v := range x[j] {
				moved[k] = append(moved[k], 40+1000*v)
			}
		}
		b, err := stats.Regress(y, moved)
		if err != nil {
			t.Fatal(err)
		}
		rxx, rxy := predictors(t, x, y)
		lmg, r2, err := stats.Shapley(rxx, rxy)
		if err != nil {
			t.Fatal(err)
		}
		johnson, err := stats.RelativeWeights(rxx, rxy)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "R2 moved", b.R2, a.R2, 1e-10)
		same(t, "R2 of the parts", r2, a.R2, 1e-10)
		var sumL, sumJ float64
		for k, j := range order {
			same(t, "t moved", b.Terms[k].T, a.Terms[j].T, 1e-6)
			same(t, "beta moved", b.Terms[k].Beta, a.Terms[j].Beta, 1e-9)
			if lmg[j] < 0 || a.Terms[j].VIF < 1-1e-9 {
				t.Errorf("LMG %f, VIF %f", lmg[j], a.Terms[j].VIF)
			}
			sumL, sumJ = sumL+lmg[j], sumJ+johnson[j]
		}
		same(t, "sum of LMG", sumL, a.R2, 1e-10)
		same(t, "sum of Johnson", sumJ, a.R2, 1e-9)
		p, err := stats.PartialCorrelation(x[0], y, x[1:])
		if err != nil {
			t.Fatal(err)
		}
		tt := a.Terms[0].T // the partial correlation tells the same as t
		same(t, "partial", p, tt/math.Sqrt(tt*tt+float64(a.DF[1])), 1e-8)
	}
}

func TestRegressionOfWhatCannotBe(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	y := []float64{1, 2, 3, 5, 4}
	for name, c := range map[string]struct {
		y      []float64
		x      [][]float64
		want   stats.Reason
		column int
	}{
		"nothing to explain by": {y, nil, stats.Empty, -1},
		"a constant column":     {y, [][]float64{{2, 1, 4, 4, 9}, {3, 3, 3, 3, 3}}, stats.Constant, 1},
		"a constant outcome":    {[]float64{2, 2, 2, 2, 2}, [][]float64{{2, 1, 4, 4, 9}}, stats.Constant, 1},
		"the same column twice": {y, [][]float64{{2, 1, 4, 4, 9}, {4, 2, 8, 8, 18}}, stats.Singular, 1},
		"too few":               {y, [][]float64{{2, 1, 4, 4, none}, {3, 1, 5, 3, 3}, {none, 3, 1, 2, 1}}, stats.TooFew, -1},
		"all missing":           {y, [][]float64{{none, none, none, none, none}}, stats.Empty, -1},
		"other lengths":         {y, [][]float64{{1, 2}}, stats.Shape, 1},
	} {
		_, err := stats.Regress(c.y, c.x)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if got, at := why(t, err); got != c.want || at != c.column {
			t.Errorf("%s: %v at %d, want %v at %d", name, got, at, c.want, c.column)
		}
	}
	equal := mat.NewSymDense(2, []float64{1, 1, 1, 1})
	if _, _, err := stats.Shapley(equal, []float64{.5, .5}); err == nil {
		t.Error("LMG of equal predictors")
	}
	if _, err := stats.RelativeWeights(equal, []float64{.5, .5}); err == nil {
		t.Error("weights of equal predictors")
	}
	perfect, err := stats.Regress(y, [][]float64{y})
	if err != nil || math.IsNaN(perfect.F) || math.IsInf(perfect.F, 0) || perfect.R2 < 1-1e-12 {
		t.Errorf("a perfect fit: %+v %v", perfect, err)
	}
}

// Johnson's and LMG's parts of uncorrelated predictors are the squared
// correlations, by hand.
func TestImportanceOfUncorrelated(t *testing.T) {
	t.Parallel()
	unit := mat.NewSymDense(3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1})
	rxy := []float64{.5, -.3, .1}
	lmg, r2, err := stats.Shapley(unit, rxy)
	if err != nil {
		t.Fatal(err)
	}
	johnson, err := stats.RelativeWeights(unit, rxy)
	if err != nil {
		t.Fatal(err)
	}
	for j, r := range rxy {
		same(t, "LMG", lmg[j], r*r, 1e-14)
		same(t, "Johnson", johnson[j], r*r, 1e-14)
	}
	same(t, "R2", r2, .35, 1e-14)
}

func TestKeyDrivers(t *testing.T) {
	t.Parallel()
	kd, err := stats.KeyDrivers([]float64{.5, .3, -.2, .2}, []float64{.1, .2, .9, 0})
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []float64{500.0 / 11, 600.0 / 11, 0, 0} {
		same(t, "KD", kd[j], want, 1e-12)
	}
	// Six: the top third are two. The first is always in the top half, the second
	// in four of five samples only.
	index := []float64{40, 30, 10, 9, 8, 3}
	far := []float64{50, 1, 20, 20, 5, 4}
	v, half, err := stats.Verdicts(index, [][]float64{index, index, index, index, far})
	if err != nil {
		t.Fatal(err)
	}
	if v[0] != stats.KeyFactor || v[1] != stats.NotSeparable || v[2] != stats.NotKey {
		t.Errorf("%v, %v", v, half)
	}
	v, _, err = stats.Verdicts([]float64{0, 0}, [][]float64{{0, 0}})
	if err != nil || v[0] != stats.NotKey {
		t.Errorf("nothing is needed: %v %v", v, err)
	}
	need, err := stats.Need(-1.5, 7)
	if err != nil || need != .25 {
		t.Errorf("need %f %v", need, err)
	}
}

// The kiosk's grid, stated importance over satisfaction at the grand means.
func TestKioskGrid(t *testing.T) {
	t.Parallel()
	data := table(t, "servqual/kiosk.csv")
	var points []stats.Point
	for n := range 24 {
		x, _, err := stats.Mean(data[items("S", n+1)[0]])
		if err != nil {
			t.Fatal(err)
		}
		y, _, err := stats.Mean(data[items("I", n+1)[0]])
		if err != nil {
			t.Fatal(err)
		}
		points = append(points, stats.Point{Performance: x, Importance: y})
	}
	cross, err := stats.GrandMeans(points)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "cross S", cross.Performance, 4.917741, 1e-6)
	same(t, "cross I", cross.Importance, 5.896263, 1e-6)
	concentrate := map[int]bool{7: true, 10: true, 11: true, 16: true, 23: true}
	low := map[int]bool{4: true, 5: true, 6: true, 12: true, 15: true, 22: true, 24: true}
	for i, p := range points {
		want := stats.KeepUp
		switch {
		case concentrate[i+1]:
			want = stats.Concentrate
		case low[i+1]:
			want = stats.LowPriority
		}
		if got := cross.Place(p).Quadrant; got != want {
			t.Errorf("item %d: %s, want %s", i+1, got, want)
		}
	}
	edge := cross.Place(stats.Point{Performance: cross.Performance + .1, Importance: cross.Importance - 1, PerformanceHalf: .2})
	if !edge.Borderline || edge.Quadrant != stats.Overkill {
		t.Errorf("%+v", edge)
	}
	if m, err := stats.Medians(points[:3]); err != nil || m.Performance == 0 {
		t.Errorf("%v %v", m, err)
	}
	if _, err := stats.GrandMeans(nil); err == nil {
		t.Error("a grid of nothing")
	}
}
