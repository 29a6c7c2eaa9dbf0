package programme

import (
	"context"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// Judge enters by hand how far a process has come.
func (m *Room) Judge(ctx context.Context, by people.Actor, id int64, k Measure) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Approved)
	if err != nil {
		return nil, err
	}
	k.Note = strings.TrimSpace(k.Note)
	var many fault.Many
	switch f := long("note", k.Note, mostText); {
	case !k.Process.Known():
		many = append(many, fault.At("process", "maturity.no_process").With("value", k.Process))
	case k.Level < maturity.None || k.Level > maturity.Top:
		many = append(many, fault.At("level", "maturity.no_level").With("value", k.Level))
	case !(k.Ready >= 0 && k.Ready <= 1):
		many = append(many, fault.At("ready", "roadmap.file.number").With("value", k.Ready).With("low", 0).With("high", 1))
	case k.Note == "":
		many = append(many, fault.At("note", "programme.note"))
	case f != nil:
		many = append(many, f)
	case k.Day.IsZero() || k.Day.After(m.today()):
		many = append(many, fault.At("day", "programme.day"))
	case len(p.Measures) >= mostMeasures:
		many = append(many, fault.At("process", "assessment.overrides").With("max", mostMeasures))
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	k.By = by.ID
	p.Measures = append(p.Measures, k)
	return p, m.Store.Keep(ctx, p, m.row(by, DeedEdit, id, "measure"))
}

// Check holds a later wave to the one of the baseline, and keeps what it says.
func (m *Room) Check(ctx context.Context, by people.Actor, id, wave int64) (*Programme, error) {
	p, err := m.in(ctx, by, DeedEdit, id, Approved, Closed)
	if err != nil {
		return nil, err
	}
	if p.Baseline == nil || p.Baseline.Wave.Hand() {
		return nil, fault.New(fault.Conflict, "programme.no_base_wave")
	}
	s, err := m.settings(ctx, p.Weights)
	if err != nil {
		return nil, err
	}
	o, now, err := m.Source.Satisfaction(ctx, by, wave, s)
	if fault.Is(err, fault.Missing) {
		return nil, fault.At("wave", "programme.no_wave")
	}
	if err != nil {
		return nil, err
	}
	if !o.Day.After(p.Baseline.Wave.Day) {
		return nil, fault.At("wave", "programme.earlier_wave")
	}
	items, err := m.Source.Outcome(ctx, by, wave, p.Baseline.Wave.ID)
	if err != nil {
		return nil, err
	}
	p.Outcome = &Outcome{Wave: o, At: m.now(), Items: items, Gap: now.Weighted()}
	return p, m.Store.Keep(ctx, p, m.row(by, DeedEdit, id, "outcome"))
}

// Alarm is a verified step that has fallen.
type Alarm struct {
	Programme *Programme
	Step      Step
	Questions []string
}

// Watch lets verified steps fall whose mandatory statements the records denied
// in two windows in a row, and says which.
func (m *Room) Watch(ctx context.Context) ([]Alarm, error) {
	all, err := m.Store.Steps(ctx, 0)
	if err != nil {
		return nil, err
	}
	var out []Alarm
	windows := map[time.Duration]maturity.Answers{}
	for i := range all {
		s := &all[i]
		if s.State != roadmap.Verified || s.Kind != roadmap.Step {
			continue
		}
		fallen, err := m.fallen(ctx, s, windows)
		if err != nil {
			return nil, err
		}
		if len(fallen) == 0 {
			continue
		}
		p, err := m.Store.Find(ctx, s.Programme)
		if err != nil {
			return nil, err
		}
		s.State, s.Fallen = roadmap.Regressed, fallen
		s.Log = append(s.Log, Decision{At: m.now(), What: string(roadmap.Regressed), Why: strings.Join(fallen, ", ")})
		log := m.row(people.System(people.ViaJob), DeedEdit, s.Programme, "regressed")
		if err := m.Store.KeepStep(ctx, s, log); fault.Is(err, fault.Stale) {
			continue // somebody is at it; the next night looks again
		} else if err != nil {
			return nil, err
		}
		out = append(out, Alarm{p, *s, fallen})
	}
	return out, nil
}

// fallen are the statements of a step that failed in their last two windows,
// which do not overlap.
func (m *Room) fallen(ctx context.Context, s *Step, windows map[time.Duration]maturity.Answers) ([]string, error) {
	set, err := m.set(ctx)
	if err != nil {
		return nil, err
	}
	read := func(ago time.Duration) (maturity.Answers, error) {
		if known, ok := windows[ago]; ok {
			return known, nil
		}
		before := time.Time{}
		if ago > 0 {
			before = m.now().Add(-ago)
		}
		a, err := m.Evidence(ctx, before)
		windows[ago] = a
		return a, err
	}
	last, err := read(0)
	if err != nil {
		return nil, err
	}
	const day = 24 * time.Hour
	earlier := maturity.Answers{}
	for _, q := range set.Part(s.Process).Questions {
		if !q.Mandatory || q.Level > s.To || last[q.ID] != maturity.No {
			continue
		}
		before, err := read(time.Duration(max(q.Evidence.Days, 1)) * day)
		if err != nil {
			return nil, err
		}
		earlier[q.ID] = before[q.ID]
	}
	return roadmap.Fallen(set, s.Process, s.To, []maturity.Answers{earlier, last}), nil
}

// Compared is how far a process was to come by now, and how far it has.
type Compared struct {
	Process                            maturity.Process
	Began, Predicted, Attained, Target maturity.Level
	Found                              Measure
}

// Against holds the plan to what was found since, so that its weights can be
// reviewed. What is predicted is the state at the end of the last phase that is
// over.
func (m *Room) Against(ctx context.Context, by people.Actor, v *View) ([]Compared, error) {
	if v.Plan == nil {
		return nil, nil
	}
	found, err := m.Attained(ctx, by, v.Programme)
	if err != nil {
		return nil, err
	}
	over := v.PhaseOf(m.today(), v.Settings.PhaseDays) - 1
	var out []Compared
	for _, code := range maturity.Processes() {
		one := Compared{Process: code, Began: v.Baseline.Levels.Level[code], Predicted: v.Baseline.Levels.Level[code], Attained: found[code].Level, Target: v.Plan.Target[code], Found: found[code]}
		for i := range v.Steps {
			if s := &v.Steps[i]; s.Process == code && s.Kind == roadmap.Step && s.Phase <= over {
				one.Predicted = max(one.Predicted, s.To)
			}
		}
		out = append(out, one)
	}
	return out, nil
}
