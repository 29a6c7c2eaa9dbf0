package request_test

import (
	"testing"

	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, request.Flow, request.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, request.Flow, "service_request")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, request.Flow, request.Sheet(), "request", request.Amends, record.Asks, record.Consents, record.Declines, record.Reminds, record.Lapses, record.Withdraws)
}
