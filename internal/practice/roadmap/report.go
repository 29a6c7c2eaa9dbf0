package roadmap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"kilter/internal/practice/maturity"
)

// ordered writes a value for each process in their order, not in that of the
// alphabet.
func ordered[T any](all map[maturity.Process]T, value func(T) any) (json.RawMessage, error) {
	names := make([]string, count)
	for i, p := range processes {
		names[i] = string(p)
	}
	return fields(names, func(name string) any { return value(all[maturity.Process(name)]) })
}

func fields(names []string, value func(string) any) (json.RawMessage, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		text, err := json.Marshal(value(name))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", name, text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// rounded keeps so many digits after the point.
func rounded(digits int) func(float64) any {
	by := math.Pow10(digits)
	return func(x float64) any { return math.Round(x*by) / by }
}

// The digits that figures are written with.
const (
	figureDigits   = 6
	priorityDigits = 4
)

type planText struct {
	KD         json.RawMessage `json:"KD"`
	Demand     json.RawMessage `json:"demand"`
	DemandNorm json.RawMessage `json:"demand_norm"`
	Target     json.RawMessage `json:"target"`
	Readiness  json.RawMessage `json:"people_readiness"`
	Value      json.RawMessage `json:"value"`
	Pull       json.RawMessage `json:"pull"`
	Priority   json.RawMessage `json:"priority"`
	Phases     []phaseText     `json:"phases"`
	Reason     Stop            `json:"reason,omitempty"`
}

type phaseText struct {
	Phase   int             `json:"phase"`
	Spent   int             `json:"spent"`
	Actions [][]any         `json:"actions"`
	After   json.RawMessage `json:"levels_after"`
}

// MarshalJSON writes the plan as docs/roadmap.md has it. A reason stands there
// only when targets are left.
func (p *Plan) MarshalJSON() ([]byte, error) {
	six, four := rounded(figureDigits), rounded(priorityDigits)
	kd := map[string]float64{}
	var names []string
	for _, d := range p.Drivers {
		kd[d.Dimension] = d.KD
		names = append(names, d.Dimension)
	}
	level := func(l maturity.Level) any { return l }
	out := planText{Phases: []phaseText{}}
	var err error
	put := func(to *json.RawMessage, text json.RawMessage, e error) {
		*to = text
		if e != nil {
			err = e
		}
	}
	text, e := fields(names, func(n string) any { return six(kd[n]) })
	put(&out.KD, text, e)
	text, e = ordered(p.Demand, six)
	put(&out.Demand, text, e)
	text, e = ordered(p.DemandNorm, six)
	put(&out.DemandNorm, text, e)
	text, e = ordered(p.Target, level)
	put(&out.Target, text, e)
	text, e = ordered(p.Readiness, six)
	put(&out.Readiness, text, e)
	text, e = ordered(p.Terms, func(t Term) any { return six(t.Value) })
	put(&out.Value, text, e)
	text, e = ordered(p.Terms, func(t Term) any { return six(t.Pull) })
	put(&out.Pull, text, e)
	text, e = ordered(p.Terms, func(t Term) any { return four(t.Priority) })
	put(&out.Priority, text, e)
	for _, phase := range p.Phases {
		one := phaseText{Phase: phase.Number, Spent: phase.Spent}
		for _, a := range phase.Actions {
			var to any = a.To
			if a.Kind == Person {
				to = a.Gate
			}
			one.Actions = append(one.Actions, []any{a.Kind, a.Process, to})
		}
		text, e = ordered(phase.After, level)
		put(&one.After, text, e)
		out.Phases = append(out.Phases, one)
	}
	if p.Stop != Done {
		out.Reason = p.Stop
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}
