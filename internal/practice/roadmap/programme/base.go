package programme

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// Take is what a baseline is made of: each part from a measurement, or by hand.
type Take struct {
	Version    int64
	Wave       int64 // 0: Satisfaction was entered
	Assessment int64 // 0: Level was entered
	Records    bool  // readiness from the records; else People was entered

	Satisfaction Satisfaction
	Level        map[maturity.Process]maturity.Level
	People       map[maturity.Process]roadmap.People
}

// Choices are the measurements that a baseline can be taken from.
type Choices struct {
	Waves       []Origin
	Assessments []Origin
	Readiness   map[maturity.Process]roadmap.People // nil when nothing is recorded
}

// Choices lists them.
func (m *Room) Choices(ctx context.Context, by people.Actor) (out Choices, err error) {
	if err := by.May(DeedEdit); err != nil {
		return out, err
	}
	if out.Waves, err = m.Source.Waves(ctx, by); err != nil {
		return out, err
	}
	if out.Assessments, err = m.Source.Assessments(ctx, by); err != nil {
		return out, err
	}
	now, _, ok, err := m.Source.Readiness(ctx)
	if ok {
		out.Readiness = now
	}
	return out, err
}

// Freeze takes the baseline of a programme that is being planned. Phases that
// were laid down before no longer stand.
func (m *Room) Freeze(ctx context.Context, by people.Actor, id int64, t Take) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Draft)
	if err != nil {
		return nil, err
	}
	if err := p.seen(t.Version); err != nil {
		return nil, err
	}
	s, err := m.settings(ctx, p.Weights)
	if err != nil {
		return nil, err
	}
	b := &Baseline{Frozen: m.now(), By: by.ID, Satisfaction: t.Satisfaction, Levels: Levels{Level: t.Level}, People: t.People}
	if err := m.measured(ctx, by, b, t, s); err != nil {
		return nil, err
	}
	for _, o := range []*Origin{&b.Wave, &b.Assessment, &b.Readiness} {
		if o.Day.IsZero() {
			o.Day = m.today()
		}
	}
	p.Baseline = b
	if err := m.asked(ctx, p); err != nil {
		return nil, err
	}
	in := p.Inputs()
	if err := in.Check(s); err != nil {
		return nil, err
	}
	p.decided(by, m.now(), "baseline", "")
	return p, m.Store.Lay(ctx, p, nil, m.row(by, DeedEdit, id, "baseline "+b.Digest()))
}

// unknownCulture is what is assumed where no pulse was held.
const unknownCulture = .5

// measured takes the parts of a baseline that were measured.
func (m *Room) measured(ctx context.Context, by people.Actor, b *Baseline, t Take, s *roadmap.Settings) (err error) {
	if t.Wave != 0 {
		if b.Wave, b.Satisfaction, err = m.Source.Satisfaction(ctx, by, t.Wave, s); fault.Is(err, fault.Missing) {
			return fault.At("wave", "programme.no_wave")
		} else if err != nil {
			return err
		}
	}
	if t.Assessment != 0 {
		if b.Assessment, b.Levels, err = m.Source.Maturity(ctx, by, t.Assessment); fault.Is(err, fault.Missing) {
			return fault.At("assessment", "programme.no_assessment")
		} else if err != nil {
			return err
		}
	}
	if t.Records {
		now, _, ok, err := m.Source.Readiness(ctx)
		if err != nil {
			return err
		}
		if !ok {
			return fault.At("records", "programme.no_readiness")
		}
		b.People, b.Readiness = map[maturity.Process]roadmap.People{}, Origin{ID: 1, Day: m.today()}
		for _, code := range maturity.Processes() {
			b.People[code] = roadmap.People{Culture: unknownCulture, CultureAssumed: true} // nobody is named
			if of, known := now[code]; known {
				b.People[code] = of
			}
		}
	}
	return nil
}

// Aim puts targets of leadership in the place of those that are proposed; each
// that changes needs a reason. One at level 0 takes the proposal again.
func (m *Room) Aim(ctx context.Context, by people.Actor, id, version int64, targets map[maturity.Process]roadmap.Target) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Draft)
	if err != nil {
		return nil, err
	}
	if err := p.seen(version); err != nil {
		return nil, err
	}
	var many fault.Many
	next := map[maturity.Process]roadmap.Target{}
	for code, t := range p.Targets {
		next[code] = t
	}
	for _, code := range maturity.Processes() {
		t, ok := targets[code]
		if !ok || t == p.Targets[code] {
			continue
		}
		field := "targets." + string(code)
		t.Reason = strings.TrimSpace(t.Reason)
		switch f := long(field+".reason", t.Reason, mostText); {
		case t.Level == maturity.None:
			if _, had := next[code]; had {
				delete(next, code)
				p.decided(by, m.now(), "target "+string(code), "")
			}
			continue
		case t.Level < maturity.None || t.Level > maturity.Top:
			many = append(many, fault.At(field+".level", "maturity.no_level").With("value", t.Level))
		case t.Reason == "":
			many = append(many, fault.At(field+".reason", "roadmap.target_reason"))
		case f != nil:
			many = append(many, f)
		}
		next[code] = t
		p.decided(by, m.now(), fmt.Sprintf("target %s %s", code, t.Level), t.Reason)
	}
	for code := range targets {
		if !code.Known() {
			many = append(many, fault.At("targets", "maturity.no_process").With("value", code))
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	p.Targets = next
	return p, m.Store.Lay(ctx, p, nil, m.row(by, DeedEdit, id, "targets"))
}

// Lay lays the phases down as they were computed. It may be done anew until the
// programme is approved.
func (m *Room) Lay(ctx context.Context, by people.Actor, id, version int64) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Draft)
	if err != nil {
		return nil, err
	}
	if err := p.seen(version); err != nil {
		return nil, err
	}
	in := p.Inputs()
	if in == nil {
		return nil, fault.New(fault.Conflict, "programme.no_baseline")
	}
	s, err := m.settings(ctx, p.Weights)
	if err != nil {
		return nil, err
	}
	_, owners, _, err := m.Source.Readiness(ctx)
	if err != nil {
		return nil, err
	}
	plan := roadmap.Make(s, in)
	return p, m.Store.Lay(ctx, p, p.lay(plan, owners), m.row(by, DeedEdit, id, "phases"))
}

// Weights is a version of weights, gates and costs.
type Weights struct {
	ID       int64
	Settings *roadmap.Settings
	Why      string
	Made     time.Time
	MadeBy   people.ID
}

func (m *Room) settings(ctx context.Context, id int64) (*roadmap.Settings, error) {
	if id == 0 {
		return roadmap.Standard(), nil
	}
	all, err := m.Store.Weights(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(w Weights) bool { return w.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("programme: weights %d are gone", id)
	}
	return all[i].Settings, nil
}

// Weighing lists the versions of weights, the newest first; those that ship with
// Kilter are the last, under the id 0.
func (m *Room) Weighing(ctx context.Context, by people.Actor) ([]Weights, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	all, err := m.Store.Weights(ctx)
	return append(all, Weights{Settings: roadmap.Standard()}), err
}

// Weigh keeps a new version of the weights, for programmes that begin from now
// on and for those that change over to it.
func (m *Room) Weigh(ctx context.Context, by people.Actor, s *roadmap.Settings, reason string) (*Weights, error) {
	if err := m.ask(ctx, by, DeedEdit, 0); err != nil {
		return nil, err
	}
	if err := why(&reason); err != nil {
		return nil, err
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	w := &Weights{Settings: s, Why: reason, Made: m.now(), MadeBy: by.ID}
	return w, m.Store.KeepWeights(ctx, w, m.row(by, DeedEdit, 0, "weights"))
}

// Reweigh takes the newest weights for a programme that is being planned.
func (m *Room) Reweigh(ctx context.Context, by people.Actor, id, version int64) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Draft)
	if err != nil {
		return nil, err
	}
	if err := p.seen(version); err != nil {
		return nil, err
	}
	all, err := m.Store.Weights(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		p.Weights = all[0].ID
	}
	return p, m.Store.Lay(ctx, p, nil, m.row(by, DeedEdit, id, "weights"))
}

// Try is what a scenario puts in the place of what the programme has.
type Try struct {
	Capacity *int
	Pull     *float64
	Targets  map[maturity.Process]roadmap.Target
	Share    map[string]float64
}

// Try computes what the plan would be. Nothing is kept.
func (m *Room) Try(v *View, t Try) (*roadmap.Plan, error) {
	if v.Plan == nil {
		return nil, fault.New(fault.Conflict, "programme.no_baseline")
	}
	in := *v.Inputs()
	if t.Share != nil {
		in.Share = t.Share
	}
	if t.Capacity != nil {
		in.Capacity = *t.Capacity
	}
	if err := in.Check(v.Settings); err != nil {
		return nil, err
	}
	if t.Pull != nil && !(*t.Pull >= 0 && *t.Pull <= 1) {
		return nil, fault.At("pull", "roadmap.file.number").With("value", *t.Pull).With("low", 0).With("high", 1)
	}
	for code, one := range t.Targets {
		if !code.Known() || one.Level < maturity.Bottom || one.Level > maturity.Top {
			return nil, fault.At("targets."+string(code)+".level", "maturity.no_level").With("value", one.Level)
		}
	}
	return roadmap.Try(v.Settings, v.Inputs(), roadmap.Scenario{Capacity: t.Capacity, Targets: t.Targets, Share: t.Share, Pull: t.Pull}), nil
}
