package satisfaction

import (
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web/part"
)

// rating is a statement about the whole, and what users said to it.
type rating struct {
	Text people.Text
	Said wave.Mean
}

// ratings are those that may be told of, in the order of asking.
func (p *page) ratings() []rating {
	if p.Paper == nil || p.Frozen == nil {
		return nil
	}
	var out []rating
	for _, q := range p.Paper.Overall {
		if m, ok := p.Frozen.Ratings[q.Code]; ok {
			out = append(out, rating{q.Text, m})
		}
	}
	return out
}

// agree is the share of answers above the middle of the scale, disagree of those
// below.
func (r rating) agree() float64 {
	return r.side(func(point, middle int) bool { return point > middle })
}

func (r rating) disagree() float64 {
	return r.side(func(point, middle int) bool { return point < middle })
}

func (r rating) side(in func(point, middle int) bool) float64 {
	n := 0
	for i, c := range r.Said.Count {
		if in(2*(i+1), len(r.Said.Count)+1) {
			n += c
		}
	}
	return float64(n) / float64(max(1, r.Said.N))
}

func (p *page) ratingColumns() []part.Column {
	return p.columns("statement!", "n", "mean", "agree", "disagree~")
}

// tolerated reports whether a least and a desired level were asked.
func (p *page) tolerated() bool {
	for _, i := range p.Report.Items {
		if i.Zone != nil {
			return true
		}
	}
	return false
}

// zonePicture shows for each item the zone from the least to the desired level, and
// where what is perceived lies.
func (p *page) zonePicture() part.Chart {
	c := part.Chart{
		Title: p.T("satisfaction.picture.zones"), Note: p.T("satisfaction.scale", "points", p.Result.Points), Kind: part.Forest, Digits: digits, Axis: p.T("satisfaction.item"),
		Series: []part.Series{{Name: p.T("satisfaction.perceived"), Tone: part.Slate}, {Name: p.T("satisfaction.least")}, {Name: p.T("satisfaction.desired")}},
	}
	for _, i := range p.Report.Items {
		if z := i.Zone; z != nil {
			add(&c, p.coded(i.Name), round(z.Perceived), round(z.Minimum), round(z.Desired))
		}
	}
	return p.span(c)
}

// outcomeUnit is the top of the scale of overall satisfaction; "" where a file does
// not tell it.
func (p *page) outcomeUnit(o *survey.Summed) string {
	if p.Paper == nil || o == nil {
		return ""
	}
	return "/ " + p.Number(p.Paper.Points)
}
