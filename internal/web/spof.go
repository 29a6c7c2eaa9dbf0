package web

import (
	"net/http"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/flow"
	"kilter/internal/web/part"
)

// spofPage is the work list of single points of failure.
type spofPage struct {
	*stock
	Points []cmdb.Weakness
	Gone   []cmdb.Weakness
}

func (c *Configuration) spof(w http.ResponseWriter, r *http.Request, s *stock) error {
	points, err := s.points()
	if err != nil {
		return err
	}
	p := &spofPage{stock: s}
	for _, one := range points {
		if one.Gone {
			p.Gone = append(p.Gone, one)
		} else {
			p.Points = append(p.Points, one)
		}
	}
	p.Title = s.T("spof.title")
	s.frameItems("singles")
	p.Needs("choose")
	return Show(w, r, http.StatusOK, spofView(p))
}

// points are the single points of failure of all services. What stands for a
// service itself is no discovery and left out.
func (s *stock) points() ([]cmdb.Weakness, error) {
	points, err := s.c.Weak.Weaknesses(s.ctx, s.By)
	return slices.DeleteFunc(points, func(p cmdb.Weakness) bool {
		return !p.Gone && len(p.Services) == 1 && p.Services[0] == p.Service && s.Model.Is(p.Class, "system")
	}), err
}

func (c *Configuration) spofExport(w http.ResponseWriter, _ *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedExport); err != nil {
		return err
	}
	points, err := s.points()
	if err != nil {
		return err
	}
	return Saved{As: "csv", Name: "single-points-" + s.Today()}.Write(w, func(out sheet.Writer) error { return s.writePoints(out, points) })
}

func (s *stock) writePoints(out sheet.Writer, points []cmdb.Weakness) error {
	if err := out.Header(s.T("impact.col.code"), s.T("impact.col.name"), s.T("impact.col.class"), s.T("impact.col.zone"), s.T("impact.col.criticality"), s.T("impact.col.services"),
		s.T("spof.state"), s.T("cmdb.field.owner"), s.T("spof.review"), s.T("spof.note")); err != nil {
		return err
	}
	for _, p := range points {
		review := ""
		if !p.WeakPoint.Review.IsZero() {
			review = p.WeakPoint.Review.Format(time.DateOnly)
		}
		if err := out.Row(
			sheet.Text(p.Code), sheet.Text(s.nodeName(p.Node)), sheet.Text(s.className(p.Class)), sheet.Text(s.zoneName(p.Zone)),
			sheet.Text(s.criticalityOf(p.Gravest)), sheet.Text(s.servicesOf(p.Services, len(p.Services))),
			sheet.Text(s.weakState(p).Word), sheet.Text(s.Name(p.WeakPoint.Owner)), sheet.Text(review), sheet.Text(p.WeakPoint.Note),
		); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *spofPage) answer() string {
	if len(p.Points) == 0 {
		return ""
	}
	vital, open := 0, 0
	for _, one := range p.Points {
		if one.Gravest == cmdb.Vital {
			vital++
		}
		if one.WeakPoint.State == cmdb.Weakening.Start || one.Due {
			open++
		}
	}
	out := p.N("spof.says", len(p.Points))
	if vital > 0 {
		out += p.gap() + p.N("spof.vital", vital)
	}
	if open > 0 {
		out += p.gap() + p.N("spof.undecided", open)
	}
	return out
}

// weakState shows what was decided about a single point of failure.
func (s *stock) weakState(w cmdb.Weakness) part.Status {
	switch {
	case w.Gone:
		return part.Status{Word: s.T("spof.state.gone"), Look: "done"}
	case w.Due:
		return part.Status{Word: s.T("spof.state.due"), Look: "failed"}
	}
	look := map[flow.State]string{"open": "wait", "mending": "work", "accepted": "pause"}[w.WeakPoint.State]
	return part.Status{Word: s.T("spof.state." + string(w.WeakPoint.State)), Look: look}
}

// decisions are the buttons of what can be decided.
func (p *spofPage) decisions(w cmdb.Weakness) []part.Button {
	if !p.By.Can(cmdb.DeedSingle) {
		return nil
	}
	var out []part.Button
	for _, m := range cmdb.Weakening.From(w.WeakPoint.State) {
		out = append(out, part.Button{Label: p.T("spof.move." + m.Name), Small: true, Type: "button", Attrs: templAttrs("hx-get", spofPath+"/"+idText(w.ID)+"/"+m.Name, "hx-target", "body", "hx-swap", "beforeend")})
	}
	return out
}

// decideAsk is the form of a decision.
func (s *stock) decideAsk(r *http.Request, form *Form) (*askPage, error) {
	if err := s.By.May(cmdb.DeedSingle); err != nil {
		return nil, err
	}
	i, err := s.one(r)
	if err != nil {
		return nil, err
	}
	name := r.PathValue("move")
	m, known := cmdb.Weakening.Named(name)
	if !known {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	points, err := s.points()
	if err != nil {
		return nil, err
	}
	var held cmdb.WeakPoint
	for _, p := range points {
		if p.ID == i.ID {
			held = p.WeakPoint
		}
	}
	p := &askPage{sight: s.sight, ID: "decide", Heading: s.T("spof.move."+name) + " · " + i.Code, Action: spofPath + "/" + idText(i.ID) + "/" + name, Send: s.T("spof.move." + name), Icon: "check", Form: form}
	p.needed(m.Fit(&cmdb.WeakPoint{}))
	for _, ask := range m.Asks {
		f := part.Field{Name: ask, Label: s.T("spof." + ask), Kind: part.Long, Max: 2000, Value: held.Note}
		switch ask {
		case "owner":
			value := idText(held.Owner)
			if form != nil {
				value = form.Get(ask)
			}
			f = s.asksPerson(part.Field{Name: ask, Label: s.T("cmdb.field.owner"), Value: value})
		case "review":
			f = part.Field{Name: ask, Label: s.T("spof.review"), Help: s.T("spof.review_help"), Kind: part.Date, Narrow: true}
		}
		f.Required = p.must[ask]
		p.Fields = append(p.Fields, form.Field(f))
	}
	return p, nil
}

func (c *Configuration) decideForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.decideAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) decide(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.decideAsk(r, form)
	if err != nil {
		return err
	}
	in := map[string]string{}
	for _, f := range p.Fields {
		in[f.Name] = form.Get(f.Name)
	}
	id, err := itemID(r)
	if err != nil {
		return err
	}
	if _, err := c.Weak.Decide(r.Context(), s.By, id, r.PathValue("move"), in); err != nil {
		return p.refused(w, r, err)
	}
	return Go(w, r, spofPath)
}
