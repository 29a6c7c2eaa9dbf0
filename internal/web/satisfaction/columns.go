package satisfaction

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/survey"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web/part"
)

// columns are the heads of a table by their words: "!" ends the one that names
// the row, "~" one that small screens leave out, "." one of words.
func (p *page) columns(names ...string) []part.Column {
	out := make([]part.Column, len(names))
	for i, n := range names {
		bare := strings.TrimRight(n, "!~.")
		title := strings.HasSuffix(n, "!")
		out[i] = part.Column{Label: p.T("satisfaction.col." + bare), Title: title, Number: !title && !strings.HasSuffix(n, ".") && bare != "verdict" && bare != "band", Wide: strings.HasSuffix(n, "~")}
	}
	return out
}

// compared reports whether there is a wave to compare with.
func (p *page) compared() bool { return p.Before != nil && p.Apart == "" }

func (p *page) dimensionColumns() []part.Column {
	names := []string{"dimension!", "n", "perceived", "perceived_ci~", "index~"}
	if p.Gaps() {
		names = []string{"dimension!", "n", "expected~", "perceived", "gap", "ci~", "index~"}
	}
	if p.compared() {
		names = append(names, "change")
	}
	return p.columns(names...)
}

func (p *page) itemColumns() []part.Column {
	names := []string{"item!", "n~", "perceived"}
	if p.Gaps() {
		names = []string{"item!", "n~", "expected~", "perceived", "gap", "ci~", "p_holm~"}
	}
	if p.compared() {
		names = append(names, "change")
	}
	return p.columns(names...)
}

func (p *page) segmentColumns(s report.Segment) []part.Column {
	out := p.columns("n")
	if s.Answered() {
		out = append(out, p.columns("response")...)
	}
	if p.Gaps() {
		out = append(out, p.columns("gap", "ci~")...)
	} else {
		out = append(out, p.columns("perceived", "ci~")...)
	}
	for _, d := range p.Report.Dimensions {
		out = append(out, part.Column{Label: p.dimension(d.Name), Number: true, Wide: true})
	}
	if s.Tested() {
		out = append(out, p.columns("rest.")...)
	}
	return append([]part.Column{{Label: p.grouping(s.Name), Title: true}}, out...)
}

func (p *page) reliabilityColumns() []part.Column {
	if p.Gaps() {
		return p.columns("dimension!", "items", "alpha_e~", "alpha_p", "alpha_ci~", "alpha_gap~", "rel_diff", "band")
	}
	return p.columns("dimension!", "items", "alpha_p", "alpha_ci~", "band")
}

func (p *page) loadingColumns(f *survey.FactorResult) []part.Column {
	out := p.columns("item!")
	for k := range f.Number {
		out = append(out, part.Column{Label: p.T("satisfaction.factor", "k", k+1), Number: true})
	}
	return append(out, p.columns("communality~")...)
}

// loadingClass marks the loading of an item on its factor, and fades those that
// say nothing.
func loadingClass(x float64, item *survey.FactorItem, k int) string {
	switch {
	case item != nil && item.Loads && item.Factor == k+1:
		return "strong"
	case math.Abs(x) < .3:
		return "faint"
	}
	return ""
}

// band is the word for the reliability of a dimension.
func (p *page) band(d *survey.DimensionResult) string {
	if rel := d.Reliability[survey.Perceived]; rel != nil {
		return p.word(rel.Band)
	}
	return "–"
}

func (p *page) betweenWhole(i survey.Interval) string {
	if i == nil {
		return "–"
	}
	return p.T("satisfaction.between", "low", p.plain(i[0], 0), "high", p.plain(i[1], 0))
}

// apartFromRest is how a group differs from all others, in words.
func (p *page) apartFromRest(x *survey.Pair) string {
	word := p.T("satisfaction.as_rest")
	if x.HolmP < .05 {
		word = p.word(x.Word)
	}
	return p.T("satisfaction.rest_says", "x", p.signed(x.Difference), "word", word)
}

func (p *page) hiddenNames(s report.Segment) []string {
	out := make([]string, len(s.Hidden))
	for i, code := range s.Hidden {
		out[i] = p.group(s.Name, code)
	}
	slices.Sort(out)
	return out
}

// changedItems are the items that can be compared, the greatest change first.
func (p *page) changedItems() []report.ItemRow {
	var out []report.ItemRow
	for _, i := range p.Report.Items {
		if i.Change != nil {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b report.ItemRow) int {
		return cmp.Compare(math.Abs(b.Change.Difference), math.Abs(a.Change.Difference))
	})
	return out
}

// flags is why answers were flagged.
func (p *page) flags() string {
	c := p.Result.Cleaning
	if c.Flagged == 0 {
		return p.T("satisfaction.nothing")
	}
	out := p.T("satisfaction.flagged_of", "n", p.Number(c.Flagged), "flat", p.Number(c.FlatP), "run", p.Number(c.RunP))
	if c.Fast != nil && *c.Fast > 0 {
		out = p.T("satisfaction.both", "a", out, "b", p.T("satisfaction.fast", "n", p.Number(*c.Fast)))
	}
	return out
}

// lack is why a figure is not there.
func (p *page) lack(l survey.Lack) string {
	return p.T("survey.why."+strings.ToLower(l.Why), "n", strconv.Itoa(l.N), "need", strconv.Itoa(l.Need), "line", strconv.Itoa(l.Line))
}
