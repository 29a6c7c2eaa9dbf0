package maturity

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

func anyMetric(id string) (share, known bool) { return id == "fcr_rate", id != "" && id != "unheard" }

// A check leaves the set as it is, so that several may look at one at a time.
func TestACheckChangesNothing(t *testing.T) {
	t.Parallel()
	s := Current().Copy()
	q := &s.Processes[0].Questions[0]
	q.Topic.En, q.Evidence = " calls ", Evidence{Kind: Manual, What: " a list "}
	was := *q
	if err := s.Check(anyMetric, true); err != nil {
		t.Fatal(err)
	}
	if now := s.Processes[0].Questions[0]; now.Topic != was.Topic || now.Evidence != was.Evidence {
		t.Errorf("checked, it is %+v", now)
	}
	s.Tidy()
	if now, _ := s.Question(q.ID); now.Topic.En != "calls" || now.Evidence != (Evidence{Kind: Manual}) {
		t.Errorf("tidied, it is %+v", now)
	}
	all := Current().Copy()
	all.Tidy()
	if len(all.Since(Current())) != 0 {
		t.Error("what ships is not tidy")
	}
}

// What ships is a set that may be published, read and written without a loss.
func TestTheShippedSetIsOneThatCanBeEdited(t *testing.T) {
	t.Parallel()
	if err := Current().Check(anyMetric, true); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(Current())
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadSet(text)
	if err != nil || len(back.Since(Current())) != 0 {
		t.Fatal(back, err)
	}
}

// A copy is edited without touching what it was made of, and tells how it differs.
func TestACopyIsEdited(t *testing.T) {
	t.Parallel()
	s := Current().Copy()
	id := NextID("SD", 3, s.Numbers())
	if id != "SD-2-8" {
		t.Errorf("the next id at level 2 is %s", id)
	}
	s.Put(Question{ID: id, Level: 3, Mandatory: true, Topic: people.Text{En: "own"}, Text: people.Text{Zh: "自定"}, Evidence: Evidence{Kind: Manual}})
	q, _ := s.Question("SD-1-1")
	q.Level, q.Mandatory, q.Evidence.Value = 2, false, .5
	s.Put(q)
	if !s.Remove("SD-1-3") || s.Remove("SD-1-3") {
		t.Error("a statement is left out once")
	}
	got := map[string]Difference{}
	for _, d := range s.Since(Current()) {
		got[d.Question] = d
	}
	if len(got) != 3 || got[id].What != Added || got["SD-1-3"].What != Removed || !slices.Equal(got["SD-1-1"].Fields, []string{"level", "mandatory", "evidence"}) {
		t.Errorf("differs by %v", got)
	}
	if was, _ := Current().Question("SD-1-1"); was.Level != 1 || len(Current().Part("SD").Questions) != 38 {
		t.Error("the set that ships was changed")
	}
	if err := s.Check(anyMetric, true); err != nil {
		t.Error(err)
	}
	order := s.Part("SD").Questions
	if !slices.IsSortedFunc(order, func(a, b Question) int { return int(a.Level - b.Level) }) {
		t.Error("levels are not in their order")
	}
}

// Each level is judged by its own number of the others, where the set says one.
func TestALevelHasItsOwnRule(t *testing.T) {
	t.Parallel()
	s := Current().Copy()
	final := Answers{"SD-1-1": Yes, "SD-1-2": Yes}
	if l := s.JudgeOne("SD", final).Level; l != 0 {
		t.Errorf("without another statement level %s", l)
	}
	s.Rule.At = map[Level]int{1: 0}
	if l := s.JudgeOne("SD", final).Level; l != 1 {
		t.Errorf("where none is wanted level %s", l)
	}
}

func TestWhatIsWrongWithASet(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		spoil func(*Set)
		want  string
	}{
		"level":  {func(s *Set) { s.Processes[0].Questions[0].Level = 0 }, "maturity.no_level"},
		"words":  {func(s *Set) { s.Processes[0].Questions[0].Text = people.Text{} }, "record.required"},
		"metric": {func(s *Set) { s.Processes[0].Questions[0].Evidence.Metric = "unheard" }, "maturity.set.no_metric"},
		"share": {func(s *Set) {
			s.Processes[0].Questions[0].Evidence = Evidence{Kind: Auto, Metric: "fcr_rate", Op: ">=", Value: 50}
		}, "maturity.set.value"},
		"kind":     {func(s *Set) { s.Processes[0].Questions[0].Evidence.Kind = "guess" }, "record.not_a_choice"},
		"twice":    {func(s *Set) { s.Processes[0].Questions[1] = s.Processes[0].Questions[0] }, "maturity.set.odd_id"},
		"stranger": {func(s *Set) { s.Processes[0].Questions[0].ID = "IM-1-9" }, "maturity.set.odd_id"},
		"rule":     {func(s *Set) { s.Rule.OthersAtLeast = -1 }, "maturity.set.number"},
		"process":  {func(s *Set) { s.Processes = s.Processes[1:] }, "maturity.set.processes"},
		"frame":    {func(s *Set) { s.Framework = strings.Repeat("x", 201) }, "record.too_long"},
		"name":     {func(s *Set) { s.Processes[0].Name.Zh = strings.Repeat("字", 201) }, "record.too_long"},
		"clause":   {func(s *Set) { s.Processes[0].Questions[0].ISO20000 = []string{"eight"} }, "maturity.set.clause"},
		"empty": {func(s *Set) {
			for _, q := range s.Part("FIN").At(9) {
				s.Remove(q.ID)
			}
		}, "maturity.set.empty_level"},
	} {
		s := Current().Copy()
		one.spoil(s)
		err := s.Check(anyMetric, true)
		if !slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Key == one.want }) {
			t.Errorf("%s: %v, want %s", name, err, one.want)
		}
	}
	for _, text := range []string{"", "[]", `{"processes":[{"code":"SD","questions":[{"id":"SD-1-1","colour":"red"}]}]}`, `{"processes":[{"code":"SD","questions":[{"id":"SD-1-1","level":7}]}]}`} {
		if _, err := ReadSet([]byte(text)); len(fault.All(err)) == 0 {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A set of a centre and one that ships never have the same version, whatever ships
// later: a centre counts from 2, what ships after the first is marked.
func TestVersionsNeverMeet(t *testing.T) {
	t.Parallel()
	for i, s := range AllShipped() {
		if n, ok := ShippedPlace(s.Version); !ok || n != int64(len(AllShipped())-i) {
			t.Errorf("the set %q that ships is named as one of a centre, or not in its turn", s.Version)
		}
		if again, ok := Shipped(s.Version); !ok || again != s {
			t.Errorf("%q is not found", s.Version)
		}
	}
	for version, want := range map[string]int64{"1": 1, "k2": 2, "k17": 17} {
		if n, ok := ShippedPlace(version); !ok || n != want || ShippedVersion(n) != version {
			t.Errorf("%q is %d, %v", version, n, ok)
		}
	}
	for _, version := range []string{"", "0", "2", "3", "k", "k1", "k0", "k-2", "k02", "-2", "K2"} {
		if n, ok := ShippedPlace(version); ok {
			t.Errorf("%q is taken for the %d. that ships", version, n)
		}
	}
}

// What is wrong is told in the order of the form, each time.
func TestFaultsComeInOrder(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", mostStatement+1)
	q := Question{ID: "SD-1-1", Level: 2, Topic: people.Text{En: long, Zh: long}, Text: people.Text{En: long, Zh: long}, Evidence: Evidence{Kind: Manual}}
	for range 20 {
		var got []string
		for _, f := range fault.All(q.Check(anyMetric)) {
			got = append(got, f.Field)
		}
		if !slices.Equal(got, []string{"topic_en", "topic_zh", "text_en", "text_zh"}) {
			t.Fatal(got)
		}
	}
}

// The number of a question is above all that were used, also by one that was taken
// out since.
func TestANumberIsUsedOnce(t *testing.T) {
	t.Parallel()
	s := Current().Copy()
	used := s.Numbers()
	s.Remove("SD-2-7")
	if got := NextID("SD", 3, s.Numbers()); got != "SD-2-7" {
		t.Error(got)
	}
	if got := NextID("SD", 3, s.Numbers(), used, nil); got != "SD-2-8" {
		t.Error(got)
	}
	if got := NextID("SD", Top, Numbers{"SD-5": 41}); got != "SD-5-42" {
		t.Error(got)
	}
}
