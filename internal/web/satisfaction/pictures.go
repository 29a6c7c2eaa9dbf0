package satisfaction

import (
	"math"
	"slices"

	"kilter/internal/base/stats"
	"kilter/internal/practice/survey"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web/part"
)

func of(x survey.Figure) float64 {
	if x == nil {
		return math.NaN()
	}
	return round(*x)
}

func round(x float64) float64 { return math.Round(x*100) / 100 }

// pairs is a picture of what is expected and what is perceived.
func (p *page) pairs(title string) part.Chart {
	return part.Chart{
		Title: title, Kind: part.Dumbbell, Digits: digits, Note: p.T("satisfaction.scale", "points", p.Result.Points),
		Series: []part.Series{{Name: p.T("satisfaction.perceived"), Tone: part.Slate}, {Name: p.T("satisfaction.expected"), Tone: part.Amber}},
	}
}

// add adds a line to a picture; ends keep room on both sides.
func add(c *part.Chart, name string, values ...float64) {
	c.Groups = append(c.Groups, name)
	for i, v := range values {
		c.Series[i].Values = append(c.Series[i].Values, v)
	}
}

// span sets the ends of the axis around everything that is drawn.
func (p *page) span(c part.Chart) part.Chart {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range c.Series {
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low <= high {
		c.Ends = &[2]float64{max(1, math.Floor(low*2-.2)/2), min(float64(p.Result.Points), math.Ceil(high*2+.2)/2)}
	}
	return c
}

func (p *page) dimensionPicture() part.Chart {
	c := p.pairs(p.T("satisfaction.picture.dimensions"))
	c.Axis = p.T("satisfaction.dimension")
	for _, d := range p.Report.Dimensions {
		add(&c, p.dimension(d.Name), of(d.P), of(d.E))
	}
	return p.span(c)
}

func (p *page) itemPicture() part.Chart {
	c := p.pairs(p.T("satisfaction.picture.items"))
	c.Axis = p.T("satisfaction.item")
	for _, i := range p.byGap() {
		add(&c, p.coded(i.Name), of(i.P), of(i.E))
	}
	return p.span(c)
}

// byGap are the items, the widest gap first; the lowest perception where nothing
// was expected.
func (p *page) byGap() []report.ItemRow {
	out := slices.Clone(p.Report.Items)
	key := func(i report.ItemRow) float64 {
		if p.Gaps() {
			return of(i.Gap)
		}
		return of(i.P)
	}
	slices.SortStableFunc(out, func(a, b report.ItemRow) int {
		switch x, y := key(a), key(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return out
}

// intervals is a picture of values with their 95 % intervals.
func (p *page) intervals(title, value string) part.Chart {
	return part.Chart{
		Title: title, Note: p.T("satisfaction.picture.interval"), Kind: part.Forest, Digits: digits,
		Series: []part.Series{{Name: value, Tone: part.Slate}, {Name: p.T("satisfaction.low")}, {Name: p.T("satisfaction.high")}},
	}
}

func ends(i survey.Interval) (low, high float64) {
	if i == nil {
		return math.NaN(), math.NaN()
	}
	return round(i[0]), round(i[1])
}

// driverPicture shows how much of satisfaction each dimension moves.
func (p *page) driverPicture() part.Chart {
	c := p.intervals(p.T("satisfaction.picture.drivers"), p.T("satisfaction.derived_percent"))
	c.Axis, c.Digits, c.Unit, c.Ends = p.T("satisfaction.dimension"), 0, "%", &[2]float64{0, 100}
	for _, d := range p.Drivers {
		if d.Driver == nil {
			continue
		}
		low, high := ends(d.DerivedCI)
		add(&c, p.dimension(d.Name), math.Round(d.Derived*100), math.Round(low*100), math.Round(high*100))
	}
	return c
}

// gridPicture is importance against performance.
func (p *page) gridPicture(g *survey.IPA, title string) part.Chart {
	c := part.Chart{
		Title: title, Note: p.T("satisfaction.picture.cross." + g.By), Kind: part.Quadrant, Axis: p.T("satisfaction.item"), Digits: digits,
		Series: []part.Series{{Name: p.T("satisfaction.perceived")}, {Name: p.importance(g)}},
		Cross:  &[2]float64{round(g.CrossX), round(g.CrossY)},
	}
	for i, q := range fields {
		c.Fields[i] = p.word(string(q))
	}
	for _, i := range p.Report.Items {
		at := g.Items[i.Name]
		if at == nil {
			continue
		}
		add(&c, p.coded(i.Name), round(at.X), round(at.Y))
		c.Points = append(c.Points, part.Spot{Short: string(i.Name), Field: slices.Index(fields, stats.Quadrant(at.Quadrant))})
	}
	return c
}

// fields are those of a grid as part.Chart has them.
var fields = []stats.Quadrant{stats.Concentrate, stats.KeepUp, stats.LowPriority, stats.Overkill}

// importance is what stands for it in a grid.
func (p *page) importance(g *survey.IPA) string {
	if g.Y == "derived" {
		return p.T("satisfaction.importance_derived")
	}
	return p.T("satisfaction.importance")
}

// segmentPicture is the mean of each group.
func (p *page) segmentPicture(s report.Segment) part.Chart {
	c := p.intervals(p.T("satisfaction.picture.groups"), p.scoreName())
	c.Axis = p.grouping(s.Name)
	mean := s.Mean()
	c.Cross = &[2]float64{round(mean), 0}
	c.Note = p.T("satisfaction.picture.line", "x", p.plain(mean, digits))
	for _, r := range s.Rows {
		low, high := ends(r.CI)
		add(&c, p.group(s.Name, r.Code), round(r.Mean), low, high)
	}
	return c
}

// scoreName is what a score is called.
func (p *page) scoreName() string {
	if p.Gaps() {
		return p.T("satisfaction.gap")
	}
	return p.T("satisfaction.perceived")
}

// changePicture is what has changed since the wave before.
func (p *page) changePicture() part.Chart {
	c := p.intervals(p.T("satisfaction.picture.change", "before", p.Before.Name.In(string(p.Lang()))), p.T("satisfaction.change"))
	c.Axis, c.Cross = p.T("satisfaction.dimension"), &[2]float64{0, 0}
	c.Note = p.T("satisfaction.picture.right_is_better")
	for _, d := range p.Report.Dimensions {
		if d.Change != nil {
			add(&c, p.dimension(d.Name), round(d.Change.Difference), round(d.Change.Low), round(d.Change.High))
		}
	}
	return c
}
