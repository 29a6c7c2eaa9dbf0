package api

import (
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// TestATextWithinAFault: an argument that is a text itself reaches the client in
// his language, the others as they are.
func TestATextWithinAFault(t *testing.T) {
	t.Parallel()
	args := map[string]any{"n": 2, "roles": fault.New(fault.Denied, "review.lead_roles").With("en", "Director").With("zh", "主任")}
	for tag, want := range map[lang.Lang]string{"en": "Director (主任)", "zh": "主任（Director）"} {
		c := &call{words: lang.For(tag)}
		if got := c.said(args); got["roles"] != want || got["n"] != 2 || len(got) != 2 {
			t.Errorf("%s: %v", tag, got)
		}
	}
	if _, stays := args["roles"].(*fault.Fault); !stays {
		t.Error("the fault itself was changed")
	}
	if got := (&call{}).said(nil); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}
