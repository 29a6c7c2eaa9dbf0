package survey

import (
	"math"

	"kilter/internal/base/stats"
)

// items computes the means of every item, of the answers that belong to a pair
// where both were asked.
func (w *work) items() {
	var tested []*ItemResult
	var ps []float64
	for i, item := range w.all.Items {
		r := &ItemResult{}
		name := Label(item.Name)
		w.out.Items[name], w.out.Asked = r, append(w.out.Asked, name)
		p := w.form[Perceived][i]
		if item.Columns[Expected] != "" {
			p = w.paths.p[i]
			r.E = meanOf(w.paths.e[i])
		}
		m, n, err := stats.Mean(p)
		if err != nil {
			w.lack("items."+item.Name, err)
			continue
		}
		r.N, r.P, r.SumP = n, fig(m), fig(math.Round(m*float64(n)*1e6)/1e6)
		if x, err := stats.Index(m, w.spec.Scales[Perceived].Low, w.spec.Scales[Perceived].High); err == nil {
			r.Index = fig(x)
		}
		if r.E != nil {
			r.SumE = fig(math.Round(*r.E*float64(n)*1e6) / 1e6)
			if *r.E > 0 {
				r.Ratio = fig(m / *r.E)
			}
			if p, ok := w.gapOf("items."+item.Name, w.form[Gap][i], r); ok {
				tested, ps = append(tested, r), append(ps, p)
			}
		}
		if w.form[Importance] != nil {
			r.I = meanOf(w.form[Importance][i])
		}
		if w.form[Satisfied] != nil {
			r.S = meanOf(w.form[Satisfied][i])
		}
	}
	for k, p := range stats.Holm(ps) {
		tested[k].HolmP = fig(p)
	}
}

func (w *work) gapOf(what string, gap []float64, r *ItemResult) (p float64, ok bool) {
	r.Gap = meanOf(gap)
	s, err := stats.Describe(gap)
	if err != nil {
		w.lack(what+".gap_ci95_t", err)
		return 0, false
	}
	r.SD = fig(s.SD)
	if low, high, err := s.Within(.95, w.population(s.N)); err == nil {
		r.CI = &[2]float64{low, high}
	}
	t, err := stats.PairedT(gap)
	if err != nil {
		w.lack(what+".paired_t", err)
		return 0, false
	}
	r.T, r.PairedP = fig(t.T), fig(t.P)
	return t.P, true
}

// population is the population for intervals, 0 where it is not known or where
// more answered than there are.
func (w *work) population(n int) int {
	if w.spec.Population < n {
		return 0
	}
	return w.spec.Population
}

// scores computes each respondent's score in each dimension and form.
func (w *work) scores() {
	w.score = map[Form][][]float64{}
	columns := map[Form][][]float64{Perceived: w.form[Perceived], Satisfied: w.form[Satisfied], Importance: w.form[Importance]}
	if w.pairs {
		columns[Gap], columns[Expected] = w.form[Gap], w.paths.e
	}
	for d, dim := range w.spec.Dimensions {
		if !dim.Apart {
			w.counted = append(w.counted, d)
		}
		for form, cols := range columns {
			if cols == nil {
				continue
			}
			items := w.members(d, form)
			scores := make([]float64, w.n)
			if len(items) == 0 {
				for r := range scores {
					scores[r] = math.NaN()
				}
			} else {
				if form == Perceived && w.pairs && len(w.members(d, Gap)) == len(items) {
					cols = w.paths.p
				}
				scores, _ = stats.DimensionScores(of(cols, items))
			}
			w.score[form] = append(w.score[form], scores)
		}
	}
}

// dimensions computes what is known of each dimension.
func (w *work) dimensions() {
	var tested []*DimensionResult
	var ps []float64
	for d, dim := range w.spec.Dimensions {
		r := &DimensionResult{Apart: dim.Apart, Reliability: map[Form]*Reliability{}}
		w.out.Dimensions[dim.Name], w.out.Order = r, append(w.out.Order, dim.Name)
		for _, name := range dim.Items {
			r.Items = append(r.Items, Label(name))
		}
		what := "dimensions." + dim.Name
		p := w.score[Perceived][d]
		s, err := stats.Describe(p)
		r.N = s.N
		if err != nil {
			r.P = meanOf(p)
			w.lack(what, err)
		} else {
			r.P, r.SDP = fig(s.Mean), fig(s.SD)
			if low, high, err := s.Within(.95, w.population(s.N)); err == nil {
				r.PCI = &[2]float64{low, high}
			}
			if x, err := stats.Index(s.Mean, w.spec.Scales[Perceived].Low, w.spec.Scales[Perceived].High); err == nil {
				r.Index = fig(x)
			}
		}
		if p, ok := w.dimensionGap(d, r); ok {
			tested, ps = append(tested, r), append(ps, p)
		}
		w.alphas(d, r)
	}
	for k, p := range stats.Holm(ps) {
		tested[k].HolmP = fig(p)
	}
}

func (w *work) dimensionGap(d int, r *DimensionResult) (p float64, ok bool) {
	if !w.pairs || len(w.members(d, Gap)) == 0 {
		return 0, false
	}
	what := "dimensions." + w.spec.Dimensions[d].Name
	gap := w.score[Gap][d]
	r.E, r.Gap = meanOf(w.score[Expected][d]), meanOf(gap)
	if r.E != nil && r.P != nil && *r.E > 0 {
		r.Ratio = fig(*r.P / *r.E)
	}
	s, err := stats.Describe(gap)
	if err != nil {
		w.lack(what+".gap", err)
		return 0, false
	}
	r.N, r.SD = s.N, fig(s.SD)
	if low, high, err := s.Within(.95, w.population(s.N)); err == nil {
		r.CI = &[2]float64{low, high}
	}
	if v, err := stats.Wilcoxon(gap); err != nil {
		w.lack(what+".wilcoxon_p", err)
	} else {
		r.WilcoxonP = fig(v.P)
	}
	t, err := stats.PairedT(gap)
	if err != nil {
		w.lack(what+".paired_t", err)
		return 0, false
	}
	r.T, r.PairedP = fig(t.T), fig(t.P)
	return t.P, true
}

// alphas computes the reliability of a dimension in every form, and of its gap.
func (w *work) alphas(d int, r *DimensionResult) {
	what := "dimensions." + w.spec.Dimensions[d].Name
	raw := map[Form]float64{}
	for _, c := range []struct {
		form  Form
		alpha *Figure
		feldt *Interval
	}{{Expected, &r.AlphaE, &r.FeldtE}, {Perceived, &r.AlphaP, &r.FeldtP}, {Gap, &r.AlphaGap, &r.FeldtGap}, {Satisfied, &r.AlphaS, nil}} {
		items := w.members(d, c.form)
		if w.form[c.form] == nil || len(items) == 0 {
			continue
		}
		if len(items) == 1 {
			w.absent(what+".alpha_"+string(c.form), "one_item")
			continue
		}
		a, err := stats.Cronbach(of(w.form[c.form], items))
		if err != nil {
			w.lackAt(what+".alpha_"+string(c.form), err, w.names(items))
			continue
		}
		raw[c.form], *c.alpha = a.Raw, fig(a.Raw)
		if c.feldt != nil {
			*c.feldt = &[2]float64{a.Low, a.High}
		}
		rel := &Reliability{N: a.N, Standardised: a.Standardised, Band: stats.AlphaBand(a.Raw), ItemTotal: map[Label]Figure{}}
		for k, name := range w.names(items) {
			rel.ItemTotal[Label(name)] = fig(a.Items[k].ItemTotal)
			if a.K > 2 {
				if rel.IfDropped == nil {
					rel.IfDropped = map[Label]Figure{}
				}
				rel.IfDropped[Label(name)] = fig(a.Items[k].IfDropped)
			}
		}
		r.Reliability[c.form] = rel
	}
	w.difference(d, r, raw)
}

func (w *work) difference(d int, r *DimensionResult, alpha map[Form]float64) {
	if !w.pairs || len(w.members(d, Gap)) == 0 {
		return
	}
	what := "dimensions." + w.spec.Dimensions[d].Name
	c, err := stats.Covary([][]float64{w.score[Perceived][d], w.score[Expected][d]})
	if err != nil {
		w.lack(what+".rel_diff", err)
		return
	}
	m, err := c.Correlation()
	if err != nil {
		w.lackAt(what+".rel_diff", err, []string{"P", "E"})
		return
	}
	r.RPE = fig(m.At(0, 1))
	p, okP := alpha[Perceived]
	e, okE := alpha[Expected]
	if !okP || !okE {
		return // said of alpha already
	}
	x, err := stats.DifferenceReliability(stats.Side{SD: math.Sqrt(c.S.At(0, 0)), Reliability: p}, stats.Side{SD: math.Sqrt(c.S.At(1, 1)), Reliability: e}, m.At(0, 1))
	if err != nil {
		w.lack(what+".rel_diff", err)
		return
	}
	r.RelDiff = fig(x)
}

// overall computes the scores of everything.
func (w *work) overall() {
	form := Perceived
	if w.pairs {
		form = Gap
	}
	if len(w.counted) == 0 {
		w.absent("overall_unweighted_mean_of_dims", "no_dimensions")
	} else {
		w.total, _ = stats.RowMeans(of(w.score[form], w.counted), len(w.counted))
		p, _ := stats.RowMeans(of(w.score[Perceived], w.counted), len(w.counted))
		if w.out.Servperf = meanOf(p); w.out.Servperf != nil {
			if x, err := stats.Index(*w.out.Servperf, w.spec.Scales[Perceived].Low, w.spec.Scales[Perceived].High); err == nil {
				w.out.ServperfIndex = fig(x)
			}
		}
		s, err := stats.Describe(w.total)
		if err != nil {
			w.lack("overall_unweighted_mean_of_dims", err)
		} else {
			w.out.UnweightedN, w.out.UnweightedSD = s.N, fig(s.SD)
			if low, high, err := s.Within(.95, w.population(s.N)); err == nil {
				w.out.UnweightedT = &[2]float64{low, high}
			}
		}
		if w.pairs {
			w.out.Unweighted = meanOf(w.total)
		}
	}
	var gaps []float64
	for _, item := range w.all.Items {
		inside := item.Dimension >= 0 && !w.spec.Dimensions[item.Dimension].Apart
		if r := w.out.Items[Label(item.Name)]; r.Gap != nil && (inside || len(w.spec.Dimensions) == 0) {
			gaps = append(gaps, *r.Gap)
		}
	}
	w.out.MeanOfItems = meanOf(gaps)
}

// zones computes the zones of tolerance where a minimum was asked.
func (w *work) zones() {
	if w.form[Minimum] == nil {
		return
	}
	if !w.pairs {
		w.absent("zone", "no_E")
		return
	}
	for i, item := range w.all.Items {
		if item.Columns[Minimum] == "" || item.Columns[Expected] == "" {
			continue
		}
		z, err := stats.Tolerance(w.form[Minimum][i], w.form[Expected][i], w.form[Perceived][i])
		if err != nil {
			w.lack("items."+item.Name+".zone", err)
			continue
		}
		r := &ZoneResult{
			N: z.N, Inconsistent: z.Inconsistent, Minimum: z.Minimum, Desired: z.Desired, Perceived: z.Perceived, Adequacy: z.Adequacy,
			Superiority: z.Superiority, Width: z.Width, State: z.State, Below: z.Below, In: z.In, Above: z.Above,
		}
		if z.Width > 0 {
			r.Position = fig(z.Position)
		}
		w.out.Items[Label(item.Name)].Zone = r
	}
}
