package app

import (
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// TestTwoPersonsHandOver: in the demo city one opens a shift, writes and
// corrects an entry that stays open, and hands over; the other refuses it, and
// accepts it the second time: all by keyboard. On the way every page is looked
// at in both languages and themes, at both widths.
func TestTwoPersonsHandOver(t *testing.T) {
	t.Parallel()
	url, enter := demoCity(t)
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	enter(p, "Desk agent")
	for _, path := range []string{"/duty", "/duty/log?q=丢包", "/duty/new", "/duty/day"} {
		s.everyLook(path)
	}
	s.Go(url + "/duty/new")
	s.reach(".form-foot button.btn-primary")
	s.Keys(browser.Enter)
	s.Until(`/^\/duty\/\d+$/.test(location.pathname)`)
	at := browser.Eval[string](p, `location.pathname`)
	s.put("refs", "INC-1999-00001")
	s.put("text", "备用链路丢包")
	browser.Eval[bool](p, `(document.querySelector('[name=stay]').click(), true)`)
	s.reach("[name=text]")
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('#f-refs-fault')`)
	s.Axe("an entry that names what is not there")
	if got := browser.Eval[string](p, `document.querySelector('[name=text]').value + document.querySelector('[name=stay]').checked`); got != "备用链路丢包true" {
		t.Errorf("after the form came back: %q", got)
	}
	s.put("refs", "")
	s.put("text", "备用链路丢包")
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('.duty-log .duty-entry') && document.querySelector('.duty-matters')`)
	s.reach(".duty-log a[href$='#fix']")
	s.Keys(browser.Enter)
	s.Until(`document.querySelector('#fix textarea')`)
	s.everyLook(browser.Eval[string](p, `location.pathname`))
	s.Go(url + browser.Eval[string](p, `location.pathname`))
	browser.Eval[bool](p, `(document.querySelector('#fix textarea').value = '备用链路丢包 0.3%', document.querySelector('#fix textarea').focus(), true)`)
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('.duty-before') && document.querySelector('.duty-log').textContent.includes('0.3%')`)
	s.everyLook(at)
	s.everyLook(at + "/handover")
	s.everyLook(at + "/print")

	give := func(more string) {
		s.Go(url + at + "/handover")
		if text := browser.Eval[string](p, `document.querySelector('[name=summary]').value`); !strings.Contains(text, "丢包 0.3%") {
			t.Errorf("the summary begins with %q", text)
		}
		s.put("summary", "备用链路丢包 0.3%。"+more)
		s.Ctrl(browser.Enter)
		s.Until(`document.querySelector('#handover') && location.pathname === '` + at + `'`)
	}
	give("")
	if browser.Eval[bool](p, `!!document.querySelector('form[action$="/accept"]')`) {
		t.Error("who has handed over is offered to accept it")
	}
	enter(p, "Desk manager")
	s.Go(url + at)
	browser.Eval[bool](p, `(document.querySelector('#handover details:last-of-type').open = true, document.querySelector('[name=why]').value = '哪条链路？', document.querySelector('[name=why]').focus(), true)`)
	s.Ctrl(browser.Enter)
	s.Until(`document.querySelector('.duty-handover')?.textContent.includes('哪条链路？')`)
	enter(p, "Desk agent")
	give("三号大厅。")
	enter(p, "Desk manager")
	s.everyLook(at)
	s.Go(url + at)
	s.reach(`form[action$="/accept"] button`)
	s.Keys(browser.Enter)
	s.Until(`location.pathname !== '` + at + `' || document.querySelectorAll('.duty-handover').length === 2`)
	s.everyLook(at)
	s.Go(url + at)
	if browser.Eval[bool](p, `!!document.querySelector('form[action$="/entry"]')`) {
		t.Error("a shift that was handed over can still be written in")
	}
	for as, begins := range map[string]string{"csv": "When,", "xlsx": "PK"} {
		if head := browser.Eval[string](p, `fetch('/duty/log/export?as=`+as+`').then((r) => r.arrayBuffer()).then((b) => new TextDecoder().decode(b.slice(0, 40)))`); !strings.HasPrefix(strings.TrimPrefix(head, "\ufeff"), begins) {
			t.Errorf("the log as %s begins with %q", as, head)
		}
	}
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") { // a form that comes back is no fault of the page
			t.Error(c)
		}
	}
}
