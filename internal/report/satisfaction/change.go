package satisfaction

import (
	"math"

	"kilter/internal/base/stats"
	"kilter/internal/practice/survey"
)

// Change is a figure of two waves with its test: Welch's t of number, mean and
// spread, as the waves ask people anew and do not know who answers twice.
type Change struct {
	N             [2]int // now, before
	Now, Before   float64
	Difference    float64
	Low, High     float64 // 95 %
	T, DF         float64
	P             float64
	Holm          float64 // P within the family: all dimensions, all items
	G             float64 // Hedges'
	Effect        string  // stats.EffectWord
	Verdict       Verdict
	points, ratio float64
}

// Verdict is what may be said of a change.
type Verdict string

// The verdicts.
const (
	Better    Verdict = "better"
	Worse     Verdict = "worse"
	Same      Verdict = "same"      // surely not nothing, but too small to mean anything to users
	Uncertain Verdict = "uncertain" // chance may have made it
)

// sure is the chance below which a difference is taken for one.
const sure = .05

// judge takes P within its family, and what is relevant on the scale.
func (c *Change) judge(holm float64) {
	c.Holm = holm
	relevant := math.Abs(c.Difference) >= survey.Relevant(int(c.points)) && c.Effect != "none"
	switch {
	case holm >= sure:
		c.Verdict = Uncertain
	case !relevant:
		c.Verdict = Same
	case c.Difference > 0:
		c.Verdict = Better
	default:
		c.Verdict = Worse
	}
}

// apart says why two waves cannot be compared: one asked for expectations and
// the other did not, or they have no score.
func apart(now, before *Wave) string {
	switch {
	case now.Score() == nil || before.Score() == nil:
		return "no_score"
	case now.Gaps() != before.Gaps():
		return "other_form"
	case now.Pilot || before.Pilot:
		return "pilot"
	}
	return ""
}

// ratio turns points of the earlier scale into points of this one: x7 = 1 + (x5 -
// 1) * 6/4, of which gaps keep the ratio alone.
func ratio(now, before *Wave) float64 {
	return float64(now.Result.Points-1) / float64(before.Result.Points-1)
}

// side is number, mean and spread of a figure of one wave.
type side struct {
	n        int
	mean, sd survey.Figure
}

// change compares two sides; nil when one of them has no spread.
func (r *Report) change(now, before side) *Change {
	return changeOf(r.Wave, r.Before, now, before)
}

func changeOf(w, earlier *Wave, now, before side) *Change {
	if now.mean == nil || now.sd == nil || before.mean == nil || before.sd == nil {
		return nil
	}
	k := ratio(w, earlier)
	mean := *before.mean * k
	if !w.Gaps() {
		mean = 1 + (*before.mean-1)*k
	}
	a, b := stats.Summary{N: now.n, Mean: *now.mean, SD: *now.sd}, stats.Summary{N: before.n, Mean: mean, SD: *before.sd * k}
	t, err := stats.WelchOf(a, b)
	if err != nil {
		return nil
	}
	e, err := stats.SizeOf(a, b)
	if err != nil {
		return nil
	}
	c := &Change{
		N: [2]int{a.N, b.N}, Now: a.Mean, Before: b.Mean, Difference: t.Difference, Low: t.Low, High: t.High, T: t.T, DF: t.DF, P: t.P,
		G: e.G, Effect: e.Word, points: float64(w.Result.Points), ratio: k,
	}
	c.judge(t.P)
	return c
}

// Rescaled reports whether the earlier wave had another scale.
func (c *Change) Rescaled() bool { return c.ratio != 1 }

func overall(now, before *Wave) *Change {
	of := func(w *Wave) side { return side{w.Result.UnweightedN, w.Score(), w.Result.UnweightedSD} }
	return changeOf(now, before, of(now), of(before))
}

// compareRows compares dimensions and items that both waves have; each kind is a
// family of its own (Holm).
func (r *Report) compareRows() {
	var dims, items []*Change
	for i := range r.Dimensions {
		d := &r.Dimensions[i]
		was := r.Before.Result.Dimensions[d.Name]
		if was == nil || !sameItems(d.Items, was.Items) {
			continue
		}
		if d.Change = r.change(r.ofDimension(d.DimensionResult), r.ofDimension(was)); d.Change != nil {
			dims = append(dims, d.Change)
		}
	}
	for i := range r.Items {
		row := &r.Items[i]
		was := r.Before.Result.Items[row.Name]
		if was == nil || !r.Gaps() {
			continue
		}
		if row.Change = r.change(side{row.N, row.Gap, row.SD}, side{was.N, was.Gap, was.SD}); row.Change != nil {
			items = append(items, row.Change)
		}
	}
	family(dims)
	family(items)
}

func (r *Report) ofDimension(d *survey.DimensionResult) side {
	if r.Gaps() {
		return side{d.N, d.Gap, d.SD}
	}
	return side{d.N, d.P, d.SDP}
}

// sameItems reports whether a dimension is made of the same items.
func sameItems(a, b []survey.Label) bool {
	if len(a) != len(b) {
		return false
	}
	in := map[survey.Label]bool{}
	for _, x := range a {
		in[x] = true
	}
	for _, x := range b {
		if !in[x] {
			return false
		}
	}
	return true
}

func family(list []*Change) {
	ps := make([]float64, len(list))
	for i, c := range list {
		ps[i] = c.P
	}
	for i, p := range stats.Holm(ps) {
		list[i].judge(p)
	}
}
