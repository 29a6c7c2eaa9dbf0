package web

import (
	"net/http"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// servicePath is where services are looked at from what they stand on.
const servicePath = configPath + "/services"

// servicePageOf is a service: what it stands on, what brings it down alone, whom
// its failure concerns, which incidents on it are open.
type servicePageOf struct {
	*stock
	Thing    *setting.Thing
	Doc      catalogue.Service
	Standing *cmdb.Standing
	Impact   *cmdb.Impact // nil when nothing stands for it
	Records  []record.Row
}

func serviceID(p *servicePageOf) record.ServiceID { return record.ServiceID(p.Thing.ID) }

func servicePage(id record.ServiceID) string { return servicePath + "/" + idText(id) }

func (c *Configuration) serviceShow(w http.ResponseWriter, r *http.Request, s *stock) error {
	thing, err := s.service(r)
	if err != nil {
		return err
	}
	p := &servicePageOf{stock: s, Thing: thing}
	if p.Doc, err = setting.Read[catalogue.Service](*thing); err != nil {
		return err
	}
	id := record.ServiceID(thing.ID)
	if p.Standing, err = c.Analyst.Standing(r.Context(), s.By, id); err != nil {
		return err
	}
	if len(p.Standing.Speaks) > 0 {
		if p.Impact, _, err = c.Analyst.ImpactOf(r.Context(), s.By, 0, id); err != nil {
			return err
		}
	}
	if p.Records, err = s.recordsOf(query.Is("service", idText(id))); err != nil {
		return err
	}
	p.Title = thing.Label(s.lang())
	s.frameItems("map")
	return Show(w, r, http.StatusOK, serviceView(p))
}

// answer is what the service stands on, in one sentence.
func (p *servicePageOf) answer() string {
	if p.Impact == nil {
		return p.T("service.not_recorded")
	}
	return p.T("service.says", "items", p.N("impact.items", p.Standing.Needs), "singles", p.N("impact.singles", len(p.Standing.Singles)))
}

func (p *servicePageOf) impactHref() string {
	out := impactHref(p.Standing.Speaks[0].ID)
	for i, n := range p.Standing.Speaks[1:] {
		out += map[bool]string{true: "?", false: "&"}[i == 0] + "with=" + idText(n.ID)
	}
	return out
}

// figures are the numbers under the answer.
func (p *servicePageOf) figures() []part.Figure {
	out := []part.Figure{
		{Name: p.T("service.criticality"), Value: p.criticalityOf(cmdb.Criticality(p.Doc.Criticality)), Tone: toneIf(p.Doc.Criticality == catalogue.Vital, part.Vermilion)},
		{Name: p.T("service.needs"), Value: p.Number(p.Standing.Needs)},
		{Name: p.T("service.singles"), Value: p.Number(len(p.Standing.Singles)), Tone: toneIf(len(p.Standing.Singles) > 0, part.Amber)},
		{Name: p.T("impact.figure.people"), Value: p.Number(p.Impact.Users)},
		{Name: p.T("impact.figure.departments"), Value: p.Number(len(p.Impact.Departments))},
	}
	return out
}

// departments are whom its failure concerns.
func (p *servicePageOf) departments() string {
	var names []string
	for _, d := range p.Impact.Departments {
		names = append(names, p.department(d.Department))
	}
	return p.List(names)
}
