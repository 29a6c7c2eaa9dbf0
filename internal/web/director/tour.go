package director

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap"
	report "kilter/internal/report/director"
	"kilter/internal/web"
)

// TourPath is the tour of the demo city.
const TourPath = "/tour"

// stop is a place of the tour: what is told there, and the pages to look at.
type stop struct {
	Name  string // of its words
	Args  []any
	Pages []place
}

type place struct{ Name, Href string }

// tourPage walks through the loop of the demo city: what users said, how far the
// processes were, who is ready, what came first and why, whether it arrived, what
// users say now, and what keeps it going.
type tourPage struct {
	*page
	Stops []stop
}

// tour is there only where the demo city is.
func (d *Pages) tour(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
	if d.Demo == nil || !d.Demo() {
		return fault.New(fault.Missing, "trouble.missing")
	}
	found, err := d.Read(r.Context(), s.By)
	if err != nil {
		return err
	}
	p := &tourPage{page: &page{Sight: s, Page: found}}
	p.Stops = p.stops()
	s.Title = s.T("director.tour")
	s.Needs("director")
	return web.Show(w, r, http.StatusOK, tourView(p))
}

func (p *tourPage) at(name, href string) place {
	return place{p.T("director.tour.page." + name), href}
}

// stops are those that the reader may see something at.
func (p *tourPage) stops() (out []stop) {
	waves := p.Satisfaction.Waves
	report0 := func(i int, part string) string {
		return "/surveys/" + strconv.FormatInt(waves[i].ID, 10) + "/report" + part
	}
	if len(waves) > 0 {
		out = append(out, stop{"wave", []any{"name", p.name(waves[0].Name), "score", p.Decimal(waves[0].Score, 2)}, []place{p.at("report", report0(0, "")), p.at("drivers", report0(0, "/drivers"))}})
	}
	if m := &p.Maturity; m.Lack == report.Given {
		one := "/maturity/" + strconv.FormatInt(m.Assessment, 10)
		out = append(out, stop{"assessment", []any{"name", p.name(m.Name), "n", p.Number(m.Of - m.Below), "of", p.Number(m.Of)}, []place{p.at("maturity", "/maturity"), p.at("assessment", one), p.at("evidence", "/evidence")}})
	}
	if p.Readiness.Lack == report.Given {
		out = append(out, stop{"readiness", []any{"mean", p.Percent(p.Readiness.Mean, 0), "least", p.process(p.Readiness.Least)}, []place{p.at("readiness", "/readiness"), p.at("least", "/readiness/"+string(p.Readiness.Least))}})
	}
	if p.Roadmap.One != nil {
		out = append(out, p.onRoadmap()...)
	}
	if n := len(waves); n > 1 {
		pages := []place{p.at("report", report0(n-1, "")), p.at("change", report0(n-1, "/change"))}
		if p.Roadmap.One != nil {
			pages = append(pages, p.at("outcome", p.roadmapHref("/outcome")))
		}
		out = append(out, stop{"outcome", []any{"name", p.name(waves[n-1].Name), "score", p.Decimal(waves[n-1].Score, 2), "before", p.Decimal(waves[0].Score, 2)}, pages})
	}
	var pages []place
	for _, one := range []struct{ grant, name, href string }{{review.DeedRead, "reviews", "/reviews"}, {"risk.read", "risks", "/risks/top"}} {
		if p.By.Can(one.grant) {
			pages = append(pages, p.at(one.name, one.href))
		}
	}
	if len(pages) > 0 {
		out = append(out, stop{"review", nil, pages})
	}
	return append(out, stop{"director", nil, []place{p.at("director", Path)}})
}

// onRoadmap is what the programme shows: why something is first, a step that
// arrived, and one that fell back.
func (p *tourPage) onRoadmap() []stop {
	g := p.Roadmap.Progress
	out := []stop{
		{"roadmap", []any{"name", p.name(p.Roadmap.One.Name), "n", p.Number(g.Steps), "phases", p.Number(p.Roadmap.Phases)}, []place{p.at("priorities", p.roadmapHref("/priorities")), p.at("phases", p.roadmapHref("/phases")), p.at("board", p.roadmapHref("/board"))}},
	}
	var pages []place
	for _, want := range []struct {
		state roadmap.State
		name  string
	}{{roadmap.Verified, "verified"}, {roadmap.Regressed, "fallen"}} {
		for i := range p.Roadmap.Steps {
			if one := &p.Roadmap.Steps[i]; one.State == want.state && one.Kind == roadmap.Step {
				pages = append(pages, p.at(want.name, p.roadmapHref("/steps/"+strconv.FormatInt(one.ID, 10))))
				break
			}
		}
	}
	if len(pages) > 0 {
		out = append(out, stop{"step", []any{"n", p.Number(g.Verified), "fell", p.Number(g.Regressed)}, pages})
	}
	return out
}
