package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/base/recur"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// operationsPath is where recurring operations are carried out.
const operationsPath = "/operations"

// OperationHref is the page of one run of a recurring operation.
func OperationHref(run int64) string { return operationsPath + "/" + strconv.FormatInt(run, 10) }

func (d *Desk) operationRoutes(mux Mux) {
	if d.Operations == nil {
		return
	}
	for pattern, h := range map[string]staffHandler{
		"GET " + operationsPath:                   d.operations,
		"GET " + operationsPath + "/plans":        d.operationPlans,
		"GET " + operationsPath + "/plans/{id}":   d.operationPlan,
		"GET " + operationsPath + "/{id}":         d.operation,
		"POST " + operationsPath + "/{id}":        d.operationFinish,
		"POST " + operationsPath + "/{id}/{deed}": d.operationDeed,
	} {
		mux.Handle(pattern, d.limited(pattern, d.staff(h)))
	}
}

// mostRuns is how many runs a list shows.
const mostRuns = 200

// operationsPage lists runs.
type operationsPage struct {
	*sight
	Show string
	Rows []operation.Run
}

func (d *Desk) operations(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &operationsPage{sight: s, Show: r.URL.Query().Get("show")}
	q := operation.Query{Open: true, Limit: mostRuns}
	switch p.Show {
	case "all":
		q.Open = false
	case "mine":
		q.Teams = s.By.Teams
	default:
		p.Show = "open"
	}
	var err error
	if p.Rows, err = d.Operations.List(r.Context(), s.By, q); err != nil {
		return err
	}
	p.Title = s.T("operation.title")
	s.frameViews(listPlace{View: "operations"})
	return Show(w, r, http.StatusOK, operationsView(p))
}

func (p *operationsPage) tabs() []part.Link {
	var out []part.Link
	for _, show := range []string{"open", "mine", "all"} {
		out = append(out, part.Link{Label: p.T("operation.show." + show), Href: operationsPath + "?" + url.Values{"show": {show}}.Encode(), Active: show == p.Show})
	}
	return append(out, part.Link{Label: p.T("operation.plans"), Href: operationsPath + "/plans"})
}

// answer says in words what the list shows.
func (p *operationsPage) answer() string {
	late := 0
	for i := range p.Rows {
		if p.Rows[i].Late(p.Now) && p.Rows[i].State != operation.Done {
			late++
		}
	}
	switch {
	case p.Show == "all":
		return p.N("operation.says_all", len(p.Rows))
	case late > 0:
		return p.N("operation.says_late", late)
	case len(p.Rows) > 0:
		return p.N("operation.says_open", len(p.Rows))
	}
	return p.T("operation.says_none")
}

// runState shows how far a run is, by colour, drawing and word.
func (s *sight) runState(r *operation.Run) (tone part.Tone, icon, word string) {
	word = s.T("operation.state." + string(r.State))
	switch {
	case r.State == operation.Missed:
		return part.Vermilion, "alarm", word
	case r.State == operation.Due && r.Late(s.Now):
		return part.Vermilion, "alarm", s.T("operation.late")
	case r.State == operation.Due:
		return part.Slate, "clock", word
	case r.State == operation.Done && r.Deviations() > 0:
		return part.Amber, "alert-triangle", s.N("operation.deviations", r.Deviations())
	case r.State == operation.Done:
		return part.Jade, "check", word
	}
	return part.Amber, "x", word
}

// operationPage is one run with its lines.
type operationPage struct {
	*sight
	Run   *operation.Run
	Items []operation.Item // it is about
	Form  *Form
	Leave *Form
}

func (s *sight) operationPage(r *http.Request) (*operationPage, error) {
	run, err := s.desk.Operations.Read(s.ctx, s.By, idOf(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	p := &operationPage{sight: s, Run: run}
	if p.Items, err = s.desk.Operations.About(s.ctx, s.By, run); err != nil {
		return nil, err
	}
	p.Title = run.Name.In(string(s.Lang())) + " · " + s.DateTime(run.At)
	return p, nil
}

func (p *operationPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.frameViews(listPlace{View: "operations"})
	return Show(w, r, status, operationView(p))
}

func (d *Desk) operation(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.operationPage(r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// at is the address of the run.
func (p *operationPage) at() string { return OperationHref(p.Run.ID) }

// open reports whether the reader may write down what he found.
func (p *operationPage) open() bool {
	return p.By.Can(operation.DeedWork) && (p.Run.State == operation.Due || p.Run.State == operation.Missed)
}

// lineFields are those of one line.
func (p *operationPage) lineFields(n int, l operation.Result) []part.Field {
	name := strconv.Itoa(n)
	options := []part.Option{}
	for _, v := range []operation.Verdict{operation.AsItIs, operation.Deviant, operation.None} {
		options = append(options, part.Option{Value: string(v), Label: p.T("operation.verdict." + string(v))})
	}
	return p.Form.Fields(
		part.Field{Name: "line." + name, Label: l.Text.In(string(p.Lang())), Help: l.Expect.In(string(p.Lang())), Kind: part.Radio, Options: options, Required: true},
		part.Field{Name: "note." + name, Label: p.T("operation.line_note"), Kind: part.Text, Max: 2000},
	)
}

func (p *operationPage) noteField() []part.Field {
	return p.Form.Fields(part.Field{Name: "note", Label: p.T("operation.note"), Kind: part.Long, Max: 2000})
}

func (p *operationPage) fields() []part.Field {
	var out []part.Field
	for n, l := range p.Run.Results {
		out = append(out, p.lineFields(n, l)...)
	}
	return append(out, p.noteField()...)
}

func (d *Desk) operationFinish(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(operation.DeedWork); err != nil {
		return err
	}
	p, err := s.operationPage(r)
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	found := operation.Found{Note: f.Get("note")}
	for n := range p.Run.Results {
		name := strconv.Itoa(n)
		found.Verdicts = append(found.Verdicts, operation.Verdict(f.Get("line."+name)))
		found.Notes = append(found.Notes, f.Get("note."+name))
	}
	if _, err = d.Operations.Finish(r.Context(), s.By, p.Run.ID, found); err == nil {
		return Go(w, r, p.at())
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	p.Form = f
	return p.show(w, r, http.StatusUnprocessableEntity)
}

// operationDeed takes a run, skips it, or reports what deviates.
func (d *Desk) operationDeed(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(operation.DeedWork); err != nil {
		return err
	}
	p, err := s.operationPage(r)
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	switch r.PathValue("deed") {
	case "take":
		_, err = d.Operations.Take(r.Context(), s.By, p.Run.ID)
	case "skip":
		_, err = d.Operations.Leave(r.Context(), s.By, p.Run.ID, f.Get("why"))
	case "report":
		_, err = d.Operations.Report(r.Context(), s.By, p.Run.ID)
	default:
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err == nil {
		return Go(w, r, p.at())
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	p.Leave = f
	return p.show(w, r, http.StatusUnprocessableEntity)
}

// operationPlansPage lists the plans.
type operationPlansPage struct {
	*sight
	Rows []*setting.Thing
}

func (d *Desk) operationPlans(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &operationPlansPage{sight: s}
	var err error
	if p.Rows, err = d.Operations.Plans(s.By); err != nil {
		return err
	}
	p.Title = s.T("operation.plans")
	s.frameViews(listPlace{View: "operations"})
	return Show(w, r, http.StatusOK, operationPlansView(p))
}

// operationPlanPage is when one plan is due in the next days.
type operationPlanPage struct {
	*sight
	Thing *setting.Thing
	Plan  operation.Plan
	Dates []recur.Date
}

func (d *Desk) operationPlan(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &operationPlanPage{sight: s}
	var err error
	if p.Thing, p.Plan, p.Dates, err = d.Operations.Preview(r.Context(), s.By, idOf(r.PathValue("id"))); err != nil {
		return err
	}
	p.Title = p.Thing.Label(string(s.Lang()))
	s.frameViews(listPlace{View: "operations"})
	return Show(w, r, http.StatusOK, operationPlanView(p))
}

// answer says in words how many dates there are, and how many are not as planned.
func (p *operationPlanPage) answer() string { return planSays(p.Printer, p.Dates) }

func planSays(w *lang.Printer, dates []recur.Date) string {
	n := 0
	for _, d := range dates {
		if d.Fate != recur.AsPlanned {
			n++
		}
	}
	return w.N("operation.says_dates", len(dates), "moved", w.Number(n), "days", w.Number(operation.PreviewDays))
}

// planDay writes a moment with its day of the week.
func planDay(w *lang.Printer, t time.Time) string {
	return w.DateTime(t) + " " + w.Weekday(t.In(w.Zone()).Weekday())
}

// planFate says what became of a date, and why.
func planFate(w *lang.Printer, d recur.Date) string {
	why := d.Why
	if why == "" {
		why = w.T("operation.rest")
	}
	return w.T("operation.fate."+string(d.Fate), "why", why)
}

// routines are the runs of today that are the reader's teams'.
func (p *dayPage) routines() error {
	if p.desk.Operations == nil || !p.By.Can(operation.DeedRead) || len(p.By.Teams) == 0 {
		return nil
	}
	local := p.Now.In(p.Zone())
	tomorrow := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, p.Zone())
	var err error
	if p.Runs, err = p.desk.Operations.List(p.ctx, p.By, operation.Query{Open: true, Teams: p.By.Teams, To: tomorrow, Limit: dayRows}); err != nil || len(p.Runs) == 0 {
		return err
	}
	p.Figures = append(p.Figures, part.Figure{Name: p.T("operation.today"), Value: p.few(len(p.Runs), dayRows), Href: operationsPath + "?show=mine"})
	return nil
}

// operationPages lead to recurring operations.
func operationPages(s *sight, open string) []part.Link {
	if s.desk.Operations == nil || !s.By.Can(operation.DeedRead) {
		return nil
	}
	return []part.Link{{Label: s.T("operation.title"), Href: operationsPath, Icon: "checklist", Active: open == "operations"}}
}
