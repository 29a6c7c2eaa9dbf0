package maturity

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
)

func vector(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/vector.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestVector(t *testing.T) {
	t.Parallel()
	s := Current()
	f, err := s.Parse(vector(t))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s.Report(f))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	var want struct{ Expected map[string]any }
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(vector(t), &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Expected) != 11 {
		t.Fatalf("the vector expects %d processes", len(want.Expected))
	}
	for code, w := range want.Expected {
		if !reflect.DeepEqual(got[code], w) {
			t.Errorf("%s: got %v\nwant %v", code, got[code], w)
		}
	}
}

// TestTheSetIsWhole holds the questions to the table of the specification.
func TestTheSetIsWhole(t *testing.T) {
	t.Parallel()
	counts := map[Process][]int{
		ServiceDesk: {3, 4, 7, 3, 3, 5, 4, 4, 5}, Incident: {3, 4, 7, 3, 4, 5, 4, 5, 5}, Problem: {3, 3, 6, 3, 3, 5, 4, 5, 5},
		Configuration: {3, 3, 6, 3, 3, 5, 4, 5, 5}, Change: {3, 3, 7, 3, 4, 5, 4, 5, 5}, Release: {3, 3, 6, 3, 3, 5, 3, 4, 5},
		ServiceLevel: {3, 3, 7, 3, 3, 5, 4, 5, 5}, Availability: {3, 3, 6, 3, 3, 5, 3, 5, 5}, Capacity: {3, 3, 6, 3, 3, 5, 3, 4, 5},
		Continuity: {3, 3, 6, 3, 3, 5, 3, 4, 5}, Financial: {3, 3, 6, 3, 3, 5, 3, 4, 5},
	}
	kinds := map[Kind]int{}
	for i, part := range Current().Processes {
		if part.Code != Processes()[i] || part.Name.En == "" || part.Name.Zh == "" {
			t.Errorf("process %d is %+v", i, part.Code)
		}
		for _, l := range Levels() {
			if got := len(part.At(l)); got != counts[part.Code][l-1] {
				t.Errorf("%s level %v has %d questions, want %d", part.Code, l, got, counts[part.Code][l-1])
			}
		}
		for _, q := range part.Questions {
			kinds[q.Evidence.Kind]++
			if q.Text.En == "" || q.Text.Zh == "" || q.Topic.En == "" || q.Topic.Zh == "" || len(q.ISO20000) == 0 || len(q.ITSS) == 0 {
				t.Errorf("%s lacks words or tags: %+v", q.ID, q)
			}
			if strings.Contains(q.Text.Zh, "{") || !strings.HasSuffix(q.Text.Zh, "。") {
				t.Errorf("%s: %s", q.ID, q.Text.Zh)
			}
		}
	}
	if kinds[Auto] != 280 || kinds[Manual] != 3 {
		t.Errorf("%v, want 280 by figures and 3 by nothing but the assessor", kinds)
	}
}

// small is a process with two mandatory questions and one other at each level, and none
// other at level 5.
func small() *Set {
	s := &Set{Rule: Rule{OthersAtLeast: 1}, byID: map[string]*Question{}}
	part := Part{Code: ServiceDesk}
	for _, l := range Levels() {
		for i, id := range []string{"a", "b", "o"} {
			if id == "o" && l == Top {
				continue
			}
			part.Questions = append(part.Questions, Question{ID: "SD-" + l.String() + "-" + id, Level: l, Mandatory: i < 2})
		}
	}
	for i := range part.Questions {
		s.byID[part.Questions[i].ID] = &part.Questions[i]
	}
	s.Processes = []Part{part}
	return s
}

func upTo(s *Set, l Level) Answers {
	out := Answers{}
	for _, q := range s.Processes[0].Questions {
		if q.Level <= l {
			out[q.ID] = Yes
		}
	}
	return out
}

func level(number float64) Level {
	l, ok := LevelOf(number)
	if !ok {
		panic(number)
	}
	return l
}

func TestRule(t *testing.T) {
	t.Parallel()
	s := small()
	cases := []struct {
		name             string
		answers          Answers
		level, potential float64
	}{
		{"nothing is answered", Answers{}, 0, 0},
		{"all mandatory and no other", Answers{"SD-1-a": Yes, "SD-1-b": Yes, "SD-1-o": No}, 0, 0},
		{"all mandatory and one other", Answers{"SD-1-a": Yes, "SD-1-b": Yes, "SD-1-o": Yes}, 1, 1},
		{"too few records count as no", Answers{"SD-1-a": Yes, "SD-1-b": Insufficient, "SD-1-o": Yes}, 0, 0},
		{"a level above a gap does not count", func() Answers {
			a := upTo(s, level(3.5))
			a["SD-3-a"] = No
			return a
		}(), 2.5, 3.5},
		{"without others the mandatory decide", upTo(s, Top), 5, 5},
		{"what does not apply is left out", Answers{"SD-1-a": NotApplicable, "SD-1-b": NotApplicable, "SD-1-o": Yes}, 1, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := s.JudgeOne(ServiceDesk, c.answers)
			if o.Level.Number() != c.level || o.Potential.Number() != c.potential {
				t.Errorf("level %v, potential %v; want %v, %v", o.Level, o.Potential, c.level, c.potential)
			}
		})
	}
	all := Answers{}
	for id := range s.byID {
		all[id] = NotApplicable
	}
	if o := s.JudgeOne(ServiceDesk, all); o.Level != None || o.Potential != None || o.Passed(Bottom) {
		t.Errorf("where nothing applies nothing is reached, got %+v", o)
	}
}

// TestRuleOfALevel: a level may ask for more of the others than the rest.
func TestRuleOfALevel(t *testing.T) {
	t.Parallel()
	s := *Current()
	a := Answers{"SD-1-1": Yes, "SD-1-2": Yes, "SD-1-3": Yes, "SD-1.5-1": Yes, "SD-1.5-2": Yes, "SD-1.5-3": Yes}
	if o := s.JudgeOne(ServiceDesk, a); o.Level.Number() != 1.5 {
		t.Errorf("one other is enough, got %v", o.Level)
	}
	s.Rule = Rule{OthersAtLeast: 1, At: map[Level]int{level(1.5): 2}}
	o := s.JudgeOne(ServiceDesk, a)
	if o.Level.Number() != 1 || !slices.Equal(o.Blockers.List(), []string{"1 more of the other questions to be answered yes"}) {
		t.Errorf("got %v, %v", o.Level, o.Blockers.List())
	}
}

func draw(t *rapid.T, s *Set) Answers {
	lean := rapid.Float64Range(0, 1).Draw(t, "lean")
	a := Answers{}
	for _, part := range s.Processes {
		for _, q := range part.Questions {
			if rapid.Float64Range(0, 1).Draw(t, q.ID) < lean {
				a[q.ID] = Yes
			} else {
				a[q.ID] = rapid.SampledFrom([]Answer{No, Insufficient, NotApplicable, Unanswered}).Draw(t, q.ID)
			}
		}
	}
	return a
}

// TestLifts: each minimal set lifts to where it says, and no part of it does.
func TestLifts(t *testing.T) {
	t.Parallel()
	s := small()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t, s)
		o := s.JudgeOne(ServiceDesk, a)
		for _, l := range o.Lifts() {
			with := maps.Clone(a)
			for _, id := range l.One() {
				with[id] = Yes
			}
			if got := s.JudgeOne(ServiceDesk, with).Level; got != l.Lands {
				t.Fatalf("%v lifts to %v, got %v", l, l.Lands, got)
			}
			if len(l.One()) != l.Size() {
				t.Fatalf("%v: size %d", l.One(), l.Size())
			}
			for _, left := range l.One() {
				less := maps.Clone(with)
				less[left] = a[left]
				if s.JudgeOne(ServiceDesk, less).Level >= l.To {
					t.Fatalf("%v is not minimal: %s can go", l, left)
				}
			}
		}
		if len(o.Lifts()) == 0 && o.Level != Top && o.All > 0 {
			t.Fatalf("nothing lifts %v", o.Level)
		}
	})
}

// TestMoreYesIsNeverLess: turning an answer to yes never lowers the level.
func TestMoreYesIsNeverLess(t *testing.T) {
	t.Parallel()
	s := small()
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t, s)
		before := s.JudgeOne(ServiceDesk, a)
		q := rapid.SampledFrom(s.Processes[0].Questions).Draw(t, "turned")
		if a[q.ID] == NotApplicable {
			return // it becomes a further one that has to hold
		}
		a[q.ID] = Yes
		if after := s.JudgeOne(ServiceDesk, a); after.Level < before.Level || after.Potential < before.Potential {
			t.Fatalf("%s: from %v to %v", q.ID, before.Level, after.Level)
		}
	})
}

func TestAgree(t *testing.T) {
	t.Parallel()
	s := small()
	one, two, three := upTo(s, level(2)), upTo(s, level(2)), upTo(s, level(1.5))
	for _, a := range []Answers{one, two, three} {
		for id := range s.byID {
			if a[id] == "" {
				a[id] = No
			}
		}
	}
	c := s.Agree([]Ballot{{"one", one}, {"two", two}, {"three", three}})
	if got := s.JudgeOne(ServiceDesk, c.Answers).Level.Number(); got != 2 {
		t.Errorf("two of three say 2, got %v", got)
	}
	if want := []string{"SD-2-a", "SD-2-b", "SD-2-o"}; !slices.Equal(c.Disputed, want) || len(c.Tied) > 0 {
		t.Errorf("disputed %v, tied %v", c.Disputed, c.Tied)
	}
	// 24 of 26 pairs agree, chance gives 0.574: (0.9231-0.5740)/(1-0.5740).
	if k := c.Overall; k.Kappa == nil || math.Abs(*k.Kappa-0.8194) > 1e-4 || k.Questions != 26 || k.Band != "almost_perfect" {
		t.Errorf("agreement %+v", k)
	}
	c = s.Agree([]Ballot{{"one", one}, {"three", three}})
	if got := s.JudgeOne(ServiceDesk, c.Answers).Level.Number(); got != 1.5 || len(c.Tied) != 3 {
		t.Errorf("a tie counts as no, got %v, tied %v", got, c.Tied)
	}
	c = s.Agree([]Ballot{{"one", Answers{"SD-1-a": Yes}}, {"two", Answers{"SD-1-a": Yes}}})
	if k := c.Agreement[ServiceDesk]; k.Kappa != nil || k.Why != "constant" {
		t.Errorf("where all say one thing there is no kappa, got %+v", k)
	}
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	d := Current().Defaults
	least := Evidence{Kind: Auto, Op: ">=", Value: 0.9}
	most := Evidence{Kind: Auto, Op: "<=", Value: 30}
	for name, c := range map[string]struct {
		e    Evidence
		r    Reading
		want Answer
	}{
		"a share that reaches it":      {least, Reading{Share: true, Known: true, Value: 0.9, Denominator: 10}, Yes},
		"a share that does not":        {least, Reading{Share: true, Known: true, Value: 0.89, Denominator: 100}, No},
		"a share of too few":           {least, Reading{Share: true, Known: true, Value: 1, Denominator: 9}, Insufficient},
		"an age that is young enough":  {most, Reading{Known: true, Value: 30}, Yes},
		"an age that is not":           {most, Reading{Known: true, Value: 31}, No},
		"nothing that can be measured": {most, Reading{}, Insufficient},
		"fewer are enough here":        {Evidence{Op: ">=", Value: 0.5, MinN: 4}, Reading{Share: true, Known: true, Value: 0.5, Denominator: 4}, Yes},
	} {
		if got := c.e.Judge(c.r, d); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestOverrideEnds(t *testing.T) {
	t.Parallel()
	on := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	o := Override{Question: "SD-1-1", Answer: Yes, Reason: "calls by radio", Evidence: "log 12", By: "wang", On: on}
	if err := o.Check(Current()); err != nil {
		t.Error(err)
	}
	said := Answers{"SD-1-1": No}
	for day, want := range map[int]Answer{-1: No, 0: Yes, 179: Yes, 180: No} {
		if got := Final(said, []Override{o}, on.AddDate(0, 0, day))["SD-1-1"]; got != want {
			t.Errorf("day %d: %s, want %s", day, got, want)
		}
	}
	later := o
	later.On, later.Answer = on.AddDate(0, 1, 0), NotApplicable
	if got := Final(said, []Override{later, o}, on.AddDate(0, 2, 0))["SD-1-1"]; got != NotApplicable {
		t.Errorf("the later override counts, got %s", got)
	}
	if got := len(fault.All(Override{Answer: Insufficient}.Check(Current()))); got != 5 {
		t.Errorf("an empty override lacks %d things, want 5", got)
	}
}

func TestRatingAndFramework(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]Rating{0: NotAchieved, 0.15: NotAchieved, 0.16: PartiallyAchieved, 0.5: PartiallyAchieved, 0.85: LargelyAchieved, 0.86: FullyAchieved, 1: FullyAchieved} {
		if got := Rate(share); got != want {
			t.Errorf("%v is %s, want %s", share, got, want)
		}
	}
	for number, want := range map[float64]int{0: 1, 1: 1, 1.5: 1, 2: 2, 2.5: 2, 3.5: 3, 4.5: 4, 5: 5} {
		if got := level(number).Framework(); got != want {
			t.Errorf("level %v is %d of the framework, want %d", number, got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	s := small()
	before, after := upTo(s, level(2)), upTo(s, level(3))
	after["SD-1.5-o"], after["SD-2-a"] = No, NotApplicable
	m := s.Compare(before, after)[0]
	if m.From.Number() != 2 || m.To.Number() != 1 || m.Half() != -2 || !slices.Equal(m.Lost, []string{"SD-1.5-o"}) || len(m.Gained) != 6 {
		t.Errorf("%+v", m)
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{\n\"answers\": {,":                 "file maturity.file.syntax",
		`[]`:                                 "file maturity.file.object",
		`{}`:                                 "answers maturity.file.no_answers",
		`{"SD-1-9": true}`:                   "SD-1-9 maturity.no_question",
		`{"answers": {"SD-1-1": "perhaps"}}`: "answers.SD-1-1 maturity.file.answer",
		`{"answers": {"SD-1-1": true}, "goals": {}}`:                          "goals maturity.file.unknown",
		`{"answers": {"SD-1-1": true}, "targets": {"XX": 3}}`:                 "targets.XX maturity.no_process",
		`{"answers": {"SD-1-1": true}, "targets": {"SD": 3.2}}`:               "targets.SD maturity.no_level",
		`{"answers": {"SD-1-1": true}, "on": "yesterday"}`:                    "on maturity.file.day",
		`{"answers": {"SD-1-1": true}, "rule": {"others": 1}}`:                "rule maturity.file.rule",
		`{"answers": {"SD-1-1": 1}}`:                                          "answers.SD-1-1 maturity.file.answer",
		`{"answers": {"SD-1-1": true}, "assessors": {"a": {"SD-1-1": true}}}`: "assessors maturity.file.both",
		`{"answers": {"SD-1-1": true}, "on": "2026-01-01", "overrides": [{"question": "SD-1-1", "answer": "no", "evidence": "x", "on": "2026-01-01"}]}`: "overrides.1.reason maturity.override_reason",
	} {
		_, err := Current().Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzParse: whatever a file holds, it is read or refused with a fault.
func FuzzParse(f *testing.F) {
	f.Add(vector(f))
	f.Add([]byte(`{"assessors": {"a": {"SD-1-1": "na"}}, "rule": {"others_at_least_at": {"1.5": 2}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Current().Parse(text)
		if err != nil {
			if fault.All(err) == nil {
				t.Errorf("not a fault: %v", err)
			}
			return
		}
		if got := len(Current().Report(file).Outcomes); got != 11 {
			t.Errorf("%d outcomes", got)
		}
	})
}
