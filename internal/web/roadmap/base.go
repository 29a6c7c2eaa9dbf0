package roadmap

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// decimals lets a field take figures with a point.
var decimals = templ.Attributes{"step": "any"}

// basePage is where the programme began, and the form that freezes it.
type basePage struct {
	*framed
	Choices programme.Choices
	newest  int64 // version of weights
}

// stale reports whether there are newer weights than those of the programme.
func (p *basePage) stale() bool { return p.newest != p.Weights }

func (s *sight) basing(r *http.Request) (*basePage, error) {
	f, err := s.look(r, "baseline")
	if err != nil {
		return nil, err
	}
	p := &basePage{framed: f}
	if !f.edits() {
		return p, nil
	}
	all, err := s.room.Weighing(s.ctx, s.By)
	if err != nil {
		return nil, err
	}
	p.newest = all[0].ID
	p.Choices, err = s.room.Choices(s.ctx, s.By)
	return p, err
}

func (s *sight) baseline(w http.ResponseWriter, r *http.Request) error {
	p, err := s.basing(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, baseView(p))
}

// origin says where a part was measured.
func (s *sight) origin(o programme.Origin, records bool) string {
	switch {
	case o.Hand():
		return s.T("roadmap.page.by_hand", "day", s.KeptDay(o.Day))
	case records:
		return s.T("roadmap.page.from_records", "day", s.KeptDay(o.Day))
	}
	return s.T("roadmap.page.from_named", "name", s.name(o.Name), "day", s.KeptDay(o.Day))
}

func (p *basePage) sources() []part.Field {
	pick := func(name, label string, all []programme.Origin) part.Field {
		f := part.Field{Name: name, Label: label, Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("roadmap.page.enter")}}}
		for i, o := range all {
			if i == 0 {
				f.Value = strconv.FormatInt(o.ID, 10)
			}
			f.Options = append(f.Options, part.Option{Value: strconv.FormatInt(o.ID, 10), Label: p.T("roadmap.page.from_named", "name", p.name(o.Name), "day", p.KeptDay(o.Day))})
		}
		return f
	}
	records := part.Field{Name: "records", Label: p.T("roadmap.page.readiness"), Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("roadmap.page.enter")}}}
	if p.Choices.Readiness != nil {
		records.Options, records.Value = append(records.Options, part.Option{Value: "1", Label: p.T("roadmap.page.records_now")}), "1"
	}
	wave, judged := pick("wave", p.T("roadmap.page.wave"), p.Choices.Waves), pick("assessment", p.T("roadmap.page.assessment"), p.Choices.Assessments)
	if b := p.Baseline; b != nil {
		wave.Value, judged.Value, records.Value = chosen(b.Wave), chosen(b.Assessment), chosen(b.Readiness)
	}
	return p.Form.Fields(wave, judged, records)
}

func chosen(o programme.Origin) string {
	if o.Hand() {
		return ""
	}
	return strconv.FormatInt(o.ID, 10)
}

// byHand are the fields of gaps and levels that are entered.
func (p *basePage) byHand() (missed, levels []part.Field) {
	const scale = 7
	b := p.Baseline
	points := scale
	if b != nil {
		points = b.Satisfaction.Points
	}
	missed = append(missed, part.Field{Name: "scale_points", Label: p.T("roadmap.page.points"), Kind: part.Number, Value: strconv.Itoa(points), Plain: true, Narrow: true})
	for _, d := range p.Settings.Dimensions() {
		gap, share := "", ""
		if b != nil {
			gap, share = plain(b.Satisfaction.Gap[d]), plain(b.Satisfaction.Share[d])
		}
		missed = append(missed,
			part.Field{Name: "gap." + d, Label: p.T("roadmap.page.gap_of", "name", p.dimension(d)), Kind: part.Number, Value: gap, Plain: true, Narrow: true, Attrs: decimals},
			part.Field{Name: "lmg_share." + d, Label: p.T("roadmap.page.share_of", "name", p.dimension(d)), Kind: part.Number, Value: share, Plain: true, Narrow: true, Attrs: decimals})
	}
	for _, code := range maturity.Processes() {
		f := part.Field{Name: "level." + string(code), Label: p.process(code), Kind: part.Choice, Plain: true, Narrow: true, Options: p.levelOptions(p.T("maturity.level.0"))}
		if b != nil && b.Levels.Level[code] > maturity.None {
			f.Value = b.Levels.Level[code].String()
		}
		levels = append(levels, f)
	}
	return p.Form.Fields(missed...), p.Form.Fields(levels...)
}

var parts = []string{"roles", "skills", "training", "workload", "culture"}

// person is a part of readiness as it stands in its field.
func (p *basePage) person(code maturity.Process, name string) part.Field {
	f := part.Field{Name: "people." + string(code) + "." + name, Label: p.process(code) + ": " + p.T("roadmap.people."+name), Value: "0.5"}
	if p.Baseline != nil {
		f.Value = plain(partOf(p.Baseline.People[code], name))
	}
	return p.Form.Field(f)
}

// fields are all that the form of a baseline asks.
func (p *basePage) fields() []part.Field {
	missed, levels := p.byHand()
	out := slices.Concat(p.sources(), missed, levels)
	for _, code := range maturity.Processes() {
		for _, name := range parts {
			out = append(out, p.person(code, name))
		}
	}
	return out
}

// figureType is how a figure is typed; one that could not be read stays as it was.
func figureType(f part.Field) string {
	if len(f.Faults) > 0 {
		return "text"
	}
	return "number"
}

func partOf(x roadmap.People, name string) float64 {
	return map[string]float64{"roles": x.Roles, "skills": x.Skills, "training": x.Training, "workload": x.Workload, "culture": x.Culture}[name]
}

func (s *sight) freeze(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.basing(r)
	if err != nil {
		return err
	}
	p.Form = f
	t := programme.Take{
		Version: f.ID("version"), Wave: f.ID("wave"), Assessment: f.ID("assessment"), Records: f.Get("records") != "",
		Satisfaction: programme.Satisfaction{Gap: map[string]float64{}, Share: map[string]float64{}}, Level: map[maturity.Process]maturity.Level{}, People: map[maturity.Process]roadmap.People{},
	}
	number := func(name string) float64 { return f.Number(s.Printer, name) }
	t.Satisfaction.Points = f.Count(s.Printer, "scale_points") // none is told as too few
	for _, d := range p.Settings.Dimensions() {
		t.Satisfaction.Gap[d], t.Satisfaction.Share[d] = number("gap."+d), number("lmg_share."+d)
	}
	for _, code := range maturity.Processes() {
		t.Level[code] = levelOf(f.Get("level." + string(code)))
		at := "people." + string(code) + "."
		t.People[code] = roadmap.People{Roles: number(at + "roles"), Skills: number(at + "skills"), Training: number(at + "training"), Workload: number(at + "workload"), Culture: number(at + "culture")}
	}
	if !f.Wrong() {
		_, err = s.room.Freeze(s.ctx, s.By, p.ID, t)
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, baseView(p))
	}
	return web.Go(w, r, href(p.ID, "/targets"))
}

// targetPage is where processes shall come to.
type targetPage struct{ *framed }

func (s *sight) targets(w http.ResponseWriter, r *http.Request) error {
	f, err := s.look(r, "targets")
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, targetView(&targetPage{f}))
}

// proposed is the target without what leadership decided.
func (p *targetPage) proposed() map[maturity.Process]maturity.Level {
	in := *p.Inputs()
	in.Targets = nil
	return roadmap.Make(p.Settings, &in).Target
}

func (p *targetPage) choice(code maturity.Process) (level, reason part.Field) {
	t, own := p.Targets[code]
	level = part.Field{Name: "targets." + string(code) + ".level", Label: p.process(code), Kind: part.Choice, Plain: true, Narrow: true, Options: p.levelOptions(p.T("roadmap.page.as_proposed"))}
	if own {
		level.Value = t.Level.String()
	}
	reason = part.Field{Name: "targets." + string(code) + ".reason", Label: p.T("roadmap.page.reason_for", "name", p.process(code)), Value: t.Reason, Plain: true, Max: 4000}
	return p.Form.Field(level), p.Form.Field(reason)
}

func (s *sight) aim(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	one, err := s.look(r, "targets")
	if err != nil {
		return err
	}
	one.Form = f
	targets := map[maturity.Process]roadmap.Target{}
	for _, code := range maturity.Processes() {
		targets[code] = roadmap.Target{Level: levelOf(f.Get("targets." + string(code) + ".level")), Reason: f.Get("targets." + string(code) + ".reason")}
	}
	_, err = s.room.Aim(s.ctx, s.By, one.ID, f.ID("version"), targets)
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, targetView(&targetPage{one}))
	}
	return web.Go(w, r, href(one.ID, "/priorities"))
}

// priorityPage is what comes first, and why.
type priorityPage struct {
	*framed
	Swings []roadmap.Swing
}

func (s *sight) priorities(w http.ResponseWriter, r *http.Request) error {
	f, err := s.look(r, "priorities")
	if err != nil {
		return err
	}
	p := &priorityPage{framed: f}
	if p.Plan != nil {
		p.Swings = roadmap.Sensitivity(p.Settings, p.Inputs())
		p.Swings = p.Swings[:min(len(p.Swings), mostSwings)]
	}
	s.Needs("charts")
	return web.Show(w, r, http.StatusOK, priorityView(p))
}

const mostSwings = 12

// why is the answer to "why is this first?".
func (p *priorityPage) why() string {
	first := p.Plan.First(1)[0]
	t := p.Plan.Terms[first]
	if len(t.Enables) == 0 {
		return p.T("roadmap.page.first_itself", "name", p.process(first), "demand", p.Percent(p.Plan.DemandNorm[first], 0), "from", p.Inputs().Level[first].String(), "to", p.Plan.Target[first].String())
	}
	var names []string
	for _, e := range t.Enables {
		names = append(names, p.process(e.Process))
	}
	return p.T("roadmap.page.first_enables", "name", p.process(first), "demand", p.Percent(p.Plan.DemandNorm[first], 0), "from", p.Inputs().Level[first].String(), "to", p.Plan.Target[first].String(), "own", p.figure(t.Value), "all", p.figure(t.Pull), "names", p.List(names))
}

// chart is both parts of each priority.
func (p *priorityPage) chart() part.Chart {
	c := part.Chart{Title: p.T("roadmap.page.chart"), Note: p.T("roadmap.page.chart_note"), Kind: part.Stack, Axis: p.T("roadmap.col.process"), Digits: 3}
	own, more := part.Series{Name: p.T("roadmap.col.value"), Tone: part.Jade}, part.Series{Name: p.T("roadmap.col.enables"), Tone: part.Violet}
	for _, code := range p.Plan.First(len(maturity.Processes())) {
		t := p.Plan.Terms[code]
		c.Groups = append(c.Groups, string(code))
		own.Values, more.Values = append(own.Values, t.Value), append(more.Values, t.Pull-t.Value)
	}
	c.Series = []part.Series{own, more}
	return c
}

// weight is what a weight is called: "gap of reliability", "reliability bears on
// the service desk".
func (p *priorityPage) weight(name string) string {
	kind, rest, two := cut(name)
	switch {
	case !two:
		return p.T("roadmap.page.weight_pull")
	case kind == "gap":
		return p.T("roadmap.page.gap_of", "name", p.dimension(rest))
	case kind == "lmg_share":
		return p.T("roadmap.page.share_of", "name", p.dimension(rest))
	}
	from := kind
	if p.Has("roadmap.dimension." + strings.ToLower(kind)) {
		from = p.dimension(kind)
	}
	return p.T("roadmap.page.weight_of", "from", from, "to", p.process(maturity.Process(rest)))
}

// dimension is what a dimension of the questionnaire is called.
func (s *sight) dimension(code string) string {
	return s.T("roadmap.dimension." + strings.ToLower(code))
}
