package duty

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/duty"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// giveForm shows the form of the hand-over, with what stands open in it.
func (s *sight) giveForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(duty.DeedWork); err != nil {
		return err
	}
	p, err := s.shiftPage(r)
	if err != nil {
		return err
	}
	return p.giving(w, r, http.StatusOK)
}

func (p *shiftPage) giving(w http.ResponseWriter, r *http.Request, status int) error {
	if !p.keeps() || p.State != duty.Running {
		return web.Go(w, r, p.base())
	}
	var err error
	if p.Stands, err = p.room.Stands(p.ctx, p.By, p.ID); err != nil {
		return err
	}
	p.Lists()
	return web.Show(w, r, status, giveView(p))
}

func (p *shiftPage) giveFields() []part.Field {
	f := p.drafted("handover", p.Give)
	return f.Fields(part.Field{Name: "summary", Label: p.T("watch.summary"), Help: p.T("watch.summary_help"), Kind: part.Long, Required: true, Max: duty.MostSummary, Value: p.summary(), Attrs: templ.Attributes{"rows": "14"}})
}

func (s *sight) give(w http.ResponseWriter, r *http.Request) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Give = f
	if _, err = s.room.Give(r.Context(), s.By, p.ID, f.Get("summary")); err == nil {
		return p.wrote(w, r, f, "handover", p.base()+"#handover", nil)
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return p.giving(w, r, http.StatusUnprocessableEntity)
}

func (p *shiftPage) answerFields(name string) []part.Field {
	if name == "why" {
		label := p.T("watch.why_refused")
		if h := p.Waiting(); h != nil && h.GivenBy == p.By.ID {
			label = p.T("watch.why_withdrawn")
		}
		return p.Answer.Fields(part.Field{Name: "why", Label: label, Kind: part.Long, Required: true, Max: duty.MostText})
	}
	return p.Answer.Fields(part.Field{Name: "answer", Label: p.T("watch.remark"), Kind: part.Long, Max: duty.MostText})
}

func (s *sight) accept(w http.ResponseWriter, r *http.Request) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Answer = f
	_, err = s.room.Accept(r.Context(), s.By, p.ID, f.ID("version"), f.Get("answer"))
	to := p.base()
	if err == nil && p.Next != nil {
		to = shiftHref(p.Next.ID)
	}
	return p.wrote(w, r, f, "answer", to, err)
}

func (s *sight) refuse(w http.ResponseWriter, r *http.Request) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Answer = f
	_, err = s.room.Decline(r.Context(), s.By, p.ID, f.Get("why"))
	return p.wrote(w, r, f, "answer", p.base(), err)
}

// accepts reports whether the reader may accept what waits: he has not given it
// himself, and is not of the same shift.
func (p *shiftPage) accepts(h *duty.Handover) bool {
	return p.keeps() && h.GivenBy != p.By.ID && (!p.Has(p.By.ID) || p.Next != nil && p.Next.ID == h.Next && p.Next.Has(p.By.ID))
}

// stoodName names the table of what stood open at a hand-over, each another.
func (p *shiftPage) stoodName(h *duty.Handover) string {
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

// logPage searches the log.
type logPage struct {
	*sight
	ask
	Rows  []duty.Entry
	Named map[string]duty.Known
	Full  bool // there may be more
}

func (s *sight) found(r *http.Request, limit int) (*logPage, error) {
	p := &logPage{sight: s, ask: s.asked(r.URL.Query(), searchDays)}
	p.Title = s.T("watch.log")
	if p.form.Wrong() {
		return p, nil
	}
	q := duty.Search{Team: p.Team, From: p.begin, To: p.until, Words: strings.Fields(p.Words), Newest: true, Limit: limit}
	if len(q.Words) > 10 {
		q.Words = q.Words[:10]
	}
	var err error
	if p.Rows, err = s.room.Search(s.ctx, s.By, q); err != nil {
		return nil, err
	}
	p.Full = len(p.Rows) == limit
	var refs []string
	for i := range p.Rows {
		refs = append(refs, p.Rows[i].Refs...)
	}
	p.Named, err = s.room.Named(s.ctx, s.By, refs)
	return p, err
}

func (s *sight) search(w http.ResponseWriter, r *http.Request) error {
	p, err := s.found(r, mostFound)
	if err != nil {
		return err
	}
	s.Lists()
	return web.Show(w, r, p.form.Status(), logView(p))
}

func (p *logPage) answer() string {
	if p.Full {
		return p.N("watch.says_found_most", len(p.Rows))
	}
	return p.N("watch.says_found", len(p.Rows), "from", p.Date(p.begin), "to", p.Date(p.until.Add(-time.Second)))
}

// export sends what a search finds as a table.
func (s *sight) export(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(duty.DeedExport); err != nil {
		return err
	}
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	p, err := s.found(r, mostSaved+1)
	if err != nil {
		return err
	}
	if p.form.Wrong() {
		return errNoSuch()
	}
	if err := whole(len(p.Rows), mostSaved); err != nil {
		return err
	}
	shifts, err := s.room.List(r.Context(), s.By, duty.Query{Team: p.Team, From: p.begin, To: p.until, Limit: mostSaved})
	if err != nil {
		return err
	}
	return web.Saved{As: as, Name: "duty-" + s.Today(), Title: p.Title}.Write(w, func(out sheet.Writer) error { return p.write(out, shifts) })
}

// whole refuses a table that would leave entries out.
func whole(found, most int) error {
	if found > most {
		return fault.New(fault.TooMuch, "watch.too_many").With("n", most)
	}
	return nil
}

func (p *logPage) write(out sheet.Writer, shifts []duty.Shift) error {
	of := map[int64]*duty.Shift{}
	for i := range shifts {
		of[shifts[i].ID] = &shifts[i]
	}
	if err := out.Header(p.T("watch.at"), p.Label("team"), p.T("watch.shift"), p.T("watch.kind"), p.T("watch.text"), p.T("watch.refs"), p.T("watch.by"), p.T("watch.written")); err != nil {
		return err
	}
	for i := range p.Rows {
		e := &p.Rows[i]
		team, shift := "", strconv.FormatInt(e.Shift, 10)
		if s := of[e.Shift]; s != nil {
			team, shift = p.Thing(int64(s.Team)), p.span(s)
		}
		var refs []string
		for _, ref := range e.Refs {
			if _, ok := p.Named[ref]; ok {
				refs = append(refs, ref)
			}
		}
		if err := out.Row(sheet.Text(p.Exact(e.At)), sheet.Text(team), sheet.Text(shift), sheet.Text(p.T("watch.kind."+string(e.Kind))), sheet.Text(e.Text),
			sheet.Text(strings.Join(refs, " ")), sheet.Text(p.Name(e.By)), sheet.Text(p.Exact(e.Written))); err != nil {
			return err
		}
	}
	return out.Close()
}

// printDay prints the shifts of a team that touch one day.
func (s *sight) printDay(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	a := s.asked(map[string][]string{"team": {q.Get("team")}, "from": {q.Get("date")}, "to": {q.Get("date")}}, 1)
	if a.form.Wrong() {
		return errNoSuch()
	}
	all, err := s.room.List(r.Context(), s.By, duty.Query{Team: a.Team, From: a.begin.Add(time.Millisecond), To: a.until.Add(-time.Millisecond), Limit: 50})
	if err != nil {
		return err
	}
	var pages []*shiftPage
	for i := len(all) - 1; i >= 0; i-- {
		r.SetPathValue("id", strconv.FormatInt(all[i].ID, 10))
		p, err := s.shiftPage(r)
		if err != nil {
			return err
		}
		pages = append(pages, p)
	}
	s.Title = s.T("watch.day_of", "day", s.Date(a.begin))
	return web.Show(w, r, http.StatusOK, paper(s.Frame, pages))
}
