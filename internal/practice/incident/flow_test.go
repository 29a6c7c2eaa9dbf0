package incident_test

import (
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, incident.Flow, incident.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, incident.Flow, "incident")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, incident.Flow, incident.Sheet(), "incident", "unmerge", "post")
}
