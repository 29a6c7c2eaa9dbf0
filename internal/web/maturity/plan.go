package maturity

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// planPage makes an assessment, or changes one that is open.
type planPage struct {
	*sight
	One   *assessment.Assessment
	Staff []people.Person
	Form  *web.Form
}

func (s *sight) planning(r *http.Request) (*planPage, error) {
	p := &planPage{sight: s, One: &assessment.Assessment{Day: s.Now.In(s.Zone()), Targets: map[maturity.Process]assessment.Target{}}}
	p.Title = s.T("maturity.plan_new")
	var err error
	if r.PathValue("id") != "" {
		if p.One, err = s.find(r); err != nil {
			return nil, err
		}
		p.Title = s.T("maturity.plan_change")
	}
	p.Staff, err = s.pages.Staff(s.ctx)
	return p, err
}

func (s *sight) planForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.planning(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, planView(p))
}

func (p *planPage) action() string {
	if p.One.ID == 0 {
		return Path + "/new"
	}
	return href(p.One.ID) + "/plan"
}

// fields are those of the plan, and the targets.
func (p *planPage) fields() (what, targets []part.Field) {
	who := part.Field{Name: "assessors", Label: p.T("maturity.assessors"), Help: p.T("maturity.assessors_help"), Kind: part.Several, Required: true}
	for _, one := range p.Staff {
		who.Options = append(who.Options, part.Option{Value: one.ID.String(), Label: one.Name})
	}
	for _, id := range p.One.Assessors {
		who.Values = append(who.Values, id.String())
	}
	what = p.Form.Fields(
		part.Field{Name: "name_en", Label: p.T("maturity.name_en"), Value: p.One.Name.En, Max: 200, Required: true},
		part.Field{Name: "name_zh", Label: p.T("maturity.name_zh"), Value: p.One.Name.Zh, Max: 200},
		part.Field{Name: "unit", Label: p.T("maturity.unit"), Help: p.T("maturity.unit_help"), Value: p.One.Unit, Max: 200, Plain: true},
		part.Field{Name: "day", Label: p.T("maturity.day"), Kind: part.Date, Value: p.One.Day.Format(time.DateOnly), Required: true, Narrow: true},
		who,
	)
	for _, one := range maturity.Processes() {
		f := part.Field{Name: "targets." + string(one), Label: p.processName(one), Kind: part.Choice, Plain: true, Narrow: true, Options: []part.Option{{Label: p.T("maturity.no_target")}}}
		for _, l := range maturity.Levels() {
			f.Options = append(f.Options, part.Option{Value: l.String(), Label: p.levelWords(l)})
		}
		if t := p.One.Targets[one]; t.Level > maturity.None {
			f.Value = t.Level.String()
		}
		targets = append(targets, f)
	}
	return what, p.Form.Fields(targets...)
}

func (s *sight) plan(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.planning(r)
	if err != nil {
		return err
	}
	p.Form = f
	a := &assessment.Assessment{ID: p.One.ID, Name: people.Text{En: f.Get("name_en"), Zh: f.Get("name_zh")}, Unit: f.Get("unit"), Version: p.One.Version, Targets: map[maturity.Process]assessment.Target{}}
	a.Day = f.Day(s.Printer, "day") // none is told as missing
	for _, id := range f.IDs("assessors") {
		a.Assessors = append(a.Assessors, people.ID(id))
	}
	for _, one := range maturity.Processes() {
		number, err := strconv.ParseFloat(f.Get("targets."+string(one)), 64)
		if l, ok := maturity.LevelOf(number); err == nil && ok && l > maturity.None {
			a.Targets[one] = assessment.Target{Level: l, Reason: p.One.Targets[one].Reason}
		}
	}
	if !f.Wrong() {
		if err := f.Blame(s.Printer, s.room.Plan(s.ctx, s.By, a)); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, planView(p))
	}
	return web.Go(w, r, href(a.ID))
}

func all(fields ...[]part.Field) []part.Field { return slices.Concat(fields...) }
