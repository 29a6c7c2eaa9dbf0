package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// dutyPath is where the duty log is kept.
const dutyPath = "/duty"

func (d *Desk) dutyRoutes(mux Mux) {
	if d.Duty == nil {
		return
	}
	for pattern, h := range map[string]staffHandler{
		"GET " + dutyPath:                             d.dutyList,
		"GET " + dutyPath + "/new":                    d.dutyNew,
		"POST " + dutyPath + "/new":                   d.dutyOpen,
		"GET " + dutyPath + "/log":                    d.dutyLog,
		"GET " + dutyPath + "/log/export":             d.dutyExport,
		"GET " + dutyPath + "/day":                    d.dutyDay,
		"GET " + dutyPath + "/{id}":                   d.dutyShift,
		"GET " + dutyPath + "/{id}/print":             d.dutyPaper,
		"POST " + dutyPath + "/{id}/entry":            d.dutyWrite,
		"GET " + dutyPath + "/{id}/entry/{entry}":     d.dutyFix,
		"POST " + dutyPath + "/{id}/entry/{entry}":    d.dutyCorrect,
		"POST " + dutyPath + "/{id}/matters/{matter}": d.dutySettle,
		"GET " + dutyPath + "/{id}/handover":          d.dutyGiving,
		"POST " + dutyPath + "/{id}/handover":         d.dutyGive,
		"POST " + dutyPath + "/{id}/accept":           d.dutyAccept,
		"POST " + dutyPath + "/{id}/refuse":           d.dutyRefuse,
	} {
		mux.Handle(pattern, d.limited(pattern, d.staff(h)))
	}
}

// How much the pages of the log show at once.
const (
	mostShifts  = 100
	mostFound   = 100
	mostSaved   = 20_000
	dutyDays    = 31 // a search without dates looks back so far
	dutyHistory = 14 // days of shifts that the list shows without dates
)

// dutyListPage is who keeps watch now, and the shifts before.
type dutyListPage struct {
	*sight
	dutyAsk
	Now   []duty.Shift // not handed over
	Rows  []duty.Shift // the others
	Count map[people.TeamID]int
}

// dutyAsk is what a page of the log is asked for.
type dutyAsk struct {
	Team         people.TeamID
	From, To     string // days
	Words        string
	form         *Form
	begin, until time.Time
}

// dutyAsk reads it; what cannot be read is told at its field.
func (s *sight) dutyAsk(q url.Values, days int) dutyAsk {
	a := dutyAsk{Team: people.TeamID(idOf(q.Get("team"))), From: q.Get("from"), To: q.Get("to"), Words: strings.TrimSpace(q.Get("q")), form: &Form{Values: q}}
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
func (a *dutyAsk) query(path string, more ...string) string {
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

// dutyFields are those of the search.
func (s *sight) dutyFields(a *dutyAsk, words bool) []part.Field {
	var out []part.Field
	if words {
		out = append(out, part.Field{Name: "q", Label: s.T("watch.words"), Plain: true, Max: 200})
	}
	team := part.Field{Name: "team", Label: s.label("team"), Kind: part.Choice, Options: []part.Option{{Label: s.T("watch.every_team")}}}
	for _, t := range s.dutyTeams() {
		team.Options = append(team.Options, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(string(s.Lang()))})
	}
	return a.form.Fields(append(out, team,
		part.Field{Name: "from", Label: s.T("watch.from_day"), Kind: part.Date, Plain: true, Narrow: true},
		part.Field{Name: "to", Label: s.T("watch.to_day"), Kind: part.Date, Plain: true, Narrow: true})...)
}

// dutyTeams are the teams whose log the reader may read.
func (s *sight) dutyTeams() []*setting.Thing {
	var out []*setting.Thing
	for _, t := range s.All.Of(setting.Team) {
		mine := slices.Contains(s.By.Teams, people.TeamID(t.ID))
		if !t.Retired && (mine || s.By.Can(duty.DeedOversee) && (s.By.Scope.All || slices.Contains(s.By.Scope.Teams, people.TeamID(t.ID)))) {
			out = append(out, t)
		}
	}
	return out
}

func (d *Desk) dutyList(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &dutyListPage{sight: s, dutyAsk: s.dutyAsk(r.URL.Query(), dutyHistory)}
	open, err := d.Duty.List(r.Context(), s.By, duty.Query{Team: p.Team, Open: true, Limit: mostShifts})
	if err != nil {
		return err
	}
	slices.Reverse(open)
	p.Sort(open)
	rows, err := d.Duty.List(r.Context(), s.By, duty.Query{Team: p.Team, From: p.begin, To: p.until, Limit: mostShifts})
	if err != nil {
		return err
	}
	for _, one := range rows {
		if one.State == duty.Closed {
			p.Rows = append(p.Rows, one)
		}
	}
	if p.Count, err = d.Duty.OpenMatters(r.Context(), s.By); err != nil {
		return err
	}
	p.Title = s.T("watch.title")
	s.frameViews(listPlace{View: "duty"})
	return Show(w, r, http.StatusOK, dutyListView(p))
}

// Sort puts what waits for the reader first.
func (p *dutyListPage) Sort(open []duty.Shift) {
	slices.SortStableFunc(open, func(a, b duty.Shift) int { return p.rank(&a) - p.rank(&b) })
	p.Now = open
}

func (p *dutyListPage) rank(s *duty.Shift) int {
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
func (p *dutyListPage) answer() string {
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

// names are several persons.
func (s *sight) names(ids []people.ID) string {
	var out []string
	for _, id := range ids {
		if n := s.name(id); n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, s.T("list.comma"))
}

// shiftColumns are those of a list of shifts, with what is open of their teams.
func shiftColumns(s *sight, matters bool) []part.Column {
	out := []part.Column{{Label: s.T("watch.state")}, {Label: s.label("team"), Title: true}, {Label: s.T("watch.shift")}, {Label: s.T("watch.who"), Wide: true}}
	if matters {
		out = append(out, part.Column{Label: s.T("watch.matters"), Wide: true, Number: true})
	}
	return out
}

func shiftHref(id int64) string { return dutyPath + "/" + strconv.FormatInt(id, 10) }

// dutyNewPage opens a shift by hand.
type dutyNewPage struct {
	*sight
	Form *Form
}

func (d *Desk) dutyNew(w http.ResponseWriter, r *http.Request, s *sight) error {
	return (&dutyNewPage{sight: s}).show(w, r, http.StatusOK)
}

func (p *dutyNewPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	if err := p.By.May(duty.DeedWork); err != nil {
		return err
	}
	p.Title = p.T("watch.open_title")
	p.Needs("choose")
	p.frameViews(listPlace{View: "duty"})
	return Show(w, r, status, dutyNewView(p))
}

func (p *dutyNewPage) fields() []part.Field {
	local := p.Now.In(p.Zone()).Truncate(time.Minute)
	team := part.Field{Name: "team", Label: p.label("team"), Kind: part.Choice, Required: true}
	for _, id := range p.By.Teams {
		if name := p.thing(int64(id)); name != "" {
			team.Options = append(team.Options, part.Option{Value: strconv.FormatInt(int64(id), 10), Label: name})
		}
	}
	if len(team.Options) == 1 {
		team.Value = team.Options[0].Value
	}
	return p.Form.Fields(team,
		part.Field{Name: "from", Label: p.T("watch.begins"), Kind: part.DateTime, Required: true, Narrow: true, Value: local.Format(dateTimeTyped)},
		part.Field{Name: "to", Label: p.T("watch.ends"), Kind: part.DateTime, Required: true, Narrow: true, Value: local.Add(8 * time.Hour).Format(dateTimeTyped)},
		part.Field{Name: "who", Label: p.T("watch.who"), Help: p.T("watch.who_help"), Kind: part.Choose, Many: true, Plain: true, Options: p.mates()})
}

// mates are those of the reader's teams.
func (p *dutyNewPage) mates() (out []part.Option) {
	var seen []people.ID
	for _, id := range p.By.Teams {
		t, err := p.desk.Duty.Team(id)
		if err != nil {
			continue // a team that cannot be read has nobody to choose
		}
		for _, who := range append([]people.ID{t.Lead}, t.Members...) {
			if who != 0 && !slices.Contains(seen, who) {
				seen = append(seen, who)
				out = append(out, part.Option{Value: who.String(), Label: p.name(who), Group: p.thing(int64(id))})
			}
		}
	}
	return out
}

// dateTimeTyped is how browsers send a date with its time.
const dateTimeTyped = "2006-01-02T15:04"

func (d *Desk) dutyOpen(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(duty.DeedWork); err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	in := duty.Plan{Team: people.TeamID(idOf(f.Get("team")))}
	for name, into := range map[string]*time.Time{"from": &in.From, "to": &in.To} {
		if *into, err = time.ParseInLocation(dateTimeTyped, f.Get(name), s.Zone()); err != nil {
			f.Fault(name, s.T("watch.not_a_time"))
		}
	}
	for _, who := range f.Values["who"] {
		if id := idOf(who); id != 0 {
			in.Who = append(in.Who, people.ID(id))
		}
	}
	if !f.Wrong() {
		one, err := d.Duty.Open(r.Context(), s.By, in)
		if err == nil {
			return Go(w, r, shiftHref(one.ID))
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	return (&dutyNewPage{sight: s, Form: f}).show(w, r, http.StatusUnprocessableEntity)
}

// dutyPages lead to the log.
func dutyPages(s *sight, open string) []part.Link {
	if s.desk.Duty == nil || !s.By.Can(duty.DeedRead) {
		return nil
	}
	return []part.Link{
		{Label: s.T("watch.title"), Href: dutyPath, Icon: "eye", Active: open == "duty"},
		{Label: s.T("watch.log"), Href: dutyPath + "/log", Icon: "book", Active: open == "duty_log"},
	}
}

// watches are the shifts of today that are the reader's, or wait for him.
func (p *dayPage) watches() error {
	if p.desk.Duty == nil || !p.By.Can(duty.DeedRead) || len(p.By.Teams) == 0 {
		return nil
	}
	all, err := p.desk.Duty.List(p.ctx, p.By, duty.Query{Open: true, Limit: mostShifts})
	if err != nil {
		return err
	}
	for i := range all {
		one := &all[i]
		mine := slices.Contains(p.By.Teams, one.Team)
		if one.Has(p.By.ID) || mine && (one.State == duty.Offered || !one.From.After(p.Now) && !one.Over(p.Now)) {
			p.Shifts = append(p.Shifts, *one)
		}
	}
	if len(p.Shifts) > dayRows {
		p.Shifts = p.Shifts[:dayRows]
	}
	return nil
}

// errNoSuch is a page of the log that is not there.
func errNoSuch() error { return fault.New(fault.Missing, "trouble.missing") }
