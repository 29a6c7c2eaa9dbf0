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

// step reads a step of a programme that is carried out or planned. Whoever may
// only work has to own it; others' steps he reads and leaves.
func (m *Room) step(ctx context.Context, by people.Actor, deed string, id, step int64) (*Programme, *Step, error) {
	if deed == DeedWork && by.Can(DeedEdit) {
		deed = DeedEdit
	}
	p, err := m.in(ctx, by, deed, id, Draft, Approved)
	if err != nil {
		return nil, nil, err
	}
	all, err := m.Store.Steps(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(all, func(s Step) bool { return s.ID == step })
	if i < 0 {
		return nil, nil, fault.New(fault.Missing, "programme.no_step")
	}
	s := &all[i]
	if deed == DeedWork && s.Owner != by.ID && !slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.Owner == by.ID }) {
		return nil, nil, fault.New(fault.Denied, "programme.not_yours")
	}
	return p, s, nil
}

func (s *Step) log(by people.Actor, now time.Time, what, why string) {
	s.Log = append(s.Log, Decision{At: now, By: by.ID, What: what, Why: why})
}

// Arrange is what is arranged about a step.
type Arrange struct {
	Version int64
	Owner   people.ID
	Phase   int // 0: as it is
	Due     time.Time
	Money   float64
	Benefit string
	Change  string
	Why     string // for another phase
}

// Arrange gives a step an owner, a day, what it costs and brings, or another
// phase, if all rules still hold there.
func (m *Room) Arrange(ctx context.Context, by people.Actor, id, step int64, in Arrange) (*Step, error) {
	p, s, err := m.step(ctx, by, DeedEdit, id, step)
	if err != nil {
		return nil, err
	}
	if in.Version != s.Version {
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	}
	var many fault.Many
	if in.Owner != 0 && !m.Works(in.Owner) {
		many = append(many, fault.At("owner", "assessment.no_assessor"))
	}
	if !(in.Money >= 0 && in.Money <= mostMoney) {
		many = append(many, fault.At("money", "programme.money"))
	}
	for field, text := range map[string]*string{"benefit": &in.Benefit, "change": &in.Change} {
		*text = strings.TrimSpace(*text)
		if f := long(field, *text, mostText); f != nil {
			many = append(many, f)
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	s.Owner, s.Money, s.Benefit, s.Change = in.Owner, in.Money, in.Benefit, in.Change
	if !in.Due.IsZero() {
		s.Due = in.Due
	}
	was := s.Phase
	if in.Phase != 0 && in.Phase != was {
		if err := m.shift(ctx, by, p, s, in); err != nil {
			return nil, err
		}
	}
	row := m.row(by, DeedEdit, id, "step "+string(s.Process)+" "+s.To.String())
	if s.Phase == was || p.State != Approved {
		return m.kept(ctx, by, s, row)
	}
	p.altered(by, m.now(), fmt.Sprintf("move %s %s %d %d", s.Process, s.To, was, s.Phase), in.Why)
	if err := m.Store.Shift(ctx, p, s, m.row(by, DeedEdit, id, "move"), row); err != nil {
		return nil, err
	}
	m.dim(by, s)
	return s, nil
}

// mostPhases is how far a programme can reach: ten years.
const mostPhases = 40

// shift puts a step into another phase.
func (m *Room) shift(ctx context.Context, by people.Actor, p *Programme, s *Step, in Arrange) error {
	if err := why(&in.Why); err != nil {
		return err
	}
	if s.State != roadmap.Planned {
		return fault.New(fault.Conflict, "programme.begun")
	}
	if in.Phase < 1 || in.Phase > mostPhases {
		return fault.At("phase", "roadmap.file.number").With("value", in.Phase).With("low", 1).With("high", mostPhases)
	}
	settings, err := m.settings(ctx, p.Weights)
	if err == nil {
		err = m.past(p, settings, in.Phase)
	}
	if err != nil {
		return err
	}
	all, err := m.Store.Steps(ctx, p.ID)
	if err != nil {
		return err
	}
	was := s.Phase
	for i := range all {
		if all[i].ID == s.ID {
			all[i].Phase = in.Phase
		}
	}
	if err := p.flaw("phase", settings, all); err != nil {
		return err
	}
	s.Phase = in.Phase
	if s.Due.Equal(p.Ends(was, settings.PhaseDays)) {
		s.Due = p.Ends(s.Phase, settings.PhaseDays)
	}
	s.log(by, m.now(), "phase", in.Why)
	return nil
}

// Tick says of a task that it is done or not, who does it until when, and where
// it is shown. An index behind the last adds one.
func (m *Room) Tick(ctx context.Context, by people.Actor, id, step, version int64, index int, t Task) (*Step, error) {
	_, s, err := m.step(ctx, by, DeedWork, id, step)
	if err != nil {
		return nil, err
	}
	if version != s.Version {
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	}
	const mostTasks = 100
	if index < 0 || index > len(s.Tasks) || index >= mostTasks {
		return nil, fault.New(fault.Missing, "programme.no_task")
	}
	t.Text, t.Evidence = strings.TrimSpace(t.Text), strings.TrimSpace(t.Evidence)
	if index == len(s.Tasks) {
		if t.Text == "" {
			return nil, fault.At("text", "record.required")
		}
		t.Question, t.Needed = "", false
		s.Tasks = append(s.Tasks, Task{})
	} else {
		t.Question, t.Needed = s.Tasks[index].Question, s.Tasks[index].Needed
		if t.Text == "" {
			t.Text = s.Tasks[index].Text
		}
	}
	for field, text := range map[string]string{"text": t.Text, "evidence": t.Evidence} {
		if f := long(field, text, mostText); f != nil {
			return nil, f
		}
	}
	if t.Owner != 0 && !m.Works(t.Owner) {
		return nil, fault.At("owner", "assessment.no_assessor")
	}
	if t.Done && t.Evidence == "" {
		return nil, fault.At("evidence", "programme.evidence")
	}
	s.Tasks[index] = t
	return m.kept(ctx, by, s, m.row(by, DeedWork, id, "task"))
}

// Move carries a step on. To verify needs that nothing stands against it, to
// reject and to begin anew after it fell a reason.
func (m *Room) Move(ctx context.Context, by people.Actor, id, step, version int64, to roadmap.State, reason string) (*Step, error) {
	deed := DeedWork
	if to == roadmap.Verified || to == roadmap.Rejected || to == roadmap.Regressed {
		deed = DeedEdit
	}
	p, s, err := m.step(ctx, by, deed, id, step)
	if err != nil {
		return nil, err
	}
	switch {
	case version != s.Version:
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	case p.State != Approved:
		return nil, fault.New(fault.Conflict, "programme.not_approved")
	case !slices.Contains(s.State.Next(), to):
		return nil, fault.New(fault.Conflict, "programme.no_move")
	}
	if to == roadmap.Rejected || to == roadmap.Regressed {
		if err := why(&reason); err != nil {
			return nil, err
		}
	} else if f := long("why", reason, mostText); f != nil {
		return nil, f
	}
	now := m.now()
	if to == roadmap.Verified {
		doubts, err := m.doubts(ctx, by, p, s, now)
		if err != nil {
			return nil, err
		}
		if doubts.Any() {
			return nil, fault.New(fault.Conflict, "programme.doubt."+string(doubts.Why[0]))
		}
		s.Verified, s.Fallen = now, nil
	}
	if to == roadmap.Claimed {
		s.Claimed = now
	}
	s.State = to
	s.log(by, now, string(to), strings.TrimSpace(reason))
	return m.kept(ctx, by, s, m.row(by, deed, id, string(to)))
}

// Doubts are what stands against verifying a step.
type Doubts struct {
	Why      []roadmap.Doubt
	Denied   []string // statements to which figures say no
	Assessed Measure  // what the newest judgement says
}

// Any reports whether there are some.
func (d Doubts) Any() bool { return len(d.Why) > 0 }

// NotReady is the doubt about an action for people.
const NotReady roadmap.Doubt = "not_ready"

// Doubts tells what stands against verifying a step now.
func (m *Room) Doubts(ctx context.Context, by people.Actor, p *Programme, s *Step) (Doubts, error) {
	if err := by.May(DeedRead); err != nil {
		return Doubts{}, err
	}
	return m.doubts(ctx, by, p, s, m.now())
}

func (m *Room) doubts(ctx context.Context, by people.Actor, p *Programme, s *Step, now time.Time) (out Doubts, err error) {
	found, err := m.attained(ctx, by, p)
	if err != nil {
		return out, err
	}
	out.Assessed = found[s.Process]
	if s.Kind == roadmap.Person {
		const slack = 1e-9
		if out.Assessed.Ready < s.Gate-slack {
			out.Why = append(out.Why, NotReady)
		}
		return out, nil
	}
	facts := roadmap.Facts{Step: s.Action(), Claimed: s.Claimed, Assessed: out.Assessed.Level}
	if m.Evidence != nil {
		if facts.Measured, err = m.Evidence(ctx, time.Time{}); err != nil {
			return out, err
		}
	}
	set, err := m.set(ctx)
	if err != nil {
		return out, err
	}
	out.Why, out.Denied = facts.Doubts(set, now)
	return out, nil
}

// Attained is what is known of each process now: by the newest signed
// assessment, or by what was entered by hand after it, and the readiness that
// the records show.
func (m *Room) Attained(ctx context.Context, by people.Actor, p *Programme) (map[maturity.Process]Measure, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.attained(ctx, by, p)
}

func (m *Room) attained(ctx context.Context, by people.Actor, p *Programme) (map[maturity.Process]Measure, error) {
	out := map[maturity.Process]Measure{}
	w := roadmap.Standard().PeopleWeights
	if s, err := m.settings(ctx, p.Weights); err == nil {
		w = s.PeopleWeights
	}
	if b := p.Baseline; b != nil {
		for _, code := range maturity.Processes() {
			out[code] = Measure{Process: code, Level: b.Levels.Level[code], Ready: w.Readiness(b.People[code]), Day: b.Assessment.Day}
		}
	}
	all, err := m.Source.Assessments(ctx, by)
	if err != nil && !fault.Is(err, fault.Denied) {
		return nil, err
	}
	if len(all) > 0 {
		o, l, err := m.Source.Maturity(ctx, by, all[0].ID)
		if err != nil {
			return nil, err
		}
		for code, one := range out {
			if !o.Day.Before(one.Day) {
				one.Level, one.Day = l.Level[code], o.Day
				out[code] = one
			}
		}
	}
	now, _, ok, err := m.Source.Readiness(ctx)
	if err != nil {
		return nil, err
	}
	for code, one := range out {
		if of, known := now[code]; ok && known {
			one.Ready = w.Readiness(of)
			out[code] = one
		}
	}
	for _, k := range p.Measures {
		one := out[k.Process]
		if k.Ready > 0 {
			one.Ready = k.Ready
		}
		if k.Level > maturity.None && !k.Day.Before(one.Day) {
			one.Level, one.Day, one.By, one.Note = k.Level, k.Day, k.By, k.Note
		}
		out[k.Process] = one
	}
	return out, nil
}
