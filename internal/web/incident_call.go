package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/contact"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// callPage is the form of the service desk: who calls, what it is, done.
type callPage struct {
	*sight
	As     string // what the call is: "incident", or a type of contact
	Form   *Form
	Who    []part.Field // who calls, and how
	Fields []part.Field // of the form, in the order of a call
	Solve  []part.Field // what solving on the phone asks
	Solved bool         // that part is open
	Caller *callerCard
	From   string // the contact that this call is to become an incident of
	Canned []record.Canned
	Used   *record.Canned // the template that was taken, when it does something after registering
}

// callDraft is the place where the form's draft is kept.
const callDraft = "incident.new"

// callKinds are what a call can be: a fault is an incident, anything else a
// contact of that type.
var callKinds = []string{"incident", "question", "follow_up", "complaint", "other"}

// callOrder is the one order of the fields, made for the keyboard.
var callOrder = []string{"title", "description", "service", "category", "impact", "urgency", "zone", "item", "hall", "outside"}

// solveOrder is what a solution on the phone asks.
var solveOrder = []string{"solution", "cause", "no_item"}

// contactOrder is what a call that is no incident asks.
var contactOrder = []string{"title", "description", "answer", "service", "zone", "caller", "phone"}

func (d *Desk) call(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	p := &callPage{sight: s}
	form, err := p.begun(r.URL.Query())
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, form)
}

// begun is what is known before anything is typed: what was typed before, the
// contact that becomes an incident, who calls.
func (p *callPage) begun(q url.Values) (*Form, error) {
	usual := url.Values{}
	for name, v := range usualCall {
		usual.Set(name, v)
	}
	if ref := q.Get("contact"); ref != "" && p.desk.Contacts != nil {
		c, err := p.contact(ref)
		if err != nil {
			return nil, err
		}
		for name, v := range contact.Draft(c, p.desk.Contacts.Sheet) {
			usual.Set(name, v)
		}
		usual.Set("contact", c.Ref())
		return &Form{Values: usual}, nil
	}
	kept, err := p.draft(callDraft)
	if err != nil || len(kept.Fields) > 0 {
		return &Form{Values: kept.Fields}, err
	}
	if as := q.Get("as"); slices.Contains(callKinds, as) {
		usual.Set("as", as)
	}
	if who := q.Get("requester"); who != "" {
		usual.Set("requester", who)
	}
	return &Form{Values: usual}, nil
}

// contact finds the contact that a call form names.
func (s *sight) contact(ref string) (*contact.Contact, error) {
	n, err := refOf(record.Contact, ref)
	if err != nil {
		return nil, err
	}
	return s.desk.Contacts.Find(s.ctx, s.By, n)
}

// callFields answers the form below the caller, when the call turns out to be
// something else; what was typed stays.
func (d *Desk) callFields(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	template := asked.Get("template")
	asked.Del("template")
	for name, v := range asked {
		form.Values[name] = v
	}
	p := &callPage{sight: s}
	if template != "" {
		if err := p.fillIn(form, template); err != nil {
			return err
		}
		form.Values.Set("template", template)
		form.Values.Set("after", "true")
	}
	if err := p.ask(form); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, callRest(p))
}

func (p *callPage) show(w http.ResponseWriter, r *http.Request, status int, form *Form) error {
	if err := p.ask(form); err != nil {
		return err
	}
	p.Title = p.T("desk.call_title")
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, callView(p))
}

// take reads what the call is said to be.
func (p *callPage) take(form *Form) {
	p.Form, p.As, p.From = form, form.Get("as"), form.Get("contact")
	if !slices.Contains(callKinds, p.As) || !p.contacts() {
		p.As = "incident"
	}
}

func (p *callPage) ask(form *Form) (err error) {
	p.take(form)
	if p.Canned, err = p.templates(); err != nil {
		return err
	}
	for i, t := range p.Canned {
		if t.Code == form.Get("template") && len(t.Then) > 0 && p.desk.Macros != nil {
			p.Used = &p.Canned[i]
		}
	}
	p.Solved = form.Get("solution") != "" || form.Get("solve") != ""
	if who := people.ID(idOf(form.Get("requester"))); who != 0 {
		if p.Caller, err = p.card(who); err != nil {
			return err
		}
	}
	p.Who = p.questions(form, []string{"requester"})
	channel := part.Field{Name: "channel", Label: p.label("channel"), Kind: part.Choice, Required: true, Value: "phone", Options: p.choices("channel", incident.Channels[:5])}
	p.Who = append(p.Who, form.Field(channel))
	order := callOrder
	if p.As != "incident" {
		of := p.of
		p.of = p.desk.trades[record.Contact]
		defer func() { p.of = of }()
		order = contactOrder
	}
	p.Fields = p.questions(form, order)
	if p.As != "incident" {
		p.Fields = slices.Insert(p.Fields, 2, form.Field(part.Field{Name: "about", Label: p.T("desk.contact.about"), Help: p.T("desk.contact.about_help"), Hint: "INC-" + strconv.Itoa(p.Now.Year()) + "-00042", Required: p.As == string(contact.FollowUp)}))
		return nil
	}
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

// contacts reports whether calls can be logged that are no incidents.
func (s *sight) contacts() bool { return s.desk.Contacts != nil && s.By.Can("contact.open") }

// kinds is the choice of what the call is.
func (p *callPage) kinds() part.Field {
	f := part.Field{Name: "as", Label: p.T("desk.call_as"), Kind: part.Radio, Required: true, Value: p.As}
	for _, k := range callKinds {
		f.Options = append(f.Options, part.Option{Value: k, Label: p.T("desk.call_as." + k)})
	}
	return f
}

func (p *callPage) questions(form *Form, names []string) []part.Field {
	var out []part.Field
	for _, name := range names {
		f, ok := p.of.find(name)
		if !ok {
			continue
		}
		value := map[string]string{"impact": "4", "urgency": "3"}[name]
		q := p.sight.ask(f, value)
		if f.Type.Refers() { // names what was chosen, so that it can be shown again
			q.Options = p.sight.ask(f, form.Get(name)).Options
		}
		q.Required = name == "title"
		if name == "requester" {
			q.Label, q.Hint = p.T("desk.caller"), p.T("desk.caller_hint")
		}
		if _, given := form.Values[name]; given || form.Wrong() {
			q = form.Field(q)
		}
		out = append(out, q)
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
	if as := form.Get("as"); as != "" && as != "incident" && s.contacts() {
		return d.logCall(w, r, s, form)
	}
	p := &callPage{sight: s}
	c := incident.Call{
		Input:   record.Input{Fields: s.answers(form, append([]string{"requester"}, callOrder...)), Extra: s.ownAnswers(form), Files: attached(form)},
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
	var one *incident.Incident
	err = s.registering(form, record.Incident, func(ctx context.Context) (n record.Number, err error) {
		if one, err = s.become(ctx, c, form.Get("contact")); err != nil {
			return 0, err
		}
		return one.Number, nil
	})
	if err == nil && form.Get("solve") != "" && one.State != incident.Resolved {
		form.Fault("", s.T("desk.not_solved"))
	}
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		return p.show(w, r, http.StatusUnprocessableEntity, form)
	}
	if err := s.Forget(callDraft); err != nil {
		return err
	}
	return Go(w, r, "/incidents/"+one.Ref())
}

// become registers the incident of a call, together with the link to the
// contact that the call began as.
func (s *sight) become(ctx context.Context, c incident.Call, contact string) (*incident.Incident, error) {
	if contact == "" || s.desk.Contacts == nil {
		return s.desk.Incidents.Register(ctx, s.By, c)
	}
	n, err := refOf(record.Contact, contact)
	if err != nil {
		return nil, err
	}
	calls := handoff.Calls{Incidents: s.desk.Incidents, Contacts: s.desk.Contacts, Together: s.desk.Together}
	return calls.Become(ctx, s.By, n, c)
}

// logCall keeps a call that is no incident: a question with its answer, a
// follow-up of a record.
func (d *Desk) logCall(w http.ResponseWriter, r *http.Request, s *sight, form *Form) error {
	p := &callPage{sight: s}
	fields := map[string]string{"type": form.Get("as"), "about": strings.ToUpper(form.Get("about"))}
	for _, name := range append([]string{"requester", "channel"}, contactOrder...) {
		fields[name] = form.Get(name)
	}
	if who := people.ID(idOf(fields["requester"])); who != 0 && d.Persons != nil {
		if caller, err := d.Persons.Person(r.Context(), who); err == nil {
			fields["department"] = idText(caller.Department) // whom the directory does not know, the desk will refuse
		}
	}
	var c *contact.Contact
	err := s.registering(form, record.Contact, func(ctx context.Context) (n record.Number, err error) {
		if c, err = d.Contacts.Log(ctx, s.By, record.Input{Fields: fields}); err != nil {
			return 0, err
		}
		return c.Number, nil
	})
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		return p.show(w, r, http.StatusUnprocessableEntity, form)
	}
	if err := s.Forget(callDraft); err != nil {
		return err
	}
	return Go(w, r, "/contacts/"+c.Ref())
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
