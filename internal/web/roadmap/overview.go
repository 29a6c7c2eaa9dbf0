package roadmap

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// listPage is all programmes.
type listPage struct {
	*sight
	All []programme.Programme
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error {
	all, err := s.room.List(s.ctx, s.By)
	if err != nil {
		return err
	}
	s.Title = s.T("roadmap.title")
	return web.Show(w, r, http.StatusOK, listView(&listPage{sight: s, All: all}))
}

func (p *listPage) answer() string {
	for i := range p.All {
		if one := &p.All[i]; one.State == programme.Approved {
			return p.T("roadmap.page.says_running", "name", p.name(one.Name), "day", p.KeptDay(one.Horizon))
		}
	}
	return p.T("roadmap.page.says_none")
}

// charterPage makes a programme, or changes its charter.
type charterPage struct {
	*sight
	One  *programme.Programme
	Form *web.Form
}

func (s *sight) chartering(r *http.Request) (*charterPage, error) {
	day := s.Day()
	const points, years = 10, 2
	p := &charterPage{sight: s, One: &programme.Programme{State: programme.Draft, Doc: programme.Doc{Start: day, Horizon: day.AddDate(years, 0, 0), Capacity: points}}}
	s.Title = s.T("roadmap.page.new")
	if r.PathValue("id") == "" {
		return p, nil
	}
	var err error
	p.One, err = s.room.Find(s.ctx, s.By, web.PathID(r, "id"))
	s.Title = s.T("roadmap.page.charter")
	return p, err
}

func (s *sight) charterForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.chartering(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, charterView(p))
}

func (p *charterPage) action() string {
	if p.One.ID == 0 {
		return Path + "/new"
	}
	return href(p.One.ID, "/charter")
}

func (p *charterPage) fields() []part.Field {
	one := p.One
	wanted := ""
	if one.Wanted != nil {
		wanted = plain(*one.Wanted)
	}
	out := []part.Field{
		{Name: "name_en", Label: p.T("maturity.name_en"), Value: one.Name.En, Max: 200, Required: true},
		{Name: "name_zh", Label: p.T("maturity.name_zh"), Value: one.Name.Zh, Max: 200},
		{Name: "charter", Label: p.T("roadmap.page.vision"), Help: p.T("roadmap.page.vision_help"), Kind: part.Long, Value: one.Charter, Max: 4000},
		{Name: "wanted", Label: p.T("roadmap.page.wanted"), Help: p.T("roadmap.page.wanted_help"), Kind: part.Number, Value: wanted, Narrow: true, Attrs: decimals},
		{Name: "horizon", Label: p.T("roadmap.page.horizon"), Kind: part.Date, Value: one.Horizon.Format(time.DateOnly), Required: true, Narrow: true},
		{Name: "point_cost", Label: p.T("roadmap.page.point_cost"), Help: p.T("roadmap.page.point_cost_help"), Kind: part.Number, Value: plain(one.PointCost), Plain: true, Narrow: true, Attrs: decimals},
	}
	if one.State == programme.Draft {
		out = append(out,
			part.Field{Name: "start", Label: p.T("roadmap.page.start"), Kind: part.Date, Value: one.Start.Format(time.DateOnly), Required: true, Narrow: true},
			part.Field{Name: "capacity", Label: p.T("roadmap.page.capacity"), Help: p.T("roadmap.page.capacity_help"), Kind: part.Number, Value: strconv.Itoa(one.Capacity), Required: true, Narrow: true})
	}
	return p.Form.Fields(out...)
}

func (s *sight) charter(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.chartering(r)
	if err != nil {
		return err
	}
	p.Form = f
	one := &programme.Programme{ID: p.One.ID, Version: p.One.Version, Name: people.Text{En: f.Get("name_en"), Zh: f.Get("name_zh")}}
	one.Charter, one.Start, one.Capacity = f.Get("charter"), p.One.Start, p.One.Capacity
	one.Horizon = f.Day(s.Printer, "horizon") // none is told as missing
	if f.Get("wanted") != "" {
		x := f.Number(s.Printer, "wanted")
		one.Wanted = &x
	}
	if f.Get("point_cost") != "" {
		one.PointCost = f.Number(s.Printer, "point_cost")
	}
	if p.One.State == programme.Draft {
		one.Start = f.Day(s.Printer, "start")
		if one.Capacity = f.Count(s.Printer, "capacity"); f.Get("capacity") == "" {
			one.Capacity = -1 // told as no number from 0 on
		}
	}
	if !f.Wrong() {
		if err := f.Blame(s.Printer, s.room.Plan(s.ctx, s.By, one)); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, charterView(p))
	}
	return web.Go(w, r, href(one.ID, ""))
}

// overviewPage is a programme on its six stations.
type overviewPage struct {
	*framed
	Stand      programme.Progress
	Against    []programme.Compared
	Indicators programme.Indicators
}

func (s *sight) overview(w http.ResponseWriter, r *http.Request) error {
	return s.overviewWith(w, r, nil)
}

func (s *sight) overviewWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	f, err := s.look(r, "")
	if err != nil {
		return err
	}
	f.Form = form
	p := &overviewPage{framed: f}
	if err := p.indicate(); err != nil {
		return err
	}
	return web.Show(w, r, form.Status(), overviewView(p))
}

// answer is the programme in a sentence.
func (p *overviewPage) answer() string {
	st := p.Stand
	switch {
	case p.Baseline == nil:
		return p.T("roadmap.page.says_no_baseline")
	case st.Steps == 0:
		return p.T("roadmap.page.says_no_phases")
	case p.State == programme.Draft:
		return p.T("roadmap.page.says_draft", "n", p.Number(st.Steps))
	case st.Regressed > 0:
		return p.N("roadmap.page.says_regressed", st.Regressed, "done", p.Number(st.Verified), "of", p.Number(st.Steps))
	}
	return p.T("roadmap.page.says", "done", p.Number(st.Verified), "of", p.Number(st.Steps), "late", p.Number(st.Late))
}

// station is one of the six.
type station struct {
	Word, Says, Href string
	Done             bool
}

func (p *overviewPage) stations() []station {
	st := p.Stand
	says := func(name string, args ...any) string { return p.T("roadmap.station."+name, args...) }
	base, aim, way, arrived := says("base_none"), says("aim_none"), says("way_none"), says("arrived_none")
	if b := p.Baseline; b != nil {
		base = says("base", "day", p.Date(b.Frozen), "gap", p.Decimal(b.Satisfaction.Weighted(), 2))
		aim = says("aim", "n", p.Number(len(p.Targets)))
	}
	if st.Steps > 0 {
		last := p.View.Steps[len(p.View.Steps)-1].Phase
		way = says("way", "steps", p.Number(st.Steps), "phases", p.Number(last), "points", p.Number(st.Points))
	}
	if st.Verified+st.Regressed > 0 {
		arrived = says("arrived", "n", p.Number(st.Verified), "of", p.Number(st.Steps))
	}
	vision := says("vision_none")
	if p.Charter != "" {
		vision = p.Charter
	}
	momentum := says("momentum_none")
	if p.Outcome != nil {
		momentum = says("momentum", "name", p.name(p.Outcome.Wave.Name))
	}
	return []station{
		{says("1"), vision, href(p.ID, ""), p.Charter != ""},
		{says("2"), base, href(p.ID, "/baseline"), p.Baseline != nil},
		{says("3"), aim, href(p.ID, "/targets"), p.Baseline != nil},
		{says("4"), way, href(p.ID, "/phases"), p.State == programme.Approved || p.State == programme.Closed},
		{says("5"), arrived, href(p.ID, "/board"), st.Steps > 0 && st.Verified == st.Steps},
		{says("6"), momentum, href(p.ID, "/outcome"), p.Outcome != nil},
	}
}

// regressed lists the steps that have fallen.
func (p *overviewPage) regressed() (out []programme.Step) {
	for i := range p.View.Steps {
		if p.View.Steps[i].State == roadmap.Regressed {
			out = append(out, p.View.Steps[i])
		}
	}
	return out
}

func (s *sight) approve(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, func(f *web.Form, id int64) error {
		_, err := s.room.Approve(s.ctx, s.By, id, f.ID("version"))
		return err
	})
}

func (s *sight) end(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, func(f *web.Form, id int64) error {
		_, err := s.room.End(s.ctx, s.By, id, f.Get("why"))
		return err
	})
}

// deed does something to a programme and shows it again.
func (s *sight) deed(w http.ResponseWriter, r *http.Request, do func(*web.Form, int64) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	if err := f.Blame(s.Printer, do(f, id)); err != nil {
		return err
	}
	if f.Wrong() {
		return s.overviewWith(w, r, f)
	}
	return web.Go(w, r, href(id, ""))
}

// levelOptions are the levels to choose from.
func (s *sight) levelOptions(none string) []part.Option {
	out := []part.Option{{Label: none}}
	for _, l := range maturity.Levels() {
		out = append(out, part.Option{Value: l.String(), Label: s.level(l)})
	}
	return out
}

// levelOf reads a level of a form; none when there is none.
func levelOf(text string) maturity.Level {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) {
		return maturity.None
	}
	l, _ := maturity.LevelOf(x)
	return l
}
