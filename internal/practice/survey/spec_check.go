package survey

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// bounds checks what is a matter of one value.
func (r *reading) bounds() {
	s := r.spec
	if len(s.Items) == 0 {
		r.wrong("dimensions", "survey.spec.empty")
	}
	if len(s.Items) > maxItems {
		r.wrong("dimensions", "survey.spec.many", "limit", maxItems)
	}
	for _, i := range s.Items {
		if i.Columns[Perceived] == "" {
			r.wrong("columns.P", "survey.spec.no_perceived", "item", i.Name)
			break
		}
	}
	if b := s.Bootstrap.Samples; b < 0 || b > MostSamples {
		r.wrong("bootstrap.samples", "survey.spec.between", "low", 0, "high", MostSamples)
	}
	r.cleaning()
	if s.Least < 1 {
		r.wrong("min_group", "survey.spec.least", "low", 1)
	}
	if s.Population < 0 {
		r.wrong("population", "survey.spec.least", "low", 0)
	}
	if f := s.Factors; f.Samples < 1 || f.Samples > MostSamples {
		r.wrong("factors.samples", "survey.spec.between", "low", 1, "high", MostSamples)
	}
	r.choice("factors.extraction", s.Factors.Extraction, "axis", "components")
	r.choice("factors.rotation", s.Factors.Rotation, "varimax", "promax", "promax_normalised", "none")
	r.choice("ipa.cross", s.Grid.Cross, "mean", "median", "midpoint", "target")
	if n, err := strconv.Atoi(s.Factors.Number); err != nil || n < 1 {
		r.choice("factors.number", s.Factors.Number, "dimensions", "eigenvalue", "parallel", "1, 2, 3, …")
	}
	for _, f := range s.Factors.On {
		r.choice("factors.on", string(f), "E", "P", "S", "gap")
	}
	if s.Grid.Cross == "target" && !s.Grid.aimed() {
		r.wrong("ipa.target", "survey.spec.target")
	}
	r.once()
}

// aimed reports whether a target is a place on the grid.
func (g Grid) aimed() bool {
	for _, axis := range []string{"performance", "importance"} {
		if x, there := g.Target[axis]; !there || !(math.Abs(x) <= greatest) {
			return false
		}
	}
	return len(g.Target) == 2
}

// cleaning checks who is left out and flagged. NaN is within no bounds.
func (r *reading) cleaning() {
	c := r.spec.Cleaning
	if !(c.Missing >= 0 && c.Missing <= 1) {
		r.wrong("cleaning.missing", "survey.spec.between", "low", 0, "high", 1)
	}
	for field, x := range map[string]float64{"flat": float64(c.Flat), "run": float64(c.Run), "seconds": c.Seconds} {
		if !(x >= 0 && x <= greatest) {
			r.wrong("cleaning."+field, "survey.spec.least", "low", 0)
		}
	}
}

// once refuses a column that stands for two answers: one of them would be the
// other's.
func (r *reading) once() {
	is := map[string]string{}
	for _, i := range r.spec.Items {
		for _, form := range asked {
			column := i.Columns[form]
			if column == "" {
				continue
			}
			if first, there := is[column]; there {
				r.wrong("columns."+string(form), "survey.spec.column_twice", "column", column, "first", first, "second", string(form)+" "+i.Name)
				return // one such slip makes all of them
			}
			is[column] = string(form) + " " + i.Name
		}
	}
}

func (r *reading) choice(field, value string, choices ...string) {
	if !slices.Contains(choices, value) {
		r.wrong(field, "survey.spec.unknown", "value", value, "choices", strings.Join(choices, ", "))
	}
}
