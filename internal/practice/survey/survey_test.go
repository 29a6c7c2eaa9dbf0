package survey_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/base/stats"
	"kilter/internal/practice/survey"
	"kilter/internal/testkit"
)

const kioskSpec = `
title: Kiosks
scale: 7
columns: {E: "E{item}", P: "P{item}", I: "I{item}", S: "S{item}"}
dimensions:
  tangible: [4, 5, 6, 22]
  security: [19, 20, 21]
  economy: [10, 11, 18]
  convenience: [13, 14, 15, 16, 17]
  reliability: [1, 2, 3]
  control: [7, 8]
items: [9, 12, 23, 24]
satisfaction: [SAT1, SAT2]
groups:
  frequency:
    column: freq
    values: {"weekly2-3+": weekly, "monthly2-3+": monthly, "halfyear2-3+": halfyear}
`

// analyse runs a spec on a table.
func analyse(t testing.TB, spec, csv string) (*survey.Result, error) {
	t.Helper()
	s, err := survey.ParseSpec([]byte(spec))
	if err != nil {
		return nil, err
	}
	table, err := sheet.OpenAs(strings.NewReader(csv), "test.csv", s.File, sheet.Limits{})
	if err != nil {
		return nil, err
	}
	defer table.Close()
	a, err := survey.Collect(s, table.Read)
	if err != nil {
		return nil, err
	}
	return survey.Analyse(s, a)
}

func must(t testing.TB, spec, csv string) *survey.Result {
	t.Helper()
	r, err := analyse(t, spec, csv)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tree is a result as a reader of its JSON sees it.
func tree(t testing.TB, r *survey.Result) map[string]any {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every figure of the kiosk's reference is found under its key.
func TestKioskAsReference(t *testing.T) {
	t.Parallel()
	csv, err := os.ReadFile(testkit.Shared(t, "servqual/kiosk.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(testkit.Shared(t, "servqual/reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref map[string]map[string]any
	var whole map[string]any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	ref = map[string]map[string]any{"kiosk": whole["kiosk"].(map[string]any)}
	delete(ref["kiosk"], "file")
	r := must(t, kioskSpec, string(csv))
	compared := compare(t, "", tree(t, r), ref["kiosk"])
	if compared < 350 {
		t.Errorf("only %d figures compared", compared)
	}
	if c := r.Cleaning; c.FlatP != 1 || *c.FlatE != 5 || c.RunP != 6 {
		t.Errorf("flags: %+v", c)
	}
	if e := r.Pairs["two_sample_gap_weekly_vs_monthly"].Exact; e == nil || e.U != 4416.5 {
		t.Errorf("ties: %+v", e)
	}
	if r.FactorabilityS.Count.Parallel != 3 || r.FactorabilityP.Count.Parallel != 3 {
		t.Errorf("%+v %+v", r.FactorabilityS.Count, r.FactorabilityP.Count)
	}
	t.Logf("%d figures compared", compared)
}

// compare walks a reference and counts the figures that it has.
func compare(t *testing.T, path string, got, want any) int {
	t.Helper()
	n := 0
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s: %v is no object", path, got)
			return 0
		}
		for k, v := range want {
			n += compare(t, path+"/"+k, m[k], v)
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
			return 0
		}
		for i, v := range want {
			n += compare(t, fmt.Sprintf("%s/%d", path, i), list[i], v)
		}
	case float64:
		x, ok := got.(float64)
		if !ok || math.Abs(x-want) > 1e-5*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
		n++
	default:
		if got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	return n
}

// truth is a made-up survey whose gaps and drivers are known.
type truth struct {
	n       int
	seed    uint64
	gaps    []float64 // by dimension
	effects []float64 // of dimensions on satisfaction
	items   int       // of a dimension
	missing float64
	weights bool
}

// csv draws the answers of a survey: each dimension has a trait of its own and
// one of all; items are the trait with noise, rounded to 1 to 7.
func (w truth) csv() string {
	r := rand.New(rand.NewPCG(w.seed, 88))
	var b strings.Builder
	b.WriteString("id,dept,minutes")
	for d := range w.gaps {
		for i := range w.items {
			fmt.Fprintf(&b, ",e%d_%d,p%d_%d", d, i, d, i)
		}
		fmt.Fprintf(&b, ",w%d", d)
	}
	b.WriteString(",happy1,happy2\n")
	answer := func(x float64) string {
		if r.Float64() < w.missing {
			return ""
		}
		return fmt.Sprint(min(7, max(1, math.Round(x))))
	}
	for k := range w.n {
		fmt.Fprintf(&b, "%d,%s,%d", k+1, []string{"tax", "transport", "health", "water"}[k%4], 5+r.IntN(9))
		common, sat := r.NormFloat64()*.5, 0.0
		for d, gap := range w.gaps {
			trait := common + r.NormFloat64()*.8
			sat += w.effects[d] * trait
			for range w.items {
				e := 5.2 + .5*r.NormFloat64()
				fmt.Fprintf(&b, ",%s,%s", answer(e), answer(5.2+gap+trait+.7*r.NormFloat64()))
			}
			fmt.Fprintf(&b, ",%d", 100/len(w.gaps))
		}
		for range 2 {
			fmt.Fprintf(&b, ",%s", answer(4.5+sat+.5*r.NormFloat64()))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (w truth) spec(more string) string {
	var b strings.Builder
	b.WriteString("scale: 7\nsatisfaction: [happy1, happy2]\ncolumns: {E: 'e{item}', P: 'p{item}'}\ndimensions:\n")
	for d := range w.gaps {
		fmt.Fprintf(&b, "  dim%d: [", d)
		for i := range w.items {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "'%d_%d'", d, i)
		}
		b.WriteString("]\n")
	}
	if w.weights {
		b.WriteString("weights: {")
		for d := range w.gaps {
			fmt.Fprintf(&b, "dim%d: w%d,", d, d)
		}
		b.WriteString("}\n")
	}
	return b.String() + more
}

var known = truth{n: 400, seed: 3, gaps: []float64{-.4, -1.6, -.8, -.2, -.6}, effects: []float64{.1, .8, .1, .4, 0}, items: 4, missing: .02, weights: true}

// What was put in comes out: gaps, the one key factor, the structure.
func TestKnownTruthIsFound(t *testing.T) {
	t.Parallel()
	r := must(t, known.spec("groups: {department: dept}\n"), known.csv())
	for d, gap := range known.gaps {
		x := r.Dimensions[fmt.Sprintf("dim%d", d)]
		if x.BCa == nil || x.CI == nil {
			t.Fatalf("dim%d has no interval", d)
		}
		if math.Abs(*x.Gap-gap) > .2 { // the ends of the scale cut some of it
			t.Errorf("dim%d: gap %.2f, true is %.2f", d, *x.Gap, gap)
		}
		if math.Abs(x.BCa[0]-x.CI[0]) > .03 || math.Abs(x.BCa[1]-x.CI[1]) > .03 {
			t.Errorf("dim%d: BCa %v, t %v", d, *x.BCa, *x.CI)
		}
	}
	if v := r.Drivers.Dimensions["dim1"]; v.Verdict != string(stats.KeyFactor) || *v.TopHalf < .99 {
		t.Errorf("dim1 is the driver: %+v", v)
	}
	if v := r.Drivers.Dimensions["dim4"]; v.Verdict != string(stats.NotKey) {
		t.Errorf("dim4 drives nothing: %+v", v)
	}
	if r.FactorabilityP.Count.Parallel != 5 || *r.FactorsP.Agreement != 1 {
		t.Errorf("structure: %+v, %f", r.FactorabilityP.Count, *r.FactorsP.Agreement)
	}
	if len(r.Pairs) != 6 || r.Groups["department"].Anova == nil {
		t.Errorf("four departments have six pairs: %d", len(r.Pairs))
	}
	if w := r.Weights; w.Source != "respondents" || math.Abs(*w.Respondent-*r.Unweighted) > 1e-9 {
		t.Errorf("equal weights change nothing: %+v", w)
	}
}

// The order of respondents and of items changes no figure but those of runs.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	w := known
	w.n, w.missing = 120, 0
	lines := strings.Split(strings.TrimSpace(w.csv()), "\n")
	turned := slices.Clone(lines)
	slices.Reverse(turned[1:])
	a, b := must(t, w.spec("bootstrap: {samples: 0}\n"), strings.Join(lines, "\n")), must(t, w.spec("bootstrap: {samples: 0}\n"), strings.Join(turned, "\n"))
	var x, y any = tree(t, a), tree(t, b)
	if n := compare(t, "", x, y); n < 300 {
		t.Errorf("%d figures", n)
	}
}

// The same file and seed give the same bytes.
func TestResultIsFrozen(t *testing.T) {
	t.Parallel()
	w := known
	w.n = 100
	a, errA := json.Marshal(must(t, w.spec("bootstrap: {samples: 200}\n"), w.csv()))
	b, errB := json.Marshal(must(t, w.spec("bootstrap: {samples: 200}\n"), w.csv()))
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Error("two analyses of one file differ")
	}
}

func lacks(r *survey.Result) string {
	var out []string
	for _, l := range r.Lacks {
		out = append(out, l.What+"="+l.Why)
	}
	return strings.Join(out, " ")
}

// A published questionnaire of another field, perceptions only, six points, with
// missing answers and reversed items: psych's figures come out.
func TestPersonalityQuestionnaire(t *testing.T) {
	t.Parallel()
	csv, err := os.ReadFile(testkit.Shared(t, "stats/bfi.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(testkit.Shared(t, "stats/reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		EFA map[string]struct {
			N        int
			KMO      float64
			Items    map[string]float64 `json:"KMO_items"`
			Bartlett struct{ Chisq float64 }
			Eigen    []float64 `json:"eigenvalues"`
			Promax   struct {
				Rows   []string
				Values [][]float64
			} `json:"paf_promax"`
		}
		Listwise map[string]struct {
			N     int
			Alpha float64
		} `json:"alpha_listwise"`
	}
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	r := must(t, "scale: 6\ncolumns: {P: '{item}'}\ncleaning: {missing: 1}\ndimensions: {A: [A1, A2, A3, A4, A5], C: [C1, C2, C3, C4, C5], E: [E1, E2, E3, E4, E5], "+
		"N: [N1, N2, N3, N4, N5], O: [O1, O2, O3, O4, O5]}\nitems: {A1: {reverse: true}, C4: {reverse: true}, C5: {reverse: true}, E1: {reverse: true}, "+
		"E2: {reverse: true}, O2: {reverse: true}, O5: {reverse: true}}\ngroups: {gender: {column: gender, values: {1: men, 2: women}}}\n"+
		"bootstrap: {samples: 0}\nfactors: {rotation: promax_normalised}\n", string(csv))
	near := func(what string, got, want, by float64) {
		if math.Abs(got-want) > by {
			t.Errorf("%s: got %f, want %f", what, got, want)
		}
	}
	want, f := ref.EFA["bfi25"], r.FactorabilityP
	if f.N != want.N || r.Dimensions["A"].Reliability[survey.Perceived].N != ref.Listwise["bfi_agree"].N {
		t.Errorf("%d complete, want %d", f.N, want.N)
	}
	near("alpha", *r.Dimensions["A"].AlphaP, ref.Listwise["bfi_agree"].Alpha, 1e-9)
	near("KMO", *f.KMO, want.KMO, 1e-9)
	near("MSA", f.MSA["N3"], want.Items["N3"], 1e-9)
	near("Bartlett", *f.Chi2, want.Bartlett.Chisq, 1e-5)
	near("eigenvalue", f.Eigen[2], want.Eigen[2], 1e-9)
	for i, item := range want.Promax.Rows {
		most := 0.0
		for _, x := range want.Promax.Values[i] {
			most = max(most, math.Abs(x))
		}
		near("loading of "+item, math.Abs(r.FactorsP.Belongs[survey.Label(item)].Loading), most, .005)
	}
	if *r.FactorsP.Agreement < .95 || len(r.Pairs) != 1 || r.Pairs["two_sample_P_men_vs_women"] == nil {
		t.Errorf("agreement %f, %d pairs", *r.FactorsP.Agreement, len(r.Pairs))
	}
}

// Other surveys: what can be computed is, for the rest there is a reason.
func TestOtherSurveys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec, csv string
		check     func(t *testing.T, r *survey.Result)
	}{
		"perceptions only, five points, semicolons, codes": {
			"scale: 5\nmissing: [99, k.A.]\nnot_applicable: [0]\ncolumns: {P: 'q{item}'}\ndimensions: {speed: [1, 2], manner: [3, 4]}\nbootstrap: {samples: 50}\n",
			"Nr;q1;q2;q3;q4;note\n1;5;4;3;99;good\n2;4;4;2;3;\n3;3;2;5;k.A.;x\n4;0;3;4;4;\n5;2;3;1;2;\n6;5;5;4;5;\n",
			func(t *testing.T, r *survey.Result) {
				d := r.Dimensions["speed"]
				if d.P == nil || d.Gap != nil || d.E != nil || d.AlphaP == nil || d.Index == nil || r.Servperf == nil || r.Unweighted != nil {
					t.Errorf("%+v", d)
				}
				if r.Cleaning.NA != 1 || !slices.Equal(r.Cleaning.Unused, []string{"Nr", "note"}) {
					t.Errorf("%+v", r.Cleaning)
				}
				for _, want := range []string{"gap=no_E", "regress_SAT_on_P=no_satisfaction", "factorability_P=too_few", "IPA=no_importance"} {
					if !strings.Contains(lacks(r), want) {
						t.Errorf("%s is not in %s", want, lacks(r))
					}
				}
			},
		},
		"three columns, with a respondent who wants less than would do": {
			"scale: 9\ncolumns: {M: 'm{item}', E: 'd{item}', P: 'p{item}'}\ndimensions: {all: [1]}\nbootstrap: {samples: 0}\n",
			"m1,d1,p1\n4,6,3\n4,6,5\n4,6,7\n7,5,5\n",
			func(t *testing.T, r *survey.Result) {
				z := r.Items["1"].Zone
				if z == nil || z.N != 3 || z.Inconsistent != 1 || z.State != "in" || *z.Position != .5 {
					t.Errorf("%+v", z)
				}
			},
		},
		"words as answers, reversed item, decimal commas": {
			"scale: 5\nanswers: {never: 1, often: 5}\ncolumns: {P: '{item}'}\ndimensions: {d: [a, b]}\nitems: {b: {reverse: true}}\nbootstrap: {samples: 0}\n",
			"a;b\nnever;5\noften;1\n\"2,5\";2\n",
			func(t *testing.T, r *survey.Result) {
				if math.Abs(*r.Items["a"].P-8.5/3) > 1e-12 || math.Abs(*r.Items["b"].P-(1+5+4)/3.0) > 1e-12 {
					t.Errorf("%v %v", *r.Items["a"].P, *r.Items["b"].P)
				}
			},
		},
		"one respondent": {
			"columns: {E: 'e{item}', P: 'p{item}'}\ndimensions: {d: [1, 2]}\n", "e1,p1,e2,p2\n7,6,7,5\n",
			func(t *testing.T, r *survey.Result) {
				if *r.Items["1"].Gap != -1 || *r.Unweighted != -1.5 || !strings.Contains(lacks(r), "bootstrap=too_few") {
					t.Errorf("%+v %s", r.Items["1"], lacks(r))
				}
			},
		},
		"an item that all answer alike, and one that nobody does": {
			"columns: {E: 'e{item}', P: 'p{item}'}\ncleaning: {missing: 0.5}\ndimensions: {d: [1, 2], f: [3]}\nsatisfaction: p4\nbootstrap: {samples: 20}\n",
			"e1,p1,e2,p2,e3,p3,p4\n7,6,7,5,7,,1\n6,6,7,4,6,,2\n5,6,7,3,5,,3\n7,6,7,2,5,,4\n6,6,7,1,5,,4\n",
			func(t *testing.T, r *survey.Result) {
				found := false
				for _, l := range r.Lacks {
					found = found || l.What == "dimensions.d.alpha_P" && l.Why == "constant" && l.Column == "1"
				}
				if !found || !strings.Contains(lacks(r), "dimensions.f=empty") {
					t.Errorf("%+v", r.Lacks)
				}
			},
		},
		"groups of which one is small": {
			"columns: {P: 'p{item}'}\ndimensions: {d: [1, 2]}\ngroups: {dept: {column: g}}\nbootstrap: {samples: 0}\npopulation: 40\n",
			"g,p1,p2\n" + strings.Repeat("tax,5,6\ntax,3,4\n", 6) + strings.Repeat("water,2,6\nwater,1,1\n", 4) + strings.Repeat("fire,2,6\n", 3),
			func(t *testing.T, r *survey.Result) {
				g := r.Groups["dept"]
				if len(g.Groups) != 1 || !slices.Equal(g.Hidden, []string{"water", "fire"}) || r.Sample.ForShare == 0 {
					t.Errorf("%+v %+v", g, r.Sample)
				}
			},
		},
		"importance without satisfaction": {
			"columns: {P: 'p{item}', I: 'i{item}'}\nscale: {P: 7, I: 5}\nitems: [1, 2]\nbootstrap: {samples: 0}\n",
			"p1,p2,i1,i2\n7,3,4,5\n6,2,3,5\n5,1,2,4\n",
			func(t *testing.T, r *survey.Result) {
				if got := r.IPA.Lists["concentrate_here"]; !slices.Equal(got, []survey.Label{"2"}) || r.IPA.X != "P" || r.IPA.Y != "I" {
					t.Errorf("%+v", r.IPA)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := must(t, c.spec, c.csv)
			c.check(t, r)
			tree(t, r) // NaN would not come through
		})
	}
}

// Chinese headings and answers in GB18030, as office machines write them.
func TestChineseFile(t *testing.T) {
	t.Parallel()
	csv := "部门;响应（感知）;态度（感知）\n财政局;非常满意;满意\n财政局;满意;不满意\n交通局;拒答;满意\n"
	text, err := simplifiedchinese.GB18030.NewEncoder().String(csv)
	if err != nil {
		t.Fatal(err)
	}
	r := must(t, "scale: 5\nanswers: {非常满意: 5, 满意: 4, 不满意: 2}\nnot_applicable: [拒答]\ncolumns: {P: '{item}（感知）'}\n"+
		"dimensions: {服务: [响应, 态度]}\ngroups: {部门: 部门}\nmin_group: 1\ncleaning: {missing: 0.5}\nbootstrap: {samples: 0}\n", text)
	if got := *r.Items["响应"].P; got != 4.5 || r.Cleaning.NA != 1 || r.Groups["部门"].Groups["财政局"].N != 2 {
		t.Errorf("%f %+v %+v", got, r.Cleaning, r.Groups["部门"])
	}
}

// Whatever is answered, no figure is one that is none, and nothing breaks.
func TestNothingIsEverNaN(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 22))
	for round := range 300 {
		n, k := 1+r.IntN(25), 2+r.IntN(6)
		var head, rows []string
		for i := range k {
			head = append(head, fmt.Sprintf("e%d,p%d,m%d,i%d,s%d", i, i, i, i, i))
		}
		span := 1 + r.IntN(7)
		for range n {
			var row []string
			for range 5 * k {
				switch x := r.Float64(); {
				case x < .1*float64(round%5):
					row = append(row, "")
				default:
					row = append(row, fmt.Sprint(1+r.IntN(span)))
				}
			}
			rows = append(rows, fmt.Sprintf("%s,%d,g%d", strings.Join(row, ","), 1+r.IntN(span), r.IntN(3)))
		}
		var a, b []string
		for i := range k {
			if name := fmt.Sprint(i); i%2 == 0 {
				a = append(a, name)
			} else {
				b = append(b, name)
			}
		}
		spec := fmt.Sprintf("columns: {E: 'e{item}', P: 'p{item}', M: 'm{item}', I: 'i{item}', S: 's{item}'}\ndimensions: {a: [%s], b: [%s]}\nsatisfaction: sat\n"+
			"groups: {g: g}\nmin_group: 2\ncleaning: {missing: 1}\nbootstrap: {samples: 20}\nfactors: {samples: 5, on: [E, P, S, gap], number: %d, rotation: promax}\n", strings.Join(a, ","), strings.Join(b, ","), 1+r.IntN(3))
		res, err := analyse(t, spec, strings.Join(head, ",")+",sat,g\n"+strings.Join(rows, "\n")+"\n")
		if err != nil {
			if _, ok := errors.AsType[*stats.Unfit](err); !ok {
				t.Fatal(err)
			}
			continue
		}
		tree(t, res)
	}
}

// What is wrong with a spec or a file is told with its place.
func TestFaults(t *testing.T) {
	t.Parallel()
	good := "columns: {P: 'p{item}'}\ndimensions: {d: [1]}\n"
	for name, c := range map[string]struct{ spec, csv, field, key string }{
		"no such column":       {good, "other\n3\n", "columns.P", "survey.file.no_column"},
		"nearly such a column": {good, "p01\n3\n", "columns.P", "survey.file.no_column_near"},
		"column twice":         {good, "p1,p1\n3,4\n", "columns.P", "survey.file.column_twice"},
		"no number":            {good, "p1\nmany\n", "p1", "survey.file.no_number"},
		"off the scale":        {good, "p1\n8\n", "p1", "survey.file.off_scale"},
		"empty file":           {good, "", "file", "survey.file.empty"},
		"headings only":        {good, "p1\n", "file", "survey.file.no_rows"},
		"empty spec":           {"", "p1\n3\n", "dimensions", "survey.spec.empty"},
		"no YAML":              {"a: [", "", "spec", "survey.spec.yaml"},
		"unknown key":          {good + "scales: 7\n", "", "spec", "survey.spec.yaml"},
		"scale of one point":   {good + "scale: 1\n", "", "scale", "survey.spec.scale"},
		"unknown form":         {"columns: {Q: 'p{item}', P: 'p{item}'}\ndimensions: {d: [1]}\n", "", "columns", "survey.spec.form"},
		"pattern without item": {"columns: {P: p}\ndimensions: {d: [1]}\n", "", "columns.P", "survey.spec.pattern"},
		"item twice":           {"columns: {P: 'p{item}'}\ndimensions: {d: [1], f: [1]}\n", "", "dimensions", "survey.spec.item_twice"},
		"weights in part":      {"columns: {P: 'p{item}'}\ndimensions: {d: [1], f: [2]}\nweights: {d: w}\n", "", "weights", "survey.spec.weights_part"},
		"unknown choice":       {good + "factors: {rotation: oblimin}\n", "", "factors.rotation", "survey.spec.unknown"},
		"no items":             {"columns: {P: 'p{item}'}\ndimensions: {d: []}\n", "", "dimensions.d", "survey.spec.no_items"},
		"group without column": {good + "groups: {g: {values: {a: b}}}\n", "", "groups.g", "survey.spec.no_column"},
		"too many samples":     {good + "bootstrap: {samples: 1000000}\n", "", "bootstrap.samples", "survey.spec.between"},
	} {
		_, err := analyse(t, c.spec, c.csv)
		all := fault.All(err)
		if !slices.ContainsFunc(all, func(f *fault.Fault) bool { return f.Field == c.field && f.Key == c.key }) {
			t.Errorf("%s: got %v, want %s %s", name, err, c.field, c.key)
		}
	}
}

// FuzzParseSpec reads any text without breaking.
func FuzzParseSpec(f *testing.F) {
	f.Add(kioskSpec)
	f.Add("dimensions: {a: {items: [1], apart: true}}\nscale: {from: 0, to: 10}\nweights: '{dimension}'")
	f.Add("groups: {g: {column: c, population: {a: 1}}}\nitems: {1: {P: x, reverse: true}}")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := survey.ParseSpec([]byte(text)); err == nil && len(s.Items) == 0 {
			t.Error("a spec without items")
		}
	})
}

// The promise: 5,000 respondents, 22 pairs of items, 2,000 bootstrap samples in
// under 3 s on two processors (docs/benchmarks.md).
func BenchmarkAnalyse(b *testing.B) {
	w := truth{n: 5000, seed: 1, gaps: []float64{-.4, -1.6, -.8, -.2, -.6}, effects: []float64{.1, .8, .1, .4, 0}, items: 5, missing: .01, weights: true}
	text := w.csv()
	s, err := survey.ParseSpec([]byte(strings.Replace(w.spec("groups: {department: dept}\n"), "'4_1', '4_2', '4_3', '4_4'", "'4_1'", 1) + "factors: {on: [E, P, gap]}\n"))
	if err != nil {
		b.Fatal(err)
	}
	if len(s.Items) != 22 {
		b.Fatalf("%d items", len(s.Items))
	}
	for b.Loop() {
		table, err := sheet.Open(strings.NewReader(text), "bench.csv", sheet.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		a, err := survey.Collect(s, table.Read)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := survey.Analyse(s, a); err != nil {
			b.Fatal(err)
		}
	}
}
