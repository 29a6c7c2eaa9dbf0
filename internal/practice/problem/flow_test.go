package problem_test

import (
	"testing"

	"kilter/internal/practice/problem"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, problem.Flow, problem.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, problem.Flow, "problem")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, problem.Flow, problem.Sheet(), "problem")
}
