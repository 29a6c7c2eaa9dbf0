package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/web/part"
)

// setupPage is one step of setting up a new centre.
type setupPage struct {
	*settingPage
	Setup  directory.Setup
	Step   directory.Step
	Form   *Form
	Fields []part.Field
	Guard  *setupGuard // of the step about signing in
	Fixed  bool        // the mail server is named by the command line
	Tried  *notice.Tried
	Ways   []part.Link // where to go for more
	Have   string      // what is there already, in words
}

// setup goes to the first step not yet taken; when all are, it shows the last
// words.
func (s *Settings) setup(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	next := p.View.Setup().Next()
	if next == "" {
		p.Title = p.T("setup.title")
		return Show(w, r, http.StatusOK, setupDoneView(&setupPage{settingPage: p, Setup: p.View.Setup()}))
	}
	return passOn(w, r, "/setup/"+string(next))
}

func (s *Settings) setupStep(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	page, err := s.stepPage(p, r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, setupView(page))
}

func (s *Settings) stepPage(p *settingPage, r *http.Request, form *Form) (*setupPage, error) {
	page := &setupPage{settingPage: p, Setup: p.View.Setup(), Step: directory.Step(r.PathValue("step")), Form: form}
	key := "setup." + string(page.Step)
	if !p.Has(key) {
		return nil, fault.New(fault.Missing, "directory.no_step").With("step", string(page.Step))
	}
	p.Title = p.T(key)
	p.Frame.Views = nil // one thing at a time
	switch page.Step {
	case directory.StepCentre:
		sh, held, err := s.Desk.Open(r.Context(), setting.Centre, 0, directory.CentreCode)
		if err != nil {
			return nil, err
		}
		v := &settingForm{settingPage: p, Word: directory.CentreCode, Sheet: sh, Held: held, Form: form}
		if held.ID == 0 {
			s.prefill(v)
		}
		for _, f := range v.fields() {
			if f.Name != "calendar" {
				page.Fields = append(page.Fields, f)
			}
		}
	case directory.StepCalendar:
		am, pm := officeHours(p.View)
		page.Fields = form.Fields(
			part.Field{Name: "morning", Label: p.T("setup.calendar.morning"), Value: am, Required: true, Narrow: true, Hint: "08:30-12:00"},
			part.Field{Name: "afternoon", Label: p.T("setup.calendar.afternoon"), Value: pm, Narrow: true, Hint: "14:00-18:00"})
		page.Have = p.have(setting.Calendar)
	case directory.StepSecurity:
		if err := s.guard(page, r); err != nil {
			return nil, err
		}
	case directory.StepMail:
		if s.Bell != nil {
			held, err := s.Bell.Post.Server()
			if err != nil {
				return nil, err
			}
			if page.Fixed = s.Bell.Post.Fixed; !page.Fixed {
				page.Fields = form.Fields(mailFields(p.Printer, held)...)
			}
		}
	case directory.StepNetworks:
		page.Have = p.have(setting.Zone)
	case directory.StepCatalogue:
		page.Have = p.have(setting.Service)
	case directory.StepPeople:
		page.Fields = form.Fields(
			part.Field{Name: "team_en", Label: p.T("setup.people.team_en"), Value: "Service desk", Plain: true, Max: 200},
			part.Field{Name: "team_zh", Label: p.T("setup.people.team_zh"), Value: "服务台", Plain: true, Max: 200, Help: p.T("setup.people.team_help")},
			part.Field{Name: "phone", Label: p.T("setup.people.team_phone"), Kind: part.Tel, Max: 60})
		page.Have = p.have(setting.Team)
		for _, k := range []setting.Kind{setting.Department, setting.Post, setting.Human, setting.Team} {
			page.Ways = append(page.Ways, part.Link{Label: p.T("setup.people.import", "what", p.T("setting.kind."+string(k))), Href: "/settings/import?kind=" + string(k), Icon: "upload"})
		}
		if s.Demo != "" {
			page.Ways = append(page.Ways, part.Link{Label: p.T("setup.people.demo"), Href: s.Demo, Icon: "wand"})
		}
	}
	return page, nil
}

// have says how many things of a kind are there already.
func (p *settingPage) have(k setting.Kind) string {
	n := p.live(k)
	if n == 0 {
		return ""
	}
	return p.T("setup.have", "what", p.T("setting.kind."+string(k)), "n", p.Number(n))
}

// officeHours are the two spans of Monday in the office calendar.
func officeHours(v *directory.View) (am, pm string) {
	am, pm = "08:30-12:00", "14:00-18:00"
	t := v.All.Coded(setting.Calendar, "office")
	if t == nil {
		return am, pm
	}
	spec, err := setting.Read[calendar.Spec](*t)
	if err != nil {
		return am, pm
	}
	spans := append(spec.Week["mon"], calendar.Interval{}, calendar.Interval{})
	join := func(i calendar.Interval) string {
		if i[0] == "" {
			return ""
		}
		return i[0] + "-" + i[1]
	}
	return join(spans[0]), join(spans[1])
}

// setupSave takes a step, or skips it, and goes on to the next one.
func (s *Settings) setupSave(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	step := directory.Step(r.PathValue("step"))
	standing := directory.Skipped
	if form.Get("skip") == "" {
		standing = directory.Taken
		stays, err := s.take(p, r, step, form)
		if err != nil || stays != nil {
			return s.stay(p, w, r, form, stays, err)
		}
	}
	if err := s.Directory.Settle(r.Context(), p.By, p.now(), step, standing); err != nil {
		return err
	}
	return Go(w, r, "/setup")
}

func (p *settingPage) now() time.Time { return p.Now.UTC().Truncate(time.Millisecond) }

// stay shows the step once more: with what went wrong, or with what it has to
// say before one goes on.
func (s *Settings) stay(p *settingPage, w http.ResponseWriter, r *http.Request, form *Form, say func(*setupPage), wrong error) error {
	if err := form.Blame(p.Printer, wrong); err != nil {
		return err
	}
	page, err := s.stepPage(p, r, form)
	if err != nil {
		return err
	}
	if say != nil {
		say(page)
	}
	return Show(w, r, form.Status(), setupView(page))
}

// take does what a step is for. When it gives back something to say, the step
// is not done yet.
func (s *Settings) take(p *settingPage, r *http.Request, step directory.Step, form *Form) (func(*setupPage), error) {
	switch step {
	case directory.StepSecurity:
		return s.takeSecurity(p, r, form)
	case directory.StepMail:
		return s.takeMail(p, r, form)
	}
	return nil, s.fill(p, r, step, form)
}

// fill does what the steps are for that fill the settings.
func (s *Settings) fill(p *settingPage, r *http.Request, step directory.Step, form *Form) error {
	switch step {
	case directory.StepCentre:
		in := setting.Input{Kind: setting.Centre, Code: directory.CentreCode, Fields: map[string]string{}}
		for _, name := range []string{"name_en", "name_zh", "lang", "time_zone", "phone", "mail", "no_secrets"} {
			in.Fields[name] = form.Get(name)
		}
		_, err := s.Desk.Save(r.Context(), p.By, in)
		return err
	case directory.StepCalendar:
		return s.takeCalendar(p, r, form)
	case directory.StepNetworks:
		return s.plant(p, r, setting.Zone)
	case directory.StepCatalogue:
		return s.plant(p, r, setting.Category, setting.Cause, setting.GradeReason, setting.Service, setting.Offering, setting.Template)
	case directory.StepPeople:
		return s.takeTeam(p, r, form)
	}
	return nil
}

func (s *Settings) plant(p *settingPage, r *http.Request, kinds ...setting.Kind) error {
	for _, k := range kinds {
		if _, err := directory.Starter(r.Context(), s.Desk.Keeper, p.By, p.now(), k); err != nil {
			return err
		}
	}
	return nil
}

// takeCalendar brings in the starter calendars with the public holidays, puts
// the centre's hours into the office one, and the standard agreement on them.
func (s *Settings) takeCalendar(p *settingPage, r *http.Request, form *Form) error {
	var spans []calendar.Interval
	for _, name := range []string{"morning", "afternoon"} {
		text := form.Get(name)
		if text == "" {
			continue
		}
		from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "：", ":").Replace(text), "-")
		if !ok {
			return fault.At(name, "settings.bad_hours").With("text", text)
		}
		spans = append(spans, calendar.Interval{clock(from), clock(to)})
	}
	if err := s.plant(p, r, setting.Calendar); err != nil {
		return err
	}
	office := s.Desk.Keeper.All().Coded(setting.Calendar, "office")
	if office == nil {
		return fault.New(fault.Missing, "setting.no_such").With("id", "office")
	}
	spec, err := setting.Read[calendar.Spec](*office)
	if err != nil {
		return err
	}
	spec.Week = calendar.EveryDay(calendar.Weekdays[:5], spans...)
	if zone := s.zoneName(); zone != "" {
		spec.Zone = zone
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("web: calendar: %w", err)
	}
	if _, err := s.Desk.Save(r.Context(), p.By, setting.Input{Kind: setting.Calendar, ID: office.ID, Fields: map[string]string{"spec": string(text)}}); err != nil {
		return rename(err, "week", "morning")
	}
	return s.plant(p, r, setting.Agreement, setting.Centre)
}

// rename turns faults of fields beginning so into faults of another field.
func rename(err error, prefix, field string) error {
	for _, f := range fault.All(err) {
		if strings.HasPrefix(f.Field, prefix) {
			f.Field = field
		}
	}
	return err
}

// takeTeam makes the first team, led by whoever sets the centre up, unless
// there is one.
func (s *Settings) takeTeam(p *settingPage, r *http.Request, form *Form) error {
	if p.live(setting.Team) > 0 {
		return nil
	}
	fields := map[string]string{
		"code": "desk", "name_en": form.Get("team_en"), "name_zh": form.Get("team_zh"), "phone": form.Get("phone"), "line": string(people.FirstLine),
	}
	if p.By.ID != 0 {
		fields["lead"] = fmt.Sprint(int64(p.By.ID))
	}
	_, err := s.Desk.Save(r.Context(), p.By, setting.Input{Kind: setting.Team, Fields: fields})
	return rename(rename(err, "name_en", "team_en"), "members", "team_zh")
}

// steps is where the person stands.
func (p *setupPage) steps() []part.Step {
	var out []part.Step
	for _, step := range directory.Steps() {
		out = append(out, part.Step{Word: p.T("setup." + string(step)), Done: p.Setup.Steps[step] != "", Active: step == p.Step})
	}
	return out
}

// SetupCard shows on Home how far the centre is set up, to whoever can go on
// with it; nothing when all is done.
type SetupCard struct {
	Settled, All int
	Next         directory.Step
}

// Setup is the card for Home; ok is false when there is nothing to show.
func (s *Settings) Setup(by people.Actor) (card SetupCard, ok bool) {
	if !by.Can("setting.edit") {
		return card, false
	}
	done := s.Directory.View().Setup()
	card.Settled, card.All = done.Progress()
	card.Next = done.Next()
	return card, card.Next != ""
}

// standard is what the calendar step promises, for its page to show.
func standard() sla.Agreement { return sla.Standard() }
