package web

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// orderingPath is where staff order for whoever calls.
const orderingPath = "/requests/new"

// ordering is an order that staff take for somebody: who calls, what he may
// order, what the form asks him.
type ordering struct {
	*sight
	Who    part.Field
	Person people.Person // who calls; nobody before he is chosen
	Caller *callerCard
	Search string
	Groups []offeringGroup

	// Of what was chosen:
	Chosen *request.Offer
	Card   offeringCard
	Next   string
	Form   *Form
	Given  form.Answers
	Asked  []asking
	Fields []part.Field
	Kept   bool // it was begun before
}

// place is where what was typed for this caller is kept.
func (p *ordering) place() string {
	return "order." + figure(p.Chosen.ID) + "." + p.Person.ID.String()
}

// ordering reads who calls and what he wants, as far as that is known.
func (s *sight) ordering(f *Form) (*ordering, error) {
	if err := s.By.May(s.of.deed("open")); err != nil {
		return nil, err
	}
	p := &ordering{sight: s, Form: f, Search: cutTo(strings.TrimSpace(f.Get("q")), 100)}
	p.Title = s.T("request.order_for")
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	asked, _ := s.of.find("requester") // every practice has one
	p.Who = s.ask(asked, f.Get("requester"))
	p.Who.Label, p.Who.Hint, p.Who.Required = s.T("desk.caller"), s.T("desk.caller_hint"), true
	id := people.ID(idOf(f.Get("requester")))
	if id == 0 {
		return p, nil
	}
	var err error
	if p.Person, err = s.desk.Persons.Person(s.ctx, id); err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	if s.By.Can("incident.read") {
		if p.Caller, err = s.card(id); err != nil {
			return nil, err
		}
	}
	if err := p.offer(id); err != nil {
		return p, f.Blame(s.Printer, err)
	}
	return p, nil
}

// offer finds what the caller may order, and what he has chosen of that.
func (p *ordering) offer(who people.ID) error {
	desk, l := p.desk.Requests, string(p.Lang())
	if id := idOf(p.Form.Get("offering")); id != 0 {
		o, err := desk.Offer(p.ctx, p.By, who, id)
		if err == nil {
			p.Chosen, p.Card, p.Next = &o, cardOf(l, p.All.Find(setting.Offering, id), o.Offering), o.Next.In(l)
		}
		return err
	}
	things, ids := map[int64]*setting.Thing{}, []int64(nil)
	for _, t := range p.All.Of(setting.Offering) {
		things[t.ID], ids = t, append(ids, t.ID)
	}
	all, err := desk.Offered(p.ctx, p.By, who, ids)
	if err != nil {
		return err
	}
	by := map[string][]offeringCard{}
	for _, o := range all {
		if t := things[o.ID]; offeringHas(t, o.Offering, p.Search) {
			by[string(o.Group)] = append(by[string(o.Group)], cardOf(l, t, o.Offering))
		}
	}
	for _, group := range catalogue.Groups {
		if cards := by[group]; len(cards) > 0 {
			p.Groups = append(p.Groups, offeringGroup{p.T("setting.offering.group." + group), cards})
		}
	}
	return nil
}

// asker makes the questions as the caller would be asked.
func (p *ordering) asker() *asker {
	w := whom{ctx: p.ctx, orders: &p.desk.Orders, dir: p.desk.Directory, lang: string(p.Lang()), by: p.By, person: p.Person.ID}
	a := w.asker(p.Printer, p.Chosen.Questions, p.Form)
	a.Given = p.Given
	return a
}

func (p *ordering) show(w http.ResponseWriter, r *http.Request, status int) error {
	if p.Chosen != nil {
		var err error
		if p.Asked, p.Fields, err = p.asker().fill(); err != nil {
			return err
		}
		detail := p.Form.Field(part.Field{Name: "detail", Label: p.T("request.field.detail"), Kind: part.Long, Max: 20_000})
		p.Asked, p.Fields = append(p.Asked, asking{Field: detail}), append(p.Fields, detail)
	}
	p.Who = p.Form.Field(p.Who)
	return Show(w, r, status, orderingPage(p))
}

// link is the address of the same order with another choice.
func (p *ordering) link(offering int64) string {
	return orderingPath + "?requester=" + p.Person.ID.String() + "&offering=" + figure(offering)
}

// orderFor shows the catalogue of whoever calls, or the form that he chose, with
// his own defaults.
func (d *Desk) orderFor(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.ordering(&Form{Values: r.URL.Query()})
	if err != nil {
		return err
	}
	if p.Chosen != nil {
		kept, err := p.draft(p.place())
		if err != nil {
			return err
		}
		if p.Kept = kept.Fields != nil; p.Kept {
			p.Form.Values = kept.Fields
			p.Given = p.asker().given()
		} else {
			p.Given = filledFor(p.Chosen.Questions, p.Person, p.Now.In(p.Zone()).Format(time.DateOnly))
		}
	}
	return p.show(w, r, http.StatusOK)
}

// placeFor orders in the caller's name.
func (d *Desk) placeFor(w http.ResponseWriter, r *http.Request, s *sight) error {
	f, err := s.read(r)
	if err != nil {
		return err
	}
	p, err := s.ordering(f.Form)
	if err != nil {
		return err
	}
	if p.Chosen == nil {
		return p.show(w, r, http.StatusUnprocessableEntity)
	}
	p.Given = p.asker().given()
	if !f.Wrong() {
		in := record.Input{Fields: map[string]string{"detail": f.Get("detail")}}
		one, err := d.Requests.Place(r.Context(), s.By, request.Order{Offering: p.Chosen.ID, Answers: p.Given, Requester: p.Person.ID, Input: in})
		if err == nil {
			if err := s.Forget(p.place()); err != nil {
				return err
			}
			return Go(w, r, "/requests/"+one.Ref())
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusUnprocessableEntity)
}
