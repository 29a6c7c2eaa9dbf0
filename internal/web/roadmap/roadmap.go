// Package roadmap is the pages of improvement programmes: where the centre
// stands, where it shall come to, what comes first and why, the steps of each
// phase, and whether they have arrived.
package roadmap

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where programmes are kept.
const Path = "/roadmap"

// Pages are the pages of programmes. App gives them the room.
type Pages struct {
	Programmes *programme.Room
	Staff      func(context.Context) ([]people.Person, error) // who can own a step
	Carry      Carriable
}

// formLimit is enough for a form with all figures of a baseline.
const formLimit = 1 << 18

// Room is these pages as the house mounts them.
func (d *Pages) Room() web.Room {
	const read, work, edit = programme.DeedRead, programme.DeedWork, programme.DeedEdit
	staff := func(at, policy string, h func(*sight, http.ResponseWriter, *http.Request) error) web.Page {
		return web.ForStaff(at, policy, d.page(h))
	}
	one := Path + "/{id}"
	return web.Room{
		Name: "roadmap", Beside: d.beside,
		Pages: []web.Page{
			staff("GET "+Path, read, (*sight).list),
			staff("GET "+Path+"/new", edit, (*sight).charterForm),
			staff("POST "+Path+"/new", edit, (*sight).charter),
			staff("GET "+Path+"/weights", read, (*sight).weights),
			staff("POST "+Path+"/weights", edit, (*sight).weigh),
			staff("GET "+one, read, (*sight).overview),
			staff("GET "+one+"/charter", edit, (*sight).charterForm),
			staff("POST "+one+"/charter", edit, (*sight).charter),
			staff("GET "+one+"/baseline", read, (*sight).baseline),
			staff("POST "+one+"/baseline", edit, (*sight).freeze).Takes(formLimit, web.BodyTime),
			staff("GET "+one+"/targets", read, (*sight).targets),
			staff("POST "+one+"/targets", edit, (*sight).aim),
			staff("GET "+one+"/priorities", read, (*sight).priorities),
			staff("GET "+one+"/phases", read, (*sight).phases),
			staff("POST "+one+"/phases", edit, (*sight).lay),
			staff("POST "+one+"/steps", edit, (*sight).add),
			staff("POST "+one+"/steps/{step}/drop", edit, (*sight).drop),
			staff("GET "+one+"/board", read, (*sight).board),
			staff("GET "+one+"/scenarios", read, (*sight).scenarios),
			staff("POST "+one+"/reweigh", edit, (*sight).reweigh),
			staff("GET "+one+"/export", read, (*sight).export),
			staff("GET "+one+"/print", read, (*sight).print),
			staff("POST "+one+"/approve", programme.DeedApprove, (*sight).approve),
			staff("POST "+one+"/end", edit, (*sight).end),
			staff("GET "+one+"/steps/{step}", read, (*sight).step),
			staff("POST "+one+"/steps/{step}/arrange", edit, (*sight).arrange),
			staff("POST "+one+"/steps/{step}/move", work, (*sight).move),
			staff("POST "+one+"/steps/{step}/tasks", work, (*sight).tick),
			staff("GET "+one+"/steps/{step}/change", edit, (*sight).carryForm),
			staff("POST "+one+"/steps/{step}/change", edit, (*sight).carry).Takes(formLimit, web.BodyTime),
			staff("POST "+one+"/steps/{step}/change/answer", "setting.edit routing.edit template.edit", (*sight).carryAnswer),
			staff("POST "+one+"/steps/{step}/change/recall", "roadmap.edit setting.edit routing.edit template.edit", (*sight).carryRecall),
			staff("GET "+one+"/outcome", read, (*sight).outcome),
			staff("POST "+one+"/outcome", edit, (*sight).check),
			staff("POST "+one+"/measure", edit, (*sight).measure),
		},
	}
}

// sight is one request.
type sight struct {
	*web.Sight
	pages *Pages
	room  *programme.Room
	ctx   context.Context // a sight lives as long as its request
}

func (d *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		s.Lists()
		s.Needs("improve")
		return h(&sight{Sight: s, pages: d, room: d.Programmes, ctx: r.Context()}, w, r)
	}
}

func (d *Pages) beside(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(programme.DeedRead) {
		return nil
	}
	return []part.Link{{Label: f.T("roadmap.title"), Href: Path, Icon: "route"}}
}

func href(id int64, more string) string { return Path + "/" + strconv.FormatInt(id, 10) + more }

func (s *sight) lang() string { return s.Lang().HTML() }

func (s *sight) process(p maturity.Process) string {
	return maturity.Current().Part(p).Name.In(s.lang())
}

// level is a level with its name: "2.5 internal integration".
func (s *sight) level(l maturity.Level) string {
	name := s.T("maturity.level." + strconv.Itoa(int(l)))
	if l == maturity.None {
		return name
	}
	return l.String() + " " + name
}

func (s *sight) name(t people.Text) string { return t.In(s.lang()) }

// ready is a readiness in hundredths.
func (s *sight) ready(x float64) string { return s.Percent(x, 0) }

// figure is a figure of the computation.
func (s *sight) figure(x float64) string { return s.Decimal(x, 3) }

// money is a sum without a currency, for the centre has one.
func (s *sight) money(x float64) string { return s.Number(int(math.Round(x))) }

// action is what a step is in words.
func (s *sight) action(k roadmap.Kind, p maturity.Process, to maturity.Level) string {
	if k == roadmap.Person {
		return s.T("roadmap.page.people_of", "process", s.process(p), "level", to.String())
	}
	return s.T("roadmap.step", "process", s.process(p), "level", to.String())
}

func (s *sight) state(st roadmap.State) (tone part.Tone, icon, word string) {
	word = s.T("roadmap.state." + string(st))
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

func (s *sight) theme(st *programme.Step) string {
	if st.Kind == roadmap.Person {
		return s.T("roadmap.theme.people")
	}
	return s.T("roadmap.theme." + string(st.Theme))
}

func (s *sight) programmeState(p *programme.Programme) (tone part.Tone, icon, word string) {
	word = s.T("roadmap.programme." + string(p.State))
	switch p.State {
	case programme.Approved:
		return part.Jade, "player-play", word
	case programme.Closed:
		return part.Slate, "lock", word
	case programme.Cancelled:
		return part.Plain, "circle-x", word
	case programme.Draft:
	}
	return part.Amber, "edit", word
}

// framed is a programme on one of its pages.
type framed struct {
	*sight
	*programme.View
	Tab  string
	Form *web.Form
}

func (s *sight) look(r *http.Request, tab string) (*framed, error) {
	v, err := s.room.Look(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	f := &framed{sight: s, View: v, Tab: tab}
	s.Title = s.name(v.Name)
	if tab != "" {
		s.Title = s.T("roadmap.tab."+tab) + " · " + s.Title
	}
	return f, nil
}

var tabs = []string{"", "baseline", "targets", "priorities", "phases", "board", "scenarios", "outcome"}

func (p *framed) links() []part.Link {
	var out []part.Link
	for _, t := range tabs {
		at, word := href(p.ID, ""), "overview"
		if t != "" {
			at, word = href(p.ID, "/"+t), t
		}
		out = append(out, part.Link{Label: p.T("roadmap.tab." + word), Href: at, Active: t == p.Tab})
	}
	return out
}

// edits reports whether the reader may plan it now.
func (p *framed) edits() bool { return p.State == programme.Draft && p.By.Can(programme.DeedEdit) }

func version(n int64) string { return strconv.FormatInt(n, 10) }

// sent is the form if it has a field of that name, so that one form of a page does
// not show what was typed into another.
func sent(f *web.Form, name string) *web.Form {
	if f == nil || !f.Values.Has(name) {
		return nil
	}
	return f
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// stepName is a step by the code of its process and its level.
func (s *sight) stepName(of []string) string {
	level, err := strconv.ParseFloat(of[1], 64)
	to, known := maturity.LevelOf(level)
	if err != nil || !known {
		return strings.Join(of, " ")
	}
	return s.action(roadmap.Step, maturity.Process(of[0]), to)
}

// reason is why something was decided: what somebody wrote, or what the duty found.
func (s *sight) reason(d programme.Decision) string {
	if d.By != 0 {
		return d.Why
	}
	if state := roadmap.State(d.Why); state == roadmap.Rejected || state == roadmap.Regressed {
		return s.T("roadmap.decision." + d.Why)
	}
	if s.Has(d.Why) { // a fault, by its key
		return s.T(d.Why)
	}
	return d.Why
}

// decision is a decision in words.
func (s *sight) decision(what string) string {
	for _, known := range []string{"baseline", "approve", "agree", "close", "cancel", "phase", "planned", "in_work", "claimed", "verified", "rejected", "regressed", "carry_asked", "carry_refused", "carry_agreed", "carry_recalled", "carry_lapsed", "carry_applied", "carry_failed", "carry_undone"} {
		if what == known {
			return s.T("roadmap.decision." + known)
		}
	}
	kind, rest, _ := strings.Cut(what, " ")
	of := strings.Fields(rest)
	switch {
	case kind == "move" && len(of) == 4:
		return s.T("roadmap.decision.move", "what", s.stepName(of), "was", of[2], "now", of[3])
	case (kind == "add" || kind == "drop") && len(of) == 2:
		return s.T("roadmap.decision."+kind, "what", s.stepName(of))
	}
	return s.T("roadmap.decision.target", "what", rest)
}
