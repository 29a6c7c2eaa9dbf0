package roadmap

import (
	"slices"

	"kilter/internal/practice/maturity"
)

// Kind says what an action changes.
type Kind string

// The kinds of action.
const (
	Step   Kind = "step"   // a process rises half a level
	Person Kind = "people" // its people are made ready
)

// Theme is what a step is called for display.
type Theme string

// The themes.
const (
	QuickWin    Theme = "quick_win"   // lacks two answers at most, people ready, cheap
	Foundation  Theme = "foundation"  // up to level 2
	Integration Theme = "integration" // 2.5 and 3: integration and products
	Quality     Theme = "quality"     // 3.5 and 4: quality and measurement
	Customer    Theme = "customer"    // 4.5 and 5: customer focus
)

// Action is one piece of work in a phase.
type Action struct {
	Kind      Kind
	Process   maturity.Process
	To        maturity.Level // the level that the step reaches, or that the people are made ready for
	Gate      float64        // the readiness that this level asks for
	Readiness float64        // at the start of the phase
	Cost      int            // points
	Theme     Theme          // of a step
	Lacks     int            // answers that are missing for the level; -1 when the answers are not at hand
	Own       float64        // what the step itself takes off the sum of values that is still to gain
	Opens     float64        // half the value of processes for whose gates it is the last thing missing
}

// PerPoint is what a step gains for each point that it costs.
func (a Action) PerPoint() float64 { return (a.Own + a.Opens) / float64(max(1, a.Cost)) }

// Phase is the work of some ninety days.
type Phase struct {
	Number  int
	Spent   int
	Actions []Action // in the order in which they were chosen
	Terms   map[maturity.Process]Term
	After   map[maturity.Process]maturity.Level
}

// Stop says why a plan ends.
type Stop string

// The ways in which a plan ends.
const (
	Done       Stop = "done"        // all targets are met
	NoCapacity Stop = "no_capacity" // nothing can be done with no points
	TooDear    Stop = "too_dear"    // what is left costs more than a phase has
)

// Plan is a roadmap.
type Plan struct {
	Settings   *Settings
	Inputs     *Inputs
	Drivers    []Driver
	Demand     map[maturity.Process]float64
	DemandNorm map[maturity.Process]float64
	Target     map[maturity.Process]maturity.Level
	Raised     []Raise
	Readiness  map[maturity.Process]float64
	Terms      map[maturity.Process]Term
	Phases     []Phase
	Stop       Stop
	Left       []maturity.Process // that do not reach their target
}

// Driver is a dimension's share in what users miss.
type Driver struct {
	Dimension string
	KD        float64
}

// Make computes the plan. The inputs must have been checked.
func Make(s *Settings, in *Inputs) *Plan {
	dims := drivers(s, in)
	all := dims
	if in.ItemGap != nil {
		all = byItem(s, in, dims)
	}
	d, norm := demand(all)
	target, raised := targets(s, in, norm)
	w := &work{s: s, in: in, norm: norm, level: stepsOf(in.Level), target: target}
	p := &Plan{Settings: s, Inputs: in, Demand: named(d), DemandNorm: named(norm), Target: named(target), Raised: raised}
	for _, one := range dims {
		p.Drivers = append(p.Drivers, Driver{one.name, one.kd})
	}
	for i, code := range processes {
		w.people[i] = in.People[code]
	}
	p.Readiness = named(w.readiness())
	p.Terms = named(ranking(s, norm, w.level, target))
	p.Phases, p.Stop = w.phases()
	for i, code := range processes {
		if w.level[i] < target[i] {
			p.Left = append(p.Left, code)
		}
	}
	return p
}

func named[T any](all [count]T) map[maturity.Process]T {
	out := make(map[maturity.Process]T, count)
	for i, p := range processes {
		out[p] = all[i]
	}
	return out
}

// work is a plan while it is made.
type work struct {
	s      *Settings
	in     *Inputs
	norm   row
	level  steps
	target steps
	people [count]People
	bonus  row // readiness that people actions are assumed to have added
}

func (w *work) readiness() (out row) {
	for i, p := range w.people {
		out[i] = w.s.PeopleWeights.Readiness(p)
		if p.Roles >= enoughRoles {
			out[i] = min(1, out[i]+w.bonus[i])
		}
	}
	return out
}

func (w *work) met() bool { return w.level == w.target }

// phases fills one phase after the other until all targets are met or a phase
// stays empty.
func (w *work) phases() (out []Phase, stop Stop) {
	for !w.met() {
		p := w.phase(len(out) + 1)
		if len(p.Actions) == 0 {
			if w.in.Capacity == 0 {
				return out, NoCapacity
			}
			return out, TooDear
		}
		out = append(out, p)
	}
	return out, Done
}

// perPhase is how many half steps one process takes in a phase at most.
const perPhase = 2

// phase walks the list of priorities until nothing more fits. Gates and readiness
// are those of its start.
func (w *work) phase(number int) Phase {
	start, ready := w.level, w.readiness()
	terms := ranking(w.s, w.norm, start, w.target)
	p := Phase{Number: number, Terms: named(terms)}
	var taken [count]int
	var helped [count]bool
	for again := true; again; {
		again = false
		for _, i := range order(terms) {
			next := w.level[i] + 1
			if w.level[i] >= w.target[i] || taken[i] >= perPhase || !w.open(i, next, start) {
				continue
			}
			a := Action{Kind: Step, Process: processes[i], To: next, Gate: w.s.peopleGate(next), Readiness: ready[i], Cost: w.s.Cost[processes[i]], Lacks: -1}
			if !reaches(ready[i], a.Gate) {
				a.Kind, a.Cost = Person, w.s.PeopleCost
			}
			// A process that has risen in this phase has no people to spare for more.
			if p.Spent+a.Cost > w.in.Capacity || a.Kind == Person && (helped[i] || taken[i] > 0) {
				continue
			}
			if a.Kind == Person {
				helped[i] = true
			} else {
				taken[i]++
				w.describe(&a, terms)
				w.level[i] = next
			}
			p.Spent += a.Cost
			p.Actions = append(p.Actions, a)
			again = true
		}
	}
	for i, h := range helped {
		if h {
			w.help(i)
		}
	}
	p.After = named(w.level)
	return p
}

// reaches compares readiness with a gate; sums of weights are not exact.
func reaches(ready, gate float64) bool { return ready >= gate-1e-9 }

// open says whether the gates of a level hold.
func (w *work) open(i int, next maturity.Level, start steps) bool {
	for _, g := range w.s.Gates {
		if g.Process == processes[i] && g.Level == next && start[at(g.Requires)] < g.At {
			return false
		}
	}
	return true
}

// helpAdds is what a people action is assumed to add where the roles are filled.
const helpAdds = 0.15

// help assumes what a people action brings, until it is measured: it fills the
// roles, or else adds to the readiness.
func (w *work) help(i int) {
	if w.people[i].Roles < enoughRoles {
		w.people[i].Roles = 1
		return
	}
	w.bonus[i] += helpAdds
}

// What makes a step a quick win.
const (
	quickLacks = 2
	quickReady = 0.65
	quickCost  = 1
)

// describe says of a step what it is called, what it lacks and what it brings.
func (w *work) describe(a *Action, terms [count]Term) {
	if w.in.Answers != nil {
		set := w.in.Set
		if set == nil {
			set = maturity.Current()
		}
		a.Lacks = len(Needed(set, *a, w.in.Answers))
	}
	i := at(a.Process)
	a.Own = w.norm[i] / float64(maturity.Top)
	for _, e := range terms[i].Enables {
		last := slices.MaxFunc(e.Gates, func(x, y Gate) int { return int(x.At - y.At) })
		if last.At == a.To {
			a.Opens += e.Adds
		}
	}
	switch {
	case a.Lacks >= 0 && a.Lacks <= quickLacks && reaches(a.Readiness, quickReady) && a.Cost <= quickCost:
		a.Theme = QuickWin
	case a.To.Number() <= 2:
		a.Theme = Foundation
	case a.To.Number() <= 3:
		a.Theme = Integration
	case a.To.Number() <= 4:
		a.Theme = Quality
	default:
		a.Theme = Customer
	}
}
