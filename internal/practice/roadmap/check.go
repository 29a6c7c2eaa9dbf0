package roadmap

import (
	"math"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
)

// Check reports what is wrong with inputs that somebody gave by hand, by field:
// gap.T, lmg_share.T, level.SD, people.SD.roles.
func (in *Inputs) Check(s *Settings) error {
	var many fault.Many
	between := func(field string, x, low, high float64) {
		if math.IsNaN(x) {
			many = append(many, fault.At(field, "record.required"))
		} else if x < low || x > high {
			many = append(many, fault.At(field, "roadmap.file.number").With("value", x).With("low", low).With("high", high))
		}
	}
	if in.ScalePoints < 2 || in.ScalePoints > mostPoints {
		between("scale_points", float64(in.ScalePoints), 2, mostPoints)
		in.ScalePoints = 2
	}
	most := float64(in.ScalePoints - 1)
	for _, d := range s.Dimensions() {
		between("gap."+d, given(in.Gap, d), -most, most)
		between("lmg_share."+d, given(in.Share, d), 0, 1)
	}
	for item, gap := range in.ItemGap {
		between("item_gap."+item, gap, -most, most)
	}
	for _, p := range processes {
		if l, ok := in.Level[p]; !ok || l < maturity.None || l > maturity.Top {
			many = append(many, fault.At("level."+string(p), "maturity.no_level").With("value", l))
		}
		who := in.People[p]
		for name, x := range map[string]float64{"roles": who.Roles, "skills": who.Skills, "training": who.Training, "workload": who.Workload, "culture": who.Culture} {
			between("people."+string(p)+"."+name, x, 0, 1)
		}
	}
	between("capacity", float64(in.Capacity), 0, mostCapacity)
	return many.Err()
}

// given is a figure, or none that lies within any bounds.
func given(of map[string]float64, name string) float64 {
	if x, ok := of[name]; ok {
		return x
	}
	return math.NaN()
}

// Flaw is what is wrong with a plan that somebody has altered.
type Flaw string

// The flaws.
const (
	OutOfOrder   Flaw = "out_of_order" // the level below is not reached before
	GateShut     Flaw = "gate"         // another process has not come far enough
	PeopleLack   Flaw = "people"       // the people are not ready, and nothing readies them before
	TooMuch      Flaw = "capacity"     // the phase has no points left
	TooManySteps Flaw = "steps"        // one process takes more steps in a phase than it can
)

// Breach is a flaw with its place.
type Breach struct {
	Phase  int
	Action Action
	Flaw   Flaw
	Gate   Gate // of a gate that is shut
}

// Flaws walks altered phases as they would be carried out and lists what cannot
// be: the rules are those by which phases are filled.
func Flaws(s *Settings, in *Inputs, phases [][]Action) (out []Breach) {
	w := &work{s: s, in: in, level: stepsOf(in.Level)}
	for i, code := range processes {
		w.people[i] = in.People[code]
	}
	for n, actions := range phases {
		start, ready, spent := w.level, w.readiness(), 0
		var taken [count]int
		var help []int
		for _, a := range actions {
			say := func(f Flaw, g Gate) { out = append(out, Breach{n + 1, a, f, g}) }
			i := at(a.Process)
			if spent += a.Cost; spent > in.Capacity {
				say(TooMuch, Gate{})
			}
			if a.Kind == Person {
				help = append(help, i)
				continue
			}
			if taken[i]++; taken[i] > perPhase {
				say(TooManySteps, Gate{})
			}
			if a.To != w.level[i]+1 {
				say(OutOfOrder, Gate{})
			}
			for _, g := range s.Gates {
				if g.Process == a.Process && g.Level == a.To && start[at(g.Requires)] < g.At {
					say(GateShut, g)
				}
			}
			if !reaches(ready[i], s.peopleGate(a.To)) {
				say(PeopleLack, Gate{})
			}
			w.level[i] = max(w.level[i], a.To)
		}
		for _, i := range help {
			w.help(i)
		}
	}
	return out
}

// Check reports what is wrong with weights, gates and costs that somebody has
// altered, by field.
func (s *Settings) Check() error {
	var many fault.Many
	sum := func(field string, x float64) {
		const slack = 1e-6
		if math.Abs(x-1) > slack || math.IsNaN(x) {
			many = append(many, fault.At(field, "roadmap.file.sum").With("sum", math.Round(x*1e4)/1e4))
		}
	}
	between := func(field string, x, low, high float64) {
		if !(x >= low && x <= high) {
			many = append(many, fault.At(field, "roadmap.file.number").With("value", x).With("low", low).With("high", high))
		}
	}
	for _, item := range s.Items {
		var of float64
		for _, p := range processes {
			between("items."+item.Name+"."+string(p), item.Weights[p], 0, 1)
			of += item.Weights[p]
		}
		sum("items."+item.Name, of)
	}
	for _, p := range processes {
		between("cost."+string(p), float64(s.Cost[p]), 1, mostCapacity)
	}
	w := s.PeopleWeights
	sum("people_weights", w.Roles+w.Skills+w.Training+w.Workload+w.Culture)
	between("people_cost", float64(s.PeopleCost), 1, mostCapacity)
	between("pull", s.Pull, 0, 1)
	const shortest, longest = 7, 366
	between("phase_days", float64(s.PhaseDays), shortest, longest)
	if err := CheckGates(s.Gates); err != nil {
		many = append(many, fault.All(err)...)
	}
	return many.Err()
}
