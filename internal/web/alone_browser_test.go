package web_test

import (
	"strings"
	"testing"

	"kilter/internal/practice/problem"
	"kilter/internal/testkit/browser"
)

// TestAFormOnAPageOfItsOwn: a form that opened in a tab of its own, or by its
// address, says what is wrong with what was typed, loses none of it, and leads
// to the record when it is done; its way out leads back.
func TestAFormOnAPageOfItsOwn(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := o.raised("Lines drop in the rain")
	call := o.busy()
	p := browser.View(t, o.url+"/problems")
	at := "/problems/" + one.Ref()
	for _, form := range []string{"/problems/new", at + "/move/reject", "/incidents/" + call.Ref() + "/move/reassign"} {
		p.Go(o.url + form)
		browser.Eval[bool](p, `(document.querySelector('main form.form').noValidate = true)`)
		press(p, `main form.form .btn-primary, main form.form .btn-danger`)
		p.Until(`document.readyState === 'complete' && document.querySelector('main form.form .field-fault')`)
	}
	p.Go(o.url + at)
	p.Go(o.url + at + "/move/reject")
	press(p, `main form.form [data-closes]`)
	p.Until(`location.pathname === '` + at + `'`)
	p.Go(o.url + at + "/move/reject")
	browser.Eval[bool](p, `(document.querySelector('main form.form [name=why_rejected]').value = 'It is the weather.', true)`)
	press(p, `main form.form .btn-primary, main form.form .btn-danger`)
	p.Until(`location.pathname === '` + at + `'`)
	if got, err := o.problems.Find(t.Context(), o.agent(), one.Number); err != nil || got.State != problem.Rejected || got.WhyRejected != "It is the weather." {
		t.Errorf("%+v, %v", got, err)
	}
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") { // which were asked for
			t.Error(c)
		}
	}
}
