package app

import (
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// TestANoGoStopsARelease: in the demo city a release waits in its readiness
// review. The security officer says that he is not ready; from then on the
// release manager cannot write down a go, and his no-go sends the release back
// to be built, where nothing offers to roll it out. On the way the pages are
// looked at in both languages and themes, at both widths.
func TestANoGoStopsARelease(t *testing.T) {
	t.Parallel()
	url, enter := demoCity(t)
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	enter(p, "Release manager")
	first := func(state string) string {
		s.Go(url + "/releases?q=state:" + state)
		return "/releases/" + browser.Eval[string](p, `document.querySelector('tbody a').getAttribute('href').match(/REL-[0-9-]+/)[0]`)
	}
	at, rolling := first("readiness_review"), first("rolling_out")
	s.everyLook(at + "/review")
	s.everyLook(rolling + "/targets")
	s.Prefer("zh", "dark")
	s.Size(390, 844)
	for _, path := range []string{rolling + "/parts", rolling + "/tests", rolling + "/print", "/library", "/hardware"} {
		s.Go(url + path)
		s.Axe(path)
		s.Fits(path)
	}
	s.Size(1440, 900)
	s.Prefer("en", "light")

	enter(p, "Security officer")
	s.Go(url + at + "/review")
	s.put("cluster", "security")
	s.put("say", "no")
	s.put("remark", "渗透测试发现的高危漏洞尚未修复")
	s.send("/review/voices")
	s.Until(`document.body.textContent.includes('渗透测试发现的高危漏洞尚未修复')`)
	if browser.Eval[bool](p, `!!document.querySelector('form[action$="/review/decision"]')`) {
		t.Error("who only speaks in the review is offered to decide")
	}

	enter(p, "Release manager")
	s.Go(url + at)
	if said := s.Text("main"); !strings.Contains(said, "0 of 9 points") {
		t.Errorf("a release with eight points of the centre and one of its own says %q", said)
	}
	s.Go(url + at + "/review")
	decide := func(what string) {
		browser.Eval[bool](p, `(document.querySelector('[name=decision][value=`+what+`]').click(), true)`)
		s.put("minutes", "安全角色组未就绪。")
		s.send("/review/decision")
	}
	decide("go")
	s.Until(`document.querySelector('.form-wrong, [role=alert], .summary')`)
	s.Axe("a go that the review does not give")
	if state := browser.Eval[string](p, `document.querySelector('.body').textContent`); !strings.Contains(state, "Release readiness review") {
		t.Error("after a go without consent: the release has left its review")
	}
	decide("no_go")
	s.Until(`document.body.textContent.includes('Review of build 1')`)
	s.Go(url + at)
	if text := browser.Eval[string](p, `document.querySelector('.deeds').innerHTML`); strings.Contains(text, "/move/roll_out") || strings.Contains(text, "/move/approve") || !strings.Contains(text, "/move/hand_over") {
		t.Error("after the no-go the release is offered: " + text)
	}
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") { // a form that comes back is no fault of the page
			t.Error(c)
		}
	}
}

// send sends the form of the page that goes there.
func (s *story) send(to string) {
	s.t.Helper()
	browser.Eval[bool](s.Page, `(document.querySelector('form[action$="`+to+`"] button:not([type=button])').click(), true)`)
}
