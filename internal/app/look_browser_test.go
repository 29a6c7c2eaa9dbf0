package app

import (
	"testing"

	"kilter/internal/testkit/browser"
)

// TestPagesInEveryLook looks at pages that no story walks through: both
// languages, light and dark, wide and on a phone, with axe; nothing is beyond
// the edge. A management review is called, held and followed up on the way.
func TestPagesInEveryLook(t *testing.T) {
	t.Parallel()
	h, at, enter := demoHouse(t)
	p := browser.View(t, at+"/signin")
	s := &story{Page: p, t: t, url: at}
	for _, one := range []struct {
		role  string
		paths []string
	}{
		{"Process manager", []string{"/handbook", "/handbook/CHG", "/handbook/CHG/edit", "/handbook/CHG/editions", "/handbook/IM/drift", "/risks/top", "/risks/RSK-2026-00001", "/reviews", "/reviews/2", "/reviews/3"}},
		{"Director", []string{"/director", "/tour"}},
		{"Knowledge manager", []string{"/knowledge/import"}},
		{"Change manager", []string{"/cab", "/cab/new"}},
		{"System administrator", []string{"/settings/freeze/new", "/settings/maintenance_window/new"}},
	} {
		enter(p, one.role)
		for _, path := range one.paths {
			s.everyLook(path)
		}
	}
	enter(p, "Process manager")
	s.holdsAReview(h)
	enter(p, "Knowledge manager")
	s.Go(at + "/knowledge?q=state:review")
	s.everyLook(browser.Eval[string](p, `document.querySelector('tbody a').getAttribute('href')`))
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
