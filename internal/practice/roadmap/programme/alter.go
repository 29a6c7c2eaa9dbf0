package programme

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// Extra is a step that is added to those that were computed: the next half level of
// a process.
type Extra struct {
	Version int64
	Process maturity.Process
	Phase   int // 0: the first that has room for it
	Why     string
}

// Add adds a step to a programme, with what it costs and gains as the roadmap
// reckons it. It has to keep to gates, readiness and capacity like any other. One
// that is carried out takes it in a phase that is not over, and whoever approves
// programmes is asked to agree.
func (m *Room) Add(ctx context.Context, by people.Actor, id int64, in Extra) (*Programme, error) {
	p, settings, all, err := m.alters(ctx, by, id, in.Version, &in.Why)
	if err != nil {
		return nil, err
	}
	if !in.Process.Known() {
		return nil, fault.At("process", "maturity.no_process").With("value", in.Process)
	}
	to := p.Inputs().Level[in.Process]
	for i := range all {
		if all[i].Process == in.Process && all[i].Kind == roadmap.Step {
			to = max(to, all[i].To)
		}
	}
	if to++; to > maturity.Top {
		return nil, fault.At("process", "programme.at_the_top")
	}
	a, ok := p.reckoned(settings, in.Process, to, in.Why)
	if !ok {
		return nil, fault.At("process", "programme.cannot_add").With("level", to)
	}
	_, owners, _, err := m.Source.Readiness(ctx)
	if err != nil {
		return nil, err
	}
	most := 0
	for i := range all {
		most = max(most, all[i].Phase)
	}
	tried := []int{in.Phase}
	if in.Phase == 0 {
		tried = tried[:0]
		for n := range min(most+1, mostPhases) {
			tried = append(tried, n+1)
		}
	} else if in.Phase < 1 || in.Phase > min(most+1, mostPhases) {
		return nil, fault.At("phase", "roadmap.file.number").With("value", in.Phase).With("low", 1).With("high", min(most+1, mostPhases))
	}
	var wrong error
	for _, n := range tried {
		if wrong = m.past(p, settings, n); wrong != nil {
			continue
		}
		next := append(slices.Clone(all), p.laid(a, n, mostPhases, owners, settings.PhaseDays))
		if wrong = p.flaw("phase", settings, next); wrong == nil {
			p.altered(by, m.now(), fmt.Sprintf("add %s %s", in.Process, to), in.Why)
			return p, m.Store.Lay(ctx, p, next, m.row(by, DeedEdit, id, "add"))
		}
	}
	return nil, wrong
}

// past refuses a phase that is over of a programme that is carried out.
func (m *Room) past(p *Programme, s *roadmap.Settings, phase int) error {
	if p.State == Approved && day.Come(p.Ends(phase, s.PhaseDays), m.now(), m.place()) {
		return fault.At("phase", "programme.phase_over").With("phase", phase)
	}
	return nil
}

// altered notes a decision that changes which steps there are, or when. Once a
// programme is approved it waits for the consent of whoever approves.
func (p *Programme) altered(by people.Actor, now time.Time, what, why string) {
	p.decided(by, now, what, why)
	if p.State != Approved {
		return
	}
	if p.Altered = now; !slices.Contains(p.AlteredBy, by.ID) {
		p.AlteredBy = append(p.AlteredBy, by.ID)
	}
}

// Drop leaves a step out of a programme. What rests on it has to go before it, and
// what was begun stays.
func (m *Room) Drop(ctx context.Context, by people.Actor, id, step, version int64, reason string) (*Programme, error) {
	p, settings, all, err := m.alters(ctx, by, id, version, &reason)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(s Step) bool { return s.ID == step })
	if i < 0 {
		return nil, fault.New(fault.Missing, "programme.no_step")
	}
	gone := all[i]
	if p.State == Approved && (gone.State != roadmap.Planned || gone.Carry.Busy()) {
		return nil, fault.New(fault.Conflict, "programme.begun")
	}
	rest := slices.Delete(slices.Clone(all), i, i+1)
	if err := p.flaw("why", settings, rest); err != nil {
		return nil, err
	}
	p.altered(by, m.now(), fmt.Sprintf("drop %s %s", gone.Process, gone.To), reason)
	return p, m.Store.Leave(ctx, p, &gone, m.row(by, DeedEdit, id, "drop"))
}

// alters reads a programme with its steps for somebody who has seen it and says why
// he alters it.
func (m *Room) alters(ctx context.Context, by people.Actor, id, version int64, reason *string) (*Programme, *roadmap.Settings, []Step, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Draft, Approved)
	if err == nil {
		err = p.seen(version)
	}
	if err == nil {
		err = why(reason)
	}
	if err == nil && p.Inputs() == nil {
		err = fault.New(fault.Conflict, "programme.no_baseline")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	all, err := m.Store.Steps(ctx, id)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Conflict, "programme.no_steps")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	settings, err := m.settings(ctx, p.Weights)
	return p, settings, all, err
}

// reckoned is a step as a roadmap that aims for it would have it.
func (p *Programme) reckoned(s *roadmap.Settings, code maturity.Process, to maturity.Level, reason string) (roadmap.Action, bool) {
	in := *p.Inputs()
	in.Targets = maps.Clone(in.Targets)
	if in.Targets == nil {
		in.Targets = map[maturity.Process]roadmap.Target{}
	}
	in.Targets[code] = roadmap.Target{Level: to, Reason: reason}
	for _, phase := range roadmap.Make(s, &in).Phases {
		for _, a := range phase.Actions {
			if a.Kind == roadmap.Step && a.Process == code && a.To == to {
				return a, true
			}
		}
	}
	return roadmap.Action{}, false
}

// flaw is what cannot be of altered steps.
func (p *Programme) flaw(field string, s *roadmap.Settings, all []Step) error {
	flaws := roadmap.Flaws(s, p.Inputs(), phases(all))
	if len(flaws) == 0 {
		return nil
	}
	f := flaws[0]
	return fault.At(field, "programme.flaw."+string(f.Flaw)).With("process", f.Action.Process).With("level", f.Action.To).With("phase", f.Phase).With("gate", f.Gate)
}
