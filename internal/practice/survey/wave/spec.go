package wave

import (
	"io"
	"slices"
	"strconv"

	"kilter/internal/practice/survey"
)

// The columns beside those of statements and points.
const (
	departmentColumn = "department"
	secondsColumn    = "seconds"
	naCell           = "na"
)

// Counted are the dimensions that are part of the overall scores: points are
// spread over these.
func (p *Paper) Counted() []Dimension {
	return slices.DeleteFunc(p.Asked(), func(d Dimension) bool { return d.Apart })
}

// spec says what the answers of a wave mean.
func (w *Wave) spec(p *Paper) *survey.Spec {
	s := survey.Usual()
	s.Title, s.NA, s.Missing = w.Name.En, []string{naCell}, nil
	if s.Title == "" {
		s.Title = w.Name.Zh
	}
	s.Answers, s.Scales = map[string]float64{}, map[survey.Form]survey.Scale{}
	for _, f := range []survey.Form{survey.Expected, survey.Perceived, survey.Minimum, survey.Importance, survey.Satisfied} {
		s.Scales[f] = survey.Scale{Low: 1, High: float64(p.Points)}
	}
	for i, d := range p.Asked() {
		dim := survey.Dimension{Name: d.Code, Apart: d.Apart}
		if p.Weights && !d.Apart {
			dim.Weight = WeightColumn(d.Code)
		}
		for _, item := range d.Items {
			one := survey.Item{Name: item.Code, Dimension: i, Columns: map[survey.Form]string{}}
			for _, way := range p.Ways(Users) {
				one.Columns[way] = Column(way, item.Code)
			}
			dim.Items = append(dim.Items, item.Code)
			s.Items = append(s.Items, one)
		}
		s.Dimensions = append(s.Dimensions, dim)
	}
	for _, q := range p.Overall {
		if q.Outcome {
			s.Satisfaction = append(s.Satisfaction, q.Code)
		}
	}
	if p.named() {
		s.Named = survey.Named{Most: MostColumn, Second: SecondColumn, Least: LeastColumn}
	}
	s.Groups = w.groups(p)
	s.Seconds, s.Least = secondsColumn, w.Plan.Least
	s.Bootstrap = survey.Resampling{Samples: w.Plan.Samples, Seed: uint64(w.Seed)}
	for _, one := range w.Strata {
		if one.Side == Users {
			s.Population += one.Population
		}
	}
	return &s
}

func (w *Wave) groups(p *Paper) []survey.Group {
	dep := survey.Group{Name: departmentColumn, Column: departmentColumn, Population: map[string]int{}, Invited: map[string]int{}}
	for _, s := range w.Strata {
		if s.Side == Users && s.Invited >= w.Plan.Least && s.Code != "" {
			dep.Population[s.Code], dep.Invited[s.Code] = s.Population, s.Invited
		}
	}
	out := []survey.Group{dep}
	for _, c := range p.Profile {
		out = append(out, survey.Group{Name: c.Code, Column: c.Code})
	}
	return out
}

// columns are the headings of a table of answers in the order of asking.
func (p *Paper) columns() []string {
	var out []string
	for _, way := range p.Ways(Users) {
		for _, d := range p.Asked() {
			for _, i := range d.Items {
				out = append(out, Column(way, i.Code))
			}
		}
	}
	if p.Weights {
		for _, d := range p.Counted() {
			out = append(out, WeightColumn(d.Code))
		}
	}
	for _, q := range p.Overall {
		out = append(out, q.Code)
	}
	return out
}

// named reports whether it is asked which dimensions matter.
func (p *Paper) named() bool { return p.Check && p.Weights && len(p.Counted()) > 1 }

// choices are the columns that hold a choice.
func (p *Paper) choices() []string {
	var out []string
	if p.named() {
		out = append(out, MostColumn, SecondColumn, LeastColumn)
	}
	for _, c := range p.Profile {
		out = append(out, c.Code)
	}
	return out
}

// table reads answers of users as a file would give them.
func (w *Wave) table(p *Paper, answers []Answer) survey.Read {
	head := p.columns()
	used := slices.DeleteFunc(slices.Clone(head), func(c string) bool {
		return slices.ContainsFunc(p.Overall, func(q Rating) bool { return q.Code == c && !q.Outcome })
	})
	codes := map[int64]string{}
	for _, s := range w.Strata {
		if s.Side == Users {
			codes[int64(s.Department)] = s.Code
		}
	}
	line := 0
	next := slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Side != Users })
	return func() ([]string, int, error) {
		line++
		if line == 1 {
			return slices.Concat(used, p.choices(), []string{departmentColumn, secondsColumn}), line, nil
		}
		if len(next) == 0 {
			return nil, line, io.EOF
		}
		a := next[0]
		next = next[1:]
		row := make([]string, 0, len(used)+8)
		for _, c := range used {
			row = append(row, p.cell(c, a.Values))
		}
		for _, c := range p.choices() {
			row = append(row, a.Choices[c])
		}
		return append(row, codes[int64(a.Department)], p.pace(a.Seconds)), line, nil
	}
}

// cell is an answer as a file writes it.
func (p *Paper) cell(column string, values map[string]int) string {
	n, ok := values[column]
	switch {
	case !ok:
		return ""
	case n == CannotJudge && !p.isWeight(column):
		return naCell
	}
	return strconv.Itoa(n)
}

func (p *Paper) isWeight(column string) bool {
	return slices.ContainsFunc(p.Dimensions, func(d Dimension) bool { return WeightColumn(d.Code) == column })
}

// pace are the seconds of a respondent by the ways in which a statement was put
// to him, for cleaning compares them with the number of items; "" when unknown,
// as on paper.
func (p *Paper) pace(seconds int) string {
	if seconds == 0 {
		return ""
	}
	return strconv.Itoa(seconds / len(p.Ways(Users)))
}

// Mean is what a rating of the whole came to.
type Mean struct {
	N     int     `json:"n"`
	Mean  float64 `json:"mean"`
	Count []int   `json:"count"` // by point, from 1
}

// ratings are the statements about the whole, by code; those with fewer answers
// than may be told of are left out.
func (w *Wave) ratings(p *Paper, answers []Answer) map[string]Mean {
	out := map[string]Mean{}
	for _, q := range p.Overall {
		m, sum := Mean{Count: make([]int, p.Points)}, 0
		for _, a := range answers {
			if n := a.Values[q.Code]; a.Side == Users && n > 0 && n <= p.Points {
				m.N, sum = m.N+1, sum+n
				m.Count[n-1]++
			}
		}
		if m.N >= w.Plan.Least {
			m.Mean = float64(sum) / float64(m.N)
			out[q.Code] = m
		}
	}
	return out
}
