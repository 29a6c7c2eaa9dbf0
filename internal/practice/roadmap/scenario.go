package roadmap

import (
	"fmt"
	"maps"
	"slices"

	"kilter/internal/practice/maturity"
)

// Scenario is what is tried out: each part that it has stands in the place of the
// inputs' own.
type Scenario struct {
	Name     string
	Capacity *int
	Targets  map[maturity.Process]Target
	Share    map[string]float64
	Pull     *float64
}

// Try makes the plan of a scenario.
func Try(s *Settings, in *Inputs, what Scenario) *Plan {
	settings, inputs := *s, *in
	if what.Capacity != nil {
		inputs.Capacity = *what.Capacity
	}
	if what.Targets != nil {
		inputs.Targets = maps.Clone(in.Targets)
		if inputs.Targets == nil {
			inputs.Targets = map[maturity.Process]Target{}
		}
		maps.Copy(inputs.Targets, what.Targets)
	}
	if what.Share != nil {
		inputs.Share = what.Share
	}
	if what.Pull != nil {
		settings.Pull = *what.Pull
	}
	return Make(&settings, &inputs)
}

// Points is what the plan costs in all.
func (p *Plan) Points() int {
	n := 0
	for _, phase := range p.Phases {
		n += phase.Spent
	}
	return n
}

// First lists the processes of highest priority, so many of them.
func (p *Plan) First(n int) []maturity.Process { return first(p.terms(), n) }

func (p *Plan) terms() (out [count]Term) {
	for i, code := range processes {
		out[i] = p.Terms[code]
	}
	return out
}

func first(terms [count]Term, n int) []maturity.Process {
	out := make([]maturity.Process, 0, n)
	for _, i := range order(terms)[:n] {
		out = append(out, processes[i])
	}
	return out
}

// Swing is the least change of one weight that changes the order of the first
// five.
type Swing struct {
	Weight string  // as "pull", "lmg_share.R", "gap.R" or "R.SD" for a cell of the matrix
	Value  float64 // now
	Change float64 // as a share of it: -0.12 for 12 % less
	First  []maturity.Process
}

// How weights are tried: in steps of 1 % up to half as much more or less.
const (
	looksAt   = 5
	swingStep = 0.01
	swingMost = 50
)

// knob is one weight that can be turned by a factor.
type knob struct {
	name  string
	value float64
	turn  func(s *Settings, in *Inputs, factor float64)
}

// Sensitivity tries each weight that is not 0 by itself and says which would change the
// order of the first five, the touchiest first. A cell of the matrix is changed
// alone, its row is not made to sum 1 again.
func Sensitivity(s *Settings, in *Inputs) []Swing {
	base := rank(s, in)
	var out []Swing
	for _, k := range knobs(s, in) {
		if found, ok := swing(s, in, k, base); ok {
			out = append(out, found)
		}
	}
	slices.SortStableFunc(out, func(a, b Swing) int {
		switch x, y := max(a.Change, -a.Change), max(b.Change, -b.Change); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return out
}

func rank(s *Settings, in *Inputs) []maturity.Process {
	all := drivers(s, in)
	if in.ItemGap != nil {
		all = byItem(s, in, all)
	}
	_, norm := demand(all)
	t, _ := targets(s, in, norm)
	return first(ranking(s, norm, stepsOf(in.Level), t), looksAt)
}

func swing(s *Settings, in *Inputs, k knob, base []maturity.Process) (Swing, bool) {
	for i := 1; i <= swingMost; i++ {
		for _, change := range []float64{float64(i) * swingStep, -float64(i) * swingStep} {
			settings, inputs := *s, *in
			k.turn(&settings, &inputs, 1+change)
			if now := rank(&settings, &inputs); !slices.Equal(now, base) {
				return Swing{k.name, k.value, change, now}, true
			}
		}
	}
	return Swing{}, false
}

func knobs(s *Settings, in *Inputs) []knob {
	var out []knob
	add := func(name string, value float64, turn func(*Settings, *Inputs, float64)) {
		if value != 0 {
			out = append(out, knob{name, value, turn})
		}
	}
	add("pull", s.Pull, func(s *Settings, _ *Inputs, f float64) { s.Pull *= f })
	for _, d := range s.Dimensions() {
		add("lmg_share."+d, in.Share[d], func(_ *Settings, in *Inputs, f float64) { in.Share = times(in.Share, d, f) })
		add("gap."+d, min(0, in.Gap[d]), func(_ *Settings, in *Inputs, f float64) { in.Gap = times(in.Gap, d, f) })
	}
	if in.ItemGap != nil {
		for i, item := range s.Items {
			for _, p := range processes {
				add(fmt.Sprintf("%s.%s", item.Name, p), item.Weights[p], func(s *Settings, _ *Inputs, f float64) {
					s.Items = slices.Clone(s.Items)
					s.Items[i].Weights = times(item.Weights, p, f)
				})
			}
		}
		return out
	}
	rows := map[string]map[maturity.Process]float64{}
	for _, d := range s.Dimensions() {
		rows[d] = named(s.row(d))
	}
	for _, d := range s.Dimensions() {
		for _, p := range processes {
			add(fmt.Sprintf("%s.%s", d, p), rows[d][p], func(s *Settings, _ *Inputs, f float64) {
				s.dimensions = maps.Clone(rows)
				s.dimensions[d] = times(rows[d], p, f)
			})
		}
	}
	return out
}

func times[K comparable](m map[K]float64, key K, factor float64) map[K]float64 {
	out := maps.Clone(m)
	out[key] *= factor
	return out
}
