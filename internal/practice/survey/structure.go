package survey

import (
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"kilter/internal/base/stats"
)

// casesPerItem is how many complete answers an item needs before factors are
// looked for.
const casesPerItem = 5

// factors looks at the structure of every form that was asked.
func (w *work) factors() {
	on := w.spec.Factors.On
	if len(on) == 0 {
		on = []Form{Perceived, Satisfied}
	}
	for _, c := range []struct {
		form Form
		into **Factorability
		then **FactorResult
	}{
		{Expected, &w.out.FactorabilityE, &w.out.FactorsE},
		{Perceived, &w.out.FactorabilityP, &w.out.FactorsP},
		{Satisfied, &w.out.FactorabilityS, &w.out.FactorsS},
		{Gap, &w.out.FactorabilityGap, &w.out.FactorsGap},
	} {
		items := w.every(c.form)
		if w.form[c.form] == nil || len(items) < 2 {
			continue
		}
		f, r := w.factorability(c.form, items)
		if *c.into = f; r != nil && slices.Contains(on, c.form) {
			*c.then = w.extract(c.form, items, f, r)
		}
	}
}

// factorability computes whether items hang together, and nothing of it when
// there are too few answers for them. The matrix comes back when there are
// enough.
func (w *work) factorability(form Form, items []int) (*Factorability, *mat.SymDense) {
	what, names := "factorability_"+string(form), w.names(items)
	cols := of(w.form[form], items)
	f := &Factorability{K: len(items)}
	if a, err := stats.Cronbach(cols); err != nil {
		w.lackAt(what+".alpha_all", err, names)
	} else {
		f.Alpha = fig(a.Raw)
	}
	_, rows, _ := stats.Complete(cols)
	if f.N = len(rows); f.N < casesPerItem*len(items) {
		w.lack(what, &stats.Unfit{Why: stats.TooFew, Column: -1, N: f.N, Need: casesPerItem * len(items)})
		return f, nil
	}
	r, n, err := stats.Correlate(cols)
	if err != nil {
		w.lackAt(what, err, names)
		return f, nil
	}
	kmo, err := stats.KMO(r)
	if err != nil {
		w.lackAt(what, err, names)
		return f, nil
	}
	f.KMO, f.Band, f.MSA = fig(kmo.Overall), kmo.Band, map[Label]float64{}
	for k, name := range names {
		f.MSA[Label(name)] = kmo.Items[k]
	}
	if b, err := stats.Bartlett(r, n); err != nil {
		w.lackAt(what+".bartlett_chi2", err, names)
	} else {
		f.Chi2, f.DF, f.P = fig(b.Chi2), b.DF, fig(b.P)
	}
	w.counts(what, f, r)
	return f, r
}

// counts writes the eigenvalues and how many factors each rule keeps.
func (w *work) counts(what string, f *Factorability, r *mat.SymDense) {
	eigen, err := stats.Eigenvalues(r)
	if err != nil {
		w.lack(what+".eigenvalues", err)
		return
	}
	f.Eigen, f.AboveOne = eigen, eigen[:stats.AboveOne(eigen)]
	f.Count = &Counts{Eigenvalue: len(f.AboveOne), Dimensions: len(w.spec.Dimensions)}
	p, err := stats.ParallelAnalysis(eigen, f.N, w.spec.Factors.Samples, w.spec.Bootstrap.Seed)
	if err != nil {
		w.lack(what+".number_of_factors.parallel", err)
		return
	}
	f.Count.Parallel, f.Borders = p.Keep, p.Borders
}

// number is how many factors to extract.
func (w *work) number(f *Factorability) int {
	if f.Count == nil {
		return 0
	}
	switch w.spec.Factors.Number {
	case "dimensions":
		return f.Count.Dimensions
	case "eigenvalue":
		return f.Count.Eigenvalue
	case "parallel":
		return f.Count.Parallel
	}
	n, _ := strconv.Atoi(w.spec.Factors.Number) // ParseSpec has read it
	return n
}

func (w *work) extract(form Form, items []int, f *Factorability, r *mat.SymDense) *FactorResult {
	what, names := "factors_"+string(form), w.names(items)
	m := w.number(f)
	if m < 1 || m >= len(items) {
		w.absent(what, "no_number_of_factors")
		return nil
	}
	found, err := stats.PrincipalAxis, error(nil)
	if w.spec.Factors.Extraction == "components" {
		found = stats.PrincipalComponents
	}
	x, err := found(r, m)
	if err != nil {
		w.lackAt(what, err, names)
		return nil
	}
	communality := x.Communality
	turn := map[string]func(stats.Factors) (stats.Factors, error){
		"varimax": stats.Varimax, "promax": stats.Promax, "promax_normalised": stats.PromaxNormalised,
	}[w.spec.Factors.Rotation]
	if turn != nil {
		if x, err = turn(x); err != nil {
			w.lack(what, err)
			return nil
		}
	}
	out := &FactorResult{
		N: f.N, Number: m, By: w.spec.Factors.Number, Extraction: w.spec.Factors.Extraction, Rotation: w.spec.Factors.Rotation,
		Explained: x.Explained, Steps: x.Steps, Settled: x.Settled, Fewer: x.Fewer,
	}
	for _, e := range x.Explained {
		out.Share = append(out.Share, e/float64(len(items)))
	}
	for _, i := range x.Improper {
		out.Improper = append(out.Improper, Label(names[i]))
	}
	w.loadings(out, x, names, communality)
	w.agreement(what, out, x, items)
	return out
}

func (w *work) loadings(out *FactorResult, x stats.Factors, names []string, communality []float64) {
	out.Loadings, out.Belongs, out.Groups = map[Label][]float64{}, map[Label]*FactorItem{}, make([][]Label, out.Number)
	for i, b := range x.Belongings() {
		name := Label(names[i])
		out.Loadings[name] = mat.Row(nil, i, x.Loadings)
		out.Belongs[name] = &FactorItem{b.Factor + 1, b.Most, b.Second, b.Loads, b.Cross, communality[i]}
		out.Groups[b.Factor] = append(out.Groups[b.Factor], name)
	}
	for i := range out.Groups {
		if out.Groups[i] == nil {
			out.Groups[i] = []Label{}
		}
		if x.Phi != nil {
			out.Phi = append(out.Phi, mat.Row(nil, i, x.Phi))
		}
	}
}

func (w *work) agreement(what string, out *FactorResult, x stats.Factors, items []int) {
	expected := make([]int, len(items))
	for k, i := range items {
		expected[k] = w.all.Items[i].Dimension
	}
	a, err := x.Agreement(expected)
	if err != nil {
		w.lack(what+".agreement_with_dimensions", err)
		return
	}
	out.Agreement = fig(a)
}
