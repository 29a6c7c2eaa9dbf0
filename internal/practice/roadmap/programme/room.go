package programme

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// The deeds.
const (
	DeedRead    = "roadmap.read"    // programmes, priorities, phases, outcomes
	DeedWork    = "roadmap.work"    // one's own steps: begin, tasks, claim
	DeedEdit    = "roadmap.edit"    // programmes, baselines, targets, phases, weights; verify
	DeedApprove = "roadmap.approve" // programmes
)

// Store keeps programmes and their steps.
type Store interface {
	List(ctx context.Context) ([]Programme, error)
	// Find is Missing when there is none.
	Find(ctx context.Context, id int64) (*Programme, error)
	// Keep adds one when its id is 0; Stale when it is of another version.
	Keep(ctx context.Context, p *Programme, log audit.Row) error
	// Lay keeps a programme and puts steps in the place of those that it has. One
	// that has an id stays as it is kept.
	Lay(ctx context.Context, p *Programme, steps []Step, log audit.Row) error
	// Leave keeps a programme without a step; Stale when the step is of another version.
	Leave(ctx context.Context, p *Programme, s *Step, log audit.Row) error
	// Steps lists them by phase and place; of all programmes that are carried out
	// when the id is 0.
	Steps(ctx context.Context, programme int64) ([]Step, error)
	// KeepStep is Stale when the step is of another version.
	KeepStep(ctx context.Context, s *Step, log audit.Row) error
	// Shift keeps a programme and one of its steps, or neither; Stale when one of them
	// is of another version.
	Shift(ctx context.Context, p *Programme, s *Step, log, ofStep audit.Row) error
	// Weights lists the versions of weights and gates, the newest first.
	Weights(ctx context.Context) ([]Weights, error)
	KeepWeights(ctx context.Context, w *Weights, log audit.Row) error
}

// Source is where measurements come from. What a reader may not see is missing
// from it.
type Source interface {
	// Waves lists the published waves that a roadmap can be made of, the newest first.
	Waves(ctx context.Context, by people.Actor) ([]Origin, error)
	Satisfaction(ctx context.Context, by people.Actor, wave int64, s *roadmap.Settings) (Origin, Satisfaction, error)
	// Outcome is how items moved between two waves.
	Outcome(ctx context.Context, by people.Actor, wave, before int64) ([]roadmap.Observed, error)
	// Assessments lists the signed ones of the centre, the newest first.
	Assessments(ctx context.Context, by people.Actor) ([]Origin, error)
	Maturity(ctx context.Context, by people.Actor, assessment int64) (Origin, Levels, error)
	// Readiness computes how ready people are now, of each process that is
	// recorded, and who owns it; ok is false when nothing is recorded.
	Readiness(ctx context.Context) (now map[maturity.Process]roadmap.People, owners map[maturity.Process]people.ID, ok bool, err error)
}

// Evidence is what the records said of the statements of maturity: last night,
// or in the last night before a moment.
type Evidence func(ctx context.Context, before time.Time) (maturity.Answers, error)

// Room is where programmes are kept.
type Room struct {
	Store    Store
	Source   Source
	Evidence Evidence
	Pen      audit.Pen
	Now      func() time.Time
	Place    func() *time.Location // where the centre's days begin; nil is UTC
	Works    func(people.ID) bool  // whether somebody works at the centre
	Arranger Arranger
	Workdays func(from time.Time, days int) time.Time // so many working days later
	Sets     Sets                                     // nil: only the questions that ship with Kilter
}

// set is the set of questions that the records are measured against.
func (m *Room) set(ctx context.Context) (*maturity.Set, error) {
	if m.Sets == nil {
		return maturity.Current(), nil
	}
	return m.Sets.Current(ctx)
}

// find reads a programme with the questions of its baseline.
func (m *Room) find(ctx context.Context, id int64) (*Programme, error) {
	p, err := m.Store.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return p, m.asked(ctx, p)
}

func (m *Room) asked(ctx context.Context, p *Programme) (err error) {
	if b := p.Baseline; b != nil && b.Levels.Set != "" && m.Sets != nil {
		p.questions, err = m.Sets.Of(ctx, b.Levels.Set)
	}
	return err
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

// today is the centre's day, as the days of forms are.
func (m *Room) today() time.Time { return day.Today(m.Now, m.Place) }

// place is where the centre is.
func (m *Room) place() *time.Location {
	if m.Place == nil {
		return time.UTC
	}
	return m.Place()
}

func object(id int64) string { return "roadmap:" + strconv.FormatInt(id, 10) }

func (m *Room) row(by people.Actor, deed string, id int64, what string) audit.Row {
	out := audit.By(by, m.now(), deed, object(id))
	out.Detail = audit.Detail("what", what)
	return out
}

func (m *Room) ask(ctx context.Context, by people.Actor, deed string, id int64) error {
	return audit.Ask(ctx, m.Pen, by, m.now(), deed, object(id))
}

// Sets are the editions of the questions of maturity.
type Sets interface {
	Current(ctx context.Context) (*maturity.Set, error)
	Of(ctx context.Context, version string) (*maturity.Set, error)
}

// List lists programmes, the newest first.
func (m *Room) List(ctx context.Context, by people.Actor) ([]Programme, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.List(ctx)
}

// Find reads one.
func (m *Room) Find(ctx context.Context, by people.Actor, id int64) (*Programme, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.find(ctx, id)
}

// View is a programme with what follows from it.
type View struct {
	*Programme
	Settings *roadmap.Settings
	Plan     *roadmap.Plan // nil without a baseline
	Steps    []Step
}

// Look reads a programme and computes its plan.
func (m *Room) Look(ctx context.Context, by people.Actor, id int64) (*View, error) {
	p, err := m.Find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	v := &View{Programme: p}
	if v.Settings, err = m.settings(ctx, p.Weights); err != nil {
		return nil, err
	}
	if v.Steps, err = m.Store.Steps(ctx, id); err != nil {
		return nil, err
	}
	for i := range v.Steps {
		m.dim(by, &v.Steps[i])
	}
	if in := p.Inputs(); in != nil {
		v.Plan = roadmap.Make(v.Settings, in)
	}
	return v, nil
}

// in reads a programme for a deed, which it has to be in one of some states for.
func (m *Room) in(ctx context.Context, by people.Actor, deed string, id int64, states ...State) (*Programme, error) {
	if err := m.ask(ctx, by, deed, id); err != nil {
		return nil, err
	}
	p, err := m.find(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if p.State == s {
			return p, nil
		}
	}
	return nil, fault.New(fault.Conflict, "programme.not_in_state")
}

// decided notes a decision; what was decided stays.
func (p *Programme) decided(by people.Actor, now time.Time, what, why string) {
	p.Decisions = append(p.Decisions, Decision{At: now, By: by.ID, What: what, Why: why})
}

// Plan makes a programme, or changes the charter of one. What the phases rest on,
// the day of the first and the points of each, stands once it is approved.
func (m *Room) Plan(ctx context.Context, by people.Actor, p *Programme) error {
	if p.ID == 0 {
		if err := m.ask(ctx, by, DeedEdit, 0); err != nil {
			return err
		}
		all, err := m.Store.Weights(ctx)
		if err != nil {
			return err
		}
		p.State, p.Made, p.MadeBy = Draft, m.now(), by.ID
		if len(all) > 0 {
			p.Weights = all[0].ID
		}
		if err := p.check(); err != nil {
			return err
		}
		return m.Store.Keep(ctx, p, m.row(by, DeedEdit, 0, "plan"))
	}
	was, err := m.in(ctx, by, DeedEdit, p.ID, Draft, Approved)
	if err != nil {
		return err
	}
	next := *was
	next.Name, next.Charter, next.Wanted, next.Horizon, next.PointCost = p.Name, p.Charter, p.Wanted, p.Horizon, p.PointCost
	if was.State == Draft {
		next.Start, next.Capacity = p.Start, p.Capacity
	} else if !p.Start.Equal(was.Start) || p.Capacity != was.Capacity {
		return fault.New(fault.Conflict, "programme.phases_stand")
	}
	if p.Version != 0 {
		next.Version = p.Version
	}
	*p = next
	if err := p.check(); err != nil {
		return err
	}
	return m.Store.Keep(ctx, p, m.row(by, DeedEdit, p.ID, "plan"))
}

// seen asks whether somebody has looked at what he decides about.
func (p *Programme) seen(version int64) error {
	if version != p.Version {
		return fault.New(fault.Stale, "record.changed_meanwhile")
	}
	return nil
}

// Approve lets a programme be carried out, or agrees to what was altered of one
// that is. Whoever approves names the version that he has seen.
func (m *Room) Approve(ctx context.Context, by people.Actor, id, version int64) (*Programme, error) {
	p, err := m.in(ctx, by, DeedApprove, id, Draft, Approved)
	if err != nil {
		return nil, err
	}
	if err := p.seen(version); err != nil {
		return nil, err
	}
	if p.State == Approved {
		return p, m.agree(ctx, by, p)
	}
	steps, err := m.Store.Steps(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(steps) == 0 {
		return nil, fault.New(fault.Conflict, "programme.no_steps")
	}
	p.State, p.Approved, p.ApprovedBy = Approved, m.now(), by.ID
	p.decided(by, m.now(), "approve", "")
	return p, m.Store.Keep(ctx, p, m.row(by, DeedApprove, id, "approve"))
}

// Agrees reports whether somebody may agree to what was altered of a programme since
// it was approved: it waits for that, and not for whoever altered it.
func (p *Programme) Agrees(by people.Actor) bool {
	return p.State == Approved && !p.Altered.IsZero() && by.Can(DeedApprove) && !slices.Contains(p.AlteredBy, by.ID)
}

// agree takes what was altered since a programme was approved as approved, too.
func (m *Room) agree(ctx context.Context, by people.Actor, p *Programme) error {
	if p.Altered.IsZero() {
		return fault.New(fault.Conflict, "programme.not_in_state")
	}
	if slices.Contains(p.AlteredBy, by.ID) {
		return fault.New(fault.Denied, "programme.own_alteration")
	}
	p.Altered, p.AlteredBy = time.Time{}, nil
	p.decided(by, m.now(), "agree", "")
	return m.Store.Keep(ctx, p, m.row(by, DeedApprove, p.ID, "agree"))
}

// End closes a programme that was carried out, or cancels one that was not.
func (m *Room) End(ctx context.Context, by people.Actor, id int64, reason string) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Draft, Approved)
	if err != nil {
		return nil, err
	}
	if err := why(&reason); err != nil {
		return nil, err
	}
	what := "close"
	if p.State == Draft {
		p.State, what = Cancelled, "cancel"
	} else {
		p.State = Closed
	}
	p.decided(by, m.now(), what, reason)
	return p, m.Store.Keep(ctx, p, m.row(by, DeedEdit, id, what))
}
