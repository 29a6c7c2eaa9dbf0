package knowledge_test

import (
	"testing"

	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/record"
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
	lifecycle.Spoken(t, knowledge.Flow, knowledge.Sheet(), "knowledge", "rate", "import", record.Consents, record.Declines)
	for _, deed := range []string{record.Asks, record.Reminds, record.Lapses, record.Withdraws} {
		lifecycle.Words(t, "knowledge.did."+deed)
	}
}
