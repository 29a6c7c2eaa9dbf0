package web

import (
	"cmp"
	"net/http"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// itemChecks are the work lists that keep the record true: what is to be
// audited, what differs from reality, how good the record is.
type itemChecks struct {
	*stock
	Due     []cmdb.Item
	Order   cmdb.DueOrder
	Open    []cmdb.Discrepancy
	Items   map[record.ItemID]*cmdb.Item
	Classes []cmdb.Score
	Owners  []cmdb.Score
	All     bool // every owner is shown
}

// firstOwners is how many owners are shown at first: those whose items are in
// the worst state.
const firstOwners = 20

func (p *itemChecks) owners() []cmdb.Score {
	if p.All {
		return p.Owners
	}
	return p.Owners[:min(len(p.Owners), firstOwners)]
}

// mostDue is how much of a work list is shown.
const mostDue = 200

func (c *Configuration) checkRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + configPath + "/audit":                      c.due,
		"GET " + configPath + "/quality":                    c.quality,
		"GET " + configPath + "/discrepancies":              c.discrepancies,
		"GET " + configPath + "/discrepancies/{id}/{move}":  c.settleForm,
		"POST " + configPath + "/discrepancies/{id}/{move}": c.settle,
		"GET " + itemPath + "/{ref}/audit":                  c.auditForm,
		"POST " + itemPath + "/{ref}/audit":                 c.audit,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
}

func (c *Configuration) due(w http.ResponseWriter, r *http.Request, s *stock) error {
	p := &itemChecks{stock: s}
	var err error
	p.Order = cmdb.DueOrder(r.URL.Query().Get("order"))
	if !slices.Contains(cmdb.DueOrders, p.Order) {
		p.Order = cmdb.DueLongest // an address that is no longer known is no reason for no list
	}
	if p.Due, err = c.Checks.Due(r.Context(), s.By, p.Order, mostDue); err != nil {
		return err
	}
	p.Title = s.T("item.audit.title")
	s.frameItems("audits")
	return Show(w, r, http.StatusOK, itemDueView(p))
}

// dueOrders are the orders that the work list can have.
func (p *itemChecks) dueOrders() (out []part.Link) {
	for _, o := range cmdb.DueOrders {
		l := part.Link{Label: p.T("item.audit.by_" + cmp.Or(string(o), "time")), Href: configPath + "/audit", Active: p.Order == o}
		if o != cmdb.DueLongest {
			l.Href += "?order=" + string(o)
		}
		out = append(out, l)
	}
	return out
}

func (c *Configuration) quality(w http.ResponseWriter, r *http.Request, s *stock) error {
	p := &itemChecks{stock: s}
	var err error
	if p.Classes, p.Owners, err = c.Checks.Quality(r.Context(), s.By); err != nil {
		return err
	}
	p.All = r.URL.Query().Get("owners") == "all"
	p.Title = s.T("item.quality.title")
	s.frameItems("qualitys")
	return Show(w, r, http.StatusOK, itemQualityView(p))
}

func (c *Configuration) discrepancies(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedRead); err != nil {
		return err
	}
	p := &itemChecks{stock: s, Items: map[record.ItemID]*cmdb.Item{}}
	var err error
	if p.Open, err = c.Checks.Discrepancies.Discrepancies(r.Context(), s.scope(), cmdb.DiscrepancyQuery{Open: true, Limit: mostDue}); err != nil {
		return err
	}
	var ids []record.ItemID
	for _, d := range p.Open {
		ids = append(ids, d.Item)
	}
	found, err := c.CMDB.Items.Find(r.Context(), s.scope(), ids...)
	if err != nil {
		return err
	}
	for n := range found {
		p.Items[found[n].ID] = &found[n]
	}
	p.Title = s.T("item.discrepancy.title")
	s.frameItems("discrepancys")
	return Show(w, r, http.StatusOK, itemDiscrepancyView(p))
}

// classOfItem is the class of an item of the list.
func (p *itemChecks) classOfItem(id record.ItemID) *cmdb.ClassDef {
	if i := p.Items[id]; i != nil {
		return p.classOf(i.Class)
	}
	return nil
}

// settles are the buttons of the moves that a discrepancy can make.
func (p *itemChecks) settles(d cmdb.Discrepancy) []part.Button {
	if !p.By.Can(cmdb.DeedAudit) {
		return nil
	}
	var out []part.Button
	for _, m := range cmdb.Settling.From(d.State) {
		out = append(out, part.Button{Label: p.T("cmdb.move." + m.Name), Small: true, Type: "button", Attrs: templAttrs("hx-get", configPath+"/discrepancies/"+idText(d.ID)+"/"+m.Name, "hx-target", "body", "hx-swap", "beforeend")})
	}
	return out
}

// settleAsk is the form of a move of a discrepancy.
func (s *stock) settleAsk(r *http.Request, form *Form) (*askPage, error) {
	if err := s.By.May(cmdb.DeedAudit); err != nil {
		return nil, err
	}
	d, err := s.c.Checks.Discrepancies.Discrepancy(s.ctx, s.scope(), number(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	m, err := cmdb.Settling.Find(d.State, r.PathValue("move"))
	if err != nil {
		return nil, err
	}
	p := &askPage{sight: s.sight, ID: "settle", Heading: s.T("cmdb.move."+m.Name) + " · " + s.item(idText(d.Item)), Action: configPath + "/discrepancies/" + idText(d.ID) + "/" + m.Name, Send: s.T("cmdb.move." + m.Name), Icon: "check", Form: form}
	p.needed(m.Fit(&cmdb.Discrepancy{}))
	for _, ask := range m.Asks {
		f := part.Field{Name: ask, Label: s.fieldLabel(nil, ask), Kind: part.Long, Max: 2000}
		if ask == "owner" {
			f = s.asksPerson(part.Field{Name: ask, Label: s.fieldLabel(nil, ask), Value: idText(d.Owner)})
		}
		f.Required = p.must[ask]
		p.Fields = append(p.Fields, form.Field(f))
	}
	return p, nil
}

func (c *Configuration) settleForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.settleAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) settle(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.settleAsk(r, form)
	if err != nil {
		return err
	}
	in := map[string]string{}
	for _, f := range p.Fields {
		in[f.Name] = form.Get(f.Name)
	}
	if _, err := c.Checks.Settle(r.Context(), s.By, number(r.PathValue("id")), r.PathValue("move"), in); err != nil {
		return p.refused(w, r, err)
	}
	return Go(w, r, configPath+"/discrepancies")
}

// audited are the fields that somebody who stands before an item can hold
// against it.
var audited = []string{"code", "name_en", "name_zh", "serial", "room", "owner", "team", "department"}

// auditAsk asks what an item really is: the fields are filled in as recorded,
// and what is put right becomes a discrepancy.
func (s *stock) auditAsk(r *http.Request, form *Form) (*cmdb.Item, *askPage, error) {
	i, err := s.one(r)
	if err != nil {
		return nil, nil, err
	}
	if err := s.By.May(cmdb.DeedAudit); err != nil {
		return nil, nil, err
	}
	p := &askPage{sight: s.sight, ID: "audit", Heading: s.T("item.audit.of", "code", i.Code), Action: ItemHref(i.ID) + "/audit", Send: s.T("item.audit.note"), Icon: "checklist", Form: form, Said: s.T("item.audit.about")}
	p.Fields = append(p.Fields, form.Field(part.Field{Name: "absent", Label: s.T("item.audit.absent"), Kind: part.Toggle}))
	for _, n := range audited {
		f := s.question(s.classOf(i.Class), n, i.Get(n))
		if form != nil && n == "owner" {
			f.Options = s.question(nil, n, form.Get(n)).Options
		}
		p.Fields = append(p.Fields, form.Field(f))
	}
	return i, p, nil
}

func (c *Configuration) auditForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	_, p, err := s.auditAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) audit(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	i, p, err := s.auditAsk(r, form)
	if err != nil {
		return err
	}
	a := cmdb.Audited{Item: i.ID, Absent: form.Get("absent") != "", Fields: map[string]string{}}
	for _, n := range audited {
		if _, given := form.Values[n]; given {
			a.Fields[n] = form.Get(n)
		}
	}
	_, found, err := c.Checks.Audit(r.Context(), s.By, a)
	if err != nil {
		if fault.All(err) == nil {
			return err
		}
		return p.refused(w, r, err)
	}
	return s.done(w, r, i.ID, part.Toast{Text: s.N("item.audit.noted", len(found), "code", i.Code), Icon: "checklist"})
}
