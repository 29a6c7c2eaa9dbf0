package risk_test

import (
	"testing"

	"kilter/internal/practice/risk"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, risk.Flow, risk.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, risk.Flow, "risk")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, risk.Flow, risk.Sheet(), "risk", risk.Deeds()[len(risk.Flow.Names()):]...)
}
