// Package risk is the risk register as a management review looks at it: the ten
// open risks of the highest exposure, and how many there are by probability and
// impact.
package risk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Pages are these pages. App gives them the desk.
type Pages struct{ Desk *risk.Desk }

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	return web.Room{Name: "risk", Pages: []web.Page{web.ForStaff("GET /risks/top", "risk.read", p.top)}}
}

// topPage is the page of the top ten.
type topPage struct {
	*web.Sight
	risk.Ranking
	cells map[[2]int]int
}

func (p *Pages) top(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
	found, err := p.Desk.Rank(r.Context(), s.By)
	if err != nil {
		return err
	}
	page := &topPage{Sight: s, Ranking: found, cells: map[[2]int]int{}}
	for _, c := range found.Matrix {
		page.cells[[2]int{c.Probability, c.Impact}] = c.N
	}
	page.Title = s.T("risk.top")
	page.Views = []web.Group{
		{Title: s.T("desk.risks"), Views: []part.Link{{Label: s.T("desk.risk.view.open"), Href: listOf("open:true"), Icon: "list"}}},
		{Title: s.T("risk.pages"), Views: []part.Link{{Label: s.T("risk.top"), Href: "/risks/top", Icon: "chart-bar", Active: true}}},
	}
	return web.Show(w, r, http.StatusOK, topView(page))
}

// all is how many risks are counted.
func (p *topPage) all() (n int) {
	for _, c := range p.Matrix {
		n += c.N
	}
	return n
}

// expected is the loss to be expected of the top ten, as far as they are in figures.
func (p *topPage) expected() (sum int) {
	for _, r := range p.Top {
		sum += r.Expected
	}
	return sum
}

// figures is how many of them are.
func (p *topPage) figures() (n int) {
	for _, r := range p.Top {
		if r.Expected > 0 {
			n++
		}
	}
	return n
}

// level is the word of an exposure, and its look.
func level(exposure int) (word string, look part.Tone) {
	switch {
	case exposure >= risk.High:
		return "high", part.Vermilion
	case exposure >= risk.Medium:
		return "medium", part.Amber
	}
	return "low", part.Jade
}

// cellHref leads to the risks of one cell.
func cellHref(probability, impact int) string {
	return listOf(fmt.Sprintf("open:true probability:%d impact:%d", probability, impact))
}

func listOf(query string) string { return record.Risk.Path() + "?q=" + url.QueryEscape(query) }

func href(r *risk.Risk) string { return record.Risk.Path() + "/" + r.Ref() }

// matrixHead are the columns of the matrix: a corner, then the impacts.
func matrixHead(p *topPage) []part.Column {
	out := []part.Column{{Label: p.T("risk.matrix_corner")}}
	for impact := 1; impact <= risk.MostLevel; impact++ {
		out = append(out, part.Column{Label: decimal(impact), Number: true})
	}
	return out
}

func decimal(n int) string { return strconv.Itoa(n) }
