package roadmap

import "testing"

// TestGatesAsTheyAreTyped: with spaces or without, in any case; what is read is
// shown as one line each, and a line that says nothing is told by its check.
func TestGatesAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	got := gateText(gatesIn("IM 2 <- SD 1.5\nIM2<-SD1.5\n\nim2.5 ← cfg1\r\n"))
	if want := "IM 2 <- SD 1.5\nIM 2 <- SD 1.5\nIM 2.5 <- CFG 1"; got != want {
		t.Errorf("read as %q, want %q", got, want)
	}
	if one := gatesIn("rubbish"); len(one) != 1 || one[0].Process != "RUBBISH" || one[0].Requires != "" {
		t.Errorf("a line without sense: %+v", one)
	}
}
