package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// done answers a deed on a record: the pieces that changed and a notice, or
// for a form sent without script the way back.
func (d *Desk) done(w http.ResponseWriter, r *http.Request, s *sight, one *incident.Incident, toast part.Toast, more ...templ.Component) error {
	if !Partial(r) {
		return Go(w, r, cameFrom(r, "/incidents/"+one.Ref()))
	}
	p, err := s.pageOf(one)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	return Show(w, r, http.StatusOK, afterDeed(p, toast, more))
}

// cameFrom is the page a form was sent from, when it is one of ours and not the
// form's own, which is of no use once it was sent.
func cameFrom(r *http.Request, otherwise string) string {
	at, err := url.Parse(r.Referer())
	if err != nil || r.Referer() == "" || at.Host != r.Host || at.Path == r.URL.Path {
		return otherwise
	}
	return Local(at.RequestURI())
}

// again shows a dialog or form a second time, with what is wrong.
func again(w http.ResponseWriter, r *http.Request, id string, c templ.Component) error {
	w.Header().Set("HX-Retarget", "#"+id)
	w.Header().Set("HX-Reswap", "outerHTML")
	return Show(w, r, http.StatusUnprocessableEntity, c)
}

// found reads the incident that an address names.
func (s *sight) found(r *http.Request) (*incident.Incident, error) {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	return s.desk.Incidents.Find(s.ctx, s.By, n)
}

// watch lets the one who looks follow the record, or not any more.
func (d *Desk) watch(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	off := form.Get("off") != "" || r.URL.Query().Get("off") != ""
	one, err = d.Incidents.One(r.Context(), s.By, one.Number, record.Input{}, func(k *record.Sitting[*incident.Incident], i *incident.Incident) error {
		return follow(k, i, s.By.ID, off)
	})
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, s.watched(one.Ref(), "/incidents/"+one.Ref(), off))
}

// mineMove is the move by which one takes the record for oneself, "" when
// there is none.
func (p *incidentPage) mineMove() string {
	switch p.One.State {
	case incident.Classified:
		return "assign"
	case incident.Assigned:
		return "accept"
	}
	return ""
}

// mine gives the record to the one who looks.
func (d *Desk) mine(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	in := record.Input{Fields: map[string]string{"owner": s.By.ID.String()}}
	undo, err := s.revocable("accept", &in)
	if err != nil {
		return err
	}
	if one.State == incident.Classified {
		team := one.Team
		if team == 0 && len(s.By.Teams) > 0 {
			team = s.By.Teams[0]
		}
		in.Fields["team"] = idText(team)
		if one, err = d.Incidents.Move(r.Context(), s.By, one.Number, "assign", in); err != nil {
			return err
		}
	}
	if one.State == incident.Assigned {
		if one, err = d.Incidents.Move(r.Context(), s.By, one.Number, "accept", in); err != nil {
			return err
		}
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.mine_now", "ref", one.Ref()), Icon: "user-check", Undo: undo})
}
