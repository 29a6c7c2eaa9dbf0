package web

import (
	"net/http"
	"net/url"
	"slices"

	"kilter/internal/practice/handoff"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// advice finds the work-arounds that fit what is known of a trouble; none for
// whoever may not read problems.
func (s *sight) advice(t problem.Trouble) ([]problem.Advice, error) {
	if s.desk.Known == nil || !s.By.Can("problem.read") {
		return nil, nil
	}
	return s.desk.Known.Problems.Advise(s.ctx, s.By, t)
}

// knownHere finds those that fit the incident, as long as it is open.
func (p *incidentPage) knownHere() ([]problem.Advice, error) {
	if !p.desk.Incidents.Flow.Live(p.One.State) {
		return nil, nil
	}
	return p.advice(problem.Trouble{Item: p.One.Item, Service: p.One.Service, Category: p.One.Category, Text: p.One.Title + " " + p.One.Description})
}

// applied reports whether the incident is put down to the problem already.
func (p *incidentPage) applied(a problem.Advice) bool {
	return slices.ContainsFunc(p.Around.Links, func(l record.Linked) bool { return l.Type == "caused_by" && !l.Back && l.Row.ID == a.Head.ID })
}

// raising is the way to the form that raises the problem behind an incident.
func (p *incidentPage) raising() string {
	v := url.Values{"from": {p.Ref}}
	for name, text := range handoff.Draft(p.One) {
		v.Set(name, Cut(text, 500))
	}
	return "/problems/new?" + v.Encode()
}

// applyKnown takes a published work-around over into the incident.
func (d *Desk) applyKnown(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	cause, err := refOf(record.Problem, r.PathValue("other"))
	if err != nil {
		return err
	}
	one, err := d.Known.Apply(r.Context(), s.By, n, cause)
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.known.applied", "ref", one.Ref(), "problem", record.Ref(record.Problem, cause)), Icon: "bulb"})
}
