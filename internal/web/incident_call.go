package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// callPage is the form of the service desk: who calls, what it is, done.
type callPage struct {
	*sight
	Form   *Form
	Fields []part.Field // of the form, in the order of a call
	Solve  []part.Field // what solving on the phone asks
	Solved bool         // that part is open
	Caller *callerCard
}

// callDraft is the place where the form's draft is kept.
const callDraft = "incident.new"

// callOrder is the one order of the fields, made for the keyboard.
var callOrder = []string{"requester", "title", "description", "service", "category", "impact", "urgency", "zone", "item", "hall", "outside"}

// solveOrder is what a solution on the phone asks.
var solveOrder = []string{"solution", "cause", "no_item"}

func (d *Desk) call(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	p := &callPage{sight: s}
	var form *Form
	kept, err := s.draft(callDraft)
	if err != nil {
		return err
	}
	if len(kept.Fields) > 0 {
		form = &Form{Values: kept.Fields}
	} else if who := r.URL.Query().Get("requester"); who != "" {
		form = &Form{Values: map[string][]string{"requester": {who}, "channel": {"phone"}, "impact": {"4"}, "urgency": {"3"}}}
	}
	return p.show(w, r, http.StatusOK, form)
}

func (p *callPage) show(w http.ResponseWriter, r *http.Request, status int, form *Form) error {
	if err := p.ask(form); err != nil {
		return err
	}
	p.Title = p.T("desk.register")
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, callView(p))
}

func (p *callPage) ask(form *Form) (err error) {
	p.Form = form
	if form != nil {
		p.Solved = form.Get("solution") != "" || form.Get("solve") != ""
		if who := people.ID(idOf(form.Get("requester"))); who != 0 {
			if p.Caller, err = p.card(who); err != nil {
				return err
			}
		}
	}
	channel := part.Field{Name: "channel", Label: p.label("channel"), Kind: part.Choice, Required: true, Value: "phone", Options: p.choices("channel", incident.Channels[:5])}
	p.Fields = append(p.Fields, p.questions(form, callOrder[:1])...)
	p.Fields = append(p.Fields, form.Field(channel))
	p.Fields = append(p.Fields, p.questions(form, callOrder[1:])...)
	own, err := record.OwnFields(p.All, record.Incident)
	if err != nil {
		return err
	}
	for _, f := range own {
		q := p.askOwn(f, "")
		q.Required = slices.Contains(f.Required, "open")
		p.Fields = append(p.Fields, form.Field(q))
	}
	p.Solve = p.questions(form, solveOrder)
	return nil
}

func (p *callPage) questions(form *Form, names []string) []part.Field {
	var out []part.Field
	for _, name := range names {
		f, ok := p.desk.Incidents.Sheet.Find(name)
		if !ok {
			continue
		}
		value := map[string]string{"impact": "4", "urgency": "3"}[name]
		q := p.sight.ask(f, value)
		if form != nil && f.Type.Refers() { // names what was chosen, so that it can be shown again
			q.Options = p.sight.ask(f, form.Get(name)).Options
		}
		q.Required = slices.Contains([]string{"title"}, name)
		if name == "requester" {
			q.Label, q.Hint = p.T("desk.caller"), p.T("desk.caller_hint")
		}
		out = append(out, form.Field(q))
	}
	return out
}

// register opens the incident, and when a solution came with it takes it to
// resolved in the same sitting.
func (d *Desk) register(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p := &callPage{sight: s}
	c := incident.Call{
		Input:   record.Input{Fields: s.answers(form, callOrder), Extra: s.ownAnswers(form), Files: attached(form)},
		Channel: incident.Channel(form.Get("channel")),
	}
	if n, err := refNumber(form.Get("parent")); err == nil {
		c.Parent = n
	}
	if form.Get("solve") != "" {
		c.Solved = s.answers(form, solveOrder)
		if item := form.Get("item"); item != "" {
			c.Solved["item"] = item
		}
	}
	one, err := d.Incidents.Register(r.Context(), s.By, c)
	if err == nil && form.Get("solve") != "" && one.State != incident.Resolved {
		form.Fault("", s.T("desk.not_solved"))
	}
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		return p.show(w, r, http.StatusUnprocessableEntity, form)
	}
	if err := s.forget(callDraft); err != nil {
		return err
	}
	return Go(w, r, "/incidents/"+one.Ref())
}

// answers reads fields of the sheet out of a form.
func (s *sight) answers(form *Form, names []string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		if f, ok := s.desk.Incidents.Sheet.Find(name); ok && form.Get(name) != "" {
			out[name] = s.answer(f.Type, form.Get(name))
		}
	}
	return out
}

// callerCard is what is known about who calls.
type callerCard struct {
	*sight
	Who    people.Person
	Rows   []record.Row
	Items  []cmdb.Item
	Likely []likely // services of his last records, the most frequent first
}

type likely struct {
	ID   record.ServiceID
	Name string
	n    int
}

func (d *Desk) caller(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	id := people.ID(idOf(r.URL.Query().Get("requester")))
	if id == 0 {
		return Show(w, r, http.StatusOK, callerNobody(s))
	}
	c, err := s.card(id)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, callerView(c))
}

// card reads a caller's last records and items: what he most likely calls
// about.
func (s *sight) card(id people.ID) (*callerCard, error) {
	c := &callerCard{sight: s}
	if s.desk.Persons == nil {
		return c, nil
	}
	var err error
	if c.Who, err = s.desk.Persons.Person(s.ctx, id); err != nil {
		if fault.Is(err, fault.Missing) {
			return nil, nil //nolint:nilnil // somebody who is not there has no card
		}
		return nil, err
	}
	q := record.Query{Kind: record.Incident, Where: query.Is("requester", id.String()), Order: record.Newest, Limit: 20, Now: s.Now}
	rows, err := s.desk.Ledger.List(s.ctx, s.scope(), q)
	if err != nil {
		return nil, err
	}
	c.Likely = s.likely(rows)
	c.Rows = rows[:min(len(rows), 5)]
	if s.desk.Items != nil {
		c.Items, err = s.desk.Items.Of(s.ctx, s.scope(), id, c.Who.Department, 5)
	}
	return c, err
}

func (s *sight) likely(rows []record.Row) []likely {
	var out []likely
	for _, r := range rows {
		if r.Service == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(l likely) bool { return l.ID == r.Service })
		if i < 0 {
			out = append(out, likely{ID: r.Service, Name: s.thing(int64(r.Service))})
			i = len(out) - 1
		}
		out[i].n++
	}
	slices.SortStableFunc(out, func(a, b likely) int { return b.n - a.n })
	return out[:min(len(out), 3)]
}

// similarToCall lists open incidents that may be the same trouble.
func (d *Desk) similarToCall(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	q := r.URL.Query()
	rows, err := d.similar(r.Context(), s, record.ServiceID(idOf(q.Get("service"))), record.CategoryID(idOf(q.Get("category"))))
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, similarView(s, rows))
}

func (d *Desk) similar(ctx context.Context, s *sight, service record.ServiceID, category record.CategoryID) ([]record.Row, error) {
	if service == 0 || category == 0 || !s.By.Can("incident.read") {
		return nil, nil
	}
	return d.Incidents.Similar(ctx, s.By, service, category)
}

func serviceValue(id record.ServiceID) string { return strconv.FormatInt(int64(id), 10) }
