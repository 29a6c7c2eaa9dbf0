package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"kilter/internal/base/stats"
)

// regressions explain satisfaction by the dimensions, as perceived and as gaps.
func (w *work) regressions() {
	if w.sat == nil || len(w.counted) == 0 {
		return
	}
	w.out.OnP = w.regress("regress_SAT_on_P", of(w.score[Perceived], w.counted), true)
	if w.pairs {
		w.out.OnGap = w.regress("regress_SAT_on_gap", of(w.score[Gap], w.counted), false)
	}
}

func (w *work) regress(what string, x [][]float64, main bool) *Fit {
	names := make([]string, len(w.counted))
	for k, d := range w.counted {
		names[k] = w.spec.Dimensions[d].Name
	}
	r, err := stats.Regress(w.sat, x)
	if err != nil {
		w.lackAt(what, err, append(names, "SAT"))
		return nil
	}
	f := &Fit{N: r.N, R2: r.R2, AdjR2: r.AdjR2, F: r.F, P: r.P, DF: r.DF, Intercept: r.Intercept, Sigma: r.Sigma, Small: r.Small, Terms: map[string]Term{}}
	lmg, johnson := w.importance(what, x, r.R2)
	for k, name := range names {
		t := r.Terms[k]
		term := Term{B: t.B, SE: t.SE, Beta: t.Beta, T: t.T, P: t.P, R: t.R, VIF: t.VIF}
		if lmg != nil {
			term.LMG = fig(lmg[k])
			if r.R2 > 0 {
				term.LMGShare = fig(lmg[k] / r.R2)
			}
		}
		if johnson != nil {
			term.Johnson = fig(johnson[k])
		}
		f.Terms[name] = term
	}
	if main {
		w.fit = &r
		if lmg != nil && r.R2 > 0 {
			w.lmg = make([]float64, len(lmg))
			for k := range lmg {
				w.lmg[k] = lmg[k] / r.R2
			}
		}
	}
	return f
}

// importance shares R2 out in both ways.
func (w *work) importance(what string, x [][]float64, r2 float64) (lmg, johnson []float64) {
	if r2 <= 0 {
		return nil, nil
	}
	m := len(x)
	r, _, err := stats.Correlate(append(append([][]float64{}, x...), w.sat))
	if err != nil {
		w.lack(what+".terms.LMG", err)
		return nil, nil
	}
	rxy := make([]float64, m)
	for k := range rxy {
		rxy[k] = r.At(k, m)
	}
	rxx := mat.NewSymDense(m, nil)
	for i := range m {
		for j := range i + 1 {
			rxx.SetSym(i, j, r.At(i, j))
		}
	}
	if lmg, _, err = stats.Shapley(rxx, rxy); err != nil {
		w.lack(what+".terms.LMG", err)
	}
	if johnson, err = stats.RelativeWeights(rxx, rxy); err != nil {
		w.lack(what+".terms.johnson", err)
	}
	return lmg, johnson
}

// correlations are those of every item with satisfaction, alone and with the
// other items held.
func (w *work) correlations() {
	if w.sat == nil {
		return
	}
	w.rItems = make([]float64, len(w.all.Items))
	for i, item := range w.all.Items {
		w.rItems[i] = math.NaN()
		a, err := stats.Pearson(w.form[Perceived][i], w.sat)
		if err != nil {
			w.lackAt("items."+item.Name+".r_SAT", err, []string{item.Name, "SAT"})
			continue
		}
		w.rItems[i] = a.R
		w.out.Items[Label(item.Name)].R = fig(a.R)
	}
	w.partials()
}

// partials take the other items out of each correlation, all by one regression:
// t/sqrt(t^2 + df) is the partial correlation that t tests.
func (w *work) partials() {
	if len(w.all.Items) < 2 {
		return
	}
	r, err := stats.Regress(w.sat, w.form[Perceived])
	if err != nil {
		w.lackAt("items.r_SAT_partial", err, append(w.names(w.every(Perceived)), "SAT"))
		return
	}
	if r.Sigma == 0 {
		w.lack("items.r_SAT_partial", &stats.Unfit{Why: stats.Singular, Column: -1})
		return
	}
	for i, t := range r.Terms {
		w.out.Items[Label(w.all.Items[i].Name)].RPartial = fig(t.T / math.Sqrt(t.T*t.T+float64(r.DF[1])))
	}
}

// drivers puts importance and need together, with the verdicts that bootstrap
// samples allow.
func (w *work) drivers() {
	if w.sat == nil {
		w.absent("drivers", "no_satisfaction")
		return
	}
	d := &Drivers{NeedFrom: "scale_top"}
	if w.pairs {
		d.NeedFrom = "gap"
	}
	if w.lmg != nil {
		needs := make([]float64, len(w.counted))
		for k, dim := range w.counted {
			needs[k] = w.need(meanOf(w.dimensionScores()[dim]))
		}
		if kd, err := stats.KeyDrivers(w.lmg, needs); err == nil {
			d.Dimensions = map[string]*Driver{}
			for k, dim := range w.counted {
				x := &Driver{Derived: w.lmg[k], Need: needs[k], KD: kd[k]}
				if w.stated != nil {
					x.Stated = fig(w.stated[k] / 100)
				}
				d.Dimensions[w.spec.Dimensions[dim].Name] = x
			}
		}
	}
	var rs, needs []float64
	for i, r := range w.rItems {
		needs = append(needs, w.need(w.itemScore(i)))
		if rs = append(rs, 0); isNumber(r) {
			rs[i] = r
		}
	}
	if kd, err := stats.KeyDrivers(rs, needs); err == nil {
		d.Items = map[Label]*Driver{}
		for i, item := range w.all.Items {
			d.Items[Label(item.Name)] = &Driver{Derived: rs[i], Stated: w.out.Items[Label(item.Name)].I, Need: needs[i], KD: kd[i]}
		}
	}
	w.out.Drivers = d
}

// itemScore is the gap of an item, or its P where nothing was expected.
func (w *work) itemScore(i int) Figure {
	r := w.out.Items[Label(w.all.Items[i].Name)]
	if w.pairs {
		return r.Gap
	}
	return r.P
}

// need is how far a score is from what was expected, or from the top of the
// scale where nothing was; nothing known needs nothing.
func (w *work) need(score Figure) float64 {
	if score == nil {
		return 0
	}
	s := w.spec.Scales[Perceived]
	gap := *score
	if !w.pairs {
		gap -= s.High
	}
	n, err := stats.Need(gap, s.Points())
	if err != nil {
		return 0
	}
	return n
}
