package survey

import (
	"cmp"
	"math"
	"slices"

	"kilter/internal/base/stats"
)

// early compares those who answered first with those who answered last.
func (w *work) early() {
	if w.all.Came == nil {
		return
	}
	mean, _ := w.meanScore()
	came := w.keep(w.all.Came)
	order := make([]int, 0, len(mean))
	for k := range mean {
		if isNumber(mean[k]) && isNumber(came[k]) {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(came[a], came[b]) })
	t, err := stats.EarlyLate(at(mean, order))
	if err != nil {
		w.lack("early_late", err)
		return
	}
	w.out.Early = &EarlyLate{
		N: len(order) / 3, Difference: t.Difference, CI: [2]float64{t.Low, t.High}, T: t.T, DF: t.DF, P: t.P,
		Relevant: math.Abs(t.Difference) >= Relevant(w.out.Points),
	}
}

// Relevant is the least difference that means something to users on a scale of so
// many points: 0.3 on one of seven.
func Relevant(points int) float64 { return relevant * float64(points-1) / (usualPoints - 1) }

// check holds the dimensions that respondents named against the points that
// they gave.
func (w *work) check() {
	named := w.all.Named
	if named[0] == nil && named[1] == nil && named[2] == nil {
		return
	}
	c := &ImportanceCheck{Most: w.votes(named[0]), Second: w.votes(named[1]), Least: w.votes(named[2])}
	w.out.Check = c
	if len(w.all.Weights) == 0 {
		w.absent("importance_check.most_has_most_points", "no_weights")
		return
	}
	weighed := w.weighed()
	var agree, asked [2]int // most, least
	for _, r := range w.kept {
		points, whole := across(w.all.Weights, r), true
		for _, p := range points {
			whole = whole && isNumber(p)
		}
		if !whole {
			continue
		}
		high, low := slices.Max(points), slices.Min(points)
		of, any := [2]float64{high, low}, false
		against := false
		for side, column := range [2][]int{named[0], named[2]} {
			if column == nil || column[r] < 0 {
				continue
			}
			k := slices.Index(weighed, column[r])
			if k < 0 {
				continue
			}
			any = true
			asked[side]++
			agree[side] += one(points[k] == of[side])
			against = against || high > low && points[k] == of[1-side]
		}
		c.N += one(any)
		c.Contradict += one(against)
	}
	for side, into := range [2]*Figure{&c.MostAgrees, &c.LeastAgrees} {
		if asked[side] > 0 {
			*into = fig(float64(agree[side]) / float64(asked[side]))
		}
	}
}

// votes counts by dimension who named it.
func (w *work) votes(column []int) map[string]int {
	if column == nil {
		return nil
	}
	out := map[string]int{}
	for _, d := range w.spec.Dimensions {
		out[d.Name] = 0
	}
	for _, r := range w.kept {
		if d := column[r]; d >= 0 {
			out[w.spec.Dimensions[d].Name]++
		}
	}
	return out
}
