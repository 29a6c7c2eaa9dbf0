package survey

import (
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
)

// block is one part of a printed sheet: statements that are put in the same ways,
// of all dimensions, or another step.
type block struct {
	Kind  wave.StepKind
	Ways  []survey.Form
	Items []wave.Item
}

// penned is a question and the column that its answer is typed into.
type penned struct {
	Column string
	Text   people.Text
}

// blocks are the steps of a questionnaire as paper has them: nothing is turned over
// from one dimension to the next.
func blocks(sheet *wave.Sheet) []block {
	var out []block
	for _, s := range sheet.Steps(wave.Users) {
		if n := len(out); n > 0 && s.Kind == wave.Statements && out[n-1].Kind == s.Kind && slices.Equal(out[n-1].Ways, s.Ways) {
			out[n-1].Items = append(out[n-1].Items, s.Dimension.Items...)
			continue
		}
		out = append(out, block{s.Kind, s.Ways, slices.Clone(s.Dimension.Items)})
	}
	return out
}

// items are the statements of a block as they are put in one way.
func (b block) items(way survey.Form) []penned {
	var out []penned
	for _, i := range b.Items {
		out = append(out, penned{wave.Column(way, i.Code), i.Text})
	}
	return out
}

func wholeOf(sheet *wave.Sheet) []penned {
	var out []penned
	for _, q := range sheet.Overall {
		out = append(out, penned{q.Code, q.Text})
	}
	return out
}

// site is the address at which a code is entered, as it is typed.
func (p *wavePage) site() string { return strings.TrimSuffix(p.pages.Site, "/") + linkPath }

// typedColumn is a column of the table of answers: what it asks and what may stand
// there.
type typedColumn struct{ Name, Asks, May string }

// typing are the columns of the table into which sheets are typed.
func (p *wavePage) typing() []typedColumn {
	s := p.Sheet
	scale := p.T("wave.typing_scale", "high", s.Points)
	out := []typedColumn{
		{"code", p.T("wave.sheet_code"), p.T("wave.typing_code")},
		{"department", p.T("wave.department"), p.T("wave.typing_department")},
	}
	for _, b := range blocks(s) {
		switch b.Kind {
		case wave.Statements:
			for _, way := range b.Ways {
				for _, i := range b.items(way) {
					out = append(out, typedColumn{i.Column, p.lead(s, way, wave.Users, len(b.Ways) > 1) + " " + p.says(i.Text), scale})
				}
			}
		case wave.Points:
			for _, d := range s.Counted() {
				out = append(out, typedColumn{wave.WeightColumn(d.Code), p.says(d.Name), p.T("wave.typing_points")})
			}
			if s.Check {
				for _, c := range []string{wave.MostColumn, wave.SecondColumn, wave.LeastColumn} {
					out = append(out, typedColumn{c, p.T("wave.named." + strings.ToLower(c)), p.options(c)})
				}
			}
		case wave.Whole:
			for _, q := range wholeOf(s) {
				out = append(out, typedColumn{q.Column, p.says(q.Text), scale})
			}
		case wave.About:
			for _, c := range s.Profile {
				out = append(out, typedColumn{c.Code, p.says(c.Text), p.options(c.Code)})
			}
			for _, c := range s.Comments {
				out = append(out, typedColumn{c.Code, p.says(c.Text), p.T("wave.typing_words")})
			}
		}
	}
	return out
}

// options are the answers to a question, with the numbers that a sheet has.
func (p *wavePage) options(column string) string {
	var all []string
	for i, o := range p.Sheet.Options(column) {
		all = append(all, strconv.Itoa(i+1)+" "+p.says(o.Text))
	}
	return strings.Join(all, " · ")
}
