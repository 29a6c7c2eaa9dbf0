package knowledge_test

import (
	"testing"

	"kilter/internal/practice/knowledge"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, knowledge.Flow, knowledge.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, knowledge.Flow, "knowledge")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, knowledge.Flow, knowledge.Sheet(), "knowledge", "rate", "import")
}
