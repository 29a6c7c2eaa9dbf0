package handbook

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// gradeFigures is where the figure of grades is told, and its cases are not.
const gradeFigures = "/grades/figures"

// behindPage is the cases behind a figure.
type behindPage struct {
	chapterPage
	Formula handbook.Formula
	Counts  bool
	Rows    []handbook.Behind
}

// figureHref is the page where the cases behind a figure are; "" where none is.
func (p *chapterPage) figureHref(code string) string {
	key := keyOf(p.Code, code)
	if _, ok := handbook.BehindKind(key); ok {
		return href(p.Code) + "/figures/" + code
	}
	if key == handbook.Grades && p.By.Can(record.SeesGrades) {
		return gradeFigures
	}
	return ""
}

func (s *sight) behind(w http.ResponseWriter, r *http.Request) error {
	v, err := s.room.Find(s.ctx, s.By, r.PathValue("code"))
	if err != nil {
		return err
	}
	p := &behindPage{chapterPage: chapterPage{sight: s, View: *v}, Counts: r.FormValue("counts") != "no"}
	for _, f := range v.Figures {
		if f.Code == r.PathValue("figure") {
			p.Formula = f
		}
	}
	if p.Formula.Code == "" {
		return fault.New(fault.Missing, "trouble.missing")
	}
	after, err := strconv.ParseInt(r.FormValue("after"), 10, 64)
	if err != nil {
		after = 0
	}
	p.Values, p.Rows, err = s.pages.Figures.Behind(s.ctx, s.By, p.key(), handbook.Slice{Counts: p.Counts, After: after, Limit: mostCases})
	if err != nil {
		return err
	}
	s.Title = s.text(p.Formula.Name)
	return web.Show(w, r, http.StatusOK, behindView(p))
}

func (p *behindPage) key() string { return keyOf(p.Code, p.Formula.Code) }

func (p *behindPage) gauge() handbook.Gauge { return handbook.GaugeOf(p.key()) }

// says is the figure and how it is computed.
func (p *behindPage) says() string {
	word, note := p.value(p.key(), p.Values.Values[p.key()])
	if word == "" {
		word = note
	} else if note != "" {
		word += " (" + note + ")"
	}
	return p.T("handbook.behind_says", "value", word, "formula", p.text(p.Formula.Formula))
}

func (p *behindPage) address(counts bool, after int64) string {
	out := p.figureHref(p.Formula.Code) + "?counts=" + map[bool]string{true: "yes", false: "no"}[counts]
	if after != 0 {
		out += "&after=" + strconv.FormatInt(after, 10)
	}
	return out
}

func (p *behindPage) tabs() []part.Link {
	return []part.Link{
		{Label: p.T("handbook.behind_counting"), Href: p.address(true, 0), Active: p.Counts},
		{Label: p.T("handbook.behind_not"), Href: p.address(false, 0), Active: !p.Counts},
	}
}

// split reports whether some of the cases count and others do not. Of targets of
// releases some of each can.
func (p *behindPage) split() bool {
	return p.gauge().Shape == handbook.Share && p.key() != handbook.FigureKey(maturity.Release, "verified")
}

func (p *behindPage) columns() []part.Column {
	out := []part.Column{{Label: p.T("handbook.behind_no")}, {Label: p.T("handbook.case"), Title: true}}
	if p.gauge().Valued() {
		out = append(out, part.Column{Label: p.T("handbook.behind_value"), Number: true})
	}
	return out
}

// row is what a case is called, and where it is found.
func (p *behindPage) row(b handbook.Behind) (label, name, at string) {
	switch b.Kind {
	case handbook.Items:
		return b.Code, p.text(b.Name), web.ItemHref(record.ItemID(b.ID))
	case handbook.Service:
		return b.Code, p.text(b.Name), ""
	}
	ref := record.Ref(b.Kind, b.Number)
	return ref, b.Name.En, b.Kind.Path() + "/" + ref
}

// worth is what a case adds to a mean.
func (p *behindPage) worth(b handbook.Behind) string {
	word, _ := p.value(p.key(), handbook.Value{Number: b.Value, N: 1 << 20})
	return word
}
