package web

import (
	"net/http"

	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// role is one of those that a major incident is led by.
type role struct {
	Name, Label string
	Who         people.ID // 0 is nobody yet
}

func (p *incidentPage) roles() []role {
	return []role{{"lead", p.label("lead"), p.One.Lead}, {"liaison", p.label("liaison"), p.One.Liaison}, {"scribe", p.label("scribe"), p.One.Scribe}}
}

// nextUpdate counts down to when people must hear of a major incident again.
func (p *incidentPage) nextUpdate() part.SLA {
	return part.SLA{Name: p.T("desk.next_update"), State: part.SLARunning, Left: p.One.NextUpdate.Sub(p.Now), Due: p.One.NextUpdate, At: p.Now}
}

// publish puts a text about a major incident on the notice board.
func (d *Desk) publish(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	one, err := d.Incidents.Publish(r.Context(), s.By, n, form.Get("notice"))
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.published", "ref", one.Ref()), Icon: "volume"})
}

// claim takes a role in a major incident.
func (d *Desk) claim(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	one, err := d.Incidents.Claim(r.Context(), s.By, n, form.Get("role"))
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.claimed", "ref", one.Ref()), Icon: "user-check"})
}
