package survey_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"kilter/internal/base/fault"
	"kilter/internal/practice/survey"
)

// rows are answers of n people to columns, made by a rule from respondent and
// column, both from 0.
func rows(head string, n int, answer func(r, c int) string) string {
	out := []string{head}
	for r := range n {
		var cells []string
		for c := range strings.Split(head, ",") {
			cells = append(cells, answer(r, c))
		}
		out = append(out, strings.Join(cells, ","))
	}
	return strings.Join(out, "\n") + "\n"
}

// varied is an answer from 1 to points that looks like one.
func varied(points int) func(r, c int) string {
	return func(r, c int) string { return fmt.Sprint(1 + (r*7+c*c*3+r*c+r/3)%points) }
}

const (
	few     = "bootstrap: {samples: 20}\nfactors: {samples: 5}\n"
	twoDims = "columns: {E: 'e{item}', P: 'p{item}'}\ndimensions: {a: [1, 2], b: [3, 4]}\n" + few
	onlyP   = "columns: {P: 'p{item}'}\ndimensions: {a: [1, 2], b: [3, 4]}\n" + few
	eight   = "e1,e2,e3,e4,p1,p2,p3,p4"
	four    = "p1,p2,p3,p4"
)

// odd is a survey as somebody may bring it: either what is wrong is told with its
// place, or what can be computed is, with a reason for the rest.
type odd struct {
	spec, file string
	faults     []string // "field key" of each that is told
	row        any      // of the first fault, where it has one
	lacks      []string // "what=why" that are among the reasons
	not        []string // and that are not
	check      func(t *testing.T, r *survey.Result)
}

var odds = map[string]odd{
	// Files.
	"byte order mark": {spec: onlyP, file: "\ufeff" + rows(four, 12, varied(7)), lacks: []string{"gap=no_E"}},
	"semicolons": {spec: onlyP, file: strings.ReplaceAll(rows(four, 12, varied(7)), ",", ";"), check: func(t *testing.T, r *survey.Result) {
		if r.N != 12 || r.Servperf == nil {
			t.Errorf("%d respondents", r.N)
		}
	}},
	"tabs, line ends of old machines": {spec: onlyP, file: strings.NewReplacer(",", "\t", "\n", "\r").Replace(rows(four, 12, varied(7)))},
	"a line that names the delimiter": {spec: onlyP, file: "sep=;\n" + strings.ReplaceAll(rows(four, 12, varied(7)), ",", ";")},
	"GB18030":                         {spec: "scale: 5\ncolumns: {P: '{item}'}\ndimensions: {服务: [响应, 态度]}\n" + few, file: gb("响应,态度,备注\n5,4,很好\n3,3,一般般\n2,5,不满意\n")},
	"GB18030 that is named":           {spec: "file: {encoding: gb18030}\nscale: 5\ncolumns: {P: '{item}'}\ndimensions: {服务: [响应, 态度]}\n" + few, file: gb("响应,态度\n5,4\n3,3\n2,5\n")},
	"UTF-16":                          {spec: onlyP, file: utf16(rows(four, 12, varied(7)))},
	"full-width figures": {spec: onlyP, file: "p1,p2,p3,p4\n５,４,３,２\n1,2,3,4\n7,1,2,2\n", check: func(t *testing.T, r *survey.Result) {
		if got := *r.Items["1"].P; math.Abs(got-13/3.0) > 1e-12 {
			t.Errorf("%f", got)
		}
	}},
	"headings with other letters and spaces": {spec: onlyP, file: rows(" P1 ,P2,P3,P4", 12, varied(7))},
	"a column twice that is needed":          {spec: onlyP, file: rows("p1,p2,p2,p3,p4", 3, varied(7)), faults: []string{"columns.P survey.file.column_twice"}},
	"a column twice that is not": {spec: onlyP, file: rows("id,id,p1,p2,p3,p4", 12, varied(7)), check: func(t *testing.T, r *survey.Result) {
		if !slices.Equal(r.Cleaning.Unused, []string{"id", "id"}) {
			t.Errorf("%v", r.Cleaning.Unused)
		}
	}},
	"short rows are missing answers": {spec: onlyP + "cleaning: {missing: 0.5}\n", file: "p1,p2,p3,p4\n5,4\n5,4,3,2\n1,2,3,4\n"},
	"the other file":                 {spec: onlyP, file: "name,mail\na,b\n", faults: []string{"columns.P survey.file.no_column"}},
	"no text at all":                 {spec: onlyP, file: "\x00\x01\x02\xff\xfe", faults: []string{"columns.P survey.file.no_column"}},
	"a code that nobody named":       {spec: onlyP, file: "p1,p2,p3,p4\n5,4,3,2\n5,4,-9,2\n", faults: []string{"p3 survey.file.off_scale"}, row: 3},
	"codes that are named": {spec: onlyP + "missing: [-9, 99]\nnot_applicable: [x]\ncleaning: {missing: 0.5}\n", file: "p1,p2,p3,p4\n5,4,3,2\n5,4,-9.0,2\n1,x,3,99\n", check: func(t *testing.T, r *survey.Result) {
		if r.Cleaning.NA != 1 || r.Items["3"].N != 2 {
			t.Errorf("%+v", r.Cleaning)
		}
	}},
	"all missing":           {spec: twoDims, file: rows(eight, 6, func(int, int) string { return "" }) + ",,,,,,,\n", faults: []string{"file survey.file.no_rows"}},
	"all missing by a code": {spec: twoDims + "missing: [9]\n", file: rows(eight, 6, func(int, int) string { return "9" }), faults: []string{"nobody"}},
	"nobody expected anything": {spec: twoDims, file: rows(eight, 30, func(r, c int) string {
		if c < 4 {
			return ""
		}
		return varied(7)(r, c)
	}), lacks: []string{"items.1=empty", "dimensions.a=empty"}, not: []string{"factorability_P=empty"}},

	// Answers that say little.
	"everybody answers everything alike": {
		spec: twoDims + "satisfaction: p4\nweights: {a: 50, b: 50}\n", file: rows(eight, 40, func(int, int) string { return "4" }),
		lacks: []string{"items.1.paired_t=constant", "dimensions.a.alpha_P=constant", "factorability_P=constant"},
	},
	"one constant item": {spec: twoDims, file: rows(eight, 40, func(r, c int) string {
		if c == 5 {
			return "7"
		}
		return varied(7)(r, c)
	}), lacks: []string{"dimensions.a.alpha_P=constant"}, not: []string{"dimensions.b.alpha_P=constant"}},
	"two items that are one": {
		spec: onlyP + "satisfaction: s\n", file: rows(four+",s", 60, func(r, c int) string { return varied(7)(r, min(c, 2)) }),
		lacks: []string{"factorability_P=singular"},
	},
	"two dimensions that are one": {
		spec: "columns: {P: 'p{item}'}\ndimensions: {a: [1], b: [2]}\nsatisfaction: s\n" + few, file: rows("p1,p2,s", 60, func(r, c int) string { return varied(7)(r, c/2) }),
		lacks: []string{"regress_SAT_on_P=singular"},
	},
	"satisfaction that never changes":   {spec: onlyP + "satisfaction: s\n", file: rows(four+",s", 60, func(r, c int) string { return []string{"3", varied(7)(r, c)}[min(1, 4-c)] }), lacks: []string{"regress_SAT_on_P=constant"}},
	"satisfaction that nobody answered": {spec: onlyP + "satisfaction: s\n", file: rows(four+",s", 60, func(r, c int) string { return []string{"", varied(7)(r, c)}[min(1, 4-c)] }), lacks: []string{"outcome_summary=empty"}},
	"two respondents":                   {spec: twoDims + "satisfaction: p1\n", file: rows(eight, 2, varied(7)), lacks: []string{"factorability_P=too_few"}},
	"five points": {spec: "scale: 5\n" + onlyP, file: rows(four, 40, varied(5)), check: func(t *testing.T, r *survey.Result) {
		if r.Points != 5 || math.Abs(*r.ServperfIndex-(*r.Servperf-1)/4*100) > 1e-9 {
			t.Errorf("%d points, %v of %v", r.Points, *r.ServperfIndex, *r.Servperf)
		}
	}},
	"ten points from nought": {spec: "scale: {from: 0, to: 10}\n" + twoDims, file: rows(eight, 40, func(r, c int) string { return fmt.Sprint((r*3 + c*c + r*c) % 11) }), check: func(t *testing.T, r *survey.Result) {
		if r.Points != 11 {
			t.Errorf("%d points", r.Points)
		}
	}},
	"expectations of nought": {spec: "scale: {from: 0, to: 10}\n" + twoDims, file: rows(eight, 20, func(r, c int) string { return []string{"0", varied(9)(r, c)}[c/4] }), check: func(t *testing.T, r *survey.Result) {
		if r.Items["1"].Ratio != nil || r.Items["1"].Gap == nil {
			t.Errorf("a ratio to nothing: %+v", r.Items["1"])
		}
	}},
	"only perceptions":  {spec: onlyP, file: rows(four, 40, varied(7)), lacks: []string{"gap=no_E", "regress_SAT_on_P=no_satisfaction"}},
	"only expectations": {spec: "columns: {E: 'e{item}'}\ndimensions: {a: [1, 2]}\n", file: rows(eight, 3, varied(7)), faults: []string{"columns.P survey.spec.no_perceived"}},
	"only groups":       {spec: "groups: {department: dept}\n", file: "dept\ntax\n", faults: []string{"dimensions survey.spec.empty"}},
	"no spec at all":    {spec: "# nothing yet\n", file: "p1\n3\n", faults: []string{"dimensions survey.spec.empty"}},
	"reversed items do not hide who ticks one column": {spec: "columns: {P: 'p{item}'}\nitems: {1: {reverse: true}, 2: {}, 3: {}}\ncleaning: {flat: 3}\n" + few, file: "p1,p2,p3\n6,6,6\n2,6,7\n1,5,6\n", check: func(t *testing.T, r *survey.Result) {
		if r.Cleaning.FlatP != 1 || r.Cleaning.Flagged != 1 {
			t.Errorf("%+v", r.Cleaning)
		}
	}},

	// Groups.
	"a group of each":                          {spec: onlyP + "groups: {g: g}\n", file: rows(four+",g", 12, func(r, c int) string { return []string{fmt.Sprint("g", r), varied(7)(r, c)}[min(1, 4-c)] }), lacks: []string{"groups.g=suppressed"}},
	"a group that nobody names":                {spec: onlyP + "groups: {g: g}\n", file: rows(four+",g", 12, func(r, c int) string { return []string{"", varied(7)(r, c)}[min(1, 4-c)] }), lacks: []string{"groups.g=empty"}},
	"comparing a group there is not":           {spec: onlyP + "groups: {g: {column: g, compare: [x, z]}}\nmin_group: 1\n", file: rows(four+",g", 12, func(r, c int) string { return []string{string("xy"[r%2]), varied(7)(r, c)}[min(1, 4-c)] }), lacks: []string{"groups.g.compare=no_such_group"}},
	"values that are a list":                   {spec: onlyP + "groups: {g: {column: g, values: [x, y]}}\n", file: "g\nx\n", faults: []string{"groups.g.values survey.spec.pairs"}},
	"a population of more answers than people": {spec: onlyP + "population: 3\ngroups: {g: {column: g, population: {x: 2}}}\n", file: rows(four+",g", 12, func(r, c int) string { return []string{"x", varied(7)(r, c)}[min(1, 4-c)] }), lacks: []string{"sample.fpc=population_small"}},

	// Weights.
	"points of less than nothing": {spec: twoDims + "weights: 'w_{dimension}'\n", file: "w_a,w_b," + eight + "\n50,50,7,6,7,6,5,5,5,4\n-20,120,7,6,7,6,4,5,6,3\n", faults: []string{"w_a survey.file.weight_negative"}, row: 3},
	"points that never add up": {spec: twoDims + "weights: 'w_{dimension}'\n", file: "w_a,w_b," + eight + "\n,,7,6,7,6,5,5,5,4\n0,0,7,6,7,6,5,5,5,4\n3,4,7,6,6,6,4,5,6,3\n", lacks: []string{"weights=no_sums"}, check: func(t *testing.T, r *survey.Result) {
		i := slices.IndexFunc(r.Lacks, func(l survey.Lack) bool { return l.What == "weights" })
		if l := r.Lacks[i]; l.Line != 3 || l.N != 2 {
			t.Errorf("%+v", l)
		}
	}},
	"points that add up for some": {spec: twoDims + "weights: 'w_{dimension}'\n", file: "w_a,w_b," + eight + "\n30,70,7,6,7,6,5,5,5,4\n0,0,7,6,7,6,5,5,5,4\n52,52,7,6,6,6,4,5,6,3\n", check: func(t *testing.T, r *survey.Result) {
		if w := r.Weights; w.Valid != 2 || w.Invalid != 1 || w.Rescaled != 1 || math.Abs(w.Mean["a"]-40) > 1e-9 {
			t.Errorf("%+v", w)
		}
	}},
	"points for what is apart, too": {
		spec: "columns: {P: 'p{item}'}\ndimensions: {a: [1], t: {items: [2], apart: true}, b: [3, 4]}\nweights: {t: w_t, a: w_a, b: w_b}\n" + few,
		file: "w_a,w_t,w_b,p1,p2,p3,p4\n20,20,60,7,1,5,5\n30,0,70,5,1,4,4\n0,100,0,5,7,4,4\n", check: func(t *testing.T, r *survey.Result) {
			// 25/75, 30/70, and the mean of these for who gave all to what is apart.
			if w := r.Weights; math.Abs(w.Mean["a"]-27.5) > 1e-9 || math.Abs(*w.Respondent-(5.5+4.3+(5*.275+4*.725))/3) > 1e-9 {
				t.Errorf("%+v, %v", w, *w.Respondent)
			}
		},
	},
	"a fixed weight of nothing": {spec: twoDims + "weights: {a: 0, b: 100}\n", file: rows(eight, 12, varied(7)), check: func(t *testing.T, r *survey.Result) {
		if w := r.Weights; w.Source != "fixed" || math.Abs(*w.Aggregate-*r.Dimensions["b"].Gap) > 1e-9 {
			t.Errorf("%+v", w)
		}
	}},
	"a fixed weight of less":      {spec: twoDims + "weights: {a: -5, b: 105}\n", faults: []string{"weights.a survey.spec.weight_negative"}},
	"a fixed weight that is none": {spec: twoDims + "weights: {a: .nan, b: 105}\n", faults: []string{"weights.a survey.spec.weight_negative"}},
	"fixed weights of nothing":    {spec: twoDims + "weights: {a: 0, b: 0}\n", faults: []string{"weights survey.spec.weights_nothing"}},

	// Numbers that are none, and specs that contradict themselves.
	"satisfaction beyond all bounds": {spec: onlyP + "satisfaction: s\n", file: rows(four+",s", 3, func(r, c int) string { return []string{"1e308", varied(7)(r, c)}[min(1, 4-c)] }), faults: []string{"s survey.file.no_number"}, row: 2},
	"satisfaction off its own scale": {spec: "scale: {P: 7, satisfaction: 5}\n" + onlyP + "satisfaction: s\n", file: rows(four+",s", 3, func(int, int) string { return "6" }), faults: []string{"s survey.file.off_scale"}, row: 2},
	"a target that is no place":      {spec: onlyP + "ipa: {cross: target, target: {performance: .nan, importance: 3}}\n", faults: []string{"ipa.target survey.spec.target"}},
	"a share that is none":           {spec: onlyP + "cleaning: {missing: .nan}\n", faults: []string{"cleaning.missing survey.spec.between"}},
	"a run of less than nothing":     {spec: onlyP + "cleaning: {run: -1}\n", faults: []string{"cleaning.run survey.spec.least"}},
	"no factors":                     {spec: "columns: {P: 'p{item}'}\ndimensions: {a: [1, 2]}\nfactors: {number: 0}\n", faults: []string{"factors.number survey.spec.unknown"}},
	"more factors than items":        {spec: "columns: {P: 'p{item}'}\ndimensions: {a: [1, 2], b: [3, 4]}\nfactors: {number: 9, samples: 5}\nbootstrap: {samples: 0}\n", file: rows(four, 60, varied(7)), lacks: []string{"factors_P=no_number_of_factors"}},
	"expected and perceived are one": {spec: "columns: {E: 'p{item}', P: 'p{item}'}\ndimensions: {a: [1, 2]}\n", faults: []string{"columns.P survey.spec.column_twice"}},
	"a scale from a half":            {spec: "scale: {from: .5, to: 7}\n" + onlyP, faults: []string{"scale survey.spec.scale"}},
	"a spec that is a list":          {spec: "- a\n- b\n", faults: []string{"spec survey.spec.yaml"}},
}

func gb(text string) string {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}

func utf16(text string) string {
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}

// Whatever survey is tried: a clear fault with its place, or the right figures
// and a reason for each that is missing; no figure is ever one that is none.
func TestOddSurveys(t *testing.T) {
	t.Parallel()
	for name, c := range odds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := analyse(t, c.spec, c.file)
			if len(c.faults) > 0 {
				c.told(t, err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			tree(t, r)
			had := strings.Fields(lacks(r))
			for _, want := range c.lacks {
				if !slices.Contains(had, want) {
					t.Errorf("%s is not in %v", want, had)
				}
			}
			for _, not := range c.not {
				if slices.Contains(had, not) {
					t.Errorf("%s is in %v", not, had)
				}
			}
			if c.check != nil {
				c.check(t, r)
			}
		})
	}
}

func (c odd) told(t *testing.T, err error) {
	t.Helper()
	if err != nil && slices.Equal(c.faults, []string{"nobody"}) {
		return // the command and the page say it in their words
	}
	all := fault.All(err)
	if len(all) == 0 {
		t.Fatalf("got %v, want %v", err, c.faults)
	}
	var got []string
	for _, f := range all {
		got = append(got, f.Field+" "+f.Key)
	}
	for _, want := range c.faults {
		if !slices.Contains(got, want) {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if c.row != nil && all[0].Args["row"] != c.row {
		t.Errorf("%v: row %v, want %v", got, all[0].Args["row"], c.row)
	}
}
