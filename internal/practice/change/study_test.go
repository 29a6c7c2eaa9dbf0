package change_test

import (
	"testing"

	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
)

// Every way in which planned work meets something has its words.
func TestEveryMeetingHasItsWords(t *testing.T) {
	t.Parallel()
	for _, k := range []change.Kind{change.SameItem, change.Carries, change.Depends, change.Redundancy, change.SamePeople, change.Noticed, change.Frozen, change.Outside, change.Full, change.Short} {
		for _, l := range lang.All() {
			if key := "change.meets." + string(k); !lang.For(l).Has(key) {
				t.Errorf("%s: %s is missing", l, key)
			}
		}
	}
}
