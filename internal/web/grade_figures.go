package web

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// gradeFiguresPage shows how content officials are.
type gradeFiguresPage struct {
	*sight
	record.GradeFigures
}

func (s *sight) gradeFigures(r *http.Request) (*gradeFiguresPage, error) {
	q := r.URL.Query()
	ask := record.GradeFigures{By: grade.ByService, Kind: record.Kind(q.Get("practice")), Months: 12}
	if v := q.Get("by"); v != "" {
		ask.By = grade.Dimension(v)
	}
	if v := q.Get("months"); v != "" {
		ask.Months = int(idOf(v))
	}
	p := &gradeFiguresPage{sight: s}
	var err error
	p.GradeFigures, err = s.desk.Grades.Figures(s.ctx, s.By, ask)
	p.Title = s.T("grade.figures")
	return p, err
}

func (d *Desk) gradeFigures(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.gradeFigures(r)
	if err != nil {
		return err
	}
	p.Needs("charts")
	p.frameViews(listPlace{View: "grade_figures"})
	return Show(w, r, http.StatusOK, gradeFiguresView(p))
}

func (p *gradeFiguresPage) place(path string, by grade.Dimension, months int, k record.Kind) string {
	q := url.Values{"by": {string(by)}, "months": {strconv.Itoa(months)}}
	if k != "" {
		q.Set("practice", string(k))
	}
	return path + "?" + q.Encode()
}

func (p *gradeFiguresPage) tabs() []part.Link {
	var out []part.Link
	for _, by := range grade.Dimensions {
		out = append(out, part.Link{Label: p.T("grade.by." + string(by)), Href: p.place(gradeSum, by, p.Months, p.Kind), Active: by == p.Dimension()})
	}
	return out
}

// Dimension is what the figures are told by.
func (p *gradeFiguresPage) Dimension() grade.Dimension { return p.GradeFigures.By }

// spans are the periods to choose from, kinds the records whose grades count.
func (p *gradeFiguresPage) spans() (out []part.Link) {
	for _, n := range record.Spans {
		out = append(out, part.Link{Label: p.N("grade.months", n), Href: p.place(gradeSum, p.Dimension(), n, p.Kind), Active: n == p.Months})
	}
	return out
}

func (p *gradeFiguresPage) kinds() (out []part.Link) {
	for _, k := range []record.Kind{"", record.Incident, record.Request} {
		word := "grade.of_all"
		if k != "" {
			word = "grade.of_" + string(k)
		}
		out = append(out, part.Link{Label: p.T(word), Href: p.place(gradeSum, p.Dimension(), p.Months, k), Active: k == p.Kind})
	}
	return out
}

// called is the thing of a figure in words.
func (p *gradeFiguresPage) called(f *grade.Figure) string {
	switch {
	case p.Dimension() == grade.ByMonth:
		return grade.Month(f.ID).Format("2006-01")
	case f.ID == 0:
		return p.T("grade.of_none")
	case p.Dimension() == grade.ByDepartment:
		return p.department(people.DepartmentID(f.ID))
	}
	return p.Thing(f.ID)
}

// answer says in words what the page shows.
func (p *gradeFiguresPage) answer() string {
	w := &p.Whole
	switch {
	case w.Total == 0:
		return p.T("grade.says_no_figures")
	case w.Few:
		return p.N("grade.says_few", w.Total)
	}
	return p.N("grade.says_content", w.Total, "share", p.Percent(w.Content, 0), "low", p.Percent(w.Low, 0), "top", p.Percent(w.Top, 0))
}

// content is the share of the content with its interval, or that there are too
// few to say.
func (p *gradeFiguresPage) content(f *grade.Figure) string {
	if f.Few {
		return p.T("grade.few")
	}
	return p.T("grade.interval", "share", p.Percent(f.Content, 0), "low", p.Percent(f.Low, 0), "top", p.Percent(f.Top, 0))
}

func (p *gradeFiguresPage) response(f *grade.Figure) string {
	if f.Response < 0 {
		return ""
	}
	return p.Percent(f.Response, 1)
}

// chart is the picture: months with what was given, things with the share of
// the content, as far as there are enough to say.
func (p *gradeFiguresPage) chart() part.Chart {
	note := p.T("grade.since", "from", p.Date(p.From))
	if p.Dimension() == grade.ByMonth {
		return p.months(part.Chart{Title: p.T("grade.chart"), Note: note, Kind: part.Stack, Axis: p.T("grade.by.month")})
	}
	c := part.Chart{Title: p.T("grade.content"), Note: note, Kind: part.Across, Unit: "%", Axis: p.T("grade.by." + string(p.Dimension()))}
	one := part.Series{Name: p.T("grade.content"), Tone: part.Jade}
	for i := range p.Of {
		if f := &p.Of[i]; !f.Few && len(c.Groups) < firstBars {
			c.Groups = append(c.Groups, p.called(f))
			one.Values = append(one.Values, math.Round(f.Content*100))
		}
	}
	c.Series = []part.Series{one}
	return c
}

func (p *gradeFiguresPage) months(c part.Chart) part.Chart {
	for _, one := range []struct {
		word string
		tone part.Tone
		of   []grade.Value
	}{{"content", part.Jade, []grade.Value{grade.VerySatisfied, grade.Satisfied}}, {"neutral", part.Amber, []grade.Value{grade.Neutral}}, {"bad", part.Vermilion, []grade.Value{grade.Dissatisfied, grade.VeryDissatisfied}}} {
		s := part.Series{Name: p.T("grade.part." + one.word), Tone: one.tone}
		for i := range p.Of {
			n := 0
			for _, v := range one.of {
				n += p.Of[i].N[v-1]
			}
			s.Values = append(s.Values, float64(n))
		}
		c.Series = append(c.Series, s)
	}
	for i := range p.Of {
		c.Groups = append(c.Groups, p.called(&p.Of[i]))
	}
	return c
}

// columns of the table.
func (p *gradeFiguresPage) columns() []part.Column {
	out := []part.Column{{Label: p.T("grade.by." + string(p.Dimension())), Title: true}, {Label: p.T("grade.n"), Number: true}}
	for _, v := range grade.Values {
		out = append(out, part.Column{Label: gradeWord(p.Printer, v), Number: true, Wide: true})
	}
	return append(out, part.Column{Label: p.T("grade.content"), Number: true}, part.Column{Label: p.T("grade.mean"), Number: true}, part.Column{Label: p.T("grade.response"), Number: true})
}

// gradeExport sends the figures as a table.
func (d *Desk) gradeExport(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.gradeFigures(r)
	if err != nil {
		return err
	}
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	return Saved{as, "grades-" + string(p.Dimension()) + "-" + s.Today(), p.Title}.Write(w, p.write)
}

func (p *gradeFiguresPage) write(out sheet.Writer) error {
	heads := []string{p.T("grade.by." + string(p.Dimension())), p.T("grade.n")}
	for _, v := range grade.Values {
		heads = append(heads, gradeWord(p.Printer, v))
	}
	if err := out.Header(append(heads, p.T("grade.content"), p.T("grade.low"), p.T("grade.top"), p.T("grade.mean"), p.T("grade.ended"))...); err != nil {
		return err
	}
	for _, f := range append(slices.Clone(p.Of), p.Whole) {
		name := p.called(&f)
		if f.ID == 0 && f.Total == p.Whole.Total && f.Ended == p.Whole.Ended {
			name = p.T("grade.whole")
		}
		if err := out.Row(p.cells(name, &f)...); err != nil {
			return err
		}
	}
	return out.Close()
}

// cells are a line of the export. What is hidden stays empty, and so does a
// share of too few.
func (p *gradeFiguresPage) cells(name string, f *grade.Figure) []sheet.Cell {
	row := []sheet.Cell{sheet.Text(name)}
	if f.Hidden {
		return append(row, slices.Repeat([]sheet.Cell{sheet.Text("")}, 11)...)
	}
	row = append(row, sheet.Int(int64(f.Total)))
	for _, v := range grade.Values {
		row = append(row, sheet.Int(int64(f.N[v-1])))
	}
	if f.Few {
		row = append(row, slices.Repeat([]sheet.Cell{sheet.Text("")}, 4)...)
	} else {
		row = append(row, sheet.Number(f.Content), sheet.Number(f.Low), sheet.Number(f.Top), sheet.Number(f.Mean))
	}
	return append(row, sheet.Int(int64(f.Ended)))
}
