// Package readiness is the pages of how ready the people of each process are:
// roles and who holds them, what they can, and the staff pulse; each person reads
// his own.
package readiness

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where readiness is.
const Path = "/readiness"

// Pages are the pages of readiness. App gives them the room.
type Pages struct {
	Readiness *readiness.Room
	Staff     func(context.Context) ([]people.Person, error)
}

// Room is these pages as the house mounts them.
func (d *Pages) Room() web.Room {
	const read, edit = readiness.DeedRead, readiness.DeedEdit
	const formLimit = 1 << 18
	staff := func(at, policy string, h func(*sight, http.ResponseWriter, *http.Request) error) web.Page {
		return web.ForStaff(at, policy, d.page(h))
	}
	return web.Room{
		Name: "readiness", Beside: d.beside,
		Pages: []web.Page{
			staff("GET "+Path, read, (*sight).list),
			staff("GET "+Path+"/export", read, (*sight).export),
			staff("GET "+Path+"/me", web.Staff, (*sight).me),
			staff("POST "+Path+"/pulse", web.Staff, (*sight).answer),
			staff("POST "+Path+"/pulses", edit, (*sight).hold),
			staff("POST "+Path+"/pulses/{id}/close", edit, (*sight).closePulse),
			staff("GET "+Path+"/people", edit, (*sight).persons),
			staff("GET "+Path+"/people/{person}", edit, (*sight).person),
			staff("POST "+Path+"/people/{person}", edit, (*sight).keepPerson),
			staff("GET "+Path+"/{process}", read, (*sight).show),
			staff("POST "+Path+"/{process}", edit, (*sight).keep).Takes(formLimit, web.BodyTime),
		},
	}
}

// sight is one request.
type sight struct {
	*web.Sight
	pages *Pages
	room  *readiness.Room
	ctx   context.Context // a sight lives as long as its request
}

func (d *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		s.Lists()
		s.Needs("improve")
		return h(&sight{Sight: s, pages: d, room: d.Readiness, ctx: r.Context()}, w, r)
	}
}

func (d *Pages) beside(f *web.Frame, by people.Actor) []part.Link {
	if by.Can(readiness.DeedRead) {
		return []part.Link{{Label: f.T("readiness.title"), Href: Path, Icon: "users"}}
	}
	return []part.Link{{Label: f.T("readiness.mine"), Href: Path + "/me", Icon: "users"}}
}

func (s *sight) lang() string { return s.Lang().HTML() }

func (s *sight) process(p maturity.Process) string {
	return maturity.Current().Part(p).Name.In(s.lang())
}

func (s *sight) role(code string) string { return readiness.RoleName(code).In(s.lang()) }

func (s *sight) owner(id people.ID) string {
	if id == 0 {
		return s.T("roadmap.page.nobody")
	}
	return s.Name(id)
}

var parts = []string{"roles", "skills", "training", "workload", "culture"}

func partOf(x roadmap.People, name string) float64 {
	return map[string]float64{"roles": x.Roles, "skills": x.Skills, "training": x.Training, "workload": x.Workload, "culture": x.Culture}[name]
}

// listPage is all processes.
type listPage struct {
	*sight
	All   []readiness.Standing
	Pulse *readiness.Pulse // the newest round
	Form  *web.Form
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error { return s.listWith(w, r, nil) }

func (s *sight) listWith(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	p := &listPage{sight: s, Form: f}
	var err error
	if p.All, err = s.room.Processes(s.ctx, s.By); err != nil {
		return err
	}
	pulses, err := s.room.Pulses(s.ctx, s.By)
	if err != nil {
		return err
	}
	if len(pulses) > 0 {
		p.Pulse = &pulses[0]
	}
	s.Title = s.T("readiness.title")
	s.Needs("charts")
	return web.Show(w, r, f.Status(), listView(p))
}

// answer is the readiness in a sentence: who has nobody, and who is least ready.
func (p *listPage) answer() string {
	var alone []string
	least := &p.All[0]
	for i := range p.All {
		s := &p.All[i]
		if s.People.Roles < .5 {
			alone = append(alone, p.process(s.Process.Process))
		}
		if s.Ready < least.Ready {
			least = s
		}
	}
	if len(alone) == len(p.All) {
		return p.T("readiness.says_none")
	}
	if len(alone) > 0 {
		return p.T("readiness.says_alone", "names", p.List(alone))
	}
	return p.T("readiness.says_least", "name", p.process(least.Process.Process), "share", p.Percent(least.Ready, 0))
}

// chart is the readiness of each process.
func (p *listPage) chart() part.Chart {
	const hundred = 100
	c := part.Chart{Title: p.T("readiness.chart"), Note: p.T("readiness.chart_note"), Kind: part.Across, Axis: p.T("roadmap.col.process"), Digits: 2, Ends: &[2]float64{0, 1}}
	one := part.Series{Name: p.T("roadmap.col.ready"), Tone: part.Jade}
	for i := range p.All {
		c.Groups, one.Values = append(c.Groups, p.process(p.All[i].Process.Process)), append(one.Values, math.Round(p.All[i].Ready*hundred)/hundred)
	}
	c.Series = []part.Series{one}
	return c
}

func (s *sight) export(w http.ResponseWriter, r *http.Request) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	all, err := s.room.Processes(s.ctx, s.By)
	if err != nil {
		return err
	}
	return web.Saved{As: as, Name: s.T("readiness.title"), Title: s.T("readiness.title")}.Write(w, func(out sheet.Writer) error {
		heads := []string{s.T("roadmap.col.process"), s.T("readiness.owner"), s.T("roadmap.col.ready")}
		for _, name := range parts {
			heads = append(heads, s.T("roadmap.people."+name))
		}
		if err := out.Header(append(heads, s.T("readiness.assumed"))...); err != nil {
			return err
		}
		for i := range all {
			one := &all[i]
			row := []sheet.Cell{sheet.Text(s.process(one.Process.Process)), sheet.Text(s.owner(one.Owner)), sheet.Number(one.Ready)}
			for _, name := range parts {
				row = append(row, sheet.Number(partOf(one.People, name)))
			}
			if err := out.Row(append(row, sheet.Bool(one.People.CultureAssumed))...); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

// showPage is one process.
type showPage struct {
	*sight
	One   *readiness.Standing
	Staff []people.Person
	Form  *web.Form
}

func (s *sight) showing(r *http.Request) (*showPage, error) {
	p := &showPage{sight: s}
	var err error
	if p.One, err = s.room.Find(s.ctx, s.By, maturity.Process(r.PathValue("process"))); err != nil {
		return nil, err
	}
	s.Title = s.process(p.One.Process.Process)
	s.Needs("choose")
	if s.By.Can(readiness.DeedEdit) {
		p.Staff, err = s.pages.Staff(s.ctx)
	}
	return p, err
}

func (s *sight) show(w http.ResponseWriter, r *http.Request) error {
	p, err := s.showing(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, showView(p))
}

func (p *showPage) choose(name, label string, chosen []people.ID, many bool) part.Field {
	f := part.Field{Name: name, Label: label, Kind: part.Choose, Many: many, Plain: true}
	if !many {
		f.Options = append(f.Options, part.Option{Label: p.T("roadmap.page.nobody")})
	}
	for _, who := range p.Staff {
		f.Options = append(f.Options, part.Option{Value: who.ID.String(), Label: who.Name})
	}
	for _, id := range chosen {
		f.Values = append(f.Values, id.String())
		f.Value = id.String()
	}
	return p.Form.Field(f)
}

// needText is needs as they are typed: one a line, "skill = level".
func (s *sight) needText(all []readiness.Need) string {
	var out []string
	for _, n := range all {
		out = append(out, n.Skill.In(s.lang())+" = "+strconv.Itoa(n.Level))
	}
	return strings.Join(out, "\n")
}

// needsIn reads them again; a skill that was there keeps its names.
func (s *sight) needsIn(text string, was []readiness.Need) (out []readiness.Need) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, level, _ := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		n := readiness.Need{Skill: people.Text{En: name}}
		if s.lang() != "en" {
			n.Skill = people.Text{Zh: name}
		}
		for _, old := range was {
			if old.Skill.In(s.lang()) == name {
				n.Skill = old.Skill
			}
		}
		n.Level, _ = strconv.Atoi(strings.TrimSpace(level)) // none is told as no level
		out = append(out, n)
	}
	return out
}

func codes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;/、，", r) })
}

func (s *sight) keep(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.showing(r)
	if err != nil {
		return err
	}
	p.Form = f
	was := p.One.Process
	next := &readiness.Process{Process: was.Process, OwnerRole: was.OwnerRole, Owner: people.ID(f.ID("owner")), OwnerNeeds: s.needsIn(f.Get("owner_needs"), was.OwnerNeeds), Version: f.ID("version")}
	for _, old := range was.Roles {
		at := "roles." + old.Code + "."
		next.Roles = append(next.Roles, readiness.Role{Code: old.Code, Holders: ids(f.IDs(at + "holders")), Deputies: ids(f.IDs(at + "deputies")), Needs: s.needsIn(f.Get(at+"needs"), old.Needs)})
	}
	if code := f.Get("new_role"); code != "" {
		next.Roles = append(next.Roles, readiness.Role{Code: code})
	}
	next.Roles = slices.DeleteFunc(next.Roles, func(one readiness.Role) bool { return f.Get("drop."+one.Code) != "" })
	for i := range len(was.Activities) + 1 {
		at := "activities." + strconv.Itoa(i) + "."
		a := readiness.Activity{R: codes(f.Get(at + "r")), A: codes(f.Get(at + "a")), C: codes(f.Get(at + "c")), I: codes(f.Get(at + "i"))}
		name := f.Get(at + "name")
		if name == "" {
			continue
		}
		if i < len(was.Activities) {
			a.Name = was.Activities[i].Name
		}
		if s.lang() == "en" {
			a.Name.En = name
		} else {
			a.Name.Zh = name
		}
		next.Activities = append(next.Activities, a)
	}
	if err := f.Blame(s.Printer, s.room.Keep(s.ctx, s.By, next)); err != nil {
		return err
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, showView(p))
	}
	return web.Go(w, r, Path+"/"+string(was.Process))
}

func ids(all []int64) (out []people.ID) {
	for _, id := range all {
		out = append(out, people.ID(id))
	}
	return out
}

func (s *sight) hold(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	days := f.Count(s.Printer, "days") // none is told as no number of days
	if !f.Wrong() {
		_, err = s.room.Hold(s.ctx, s.By, days)
	}
	return s.then(w, r, f, err)
}

func (s *sight) closePulse(w http.ResponseWriter, r *http.Request) error {
	_, err := s.room.Close(s.ctx, s.By, web.PathID(r, "id"))
	return s.then(w, r, &web.Form{}, err)
}

func (s *sight) then(w http.ResponseWriter, r *http.Request, f *web.Form, err error) error {
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.listWith(w, r, f)
	}
	return web.Go(w, r, Path)
}
