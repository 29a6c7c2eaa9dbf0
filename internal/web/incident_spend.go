package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// spender is the working time of one person on the record.
type spender struct {
	Who     people.ID
	Name    string
	Minutes int
}

// spenders are those who worked on the record, who most first, with the sum.
func (p *incidentPage) spenders() (out []spender, sum int) {
	for who, minutes := range p.View.Spent {
		if minutes != 0 {
			out = append(out, spender{who, p.Name(who), minutes})
			sum += minutes
		}
	}
	slices.SortFunc(out, func(a, b spender) int { return cmp.Or(b.Minutes-a.Minutes, cmp.Compare(a.Who, b.Who)) })
	return out, sum
}

// minutes writes working time.
func (s *sight) minutes(n int) string { return s.T("desk.minutes_n", "n", s.Number(n)) }

func (s *sight) timeAsk(ref string, form *Form) *askPage {
	return &askPage{
		sight: s, ID: "time", Heading: s.T("desk.time_book") + " · " + ref, Action: "/incidents/" + ref + "/time", Send: s.T("desk.time_book"), Icon: "stopwatch", Form: form,
		Fields: form.Fields(
			part.Field{Name: "minutes", Label: s.T("desk.time_minutes"), Help: s.T("desk.time_minutes_help"), Kind: part.Number, Narrow: true, Required: true},
			part.Field{Name: "on", Label: s.T("desk.time_on"), Kind: part.Date, Narrow: true, Value: s.Now.In(s.Zone()).Format("2006-01-02")},
			part.Field{Name: "text", Label: s.T("desk.time_note"), Kind: part.Long},
		),
	}
}

func (d *Desk) timeForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	if err := s.By.May("incident.spend"); err != nil {
		return err
	}
	return s.timeAsk(one.Ref(), nil).show(w, r, http.StatusOK)
}

// timeBook writes working time down.
func (d *Desk) timeBook(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	for name, v := range r.URL.Query() { // the undo of a notice has no fields
		form.Values[name] = v
	}
	minutes, _ := strconv.Atoi(form.Get("minutes")) // no number is no time, and refused
	work := record.Worked{Minutes: minutes, On: form.Get("on"), Text: form.Get("text")}
	if work.On == s.Now.In(s.Zone()).Format("2006-01-02") {
		work.On = ""
	}
	one, err := d.Incidents.One(r.Context(), s.By, n, record.Input{}, func(k *record.Sitting[*incident.Incident], i *incident.Incident) error { return k.Spend(i, work) })
	if err != nil {
		return s.timeAsk(record.Ref(record.Incident, n), form).refused(w, r, err)
	}
	undo := "/incidents/" + one.Ref() + "/time?minutes=" + strconv.Itoa(-minutes) + "&on=" + work.On
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.time_booked", "n", s.Number(minutes), "ref", one.Ref()), Icon: "stopwatch", Undo: undo})
}

// alikePage is what an incident is like.
type alikePage struct {
	*sight
	Rows []record.Row
}

// alike answers the similar incidents, off the page's own path.
func (d *Desk) alike(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	rows, err := d.Incidents.Alike(r.Context(), s.By, one, d.Finder)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, alikeView(&alikePage{s, rows}))
}
