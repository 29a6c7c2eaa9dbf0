package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"kilter/internal/practice/survey"
)

// tale writes a survey's result for a terminal.
type tale struct {
	*Env
	r *survey.Result
}

func printSurvey(env *Env, r *survey.Result) error {
	t := tale{env, r}
	t.head()
	for _, part := range []func() error{t.dimensions, t.items, t.drivers, t.grid, t.structure, t.groups, t.lacks} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func (t tale) say(key string, args ...any) {
	fmt.Fprintln(t.Out, t.Words.T("survey."+key, args...))
}

func (t tale) part(key string, args ...any) {
	fmt.Fprintln(t.Out)
	t.say(key, args...)
}

func (t tale) col(names ...string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = t.Words.T("survey.col." + n)
	}
	return out
}

func (t tale) word(w string) string {
	return t.Words.T("survey.word." + strings.ReplaceAll(w, " ", "_"))
}

// num writes a figure, or that there is none.
func (t tale) num(x survey.Figure, digits int) string {
	if x == nil {
		return "–"
	}
	return t.Words.Decimal(*x, digits)
}

// chance writes a p, which is never nothing.
func (t tale) chance(p survey.Figure) string {
	if p != nil && *p < 0.00005 {
		return t.Words.T("survey.report.small_p")
	}
	return t.num(p, 4)
}

func (t tale) interval(i survey.Interval, digits int) string {
	if i == nil {
		return "–"
	}
	return t.Words.Decimal(i[0], digits) + " … " + t.Words.Decimal(i[1], digits)
}

func (t tale) head() {
	r := t.r
	title := t.Words.T("survey.report.title")
	if r.Title != "" {
		title = r.Title
	}
	fmt.Fprintln(t.Out, title)
	t.say("report.n", "n", r.N, "all", r.Cleaning.Answered, "dropped", r.Cleaning.Dropped, "flagged", r.Cleaning.Flagged)
	if r.Unweighted != nil {
		low, high := "–", "–"
		if i := r.UnweightedBCa; i != nil {
			low, high = t.Words.Decimal(i[0], 2), t.Words.Decimal(i[1], 2)
		} else if i := r.UnweightedT; i != nil {
			low, high = t.Words.Decimal(i[0], 2), t.Words.Decimal(i[1], 2)
		}
		t.say("report.overall", "x", t.num(r.Unweighted, 2), "low", low, "high", high, "items", t.num(r.MeanOfItems, 2))
	}
	if w := r.Weights; w != nil && w.Respondent != nil {
		t.say("report.weighted", "x", t.num(w.Respondent, 2), "y", t.num(w.Aggregate, 2))
	} else if w != nil {
		t.say("report.aggregate", "y", t.num(w.Aggregate, 2))
	}
	if r.Servperf != nil {
		t.say("report.servperf", "x", t.num(r.Servperf, 2), "index", t.num(r.ServperfIndex, 1))
	}
	if w := r.WithoutFlagged; w != nil {
		x := w.Unweighted
		if x == nil {
			x = w.Servperf
		}
		t.say("report.without", "n", w.N, "x", t.num(x, 2))
	}
	if len(r.Notes) > 0 {
		t.part("report.notes")
		for _, n := range r.Notes {
			t.say("note." + n)
		}
	}
}

func (t tale) dimensions() error {
	if len(t.r.Order) == 0 {
		return nil
	}
	t.part("report.dimensions")
	return tableOf(t.Out, func(line func(...any)) {
		line(t.col("name", "n", "expected", "perceived", "gap", "ci", "p", "alpha", "rel")...)
		for _, name := range t.r.Order {
			d := t.r.Dimensions[name]
			ci := d.BCa
			if ci == nil {
				ci = d.CI
			}
			if d.Gap == nil {
				ci = d.PCI
			}
			line(name, d.N, t.num(d.E, 2), t.num(d.P, 2), t.num(d.Gap, 2), t.interval(ci, 2), t.chance(d.HolmP), t.num(d.AlphaP, 2), t.num(d.RelDiff, 2))
		}
	})
}

func (t tale) items() error {
	t.part("report.items")
	zones := slices.ContainsFunc(t.r.Asked, func(l survey.Label) bool { return t.r.Items[l].Zone != nil })
	return tableOf(t.Out, func(line func(...any)) {
		cols := []string{"name", "n", "expected", "perceived", "gap", "ci", "p", "r"}
		if zones {
			cols = append(cols, "state")
		}
		line(t.col(cols...)...)
		for _, name := range t.r.Asked {
			i := t.r.Items[name]
			cells := []any{name, i.N, t.num(i.E, 2), t.num(i.P, 2), t.num(i.Gap, 2), t.interval(i.CI, 2), t.chance(i.HolmP), t.num(i.R, 2)}
			if i.Zone != nil {
				cells = append(cells, t.word(i.Zone.State))
			}
			line(cells...)
		}
	})
}

func (t tale) drivers() error {
	if f := t.r.OnP; f != nil {
		t.part("report.drivers")
		t.say("report.fit", "outcome", t.r.Outcome, "r2", t.Words.Decimal(f.R2, 3), "adj", t.Words.Decimal(f.AdjR2, 3),
			"f", t.Words.Decimal(f.F, 2), "m", f.DF[0], "df", f.DF[1], "n", f.N)
	}
	d := t.r.Drivers
	if d == nil {
		return nil
	}
	write := func(names []string, of func(string) *survey.Driver, importance string) error {
		return tableOf(t.Out, func(line func(...any)) {
			line(t.col("name", importance, "need", "index", "ci", "verdict")...)
			for _, name := range names {
				x := of(name)
				verdict := "–"
				if x.Verdict != "" {
					verdict = t.word(x.Verdict)
				}
				line(name, t.Words.Decimal(x.Derived, 3), t.Words.Decimal(x.Need, 3), t.Words.Decimal(x.KD, 1), t.interval(x.KDCI, 1), verdict)
			}
		})
	}
	if d.Dimensions != nil {
		names := slices.DeleteFunc(slices.Clone(t.r.Order), func(n string) bool { return d.Dimensions[n] == nil })
		if err := write(names, func(n string) *survey.Driver { return d.Dimensions[n] }, "share"); err != nil {
			return err
		}
		fmt.Fprintln(t.Out)
	}
	var names []string
	for _, l := range t.r.Asked {
		if d.Items[l] != nil {
			names = append(names, string(l))
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch x, y := d.Items[survey.Label(a)].KD, d.Items[survey.Label(b)].KD; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	const shown = 10
	return write(names[:min(shown, len(names))], func(n string) *survey.Driver { return d.Items[survey.Label(n)] }, "r")
}

func (t tale) grid() error {
	g := t.r.IPA
	if g == nil {
		return nil
	}
	t.part("report.grid", "x", g.X+" "+t.Words.Decimal(g.CrossX, 2), "y", g.Y+" "+t.Words.Decimal(g.CrossY, 2))
	edge := false
	err := tableOf(t.Out, func(line func(...any)) {
		for _, q := range []string{"concentrate_here", "keep_up", "low_priority", "possible_overkill"} {
			var names []string
			for _, l := range g.Lists[q] {
				name := string(l)
				if g.Items[l].Borderline {
					name, edge = name+"*", true
				}
				names = append(names, name)
			}
			if names == nil {
				names = []string{t.Words.T("survey.report.no")}
			}
			line(t.word(q), strings.Join(names, ", "))
		}
	})
	if edge {
		t.say("report.borderline")
	}
	return err
}

func (t tale) structure() error {
	first := true
	for _, c := range []struct {
		form string
		f    *survey.Factorability
		r    *survey.FactorResult
	}{
		{"E", t.r.FactorabilityE, t.r.FactorsE},
		{"P", t.r.FactorabilityP, t.r.FactorsP},
		{"S", t.r.FactorabilityS, t.r.FactorsS},
		{t.Words.T("survey.col.gap"), t.r.FactorabilityGap, t.r.FactorsGap},
	} {
		if c.f == nil || c.f.KMO == nil || c.f.Count == nil {
			continue
		}
		if first {
			t.part("report.structure")
		}
		first = false
		t.say("report.factorability", "form", c.form, "kmo", t.num(c.f.KMO, 3), "band", t.word(c.f.Band), "chi2", t.num(c.f.Chi2, 1), "df", c.f.DF,
			"a", c.f.Count.Eigenvalue, "b", c.f.Count.Parallel, "alpha", t.num(c.f.Alpha, 3))
		if c.r == nil {
			continue
		}
		for i, group := range c.r.Groups {
			var names []string
			for _, l := range group {
				b := c.r.Belongs[l]
				names = append(names, fmt.Sprintf("%s (%s)", l, t.Words.Decimal(b.Loading, 2)))
			}
			t.say("report.factor", "form", c.form, "i", i+1, "items", strings.Join(names, ", "))
		}
	}
	return nil
}

func (t tale) groups() error {
	for _, name := range slices.Sorted(maps.Keys(t.r.Groups)) {
		g := t.r.Groups[name]
		t.part("report.groups")
		err := tableOf(t.Out, func(line func(...any)) {
			line(append([]any{name}, t.col("n", "mean", "ci")...)...)
			for _, one := range slices.Sorted(maps.Keys(g.Groups)) {
				x := g.Groups[one]
				line(one, x.N, t.Words.Decimal(x.Mean, 2), t.interval(x.CI, 2))
			}
		})
		if err != nil {
			return err
		}
		if len(g.Hidden) > 0 {
			t.say("report.hidden", "names", strings.Join(g.Hidden, ", "))
		}
	}
	if len(t.r.Pairs) == 0 {
		return nil
	}
	t.part("report.pairs")
	return tableOf(t.Out, func(line func(...any)) {
		line(t.col("name", "n", "difference", "ci", "p", "effect", "word")...)
		for _, name := range slices.Sorted(maps.Keys(t.r.Pairs)) {
			p := t.r.Pairs[name]
			short := strings.TrimPrefix(strings.TrimPrefix(name, "two_sample_gap_"), "two_sample_P_")
			word := p.Word
			if !p.Relevant {
				word = "none"
			}
			line(short, fmt.Sprintf("%d, %d", p.N[0], p.N[1]), t.Words.Decimal(p.Difference, 2), t.interval(&p.CI, 2), t.chance(&p.HolmP), t.Words.Decimal(p.G, 2), t.word(word))
		}
	})
}

// lacks tells what could not be computed, and why.
func (t tale) lacks() error {
	if len(t.r.Lacks) == 0 {
		return nil
	}
	t.part("report.lacks")
	return tableOf(t.Out, func(line func(...any)) {
		for _, l := range t.r.Lacks {
			what := l.What
			if l.Column != "" {
				what += " (" + l.Column + ")"
			}
			line(what, t.Words.T("survey.why."+strings.ToLower(l.Why), "n", l.N, "need", l.Need, "line", l.Line))
		}
	})
}
