package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// knowledgeFiguresPage answers: what is the knowledge base good for?
type knowledgeFiguresPage struct {
	*sight
	Months  int
	Figures knowledge.Figures
}

// spans are the periods on offer, in months.
var spans = []int{3, 6, 12, 24}

func (s *sight) knowledgeFigures(r *http.Request) (*knowledgeFiguresPage, error) {
	p := &knowledgeFiguresPage{sight: s, Months: 12}
	if n, err := strconv.Atoi(r.URL.Query().Get("months")); err == nil && slices.Contains(spans, n) {
		p.Months = n
	}
	var err error
	p.Figures, err = s.desk.Lessons.Articles.Figures(r.Context(), s.By, p.Months)
	p.Title = s.T("knowledge.figures")
	return p, err
}

func (d *Desk) knowledgeFigures(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.knowledgeFigures(r)
	if err != nil {
		return err
	}
	p.Needs("charts")
	s.frameViews(listPlace{View: "figures"})
	return Show(w, r, http.StatusOK, knowledgeFiguresView(p))
}

func (p *knowledgeFiguresPage) figures() []part.Figure {
	return []part.Figure{
		{Name: p.T("knowledge.use.views"), Value: p.Number(p.Figures.All.Views)},
		{Name: p.T("knowledge.use.share"), Value: p.share(p.Figures.All)},
		{Name: p.T("knowledge.use.applied"), Value: p.Number(p.Figures.All.Applied)},
		{Name: p.T("knowledge.use.deflected"), Value: p.Number(p.Figures.All.Deflected)},
		{Name: p.T("knowledge.use.solved"), Value: p.Number(p.Figures.All.Solved())},
	}
}

// columns of a table of uses, the first one's name given.
func (p *knowledgeFiguresPage) columns(first string) []part.Column {
	out := []part.Column{{Label: p.T(first), Title: true}}
	for _, name := range []string{"views", "share", "applied", "deflected", "solved"} {
		out = append(out, part.Column{Label: p.T("knowledge.use." + name), Number: true})
	}
	return out
}

func (p *knowledgeFiguresPage) cells(u knowledge.Uses) []string {
	return []string{p.Number(u.Views), p.share(u), p.Number(u.Applied), p.Number(u.Deflected), p.Number(u.Solved())}
}

// mostListed is how many articles the page lists.
const mostListed = 50

func (p *knowledgeFiguresPage) listed() []knowledge.Of[record.Head] {
	return p.Figures.Articles[:min(len(p.Figures.Articles), mostListed)]
}

func (p *knowledgeFiguresPage) service(id record.ServiceID) string {
	if id == 0 {
		return p.T("knowledge.no_service")
	}
	return p.All.Name(int64(id), p.Lang().HTML())
}

// spans are the periods to choose from.
func (p *knowledgeFiguresPage) spans() (out []part.Link) {
	for _, n := range spans {
		out = append(out, part.Link{Label: p.N("knowledge.months", n), Href: knowledgePath + "/figures?months=" + strconv.Itoa(n), Active: n == p.Months})
	}
	return out
}

// chart is how many cases articles solved month by month: applied by agents,
// and never reported.
func (p *knowledgeFiguresPage) chart() part.Chart {
	c := part.Chart{Title: p.T("knowledge.chart"), Kind: part.Stack, Axis: p.T("knowledge.month")}
	applied, deflected := part.Series{Name: p.T("knowledge.use.applied"), Tone: part.Slate}, part.Series{Name: p.T("knowledge.use.deflected"), Tone: part.Jade}
	for _, m := range p.Figures.Months {
		c.Groups = append(c.Groups, p.Month(m.What))
		applied.Values, deflected.Values = append(applied.Values, float64(m.Applied)), append(deflected.Values, float64(m.Deflected))
	}
	c.Series = []part.Series{applied, deflected}
	return c
}

// file is the address of one of the tables as a file.
func (p *knowledgeFiguresPage) file(by, as string) string {
	return knowledgePath + "/figures/export?by=" + by + "&as=" + as + "&months=" + strconv.Itoa(p.Months)
}

// useTable is one of the tables of the figures.
type useTable struct {
	first string // the key of the first column
	rows  func(*knowledgeFiguresPage, func(string, knowledge.Uses) error) error
}

var useTables = map[string]useTable{
	"month": {"knowledge.month", func(p *knowledgeFiguresPage, row func(string, knowledge.Uses) error) error {
		return each(p.Figures.Months, func(t time.Time) string { return t.Format("2006-01") }, row)
	}},
	"article": {"knowledge.one", func(p *knowledgeFiguresPage, row func(string, knowledge.Uses) error) error {
		return each(p.Figures.Articles, func(h record.Head) string { return h.Ref() + " " + h.Title }, row)
	}},
	"service": {"knowledge.field.service", func(p *knowledgeFiguresPage, row func(string, knowledge.Uses) error) error {
		return each(p.Figures.Services, p.service, row)
	}},
}

func each[T any](all []knowledge.Of[T], name func(T) string, row func(string, knowledge.Uses) error) error {
	for _, o := range all {
		if err := row(name(o.What), o.Uses); err != nil {
			return err
		}
	}
	return nil
}

// knowledgeExport sends one of the tables, articles beyond those on the page
// too.
func (d *Desk) knowledgeExport(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("knowledge.export"); err != nil {
		return err
	}
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	by := r.URL.Query().Get("by")
	t, ok := useTables[by]
	if !ok {
		return fault.At("by", "record.not_a_choice").With("choices", "month, article, service")
	}
	p, err := s.knowledgeFigures(r)
	if err != nil {
		return err
	}
	return Saved{as, "knowledge-" + by + "-" + s.Today(), p.Title}.Write(w, func(out sheet.Writer) error {
		heads := []string{p.T(t.first)}
		for _, name := range []string{"views", "helpful", "unhelpful", "applied", "deflected", "solved"} {
			heads = append(heads, p.T("knowledge.use."+name))
		}
		if err := out.Header(heads...); err != nil {
			return err
		}
		err := t.rows(p, func(name string, u knowledge.Uses) error {
			return out.Row(sheet.Text(name), sheet.Int(int64(u.Views)), sheet.Int(int64(u.Helpful)), sheet.Int(int64(u.Unhelpful)), sheet.Int(int64(u.Applied)), sheet.Int(int64(u.Deflected)), sheet.Int(int64(u.Solved())))
		})
		if err != nil {
			return err
		}
		return out.Close()
	})
}
