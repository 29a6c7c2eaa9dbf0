package roadmap

import (
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// scenarioPage is what the plan would be otherwise, side by side.
type scenarioPage struct {
	*framed
	Rows []scenarioRow
}

// scenarioRow is one scenario.
type scenarioRow struct {
	Name string
	Plan *roadmap.Plan
}

// scenarios tries what the address asks for: nothing is kept.
func (s *sight) scenarios(w http.ResponseWriter, r *http.Request) error {
	f, err := s.look(r, "scenarios")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f.Form = &web.Form{Values: q}
	if len(q) == 0 {
		f.Form = nil
	}
	p := &scenarioPage{framed: f}
	if f.Plan == nil {
		return web.Show(w, r, http.StatusOK, scenarioView(p))
	}
	p.Rows = []scenarioRow{{s.T("roadmap.base"), f.Plan}}
	half, more := f.Capacity/2, f.Capacity*3/2
	p.try(s.T("roadmap.page.with_points", "n", half), programme.Try{Capacity: &half})
	p.try(s.T("roadmap.page.with_points", "n", more), programme.Try{Capacity: &more})
	none := 0.0
	p.try(s.T("roadmap.page.without_pull"), programme.Try{Pull: &none})
	if len(q) > 0 {
		p.asked(q)
	}
	return web.Show(w, r, f.Form.Status(), scenarioView(p))
}

func (p *scenarioPage) try(name string, t programme.Try) {
	plan, err := p.room.Try(p.View, t)
	for _, bad := range fault.All(err) {
		p.Form.Fault(bad.Field, p.Printer.Fault(bad))
	}
	if err == nil {
		p.Rows = append(p.Rows, scenarioRow{name, plan})
	}
}

// asked is the scenario that the reader makes himself.
func (p *scenarioPage) asked(q url.Values) {
	var t programme.Try
	if text := q.Get("capacity"); text != "" {
		n := p.Form.Count(p.Printer, "capacity")
		t.Capacity = &n
	}
	if text := q.Get("pull"); text != "" {
		x := p.Form.Number(p.Printer, "pull")
		t.Pull = &x
	}
	if l := levelOf(q.Get("level")); l > maturity.None && q.Get("process") != "" {
		t.Targets = map[maturity.Process]roadmap.Target{maturity.Process(q.Get("process")): {Level: l, Reason: "tried"}}
	}
	for _, d := range p.Settings.Dimensions() {
		if text := q.Get("lmg_share." + d); text != "" {
			if t.Share == nil {
				t.Share = map[string]float64{}
				for name, x := range p.Inputs().Share {
					t.Share[name] = x
				}
			}
			if x := p.Form.Number(p.Printer, "lmg_share."+d); math.Abs(x-t.Share[d]) > .0005 || math.IsNaN(x) { // else it is as it was shown
				t.Share[d] = x
			}
		}
	}
	if !p.Form.Wrong() {
		p.try(p.T("roadmap.page.yours"), t)
	}
}

func (p *scenarioPage) fields() []part.Field {
	which := part.Field{Name: "process", Label: p.T("roadmap.page.other_target"), Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("maturity.no_target")}}}
	for _, code := range maturity.Processes() {
		which.Options = append(which.Options, part.Option{Value: string(code), Label: p.process(code)})
	}
	out := []part.Field{
		{Name: "capacity", Label: p.T("roadmap.page.capacity"), Kind: part.Number, Plain: true, Narrow: true, Value: strconv.Itoa(p.Capacity)},
		which,
		{Name: "level", Label: p.T("roadmap.col.target"), Kind: part.Choice, Plain: true, Options: p.levelOptions(p.T("roadmap.page.as_proposed"))},
		{Name: "pull", Label: p.T("roadmap.page.weight_pull"), Kind: part.Number, Plain: true, Narrow: true, Value: plain(p.Settings.Pull), Attrs: decimals},
	}
	for _, d := range p.Settings.Dimensions() {
		out = append(out, part.Field{Name: "lmg_share." + d, Label: p.T("roadmap.page.share_of", "name", p.dimension(d)), Kind: part.Number, Plain: true, Narrow: true, Value: plain(math.Round(p.Inputs().Share[d]*1000) / 1000), Attrs: decimals})
	}
	return p.Form.Fields(out...)
}

func (p *scenarioPage) first(plan *roadmap.Plan) string {
	const five = 5
	var out []string
	for _, code := range plan.First(five) {
		out = append(out, string(code))
	}
	return strings.Join(out, " ")
}

func (p *scenarioPage) ends(plan *roadmap.Plan) string {
	var left []string
	for _, code := range plan.Left {
		left = append(left, p.process(code))
	}
	return p.T("roadmap.stop."+string(plan.Stop), "left", p.List(left))
}

// meets is when a process comes to its target in a scenario.
func (p *scenarioPage) meets(plan *roadmap.Plan, code maturity.Process) string {
	for _, ph := range plan.Phases {
		if ph.After[code] >= plan.Target[code] {
			return p.T("roadmap.page.meets", "level", plan.Target[code].String(), "n", ph.Number)
		}
	}
	if p.Inputs().Level[code] >= plan.Target[code] {
		return plan.Target[code].String()
	}
	return "–"
}

// weightPage is the gates and costs that plans are made with.
type weightPage struct {
	*sight
	All  []programme.Weights
	Form *web.Form
}

func (s *sight) weights(w http.ResponseWriter, r *http.Request) error {
	return s.weightsWith(w, r, nil)
}

func (s *sight) weightsWith(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	all, err := s.room.Weighing(s.ctx, s.By)
	if err != nil {
		return err
	}
	s.Title = s.T("roadmap.page.weights")
	return web.Show(w, r, f.Status(), weightView(&weightPage{s, all, f}))
}

// gateText is the gates as they are typed: one a line, "IM 2 <- SD 1.5".
func gateText(all []roadmap.Gate) string {
	var out []string
	for _, g := range all {
		out = append(out, g.String())
	}
	return strings.Join(out, "\n")
}

// glued is where a process and a level were typed without a space between.
var glued = regexp.MustCompile(`([A-Za-z])([0-9])`)

// gatesIn reads them again, "IM2<-SD1.5" too; what cannot be read is no process or no
// level, and told so.
func gatesIn(text string) (out []roadmap.Gate) {
	for line := range strings.Lines(text) {
		line = glued.ReplaceAllString(strings.ToUpper(line), "$1 $2")
		f := strings.Fields(strings.NewReplacer("<-", " ", "←", " ").Replace(line))
		if len(f) == 0 {
			continue
		}
		f = append(f, "", "", "", "")
		out = append(out, roadmap.Gate{Process: maturity.Process(f[0]), Level: levelOf(f[1]), Requires: maturity.Process(f[2]), At: levelOf(f[3])})
	}
	return out
}

// itemText is the matrix as it is typed: one item a line, "T1 CAP .4 REL .3".
func itemText(all []roadmap.Item) string {
	var out []string
	for _, i := range all {
		line := i.Name
		for _, code := range maturity.Processes() {
			if x := i.Weights[code]; x != 0 {
				line += " " + string(code) + " " + plain(x)
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func itemsIn(text string, items []roadmap.Item) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		for i := range items {
			if len(f) == 0 || items[i].Name != f[0] {
				continue
			}
			items[i].Weights = map[maturity.Process]float64{}
			for k := 1; k+1 < len(f); k += 2 {
				x, err := strconv.ParseFloat(f[k+1], 64)
				if err != nil {
					x = math.NaN() // told by the sum of its row
				}
				items[i].Weights[maturity.Process(f[k])] = x
			}
		}
	}
}

func (p *weightPage) fields() []part.Field {
	s := p.All[0].Settings
	out := []part.Field{
		{Name: "gates", Label: p.T("roadmap.page.gates"), Help: p.T("roadmap.page.gates_help"), Kind: part.Long, Value: gateText(s.Gates), Required: true},
		{Name: "items", Label: p.T("roadmap.page.matrix"), Help: p.T("roadmap.page.matrix_help"), Kind: part.Long, Value: itemText(s.Items), Required: true},
		{Name: "pull", Label: p.T("roadmap.page.weight_pull"), Kind: part.Number, Value: plain(s.Pull), Required: true, Narrow: true, Attrs: decimals},
		{Name: "phase_days", Label: p.T("roadmap.page.phase_days"), Kind: part.Number, Value: strconv.Itoa(s.PhaseDays), Required: true, Narrow: true},
		{Name: "why", Label: p.T("roadmap.page.why"), Required: true, Max: 4000},
	}
	return p.Form.Fields(out...)
}

func (s *sight) weigh(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	all, err := s.room.Weighing(s.ctx, s.By)
	if err != nil {
		return err
	}
	next := all[0].Settings
	next.Gates = gatesIn(f.Get("gates"))
	itemsIn(f.Get("items"), next.Items)
	next.Pull, next.PhaseDays = f.Number(s.Printer, "pull"), f.Count(s.Printer, "phase_days") // none is told as missing, or as too few
	if !f.Wrong() {
		_, err = s.room.Weigh(s.ctx, s.By, next, f.Get("why"))
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return s.weightsWith(w, r, f)
	}
	return web.Go(w, r, Path+"/weights")
}

func (s *sight) reweigh(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, func(f *web.Form, id int64) error {
		_, err := s.room.Reweigh(s.ctx, s.By, id, f.ID("version"))
		return err
	})
}
