package web

import (
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/form"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/web/part"
)

// amending is the form of an order that is answered anew.
type amending struct {
	*asker
	One    *request.Request
	Path   string // of the form
	Back   string // of the order
	Asked  []asking
	Fields []part.Field
}

// amend prepares the form: the answers as they are, or as they were typed.
func amend(one *request.Request, a *asker, w wordsOf, base string) (*amending, error) {
	p := &amending{asker: a, One: one, Path: base + "/answers", Back: base}
	a.Called = w.answer
	if a.Given = one.Answers; a.Form != nil {
		a.Given = a.given()
	}
	var err error
	if p.Asked, p.Fields, err = a.fill(); err != nil {
		return nil, err
	}
	detail := a.Form.Field(part.Field{Name: "detail", Label: a.T("request.field.detail"), Kind: part.Long, Max: 20_000, Value: one.Detail})
	p.Asked, p.Fields = append(p.Asked, asking{Field: detail}), append(p.Fields, detail)
	return p, nil
}

// amendment is what a form says that an order is to be, in the version it was
// shown in.
func amendment(q form.Form, f *Form) (request.Amendment, record.Input) {
	return request.Amendment{Answers: (&asker{Questions: q, Form: f}).given(), Detail: f.Get("detail")}, record.Input{Version: number(f.Get("version"))}
}

// note says what changing the answers leads to.
func (p *amending) note() string {
	if p.One.State == request.Awaiting {
		return p.T("request.amend_asks_anew")
	}
	return p.T("request.amend_note")
}

// amendForm shows the requester his order as a form.
func (d *PortalDesk) amendForm(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.request(r)
	if err != nil {
		return err
	}
	return p.amending(w, r, nil, http.StatusOK)
}

func (p *portalRequest) amending(w http.ResponseWriter, r *http.Request, f *Form, status int) error {
	if !p.desk.Orders.Desk.Amendable(p.By, p.One) {
		return fault.New(fault.Conflict, "request.amend_too_late")
	}
	lists := whom{ctx: p.ctx, orders: &p.desk.Orders, dir: p.desk.Directory, lang: string(p.Lang()), by: p.By, person: p.By.ID}
	a, err := amend(p.One, lists.asker(p.Printer, p.Offer.Questions, f), p.words(), portalPath+"/requests/"+p.Ref)
	if err != nil {
		return err
	}
	p.Title = p.T("request.amend") + " · " + p.Ref
	return Show(w, r, status, portalAmendPage(p, a))
}

// amend takes the order as its requester wants it now.
func (d *PortalDesk) amend(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.request(r)
	if err != nil {
		return err
	}
	s, err := g.read(r)
	if err != nil {
		return err
	}
	if !s.Wrong() {
		want, in := amendment(p.Offer.Questions, s.Form)
		if _, err = d.Orders.Desk.Amend(r.Context(), g.By, p.One.Number, want, in); err == nil {
			return Go(w, r, portalPath+"/requests/"+p.Ref)
		}
		if err := s.Blame(g.Printer, err); err != nil {
			return err
		}
	}
	return p.amending(w, r, s.Form, http.StatusUnprocessableEntity)
}

// requestAmendForm shows staff an order as a form.
func (d *Desk) requestAmendForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, one, err := s.amended(r)
	if err != nil {
		return err
	}
	return p.amending(w, r, one, nil)
}

func (s *sight) amended(r *http.Request) (*plainPage, *request.Request, error) {
	p, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return nil, nil, err
	}
	one, ok := p.Body.(*request.Request)
	if !ok {
		return nil, nil, fault.New(fault.Missing, "trouble.missing")
	}
	return p, one, nil
}

func (p *plainPage) amending(w http.ResponseWriter, r *http.Request, one *request.Request, f *Form) error {
	if !p.desk.Requests.Amendable(p.By, one) {
		return fault.New(fault.Conflict, "request.amend_too_late")
	}
	o, err := p.desk.Requests.Definition(one)
	if err != nil {
		return err
	}
	a, err := amend(one, p.stepAsker(o.Questions, f, nil), p.wordsOf(), p.base())
	if err != nil {
		return err
	}
	status := http.StatusOK
	if f != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Title = p.T("request.amend") + " · " + p.Ref
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, requestAmendPage(p.Frame, a))
}

// requestAmend takes the order as staff have corrected it.
func (d *Desk) requestAmend(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, one, err := s.amended(r)
	if err != nil {
		return err
	}
	f, err := s.read(r)
	if err != nil {
		return err
	}
	o, err := d.Requests.Definition(one)
	if err != nil {
		return err
	}
	if !f.Wrong() {
		want, in := amendment(o.Questions, f.Form)
		if _, err = d.Requests.Amend(r.Context(), s.By, one.Number, want, in); err == nil {
			return Go(w, r, p.base())
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	return p.amending(w, r, one, f.Form)
}

// retold gives the answers that an entry changed in words, by the definition
// that the request was ordered under.
func retold(f form.Form, w wordsOf) func(record.Change) (changedField, bool) {
	return func(c record.Change) (changedField, bool) {
		name, ok := strings.CutPrefix(c.Field, request.AnswerField)
		if !ok {
			return changedField{}, false
		}
		q, ok := f.Find(name)
		if !ok {
			return changedField{name, c.Was, c.Now}, true
		}
		return changedField{q.Label.In(w.lang), Cut(w.line(q, c.Was), 80), Cut(w.line(q, c.Now), 80)}, true
	}
}

// line writes an answer of any type in one line.
func (w wordsOf) line(q form.Question, v string) string {
	switch {
	case v == "":
		return ""
	case q.Type == form.File:
		held, _ := form.ParseFile(v)
		return held.Name
	case q.Type != form.Table:
		return w.answer(q, v)
	}
	rows, err := form.Rows(v)
	if err != nil {
		return v
	}
	var lines []string
	for _, r := range rows {
		var cells []string
		for _, c := range q.Columns {
			if cell := w.answer(c, r[c.Name]); cell != "" {
				cells = append(cells, cell)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, w.T("list.comma"))
}

// requestTells tells of answers that were changed.
func requestTells(p *plainPage) func(record.Change) (changedField, bool) {
	one, ok := p.Body.(*request.Request)
	if !ok {
		return nil
	}
	o, err := p.desk.Requests.Definition(one)
	if err != nil {
		return nil // the panel beside says what is wrong
	}
	return retold(o.Questions, p.wordsOf())
}

// amendable reports whether the answers can be changed now.
func (m *requestMore) amendable() bool {
	one, ok := m.Body.(*request.Request)
	return ok && m.desk.Requests.Amendable(m.By, one)
}

// retell adds to the events of a request which answers were changed.
func (p *portalRequest) retell(all []record.Entry) map[int64][]changedField {
	tell, out := retold(p.Offer.Questions, p.words()), map[int64][]changedField{}
	for _, e := range slices.DeleteFunc(slices.Clone(all), func(e record.Entry) bool { return !e.Public }) {
		for _, c := range e.Changes {
			if one, ok := tell(c); ok {
				out[e.ID] = append(out[e.ID], one)
			}
			if c.Field == "ordered_by" {
				out[e.ID] = append(out[e.ID], changedField{Label: p.T("request.field.ordered_by"), Now: c.Now})
			}
		}
	}
	return out
}
