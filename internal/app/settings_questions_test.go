package app

import (
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
)

// A set of questions of another Kilter comes with its settings, and is in use
// where it was; one that is here already gets what differs as its next edition.
func TestQuestionSetsGoAlong(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			from, to := testHouse(t, engine), testHouse(t, engine)
			by := people.System(people.ViaShell)
			e, err := from.questions.Copy(t.Context(), by, "1", people.Text{En: "Ours, of 2026", Zh: "本中心"})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(exported(t, from, by), `"question_set"`) {
				t.Error("a draft goes along")
			}
			if e, err = from.questions.Remove(t.Context(), by, e.Version, e.Row, "SD-1-3"); err != nil {
				t.Fatal(err)
			}
			if e, err = from.questions.Publish(t.Context(), by, e.Version, e.Row); err != nil {
				t.Fatal(err)
			}
			if _, err = from.questions.TakeUp(t.Context(), by, e.Version); err != nil {
				t.Fatal(err)
			}
			file := exported(t, from, by)
			if n, _ := brought(t, to, file); n[directory.Add] == 0 {
				t.Errorf("%v", n)
			}
			if got := exported(t, to, by); got != file {
				t.Error("what went in does not come out")
			}
			if n, _ := brought(t, to, file); n[directory.Add]+n[directory.Change] != 0 {
				t.Errorf("again: %v", n)
			}
			set, err := to.questions.Current(t.Context())
			if _, there := set.Question("SD-1-3"); err != nil || there || set.Version != "2" {
				t.Errorf("edition %s asks SD-1-3: %v %v", set.Version, there, err)
			}
			brought(t, to, strings.Replace(file, `"others_at_least":1`, `"others_at_least":2`, 1))
			if set, err = to.questions.Current(t.Context()); err != nil || set.Version != "3" || set.Rule.OthersAtLeast != 2 {
				t.Errorf("edition %s wants %d others: %v", set.Version, set.Rule.OthersAtLeast, err)
			}
			if old, err := to.questions.Of(t.Context(), "2"); err != nil || old.Rule.OthersAtLeast != 1 {
				t.Error("what was published was changed", err)
			}
			if _, err := to.questions.Of(t.Context(), "02"); !fault.Is(err, fault.Missing) {
				t.Error("an edition has a second number", err)
			}
		})
	}
}
