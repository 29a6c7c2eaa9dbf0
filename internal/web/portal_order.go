package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// Orders is what the portal needs to let officials order from the catalogue.
type Orders struct {
	Desk      *request.Desk
	Approvals record.Approvals
	// Colleagues are the persons of some departments, Mine the items of a person.
	Colleagues func(ctx context.Context, q people.Query) ([]people.Person, error)
	Mine       func(ctx context.Context, scope people.Scope, who people.ID, department people.DepartmentID, n int) ([]cmdb.Item, error)
}

// What lists of answers offer at most.
const (
	mostColleagues = 300
	mostOwnItems   = 50
	freshRows      = 3 // empty rows of a table beyond those that are filled
)

// portalCatalogue is what can be ordered, by groups.
type portalCatalogue struct {
	*guest
	Search string
	Groups []offeringGroup
}

type offeringGroup struct {
	Name string
	All  []offeringCard
}

type offeringCard struct {
	ID            int64
	Name, Summary string
	Icon, Cost    string
	Hours         int
	Asks          bool // somebody must approve
}

func (d *PortalDesk) catalogue(w http.ResponseWriter, r *http.Request, g *guest) error {
	p := &portalCatalogue{guest: g, Search: cutTo(strings.TrimSpace(r.URL.Query().Get("q")), 100)}
	p.Title = g.T("portal.catalogue")
	by := map[string][]offeringCard{}
	for _, t := range d.Directory.Offerings(g.By) {
		o := g.view.Offering(t.ID)
		if !offeringHas(t, o, p.Search) {
			continue
		}
		by[string(o.Group)] = append(by[string(o.Group)], cardOf(string(g.Lang()), t, o))
	}
	for _, group := range catalogue.Groups {
		if all := by[group]; len(all) > 0 {
			p.Groups = append(p.Groups, offeringGroup{g.T("setting.offering.group." + group), all})
		}
	}
	return Show(w, r, http.StatusOK, portalCataloguePage(p))
}

func cardOf(l string, t *setting.Thing, o catalogue.Offering) offeringCard {
	return offeringCard{ID: t.ID, Name: t.Label(l), Summary: o.Summary.In(l), Icon: o.Icon, Cost: o.Cost.In(l), Hours: o.Hours, Asks: len(o.Stages) > 0}
}

// offeringHas looks for every word in all that is said of an offering, in
// whichever language it was asked.
func offeringHas(t *setting.Thing, o catalogue.Offering, search string) bool {
	said := strings.ToLower(strings.Join([]string{t.Name.En, t.Name.Zh, o.Summary.En, o.Summary.Zh, o.Words, o.Description.En, o.Description.Zh}, " "))
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(said, word) {
			return false
		}
	}
	return true
}

// portalOrder is the form of one offering.
type portalOrder struct {
	*guest
	Card        offeringCard
	Description string
	Next        string
	Offer       request.Offer
	Form        *Form
	Given       form.Answers
	Asked       []asking
	Fields      []part.Field
	Drafted     bool
	Path        string
}

func (d *PortalDesk) offer(g *guest, r *http.Request) (*portalOrder, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	o, ok := d.Orders.Desk.City.Offering(g.By, id)
	if !ok {
		return nil, fault.New(fault.Missing, "request.not_offered")
	}
	l := string(g.Lang())
	t := g.view.All.Find(setting.Offering, id)
	p := &portalOrder{guest: g, Offer: o, Card: cardOf(l, t, o.Offering), Description: o.Description.In(l), Next: o.Next.In(l), Path: portalPath + "/catalogue/" + r.PathValue("id")}
	p.Title = p.Card.Name
	return p, nil
}

// draftOfOrder is the place of the draft of an order.
func draftOfOrder(id int64) string { return "order-" + strconv.FormatInt(id, 10) }

func (d *PortalDesk) orderForm(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := d.offer(g, r)
	if err != nil {
		return err
	}
	held, err := g.draft(draftOfOrder(p.Offer.ID))
	if err != nil {
		return err
	}
	if held != nil {
		p.Drafted, p.Form = true, &Form{Values: held}
		p.Given = p.asker().given()
	} else if p.Given, err = p.defaults(); err != nil {
		return err
	}
	if err := p.fill(); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, portalOrderPage(p))
}

// defaults are the answers that the form begins with.
func (p *portalOrder) defaults() (form.Answers, error) {
	me, err := p.desk.Person(p.ctx, p.By.ID)
	return filledFor(p.Offer.Questions, me, p.Now.In(p.Zone()).Format(time.DateOnly)), err
}

// asker is what makes the questions of this page.
func (p *portalOrder) asker() *asker {
	w := whom{ctx: p.ctx, orders: &p.desk.Orders, dir: p.desk.Directory, lang: string(p.Lang()), by: p.By, person: p.By.ID}
	a := w.asker(p.Printer, p.Offer.Questions, p.Form)
	a.Given = p.Given
	return a
}

// fill makes the questions of the page, with the answers so far.
func (p *portalOrder) fill() error {
	var err error
	if p.Asked, p.Fields, err = p.asker().fill(); err != nil {
		return err
	}
	detail := p.Form.Field(part.Field{Name: "detail", Label: p.T("request.field.detail"), Help: p.T("portal.order_detail_help"), Kind: part.Long, Max: 20_000})
	p.Asked, p.Fields = append(p.Asked, asking{Field: detail}), append(p.Fields, detail)
	return nil
}

// order places what was ordered.
func (d *PortalDesk) order(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := d.offer(g, r)
	if err != nil {
		return err
	}
	s, err := g.read(r)
	if err != nil {
		return err
	}
	p.Form = s.Form
	p.Given = p.asker().given()
	if !s.Wrong() {
		one, err := d.Orders.Desk.Place(r.Context(), g.By, request.Order{Offering: p.Offer.ID, Answers: p.Given, Input: record.Input{Fields: map[string]string{"detail": s.Get("detail")}}})
		if err == nil {
			if err := g.Forget(draftOfOrder(p.Offer.ID)); err != nil {
				return err
			}
			return Go(w, r, portalPath+"/requests/"+one.Ref()+"?new=1")
		}
		if err := s.Blame(g.Printer, err); err != nil {
			return err
		}
	}
	if err := p.fill(); err != nil {
		return err
	}
	return Show(w, r, http.StatusUnprocessableEntity, portalOrderPage(p))
}
