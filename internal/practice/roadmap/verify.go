package roadmap

import (
	"slices"
	"time"

	"kilter/internal/practice/maturity"
)

// Task is one statement that a step has to make true.
type Task struct {
	Question maturity.Question
	Needed   bool // without it the level is not passed; the others are a choice
	Owner    string
	Due      time.Time
}

// Needed lists the fewest statements that are missing for a step's level by itself.
func Needed(set *maturity.Set, a Action, answers maturity.Answers) []string {
	for _, step := range set.JudgeOne(a.Process, answers).Steps {
		if step.Level == a.To {
			return append(slices.Clone(step.Must), step.Spare[:step.Others]...)
		}
	}
	return nil
}

// Tasks expands a step: the statements of its level that do not hold, each due
// when the phase ends, for the owner of the process to hand on.
func Tasks(set *maturity.Set, a Action, answers maturity.Answers, owner string, due time.Time) []Task {
	needed := Needed(set, a, answers)
	var out []Task
	for _, q := range set.Part(a.Process).At(a.To) {
		if said := answers[q.ID]; said != maturity.Yes && said != maturity.NotApplicable {
			out = append(out, Task{q, slices.Contains(needed, q.ID), owner, due})
		}
	}
	return out
}

// State is how far a step has come.
type State string

// The states of a step.
const (
	Planned   State = "planned"
	InWork    State = "in_work"
	Claimed   State = "claimed"
	Verified  State = "verified"
	Rejected  State = "rejected"
	Regressed State = "regressed"
)

// Next lists the states that may follow.
func (s State) Next() []State {
	return map[State][]State{
		Planned: {InWork}, InWork: {Claimed}, Claimed: {Verified, Rejected}, Rejected: {InWork}, Verified: {Regressed}, Regressed: {InWork},
	}[s]
}

// Facts are what is known of a step that somebody claims to have done.
type Facts struct {
	Step     Action
	Claimed  time.Time
	Assessed maturity.Level   // of its process, in the newest assessment
	Measured maturity.Answers // what figures say, of those that can be measured
}

// Doubt is a reason why a step is not verified.
type Doubt string

// The doubts.
const (
	NotAssessed Doubt = "not_assessed" // no assessment shows the level
	Denied      Doubt = "denied"       // a figure says no
	TooEarly    Doubt = "too_early"    // thirty days have not passed
)

// settle is how many days a claim has to hold before it is verified.
const settle = 30

// Doubts lists what stands against verifying a step at a time; none means that it
// is verified. The ids are the questions to which figures say no.
func (f Facts) Doubts(set *maturity.Set, now time.Time) (doubts []Doubt, denied []string) {
	if f.Assessed < f.Step.To {
		doubts = append(doubts, NotAssessed)
	}
	for _, q := range set.Part(f.Step.Process).Questions {
		if q.Level <= f.Step.To && q.Evidence.Kind == maturity.Auto && f.Measured[q.ID] == maturity.No {
			denied = append(denied, q.ID)
		}
	}
	if denied != nil {
		doubts = append(doubts, Denied)
	}
	if now.Before(f.Claimed.AddDate(0, 0, settle)) {
		doubts = append(doubts, TooEarly)
	}
	return doubts, denied
}

// Fallen lists the mandatory questions up to a level to which figures said no in
// the last two windows; any of them makes a verified step regress. Windows are
// ordered from old to new.
func Fallen(set *maturity.Set, p maturity.Process, l maturity.Level, windows []maturity.Answers) []string {
	if len(windows) < 2 {
		return nil
	}
	last, before := windows[len(windows)-1], windows[len(windows)-2]
	var out []string
	for _, q := range set.Part(p).Questions {
		if q.Mandatory && q.Level <= l && q.Evidence.Kind == maturity.Auto && last[q.ID] == maturity.No && before[q.ID] == maturity.No {
			out = append(out, q.ID)
		}
	}
	return out
}

// Observed is how an item's gap moved between two waves.
type Observed struct {
	Item  string
	Rise  float64    // points by which the gap rose (became less negative)
	G     float64    // Hedges' g of the difference
	HolmP float64    // chance of it, corrected for the number of items
	CI    [2]float64 // 95 % interval of the rise
}

// Verdict is what may be said of an outcome.
type Verdict string

// The verdicts. What is not yet visible is not claimed; its interval is shown.
const (
	Improved Verdict = "improved"
	Worse    Verdict = "worse"
	NotYet   Verdict = "not_yet_visible"
)

// What an outcome has to show, and how much an item has to bear on a process to
// speak for it.
const (
	risesBy     = 0.3
	effectOf    = 0.2
	chanceUnder = 0.05
	MappedFrom  = 0.3
)

// Verdict says improved only for a rise that is large, relevant and no chance.
func (o Observed) Verdict() Verdict {
	switch {
	case !(o.HolmP < chanceUnder):
		return NotYet
	case o.Rise >= risesBy && o.G >= effectOf:
		return Improved
	case o.Rise <= -risesBy && o.G <= -effectOf:
		return Worse
	}
	return NotYet
}

// Deviation is a level that was predicted for the end of a phase and what was
// measured.
type Deviation struct {
	Process             maturity.Process
	Predicted, Measured maturity.Level
}

// Against compares the plan with levels measured after a phase, so that weights
// and assumptions can be reviewed. It is nil for a phase that the plan lacks.
func (p *Plan) Against(phase int, measured map[maturity.Process]maturity.Level) []Deviation {
	if phase < 1 || phase > len(p.Phases) {
		return nil
	}
	var out []Deviation
	for _, code := range processes {
		if m, ok := measured[code]; ok {
			out = append(out, Deviation{code, p.Phases[phase-1].After[code], m})
		}
	}
	return out
}
