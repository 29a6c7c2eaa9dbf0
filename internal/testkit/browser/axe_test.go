package browser

import (
	"strings"
	"testing"
)

// TestNothingIsJudgedTwice keeps what axe is spared to what it has found sound.
func TestNothingIsJudgedTwice(t *testing.T) {
	t.Parallel()
	var l looks
	light, dark, other := look{"list 390", "light"}, look{"list 390", "dark"}, look{"list 1440", "light"}
	all := l.owed(light)
	if !strings.Contains(all, "wcag22aa") || l.owed(dark) != all {
		t.Errorf("a look that nobody judged is owed %q", all)
	}
	l.add(light)
	if got := l.owed(light); got != "" {
		t.Errorf("once more: %q", got)
	}
	if got := l.owed(dark); got == all || !strings.Contains(got, "color-contrast") {
		t.Errorf("in other colours: %q", got)
	}
	if got := l.owed(other); got != all {
		t.Errorf("built otherwise: %q", got)
	}
}
