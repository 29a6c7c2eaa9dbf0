package app

import (
	"fmt"
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// TestARuleFromItsFirstLineToItsTrace: somebody writes a rule, wrong at first,
// tries it on the last days, puts it in force; the next call sets it off; the
// record tells which rules fired and which did not and why. By keyboard where a
// key is meant for it.
func TestARuleFromItsFirstLineToItsTrace(t *testing.T) {
	t.Parallel()
	h, url, enter := demoHouse(t)
	h.carryAll(t) // what the city's history left
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	enter(p, "Desk manager")
	s.everyLook("/settings/rule")
	s.everyLook("/settings/rule/new")

	s.Go(url + "/settings/rule/new")
	s.put("name_en", "Printers in halls")
	s.put("code", "hall-printers")
	s.Click(`[name=on]`)
	s.put("deeds", "open")
	s.put("if", "titel:printer")
	s.put("a.0.do", "note")
	s.Until(`document.querySelector('[name="a.0.text_en"]').checkVisibility()`)
	s.put("a.0.text_en", "Bring a spare one to {{requester.name}} for {{number}}")
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('.rule-points mark')?.textContent === 'titel'`)
	s.Axe("a rule with a wrong word")
	s.put("if", "title:printer")
	s.Click(`button[formaction$="/try"]`)
	s.Until(`document.querySelector('#trial [role=status]')`)
	s.Axe("a trial")
	s.Until(`!document.querySelector('#trial').textContent.includes('{{')`)
	s.put("name_en", "Printers in halls") // the cursor is in the form again
	s.Ctrl(browser.Enter)
	s.Until(`location.pathname === '/settings/rule' && document.body.textContent.includes('Printers in halls')`)

	enter(p, "Desk agent")
	s.Go(url + "/incidents/new")
	s.put("title", "The printer of hall 3 jams")
	s.Ctrl(browser.Enter)
	s.Until(`/^\/incidents\/INC-/.test(location.pathname) && document.documentElement.dataset.ready !== undefined`)
	at := browser.Eval[string](p, `location.pathname`)
	h.carryAll(t)
	s.Go(url + at)
	s.Until(`document.querySelector('#pane-timeline').textContent.includes('Bring a spare one to')`)
	if browser.Eval[bool](p, `!!document.querySelector('#rule-trace')`) {
		t.Error("who may not read traces is offered one")
	}

	enter(p, "Desk manager")
	for _, look := range canvasLooks {
		s.GoIn(url+at, look.lang, look.theme, look.width)
		browser.Eval[bool](p, `(document.querySelector('#rule-trace button').focus(), true)`)
		s.Keys(browser.Enter)
		s.Until(`document.querySelector('#rule-trace .rule-trace')`)
		name := fmt.Sprint("the trace ", look.lang, " ", look.theme, " ", look.width)
		s.Axe(name)
		s.Fits(name)
	}
	s.Size(1440, 900)
	s.Prefer("en", "light")
	s.Go(url + at)
	s.Click(`#rule-trace button`)
	s.Until(`document.querySelector('#rule-trace')?.textContent.includes('Printers in halls')`)
	s.Click(`#rule-trace a[href^="/settings/rule/"]`)
	s.Until(`location.pathname.startsWith('/settings/rule/') && document.body.textContent.includes('The last times it fired')`)
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") { // the wrong word was refused
			t.Error(c)
		}
	}
}
