package satisfaction

import (
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
)

// coding is a line of the codebook: a column of the answers, and what it means.
type coding struct {
	Column, Kind string
	Text         people.Text
	Scale        int    // points of the scale; 0 for none
	Values       string // where there are codes
}

// kinds are the words for the ways in which a statement is asked.
var kinds = map[survey.Form]string{survey.Expected: "expected", survey.Perceived: "perceived", survey.Minimum: "minimum"}

// codebook are the columns of a questionnaire in the order of asking.
func codebook(p *wave.Paper) []coding {
	var out []coding
	for _, way := range p.Ways(wave.Users) {
		for _, d := range p.Asked() {
			for _, i := range d.Items {
				out = append(out, coding{Column: wave.Column(way, i.Code), Kind: kinds[way], Text: i.Text, Scale: p.Points})
			}
		}
	}
	if p.Weights {
		for _, d := range p.Counted() {
			out = append(out, coding{Column: wave.WeightColumn(d.Code), Kind: "points", Text: d.Name, Values: "0–100"})
		}
	}
	for _, q := range p.Overall {
		out = append(out, coding{Column: q.Code, Kind: "whole", Text: q.Text, Scale: p.Points})
	}
	for _, c := range p.Profile {
		values := make([]string, len(c.Options))
		for i, o := range c.Options {
			values[i] = o.Code + " = " + o.Text.En + " / " + o.Text.Zh
		}
		out = append(out, coding{Column: c.Code, Kind: "profile", Text: c.Text, Values: strings.Join(values, "; ")})
	}
	if p.Weights && p.Check {
		for _, c := range []string{wave.MostColumn, wave.SecondColumn, wave.LeastColumn} {
			out = append(out, coding{Column: c, Kind: strings.ToLower(c)})
		}
	}
	return append(out, coding{Column: "department", Kind: "department"}, coding{Column: "seconds", Kind: "seconds"})
}
