package change_test

import (
	"testing"

	"kilter/internal/practice/change"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, change.Flow, change.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, change.Flow, "change")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, change.Flow, change.Sheet(), "change")
	for _, d := range []change.Duty{change.ToRecord, change.ToDocument} {
		lifecycle.Words(t, "change.owed."+string(d))
	}
}
