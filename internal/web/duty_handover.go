package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/duty"
	"kilter/internal/web/part"
)

// dutyGiving shows the form of the hand-over, with what stands open in it.
func (d *Desk) dutyGiving(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(duty.DeedWork); err != nil {
		return err
	}
	p, err := s.dutyShiftPage(r)
	if err != nil {
		return err
	}
	return p.giving(w, r, http.StatusOK)
}

func (p *dutyShiftPage) giving(w http.ResponseWriter, r *http.Request, status int) error {
	if !p.keeps() || p.State != duty.Running {
		return Go(w, r, p.base())
	}
	var err error
	if p.Stands, err = p.desk.Duty.Stands(p.ctx, p.By, p.ID); err != nil {
		return err
	}
	p.frameViews(listPlace{View: "duty"})
	return Show(w, r, status, dutyGiveView(p))
}

func (p *dutyShiftPage) giveFields() []part.Field {
	f := p.drafted("handover", p.Give)
	return f.Fields(part.Field{Name: "summary", Label: p.T("watch.summary"), Help: p.T("watch.summary_help"), Kind: part.Long, Required: true, Max: duty.MostSummary, Value: p.summary(), Attrs: templAttrs("rows", "14")})
}

func (d *Desk) dutyGive(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Give = f
	if _, err = d.Duty.Give(r.Context(), s.By, p.ID, f.Get("summary")); err == nil {
		return p.wrote(w, r, f, "handover", p.base()+"#handover", nil)
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return p.giving(w, r, http.StatusUnprocessableEntity)
}

func (p *dutyShiftPage) answerFields(name string) []part.Field {
	if name == "why" {
		label := p.T("watch.why_refused")
		if h := p.Waiting(); h != nil && h.GivenBy == p.By.ID {
			label = p.T("watch.why_withdrawn")
		}
		return p.Answer.Fields(part.Field{Name: "why", Label: label, Kind: part.Long, Required: true, Max: duty.MostText})
	}
	return p.Answer.Fields(part.Field{Name: "answer", Label: p.T("watch.remark"), Kind: part.Long, Max: duty.MostText})
}

func (d *Desk) dutyAccept(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Answer = f
	_, err = d.Duty.Accept(r.Context(), s.By, p.ID, idOf(f.Get("version")), f.Get("answer"))
	to := p.base()
	if err == nil && p.Next != nil {
		to = shiftHref(p.Next.ID)
	}
	return p.wrote(w, r, f, "answer", to, err)
}

func (d *Desk) dutyRefuse(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Answer = f
	_, err = d.Duty.Decline(r.Context(), s.By, p.ID, f.Get("why"))
	return p.wrote(w, r, f, "answer", p.base(), err)
}

// accepts reports whether the reader may accept what waits: he has not given it
// himself, and is not of the same shift.
func (p *dutyShiftPage) accepts(h *duty.Handover) bool {
	return p.keeps() && h.GivenBy != p.By.ID && (!p.Has(p.By.ID) || p.Next != nil && p.Next.ID == h.Next && p.Next.Has(p.By.ID))
}

// stoodName names the table of what stood open at a hand-over, each another.
func (p *dutyShiftPage) stoodName(h *duty.Handover) string {
	n := 1
	for i := range p.Handovers {
		if p.Handovers[i].ID < h.ID {
			n++
		}
	}
	return p.T("watch.stood_at", "n", p.Number(n))
}

// verdictTag shows what became of a hand-over.
func (s *sight) verdictTag(v duty.Verdict) (tone part.Tone, icon, word string) {
	word = s.T("watch.verdict." + string(v))
	switch v {
	case duty.Accepted:
		return part.Jade, "check", word
	case duty.Refused:
		return part.Vermilion, "x", word
	case duty.Withdrawn:
		return part.Slate, "x", word
	}
	return part.Amber, "send", word
}

// dutyLogPage searches the log.
type dutyLogPage struct {
	*sight
	dutyAsk
	Rows  []duty.Entry
	Named map[string]duty.Known
	Full  bool // there may be more
}

func (s *sight) dutyLog(r *http.Request, limit int) (*dutyLogPage, error) {
	p := &dutyLogPage{sight: s, dutyAsk: s.dutyAsk(r.URL.Query(), dutyDays)}
	p.Title = s.T("watch.log")
	if p.form.Wrong() {
		return p, nil
	}
	q := duty.Search{Team: p.Team, From: p.begin, To: p.until, Words: strings.Fields(p.Words), Newest: true, Limit: limit}
	if len(q.Words) > 10 {
		q.Words = q.Words[:10]
	}
	var err error
	if p.Rows, err = s.desk.Duty.Search(s.ctx, s.By, q); err != nil {
		return nil, err
	}
	p.Full = len(p.Rows) == limit
	var refs []string
	for i := range p.Rows {
		refs = append(refs, p.Rows[i].Refs...)
	}
	p.Named, err = s.desk.Duty.Named(s.ctx, s.By, refs)
	return p, err
}

func (d *Desk) dutyLog(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.dutyLog(r, mostFound)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if p.form.Wrong() {
		status = http.StatusUnprocessableEntity
	}
	s.frameViews(listPlace{View: "duty_log"})
	return Show(w, r, status, dutyLogView(p))
}

func (p *dutyLogPage) answer() string {
	if p.Full {
		return p.N("watch.says_found_most", len(p.Rows))
	}
	return p.N("watch.says_found", len(p.Rows), "from", p.Date(p.begin), "to", p.Date(p.until.Add(-time.Second)))
}

// dutyExport sends what a search finds as a table.
func (d *Desk) dutyExport(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(duty.DeedExport); err != nil {
		return err
	}
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	p, err := s.dutyLog(r, mostSaved)
	if err != nil {
		return err
	}
	if p.form.Wrong() {
		return errNoSuch()
	}
	shifts, err := d.Duty.List(r.Context(), s.By, duty.Query{Team: p.Team, From: p.begin, To: p.until, Limit: mostSaved})
	if err != nil {
		return err
	}
	return Saved{as, "duty-" + s.today(), p.Title}.Write(w, func(out sheet.Writer) error { return p.write(out, shifts) })
}

func (p *dutyLogPage) write(out sheet.Writer, shifts []duty.Shift) error {
	of := map[int64]*duty.Shift{}
	for i := range shifts {
		of[shifts[i].ID] = &shifts[i]
	}
	if err := out.Header(p.T("watch.at"), p.label("team"), p.T("watch.shift"), p.T("watch.kind"), p.T("watch.text"), p.T("watch.refs"), p.T("watch.by"), p.T("watch.written")); err != nil {
		return err
	}
	for i := range p.Rows {
		e := &p.Rows[i]
		team, shift := "", strconv.FormatInt(e.Shift, 10)
		if s := of[e.Shift]; s != nil {
			team, shift = p.thing(int64(s.Team)), p.span(s)
		}
		var refs []string
		for _, ref := range e.Refs {
			if _, ok := p.Named[ref]; ok {
				refs = append(refs, ref)
			}
		}
		if err := out.Row(sheet.Text(p.Exact(e.At)), sheet.Text(team), sheet.Text(shift), sheet.Text(p.T("watch.kind."+string(e.Kind))), sheet.Text(e.Text),
			sheet.Text(strings.Join(refs, " ")), sheet.Text(p.name(e.By)), sheet.Text(p.Exact(e.Written))); err != nil {
			return err
		}
	}
	return out.Close()
}

// dutyDay prints the shifts of a team that touch one day.
func (d *Desk) dutyDay(w http.ResponseWriter, r *http.Request, s *sight) error {
	q := r.URL.Query()
	a := s.dutyAsk(map[string][]string{"team": {q.Get("team")}, "from": {q.Get("date")}, "to": {q.Get("date")}}, 1)
	if a.form.Wrong() {
		return errNoSuch()
	}
	all, err := d.Duty.List(r.Context(), s.By, duty.Query{Team: a.Team, From: a.begin.Add(time.Millisecond), To: a.until.Add(-time.Millisecond), Limit: 50})
	if err != nil {
		return err
	}
	var pages []*dutyShiftPage
	for i := len(all) - 1; i >= 0; i-- {
		r.SetPathValue("id", strconv.FormatInt(all[i].ID, 10))
		p, err := s.dutyShiftPage(r)
		if err != nil {
			return err
		}
		pages = append(pages, p)
	}
	s.Title = s.T("watch.day_of", "day", s.Date(a.begin))
	return Show(w, r, http.StatusOK, dutyPaper(s.Frame, s.Title, pages))
}
