package duty

import (
	"testing"

	"kilter/internal/base/fault"
)

// TestATableOfEntriesIsWhole: a table takes so many entries and no more; one
// that would leave some out is refused, and says how many it takes.
func TestATableOfEntriesIsWhole(t *testing.T) {
	t.Parallel()
	for found, refused := range map[int]bool{0: false, 2: false, 3: true} {
		err := whole(found, 2)
		if refused != fault.Is(err, fault.TooMuch) || !refused && err != nil {
			t.Errorf("%d entries of 2: %v", found, err)
		}
	}
}
