// Package roadmap makes a phased plan of measurements: what the users miss, how
// far the processes have come, and whether the people for the next step are there.
//
// Settings are the weights and gates of a version; Inputs are what was measured;
// Make computes a Plan, in which every figure can be traced to its terms. A step
// is planned only when the processes it stands on have come far enough and its
// people are ready; where only the people are lacking, an action for them comes
// first. Around it stand readiness from records (Staff), scenarios, what would
// change the order (Sensitivity), and whether a step has really arrived (Facts,
// Observed). It keeps nothing and asks for no time.
//
// The model is our own; it is no published one.
package roadmap

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// Settings are the weights, gates and costs that a plan is made with.
type Settings struct {
	Version       string                   `json:"version"`
	Items         []Item                   `json:"items"`
	Gates         []Gate                   `json:"gates"`
	Cost          map[maturity.Process]int `json:"cost_per_half_step"`
	PeopleCost    int                      `json:"cost_of_people_action"`
	PeopleWeights PeopleWeights            `json:"people_weights"`
	PeopleGates   []PeopleGate             `json:"people_gates"`
	Targets       []TargetRule             `json:"targets"`    // highest demand first
	Pull          float64                  `json:"pull"`       // share of the value that waits for a process which is added to its own
	PhaseDays     int                      `json:"phase_days"` // length of a phase
	dimensions    map[string]map[maturity.Process]float64
}

// Item is a question of the satisfaction survey and the processes it bears on.
type Item struct {
	Name      string                       `json:"item"`
	Dimension string                       `json:"dimension"`
	Weights   map[maturity.Process]float64 `json:"weights"` // sum 1
	Why       people.Text                  `json:"why"`
}

// Gate says that a process may reach a level only when another holds one.
type Gate struct {
	Process  maturity.Process `json:"process"`
	Level    maturity.Level   `json:"level"`
	Requires maturity.Process `json:"requires"`
	At       maturity.Level   `json:"at_level"`
}

func (g Gate) String() string {
	return fmt.Sprintf("%s %s <- %s %s", g.Process, g.Level, g.Requires, g.At)
}

// PeopleWeights are the shares of the five parts in the readiness of people.
type PeopleWeights struct {
	Roles    float64 `json:"roles"`
	Skills   float64 `json:"skills"`
	Training float64 `json:"training"`
	Workload float64 `json:"workload"`
	Culture  float64 `json:"culture"`
}

// PeopleGate is the readiness that a level asks for.
type PeopleGate struct {
	Level     maturity.Level `json:"level"`
	Readiness float64        `json:"readiness"`
}

// TargetRule proposes a level from a demand on.
type TargetRule struct {
	From  float64        `json:"from"`
	Level maturity.Level `json:"level"`
}

//go:embed settings.json
var settingsText []byte

var standard = sync.OnceValue(func() *Settings {
	s := &Settings{}
	if err := json.Unmarshal(settingsText, s); err != nil {
		panic(err) // embedded at build time, and held by the tests
	}
	return s
})

// Standard is a copy of the settings that ship with Kilter, for a centre to alter.
func Standard() *Settings {
	s := *standard()
	s.Items, s.Gates = slices.Clone(s.Items), slices.Clone(s.Gates)
	s.Cost = maps.Clone(s.Cost)
	return &s
}

// Dimensions lists the dimensions in the order of the items.
func (s *Settings) Dimensions() []string {
	var out []string
	for _, i := range s.Items {
		if !slices.Contains(out, i.Dimension) {
			out = append(out, i.Dimension)
		}
	}
	return out
}

// row gives what a dimension asks of each process: the mean of its items, unless
// the file that was read says it itself.
func (s *Settings) row(dimension string) row {
	var out row
	if own, ok := s.dimensions[dimension]; ok {
		return rowOf(own)
	}
	n := 0
	for _, item := range s.Items {
		if item.Dimension == dimension {
			n++
			for i, p := range processes {
				out[i] += item.Weights[p]
			}
		}
	}
	for i := range out {
		out[i] /= float64(max(1, n))
	}
	return out
}

// ItemsOf lists the items that bear on a process with so much weight at least.
func (s *Settings) ItemsOf(p maturity.Process, least float64) []string {
	var out []string
	for _, item := range s.Items {
		if item.Weights[p] >= least {
			out = append(out, item.Name)
		}
	}
	return out
}

func (s *Settings) peopleGate(l maturity.Level) float64 {
	for _, g := range s.PeopleGates {
		if g.Level == l {
			return g.Readiness
		}
	}
	return 0
}

func (s *Settings) proposed(demand float64) maturity.Level {
	for _, t := range s.Targets {
		if demand >= t.From {
			return t.Level
		}
	}
	return maturity.None
}

// node is a process at a level.
type node struct {
	process maturity.Process
	level   maturity.Level
}

// CheckGates refuses gates that name no process or level, that bind a process to
// itself, or of which no order can be made; then the fault names the circle.
func CheckGates(gates []Gate) error {
	needs := map[node][]node{}
	for i, g := range gates {
		field := fmt.Sprintf("gates.%d", i+1)
		switch {
		case !g.Process.Known():
			return fault.At(field+".process", "maturity.no_process").With("value", g.Process)
		case !g.Requires.Known():
			return fault.At(field+".requires", "maturity.no_process").With("value", g.Requires)
		case g.Process == g.Requires:
			return fault.At(field, "roadmap.gate_itself").With("gate", g)
		case g.Level <= maturity.None || g.At <= maturity.None || g.Level > maturity.Top || g.At > maturity.Top:
			return fault.At(field, "roadmap.gate_level").With("gate", g)
		}
		from := node{g.Process, g.Level}
		needs[from] = append(needs[from], node{g.Requires, g.At})
	}
	search := circleSearch{needs: needs, state: map[node]int{}}
	for _, p := range processes {
		for _, l := range maturity.Levels() {
			if search.visit(node{p, l}) {
				return fault.At("gates", "roadmap.gate_circle").With("circle", search.name())
			}
		}
	}
	return nil
}

// circleSearch walks from each node to what it needs, depth first.
type circleSearch struct {
	needs map[node][]node
	state map[node]int // 1 on the way, 2 done
	way   []node
}

func (c *circleSearch) visit(n node) bool {
	switch c.state[n] {
	case 1:
		c.way = append(c.way[slices.Index(c.way, n):], n)
		return true
	case 2:
		return false
	}
	c.state[n], c.way = 1, append(c.way, n)
	next := c.needs[n]
	if n.level > maturity.Bottom {
		next = append(slices.Clone(next), node{n.process, n.level - 1})
	}
	for _, m := range next {
		if c.visit(m) {
			return true
		}
	}
	c.state[n], c.way = 2, c.way[:len(c.way)-1]
	return false
}

// name is the circle as people read it: each needs the next.
func (c *circleSearch) name() string {
	out := ""
	for i, n := range c.way {
		if i > 0 {
			out += " → "
		}
		out += string(n.process) + " " + n.level.String()
	}
	return out
}
