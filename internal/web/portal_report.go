package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// portalReport is the form that reports a fault.
type portalReport struct {
	*guest
	Form    *Form
	Fields  []part.Field // in the order of the page
	Files   []record.Attach
	Outages []outage         // what is known to be broken, of the service chosen
	Mine    []record.Row     // what the reader has reported of it already
	Advice  []problem.Advice // what he can do himself meanwhile
	Helps   []knowledge.Suggestion
	Drafted bool
}

func (d *PortalDesk) reportForm(w http.ResponseWriter, r *http.Request, g *guest) error {
	held, err := g.draft(draftOfReport)
	if err != nil {
		return err
	}
	p := &portalReport{guest: g, Drafted: held != nil}
	if held != nil {
		p.Form = &Form{Values: held}
	}
	if err := p.fill(); err != nil {
		return err
	}
	if s := r.URL.Query().Get("service"); s != "" && held == nil {
		p.set("service", s)
	}
	return Show(w, r, http.StatusOK, portalReportPage(p))
}

// report registers what somebody tells us. Only the fields of the form are
// read; who reports, for which department, in which state is not his to say.
func (d *PortalDesk) report(w http.ResponseWriter, r *http.Request, g *guest) error {
	s, err := g.read(r)
	if err != nil {
		return err
	}
	p := &portalReport{guest: g, Form: s.Form, Files: s.Files}
	if !s.Wrong() && s.Get("sure") == "" {
		if err := p.known(s.Get("service")); err != nil {
			return err
		}
		if p.isKnown() {
			return p.again(w, r, http.StatusConflict)
		}
	}
	if !s.Wrong() {
		one, err := d.Incidents.Register(r.Context(), g.By, incident.Call{Channel: "portal", Input: record.Input{
			Fields: reported(s.Form), Extra: p.extra(), Files: s.Files, Sure: true,
		}})
		if err == nil {
			if err := g.Forget(draftOfReport); err != nil {
				return err
			}
			return Go(w, r, portalPath+"/reports/"+one.Ref()+"?new=1")
		}
		if err := s.Blame(g.Printer, err); err != nil {
			return err
		}
	}
	return p.again(w, r, http.StatusUnprocessableEntity)
}

// isKnown reports whether the reader may not have to report it.
func (p *portalReport) isKnown() bool {
	return len(p.Outages)+len(p.Mine)+len(p.Advice)+len(p.Helps) > 0
}

// again shows the form as it was sent.
func (p *portalReport) again(w http.ResponseWriter, r *http.Request, status int) error {
	if err := p.fill(); err != nil {
		return err
	}
	return Show(w, r, status, portalReportPage(p))
}

// reported are the fields that a report may set.
func reported(f *Form) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"title", "description", "service", "impact", "urgency", "room", "callback"} {
		out[name] = f.Get(name)
	}
	return out
}

// fill makes the questions, with what is known of the reader.
func (p *portalReport) fill() error {
	p.Title = p.T("portal.report_title")
	room, phone := "", ""
	if p.desk.Person != nil {
		me, err := p.desk.Person(p.ctx, p.By.ID)
		if err != nil {
			return err
		}
		room, phone = me.Room, me.Phone
	}
	p.Fields = p.Form.Fields(append([]part.Field{
		{Name: "title", Label: p.T("portal.ask.title"), Hint: p.T("portal.ask.title_hint"), Required: true, Max: 200},
		{Name: "description", Label: p.T("portal.ask.description"), Help: p.T("portal.ask.description_help"), Kind: part.Long, Max: 50_000},
		{Name: "service", Label: p.T("portal.ask.service"), Kind: part.Choice, Options: p.services(), Hint: p.T("portal.ask.service_hint")},
		{Name: "impact", Label: p.T("portal.ask.impact"), Kind: part.Radio, Required: true, Value: "4", Options: p.levels("impact")},
		{Name: "urgency", Label: p.T("portal.ask.urgency"), Kind: part.Radio, Required: true, Value: "3", Options: p.levels("urgency")},
		{Name: "room", Label: p.T("portal.ask.room"), Hint: p.T("portal.ask.room_hint"), Value: room, Max: 100, Narrow: true},
		{Name: "callback", Label: p.T("portal.ask.callback"), Kind: part.Tel, Value: phone, Max: 60, Fill: "tel", Narrow: true},
		{Name: "files", Label: p.T("portal.ask.files"), Help: p.T("portal.ask.files_help", "max", portalFiles, "size", p.Size(record.StandardLimits.Size)), Kind: part.File, Many: true},
	}, p.ownFields()...)...)
	return nil
}

func (p *portalReport) set(name, value string) {
	if i := slices.IndexFunc(p.Fields, func(f part.Field) bool { return f.Name == name }); i >= 0 {
		p.Fields[i].Value = value
	}
}

// levels are the degrees of impact or urgency in plain words, the mildest
// first: most people have a small trouble.
func (p *portalReport) levels(of string) []part.Option {
	var out []part.Option
	for n := 4; n >= 1; n-- {
		out = append(out, part.Option{Value: strconv.Itoa(n), Label: p.T("portal." + of + "." + strconv.Itoa(n))})
	}
	return out
}

// own are the centre's own fields that requesters may fill in.
func (p *portalReport) own() []record.Own {
	if p.desk.Incidents.Own == nil {
		return nil
	}
	return slices.DeleteFunc(p.desk.Incidents.Own(), func(f record.Own) bool { return f.Hidden })
}

func (p *portalReport) ownFields() []part.Field {
	lang := string(p.Lang())
	var out []part.Field
	for _, f := range p.own() {
		kinds := map[record.Type]part.FieldKind{record.Long: part.Long, record.Bool: part.Toggle, record.Int: part.Number, record.Decimal: part.Number, record.Choice: part.Choice}
		one := part.Field{Name: "x." + f.Code, Label: f.Name.In(lang), Help: f.Help.In(lang), Kind: kinds[f.Type], Max: f.Max, Required: slices.Contains(f.Required, "open")}
		for _, c := range f.Choices {
			one.Options = append(one.Options, part.Option{Value: c.Code, Label: people.Text{En: c.En, Zh: c.Zh}.In(lang)})
		}
		if one.Kind == part.Number {
			one.Max = 0
		}
		out = append(out, one)
	}
	return out
}

func (p *portalReport) extra() map[string]string {
	out := map[string]string{}
	for _, f := range p.own() {
		if v := p.Form.Get("x." + f.Code); v != "" {
			out[f.Code] = v
		}
	}
	return out
}

// known finds what may be the same trouble: an outage of the service that is
// on the notice board, and open reports of the reader himself.
func (p *portalReport) known(service string) error {
	id, err := strconv.ParseInt(service, 10, 64)
	if p.desk.Advise != nil {
		var bad error
		if p.Advice, bad = p.desk.Advise(p.ctx, p.By, problem.Trouble{Text: p.Form.Get("title") + " " + p.Form.Get("description")}); bad != nil {
			return bad
		}
	}
	if p.Form.Get("offered") == "" { // whoever was offered articles as he typed has read them
		var bad error
		if p.Helps, bad = p.helps(p.Form.Get("title")+" "+p.Form.Get("description"), service); bad != nil {
			return bad
		}
	}
	if err != nil || id <= 0 {
		return nil // no service was chosen; a wrong one is the desk's to refuse
	}
	all, err := p.outages()
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Now && int64(o.Service) == id && !o.Followed {
			p.Outages = append(p.Outages, o)
		}
	}
	q := record.Query{Kind: record.Incident, Where: query.All(p.guest.own(), live(true), query.Is("service", strconv.FormatInt(id, 10))), Order: record.Newest, Limit: 3, Now: p.Now}
	p.Mine, err = p.desk.Ledger.List(p.ctx, p.By.Scope, q)
	return err
}

// asks picks fields by name, for the groups of the page.
func (p *portalReport) asks(names ...string) []part.Field {
	var out []part.Field
	for _, f := range p.Fields {
		if slices.Contains(names, f.Name) || slices.Contains(names, "x.") && strings.HasPrefix(f.Name, "x.") {
			out = append(out, f)
		}
	}
	return out
}
