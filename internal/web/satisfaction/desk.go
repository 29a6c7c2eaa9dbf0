package satisfaction

import (
	"math"

	report "kilter/internal/report/satisfaction"
	"kilter/internal/web/part"
)

// correlated is over how many departments figures are held to scores; 0 where
// there are too few.
func (p *page) correlated() int {
	most := 0
	for _, m := range p.Desk.Figures {
		if m.Association != nil {
			most = max(most, m.N)
		}
	}
	return most
}

// goes says which way a figure goes along with the score.
func goes(m report.Measure) string {
	switch {
	case !m.Sure:
		return "unsure"
	case m.R < 0:
		return "less"
	}
	return "more"
}

func (p *page) correlationPicture() part.Chart {
	c := p.intervals(p.T("satisfaction.correlation"), p.T("satisfaction.correlation"))
	c.Axis, c.Ends, c.Cross = p.T("satisfaction.measure"), &[2]float64{-1, 1}, &[2]float64{0, 0}
	for _, m := range p.Desk.Figures {
		if m.Association != nil {
			add(&c, p.T("satisfaction.measure."+m.Name), round(m.R), round(m.Low), round(m.High))
		}
	}
	return c
}

func (p *page) measureColumns() []part.Column {
	out := append([]part.Column{{Label: p.T("satisfaction.measure"), Title: true}}, p.columns("n~")...)
	out = append(out, part.Column{Label: p.T("satisfaction.correlation"), Number: true})
	return append(out, p.columns("ci~", "band")...)
}

func (p *page) besideColumns() []part.Column {
	out := append([]part.Column{{Label: p.grouping("department"), Title: true}}, p.columns("n~")...)
	out = append(out, part.Column{Label: p.scoreName(), Number: true}, part.Column{Label: p.T("satisfaction.cases"), Number: true})
	for i, name := range report.Measures {
		out = append(out, part.Column{Label: p.T("satisfaction.measure." + name), Number: true, Wide: i != 1})
	}
	return out
}

// measured is a figure of the desk in its unit.
func (p *page) measured(name string, x float64) string {
	switch {
	case math.IsNaN(x):
		return "–"
	case name == "reopened" || name == "bounced":
		return p.Percent(x, 0)
	case name == "urgent" || name == "outage" || name == "first":
		return p.Number(int(math.Round(x)))
	}
	return p.Decimal(x, 1)
}
