// Package director is the page that a director reads on Monday, in words and
// figures on one sheet of paper: services and agreements now, what users say,
// processes and people against their targets, how far the improvement is and what
// it costs, and what is to be decided next.
package director

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/survey"
	report "kilter/internal/report/director"
	"kilter/internal/report/satisfaction"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where the page is.
const Path = "/director"

// Pages are this page. App gives it what makes it.
type Pages struct {
	Read func(context.Context, people.Actor) (*report.Page, error)
	Demo func() bool // whether this is the demo city, which has a tour; nil for never
}

// Room is this page as the house mounts it.
func (d *Pages) Room() web.Room {
	return web.Room{Name: "director", Rail: rail, Pages: []web.Page{
		web.ForStaff("GET "+Path, report.Grant, d.show),
		web.ForStaff("GET "+TourPath, report.Grant, d.tour),
	}}
}

func rail(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(report.Grant) {
		return nil
	}
	return []part.Link{{Label: f.T("director.title"), Href: Path, Icon: "building-community"}}
}

// page is the page in front of its reader.
type page struct {
	*web.Sight
	*report.Page
	Tour bool // there is one
}

func (d *Pages) show(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
	found, err := d.Read(r.Context(), s.By)
	if err != nil {
		return err
	}
	s.Title = s.T("director.title")
	s.Needs("director")
	return web.Show(w, r, http.StatusOK, view(&page{Sight: s, Page: found, Tour: d.Demo != nil && d.Demo()}))
}

func (p *page) name(t people.Text) string { return t.In(string(p.Lang())) }

func (p *page) process(code maturity.Process) string {
	return maturity.Current().Part(code).Name.In(p.Lang().HTML())
}

func (p *page) signed(x float64) string {
	out := p.Decimal(x, 2)
	if x > 0 {
		return "+" + out
	}
	return out
}

func (p *page) num(x survey.Figure) string {
	if x == nil {
		return "–"
	}
	return p.Decimal(*x, 2)
}

// says is the whole page in words, a sentence for each part that has figures.
func (p *page) says() []string {
	var out []string
	if s := &p.Service; s.Lack == report.Given {
		key := "director.says.calm"
		switch {
		case s.Majors > 0:
			key = "director.says.major"
		case s.Board.Overdue > 0:
			key = "director.says.late"
		}
		out = append(out, p.T(key, "open", p.Number(s.Board.Open), "late", p.Number(s.Board.Overdue), "major", p.Number(s.Majors)))
	}
	if p.Satisfaction.Lack == report.Given {
		if text := p.saysUsers(); text != "" {
			out = append(out, text)
		}
	}
	if s := &p.Maturity; s.Lack == report.Given && s.Of > 0 {
		out = append(out, p.N("director.says.maturity", s.Of-s.Below, "of", p.Number(s.Of)))
	}
	if s := &p.Roadmap; s.Lack == report.Given && s.Progress.Steps > 0 {
		if s.Progress.Regressed > 0 {
			out = append(out, p.N("director.says.fell", s.Progress.Regressed, "done", p.Number(s.Progress.Verified), "of", p.Number(s.Progress.Steps)))
		} else {
			out = append(out, p.T("director.says.roadmap", "done", p.Number(s.Progress.Verified), "of", p.Number(s.Progress.Steps)))
		}
	}
	return out
}

func (p *page) saysUsers() string {
	r := p.Satisfaction.Report
	score := r.Score()
	if score == nil {
		return ""
	}
	key := "director.says.below"
	switch {
	case !r.Gaps():
		key = "director.says.rated"
	case *score >= 0:
		key = "director.says.above"
	}
	out := p.T(key, "x", p.Decimal(math.Abs(*score), 2), "points", r.Result.Points)
	if c := r.Overall; c != nil {
		out = p.T("director.says.both", "a", out, "b", p.T("director.says.change."+string(c.Verdict)))
	}
	return out
}

// change is what became of the score since the wave before.
func (p *page) change() (tone part.Tone, icon, text string) {
	c := p.Satisfaction.Report.Overall
	if c == nil {
		return "", "", ""
	}
	tone, icon = part.Slate, "minus"
	switch c.Verdict {
	case satisfaction.Better:
		tone, icon = part.Jade, "trending-up"
	case satisfaction.Worse:
		tone, icon = part.Vermilion, "trending-down"
	case satisfaction.Same, satisfaction.Uncertain:
	}
	return tone, icon, p.T("director.since", "x", p.signed(c.Difference), "name", p.name(p.Satisfaction.Report.Before.Name), "verdict", p.T("satisfaction.verdict."+string(c.Verdict)))
}

// mostDrivers is how many dimensions a director can do something about.
const mostDrivers = 3

// drivers are the dimensions that move satisfaction most.
func (p *page) drivers() []satisfaction.Driver {
	all := p.Satisfaction.Report.Drivers
	return all[:min(len(all), mostDrivers)]
}

func (p *page) dimension(code string) string {
	if t, ok := p.Satisfaction.Report.Wave.Dimensions[code]; ok {
		return p.name(t)
	}
	return code
}

// driven is the share of satisfaction that a driver moves; NaN when it is not
// known.
func driven(d satisfaction.Driver) float64 {
	if d.Driver == nil {
		return math.NaN()
	}
	return d.Derived
}

func (p *page) month() report.Month { return p.Service.Months[len(p.Service.Months)-1] }

// before is the month before the running one.
func (p *page) before() (report.Month, bool) {
	if n := len(p.Service.Months); n > 1 {
		return p.Service.Months[n-2], true
	}
	return report.Month{}, false
}

func (p *page) kept(met, missed int) string {
	share, ok := report.Month{Met: met, Missed: missed}.Share()
	if !ok {
		return "–"
	}
	return p.Percent(share, 0)
}

// out is how many incidents went out over the days of the board, and how many
// came in.
func (p *page) flow() (in, out int) {
	for _, d := range p.Service.Board.Days {
		in, out = in+d.Opened, out+d.Out()
	}
	return in, out
}

// ready is how ready the people of a process are; ok is false when nothing is
// recorded.
func (p *page) ready(code maturity.Process) (x float64, ok bool) {
	if p.Readiness.Lack != report.Given {
		return 0, false
	}
	x, ok = p.Readiness.Processes[code]
	return x, ok
}

// stepLook is how a step looks: tone, icon, word.
func (p *page) stepLook(st roadmap.State) (tone part.Tone, icon, word string) {
	word = p.T("roadmap.state." + string(st))
	switch st {
	case roadmap.Verified:
		return part.Jade, "check", word
	case roadmap.Claimed:
		return part.Slate, "flag", word
	case roadmap.InWork:
		return part.Violet, "player-play", word
	case roadmap.Rejected:
		return part.Amber, "arrow-back-up", word
	case roadmap.Regressed:
		return part.Vermilion, "trending-down", word
	case roadmap.Planned:
	}
	return part.Plain, "circle-dashed", word
}

var stepStates = []roadmap.State{roadmap.Verified, roadmap.Claimed, roadmap.InWork, roadmap.Rejected, roadmap.Regressed, roadmap.Planned}

// counted is how many steps are in a state.
func (p *page) counted(st roadmap.State) (n int) {
	for i := range p.Roadmap.Steps {
		if p.Roadmap.Steps[i].State == st {
			n++
		}
	}
	return n
}

// action is what a step is in words.
func (p *page) action(kind roadmap.Kind, code maturity.Process, to maturity.Level) string {
	if kind == roadmap.Person {
		return p.T("roadmap.page.people_of", "process", p.process(code), "level", to.String())
	}
	return p.T("roadmap.step", "process", p.process(code), "level", to.String())
}

func (p *page) roadmapHref(more string) string {
	return "/roadmap/" + strconv.FormatInt(p.Roadmap.One.ID, 10) + more
}

func (p *page) money(x float64) string { return p.Number(int(math.Round(x))) }

// decision is what is to be decided in words, with the way there.
func (p *page) decision(d report.Decision) (text, note, href string) {
	if d.N > 0 {
		return p.name(d.Name), p.N("director.decide."+string(d.What), d.N), p.roadmapHref("/board")
	}
	note = p.T("director.decide." + string(d.What))
	id := strconv.FormatInt(d.ID, 10)
	switch d.What {
	case report.Answer, report.Review:
		return d.Title, d.Ref + " · " + note, d.Kind.Path() + "/" + d.Ref
	case report.Fallen:
		return p.T("roadmap.step", "process", p.process(d.Process), "level", d.Level.String()), note, "/roadmap/" + id + "/steps/" + strconv.FormatInt(d.Step, 10)
	case report.Approve, report.Agree:
		return p.name(d.Name), note, "/roadmap/" + id
	case report.Publish:
		return p.name(d.Name), note, "/surveys/" + id
	case report.Sign:
		return p.name(d.Name), note, "/maturity/" + id
	case report.Meeting, report.Action, report.Condition:
		return p.name(d.Name), note, "/reviews/" + id
	case report.Renew, report.Verify, report.Late:
	}
	return p.name(d.Name), note, "/reports/desk"
}

func (p *page) pressing(d report.Decision) bool {
	return d.What == report.Fallen || d.What != report.Verify && p.Past(d)
}

// The addresses behind the parts, "" for a reader who may not go there.

func (p *page) deskHref() string {
	if p.Service.Lack == report.Given {
		return "/dashboard"
	}
	return ""
}

func (p *page) reportHref() string {
	if r := p.Satisfaction.Report; r != nil {
		return "/surveys/" + strconv.FormatInt(r.ID, 10) + "/report"
	}
	return ""
}

func (p *page) wayHref() string {
	if p.Roadmap.One != nil {
		return p.roadmapHref("")
	}
	return ""
}

func (p *page) risksHref() string {
	if p.Risks.Lack == report.NoRight {
		return ""
	}
	return "/risks/top"
}

// toneOf is the tone of a figure that is good when there is none.
func (p *page) toneOf(bad bool) part.Tone {
	if bad {
		return part.Vermilion
	}
	return ""
}

func (p *page) scoreName() string {
	if p.Satisfaction.Report.Gaps() {
		return p.T("director.score_gap", "points", p.Satisfaction.Report.Result.Points)
	}
	return p.T("director.score_rated", "points", p.Satisfaction.Report.Result.Points)
}

func dotSize(marked bool) string {
	if marked {
		return "3.5"
	}
	return "2"
}

// spoken is the page in words; between Chinese sentences there is no space.
func (p *page) spoken() string {
	gap := ""
	if p.Lang().HTML() == "en" {
		gap = " "
	}
	return strings.Join(p.says(), gap)
}
