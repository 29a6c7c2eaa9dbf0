package app

import (
	"fmt"
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// TestAnAssessmentInTheBrowser: a process manager plans an assessment with himself
// as assessor, answers a process as it is measured, adds an evidence file and takes
// another back, reads what it comes to, prints it, and signs it after he was asked
// whether he means it.
func TestAnAssessmentInTheBrowser(t *testing.T) {
	t.Parallel()
	_, at, enter := demoHouseOf(t, "XS")
	p := browser.View(t, at+"/signin")
	s := &story{Page: p, t: t, url: at}
	enter(p, "Process manager")
	s.Go(at + "/maturity/new")
	s.put("name_en", "In between")
	s.put("name_zh", "年中评估")
	s.put("targets.SD", "2.5")
	browser.Eval[bool](p, `(() => {
		const me = document.querySelector('.menu-side summary .unseen').textContent;
		for (const f of document.querySelectorAll('[name=assessors]')) f.checked = me.includes(f.closest('label').textContent.trim());
		document.querySelector('form.form').requestSubmit();
		return true
	})()`)
	s.Until(`/^\/maturity\/\d+$/.test(location.pathname)`)
	path := browser.Eval[string](p, `location.pathname`)
	s.Go(at + path + "/answer/SD")
	browser.Eval[bool](p, `(() => { for (const f of document.querySelectorAll('.mat-statement')) f.querySelector('input[value=yes]').checked = true; document.querySelector('.mat-form').requestSubmit(document.querySelector('.mat-form .btn-primary')); return true })()`)
	s.Until(`location.pathname.endsWith('/answer/IM')`)
	s.Go(at + path + "/answer/SD")
	s.showsBy(path, "minutes.txt", "minutes of the third of March")
	s.showsBy(path, "wrong.txt", "another paper")
	s.everyLook(path + "/answer/SD")
	s.Go(at + path + "/answer/SD")
	browser.Eval[bool](p, `([...document.querySelectorAll('.mat-files li')].find((l) => l.textContent.includes('wrong.txt')).querySelector('form').requestSubmit(), true)`)
	s.Until(`document.readyState === 'complete' && document.querySelectorAll('.mat-files li').length === 1`)
	for _, more := range []string{"", "/process/SD", "/print"} {
		s.everyLook(path + more)
	}
	s.Go(at + path)
	s.sends(path + "/sign")
	s.Until(`document.querySelector('.mat-hash')`)
	s.Go(at + path + "/process/SD")
	if !strings.Contains(s.Text(".mat-files"), "minutes.txt") {
		t.Error("the file is not at its statement once it is signed")
	}
	s.aSetOfOnesOwn()
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// aSetOfOnesOwn copies the questions, changes one, adds one, publishes the set and
// takes it up.
func (s *story) aSetOfOnesOwn() {
	s.t.Helper()
	s.Go(s.url + "/maturity-sets")
	browser.Eval[bool](s.Page, `(document.querySelector('form[action="/maturity-sets/copy"] [name=name_en]').value = 'Questions of our own', true)`)
	s.sends("/maturity-sets/copy")
	s.Until(`/^\/maturity-sets\/\d+$/.test(location.pathname)`)
	set := browser.Eval[string](s.Page, `location.pathname`)
	s.Go(s.url + set + "/question?id=SD-1-1")
	s.put("text_en", "One desk takes every call.")
	s.sends(set + "/question")
	s.Until(`location.hash === '#SD-1-1' && document.querySelector('#SD-1-1').textContent.includes('One desk takes every call.')`)
	s.Go(s.url + set + "/question?id=SD-")
	s.put("topic_en", "asking back")
	s.put("text_en", "Callers are asked how it went.")
	s.sends(set + "/question")
	s.Until(`location.hash === '#SD-1-4' && document.querySelector('#SD-1-4')`)
	for _, page := range []string{"/maturity-sets", set, set + "/question?id=SD-1-1", set + "/rule"} {
		s.everyLook(page)
	}
	s.Go(s.url + set)
	s.sends(set + "/publish")
	s.Until(`document.readyState === 'complete' && document.querySelector('form[action$="/take-up"]')`)
	s.sends(set + "/take-up")
	s.Until(`document.readyState === 'complete' && !document.querySelector('form[action$="/take-up"]')`)
}

// showsBy adds an evidence file to the first statement.
func (s *story) showsBy(path, name, text string) {
	s.t.Helper()
	n := browser.Eval[int](s.Page, `document.querySelectorAll('.mat-files li').length`)
	form := fmt.Sprintf(`form[action=%q]`, path+"/files")
	browser.Eval[bool](s.Page, fmt.Sprintf(`(() => {
		const f = document.querySelector('%s'), all = new DataTransfer();
		all.items.add(new File([%q], %q, {type: 'text/plain'}));
		f.querySelector('[name=file]').files = all.files;
		f.querySelector('[name=question]').selectedIndex = 1;
		f.requestSubmit();
		return true
	})()`, form, text, name))
	s.Until(fmt.Sprintf(`document.readyState === 'complete' && document.querySelectorAll('.mat-files li').length === %d`, n+1))
}
