// Package lifecycle holds the flow table of a practice to what was agreed on:
// it is sound, its arrows are those of the specification, and all that a page
// names of it has its words in both languages.
package lifecycle

import (
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/lang"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// kernel are the deeds that every practice has beside the moves of its flow.
var kernel = []string{"reply", "note", "watch", "unwatch", "relate", "spend", "task_add", "task_work", "bulk", "undo", "open", "edit", "read"}

// Sound reports what no flow may have, moves that ask for a field which the
// sheet lacks, and fields that it has twice.
func Sound[R any](t *testing.T, f flow.Flow[R], sheet record.Sheet[R]) {
	t.Helper()
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	for _, m := range f.Moves {
		for _, name := range append(append(slices.Clone(m.Asks), m.Drops...), m.Why) {
			if _, ok := sheet.Find(name); name != "" && !ok {
				t.Errorf("%s asks for %s, which the sheet does not have", m.Name, name)
			}
		}
	}
	seen := map[string]bool{}
	for _, field := range sheet {
		if seen[field.Name] {
			t.Errorf("the sheet has %s twice", field.Name)
		}
		seen[field.Name] = true
	}
}

// Agreed compares the arrows between states with those that
// testdata/transitions.yaml lists for the practice: no more, no less.
func Agreed[R any](t *testing.T, f flow.Flow[R], practice string) {
	t.Helper()
	text, err := os.ReadFile("testdata/transitions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][][2]flow.State
	if err := yaml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all[practice]) == 0 {
		t.Fatalf("nothing was agreed on for %s", practice)
	}
	drawn := map[[2]flow.State]bool{}
	for _, m := range f.Moves {
		for _, from := range m.From {
			if to := m.Target(from); to != from {
				drawn[[2]flow.State{from, to}] = true
			}
		}
	}
	for _, a := range all[practice] {
		if !drawn[a] {
			t.Errorf("%s -> %s was agreed on and is missing", a[0], a[1])
		}
		delete(drawn, a)
	}
	for a := range drawn {
		t.Errorf("%s -> %s was not agreed on", a[0], a[1])
	}
}

// Spoken reports the states, moves, deeds, fields and choices without words.
// own are the practice's deeds beside those of its flow and of the kernel.
func Spoken[R any](t *testing.T, f flow.Flow[R], sheet record.Sheet[R], practice string, own ...string) {
	t.Helper()
	var keys []string
	for _, s := range f.States() {
		keys = append(keys, practice+".state."+string(s))
	}
	for _, m := range slices.Concat(f.Names(), kernel, own) {
		keys = append(keys, practice+".move."+m, practice+".did."+m)
	}
	for _, field := range sheet {
		keys = append(keys, practice+".field."+field.Name)
		for _, c := range field.Choices {
			keys = append(keys, practice+"."+field.Name+"."+c)
		}
	}
	Words(t, keys...)
}

// Words reports the keys that a language lacks.
func Words(t *testing.T, keys ...string) {
	t.Helper()
	for _, l := range lang.All() {
		for _, key := range keys {
			if !lang.For(l).Has(key) {
				t.Errorf("%s: %s is missing", l, key)
			}
		}
	}
}
