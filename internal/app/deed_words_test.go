package app

import (
	"strings"
	"testing"

	"kilter/internal/base/lang"
	"kilter/internal/practice/audit"
	"kilter/internal/web/telling"
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

// Whoever reads the audit log reads what was done, whichever deed it was: those
// that one can be granted, and those that need no grant.
func TestEveryDeedIsToldInTheAuditLog(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	own := []string{
		"sign_in", "sign_in.factor", "sign_out", "account.choose", "account.found", "account.factor_on", "account.factor_off", "account.password", "account.prove", "session.end", "token.new",
		"approval.link", "approval.deputy", "setting.starter", "setting.export", "demo.fill", "item.sketch", "item.unsketch", "item.sandbox", "item.unsandbox", "view.save", "view.retire", "view.arrange",
	}
	for _, language := range []lang.Lang{"en", "zh"} {
		teller := telling.Teller{Printer: lang.For(language)}
		for _, deed := range append(own, w.house.who.office.Catalogue.Deeds()...) {
			if s := teller.Sentence(audit.Row{Name: "A", Deed: deed, Result: audit.Done}); strings.Contains(s, deed) {
				t.Errorf("%s: %s is told as %q", language, deed, s)
			}
		}
	}
}
