package roadmap

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
)

func vector(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/vector.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func example(t testing.TB) *File {
	t.Helper()
	f, err := Parse(vector(t))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestVector(t *testing.T) {
	t.Parallel()
	var whole struct {
		Inputs   json.RawMessage
		Expected map[string]any
	}
	if err := json.Unmarshal(vector(t), &whole); err != nil {
		t.Fatal(err)
	}
	alone, err := Parse(whole.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*File{"the whole file": example(t), "its inputs with the settings of Kilter": alone} {
		text, err := json.Marshal(Make(f.Settings, f.Inputs))
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		for key, want := range whole.Expected {
			if !reflect.DeepEqual(got[key], want) {
				t.Errorf("%s: %s: got %v\nwant %v", name, key, got[key], want)
			}
		}
		if len(got) != len(whole.Expected) || len(got) == 0 {
			t.Errorf("%s: %d parts, want %d", name, len(got), len(whole.Expected))
		}
	}
}

// drawn makes inputs of any kind that a centre could have.
func drawn(t *rapid.T, s *Settings) *Inputs {
	share := rapid.Float64Range(0, 1)
	in := &Inputs{
		ScalePoints: rapid.IntRange(2, 10).Draw(t, "points"), Gap: map[string]float64{}, Share: map[string]float64{},
		Level: map[maturity.Process]maturity.Level{}, People: map[maturity.Process]People{}, Capacity: rapid.IntRange(2, 20).Draw(t, "capacity"),
	}
	most := float64(in.ScalePoints - 1)
	for _, d := range s.Dimensions() {
		in.Gap[d] = rapid.Float64Range(-most, most).Draw(t, "gap "+d)
		in.Share[d] = share.Draw(t, "share "+d)
	}
	for _, p := range processes {
		in.Level[p] = maturity.Level(rapid.IntRange(0, int(maturity.Top)).Draw(t, "level "+string(p)))
		in.People[p] = People{Roles: share.Draw(t, "roles"), Skills: share.Draw(t, "skills"), Training: share.Draw(t, "training"), Workload: share.Draw(t, "workload"), Culture: share.Draw(t, "culture")}
	}
	return in
}

// TestScaleOfDriversIsNoMatter: priority does not change when all shares are
// multiplied.
func TestScaleOfDriversIsNoMatter(t *testing.T) {
	t.Parallel()
	s := Standard()
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, s)
		more := *in
		more.Share = maps.Clone(in.Share)
		by := rapid.Float64Range(0.01, 100).Draw(t, "by")
		for d := range more.Share {
			more.Share[d] *= by
		}
		a, b := Make(s, in), Make(s, &more)
		for _, p := range processes {
			if math.Abs(a.Terms[p].Priority-b.Terms[p].Priority) > 1e-6 {
				t.Fatalf("%s: %v and %v", p, a.Terms[p], b.Terms[p])
			}
		}
	})
}

// TestWhatIsNotMissedAddsNothing: how far a gap is above 0 makes no difference.
func TestWhatIsNotMissedAddsNothing(t *testing.T) {
	t.Parallel()
	s := Standard()
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, s)
		d := rapid.SampledFrom(s.Dimensions()).Draw(t, "dimension")
		in.Gap[d] = rapid.Float64Range(0, 1).Draw(t, "above")
		without := *in
		without.Gap, without.Share = maps.Clone(in.Gap), maps.Clone(in.Share)
		without.Gap[d], without.Share[d] = 0, 0
		a, b := Make(s, in), Make(s, &without)
		if !reflect.DeepEqual(a.Demand, b.Demand) || !reflect.DeepEqual(a.Phases, b.Phases) {
			t.Fatalf("%v\n%v", a.Demand, b.Demand)
		}
	})
}

// TestNoStepBreaksAGate replays plans and looks at every gate anew.
func TestNoStepBreaksAGate(t *testing.T) {
	t.Parallel()
	s := Standard()
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, s)
		plan := Make(s, in)
		if plan.Stop != Done || len(plan.Left) > 0 {
			t.Fatalf("stopped with %s, left %v", plan.Stop, plan.Left)
		}
		level := maps.Clone(in.Level)
		staff := maps.Clone(in.People)
		bonus := map[maturity.Process]float64{}
		for _, phase := range plan.Phases {
			start := maps.Clone(level)
			ready := map[maturity.Process]float64{}
			for p, of := range staff {
				ready[p] = s.PeopleWeights.Readiness(of) + bonus[p]
			}
			spent := 0
			taken := map[maturity.Process]int{}
			for _, a := range phase.Actions {
				spent += a.Cost
				if a.Kind == Person {
					if of := staff[a.Process]; of.Roles < 0.5 {
						of.Roles = 1
						staff[a.Process] = of
					} else {
						bonus[a.Process] += 0.15
					}
					continue
				}
				for _, g := range s.Gates {
					if g.Process == a.Process && g.Level == a.To && start[g.Requires] < g.At {
						t.Fatalf("phase %d: %s %s breaks %s", phase.Number, a.Process, a.To, g)
					}
				}
				if gate := s.peopleGate(a.To); ready[a.Process] < gate-1e-9 {
					t.Fatalf("phase %d: %s %s with readiness %v, gate %v", phase.Number, a.Process, a.To, ready[a.Process], gate)
				}
				if a.To != level[a.Process]+1 {
					t.Fatalf("%s goes from %s to %s", a.Process, level[a.Process], a.To)
				}
				level[a.Process] = a.To
				taken[a.Process]++
			}
			if spent != phase.Spent || spent > in.Capacity || slices.ContainsFunc(slices.Collect(maps.Values(taken)), func(n int) bool { return n > 2 }) {
				t.Fatalf("phase %d: %d points of %d, %v", phase.Number, spent, in.Capacity, taken)
			}
			if !reflect.DeepEqual(level, phase.After) {
				t.Fatalf("phase %d ends with %v, want %v", phase.Number, phase.After, level)
			}
		}
		if !reflect.DeepEqual(level, plan.Target) {
			t.Fatalf("the plan ends at %v, targets are %v", level, plan.Target)
		}
	})
}

// TestAHigherTargetTakesNoStepAway compares plans with a target and a higher one.
func TestAHigherTargetTakesNoStepAway(t *testing.T) {
	t.Parallel()
	s := Standard()
	taken := func(p *Plan) map[string]bool {
		out := map[string]bool{}
		for _, phase := range p.Phases {
			for _, a := range phase.Actions {
				if a.Kind == Step {
					out[string(a.Process)+a.To.String()] = true
				}
			}
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, s)
		before := Make(s, in)
		p := rapid.SampledFrom(processes).Draw(t, "process")
		more := *in
		more.Targets = map[maturity.Process]Target{p: {Level: maturity.Level(rapid.IntRange(int(before.Target[p]), int(maturity.Top)).Draw(t, "target")), Reason: "tried"}}
		after := taken(Make(s, &more))
		for step := range taken(before) {
			if !after[step] {
				t.Fatalf("%s to %v takes away %s", p, more.Targets[p].Level, step)
			}
		}
	})
}

func TestWithoutCapacity(t *testing.T) {
	t.Parallel()
	f := example(t)
	f.Inputs.Capacity = 0
	p := Make(f.Settings, f.Inputs)
	if len(p.Phases) != 0 || p.Stop != NoCapacity || len(p.Left) != 11 {
		t.Errorf("%d phases, %s, left %v", len(p.Phases), p.Stop, p.Left)
	}
	f.Inputs.Capacity = 1 // what costs two points never fits
	p = Make(f.Settings, f.Inputs)
	if p.Stop != TooDear || !slices.Contains(p.Left, maturity.ServiceLevel) || slices.Contains(p.Left, maturity.ServiceDesk) && len(p.Phases) == 0 {
		t.Errorf("%s, left %v", p.Stop, p.Left)
	}
}

// TestACircleIsRefused makes gates of some ranking of the nodes, which are taken,
// and then one against it.
func TestACircleIsRefused(t *testing.T) {
	t.Parallel()
	if err := CheckGates(Standard().Gates); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(2, 8).Draw(t, "length")
		codes := rapid.Permutation(processes).Draw(t, "codes")[:length]
		var gates []Gate
		for i := 1; i < length; i++ {
			l := maturity.Level(rapid.IntRange(1, 9).Draw(t, "level"))
			gates = append(gates, Gate{codes[i], l, codes[i-1], maturity.Level(rapid.IntRange(1, 9).Draw(t, "at"))})
		}
		if err := CheckGates(gates); err != nil {
			t.Fatalf("%v: %v", gates, err)
		}
		// The first process at its lowest level now needs the last at the top, which
		// stands above every level that the others ask for.
		for i := range gates {
			gates[i].At = maturity.Top
		}
		gates = append(gates, Gate{codes[0], maturity.Bottom, codes[length-1], maturity.Top})
		err := CheckGates(gates)
		if all := fault.All(err); len(all) != 1 || all[0].Key != "roadmap.gate_circle" || !strings.Contains(all[0].Args["circle"].(string), string(codes[0])) {
			t.Fatalf("%v: %v", gates, err)
		}
	})
}

func TestPriorityShowsItsTerms(t *testing.T) {
	t.Parallel()
	f := example(t)
	p := Make(f.Settings, f.Inputs)
	slm := p.Terms[maturity.ServiceLevel]
	sum := slm.Value
	var waits []maturity.Process
	for _, e := range slm.Enables {
		sum += e.Adds
		waits = append(waits, e.Process)
	}
	if math.Abs(sum-slm.Pull) > 1e-12 || !slices.Equal(waits, []maturity.Process{"AVM", "CAP", "CON", "FIN"}) {
		t.Errorf("SLM: %v waits, %v of %v", waits, sum, slm.Pull)
	}
	if got := p.First(3); !slices.Equal(got, []maturity.Process{"SLM", "SD", "IM"}) {
		t.Errorf("first are %v", got)
	}
}

func TestTargetsOfLeadership(t *testing.T) {
	t.Parallel()
	f := example(t)
	low, _ := maturity.LevelOf(1)
	f.Inputs.Targets = map[maturity.Process]Target{"AVM": {low, "no money"}, "SD": {low, "enough"}}
	p := Make(f.Settings, f.Inputs)
	if p.Target["SD"].Number() != 2 {
		t.Errorf("no target lies under the present level, got %v", p.Target["SD"])
	}
	if p.Target["AVM"].Number() != 1.5 || len(p.Raised) == 0 || p.Raised[0].Process != "AVM" {
		t.Errorf("SLM 3 needs AVM 1.5, got %v, raised %v", p.Target["AVM"], p.Raised)
	}
}

func TestThemesAndTasks(t *testing.T) {
	t.Parallel()
	f := example(t)
	f.Inputs.Answers = maturity.Answers{}
	for _, q := range maturity.Current().Part("SD").Questions {
		if q.ID != "SD-2.5-1" && q.ID != "SD-2.5-3" {
			f.Inputs.Answers[q.ID] = maturity.Yes
		}
	}
	p := Make(f.Settings, f.Inputs)
	first := p.Phases[0].Actions
	desk := first[1]
	if desk.Process != "SD" || desk.Theme != QuickWin || desk.Lacks != 2 {
		t.Errorf("%+v", desk)
	}
	if pm := first[6]; pm.Process != "PM" || pm.Theme != Foundation || pm.Lacks != 3 {
		t.Errorf("%+v", pm)
	}
	due := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	tasks := Tasks(maturity.Current(), desk, f.Inputs.Answers, "wang", due)
	if len(tasks) != 2 || tasks[0].Question.ID != "SD-2.5-1" || !tasks[0].Needed || !tasks[1].Needed || tasks[0].Owner != "wang" || !tasks[0].Due.Equal(due) {
		t.Errorf("%+v", tasks)
	}
	var own float64
	for _, phase := range p.Phases {
		for _, a := range phase.Actions {
			own += a.Own
		}
	}
	var all float64
	for _, term := range p.Terms {
		all += term.Value
	}
	if math.Abs(own-all) > 1e-9 {
		t.Errorf("steps gain %v, there is %v to gain", own, all)
	}
}

func TestScenariosAndSensitivity(t *testing.T) {
	t.Parallel()
	f := example(t)
	twenty := 20
	base, more := Make(f.Settings, f.Inputs), Try(f.Settings, f.Inputs, Scenario{Capacity: &twenty})
	if len(more.Phases) >= len(base.Phases) || base.Points() != 62 {
		t.Errorf("%d and %d phases, %d points", len(base.Phases), len(more.Phases), base.Points())
	}
	swings := Sensitivity(f.Settings, f.Inputs)
	if len(swings) == 0 {
		t.Fatal("nothing changes the order")
	}
	for i, s := range swings {
		if slices.Equal(s.First, base.First(5)) || i > 0 && math.Abs(s.Change) < math.Abs(swings[i-1].Change)-1e-12 {
			t.Errorf("%+v", s)
		}
		if s.Weight == "gap.R" { // looked at independently: the plan with that gap has that order
			in := *f.Inputs
			in.Gap = maps.Clone(in.Gap)
			in.Gap["R"] *= 1 + s.Change
			if got := Make(f.Settings, &in).First(5); !slices.Equal(got, s.First) {
				t.Errorf("%+v: the plan has %v", s, got)
			}
		}
	}
}

func TestByItem(t *testing.T) {
	t.Parallel()
	f := example(t)
	in := *f.Inputs
	in.ItemGap = map[string]float64{}
	for _, i := range f.Settings.Items {
		in.ItemGap[i.Name] = in.Gap[i.Dimension]
	}
	plain, same := Make(f.Settings, f.Inputs), Make(f.Settings, &in)
	for _, p := range processes {
		if math.Abs(plain.Demand[p]-same.Demand[p]) > 1e-12 {
			t.Errorf("%s: even gaps say what the dimension says: %v, %v", p, plain.Demand[p], same.Demand[p])
		}
	}
	for i := range in.ItemGap {
		in.ItemGap[i] = 0
	}
	in.ItemGap["R5"] = -2
	if got := Make(f.Settings, &in).Demand[maturity.Problem]; got >= plain.Demand[maturity.Problem] {
		t.Errorf("only records are missed, yet problem management is asked for: %v", got)
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	w := Standard().PeopleWeights
	full := Staff{
		OwnerActive: true, Deputised: []bool{true, false}, Skills: []Skill{{2, 4}, {4, 3}, {1, 0}}, Trained: []bool{true, true, false, true},
		BookedHours: 1000, AvailableHours: 1000, Pulse: []float64{4, 5, 3, 4, 4}, PulsePoints: 5,
	}
	p := full.People()
	want := People{Roles: 0.75, Skills: 2.5 / 3, Training: 0.75, Workload: 0.5, Culture: 0.75}
	if math.Abs(p.Skills-want.Skills)+math.Abs(p.Workload-want.Workload)+math.Abs(p.Culture-want.Culture)+math.Abs(p.Roles-want.Roles)+math.Abs(p.Training-want.Training) > 1e-9 || p.CultureAssumed {
		t.Errorf("%+v, want %+v", p, want)
	}
	full.Pulse = full.Pulse[:4]
	if p := full.People(); p.Culture != 0.5 || !p.CultureAssumed {
		t.Errorf("four answers tell nothing, got %+v", p)
	}
	full.OwnerActive = false
	if p := full.People(); p.Roles != 0.25 || w.Readiness(p) != 0.39 {
		t.Errorf("without an owner nothing moves, got %+v, %v", p, w.Readiness(p))
	}
	if p := (Staff{OwnerActive: true}).People(); p.Roles != 1 || p.Skills != 0 || p.Workload != 0 {
		t.Errorf("%+v", p)
	}
}

func TestVerification(t *testing.T) {
	t.Parallel()
	set := maturity.Current()
	two, _ := maturity.LevelOf(2)
	claimed := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	f := Facts{Step: Action{Kind: Step, Process: "IM", To: two}, Claimed: claimed, Assessed: two, Measured: maturity.Answers{"IM-2-1": maturity.Yes, "IM-2.5-1": maturity.No}}
	if doubts, _ := f.Doubts(set, claimed.AddDate(0, 0, 30)); doubts != nil {
		t.Errorf("it is verified, got %v", doubts)
	}
	f.Measured["IM-1-2"], f.Assessed = maturity.No, two-1
	doubts, denied := f.Doubts(set, claimed.AddDate(0, 0, 29))
	if !slices.Equal(doubts, []Doubt{NotAssessed, Denied, TooEarly}) || !slices.Equal(denied, []string{"IM-1-2"}) {
		t.Errorf("%v, %v", doubts, denied)
	}
	bad := maturity.Answers{"IM-1-2": maturity.No, "IM-2-5": maturity.No, "IM-4-1": maturity.No}
	if got := Fallen(set, "IM", two, []maturity.Answers{bad, bad}); !slices.Equal(got, []string{"IM-1-2"}) {
		t.Errorf("two windows in a row, of mandatory questions up to the level: %v", got)
	}
	if got := Fallen(set, "IM", two, []maturity.Answers{bad, {}, bad}); got != nil {
		t.Errorf("not in a row: %v", got)
	}
	if !slices.Contains(Claimed.Next(), Verified) || slices.Contains(Planned.Next(), Verified) {
		t.Error("only what is claimed is verified")
	}
}

func TestOutcomeIsNotClaimed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rise, g, p float64
		want       Verdict
	}{
		{0.3, 0.2, 0.04, Improved},
		{0.29, 0.5, 0.01, NotYet},
		{0.5, 0.19, 0.01, NotYet},
		{0.5, 0.5, 0.05, NotYet},
		{0.5, 0.5, math.NaN(), NotYet},
		{-0.3, -0.2, 0.04, Worse},
		{-0.3, -0.2, 0.06, NotYet},
	} {
		if got := (Observed{Rise: c.rise, G: c.g, HolmP: c.p}).Verdict(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if got := Standard().ItemsOf(maturity.Configuration, MappedFrom); !slices.Equal(got, []string{"R5"}) {
		t.Errorf("configuration management is seen in %v", got)
	}
}

func TestPredictedAgainstMeasured(t *testing.T) {
	t.Parallel()
	f := example(t)
	p := Make(f.Settings, f.Inputs)
	two, _ := maturity.LevelOf(2)
	got := p.Against(1, map[maturity.Process]maturity.Level{"SD": two})
	if len(got) != 1 || got[0].Predicted.Number() != 2.5 || got[0].Measured.Number() != 2 || p.Against(8, nil) != nil {
		t.Errorf("%v", got)
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	change := func(path string, value any) []byte {
		var whole map[string]any
		if err := json.Unmarshal(vector(t), &whole); err != nil {
			t.Fatal(err)
		}
		at := whole
		keys := strings.Split(path, "/")
		for _, k := range keys[:len(keys)-1] {
			at = at[k].(map[string]any)
		}
		if value == nil {
			delete(at, keys[len(keys)-1])
		} else {
			at[keys[len(keys)-1]] = value
		}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for want, text := range map[string][]byte{
		"file maturity.file.syntax":                      []byte("{\"a\": }"),
		"file roadmap.file.object":                       []byte("[]"),
		"inputs roadmap.file.missing":                    change("inputs/level", nil),
		"inputs.level roadmap.file.missing":              change("inputs/level/FIN", nil),
		"inputs.level.SD maturity.no_level":              change("inputs/level/SD", 2.2),
		"inputs.gap.R roadmap.file.number":               change("inputs/gap/R", -9),
		"inputs.gap.X maturity.file.unknown":             change("inputs/gap/X", 1),
		"inputs.scale_points roadmap.file.number":        change("inputs/scale_points", 1),
		"inputs.capacity_per_phase roadmap.file.whole":   change("inputs/capacity_per_phase", 2.5),
		"inputs.people.SD.roles roadmap.file.number":     change("inputs/people/SD/roles", "many"),
		"inputs.people.SD roadmap.file.missing":          change("inputs/people/SD/roles", nil),
		"inputs.targets.SD.reason roadmap.target_reason": change("inputs/targets", map[string]any{"SD": map[string]any{"level": 4}}),
		"item_process_matrix.T1 roadmap.file.sum":        change("item_process_matrix/T1/CAP", 0.5),
		"gates.1 roadmap.gate_shape":                     change("gates", []any{map[string]any{"from": "SD"}}),
		"gates.1 roadmap.gate_itself":                    change("gates", []any{map[string]any{"process": "SD", "level": 2, "requires": "SD", "at_level": 1}}),
		"scenarios.a.capacity maturity.file.unknown":     change("scenarios", map[string]any{"a": map[string]any{"capacity": 4}}),
		"inputs.answers.SD-9-9 maturity.no_question":     change("inputs/answers", map[string]any{"SD-9-9": true}),
		"cost_per_half_step.SD roadmap.file.number":      change("cost_per_half_step/SD", 0),
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// FuzzParse: whatever a file holds, it is read or refused with a fault, and what
// is read makes a plan.
func FuzzParse(f *testing.F) {
	f.Add(vector(f))
	f.Add([]byte(`{"inputs": {"scale_points": 7}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse(text)
		if err != nil {
			if fault.All(err) == nil {
				t.Errorf("not a fault: %v", err)
			}
			return
		}
		if p := Make(file.Settings, file.Inputs); len(p.Terms) != 11 {
			t.Errorf("%d terms", len(p.Terms))
		}
	})
}

// BenchmarkWorkedExample makes the plan of the specification's example.
func BenchmarkWorkedExample(b *testing.B) {
	f := example(b)
	for b.Loop() {
		if p := Make(f.Settings, f.Inputs); len(p.Phases) != 7 {
			b.Fatal(len(p.Phases))
		}
	}
}

// BenchmarkSensitivity tries all its weights.
func BenchmarkSensitivity(b *testing.B) {
	f := example(b)
	for b.Loop() {
		Sensitivity(f.Settings, f.Inputs)
	}
}
