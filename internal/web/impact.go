package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// impactPage says what follows when items fail together, or what an item
// needs.
type impactPage struct {
	*stock
	One     *cmdb.Item   // the item of the address
	Others  []*cmdb.Item // which fail with it
	Form    *Form
	From    part.Field
	Until   part.Field
	Also    part.Field
	Print   bool
	Needing bool // what the item needs is asked for, not what fails with it

	Impact  *cmdb.Impact
	Needed  []cmdb.Need
	Singles []cmdb.SinglePoint

	known map[record.ItemID]*cmdb.Sufferer
}

func impactHref(id record.ItemID) string { return ItemHref(id) + "/impact" }

func (c *Configuration) impact(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.impactPage(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if err := p.ask(); err != nil {
		if err := p.Form.Blame(p.Printer, err); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	p.Title = s.T("impact.title", "item", p.One.Code)
	if p.Needing {
		p.Title = s.T("impact.needs_title", "item", p.One.Code)
	}
	p.equip()
	return Show(w, r, status, impactView(p))
}

// equip asks for what the page is made with.
func (p *impactPage) equip() {
	p.Needs("choose")
	p.frameItems("none")
}

// impactPage reads what an address asks for.
func (s *stock) impactPage(r *http.Request) (*impactPage, error) {
	one, err := s.one(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	p := &impactPage{stock: s, One: one, Form: &Form{Values: q}, Print: q.Get("print") != "", Needing: q.Get("way") == "needs"}
	var ids []record.ItemID
	for _, v := range q["with"] {
		if id := record.ItemID(idOf(v)); id > 0 && id != one.ID && !slices.Contains(ids, id) && len(ids) < 1000 {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		found, err := s.c.CMDB.Items.Find(s.ctx, s.By.Scope, ids...)
		if err != nil {
			return nil, err
		}
		for i := range found {
			p.Others = append(p.Others, &found[i])
		}
	}
	p.From = part.Field{Name: "from", Label: s.T("impact.from"), Kind: part.DateTime, Value: q.Get("from"), Narrow: true}
	p.Until = part.Field{Name: "until", Label: s.T("impact.until"), Kind: part.DateTime, Value: q.Get("until"), Narrow: true}
	p.Also = s.asksItem(part.Field{Name: "with", Label: s.T("impact.with"), Many: true})
	for _, i := range p.Others {
		p.Also.Values = append(p.Also.Values, idText(i.ID))
		p.Also.Options = append(p.Also.Options, part.Option{Value: idText(i.ID), Label: i.Code + " " + s.itemName(i)})
	}
	return p, nil
}

// moment reads the value of a field for a moment, in the reader's time zone.
func (p *impactPage) moment(f part.Field) (time.Time, error) {
	if f.Value == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, f.Value, p.Zone()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.At(f.Name, "cmdb.bad_moment")
}

// ask has the question of the page answered.
func (p *impactPage) ask() error {
	var err error
	if p.Needing {
		if p.Needed, err = p.c.Analyst.Needs(p.ctx, p.By, p.One.ID); err != nil {
			return err
		}
		p.Singles, err = p.c.Analyst.Singles(p.ctx, p.By, p.One.ID)
		p.Singles = slices.DeleteFunc(p.Singles, func(s cmdb.SinglePoint) bool { return s.ID == p.One.ID })
		return err
	}
	q := cmdb.Question{Items: []record.ItemID{p.One.ID}}
	for _, i := range p.Others {
		q.Items = append(q.Items, i.ID)
	}
	if q.From, err = p.moment(p.From); err != nil {
		return err
	}
	if q.Until, err = p.moment(p.Until); err != nil {
		return err
	}
	if p.Impact, err = p.c.Analyst.Impact(p.ctx, p.By, q); err != nil {
		return err
	}
	p.known = make(map[record.ItemID]*cmdb.Sufferer, len(p.Impact.Items))
	for i := range p.Impact.Items {
		p.known[p.Impact.Items[i].ID] = &p.Impact.Items[i]
	}
	return nil
}

// address is the page with other questions; the pairs replace what is asked.
func (p *impactPage) address(path string, pairs ...string) string {
	q := url.Values{}
	for _, name := range []string{"from", "until", "way"} {
		if v := p.Form.Values.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	for _, i := range p.Others {
		q.Add("with", idText(i.ID))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if q.Del(pairs[i]); pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// said is the answer in words: what fails, for whom.
func (p *impactPage) said() string {
	names := []string{p.One.Code}
	for _, i := range p.Others {
		names = append(names, i.Code)
	}
	return p.impactSaid(p.Impact, names)
}

// impactSaid puts an impact into one sentence.
func (s *sight) impactSaid(in *cmdb.Impact, names []string) string {
	vital, down, degraded := 0, 0, 0
	for _, h := range in.Services {
		switch {
		case h.Condition == graph.Down && h.Criticality == cmdb.Vital:
			vital++
		case h.Condition == graph.Down:
			down++
		case h.Condition == graph.Degraded:
			degraded++
		}
	}
	var parts []string
	for _, one := range []struct {
		key string
		n   int
	}{{"impact.vital_fail", vital}, {"impact.services_fail", down}, {"impact.services_degraded", degraded}} {
		if one.n > 0 {
			parts = append(parts, s.N(one.key, one.n))
		}
	}
	say := "impact.says"
	if len(names) > 1 {
		say = "impact.says_together"
	}
	list := s.List(names)
	if len(names) > 4 {
		list = s.N("impact.many_items", len(names))
	}
	if len(parts) == 0 {
		if others := len(in.Items) - len(names); others > 0 {
			return s.T(say, "items", list, "what", s.N("impact.items_only", others))
		}
		return s.T(say, "items", list, "what", s.T("impact.nothing"))
	}
	what := s.List(parts)
	if n := len(in.Departments); in.Users > 0 && n > 0 {
		what = s.T("impact.for_whom", "what", what, "people", s.peopleSaid(in), "departments", s.N("impact.departments", n))
	} else if n > 0 {
		what = s.T("impact.for_departments", "what", what, "departments", s.N("impact.departments", n))
	}
	return s.T(say, "items", list, "what", what)
}

// peopleSaid is how many are concerned, as far as that is certain.
func (s *sight) peopleSaid(in *cmdb.Impact) string {
	if in.UsersMost > in.Users {
		return s.T("impact.people_span", "least", s.Number(in.Users), "most", s.Number(in.UsersMost))
	}
	return s.N("impact.people", in.Users)
}

// peopleFigure is the same as a figure.
func (p *impactPage) peopleFigure() string {
	if p.Impact.UsersMost > p.Impact.Users {
		return p.Number(p.Impact.Users) + "–" + p.Number(p.Impact.UsersMost)
	}
	return p.Number(p.Impact.Users)
}

// needsSaid is what an item needs, in one sentence.
func (p *impactPage) needsSaid() string {
	if len(p.Needed) == 0 {
		return p.T("impact.needs_none", "item", p.One.Code)
	}
	return p.T("impact.needs_says", "item", p.One.Code, "items", p.N("impact.items", len(p.Needed)), "singles", p.N("impact.singles", len(p.Singles)))
}

// figures are the numbers under the answer.
func (p *impactPage) figures() []part.Figure {
	in := p.Impact
	down, degraded := 0, 0
	for _, i := range in.Items {
		if i.Condition == graph.Down {
			down++
		} else {
			degraded++
		}
	}
	margin := 0
	for _, g := range in.Saved {
		if g.Condition == graph.OK {
			margin++
		}
	}
	return []part.Figure{
		{Name: p.T("impact.figure.down"), Value: p.Number(down), Tone: toneIf(down > 0, part.Vermilion)},
		{Name: p.T("impact.figure.degraded"), Value: p.Number(degraded), Tone: toneIf(degraded > 0, part.Amber)},
		{Name: p.T("impact.figure.people"), Value: p.peopleFigure()},
		{Name: p.T("impact.figure.departments"), Value: p.Number(len(in.Departments))},
		{Name: p.T("impact.figure.spared"), Value: p.Number(len(in.Spared)), Tone: toneIf(len(in.Spared) > 0, part.Jade)},
		{Name: p.T("impact.figure.held"), Value: p.Number(margin)},
	}
}

func toneIf(yes bool, t part.Tone) part.Tone {
	if yes {
		return t
	}
	return ""
}

// condition shows how well something works: colour, shape and word.
func (s *sight) condition(c cmdb.Condition) conditionSign {
	out := conditionSign{Word: s.T("impact.condition." + c.String()), Tone: part.Jade, Icon: "circle-check"}
	switch c {
	case graph.Degraded:
		out.Tone, out.Icon = part.Amber, "alert-triangle"
	case graph.Down:
		out.Tone, out.Icon = part.Vermilion, "circle-x"
	}
	return out
}

type conditionSign struct {
	Word, Icon string
	Tone       part.Tone
}

// step is one step of the path that explains why an item suffers.
type step struct {
	Name string
	How  string // the relation's label, "" where nothing may be told of it
	Href string
}

// path leads from an item that failed to one that suffers.
func (p *impactPage) path(i *cmdb.Sufferer) []step {
	var out []step
	for at, n := i, 0; at != nil && n <= len(p.known); n++ {
		one := step{Name: at.Code, Href: ItemHref(at.ID)}
		if t := p.Model.Type(at.Type); t != nil {
			one.How = t.Forth.In(p.lang())
			if t.Suffers == cmdb.Target {
				one.How = t.Back.In(p.lang())
			}
		}
		out = append(out, one)
		if at.From == 0 || at.From == at.ID {
			break
		}
		at = p.known[at.From]
	}
	slices.Reverse(out)
	return out
}

// nodeName is what an item of the graph is called.
func (s *stock) nodeName(n cmdb.Node) string { return n.Name.In(s.lang()) }

// serviceHref is where the impact of a service is asked for, "" when nothing
// stands for it.
func serviceHref(h cmdb.ServiceHit) string {
	if len(h.Speaks) == 0 {
		return ""
	}
	return ItemHref(h.Speaks[0])
}

// whom are the departments that a service that suffers concerns.
func (p *impactPage) whom(service record.ServiceID) string {
	var names []string
	for _, d := range p.Impact.Departments {
		if slices.Contains(d.Services, service) {
			names = append(names, p.Thing(int64(d.Department)))
		}
	}
	return p.List(names)
}

// risked are the agreements on a service.
func (p *impactPage) risked(service record.ServiceID) string {
	var names []string
	for _, a := range p.Impact.Agreements {
		if slices.Contains(a.Services, service) {
			names = append(names, people.Text{En: a.Agreement.NameEn, Zh: a.Agreement.NameZh}.In(p.lang()))
		}
	}
	return p.List(names)
}

// leftOf says how much of a redundancy is left.
func (p *impactPage) leftOf(g cmdb.Redundancy) string {
	out := p.T("impact.left", "left", p.Number(g.Left), "all", p.Number(g.Left+g.Lost), "need", p.Number(g.Need))
	if g.Load > 0 {
		out = p.T("impact.left_load", "left", out, "load", strconv.Itoa(g.Load))
	}
	return out
}
