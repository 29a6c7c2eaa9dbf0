package web

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// portalDeputy lets somebody name who decides in his place while he is away.
type portalDeputy struct {
	*guest
	Mine   *approval.Deputy
	Serves []approval.Deputy
	Names  map[people.ID]string
	Form   *Form
	Fields []part.Field
}

// deputyDeed is what the audit log calls it.
const deputyDeed = "approval.deputy"

func (d *PortalDesk) deputy(g *guest) (*portalDeputy, error) {
	p := &portalDeputy{guest: g, Names: map[people.ID]string{}}
	p.Title = g.T("portal.deputy")
	all, err := d.Orders.Approvals.Deputies(g.ctx, g.By.ID, g.Now)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		other := one.Deputy
		if one.Person == g.By.ID {
			p.Mine = &one
		} else {
			other = one.Person
			p.Serves = append(p.Serves, one)
		}
		who, err := d.Person(g.ctx, other)
		if err != nil {
			return nil, err
		}
		p.Names[other] = who.Name
	}
	return p, p.fill()
}

func (p *portalDeputy) fill() error {
	me, _ := p.desk.Directory.Roll.Find(p.By.ID)
	all, err := p.desk.Orders.Colleagues(p.ctx, people.Query{Departments: []people.DepartmentID{me.Department}, Limit: mostColleagues})
	if err != nil {
		return err
	}
	var options []part.Option
	for _, one := range all {
		if one.ID != p.By.ID {
			options = append(options, part.Option{Value: one.ID.String(), Label: one.Name, Note: one.Room})
		}
	}
	from := p.Now.In(p.Zone()).Format("2006-01-02")
	p.Fields = p.Form.Fields(
		part.Field{Name: "deputy", Label: p.T("portal.deputy_who"), Kind: part.Choice, Required: true, Options: options},
		part.Field{Name: "from", Label: p.T("portal.deputy_from"), Kind: part.Date, Required: true, Value: from, Narrow: true},
		part.Field{Name: "until", Label: p.T("portal.deputy_until"), Help: p.T("portal.deputy_until_help"), Kind: part.Date, Required: true, Narrow: true},
	)
	return nil
}

func (d *PortalDesk) deputyForm(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := d.deputy(g)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, portalDeputyPage(p))
}

// setDeputy keeps the arrangement, or ends it.
func (d *PortalDesk) setDeputy(w http.ResponseWriter, r *http.Request, g *guest) error {
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	row := audit.By(g.By, g.Now, deputyDeed, "person:"+g.By.ID.String())
	if f.Get("end") != "" {
		if err := d.Orders.Approvals.Unstand(r.Context(), g.By.ID, row); err != nil {
			return err
		}
		return Go(w, r, portalPath+"/deputy")
	}
	one := approval.Deputy{Person: g.By.ID, Deputy: people.ID(idOf(f.Get("deputy")))}
	one.From, _ = time.ParseInLocation(time.DateOnly, f.Get("from"), g.Zone()) // a day that cannot be read is the first of all: Check says so
	until, err := time.ParseInLocation(time.DateOnly, f.Get("until"), g.Zone())
	if err == nil {
		one.Until = until.AddDate(0, 0, 1) // the day itself counts
	}
	err = one.Check(g.Now)
	if err == nil {
		err = d.Directory.Colleague(g.By.ID, one.Deputy)
	}
	if err != nil {
		p, bad := d.deputy(g)
		if bad != nil {
			return bad
		}
		if err := f.Blame(g.Printer, err); err != nil {
			return err
		}
		p.Form = f
		if err := p.fill(); err != nil {
			return err
		}
		return Show(w, r, http.StatusUnprocessableEntity, portalDeputyPage(p))
	}
	row.Detail = `{"deputy":` + strconv.FormatInt(int64(one.Deputy), 10) + `}`
	if err := d.Orders.Approvals.Stand(r.Context(), one, row); err != nil {
		return err
	}
	return Go(w, r, portalPath+"/deputy")
}
