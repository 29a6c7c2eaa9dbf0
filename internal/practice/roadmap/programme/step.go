package programme

import (
	"cmp"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// Step is one piece of work of a phase: half a level of a process, or an action
// that makes its people ready.
type Step struct {
	ID        int64
	Programme int64
	Phase     int
	Place     int // within the phase
	Kind      roadmap.Kind
	Process   maturity.Process
	To        maturity.Level
	State     roadmap.State
	Owner     people.ID // of the process, when it was laid down
	StepDoc
	Version int64
}

// StepDoc is what is known of a step.
type StepDoc struct {
	Gate      float64       `json:"gate"`      // the readiness that the level asks for
	Readiness float64       `json:"readiness"` // that is assumed at the start of its phase
	Cost      int           `json:"cost"`      // points
	Theme     roadmap.Theme `json:"theme,omitempty"`
	Lacks     int           `json:"lacks"` // answers that are missing; -1 when the answers are not at hand
	Own       float64       `json:"own"`   // what it takes off the value that is still to gain
	Opens     float64       `json:"opens"`
	Due       time.Time     `json:"due"`
	Money     float64       `json:"money,omitempty"`   // what it costs besides the points
	Benefit   string        `json:"benefit,omitempty"` // in words: what is hoped for
	Change    string        `json:"change,omitempty"`  // the change or project that carries it
	Claimed   time.Time     `json:"claimed,omitzero"`
	Verified  time.Time     `json:"verified,omitzero"`
	Fallen    []string      `json:"fallen,omitempty"` // statements that made it regress
	Carry     *Carry        `json:"carry,omitempty"`  // a process change
	Tasks     []Task        `json:"tasks,omitempty"`
	Log       []Decision    `json:"log,omitempty"`
}

// Task is something that has to be done for a step.
type Task struct {
	Question string    `json:"question,omitempty"` // the statement that has to hold
	Text     string    `json:"text,omitempty"`     // of a task of one's own
	Needed   bool      `json:"needed,omitempty"`   // without it the level is not passed
	Owner    people.ID `json:"owner,omitempty"`
	Due      time.Time `json:"due,omitzero"`
	Done     bool      `json:"done,omitempty"`
	Evidence string    `json:"evidence,omitempty"` // where it is shown
}

// Action is the step as the arithmetic knows it.
func (s *Step) Action() roadmap.Action {
	return roadmap.Action{Kind: s.Kind, Process: s.Process, To: s.To, Gate: s.Gate, Readiness: s.Readiness, Cost: s.Cost, Theme: s.Theme, Lacks: s.Lacks, Own: s.Own, Opens: s.Opens}
}

// Done counts the tasks that are.
func (s *Step) Done() int {
	n := 0
	for _, t := range s.Tasks {
		if t.Done {
			n++
		}
	}
	return n
}

// Late reports whether a step is not claimed although its day is over, on a day.
func (s *Step) Late(today time.Time) bool {
	return s.Due.Before(today) && slices.Contains([]roadmap.State{roadmap.Planned, roadmap.InWork, roadmap.Rejected, roadmap.Regressed}, s.State)
}

// OnTime reports whether a verified step was claimed by its day at the centre.
func (s *Step) OnTime(place *time.Location) bool {
	return s.State == roadmap.Verified && !day.Over(s.Due, s.Claimed, place)
}

// lay makes the steps of a plan.
func (p *Programme) lay(plan *roadmap.Plan, owners map[maturity.Process]people.ID) []Step {
	var out []Step
	days := plan.Settings.PhaseDays
	for _, phase := range plan.Phases {
		for i, a := range phase.Actions {
			out = append(out, p.laid(a, phase.Number, i+1, owners, days))
		}
	}
	return out
}

// laid is an action as a step of a phase.
func (p *Programme) laid(a roadmap.Action, phase, place int, owners map[maturity.Process]people.ID, days int) Step {
	s := Step{Programme: p.ID, Phase: phase, Place: place, Kind: a.Kind, Process: a.Process, To: a.To, State: roadmap.Planned, Owner: owners[a.Process]}
	s.StepDoc = StepDoc{Gate: a.Gate, Readiness: a.Readiness, Cost: a.Cost, Theme: a.Theme, Lacks: a.Lacks, Own: a.Own, Opens: a.Opens, Due: p.Ends(phase, days)}
	if a.Kind == roadmap.Step {
		s.Tasks = p.tasks(a, s.Owner, s.Due)
	}
	return s
}

// tasks are the statements that do not hold yet; all of a level where the
// answers are not at hand.
func (p *Programme) tasks(a roadmap.Action, owner people.ID, due time.Time) (out []Task) {
	for _, t := range roadmap.Tasks(p.Questions(), a, p.Baseline.Levels.Answers, "", due) {
		out = append(out, Task{Question: t.Question.ID, Needed: t.Needed, Owner: owner, Due: due})
	}
	return out
}

// phases are the actions of steps by phase, as they would be carried out.
func phases(steps []Step) [][]roadmap.Action {
	most := 0
	for i := range steps {
		most = max(most, steps[i].Phase)
	}
	out := make([][]roadmap.Action, most)
	sorted := slices.Clone(steps)
	slices.SortStableFunc(sorted, func(a, b Step) int { // within a phase order matters between steps of one process alone
		return cmp.Or(a.Phase-b.Phase, cmp.Compare(a.Process, b.Process), int(a.To-b.To))
	})
	for i := range sorted {
		s := &sorted[i]
		out[s.Phase-1] = append(out[s.Phase-1], s.Action())
	}
	return out
}

// Progress is how a programme stands.
type Progress struct {
	Steps, Verified, OnTime, Regressed, Late, Claimed, InWork int
	Points, PointsVerified                                    int
	Money, MoneyVerified                                      float64
}

// Stand counts the steps of a programme, as they are now at the centre.
func (p *Programme) Stand(steps []Step, now time.Time, place *time.Location) (out Progress) {
	today := day.Of(now, place)
	for i := range steps {
		s := &steps[i]
		money := s.Money + float64(s.Cost)*p.PointCost
		out.Steps, out.Points, out.Money = out.Steps+1, out.Points+s.Cost, out.Money+money
		switch s.State {
		case roadmap.Verified:
			out.Verified, out.PointsVerified, out.MoneyVerified = out.Verified+1, out.PointsVerified+s.Cost, out.MoneyVerified+money
			if s.OnTime(place) {
				out.OnTime++
			}
		case roadmap.Regressed:
			out.Regressed++
		case roadmap.Claimed:
			out.Claimed++
		case roadmap.InWork:
			out.InWork++
		case roadmap.Planned, roadmap.Rejected:
		}
		if s.Late(today) {
			out.Late++
		}
	}
	return out
}
