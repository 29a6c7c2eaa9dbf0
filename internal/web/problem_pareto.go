package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// Where it is shown what incidents were about, and what becomes more.
const (
	paretoPath = "/problems/pareto"
	trendsPath = "/problems/trends"
)

func (d *Desk) paretoRoutes(mux Mux) {
	for pattern, h := range map[string]staffHandler{
		"GET " + paretoPath:             d.pareto,
		"GET " + trendsPath:             d.trends,
		"GET " + paretoPath + "/export": d.paretoExport,
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(record.Problem, h)))
	}
}

// paretoPage is a ranking; Trends when it is about what becomes more.
type paretoPage struct {
	*sight
	problem.Ranking
	Weeks  int
	Trends bool
	Rows   []paretoRow
}

// paretoRow is a thing with its name and the list of its incidents.
type paretoRow struct {
	problem.Ranked
	Name, Href string
}

// firstBars is how many things the picture shows.
const firstBars = 15

func (s *sight) ranking(r *http.Request) (*paretoPage, error) {
	p := &paretoPage{sight: s, Weeks: 26}
	of := problem.ByCause
	if v := r.URL.Query().Get("by"); v != "" {
		of = problem.Dimension(v)
	}
	if v := r.URL.Query().Get("weeks"); v != "" {
		p.Weeks = int(idOf(v))
	}
	var err error
	p.Ranking, err = s.desk.Problems.Rank(s.ctx, s.By, of, p.Weeks, r.URL.Query().Get("level") == mainGroups)
	return p, err
}

func (p *paretoPage) fill(ranks []problem.Ranked) error {
	codes, names := map[int64]string{}, map[int64]string{}
	if p.Of == problem.ByItem && p.desk.Items != nil {
		ids := make([]record.ItemID, len(ranks))
		for i, k := range ranks {
			ids[i] = record.ItemID(k.ID)
		}
		items, err := p.desk.Items.Find(p.ctx, p.scope(), ids...)
		if err != nil {
			return err
		}
		for _, i := range items {
			codes[int64(i.ID)], names[int64(i.ID)] = i.Code, i.Code+" "+i.Name.In(string(p.Lang()))
		}
	}
	for _, k := range ranks {
		if p.Of != problem.ByItem {
			names[k.ID] = p.Thing(k.ID)
			if t := p.All.Any(k.ID); t != nil {
				codes[k.ID] = t.Code
			}
		}
		row := paretoRow{Ranked: k, Name: names[k.ID]}
		if row.Name == "" {
			row.Name = p.T("problem.pareto.unknown")
		}
		if code := codes[k.ID]; code != "" {
			row.Href = p.listOf(code)
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// listOf is the list of the incidents that a row counts.
func (p *paretoPage) listOf(code string) string {
	q := fmt.Sprintf("%s:%s opened:>=%s opened:<%s -state:cancelled", p.Of, code, p.From.Monday().Format(time.DateOnly), (p.To + 1).Monday().Format(time.DateOnly))
	return "/incidents?" + url.Values{"view": {"all"}, "q": {q}}.Encode()
}

func (d *Desk) pareto(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.ranking(r)
	if err != nil {
		return err
	}
	return p.show(w, r, p.Ranks)
}

func (d *Desk) trends(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.ranking(r)
	if err != nil {
		return err
	}
	p.Trends = true
	return p.show(w, r, p.Risers())
}

func (p *paretoPage) show(w http.ResponseWriter, r *http.Request, ranks []problem.Ranked) error {
	if err := p.fill(ranks); err != nil {
		return err
	}
	p.Title = p.T("problem.pareto")
	open := "pareto"
	if p.Trends {
		p.Title, open = p.T("problem.trends"), "trends"
	}
	p.Needs("charts")
	p.frameViews(listPlace{View: open})
	return Show(w, r, http.StatusOK, paretoView(p))
}

func (p *paretoPage) path() string {
	if p.Trends {
		return trendsPath
	}
	return paretoPath
}

// mainGroups asks for the main groups of what is kept as a tree.
const mainGroups = "main"

// place is the address of the page with other choices.
func (p *paretoPage) place(path string, of problem.Dimension, weeks int, folded bool) string {
	q := url.Values{"by": {string(of)}, "weeks": {strconv.Itoa(weeks)}}
	if folded && of.Tree() {
		q.Set("level", mainGroups)
	}
	return path + "?" + q.Encode()
}

// levels are the ways to look at a tree: every single thing, or main groups.
func (p *paretoPage) levels() (out []part.Link) {
	if !p.Of.Tree() {
		return nil
	}
	for _, folded := range []bool{false, true} {
		word := map[bool]string{false: "problem.pareto.each", true: "problem.pareto.main"}[folded]
		out = append(out, part.Link{Label: p.T(word), Href: p.place(p.path(), p.Of, p.Weeks, folded), Active: folded == p.Folded})
	}
	return out
}

func (p *paretoPage) tabs() []part.Link {
	var out []part.Link
	for _, of := range problem.Dimensions {
		out = append(out, part.Link{Label: p.T("problem.dimension." + string(of)), Href: p.place(p.path(), of, p.Weeks, p.Folded), Active: of == p.Of})
	}
	return out
}

func (p *paretoPage) spans() []part.Link {
	var out []part.Link
	for _, n := range problem.Spans {
		out = append(out, part.Link{Label: p.N("problem.pareto.weeks", n), Href: p.place(p.path(), p.Of, n, p.Folded), Active: n == p.Weeks})
	}
	return out
}

// answer says in words what the page shows.
func (p *paretoPage) answer() string {
	if p.Trends {
		n := 0
		for i := range p.Ranks {
			if p.Ranks[i].Significant() {
				n++
			}
		}
		if n == 0 {
			return p.T("problem.trends.no_rise")
		}
		return p.N("problem.trends.says", n)
	}
	vital := 0
	for _, k := range p.Ranks {
		vital++
		if k.Sum >= 0.8 {
			return p.N("problem.pareto.says", vital, "share", p.Percent(k.Sum, 0), "total", p.Number(p.Total))
		}
	}
	return p.T("problem.pareto.total", "total", p.Number(p.Total))
}

// period is which weeks are counted.
func (p *paretoPage) period() string {
	return p.T("problem.pareto.period", "from", p.KeptDay(p.From.Monday()), "to", p.KeptDay((p.To+1).Monday().AddDate(0, 0, -1)))
}

// chart is the picture of the greatest, with the share that they have together.
func (p *paretoPage) chart() part.Chart {
	c := part.Chart{Title: p.T("problem.pareto.chart", "of", strings.ToLower(p.T("problem.dimension."+string(p.Of)))), Kind: part.Pareto, Axis: p.T("problem.dimension." + string(p.Of))}
	n, sum := part.Series{Name: p.T("problem.pareto.n"), Tone: part.Slate}, part.Series{Name: p.T("problem.pareto.percent"), Tone: part.Amber, Digits: 1}
	for _, row := range p.Rows[:min(len(p.Rows), firstBars)] {
		c.Groups = append(c.Groups, row.Name)
		n.Values = append(n.Values, float64(row.N))
		sum.Values = append(sum.Values, math.Round(row.Sum*1000)/10)
	}
	c.Series = []part.Series{n, sum}
	return c
}

// trendWord says what the weekly counts of a row say.
func (p *paretoPage) trendWord(k *problem.Ranked) string {
	switch {
	case k.P == 1 && k.Slope == 0:
		return p.T("problem.trends.none")
	case k.Significant():
		return p.T("problem.trends.rises")
	case 1-k.P <= 0.05:
		return p.T("problem.trends.falls")
	}
	return p.T("problem.trends.steady")
}

// paretoExport sends the ranking as a table.
func (d *Desk) paretoExport(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("problem.export"); err != nil {
		return err
	}
	p, err := s.ranking(r)
	if err != nil {
		return err
	}
	if err := p.fill(p.Ranks); err != nil {
		return err
	}
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	return Saved{as, "pareto-" + string(p.Of) + "-" + s.Today(), s.T("problem.pareto")}.Write(w, p.write)
}

func (p *paretoPage) write(out sheet.Writer) error {
	heads := []string{p.T("problem.dimension." + string(p.Of)), p.T("problem.pareto.n"), p.T("problem.pareto.share"), p.T("problem.pareto.sum"), p.T("problem.trends.slope"), "p", "q"}
	if len(p.Rows) > 0 {
		for i := range p.Rows[0].Weeks {
			heads = append(heads, p.Rows[0].First.AddDate(0, 0, 7*i).Format(time.DateOnly))
		}
	}
	if err := out.Header(heads...); err != nil {
		return err
	}
	for _, k := range p.Rows {
		row := []sheet.Cell{sheet.Text(k.Name), sheet.Int(int64(k.N)), sheet.Number(k.Share), sheet.Number(k.Sum), sheet.Number(k.Slope), sheet.Number(k.P), sheet.Number(k.Q)}
		for _, n := range k.Weeks {
			row = append(row, sheet.Int(int64(n)))
		}
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.Close()
}
