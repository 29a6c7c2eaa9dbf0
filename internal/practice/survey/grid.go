package survey

import (
	"kilter/internal/base/stats"
)

// quadrants are the fields of the grid.
var quadrants = []stats.Quadrant{stats.Concentrate, stats.KeepUp, stats.LowPriority, stats.Overkill}

// grids places the items by performance and importance: as stated where it was
// asked, and as derived from satisfaction.
func (w *work) grids() {
	performance := Perceived
	if w.form[Satisfied] != nil {
		performance = Satisfied
	}
	if w.form[Importance] != nil {
		w.out.IPA = w.grid("IPA", performance, string(Importance), func(i int) (float64, float64, bool) {
			s, err := stats.Describe(w.form[Importance][i])
			return s.Mean, half(s), err == nil
		})
	}
	if w.sat == nil {
		if w.form[Importance] == nil {
			w.absent("IPA", "no_importance")
		}
		return
	}
	derived := w.grid("IPA_derived", performance, "derived", func(i int) (float64, float64, bool) {
		a, err := stats.Pearson(w.form[Perceived][i], w.sat)
		return a.R, (a.High - a.Low) / 2, err == nil
	})
	if w.out.IPA == nil {
		w.out.IPA = derived
	} else {
		w.out.IPADerived = derived
	}
}

// half is half the width of the interval of a mean.
func half(s stats.Summary) float64 {
	low, high, err := s.Within(level, 0)
	if err != nil {
		return 0
	}
	return (high - low) / 2
}

func (w *work) grid(what string, x Form, y string, importance func(i int) (value, half float64, ok bool)) *IPA {
	g := &IPA{X: string(x), Y: y, By: w.spec.Grid.Cross, Items: map[Label]*IPAItem{}, Lists: map[string][]Label{}}
	for _, q := range quadrants {
		g.Lists[string(q)] = []Label{}
	}
	var points []stats.Point
	var names []Label
	for i, item := range w.all.Items {
		s, err := stats.Describe(w.form[x][i])
		imp, wide, ok := importance(i)
		if err != nil || !ok {
			continue
		}
		points = append(points, stats.Point{Performance: s.Mean, Importance: imp, PerformanceHalf: half(s), ImportanceHalf: wide})
		names = append(names, Label(item.Name))
	}
	cross, err := w.cross(x, y, points)
	if err != nil {
		w.lack(what, err)
		return nil
	}
	g.CrossX, g.CrossY = cross.Performance, cross.Importance
	for k, p := range points {
		at := cross.Place(p)
		g.Items[names[k]] = &IPAItem{p.Performance, p.Importance, string(at.Quadrant), at.Borderline, at.Priority}
		g.Lists[string(at.Quadrant)] = append(g.Lists[string(at.Quadrant)], names[k])
	}
	return g
}

func (w *work) cross(x Form, y string, points []stats.Point) (stats.Cross, error) {
	switch w.spec.Grid.Cross {
	case "median":
		return stats.Medians(points)
	case "midpoint":
		c, err := stats.GrandMeans(points)
		c.Performance = (w.spec.Scales[x].Low + w.spec.Scales[x].High) / 2
		if y == string(Importance) {
			c.Importance = (w.spec.Scales[Importance].Low + w.spec.Scales[Importance].High) / 2
		}
		return c, err // a correlation has no middle: the mean stays
	case "target":
		c, err := stats.GrandMeans(points)
		c.Performance = w.spec.Grid.Target["performance"]
		if y == string(Importance) {
			c.Importance = w.spec.Grid.Target["importance"]
		}
		return c, err
	}
	return stats.GrandMeans(points)
}
