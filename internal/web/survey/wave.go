package survey

import (
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// wavePage is one wave: how far it is, what to do next, who has answered.
type wavePage struct {
	*sight
	Wave     *wave.Wave
	Sheet    *wave.Sheet // nil for a file
	Estimate *wave.Sample
	Response *wave.Response
	Said     []string // why a deed was refused
	Form     *web.Form
	Codes    []string  // fresh ones, to print
	Until    time.Time // when answers are deleted by themselves; zero for never
}

func (s *sight) wavePage(r *http.Request) (*wavePage, error) {
	w, err := s.room.Read(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	p := &wavePage{sight: s, Wave: w}
	p.Title = s.says(w.Name)
	if w.Source == wave.Asked && !w.Closed.IsZero() && w.Purged.IsZero() {
		months, err := s.room.Keeps(w)
		if err != nil {
			return nil, err
		}
		if months > 0 {
			p.Until = w.Closed.AddDate(0, months, 0)
		}
	}
	if w.Sheet != 0 {
		if p.Sheet, err = s.room.SheetOf(s.ctx, s.By, w.Sheet); err != nil {
			return nil, err
		}
		p.Sheet = w.Asks(p.Sheet)
	}
	if w.State == wave.Draft && s.By.Can(wave.DeedRun) {
		p.Estimate, err = s.room.Estimate(s.ctx, s.By, w.Plan)
		if fault.Is(err, fault.Invalid) {
			p.Said, err = append(p.Said, s.Fault(fault.All(err)[0])), nil
		}
		if err != nil {
			return nil, err
		}
	}
	if w.Source == wave.Asked && len(w.Strata) > 0 {
		p.Response, err = s.room.Response(s.ctx, s.By, w.ID)
	}
	return p, err
}

func (p *wavePage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Lists()
	return web.Show(w, r, status, waveView(p))
}

func (s *sight) wave(w http.ResponseWriter, r *http.Request) error {
	p, err := s.wavePage(r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// answer says in words how the wave stands.
func (p *wavePage) answer() string {
	w := p.Wave
	switch w.State {
	case wave.Draft:
		if len(w.Strata) == 0 {
			return p.T("wave.says_draft")
		}
		return p.N("wave.says_drawn", invited(w))
	case wave.Open:
		return p.T("wave.says_running", "n", p.Response.Whole.Answered, "of", p.Response.Whole.Invited, "rate", p.Percent(p.Response.Whole.Share(), 0), "to", p.Date(w.Last()))
	case wave.Closed:
		return p.T("wave.says_closed", "n", p.Response.Whole.Answered)
	case wave.Analysed:
		return p.T("wave.says_analysed", "at", p.DateTime(w.Frozen))
	case wave.Published:
		return p.T("wave.says_published", "at", p.DateTime(w.Told))
	}
	return p.T("wave.says_cancelled")
}

// move is a deed on a wave that a button does.
type move struct {
	name, icon string
	look       part.Look
	sure       bool // it is asked again
}

// moves are those of the state that the reader may do, the next one first.
func (p *wavePage) moves() []move {
	if !p.By.Can(wave.DeedRun) {
		return nil
	}
	drawn := len(p.Wave.Strata) > 0
	switch p.Wave.State {
	case wave.Draft:
		if !drawn {
			return []move{{name: "draw", icon: "users", look: part.Primary}, {name: "cancel", icon: "x", look: part.Quiet, sure: true}}
		}
		return []move{{name: "open", icon: "send", look: part.Primary, sure: true}, {name: "draw", icon: "refresh"}, {name: "cancel", icon: "x", look: part.Quiet, sure: true}}
	case wave.Open:
		return []move{{name: "remind", icon: "bell", sure: true}, {name: "close", icon: "lock", look: part.Primary, sure: true}, {name: "cancel", icon: "x", look: part.Quiet, sure: true}}
	case wave.Closed:
		return []move{{name: "analyse", icon: "chart-bar", look: part.Primary}, {name: "cancel", icon: "x", look: part.Quiet, sure: true}}
	case wave.Analysed, wave.Published:
		if p.Wave.Purged.IsZero() && p.Wave.Source == wave.Asked {
			return []move{{name: "purge", icon: "trash", look: part.Quiet, sure: true}}
		}
	}
	return nil
}

func (s *sight) move(w http.ResponseWriter, r *http.Request) error {
	deeds := map[string]func() (*wave.Wave, error){}
	id := web.PathID(r, "id")
	for name, do := range map[string]deed{
		"draw": s.room.Draw, "open": s.room.Begin, "remind": s.room.Remind, "close": s.room.Close, "cancel": s.room.Cancel, "analyse": s.room.Analyse, "purge": s.room.Purge,
	} {
		deeds[name] = func() (*wave.Wave, error) { return do(s.ctx, s.By, id) }
	}
	do := deeds[r.PathValue("move")]
	if do == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	_, err := do()
	return s.after(w, r, err)
}

func (s *sight) publish(w http.ResponseWriter, r *http.Request) error {
	_, err := s.room.Publish(s.ctx, s.By, web.PathID(r, "id"))
	return s.after(w, r, err)
}

// after goes back to the wave; what a person can mend is told there.
func (s *sight) after(w http.ResponseWriter, r *http.Request, err error) error {
	if err == nil {
		return web.Go(w, r, href(web.PathID(r, "id")))
	}
	if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
		return err
	}
	p, bad := s.wavePage(r)
	if bad != nil {
		return bad
	}
	for _, f := range fault.All(err) {
		p.Said = append(p.Said, p.Fault(f))
	}
	return p.show(w, r, http.StatusConflict)
}

// steps are the states of a wave's life.
func (p *wavePage) steps() []part.Step {
	life := []wave.State{wave.Draft, wave.Open, wave.Closed, wave.Analysed, wave.Published}
	at := len(life)
	for i, s := range life {
		if s == p.Wave.State {
			at = i
		}
	}
	out := make([]part.Step, len(life))
	for i, s := range life {
		out[i] = part.Step{Word: p.T("wave.state." + string(s)), Done: i < at, Active: i == at}
	}
	return out
}

// figures are the numbers of the wave.
func (p *wavePage) figures() []part.Figure {
	r := p.Response
	if r == nil {
		return nil
	}
	out := []part.Figure{
		{Name: p.T("wave.population"), Value: p.Number(r.Whole.Population)},
		{Name: p.T("wave.invited"), Value: p.Number(r.Whole.Invited)},
	}
	if p.Wave.State != wave.Draft {
		answered := part.Figure{Name: p.T("wave.answered_n"), Value: p.Number(r.Whole.Answered)}
		if r.Need > 0 {
			answered.Note = p.T("wave.needed", "n", p.Number(r.Need))
		}
		out = append(out, answered, part.Figure{Name: p.T("wave.response"), Value: p.Percent(r.Whole.Share(), 0)})
	}
	if r.Staff != nil {
		out = append(out, part.Figure{Name: p.T("wave.side.staff"), Value: p.Number(r.Staff.Answered), Note: p.T("wave.of_n", "n", p.Number(r.Staff.Invited))})
	}
	return out
}
