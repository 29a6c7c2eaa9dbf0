package satisfaction

import (
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web/part"
)

// belief is a line of what the staff believes beside what users expect.
type belief struct {
	Name string
	wave.Belief
}

// leastDifference is what is worth a word, in points.
const leastDifference = .3

// says what a difference comes to, as the name of a word.
func (b belief) says() string {
	switch {
	case b.CI == nil || b.CI[0] <= 0 && b.CI[1] >= 0:
		return "unsure"
	case b.Gap <= -leastDifference:
		return "less"
	case b.Gap >= leastDifference:
		return "more"
	}
	return "same"
}

// beliefs are those of the staff; nil where it was not asked, or too few
// answered.
func (p *page) beliefs() *wave.Beliefs {
	if p.Frozen == nil || p.Frozen.Beliefs == nil || len(p.Frozen.Beliefs.Dimensions) == 0 {
		return nil
	}
	return p.Frozen.Beliefs
}

// believed are the dimensions.
func (p *page) believed() []belief {
	var out []belief
	for _, d := range p.Report.Dimensions {
		if b, ok := p.beliefs().Dimensions[d.Name]; ok {
			out = append(out, belief{p.dimension(d.Name), b})
		}
	}
	return out
}

// believedItems are the items.
func (p *page) believedItems() []belief {
	var out []belief
	for _, i := range p.Report.Items {
		if b, ok := p.beliefs().Items[string(i.Name)]; ok {
			out = append(out, belief{p.coded(i.Name), b})
		}
	}
	return out
}

func (p *page) beliefPicture() part.Chart {
	c := p.pairs(p.T("satisfaction.picture.beliefs"))
	c.Axis = p.T("satisfaction.dimension")
	c.Series[0].Name, c.Series[1].Name = p.T("satisfaction.col.staff"), p.T("satisfaction.col.users")
	for _, b := range p.believed() {
		add(&c, b.Name, round(b.Staff), round(b.Users))
	}
	return p.span(c)
}

func (p *page) beliefColumns(of string) []part.Column {
	out := p.columns(of, "n~", "staff", "users", "difference", "ci~", "words.")
	out[len(out)-1].Wide = true
	return out
}
