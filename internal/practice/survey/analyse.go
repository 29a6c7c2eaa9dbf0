package survey

import (
	"errors"
	"math"
	"slices"

	"kilter/internal/base/stats"
)

// Analyse computes everything that the answers of a survey give. It fails only
// when nobody is left after cleaning; what else cannot be computed is in Lacks,
// with the reason.
func Analyse(s *Spec, a *Answers) (*Result, error) {
	w := &work{spec: s, all: a, out: &Result{
		Title: s.Title, Seed: s.Bootstrap.Seed, Samples: s.Bootstrap.Samples, Points: s.Scales[Perceived].Points(),
		Items: map[Label]*ItemResult{}, Dimensions: map[string]*DimensionResult{}, Lacks: []Lack{}, Notes: []string{}, Pairs: map[string]*Pair{},
	}}
	w.clean()
	if len(w.kept) == 0 {
		return nil, &stats.Unfit{Why: stats.Empty, Column: -1, N: 0, Need: 1}
	}
	w.gather()
	w.items()
	w.scores()
	w.dimensions()
	w.overall()
	w.zones()
	w.weighting()
	w.unflagged()
	w.regressions()
	w.correlations()
	w.bootstrap()
	w.grids()
	w.factors()
	w.groups()
	w.response()
	w.early()
	w.check()
	w.warn()
	return w.out, nil
}

// work is an analysis under way.
type work struct {
	spec *Spec
	all  *Answers
	out  *Result

	kept    []int // respondents that are analysed
	flagged []bool
	n       int

	form  map[Form][][]float64 // items x kept respondents
	pairs bool                 // E was asked
	paths struct {
		e, p [][]float64 // the answers that belong to a pair
	}
	sat     []float64
	score   map[Form][][]float64 // dimensions x respondents
	counted []int                // dimensions that are part of the overall scores
	total   []float64            // of a respondent: mean of dimensions, of gaps or of P
	totalW  []float64
	stated  []float64 // mean weights of counted dimensions; nil for none
	fit     *stats.Regression
	lmg     []float64 // shares, by counted dimension
	rItems  []float64 // correlation of each item's P with satisfaction; NaN for none
	boot    *booted
}

// lack notes what could not be computed.
func (w *work) lack(what string, err error) {
	l := Lack{What: what, Why: "failed"}
	if u, ok := errors.AsType[*stats.Unfit](err); ok {
		l.Why, l.N, l.Need = string(u.Why), u.N, u.Need
	}
	w.out.Lacks = append(w.out.Lacks, l)
}

// lackAt is lack with the column at fault called by its name.
func (w *work) lackAt(what string, err error, names []string) {
	w.lack(what, err)
	if u, ok := errors.AsType[*stats.Unfit](err); ok && u.Column >= 0 && u.Column < len(names) {
		w.out.Lacks[len(w.out.Lacks)-1].Column = names[u.Column]
	}
}

// absent notes what was never asked.
func (w *work) absent(what, why string) {
	w.out.Lacks = append(w.out.Lacks, Lack{What: what, Why: why})
}

// clean decides who is left out, and who is flagged.
func (w *work) clean() {
	a, c := w.all, w.spec.Cleaning
	out := Clean{Answered: a.N, Why: map[string]int{}, NA: a.NA, Missing: map[Form]float64{}, Unused: a.Unused}
	flatE, fast, failed := 0, 0, 0
	w.flagged = make([]bool, a.N)
	for r := range a.N {
		p := across(a.Of[Perceived], r)
		if missing := stats.Missing(p); missing == 1 || missing > c.Missing {
			out.Dropped++
			out.Why[map[bool]string{true: "no_P", false: "missing_P"}[missing == 1]]++
			continue
		}
		w.kept = append(w.kept, r)
		ticked := w.ticked(p)
		flat, run := c.Flat > 0 && stats.Flat(ticked, c.Flat), c.Run > 0 && stats.LongestRun(ticked) >= c.Run
		w.flagged[r] = flat || run
		out.FlatP, out.RunP = out.FlatP+one(flat), out.RunP+one(run)
		if e := a.Of[Expected]; e != nil {
			flatE += one(stats.Flat(across(e, r), c.Flat))
		}
		if a.Pace != nil && a.Pace[r] < c.Seconds {
			fast, w.flagged[r] = fast+1, true
		}
		if a.Inattentive != nil && a.Inattentive[r] {
			failed, w.flagged[r] = failed+1, true
		}
		out.Flagged += one(w.flagged[r])
	}
	for form, cols := range a.Of {
		missing, asked := 0.0, 0
		for i, col := range cols {
			if a.Items[i].Columns[form] != "" {
				missing += stats.Missing(col)
				asked++
			}
		}
		out.Missing[form] = missing / float64(max(1, asked))
	}
	if a.Of[Expected] != nil {
		out.FlatE = &flatE
	}
	if a.Pace != nil {
		out.Fast = &fast
	}
	if a.Inattentive != nil {
		out.Inattentive = &failed
	}
	w.out.Cleaning, w.n, w.out.N = out, len(w.kept), len(w.kept)
}

// ticked are answers as they were ticked: who ticks one column all the way down
// does so at reversed items, too.
func (w *work) ticked(p []float64) []float64 {
	out := slices.Clone(p)
	scale := w.spec.Scales[Perceived]
	for i, item := range w.all.Items {
		if item.Reverse {
			out[i] = scale.Low + scale.High - out[i]
		}
	}
	return out
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// across are the answers of one respondent to all items.
func across(columns [][]float64, r int) []float64 {
	out := make([]float64, len(columns))
	for i := range columns {
		out[i] = columns[i][r]
	}
	return out
}

// keep cuts a column down to the respondents that are analysed.
func (w *work) keep(column []float64) []float64 {
	out := make([]float64, len(w.kept))
	for k, r := range w.kept {
		out[k] = column[r]
	}
	return out
}

// gather lays out the columns of everything that was asked.
func (w *work) gather() {
	w.form = map[Form][][]float64{}
	for form, cols := range w.all.Of {
		for _, col := range cols {
			w.form[form] = append(w.form[form], w.keep(col))
		}
	}
	if w.pairs = w.form[Expected] != nil; w.pairs {
		w.form[Gap], _ = stats.Gaps(w.form[Perceived], w.form[Expected])
		w.paths.e, _ = stats.Where(w.form[Expected], w.form[Perceived])
		w.paths.p, _ = stats.Where(w.form[Perceived], w.form[Expected])
	} else {
		w.absent("gap", "no_E")
	}
	if len(w.all.Satisfaction) == 0 {
		w.absent("regress_SAT_on_P", "no_satisfaction")
		return
	}
	cols := make([][]float64, len(w.all.Satisfaction))
	for i, col := range w.all.Satisfaction {
		cols[i] = w.keep(col)
	}
	w.sat, _ = stats.DimensionScores(cols)
	w.outcome(cols)
}

func (w *work) outcome(cols [][]float64) {
	names := w.spec.Satisfaction
	w.out.Outcome = names[0]
	if len(names) > 1 {
		w.out.Outcome = "mean of " + join(names)
	}
	s, err := stats.Describe(w.sat)
	if err != nil {
		w.lack("outcome_summary", err)
		w.sat = nil
		return
	}
	w.out.OutcomeMean = &Summed{N: s.N, Mean: s.Mean, SD: s.SD}
	if len(cols) > 1 {
		if a, err := stats.Cronbach(cols); err != nil {
			w.lackAt("outcome_summary.alpha", err, names)
		} else {
			w.out.OutcomeMean.Alpha = fig(a.Raw)
		}
	}
}

func join(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ","
		}
		out += n
	}
	return out
}

// of are the columns of some items.
func of(columns [][]float64, items []int) [][]float64 {
	out := make([][]float64, len(items))
	for k, i := range items {
		out[k] = columns[i]
	}
	return out
}

// members are the items of a dimension as places in the order of asking, those
// that were asked in a form only.
func (w *work) members(dimension int, form Form) []int {
	var out []int
	for i, item := range w.all.Items {
		in := item.Dimension == dimension && item.Columns[Perceived] != ""
		switch form {
		case Gap:
			in = in && item.Columns[Expected] != ""
		case Perceived:
		default:
			in = in && item.Columns[form] != ""
		}
		if in {
			out = append(out, i)
		}
	}
	return out
}

// every are all items that were asked in a form.
func (w *work) every(form Form) []int {
	var out []int
	for i, item := range w.all.Items {
		if item.Columns[form] != "" || form == Gap && item.Columns[Expected] != "" {
			out = append(out, i)
		}
	}
	return out
}

func (w *work) names(items []int) []string {
	out := make([]string, len(items))
	for k, i := range items {
		out[k] = w.all.Items[i].Name
	}
	return out
}

func isNumber(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// meanOf is the mean of a column, and a figure only when there is one.
func meanOf(column []float64) Figure {
	if m, _, err := stats.Mean(column); err == nil {
		return &m
	}
	return nil
}

// warn adds what a reader must know beside the figures.
func (w *work) warn() {
	note := func(when bool, what string) {
		if when && !slices.Contains(w.out.Notes, what) {
			w.out.Notes = append(w.out.Notes, what)
		}
	}
	o := w.out
	note(o.Cleaning.Flagged > 0, "straight_lining")
	for _, d := range o.Dimensions {
		note(d.RelDiff != nil && *d.RelDiff < .7, "difference_unreliable")
		note(d.AlphaP != nil && *d.AlphaP < .6, "alpha_poor")
	}
	for _, f := range []*Fit{o.OnP, o.OnGap} {
		if f == nil {
			continue
		}
		note(f.Small, "few_for_regression")
		for _, t := range f.Terms {
			note(t.VIF > 10, "collinear_strong")
			note(t.VIF > 5 && t.VIF <= 10, "collinear")
		}
	}
	for _, f := range []*FactorResult{o.FactorsE, o.FactorsP, o.FactorsS, o.FactorsGap} {
		if f == nil {
			continue
		}
		note(len(f.Improper) > 0, "heywood")
		note(!f.Settled, "not_converged")
		note(f.Agreement != nil && *f.Agreement < .8, "structure_not_confirmed")
	}
	for _, r := range o.Response {
		note(r.Low, "low_response")
		for _, g := range r.Groups {
			note(g.Low, "low_response_in_group")
		}
	}
	note(o.Early != nil && o.Early.P < .05 && o.Early.Relevant, "late_differ")
	note(o.Check != nil && o.Check.MostAgrees != nil && *o.Check.MostAgrees < .5, "importance_contradicts")
	slices.Sort(o.Notes)
}
