package roadmap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"kilter/internal/practice/maturity"
)

// settings puts what a file says of weights, gates and costs in the place of the
// standard ones.
func (r *reading) settings(s *Settings, of raw) {
	if text := of["item_process_matrix"]; text != nil {
		r.items(s, text)
	}
	if text := of["dimension_process_matrix"]; text != nil {
		rows := r.object("dimension_process_matrix", text)
		r.unknown("dimension_process_matrix.", rows, s.Dimensions()...)
		s.dimensions = map[string]map[maturity.Process]float64{}
		for _, d := range slices.Sorted(maps.Keys(rows)) {
			s.dimensions[d] = r.weights("dimension_process_matrix."+d, rows[d])
		}
	}
	if text := of["gates"]; text != nil {
		r.gates(s, text)
	}
	if text := of["cost_per_half_step"]; text != nil {
		for p, x := range r.byProcess("cost_per_half_step", text, [2]float64{1, mostCapacity}) {
			if x != math.Trunc(x) {
				r.wrong("cost_per_half_step."+string(p), "roadmap.file.whole", "value", x)
			}
			s.Cost[p] = int(x)
		}
	}
	if text := of["cost_of_people_action"]; text != nil {
		s.PeopleCost = r.whole("cost_of_people_action", text, 1, mostCapacity)
	}
	if text := of["people_weights"]; text != nil {
		w := r.part("people_weights", text, peopleKeys, [2]float64{0, 1})
		s.PeopleWeights = PeopleWeights{w["roles"], w["skills"], w["training"], w["workload"], w["culture"]}
		r.sumsToOne("people_weights", w)
	}
	if text := of["pull"]; text != nil {
		s.Pull = r.number("pull", text, 0, 1)
	}
}

// items changes the rows of items that the standard knows.
func (r *reading) items(s *Settings, text json.RawMessage) {
	rows := r.object("item_process_matrix", text)
	var known []string
	for i := range s.Items {
		name := s.Items[i].Name
		known = append(known, name)
		if rows[name] != nil {
			s.Items[i].Weights = r.weights("item_process_matrix."+name, rows[name])
		}
	}
	r.unknown("item_process_matrix.", rows, known...)
}

func (r *reading) weights(field string, text json.RawMessage) map[maturity.Process]float64 {
	out := r.byProcess(field, text, [2]float64{0, 1})
	r.sumsToOne(field, out)
	return out
}

func (r *reading) sumsToOne(field string, of any) {
	var sum float64
	switch of := of.(type) {
	case map[string]float64:
		for _, x := range of {
			sum += x
		}
	case map[maturity.Process]float64:
		for _, x := range of {
			sum += x
		}
	}
	const slack = 1e-6
	if math.Abs(sum-1) > slack {
		r.wrong(field, "roadmap.file.sum", "sum", math.Round(sum*1e4)/1e4)
	}
}

func (r *reading) gates(s *Settings, text json.RawMessage) {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		r.wrong("gates", "maturity.file.list")
		return
	}
	s.Gates = nil
	for i, one := range list {
		var g Gate
		d := json.NewDecoder(bytes.NewReader(one))
		d.DisallowUnknownFields()
		if d.Decode(&g) != nil {
			r.wrong(fmt.Sprintf("gates.%d", i+1), "roadmap.gate_shape")
			return
		}
		s.Gates = append(s.Gates, g)
	}
	if err := CheckGates(s.Gates); err != nil {
		if r.many.Add(err) != nil {
			r.wrong("gates", "roadmap.gate_shape")
		}
	}
}

func (r *reading) scenarios(s *Settings, text json.RawMessage) []Scenario {
	if text == nil {
		return nil
	}
	of := r.object("scenarios", text)
	if len(of) > mostScenarios {
		r.wrong("scenarios", "roadmap.file.scenarios", "most", mostScenarios)
		return nil
	}
	var out []Scenario
	for _, name := range slices.Sorted(maps.Keys(of)) {
		place := "scenarios." + name
		parts := r.object(place, of[name])
		r.unknown(place+".", parts, "capacity_per_phase", "targets", "lmg_share", "pull")
		one := Scenario{Name: name, Targets: r.targets(place+".targets", parts["targets"]), Share: r.part(place+".lmg_share", parts["lmg_share"], s.Dimensions(), [2]float64{0, 1})}
		if text := parts["capacity_per_phase"]; text != nil {
			c := r.whole(place+".capacity_per_phase", text, 0, mostCapacity)
			one.Capacity = &c
		}
		if text := parts["pull"]; text != nil {
			x := r.number(place+".pull", text, 0, 1)
			one.Pull = &x
		}
		out = append(out, one)
	}
	return out
}
