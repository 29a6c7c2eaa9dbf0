package app

import (
	"strings"
	"testing"

	"kilter/internal/base/lang"
)

// Whoever makes a role reads what it grants, in either language.
func TestEveryDeedHasWords(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	for _, p := range []*lang.Printer{lang.For("en"), lang.For("zh")} {
		for _, deed := range w.house.who.office.Catalogue.Deeds() {
			room, verb, _ := strings.Cut(deed, ".")
			if !p.Has("deed.room." + room) {
				t.Errorf("%s: deed.room.%s has no words", p.Lang(), room)
			}
			if !p.Has("deed.own."+deed) && !p.Has("deed.verb."+verb) {
				t.Errorf("%s: neither deed.own.%s nor deed.verb.%s has words", p.Lang(), deed, verb)
			}
		}
	}
}
