package roadmap

import (
	"slices"

	"kilter/internal/practice/maturity"
)

var processes = maturity.Processes()

// count is the number of processes.
const count = 11

// row is a figure for each process, in their order.
type row [count]float64

// steps is a level for each process.
type steps [count]maturity.Level

func at(p maturity.Process) int { return slices.Index(processes, p) }

func rowOf(m map[maturity.Process]float64) (out row) {
	for i, p := range processes {
		out[i] = m[p]
	}
	return out
}

func stepsOf(m map[maturity.Process]maturity.Level) (out steps) {
	for i, p := range processes {
		out[i] = m[p]
	}
	return out
}

// Inputs are what was measured, and what leadership decided.
type Inputs struct {
	ScalePoints int                                 // of the survey's answers
	Gap         map[string]float64                  // perceived minus expected, by dimension
	Share       map[string]float64                  // of each dimension in explaining satisfaction
	ItemGap     map[string]float64                  // by item; nil when only dimensions are known
	Level       map[maturity.Process]maturity.Level // as assessed
	People      map[maturity.Process]People
	Capacity    int                         // points of work in a phase
	Targets     map[maturity.Process]Target // where leadership wants another level
	Answers     maturity.Answers            // of the assessment; nil when they are not at hand
	Set         *maturity.Set               // that the answers are of; nil: the one that ships
}

// Target is a level that leadership decided, and why.
type Target struct {
	Level  maturity.Level `json:"level"`
	Reason string         `json:"reason"`
}

// People are the five parts of how ready the people of a process are, each from 0
// to 1.
type People struct {
	Roles          float64 `json:"roles"`
	Skills         float64 `json:"skills"`
	Training       float64 `json:"training"`
	Workload       float64 `json:"workload"`
	Culture        float64 `json:"culture"`
	CultureAssumed bool    `json:"culture_assumed,omitempty"` // fewer than five answered the staff pulse
}

// What readiness is when nobody owns the process, and below which share of roles
// that is so.
const (
	ownerless      = 0.39
	enoughRoles    = 0.5
	neutralCulture = 0.5
)

// Readiness is the weighted mean of the parts. Without an owner nothing moves: it
// stays under the lowest gate.
func (w PeopleWeights) Readiness(p People) float64 {
	pr := w.Roles*p.Roles + w.Skills*p.Skills + w.Training*p.Training + w.Workload*p.Workload + w.Culture*p.Culture
	if p.Roles < enoughRoles {
		return min(pr, ownerless)
	}
	return pr
}

// Staff is what records tell of the people of one process.
type Staff struct {
	OwnerActive    bool      // an owner is named and works here
	Deputised      []bool    // the other roles: filled, with a deputy
	Skills         []Skill   // of each role holder
	Trained        []bool    // whether each role holder's training is valid
	BookedHours    float64   // over 90 days
	AvailableHours float64   // over 90 days
	Pulse          []float64 // mean of the five questions of each who answered the staff pulse
	PulsePoints    int       // of its scale
}

// Skill is a level of the skill matrix, 0 to 4, held and needed.
type Skill struct{ Held, Needed float64 }

// fewestPulse is how many must have answered before the pulse is told.
const fewestPulse = 5

// People computes the five parts. Where nobody holds a role, skills and training
// are 0; where no hours are available, work has no room.
func (s Staff) People() People {
	p := People{Skills: meanOf(s.Skills, func(k Skill) float64 {
		if k.Needed <= 0 {
			return 1
		}
		return min(k.Held/k.Needed, 1)
	}), Training: meanOf(s.Trained, truth)}
	if s.OwnerActive {
		p.Roles = 0.5
	}
	if len(s.Deputised) == 0 {
		p.Roles *= 2 // the owner is all the roles there are
	} else {
		p.Roles += 0.5 * meanOf(s.Deputised, truth)
	}
	if s.AvailableHours > 0 {
		p.Workload = 1 - min(1, max(0, (s.BookedHours/s.AvailableHours-0.8)/0.4))
	}
	if len(s.Pulse) < fewestPulse || s.PulsePoints < 2 {
		p.Culture, p.CultureAssumed = neutralCulture, true
	} else {
		p.Culture = (meanOf(s.Pulse, func(x float64) float64 { return x }) - 1) / float64(s.PulsePoints-1)
	}
	return p
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func meanOf[T any](all []T, of func(T) float64) float64 {
	if len(all) == 0 {
		return 0
	}
	var sum float64
	for _, x := range all {
		sum += of(x)
	}
	return sum / float64(len(all))
}
