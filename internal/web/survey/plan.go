package survey

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// planPage plans a wave, or changes the plan of one.
type planPage struct {
	*sight
	Wave *wave.Wave
	Form *web.Form
	ask  []part.Option // questionnaires
}

func (s *sight) planPage(r *http.Request) (*planPage, error) {
	if err := s.By.May(wave.DeedRun); err != nil {
		return nil, err
	}
	local := s.Now.In(s.Zone())
	from := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, s.Zone())
	p := &planPage{sight: s, Wave: &wave.Wave{Plan: wave.StandardPlan(), From: from, To: from.AddDate(0, 0, usualDays)}}
	if id := web.PathID(r, "id"); id != 0 {
		w, err := s.room.Read(s.ctx, s.By, id)
		if err != nil {
			return nil, err
		}
		p.Wave = w
	}
	p.Title = s.T("wave.new")
	if p.Wave.ID != 0 {
		p.Title = s.T("wave.plan_of", "name", s.says(p.Wave.Name))
	}
	all, err := s.room.Instruments(s.ctx, s.By)
	if err != nil {
		return nil, err
	}
	for _, in := range all {
		versions, err := s.room.Versions(s.ctx, s.By, in.ID)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			if !in.Retired || v.ID == p.Wave.Sheet {
				p.ask = append(p.ask, part.Option{Value: strconv.FormatInt(v.ID, 10), Label: s.T("wave.sheet_version", "name", s.says(in.Name), "n", v.Number)})
			}
		}
	}
	if p.Wave.Sheet == 0 && len(p.ask) > 0 {
		p.Wave.Sheet, err = strconv.ParseInt(p.ask[0].Value, 10, 64)
	}
	return p, err
}

// usualDays is how long a wave takes answers when nobody says otherwise.
const usualDays = 14

func (s *sight) new(w http.ResponseWriter, r *http.Request) error {
	p, err := s.planPage(r)
	if err != nil {
		return err
	}
	s.Lists()
	return web.Show(w, r, http.StatusOK, planView(p))
}

func (p *planPage) base() string {
	if p.Wave.ID == 0 {
		return Path + "/new"
	}
	return href(p.Wave.ID) + "/plan"
}

// fields are those of a plan: what it is, whom it asks, how it goes on.
func (p *planPage) fields() (what, whom, rest []part.Field) {
	w, plan := p.Wave, &p.Wave.Plan
	day := func(t time.Time) string { return t.In(p.Zone()).Format(time.DateOnly) }
	percent := func(x float64) string { return strconv.FormatFloat(x*100, 'f', -1, 64) }
	var departments []string
	for _, d := range plan.Departments {
		departments = append(departments, strconv.FormatInt(int64(d), 10))
	}
	what = p.Form.Fields(
		part.Field{Name: "name_zh", Label: p.T("wave.name_zh"), Value: w.Name.Zh, Max: 200, Plain: true},
		part.Field{Name: "name_en", Label: p.T("wave.name_en"), Value: w.Name.En, Max: 200, Plain: true},
		part.Field{Name: "sheet", Label: p.T("wave.sheet"), Kind: part.Choice, Options: p.ask, Value: strconv.FormatInt(w.Sheet, 10), Required: true},
		part.Field{Name: "from", Label: p.T("wave.from"), Kind: part.Date, Value: day(w.From), Required: true, Narrow: true},
		part.Field{Name: "to", Label: p.T("wave.to_day"), Kind: part.Date, Value: day(w.To.Add(-time.Second)), Required: true, Narrow: true},
		part.Field{Name: "pilot", Label: p.T("wave.pilot"), Help: p.T("wave.pilot_help"), Kind: part.Toggle, Value: strconv.FormatBool(w.Pilot)},
		part.Field{Name: "few", Label: p.T("wave.few"), Help: p.T("wave.few_help"), Kind: part.Number, Value: strconv.Itoa(cmp.Or(plan.Few, wave.UsualPilot)), Narrow: true, Plain: true},
	)
	whom = p.Form.Fields(
		part.Field{Name: "everybody", Label: p.T("wave.everybody"), Help: p.T("wave.everybody_help"), Kind: part.Toggle, Value: strconv.FormatBool(plan.Everybody)},
		part.Field{Name: "margin", Label: p.T("wave.margin"), Help: p.T("wave.margin_help"), Kind: part.Number, Value: percent(plan.Margin), Unit: "%", Narrow: true, Plain: true},
		part.Field{Name: "rate", Label: p.T("wave.rate"), Help: p.T("wave.rate_help"), Kind: part.Number, Value: percent(plan.Rate), Unit: "%", Narrow: true, Plain: true},
		part.Field{Name: "departments", Label: p.T("wave.departments"), Help: p.T("wave.departments_help"), Kind: part.Choice, Many: true, Values: departments, Options: p.departments(), Plain: true},
		part.Field{Name: "staff", Label: p.T("wave.ask_staff"), Help: p.T("wave.ask_staff_help"), Kind: part.Toggle, Value: strconv.FormatBool(plan.Staff)},
	)
	var days []string
	for _, d := range plan.Reminders {
		days = append(days, strconv.Itoa(d))
	}
	rest = p.Form.Fields(
		part.Field{Name: "reminders", Label: p.T("wave.reminder_days"), Help: p.T("wave.reminder_help"), Value: strings.Join(days, ", "), Hint: "5, 10", Plain: true, Narrow: true},
		part.Field{Name: "least", Label: p.T("wave.least"), Help: p.T("wave.least_help"), Kind: part.Number, Value: strconv.Itoa(plan.Least), Narrow: true, Plain: true},
		part.Field{Name: "keep", Label: p.T("wave.keep"), Help: p.T("wave.keep_help"), Kind: part.Number, Value: strconv.Itoa(plan.Keep), Unit: p.T("wave.months"), Narrow: true, Plain: true},
		part.Field{Name: "samples", Label: p.T("wave.samples"), Help: p.T("wave.samples_help"), Kind: part.Number, Value: strconv.Itoa(plan.Samples), Narrow: true, Plain: true},
	)
	return what, whom, rest
}

// departments are those within the reader's scope.
func (p *planPage) departments() []part.Option {
	var out []part.Option
	for _, t := range p.All.Of(setting.Department) {
		if !t.Retired && (p.By.Scope.All || slices.Contains(p.By.Scope.Departments, people.DepartmentID(t.ID))) {
			out = append(out, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(string(p.Lang()))})
		}
	}
	return out
}

func (s *sight) plan(w http.ResponseWriter, r *http.Request) error {
	p, err := s.planPage(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p.Form = f
	p.typed(f)
	if !f.Wrong() {
		err := s.room.Plan(s.ctx, s.By, p.Wave)
		if err == nil {
			return web.Go(w, r, href(p.Wave.ID))
		}
		if err := f.Blame(p.Printer, err); err != nil {
			return err
		}
	}
	s.Lists()
	return web.Show(w, r, http.StatusUnprocessableEntity, planView(p))
}

// typed takes over what was typed; what is no number or day is told at its field.
func (p *planPage) typed(f *web.Form) {
	w, plan := p.Wave, &p.Wave.Plan
	day := func(name string, more int) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, f.Get(name), p.Zone())
		if err != nil {
			f.Fault(name, p.T("wave.not_a_day"))
			return at
		}
		return at.AddDate(0, 0, more)
	}
	number := func(name string) float64 {
		x, err := strconv.ParseFloat(strings.ReplaceAll(f.Get(name), ",", "."), 64)
		if err != nil {
			f.Fault(name, p.T("record.not_a_number"))
		}
		return x
	}
	w.Name = people.Text{En: f.Get("name_en"), Zh: f.Get("name_zh")}
	w.Sheet, w.Pilot = f.ID("sheet"), f.Get("pilot") != ""
	w.From, w.To = day("from", 0), day("to", 1)
	if plan.Few = 0; w.Pilot {
		plan.Few = int(number("few"))
	}
	plan.Everybody, plan.Staff = f.Get("everybody") != "", f.Get("staff") != ""
	plan.Margin, plan.Rate = number("margin")/100, number("rate")/100
	plan.Least, plan.Keep, plan.Samples = int(number("least")), int(number("keep")), int(number("samples"))
	var beyond []people.DepartmentID // of others, whom this person does not see
	for _, d := range plan.Departments {
		if !p.By.Scope.All && !slices.Contains(p.By.Scope.Departments, d) {
			beyond = append(beyond, d)
		}
	}
	plan.Departments = beyond
	for _, id := range f.IDs("departments") {
		if !slices.ContainsFunc(p.departments(), func(o part.Option) bool { return o.Value == strconv.FormatInt(id, 10) }) {
			f.Fault("departments", p.T("wave.no_such_department"))
			return
		}
		plan.Departments = append(plan.Departments, people.DepartmentID(id))
	}
	plan.Reminders = nil
	for _, text := range strings.FieldsFunc(f.Get("reminders"), func(r rune) bool { return strings.ContainsRune(",，、; ", r) }) {
		n, err := strconv.Atoi(text)
		if err != nil {
			f.Fault("reminders", p.T("record.not_a_number"))
			return
		}
		plan.Reminders = append(plan.Reminders, n)
	}
}
