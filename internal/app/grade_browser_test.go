package app

import (
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// TestABadGradeAndARoundOfTheMachineRoom: in the demo city a bad grade waits
// for its answer, is called back and answered by keyboard; an operation that
// recurs is carried out line by line, and what deviates becomes an incident. On
// the way every page is looked at in both languages and themes, at both widths.
func TestABadGradeAndARoundOfTheMachineRoom(t *testing.T) {
	t.Parallel()
	url, enter := demoCity(t)
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	enter(p, "Desk manager")
	for _, path := range []string{"/grades", "/grades?show=all", "/grades/figures?by=month&months=24", "/grades/figures?by=department", "/operations", "/operations/plans"} {
		s.everyLook(path)
	}
	for as, begins := range map[string]string{"csv": "Service,", "xlsx": "PK"} {
		if head := browser.Eval[string](p, `fetch('/grades/figures/export?by=service&months=24&as=`+as+`').then((r) => r.arrayBuffer()).then((b) => new TextDecoder().decode(b.slice(0, 40)))`); !strings.HasPrefix(strings.TrimPrefix(head, "\ufeff"), begins) {
			t.Errorf("the figures as %s begin with %q", as, head)
		}
	}
	s.Go(url + "/grades")
	at := browser.Eval[string](p, `document.querySelector('tbody th a').getAttribute('href')`)
	s.everyLook(at)
	s.Go(url + at)
	s.put("note", "Apologised; she waits for an answer by Friday.")
	s.Ctrl(browser.Enter)
	s.Until(`!document.querySelector('[name=note]') && document.body.textContent.includes('Apologised')`)
	s.put("answer", "The rule that sent it to the wrong team is mended.")
	s.Ctrl(browser.Enter)
	s.Until(`!document.querySelector('[name=answer]') && document.body.textContent.includes('is mended')`)
	s.Go(url + "/grades")
	if browser.Eval[bool](p, `!!document.querySelector('a[href="`+at+`"]')`) {
		t.Error("an answered grade still waits for its answer")
	}
	s.everyLook(at)

	s.Go(url + "/operations")
	run := browser.Eval[string](p, `[...document.querySelectorAll('tbody tr')].find((r) => r.textContent.includes('machine room')).querySelector('th a').getAttribute('href')`)
	s.everyLook(run)
	s.Go(url + run)
	browser.Eval[bool](p, `(document.querySelectorAll('input[value=ok]').forEach((e) => e.click()), document.querySelector('[name="line.0"][value=deviation]').click(), true)`)
	s.put("note", "The filters were changed.")
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('#f-note\\.0-fault, [id="f-note.0-fault"]')`)
	s.Axe("a run without the words of its deviation")
	if n := browser.Eval[int](p, `document.querySelectorAll('input:checked').length`); n != 4 {
		t.Errorf("%d of 4 results are still there after the form came back", n)
	}
	s.put("note.0", "31 degrees at rack 4")
	s.put("note", "The filters were changed yesterday.")
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('form[action$="/report"] button')`)
	s.everyLook(run)
	s.Go(url + run)
	s.Click(`form[action$="/report"] button`)
	s.Until(`document.querySelector('a[href^="/incidents/INC-"]')`)
	s.Go(url + browser.Eval[string](p, `document.querySelector('a[href^="/incidents/INC-"]').getAttribute('href')`))
	s.Until(`document.body.textContent.includes('31 degrees at rack 4')`)
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") { // a form that comes back is no fault of the page
			t.Error(c)
		}
	}
}
