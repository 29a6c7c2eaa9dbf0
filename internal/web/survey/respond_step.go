package survey

import (
	"cmp"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web/part"
)

// teller says texts and words.
type teller interface {
	T(key string, pairs ...any) string
	says(t people.Text) string
}

// lead begins the statements of a way; several ways beside each other have
// headings of their own.
func lead(p teller, s *wave.Sheet, way survey.Form, side wave.Side, several bool) string {
	switch {
	case side == wave.Staff:
		return p.says(s.Belief)
	case several:
		return p.T("wave.way." + strings.ToLower(string(way)))
	case way == survey.Expected:
		return p.says(s.Excellent)
	}
	return p.says(s.Ours)
}

func (s *sight) lead(sheet *wave.Sheet, way survey.Form, side wave.Side, several bool) string {
	return lead(s, sheet, way, side, several)
}

func (p *asks) step() wave.Step { return p.Steps[p.At] }

// heading is what the statements of this step begin with.
func (p *asks) heading() string {
	if p.At >= len(p.Steps) {
		return p.T("wave.hand_in_title")
	}
	switch s := p.step(); {
	case s.Kind == wave.Points:
		return p.T("wave.points_title")
	case s.Kind == wave.Whole:
		return p.T("wave.whole_title")
	case s.Kind == wave.About:
		return p.T("wave.about_title")
	case len(s.Ways) > 1:
		return p.says(p.Sheet.Ours)
	default:
		return lead(p, p.Sheet, s.Ways[0], p.Side, false)
	}
}

// value is what stands in a column: as typed, else as kept.
func (p *asks) value(column string) string {
	if p.Form != nil && p.Form.Values != nil {
		return p.Form.Get(column)
	}
	if n, ok := p.Answer.Values[column]; ok {
		return strconv.Itoa(n)
	}
	return cmp.Or(p.Answer.Choices[column], p.Answer.Words[column])
}

// field is a question with its answer and what is wrong.
func (p *asks) field(f part.Field) part.Field {
	f.Value = p.value(f.Name)
	return p.Form.Field(f)
}

// answered counts statements that have an answer, of how many.
func (p *asks) answered() (n, of int) {
	for _, s := range p.Steps {
		for _, i := range s.Dimension.Items {
			for _, way := range s.Ways {
				of++
				if _, ok := p.Answer.Values[wave.Column(way, i.Code)]; ok {
					n++
				}
			}
		}
	}
	return n, of
}

// columns are the ratings of this step, for the summary of what is wrong.
func (p *asks) ratings() []part.Field {
	var out []part.Field
	s := p.step()
	switch s.Kind {
	case wave.Statements:
		for _, i := range s.Dimension.Items {
			for _, way := range s.Ways {
				out = append(out, p.field(part.Field{Name: wave.Column(way, i.Code), Label: p.says(i.Text), Kind: part.Radio}))
			}
		}
	case wave.Whole:
		for _, q := range p.Sheet.Overall {
			out = append(out, p.field(part.Field{Name: q.Code, Label: p.says(q.Text), Kind: part.Radio}))
		}
	case wave.Points:
		for _, d := range p.Sheet.Counted() {
			out = append(out, p.field(part.Field{Name: wave.WeightColumn(d.Code), Label: p.says(d.Name), Help: p.says(d.About), Kind: part.Number, Unit: p.T("wave.points_unit"), Narrow: true, Plain: true}))
		}
		if p.Sheet.Check {
			for _, c := range []string{wave.MostColumn, wave.SecondColumn, wave.LeastColumn} {
				f := part.Field{Name: c, Label: p.T("wave.named." + strings.ToLower(c)), Kind: part.Choice}
				for _, d := range p.Sheet.Asked() {
					f.Options = append(f.Options, part.Option{Value: d.Code, Label: p.says(d.Name)})
				}
				out = append(out, p.field(f))
			}
		}
	case wave.About:
		for _, c := range p.Sheet.Profile {
			f := part.Field{Name: c.Code, Label: p.says(c.Text), Kind: part.Radio}
			for _, o := range c.Options {
				f.Options = append(f.Options, part.Option{Value: o.Code, Label: p.says(o.Text)})
			}
			out = append(out, p.field(f))
		}
		for _, c := range p.Sheet.Comments {
			out = append(out, p.field(part.Field{Name: c.Code, Label: p.says(c.Text), Kind: part.Long, Max: 2000}))
		}
	}
	return out
}
