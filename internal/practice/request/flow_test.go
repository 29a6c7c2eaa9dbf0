package request_test

import (
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/lang"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	if err := request.Flow.Check(); err != nil {
		t.Error(err)
	}
	sheet := request.Sheet()
	for _, m := range request.Flow.Moves {
		for _, f := range append(append(slices.Clone(m.Asks), m.Drops...), m.Why) {
			if _, ok := sheet.Find(f); f != "" && !ok {
				t.Errorf("%s asks for %s, which the sheet does not have", m.Name, f)
			}
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
	for _, m := range request.Flow.Moves {
		for _, from := range m.From {
			if to := m.Target(from); to != from {
				drawn[[2]flow.State{from, to}] = true
			}
		}
	}
	for _, a := range agreed["service_request"] {
		if !drawn[a] {
			t.Errorf("%s -> %s was agreed on and is missing", a[0], a[1])
		}
		delete(drawn, a)
	}
	for a := range drawn {
		t.Errorf("%s -> %s was not agreed on", a[0], a[1])
	}
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, s := range request.Flow.States() {
		keys = append(keys, "request.state."+string(s))
	}
	for _, m := range append(request.Flow.Names(), "reply", "note", "watch", "unwatch", "relate", "spend", "task_add", "task_work", "bulk", "undo", "open", "edit", "read", record.Asks, record.Consents, record.Declines, record.Reminds, record.Lapses, record.Withdraws) {
		keys = append(keys, "request.move."+m, "request.did."+m)
	}
	for _, f := range request.Sheet() {
		keys = append(keys, "request.field."+f.Name)
		for _, c := range f.Choices {
			keys = append(keys, "request."+f.Name+"."+c)
		}
	}
	for _, l := range lang.All() {
		for _, key := range keys {
			if !lang.For(l).Has(key) {
				t.Errorf("%s: %s is missing", l, key)
			}
		}
	}
}
