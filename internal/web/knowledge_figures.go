package web

import (
	"net/http"
	"slices"
	"strconv"

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

func (d *Desk) knowledgeFigures(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &knowledgeFiguresPage{sight: s, Months: 12}
	if n, err := strconv.Atoi(r.URL.Query().Get("months")); err == nil && slices.Contains(spans, n) {
		p.Months = n
	}
	var err error
	if p.Figures, err = d.Lessons.Articles.Figures(r.Context(), s.By, p.Months); err != nil {
		return err
	}
	p.Title = s.T("knowledge.figures")
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
