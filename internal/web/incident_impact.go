package web

import (
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// impactPart is what follows from what an incident is about: whom it concerns,
// the priority that this calls for, the reports that it explains.
type impactPart struct {
	*sight
	One   *incident.Incident
	Found *handoff.Assessment // nil when the incident is about nothing that is recorded
	Form  *Form
}

// incidentImpact answers the part of the record that looks at the topology.
func (d *Desk) incidentImpact(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	p, err := s.impactPart(one, &Form{})
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, impactPartView(p))
}

func (s *sight) impactPart(one *incident.Incident, form *Form) (*impactPart, error) {
	if s.desk.Triage == nil {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	p := &impactPart{sight: s, One: one, Form: form}
	found, err := s.desk.Triage.Assess(s.ctx, s.By, one.Number)
	for _, f := range fault.All(err) {
		if f.Key == "impact.no_item" || f.Key == "cmdb.no_such_item" {
			return p, nil
		}
	}
	p.Found = found
	return p, err
}

// assess takes the proposed priority, or another with the reason for it.
func (d *Desk) assess(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if d.Triage == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	level := func(name string) incident.Level { n, _ := strconv.Atoi(form.Get(name)); return incident.Level(n) }
	now, err := d.Triage.Accept(r.Context(), s.By, one.Number, level("impact"), level("urgency"), form.Get("reason"))
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		p, err := s.impactPart(one, form)
		if err != nil {
			return err
		}
		return again(w, r, "incident-impact", impactPartAgain(p))
	}
	return d.done(w, r, s, now, part.Toast{Text: s.T("assess.done", "priority", s.Priority(now.Priority))})
}

func (p *impactPart) names() []string {
	var out []string
	for _, n := range p.Found.About {
		out = append(out, n.Code)
	}
	return out
}

func (p *impactPart) impactHref() string {
	out := impactHref(p.Found.About[0].ID)
	for i, n := range p.Found.About[1:] {
		out += map[bool]string{true: "?", false: "&"}[i == 0] + "with=" + idText(n.ID)
	}
	return out
}

func (p *impactPart) mapHref() string { return incidentMapPath + "/" + p.One.Ref() + "/map" }

// same reports whether the incident already has what is proposed.
func (p *impactPart) same() bool {
	return int(p.One.Impact) == p.Found.Proposal.Impact && int(p.One.Urgency) == p.Found.Proposal.Urgency
}

func (p *impactPart) may() bool {
	return p.By.Can("incident.edit") && !p.desk.Incidents.Flow.Place(p.One.State).Final
}

// otherwise are the fields of a decision that departs from the proposal.
func (p *impactPart) otherwise() []part.Field {
	levels := func(name string, now incident.Level) part.Field {
		f, _ := p.desk.Incidents.Sheet.Find(name)
		return p.sight.ask(asked(f), strconv.Itoa(int(now)))
	}
	return p.Form.Fields(levels("impact", p.One.Impact), levels("urgency", p.One.Urgency), part.Field{Name: "reason", Label: p.T("assess.reason"), Kind: part.Long, Required: true, Max: 2000})
}

// suspectsPage looks for the common cause of incidents.
type suspectsPage struct {
	*sight
	Form    *Form
	Ask     part.Field
	Numbers []string
	Found   *handoff.Inquiry
}

func (d *Desk) suspects(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(cmdb.DeedImpact); err != nil {
		return err
	}
	if d.Triage == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	p := &suspectsPage{sight: s, Form: &Form{Values: r.URL.Query()}}
	return p.answer(w, r, nil)
}

// answer shows the page; wrong is a fault of the deed that it was sent with.
func (p *suspectsPage) answer(w http.ResponseWriter, r *http.Request, wrong error) error {
	for _, text := range p.Form.Values["n"] {
		p.Numbers = append(p.Numbers, refsIn(text)...)
	}
	p.Ask = part.Field{Name: "n", Label: p.T("suspects.ask"), Value: strings.Join(p.Numbers, " "), Help: p.T("suspects.ask_help"), Required: true}
	status := http.StatusOK
	if len(p.Numbers) > 0 {
		found, err := p.desk.Triage.Inquire(p.ctx, p.By, numbers(p.Numbers))
		if err != nil {
			if err := p.Form.Blame(p.Printer, renamed(err, "numbers", "n")); err != nil {
				return err
			}
			status = http.StatusUnprocessableEntity
		}
		p.Found = found
	}
	if wrong != nil {
		if err := p.Form.Blame(p.Printer, wrong); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	p.Title = p.T("suspects.title")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, suspectsView(p))
}

// gather makes incidents children of one, in one deed.
func (d *Desk) gather(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if d.Triage == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	g := handoff.Gathering{Item: record.ItemID(idOf(form.Get("item"))), Title: form.Get("title"), Children: numbers(form.Values["n"])}
	if ref := form.Get("parent"); ref != "" {
		if g.Parent, err = refNumber(ref); err != nil {
			return err
		}
	}
	parent, err := d.Triage.Gather(r.Context(), s.By, g)
	if err != nil {
		p := &suspectsPage{sight: s, Form: form}
		return p.answer(w, r, err)
	}
	return Go(w, r, "/incidents/"+parent.Ref())
}
