package roadmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
)

// File is a plan to be made, as people hand it over (docs/roadmap.md).
type File struct {
	Settings  *Settings
	Inputs    *Inputs
	Scenarios []Scenario // in the order of their names
}

// Bounds of what a file may hold.
const (
	mostFaults    = 20
	mostPoints    = 101
	mostCapacity  = 10000
	mostScenarios = 20
)

type raw = map[string]json.RawMessage

// reading reads the parts of a file and gathers what is wrong with them.
type reading struct{ many fault.Many }

func (r *reading) wrong(field, key string, args ...any) {
	if len(r.many) > mostFaults {
		return
	}
	if len(r.many) == mostFaults {
		key, args = "maturity.file.more", nil
	}
	f := fault.At(field, key)
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(args[i].(string), args[i+1])
	}
	r.many = append(r.many, f)
}

func (r *reading) object(field string, text json.RawMessage) raw {
	var of raw
	if json.Unmarshal(text, &of) != nil || of == nil {
		r.wrong(field, "maturity.file.fields")
	}
	return of
}

func (r *reading) unknown(before string, of raw, known ...string) {
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if !slices.Contains(known, key) {
			r.wrong(before+key, "maturity.file.unknown", "choices", strings.Join(known, ", "))
		}
	}
}

var (
	settingKeys = []string{"item_process_matrix", "dimension_process_matrix", "gates", "cost_per_half_step", "cost_of_people_action", "people_weights", "pull"}
	inputKeys   = []string{"scale_points", "gap", "lmg_share", "item_gap", "level", "people", "capacity_per_phase", "targets", "answers"}
	otherKeys   = []string{"inputs", "scenarios", "note", "expected"}
)

// Parse reads a file: the inputs by themselves, or under inputs with other
// settings and scenarios beside them. Faults name the place and the way out.
func Parse(text []byte) (*File, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var top raw
	err := json.Unmarshal(text, &top)
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		line := 1 + bytes.Count(text[:min(int(bad.Offset), len(text))], []byte("\n"))
		return nil, fault.At("file", "maturity.file.syntax").With("line", line).With("why", bad.Error())
	}
	if err != nil || top == nil {
		return nil, fault.At("file", "roadmap.file.object")
	}
	r := &reading{}
	f := &File{Settings: Standard()}
	r.settings(f.Settings, top)
	given, before, known := top, "", slices.Concat(inputKeys, settingKeys, otherKeys)
	if top["inputs"] != nil {
		given, before, known = r.object("inputs", top["inputs"]), "inputs.", slices.Concat(settingKeys, otherKeys)
		r.unknown(before, given, inputKeys...)
	}
	r.unknown("", top, known...)
	f.Inputs = r.inputs(f.Settings, before, given)
	f.Scenarios = r.scenarios(f.Settings, top["scenarios"])
	if err := r.many.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

func (r *reading) number(field string, text json.RawMessage, low, high float64) float64 {
	var x float64
	if json.Unmarshal(text, &x) != nil || string(text) == "null" || x < low || x > high {
		r.wrong(field, "roadmap.file.number", "value", string(text), "low", low, "high", high)
		return low
	}
	return x
}

func (r *reading) whole(field string, text json.RawMessage, low, high int) int {
	x := r.number(field, text, float64(low), float64(high))
	if x != math.Trunc(x) {
		r.wrong(field, "roadmap.file.whole", "value", string(text))
	}
	return int(x)
}

// figures reads a number for each of some names; those of must may not be missing.
func (r *reading) figures(field string, text json.RawMessage, names []string, bounds [2]float64) map[string]float64 {
	of := r.object(field, text)
	out := map[string]float64{}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if !slices.Contains(names, name) {
			r.wrong(field+"."+name, "maturity.file.unknown", "choices", strings.Join(names, ", "))
			continue
		}
		out[name] = r.number(field+"."+name, of[name], bounds[0], bounds[1])
	}
	return out
}

// must reports what is missing of a part.
func (r *reading) must(field string, have func(string) bool, names []string) {
	missing := slices.DeleteFunc(slices.Clone(names), have)
	if len(missing) > 0 {
		r.wrong(field, "roadmap.file.missing", "names", strings.Join(missing, ", "))
	}
}

func codes() []string {
	out := make([]string, 0, count)
	for _, p := range processes {
		out = append(out, string(p))
	}
	return out
}

func (r *reading) byProcess(field string, text json.RawMessage, bounds [2]float64) map[maturity.Process]float64 {
	out := map[maturity.Process]float64{}
	for name, x := range r.figures(field, text, codes(), bounds) {
		out[maturity.Process(name)] = x
	}
	return out
}

func (r *reading) inputs(s *Settings, before string, of raw) *Inputs {
	in := &Inputs{Capacity: -1}
	r.must(strings.TrimSuffix(before, ".")+"", func(n string) bool { return of[n] != nil }, []string{"scale_points", "gap", "lmg_share", "level", "people", "capacity_per_phase"})
	if of["scale_points"] == nil {
		return in
	}
	in.ScalePoints = r.whole(before+"scale_points", of["scale_points"], 2, mostPoints)
	most := float64(max(in.ScalePoints, 2) - 1)
	gaps := [2]float64{-most, most}
	dims := s.Dimensions()
	in.Gap = r.part(before+"gap", of["gap"], dims, gaps)
	in.Share = r.part(before+"lmg_share", of["lmg_share"], dims, [2]float64{0, 1})
	if of["item_gap"] != nil {
		var items []string
		for _, i := range s.Items {
			items = append(items, i.Name)
		}
		in.ItemGap = r.part(before+"item_gap", of["item_gap"], items, gaps)
	}
	in.Level = r.levels(before+"level", of["level"])
	in.People = r.people(before+"people", of["people"])
	if of["capacity_per_phase"] != nil {
		in.Capacity = r.whole(before+"capacity_per_phase", of["capacity_per_phase"], 0, mostCapacity)
	}
	in.Targets = r.targets(before+"targets", of["targets"])
	if of["answers"] != nil {
		file, err := maturity.Current().Parse([]byte(`{"answers":` + string(of["answers"]) + `}`))
		for _, bad := range fault.All(err) {
			r.wrong(before+bad.Field, bad.Key, "value", bad.Args["value"])
		}
		if err == nil {
			in.Answers = file.Answers
		}
	}
	return in
}

// part reads figures of which none may be missing.
func (r *reading) part(field string, text json.RawMessage, names []string, bounds [2]float64) map[string]float64 {
	if text == nil {
		return nil
	}
	out := r.figures(field, text, names, bounds)
	r.must(field, func(n string) bool { _, ok := out[n]; return ok }, names)
	return out
}

func (r *reading) levels(field string, text json.RawMessage) map[maturity.Process]maturity.Level {
	if text == nil {
		return nil
	}
	of := r.object(field, text)
	r.unknown(field+".", of, codes()...)
	r.must(field, func(n string) bool { return of[n] != nil }, codes())
	out := map[maturity.Process]maturity.Level{}
	for _, p := range processes {
		if text := of[string(p)]; text != nil {
			out[p] = r.level(field+"."+string(p), text)
		}
	}
	return out
}

func (r *reading) level(field string, text json.RawMessage) (l maturity.Level) {
	if json.Unmarshal(text, &l) != nil {
		r.wrong(field, "maturity.no_level", "value", string(text))
	}
	return l
}

var peopleKeys = []string{"roles", "skills", "training", "workload", "culture"}

func (r *reading) people(field string, text json.RawMessage) map[maturity.Process]People {
	if text == nil {
		return nil
	}
	of := r.object(field, text)
	r.unknown(field+".", of, codes()...)
	r.must(field, func(n string) bool { return of[n] != nil }, codes())
	out := map[maturity.Process]People{}
	for _, p := range processes {
		text := of[string(p)]
		if text == nil {
			continue
		}
		place := field + "." + string(p)
		parts := r.object(place, text)
		assumed := string(parts["culture"]) == "null"
		if assumed {
			parts["culture"] = json.RawMessage("0.5")
		}
		f := r.figures(place, marshal(parts), peopleKeys, [2]float64{0, 1})
		r.must(place, func(n string) bool { return parts[n] != nil }, peopleKeys)
		out[p] = People{f["roles"], f["skills"], f["training"], f["workload"], f["culture"], assumed}
	}
	return out
}

func marshal(of raw) json.RawMessage {
	text, err := json.Marshal(of)
	if err != nil {
		return json.RawMessage("{}") // cannot be: the parts were read from JSON
	}
	return text
}

func (r *reading) targets(field string, text json.RawMessage) map[maturity.Process]Target {
	if text == nil {
		return nil
	}
	of := r.object(field, text)
	r.unknown(field+".", of, codes()...)
	out := map[maturity.Process]Target{}
	for _, p := range processes {
		text := of[string(p)]
		if text == nil {
			continue
		}
		place := field + "." + string(p)
		parts := r.object(place, text)
		r.unknown(place+".", parts, "level", "reason")
		t := Target{Level: r.level(place+".level", parts["level"])}
		if json.Unmarshal(parts["reason"], &t.Reason) != nil || strings.TrimSpace(t.Reason) == "" {
			r.wrong(place+".reason", "roadmap.target_reason")
		}
		out[p] = t
	}
	return out
}
