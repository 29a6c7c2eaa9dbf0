package roadmap

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

func cut(name string) (before, after string, found bool) { return strings.Cut(name, ".") }

// phasePage is the steps by phase, and their drawing.
type phasePage struct{ *framed }

func (s *sight) phases(w http.ResponseWriter, r *http.Request) error { return s.phasesWith(w, r, nil) }

func (s *sight) phasesWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	f, err := s.look(r, "phases")
	if err != nil {
		return err
	}
	f.Form = form
	return web.Show(w, r, form.Status(), phaseView(&phasePage{f}))
}

func (s *sight) lay(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	_, err = s.room.Lay(s.ctx, s.By, id, f.ID("version"))
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.phasesWith(w, r, f)
	}
	return web.Go(w, r, href(id, "/phases"))
}

// add adds a step to those that were computed.
func (s *sight) add(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	in := programme.Extra{Version: f.ID("version"), Process: maturity.Process(f.Get("process")), Why: f.Get("why")}
	if in.Phase = f.Count(s.Printer, "phase"); !f.Wrong() { // none is any
		_, err = s.room.Add(s.ctx, s.By, id, in)
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return s.phasesWith(w, r, f)
	}
	return web.Go(w, r, href(id, "/phases"))
}

// drop leaves a step out.
func (s *sight) drop(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, step := web.PathID(r, "id"), web.PathID(r, "step")
	_, err = s.room.Drop(s.ctx, s.By, id, step, f.ID("version"), f.Get("why"))
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.phasesWith(w, r, f)
	}
	return web.Go(w, r, href(id, "/phases"))
}

// alters reports whether the reader may add steps.
func (p *phasePage) alters() bool {
	return p.Plan != nil && len(p.View.Steps) > 0 && p.By.Can(programme.DeedEdit) && (p.State == programme.Draft || p.State == programme.Approved)
}

// agrees reports whether the reader may agree to what was altered.
func (p *framed) agrees() bool {
	return p.Programme.Agrees(p.By)
}

// addFields ask which step is added, where, and why.
func (p *phasePage) addFields() []part.Field {
	which := part.Field{Name: "process", Label: p.T("roadmap.col.process"), Kind: part.Choice, Required: true}
	for _, code := range maturity.Processes() {
		which.Options = append(which.Options, part.Option{Value: string(code), Label: p.process(code)})
	}
	return sent(p.Form, "phase").Fields(which,
		part.Field{Name: "phase", Label: p.T("roadmap.page.any_phase"), Kind: part.Number, Narrow: true, Plain: true},
		part.Field{Name: "why", Label: p.T("roadmap.page.why"), Required: true, Max: 4000})
}

// phase is one with its steps.
type phase struct {
	Number, Spent int
	From, To      time.Time
	Steps         []programme.Step
}

func (p *framed) byPhase() (out []phase) {
	days := p.Settings.PhaseDays
	for _, s := range p.View.Steps {
		for len(out) < s.Phase {
			n := len(out) + 1
			out = append(out, phase{Number: n, From: p.Ends(n-1, days), To: p.Ends(n, days)})
		}
		one := &out[s.Phase-1]
		one.Steps, one.Spent = append(one.Steps, s), one.Spent+s.Cost
	}
	return out
}

// answer is the phases in a sentence.
func (p *phasePage) answer() string {
	if p.Plan == nil {
		return p.T("programme.no_baseline")
	}
	if len(p.View.Steps) == 0 {
		if p.Plan.Stop != roadmap.Done {
			var left []string
			for _, code := range p.Plan.Left {
				left = append(left, p.process(code))
			}
			return p.T("roadmap.stop."+string(p.Plan.Stop), "left", p.List(left))
		}
		return p.T("roadmap.page.not_laid", "phases", p.Number(len(p.Plan.Phases)), "points", p.Number(p.Plan.Points()))
	}
	all := p.byPhase()
	return p.T("roadmap.page.laid", "steps", p.Number(len(p.View.Steps)), "phases", p.Number(len(all)), "day", p.KeptDay(all[len(all)-1].To))
}

// The measures of the drawing.
const (
	ganttLabel  = 56
	ganttPhase  = 132
	ganttRow    = 30
	ganttHead   = 40
	ganttBar    = 22
	ganttBottom = 8
)

// bar is a step as it is drawn.
type bar struct {
	X, Y, W      int
	Word, Class  string
	TextX, TextY int
}

// gantt is the drawing: a row a process, a column a phase.
type gantt struct {
	W, H  int
	Rows  []ganttRowLine
	Cols  []ganttCol
	Bars  []bar
	Today int // 0 outside of the phases
}

type ganttRowLine struct {
	Y, TextY int
	Word     string
}

type ganttCol struct {
	X         int
	Word, Day string
}

func (p *framed) gantt() gantt {
	all := p.byPhase()
	codes := maturity.Processes()
	g := gantt{W: ganttLabel + len(all)*ganttPhase, H: ganttHead + len(codes)*ganttRow + ganttBottom}
	for i, code := range codes {
		y := ganttHead + i*ganttRow
		g.Rows = append(g.Rows, ganttRowLine{y, y + ganttBar - 3, string(code)})
	}
	for i, ph := range all {
		x := ganttLabel + i*ganttPhase
		g.Cols = append(g.Cols, ganttCol{x, p.T("roadmap.page.phase_n", "n", ph.Number), p.KeptMonth(ph.From)})
		for row, code := range codes {
			own := slices.DeleteFunc(slices.Clone(ph.Steps), func(s programme.Step) bool { return s.Process != code })
			for k, s := range own {
				w := (ganttPhase - 4) / len(own)
				b := bar{X: x + 2 + k*w, Y: ganttHead + row*ganttRow + 4, W: w - 3, Word: s.To.String(), Class: "rm-bar rm-" + strings.ReplaceAll(string(s.State), "_", "-")}
				if s.Kind == roadmap.Person {
					b.Word, b.Class = p.T("roadmap.page.people_short"), b.Class+" rm-person"
				}
				b.TextX, b.TextY = b.X+b.W/2, b.Y+15
				g.Bars = append(g.Bars, b)
			}
		}
	}
	span := p.Ends(len(all), p.Settings.PhaseDays).Sub(p.Start)
	if gone := p.Now.Sub(p.Start); gone > 0 && gone < span {
		g.Today = ganttLabel + int(float64(len(all)*ganttPhase)*float64(gone)/float64(span))
	}
	return g
}

// boardPage is the steps by state.
type boardPage struct{ *framed }

func (s *sight) board(w http.ResponseWriter, r *http.Request) error {
	f, err := s.look(r, "board")
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, boardView(&boardPage{f}))
}

// lanes are the columns of the board. What was rejected or has fallen is work
// again, and stands where work stands.
var lanes = [][]roadmap.State{{roadmap.Planned}, {roadmap.Regressed, roadmap.Rejected, roadmap.InWork}, {roadmap.Claimed}, {roadmap.Verified}}

func (p *boardPage) lane(states []roadmap.State) (out []programme.Step) {
	for _, st := range states {
		for _, s := range p.View.Steps {
			if s.State == st {
				out = append(out, s)
			}
		}
	}
	return out
}

func (p *boardPage) laneWord(states []roadmap.State) string {
	return p.T("roadmap.state." + string(states[len(states)-1]))
}

func (p *boardPage) answer() string {
	st := p.Stand(p.View.Steps, p.Now, p.Centre)
	return p.T("roadmap.page.says", "done", p.Number(st.Verified), "of", p.Number(st.Steps), "late", p.Number(st.Late))
}
