// Package duty is the pages of the duty log: who keeps watch, a shift with its
// entries and what is open, the hand-over that two sign, the search in all of
// it.
package duty

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where the duty log is kept.
const Path = "/duty"

// Pages are the pages of the duty log. App gives them the log.
type Pages struct{ Log *duty.Room }

// Room is these pages as the house mounts them.
func (d *Pages) Room() web.Room {
	const read, work = duty.DeedRead, duty.DeedWork
	return web.Room{
		Name: "duty", Beside: d.beside, Day: d.day,
		Pages: []web.Page{
			web.ForStaff("GET "+Path, read, d.page((*sight).list)),
			web.ForStaff("GET "+Path+"/new", work, d.page((*sight).new)),
			web.ForStaff("POST "+Path+"/new", work, d.page((*sight).open)),
			web.ForStaff("GET "+Path+"/log", read, d.page((*sight).search)),
			web.ForStaff("GET "+Path+"/log/export", duty.DeedExport, d.page((*sight).export)),
			web.ForStaff("GET "+Path+"/day", read, d.page((*sight).printDay)),
			web.ForStaff("GET "+Path+"/{id}", read, d.page((*sight).shift)),
			web.ForStaff("GET "+Path+"/{id}/print", read, d.page((*sight).print)),
			web.ForStaff("POST "+Path+"/{id}/entry", work, d.page((*sight).write)),
			web.ForStaff("GET "+Path+"/{id}/entry/{entry}", work, d.page((*sight).fix)),
			web.ForStaff("POST "+Path+"/{id}/entry/{entry}", work, d.page((*sight).correct)),
			web.ForStaff("POST "+Path+"/{id}/matters/{matter}", work, d.page((*sight).settle)),
			web.ForStaff("GET "+Path+"/{id}/handover", work, d.page((*sight).giveForm)),
			web.ForStaff("POST "+Path+"/{id}/handover", work, d.page((*sight).give)),
			web.ForStaff("POST "+Path+"/{id}/accept", work, d.page((*sight).accept)),
			web.ForStaff("POST "+Path+"/{id}/refuse", work, d.page((*sight).refuse)),
		},
	}
}

// sight is one request to the log.
type sight struct {
	*web.Sight
	room *duty.Room
	ctx  context.Context // a sight lives as long as its request
}

// page makes a page for staff of a handler.
func (d *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		return h(&sight{Sight: s, room: d.Log, ctx: r.Context()}, w, r)
	}
}

// How much the pages of the log show at once.
const (
	mostShifts = 100
	mostFound  = 100
	mostSaved  = 20_000
	searchDays = 31 // a search without dates looks back so far
	history    = 14 // days of shifts that the list shows without dates
)

// listPage is who keeps watch now, and the shifts before.
type listPage struct {
	*sight
	ask
	Now   []duty.Shift // not handed over
	Rows  []duty.Shift // the others
	Count map[people.TeamID]int
}

// ask is what a page of the log is asked for.
type ask struct {
	Team         people.TeamID
	From, To     string // days
	Words        string
	form         *web.Form
	begin, until time.Time
}

// asked reads it; what cannot be read is told at its field.
func (s *sight) asked(q url.Values, days int) ask {
	f := &web.Form{Values: q}
	a := ask{Team: people.TeamID(f.ID("team")), From: q.Get("from"), To: q.Get("to"), Words: f.Get("q"), form: f}
	local := s.Now.In(s.Zone())
	tomorrow := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, s.Zone())
	a.begin, a.until = tomorrow.AddDate(0, 0, -days), tomorrow
	for _, one := range []struct {
		name, typed string
		into        *time.Time
		more        int
	}{{"from", a.From, &a.begin, 0}, {"to", a.To, &a.until, 1}} {
		if one.typed == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, one.typed, s.Zone())
		if err != nil {
			a.form.Fault(one.name, s.T("watch.not_a_day"))
			continue
		}
		*one.into = at.AddDate(0, 0, one.more)
	}
	return a
}

// query is the address of what is asked for, with what stands in more.
func (a *ask) query(path string, more ...string) string {
	q := url.Values{}
	for _, one := range [][2]string{{"q", a.Words}, {"from", a.From}, {"to", a.To}} {
		if one[1] != "" {
			q.Set(one[0], one[1])
		}
	}
	if a.Team != 0 {
		q.Set("team", strconv.FormatInt(int64(a.Team), 10))
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}

// fields are those of the search.
func (s *sight) fields(a *ask, words bool) []part.Field {
	var out []part.Field
	if words {
		out = append(out, part.Field{Name: "q", Label: s.T("watch.words"), Plain: true, Max: 200})
	}
	team := part.Field{Name: "team", Label: s.Label("team"), Kind: part.Choice, Options: []part.Option{{Label: s.T("watch.every_team")}}}
	for _, t := range s.teams() {
		team.Options = append(team.Options, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(string(s.Lang()))})
	}
	return a.form.Fields(append(out, team,
		part.Field{Name: "from", Label: s.T("watch.from_day"), Kind: part.Date, Plain: true, Narrow: true},
		part.Field{Name: "to", Label: s.T("watch.to_day"), Kind: part.Date, Plain: true, Narrow: true})...)
}

// teams are the teams whose log the reader may read.
func (s *sight) teams() []*setting.Thing {
	var out []*setting.Thing
	for _, t := range s.All.Of(setting.Team) {
		mine := slices.Contains(s.By.Teams, people.TeamID(t.ID))
		if !t.Retired && (mine || s.By.Can(duty.DeedOversee) && (s.By.Scope.All || slices.Contains(s.By.Scope.Teams, people.TeamID(t.ID)))) {
			out = append(out, t)
		}
	}
	return out
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error {
	p := &listPage{sight: s, ask: s.asked(r.URL.Query(), history)}
	open, err := s.room.List(r.Context(), s.By, duty.Query{Team: p.Team, Open: true, Limit: mostShifts})
	if err != nil {
		return err
	}
	slices.Reverse(open)
	p.Sort(open)
	rows, err := s.room.List(r.Context(), s.By, duty.Query{Team: p.Team, From: p.begin, To: p.until, Limit: mostShifts})
	if err != nil {
		return err
	}
	for _, one := range rows {
		if one.State == duty.Closed {
			p.Rows = append(p.Rows, one)
		}
	}
	if p.Count, err = s.room.OpenMatters(r.Context(), s.By); err != nil {
		return err
	}
	p.Title = s.T("watch.title")
	s.Lists()
	return web.Show(w, r, http.StatusOK, listView(p))
}

// Sort puts what waits for the reader first.
func (p *listPage) Sort(open []duty.Shift) {
	slices.SortStableFunc(open, func(a, b duty.Shift) int { return p.rank(&a) - p.rank(&b) })
	p.Now = open
}

func (p *listPage) rank(s *duty.Shift) int {
	switch {
	case slices.Contains(p.By.Teams, s.Team) && s.State == duty.Offered:
		return 0
	case s.Has(p.By.ID):
		return 1
	case slices.Contains(p.By.Teams, s.Team):
		return 2
	}
	return 3
}

// answer says in words how the watch stands.
func (p *listPage) answer() string {
	late, waiting := 0, 0
	for i := range p.Now {
		switch {
		case p.Now[i].State == duty.Offered:
			waiting++
		case p.Now[i].Over(p.sight.Now):
			late++
		}
	}
	switch {
	case waiting > 0:
		return p.N("watch.says_waiting", waiting)
	case late > 0:
		return p.N("watch.says_late", late)
	case len(p.Now) > 0:
		return p.N("watch.says_running", len(p.Now))
	}
	return p.T("watch.says_none")
}

// shiftState shows how far a shift is, by colour, drawing and word.
func (s *sight) shiftState(one *duty.Shift) (tone part.Tone, icon, word string) {
	switch {
	case one.State == duty.Closed:
		return part.Jade, "check", s.T("watch.state.closed")
	case one.State == duty.Offered:
		return part.Amber, "send", s.T("watch.state.offered")
	case one.Over(s.Now):
		return part.Vermilion, "alarm", s.T("watch.state.late")
	case s.Now.Before(one.From):
		return part.Slate, "clock", s.T("watch.state.coming")
	}
	return part.Slate, "eye", s.T("watch.state.running")
}

// span writes when a shift is: the day once when it begins and ends on the same.
func (s *sight) span(one *duty.Shift) string {
	a, b := one.From.In(s.Zone()), one.To.In(s.Zone())
	until := s.Clock(b)
	if a.YearDay() != b.YearDay() || a.Year() != b.Year() {
		until = s.DateTime(b)
	}
	return s.T("watch.span", "from", s.DateTime(a), "to", until)
}

// shiftColumns are those of a list of shifts, with what is open of their teams.
func shiftColumns(s *sight, matters bool) []part.Column {
	out := []part.Column{{Label: s.T("watch.state")}, {Label: s.Label("team"), Title: true}, {Label: s.T("watch.shift")}, {Label: s.T("watch.who"), Wide: true}}
	if matters {
		out = append(out, part.Column{Label: s.T("watch.matters"), Wide: true, Number: true})
	}
	return out
}

func shiftHref(id int64) string { return Path + "/" + strconv.FormatInt(id, 10) }

// newPage opens a shift by hand.
type newPage struct {
	*sight
	Form *web.Form
}

func (s *sight) new(w http.ResponseWriter, r *http.Request) error {
	return (&newPage{sight: s}).show(w, r, http.StatusOK)
}

func (p *newPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	if err := p.By.May(duty.DeedWork); err != nil {
		return err
	}
	p.Title = p.T("watch.open_title")
	p.Needs("choose")
	p.Lists()
	return web.Show(w, r, status, newView(p))
}

func (p *newPage) fields() []part.Field {
	local := p.Now.In(p.Zone()).Truncate(time.Minute)
	team := part.Field{Name: "team", Label: p.Label("team"), Kind: part.Choice, Required: true}
	for _, id := range p.By.Teams {
		if name := p.Thing(int64(id)); name != "" {
			team.Options = append(team.Options, part.Option{Value: strconv.FormatInt(int64(id), 10), Label: name})
		}
	}
	if len(team.Options) == 1 {
		team.Value = team.Options[0].Value
	}
	return p.Form.Fields(team,
		part.Field{Name: "from", Label: p.T("watch.begins"), Kind: part.DateTime, Required: true, Narrow: true, Value: local.Format(web.TypedMoment)},
		part.Field{Name: "to", Label: p.T("watch.ends"), Kind: part.DateTime, Required: true, Narrow: true, Value: local.Add(8 * time.Hour).Format(web.TypedMoment)},
		part.Field{Name: "who", Label: p.T("watch.who"), Help: p.T("watch.who_help"), Kind: part.Choose, Many: true, Plain: true, Options: p.mates()})
}

// mates are those of the reader's teams.
func (p *newPage) mates() (out []part.Option) {
	var seen []people.ID
	for _, id := range p.By.Teams {
		t, err := p.room.Team(id)
		if err != nil {
			continue // a team that cannot be read has nobody to choose
		}
		for _, who := range append([]people.ID{t.Lead}, t.Members...) {
			if who != 0 && !slices.Contains(seen, who) {
				seen = append(seen, who)
				out = append(out, part.Option{Value: who.String(), Label: p.Name(who), Group: p.Thing(int64(id))})
			}
		}
	}
	return out
}

func (s *sight) open(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(duty.DeedWork); err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in := duty.Plan{Team: people.TeamID(f.ID("team"))}
	for name, into := range map[string]*time.Time{"from": &in.From, "to": &in.To} {
		if *into, err = time.ParseInLocation(web.TypedMoment, f.Get(name), s.Zone()); err != nil {
			f.Fault(name, s.T("watch.not_a_time"))
		}
	}
	for _, who := range f.IDs("who") {
		in.Who = append(in.Who, people.ID(who))
	}
	if !f.Wrong() {
		one, err := s.room.Open(r.Context(), s.By, in)
		if err == nil {
			return web.Go(w, r, shiftHref(one.ID))
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	return (&newPage{sight: s, Form: f}).show(w, r, http.StatusUnprocessableEntity)
}

// beside are the ways to the log.
func (d *Pages) beside(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(duty.DeedRead) {
		return nil
	}
	return []part.Link{{Label: f.T("watch.title"), Href: Path, Icon: "eye"}, {Label: f.T("watch.log"), Href: Path + "/log", Icon: "book"}}
}

// mostToday is how many shifts my day shows.
const mostToday = 8

// day are the shifts of today that are the reader's, or wait for him.
func (d *Pages) day(s *web.Sight, r *http.Request) (templ.Component, error) {
	if !s.By.Can(duty.DeedRead) || len(s.By.Teams) == 0 {
		return nil, nil
	}
	all, err := d.Log.List(r.Context(), s.By, duty.Query{Open: true, Limit: mostShifts})
	if err != nil {
		return nil, err
	}
	var mine []duty.Shift
	for i := range all {
		one := &all[i]
		team := slices.Contains(s.By.Teams, one.Team)
		if one.Has(s.By.ID) || team && (one.State == duty.Offered || !one.From.After(s.Now) && !one.Over(s.Now)) {
			mine = append(mine, *one)
		}
	}
	if len(mine) == 0 {
		return nil, nil
	}
	return todayView(&sight{Sight: s, room: d.Log, ctx: r.Context()}, mine[:min(len(mine), mostToday)]), nil
}

// errNoSuch is a page of the log that is not there.
func errNoSuch() error { return fault.New(fault.Missing, "trouble.missing") }
