package change_test

import (
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	if err := change.Flow.Check(); err != nil {
		t.Error(err)
	}
	sheet := change.Sheet()
	for _, m := range change.Flow.Moves {
		for _, f := range append(append(slices.Clone(m.Asks), m.Drops...), m.Why) {
			if _, ok := sheet.Find(f); f != "" && !ok {
				t.Errorf("%s asks for %s, which the sheet does not have", m.Name, f)
			}
		}
	}
	for n, f := range sheet {
		if slices.ContainsFunc(sheet[:n], func(o fieldOfChange) bool { return o.Name == f.Name }) {
			t.Errorf("the sheet has %s twice", f.Name)
		}
	}
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/transitions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var agreed map[string][][2]flow.State
	if err := yaml.Unmarshal(text, &agreed); err != nil {
		t.Fatal(err)
	}
	drawn := map[[2]flow.State]bool{}
	for _, m := range change.Flow.Moves {
		for _, from := range m.From {
			if to := m.Target(from); to != from {
				drawn[[2]flow.State{from, to}] = true
			}
		}
	}
	for _, a := range agreed["change"] {
		if !drawn[a] {
			t.Errorf("%s -> %s was agreed on and is missing", a[0], a[1])
		}
		delete(drawn, a)
	}
	for a := range drawn {
		t.Errorf("%s -> %s was not agreed on", a[0], a[1])
	}
}

// Everything a page will name has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, s := range change.Flow.States() {
		keys = append(keys, "change.state."+string(s))
	}
	for _, m := range append(change.Flow.Names(), "reply", "note", "watch", "unwatch", "relate", "spend", "task_add", "task_work", "bulk", "undo", "open", "edit", "read") {
		keys = append(keys, "change.move."+m, "change.did."+m)
	}
	for _, f := range change.Sheet() {
		keys = append(keys, "change.field."+f.Name)
		for _, c := range f.Choices {
			keys = append(keys, "change."+f.Name+"."+c)
		}
	}
	for _, d := range []change.Duty{change.ToRecord, change.ToDocument} {
		keys = append(keys, "change.owed."+string(d))
	}
	for _, l := range lang.All() {
		for _, key := range keys {
			if !lang.For(l).Has(key) {
				t.Errorf("%s: %s is missing", l, key)
			}
		}
	}
}
