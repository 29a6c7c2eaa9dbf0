package survey

import (
	"kilter/internal/base/stats"
)

// level is that of every interval.
const level = .95

// intervals writes those of the scores and of importance.
func (w *work) intervals(d *stats.Bootstrap) {
	bca := func(what string, figure int) Interval {
		low, high, err := d.BCa(figure, level)
		if err != nil {
			w.lack(what, err)
			return nil
		}
		return &[2]float64{low, high}
	}
	for k, dim := range w.spec.Dimensions {
		r := w.out.Dimensions[dim.Name]
		if !w.pairs || r.Gap == nil || r.SD == nil {
			continue
		}
		r.BCa = bca("dimensions."+dim.Name+".gap_ci95_bca", w.boot.dims+k)
		if low, high, err := d.Percentile(w.boot.dims+k, level); err == nil {
			r.Percentile = &[2]float64{low, high}
		}
	}
	if w.out.UnweightedT != nil {
		w.out.UnweightedBCa = bca("overall_ci95_bca", w.boot.overall)
	}
	if w.out.Weights != nil && w.out.Weights.Respondent != nil && w.n > 1 {
		w.out.Weights.CI = bca("weights.weighted_ci95_bca", w.boot.weighted)
	}
}

// verdicts writes what may be said of drivers, with their intervals.
func (w *work) verdicts(d *stats.Bootstrap) {
	o := w.out.Drivers
	if o == nil {
		return
	}
	if o.Dimensions != nil && len(w.counted) <= mostDrawn {
		var list []*Driver
		for _, dim := range w.counted {
			list = append(list, o.Dimensions[w.spec.Dimensions[dim].Name])
		}
		w.judge("drivers.dimensions", d, list, w.boot.lmg, w.boot.kd)
	} else if o.Dimensions != nil {
		w.absent("drivers.dimensions.verdict", "many_dimensions")
	}
	if o.Items != nil {
		var list []*Driver
		for _, item := range w.all.Items {
			list = append(list, o.Items[Label(item.Name)])
		}
		w.judge("drivers.items", d, list, w.boot.itemR, w.boot.itemKD)
	}
}

// judge gives drivers their verdicts and intervals; importance and index are
// where theirs begin.
func (w *work) judge(what string, d *stats.Bootstrap, list []*Driver, importance, index int) {
	kd := make([]float64, len(list))
	for k, x := range list {
		kd[k] = x.KD
	}
	var samples [][]float64
	for _, draw := range d.Draws {
		s, whole := draw[index:index+len(list)], true
		for _, v := range s {
			whole = whole && isNumber(v)
		}
		if whole {
			samples = append(samples, s)
		}
	}
	verdicts, half, err := stats.Verdicts(kd, samples)
	if err != nil {
		w.lack(what+".verdict", err)
		return
	}
	for k, x := range list {
		x.Verdict, x.TopHalf = string(verdicts[k]), fig(half[k])
		if low, high, err := d.Percentile(index+k, level); err == nil {
			x.KDCI = &[2]float64{low, high}
		}
		if low, high, err := d.Percentile(importance+k, level); err == nil {
			x.DerivedCI = &[2]float64{low, high}
		}
	}
}
