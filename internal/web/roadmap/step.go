package roadmap

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// stepPage is one step with its tasks.
type stepPage struct {
	*framed
	One    *programme.Step
	Doubts programme.Doubts
	Staff  []people.Person
}

func (s *sight) step(w http.ResponseWriter, r *http.Request) error { return s.stepWith(w, r, nil) }

func (s *sight) stepWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	p, err := s.readStep(r, form)
	if err != nil {
		return err
	}
	return web.Show(w, r, form.Status(), stepView(p))
}

// readStep reads the step that an address names.
func (s *sight) readStep(r *http.Request, form *web.Form) (*stepPage, error) {
	f, err := s.look(r, "phases")
	if err != nil {
		return nil, err
	}
	f.Form = form
	p := &stepPage{framed: f}
	for i := range f.View.Steps {
		if f.View.Steps[i].ID == web.PathID(r, "step") {
			p.One = &f.View.Steps[i]
		}
	}
	if p.One == nil {
		return nil, fault.New(fault.Missing, "programme.no_step")
	}
	s.Title = s.action(p.One.Kind, p.One.Process, p.One.To)
	if p.One.State == roadmap.Claimed {
		if p.Doubts, err = s.room.Doubts(s.ctx, s.By, f.Programme, p.One); err != nil {
			return nil, err
		}
	}
	if p.Staff, err = s.pages.Staff(s.ctx); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *stepPage) at(more string) string {
	return href(p.ID, "/steps/"+strconv.FormatInt(p.One.ID, 10)+more)
}

// works reports whether the reader may work on it now.
func (p *stepPage) works() bool {
	if p.State != programme.Draft && p.State != programme.Approved {
		return false
	}
	if p.By.Can(programme.DeedEdit) || p.By.Can(programme.DeedWork) && p.One.Owner == p.By.ID {
		return true
	}
	for _, t := range p.One.Tasks {
		if t.Owner == p.By.ID && p.By.Can(programme.DeedWork) {
			return true
		}
	}
	return false
}

func (p *stepPage) arranges() bool {
	return (p.State == programme.Draft || p.State == programme.Approved) && p.By.Can(programme.DeedEdit)
}

// moves are the states that the reader may carry it to.
// drops reports whether the reader may leave the step out.
func (p *stepPage) drops() bool {
	return p.arranges() && (p.State == programme.Draft || p.State == programme.Approved && p.One.State == roadmap.Planned && !p.One.Carry.Busy())
}

func (p *stepPage) moves() (out []roadmap.State) {
	if p.State != programme.Approved || !p.works() {
		return nil
	}
	for _, to := range p.One.State.Next() {
		leads := to == roadmap.Verified || to == roadmap.Rejected || to == roadmap.Regressed
		if !leads || p.By.Can(programme.DeedEdit) {
			out = append(out, to)
		}
	}
	return out
}

// reasoned reports whether a move asks for a reason.
func reasoned(to roadmap.State) bool { return to == roadmap.Rejected || to == roadmap.Regressed }

func (p *stepPage) owners(chosen people.ID, name, label string) part.Field {
	f := part.Field{Name: name, Label: label, Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("roadmap.page.nobody")}}}
	for _, who := range p.Staff {
		f.Options = append(f.Options, part.Option{Value: who.ID.String(), Label: who.Name})
	}
	if chosen != 0 {
		f.Value = chosen.String()
	}
	return f
}

func (p *stepPage) arrangeFields() []part.Field {
	s := p.One
	out := []part.Field{
		p.owners(s.Owner, "owner", p.T("roadmap.page.owner")),
		{Name: "due", Label: p.T("roadmap.page.due"), Kind: part.Date, Value: s.Due.Format(time.DateOnly), Plain: true, Narrow: true},
		{Name: "money", Label: p.T("roadmap.page.extra_money"), Kind: part.Number, Value: plain(s.Money), Plain: true, Narrow: true, Attrs: decimals},
		{Name: "benefit", Label: p.T("roadmap.page.benefit"), Kind: part.Long, Value: s.Benefit, Max: 4000},
		{Name: "change", Label: p.T("roadmap.page.change"), Help: p.T("roadmap.page.change_help"), Value: s.Change, Max: 200},
	}
	if s.State == roadmap.Planned {
		out = append(out,
			part.Field{Name: "phase", Label: p.T("roadmap.page.phase"), Kind: part.Number, Value: strconv.Itoa(s.Phase), Plain: true, Narrow: true},
			part.Field{Name: "why", Label: p.T("roadmap.page.why_phase"), Max: 4000, Plain: true})
	}
	return sent(p.Form, "money").Fields(out...)
}

// blamed are the fields in which faults of the form that was sent have their place; the
// other forms of the page tell them as a whole.
func (p *stepPage) blamed() []part.Field {
	if sent(p.Form, "money") == nil {
		return nil
	}
	return p.arrangeFields()
}

// taskFields are those of a task's form: as they were typed when that form came back,
// else as they are kept.
func (p *stepPage) taskFields(i int, t *programme.Task) (text, owner, due, evidence part.Field, done bool) {
	form := sent(p.Form, "task")
	if form.Was("task") != strconv.Itoa(i) {
		form = nil
	}
	text = form.Field(part.Field{Name: "text", Value: t.Text})
	owner = form.Field(part.Field{Name: "owner", Value: t.Owner.String()})
	due = form.Field(part.Field{Name: "due", Value: dateValue(t)})
	evidence = form.Field(part.Field{Name: "evidence", Value: t.Evidence})
	if done = t.Done; form != nil {
		done = form.Was("done") != ""
	}
	return text, owner, due, evidence, done
}

// statement is what a task is about.
func (p *stepPage) statement(t *programme.Task) string {
	if t.Question == "" {
		return t.Text
	}
	q, _ := p.Questions().Question(t.Question)
	return q.Text.In(p.lang())
}

func (s *sight) stepDeed(w http.ResponseWriter, r *http.Request, do func(f *web.Form, id, step int64) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, step := web.PathID(r, "id"), web.PathID(r, "step")
	if err := f.Blame(s.Printer, do(f, id, step)); err != nil {
		return err
	}
	if f.Wrong() {
		return s.stepWith(w, r, f)
	}
	return web.Go(w, r, href(id, "/steps/"+strconv.FormatInt(step, 10)))
}

func (s *sight) arrange(w http.ResponseWriter, r *http.Request) error {
	return s.stepDeed(w, r, func(f *web.Form, id, step int64) error {
		in := programme.Arrange{Version: f.ID("version"), Owner: people.ID(f.ID("owner")), Benefit: f.Get("benefit"), Change: f.Get("change"), Why: f.Get("why")}
		in.Due = f.Day(s.Printer, "due") // none leaves it
		if f.Get("money") != "" {
			in.Money = f.Number(s.Printer, "money")
		}
		in.Phase = f.Count(s.Printer, "phase") // none leaves it
		if f.Wrong() {
			return nil
		}
		_, err := s.room.Arrange(s.ctx, s.By, id, step, in)
		return err
	})
}

func (s *sight) move(w http.ResponseWriter, r *http.Request) error {
	return s.stepDeed(w, r, func(f *web.Form, id, step int64) error {
		_, err := s.room.Move(s.ctx, s.By, id, step, f.ID("version"), roadmap.State(f.Get("to")), f.Get("why"))
		return err
	})
}

func (s *sight) tick(w http.ResponseWriter, r *http.Request) error {
	return s.stepDeed(w, r, func(f *web.Form, id, step int64) error {
		n, err := strconv.Atoi(f.Get("task"))
		if err != nil {
			n = -1
		}
		t := programme.Task{Text: f.Get("text"), Owner: people.ID(f.ID("owner")), Done: f.Get("done") != "", Evidence: f.Get("evidence")}
		if t.Due = f.Day(s.Printer, "due"); f.Wrong() { // none is none
			return nil
		}
		_, err = s.room.Tick(s.ctx, s.By, id, step, f.ID("version"), n, t)
		return err
	})
}

// outcomePage is what came of it.
type outcomePage struct {
	*framed
	Against []programme.Compared
	Waves   []programme.Origin // later than the baseline
}

func (s *sight) outcome(w http.ResponseWriter, r *http.Request) error {
	return s.outcomeWith(w, r, nil)
}

func (s *sight) outcomeWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	f, err := s.look(r, "outcome")
	if err != nil {
		return err
	}
	f.Form = form
	p := &outcomePage{framed: f}
	if p.Against, err = s.room.Against(s.ctx, s.By, f.View); err != nil {
		return err
	}
	if b := f.Baseline; b != nil && !b.Wave.Hand() && s.By.Can(programme.DeedEdit) && f.State != programme.Draft {
		all, err := s.room.Choices(s.ctx, s.By)
		if err != nil {
			return err
		}
		for _, o := range all.Waves {
			if o.Day.After(b.Wave.Day) {
				p.Waves = append(p.Waves, o)
			}
		}
	}
	s.Needs("charts")
	return web.Show(w, r, form.Status(), outcomeView(p))
}

func (p *outcomePage) waveField() part.Field {
	f := part.Field{Name: "wave", Label: p.T("roadmap.page.next_wave"), Kind: part.Choice, Required: true}
	for _, o := range p.Waves {
		f.Options = append(f.Options, part.Option{Value: strconv.FormatInt(o.ID, 10), Label: p.T("roadmap.page.from_named", "name", p.name(o.Name), "day", p.KeptDay(o.Day))})
	}
	if len(p.Waves) > 0 {
		f.Value = strconv.FormatInt(p.Waves[0].ID, 10)
	}
	return sent(p.Form, "wave").Field(f)
}

func (p *outcomePage) measureFields() []part.Field {
	which := part.Field{Name: "process", Label: p.T("roadmap.col.process"), Kind: part.Choice, Required: true}
	for _, code := range maturity.Processes() {
		which.Options = append(which.Options, part.Option{Value: string(code), Label: p.process(code)})
	}
	return sent(p.Form, "process").Fields(which,
		part.Field{Name: "level", Label: p.T("roadmap.col.level"), Kind: part.Choice, Plain: true, Options: p.levelOptions(p.T("maturity.level.0"))},
		part.Field{Name: "ready", Label: p.T("roadmap.page.ready_hand"), Help: p.T("roadmap.page.ready_hand_help"), Kind: part.Number, Plain: true, Narrow: true, Attrs: decimals},
		part.Field{Name: "day", Label: p.T("maturity.day"), Kind: part.Date, Value: p.Day().Format(time.DateOnly), Required: true, Narrow: true},
		part.Field{Name: "note", Label: p.T("roadmap.page.shown"), Required: true, Max: 4000})
}

// spoke is what the next wave says of a process: the items that bear on it.
func (p *outcomePage) spoke(code maturity.Process) (out []roadmap.Observed) {
	if p.Outcome == nil {
		return nil
	}
	for _, name := range p.Settings.ItemsOf(code, roadmap.MappedFrom) {
		for _, o := range p.Outcome.Items {
			if o.Item == name {
				out = append(out, o)
			}
		}
	}
	return out
}

// done reports whether a step of a process has been verified.
func (p *outcomePage) done(code maturity.Process) bool {
	for i := range p.View.Steps {
		if s := &p.View.Steps[i]; s.Process == code && (s.State == roadmap.Verified || s.State == roadmap.Regressed) {
			return true
		}
	}
	return false
}

func verdictLook(v roadmap.Verdict) (part.Tone, string) {
	switch v {
	case roadmap.Improved:
		return part.Jade, "trending-up"
	case roadmap.Worse:
		return part.Vermilion, "trending-down"
	case roadmap.NotYet:
	}
	return part.Plain, "eye-off"
}

func (p *outcomePage) answer() string {
	if p.Outcome == nil {
		return p.T("roadmap.page.says_no_outcome")
	}
	n := map[roadmap.Verdict]int{}
	for _, code := range maturity.Processes() {
		if p.done(code) {
			for _, o := range p.spoke(code) {
				n[o.Verdict()]++
			}
		}
	}
	return p.T("roadmap.page.says_outcome", "name", p.name(p.Outcome.Wave.Name), "better", p.Number(n[roadmap.Improved]), "worse", p.Number(n[roadmap.Worse]), "open", p.Number(n[roadmap.NotYet]))
}

func (s *sight) check(w http.ResponseWriter, r *http.Request) error {
	return s.outcomeDeed(w, r, func(f *web.Form, id int64) error {
		_, err := s.room.Check(s.ctx, s.By, id, f.ID("wave"))
		return err
	})
}

func (s *sight) measure(w http.ResponseWriter, r *http.Request) error {
	return s.outcomeDeed(w, r, func(f *web.Form, id int64) error {
		k := programme.Measure{Process: maturity.Process(f.Get("process")), Level: levelOf(f.Get("level")), Note: f.Get("note")}
		k.Day = f.Day(s.Printer, "day") // none is told as missing
		if f.Get("ready") != "" {
			k.Ready = f.Number(s.Printer, "ready")
		}
		if f.Wrong() {
			return nil
		}
		_, err := s.room.Judge(s.ctx, s.By, id, k)
		return err
	})
}

func (s *sight) outcomeDeed(w http.ResponseWriter, r *http.Request, do func(*web.Form, int64) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	if err := f.Blame(s.Printer, do(f, id)); err != nil {
		return err
	}
	if f.Wrong() {
		return s.outcomeWith(w, r, f)
	}
	return web.Go(w, r, href(id, "/outcome"))
}
