// Package handbook is the pages of the process handbook: the chapters, each
// with its life cycles drawn and told in a table, the file of a drawing for
// other programs, and the whole as one document to print.
package handbook

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where the handbook is.
const Path = "/handbook"

// Pages are the pages of the handbook. App gives them the room.
type Pages struct {
	Chapters *handbook.Room
	Figures  *handbook.Figures
	// Carries are the steps of roadmaps that carry a change to settings of a process.
	Carries func(ctx context.Context, by people.Actor, process string) ([]programme.Step, error)
}

// textLimit is enough for a form with all texts of a chapter in two languages.
const textLimit = 1 << 19

// Room is these pages as the house mounts them.
func (d *Pages) Room() web.Room {
	const read, edit = handbook.DeedRead, handbook.DeedEdit
	staff := func(at, policy string, h func(*sight, http.ResponseWriter, *http.Request) error) web.Page {
		return web.ForStaff(at, policy, func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
			s.Lists()
			s.Needs("improve")
			return h(d.sight(s, r), w, r)
		})
	}
	one := Path + "/{code}"
	return web.Room{
		Name: "handbook", Beside: beside, Day: d.day,
		Pages: []web.Page{
			staff("GET "+Path, read, (*sight).list),
			staff("GET "+Path+"/print", read, (*sight).print),
			staff("GET "+one, read, (*sight).chapter),
			staff("GET "+one+"/bpmn/{name}", read, (*sight).file),
			staff("GET "+one+"/edit", edit, (*sight).editForm),
			staff("POST "+one+"/edit", edit, (*sight).edit).Takes(textLimit, web.BodyTime),
			staff("POST "+one+"/ask", edit, (*sight).ask),
			staff("POST "+one+"/withdraw", edit, (*sight).withdraw),
			staff("POST "+one+"/drop", edit, (*sight).drop),
			staff("POST "+one+"/vote", handbook.DeedApprove, (*sight).vote),
			staff("GET "+one+"/editions", read, (*sight).editions),
			staff("GET "+one+"/compare", read, (*sight).compare),
			staff("GET "+one+"/drift", read, (*sight).drift),
			staff("GET "+one+"/figures/{figure}", read, (*sight).behind),
			staff("GET "+one+"/cases", read, (*sight).cases),
		},
	}
}

func beside(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(handbook.DeedRead) {
		return nil
	}
	return []part.Link{{Label: f.T("handbook.title"), Href: Path, Icon: "book"}}
}

// sight is one request.
type sight struct {
	*web.Sight
	pages *Pages
	room  *handbook.Room
	book  *handbook.Book
	ctx   context.Context // a sight lives as long as its request
}

func (d *Pages) sight(s *web.Sight, r *http.Request) *sight {
	return &sight{s, d, d.Chapters, d.Chapters.Book, r.Context()}
}

func (s *sight) lang() string                   { return s.Lang().HTML() }
func (s *sight) text(t people.Text) string      { return t.In(s.lang()) }
func (s *sight) name(p maturity.Process) string { return s.text(maturity.Current().Part(p).Name) }

func (s *sight) names(all []maturity.Process) string {
	var out []string
	for _, p := range all {
		out = append(out, s.name(p))
	}
	return s.List(out)
}

func (s *sight) roles(codes []string) string {
	var out []string
	for _, code := range codes {
		out = append(out, s.text(handbook.Role(code)))
	}
	return s.List(out)
}

type listPage struct {
	*sight
	All []handbook.View
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error {
	all, err := s.room.Chapters(s.ctx, s.By)
	if err != nil {
		return err
	}
	s.Title = s.T("handbook.title")
	return web.Show(w, r, http.StatusOK, listView(&listPage{s, all}))
}

// answer is how many processes run here.
func (p *listPage) answer() string {
	n := 0
	for i := range p.All {
		if p.All[i].RunsHere() {
			n++
		}
	}
	return p.T("handbook.says", "n", n, "all", len(p.All))
}

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	all, err := s.room.Chapters(s.ctx, s.By)
	if err != nil {
		return err
	}
	p := &printPage{listPage: listPage{s, all}}
	if p.Values, err = s.pages.Figures.Read(s.ctx, s.By); err != nil {
		return err
	}
	s.Title = s.T("handbook.title")
	return web.Show(w, r, http.StatusOK, printView(p))
}

// printPage is the handbook as one document.
type printPage struct {
	listPage
	Values *handbook.Values
}

// file is a life cycle for other programs.
func (s *sight) file(w http.ResponseWriter, r *http.Request) error {
	c, err := s.book.Find(s.By, r.PathValue("code"))
	if err != nil {
		return err
	}
	one, err := c.Cycle(strings.TrimSuffix(r.PathValue("name"), ".bpmn"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+one.Name+`.bpmn"`)
	_, err = w.Write(s.cycle(one).Words.BPMN())
	return err
}

func href(code maturity.Process) string { return Path + "/" + url.PathEscape(string(code)) }

func fileHref(code maturity.Process, name string) string {
	return href(code) + "/bpmn/" + name + ".bpmn"
}

// cycle is a life cycle in the reader's words.
type cycle struct {
	*sight
	Words handbook.Words
	Own   *handbook.Cycle
}

func (s *sight) cycle(c *handbook.Cycle) *cycle {
	return &cycle{s, handbook.Words{Printer: s.Printer, Cycle: c}, c}
}

// zooms are the buttons of the viewer.
func (c *cycle) zooms() []part.Button {
	var out []part.Button
	for _, b := range [][2]string{{"closer", "plus"}, {"farther", "minus"}, {"fit", "focus-centered"}} {
		out = append(out, part.Button{Label: c.T("handbook.flow." + b[0]), Icon: b[1], Look: part.Quiet, Small: true, Bare: b[0] != "fit", Type: "button", Attrs: templ.Attributes{"data-flow-do": b[0]}})
	}
	return out
}

func (c *cycle) runs() bool { return c.Own.Words != "" }

// clocks is what the clocks do in a state.
func (c *cycle) clocks(s handbook.State) string {
	switch s.Pace {
	case flow.Wait:
		return c.T("handbook.pace.wait")
	case flow.Work:
		return c.T("handbook.pace.work")
	case flow.Pause:
		return c.T("handbook.pace.pause")
	case flow.Stop:
		return c.T("handbook.pace.stop")
	}
	return ""
}

func (c *cycle) states(codes []string) string {
	var out []string
	for _, code := range codes {
		out = append(out, c.Words.State(code))
	}
	return c.List(out)
}

func (c *cycle) to(m *handbook.Move) string {
	if m.To == "" {
		return c.T("handbook.stays")
	}
	return c.Words.State(m.To)
}

// who may make a move, in words.
func (c *cycle) who(m *handbook.Move) string {
	if m.Sys {
		return c.text(handbook.Role("sys"))
	}
	var out []string
	for _, t := range c.book.May(m) {
		out = append(out, c.text(t))
	}
	if len(out) == 0 {
		return c.T("handbook.nobody")
	}
	return c.List(out)
}

// must are the compulsory fields of a move.
func (c *cycle) must(m *handbook.Move) string {
	var out []string
	for _, f := range m.Must {
		out = append(out, c.Words.Field(f))
	}
	if m.Says {
		out = append(out, c.T("handbook.a_text"))
	}
	return c.List(out)
}

// further are the conditions of a move besides its fields.
func (c *cycle) further(m *handbook.Move) []string {
	out := c.Words.Conditions(m)
	if m.Unsettled {
		out = append(out, c.T("handbook.depends"))
	}
	return out
}

// paperWidth is how wide a part of a drawing is at most on paper, so that its
// words stay legible.
const paperWidth = 1000

// paperScale is the size of a drawing on paper, in hundredths.
const paperScale = 70

func num(n int) string { return strconv.Itoa(n) }

// points of an arrow, as a drawing takes them.
func points(l handbook.Line) string {
	var b strings.Builder
	for _, p := range l.Points {
		b.WriteString(num(p.X) + "," + num(p.Y) + " ")
	}
	return strings.TrimSpace(b.String())
}

// head is the point of an arrow. Its last piece is level.
func head(l handbook.Line) string {
	end, before := l.Points[len(l.Points)-1], l.Points[len(l.Points)-2]
	back := 8
	if before.X > end.X {
		back = -8
	}
	return num(end.X) + "," + num(end.Y) + " " + num(end.X-back) + "," + num(end.Y-4) + " " + num(end.X-back) + "," + num(end.Y+4)
}

// written is the label of a box in lines that fit.
func written(b handbook.Box) []string {
	const most = 20
	if len(b.Label) <= most {
		return []string{b.Label}
	}
	lines := []string{""}
	for _, word := range strings.Fields(b.Label) {
		last := len(lines) - 1
		switch {
		case lines[last] == "":
			lines[last] = word
		case len(lines[last])+1+len(word) <= most:
			lines[last] += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// height is where a line of a label stands.
func height(b handbook.Box, i, n int) string {
	return num(b.Y + b.Height/2 + 5 - (n-1)*8 + i*16)
}
