package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// works does every open task on the page, in its order, ticking what is to be
// ticked; the page is read anew after each, to have what the server has.
func (s *story) works(tasks int) {
	s.t.Helper()
	const line = `document.querySelector('.task-open:has(form.task-work) .checks [type=checkbox]:not(:checked)')`
	anew := func() { s.Go(browser.Eval[string](s.Page, `location.href`)) }
	for done := range tasks {
		for browser.Eval[bool](s.Page, `!!`+line) {
			browser.Eval[bool](s.Page, `(() => { const box = `+line+`; box.dataset.mine = ''; box.click(); return true })()`)
			s.Until(`!document.querySelector('[data-mine]')`)
			anew()
		}
		s.Click(`.task-open form.task-work button[value=done]`)
		s.Until(fmt.Sprintf(`document.querySelectorAll('.task-done').length === %d`, done+1))
		anew()
	}
	if n := browser.Eval[int](s.Page, `document.querySelectorAll('.task-open').length`); n != 0 {
		s.t.Errorf("%d tasks are still open", n)
	}
}

// accepts takes the request on the page, for somebody.
func (s *story) accepts(owner string) {
	s.t.Helper()
	s.Click(`.deeds [hx-get$="/move/accept"]`)
	s.Until(`document.querySelector('dialog[open] [name=owner]')?.tomselect`)
	browser.Eval[bool](s.Page, fmt.Sprintf(`(() => { const box = document.querySelector('dialog[open] [name=owner]').tomselect; box.addOption({value: %[1]q, label: 'me', text: 'me'}); box.setValue(%[1]q); return true })()`, owner))
	s.Axe("the dialog of accept")
	s.Click(`dialog[open] form button.btn-primary`)
	s.Until(`!document.querySelector('dialog[open]') && !document.querySelector('.deeds [hx-get$="/move/accept"]')`)
}

// ticks ticks what the first task that can be done asks to be ticked, each once
// the page has the one before from the server.
func (s *story) ticks() {
	s.t.Helper()
	const left = `[...[...document.querySelectorAll('.task-open')].find((t) => t.querySelector('form.task-work')).querySelectorAll('.checks [type=checkbox]:not(:checked)')]`
	for n := browser.Eval[int](s.Page, left+`.length`); n > 0; n-- {
		browser.Eval[bool](s.Page, `(() => { const box = `+left+`[0]; box.dataset.mine = ''; box.click(); return true })()`)
		s.Until(fmt.Sprintf(`!document.querySelector('[data-mine]') && %s.length === %d`, left, n-1))
	}
}

// brings puts a file into a field, as if it had been chosen.
func (s *story) brings(name, file, content string) {
	s.t.Helper()
	browser.Eval[bool](s.Page, fmt.Sprintf(`(() => {
		const all = new DataTransfer();
		all.items.add(new File([%q], %q));
		document.querySelector('input[type=file][name=%q]').files = all.files;
		return true
	})()`, content, file, name))
}

// visitor is the person whom a role of the sign-in page of the demo stands for.
func (s *story) visitor(h *house, role string) people.ID {
	s.t.Helper()
	mark, _ := h.demoMark()
	for _, a := range mark.Accounts {
		if a.Role.En == role {
			return a.Person
		}
	}
	s.t.Fatalf("no demo account is a %s: %+v", role, mark.Accounts)
	return 0
}

// undecided is the first of some roles whose visitor did not decide on a request:
// whoever did does not carry it out.
func (s *story) undecided(h *house, ref string, roles ...string) string {
	s.t.Helper()
	_, n, err := record.ParseRef(ref)
	if err != nil {
		s.t.Fatal(err)
	}
	one, err := h.requests.Find(s.t.Context(), people.System(people.ViaJob), n)
	if err != nil {
		s.t.Fatal(err)
	}
	rounds, err := h.db.Approvals().Rounds(s.t.Context(), one.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, role := range roles {
		if !slices.Contains(rounds[0].Took(), s.visitor(h, role)) {
			return role
		}
	}
	s.t.Fatalf("all of %v decided on %s", roles, ref)
	return ""
}

// fulfilled goes on from the consents to a new post: accepted, four tasks done,
// handed over, confirmed by whoever ordered it, and graded.
func (s *story) fulfilled(h *house, enter func(*browser.Page, string), ref string) {
	s.t.Helper()
	worker := s.undecided(h, ref, "Engineer", "Desk agent", "Desk manager")
	enter(s.Page, worker)
	s.everyLook("/requests/" + ref)
	s.Go(s.url + "/requests/" + ref)
	s.accepts(s.visitor(h, worker).String())
	s.everyLook("/requests/" + ref)
	s.Go(s.url + "/requests/" + ref)
	s.works(4)
	s.move("fulfil", map[string]string{"outcome": "The account and the mailbox are there."})
	s.everyLook("/requests/" + ref)
	enter(s.Page, "Official")
	s.everyLook("/portal/requests/" + ref)
	s.Go(s.url + "/portal/requests/" + ref)
	s.reach(`form[action$="/confirm"] button`)
	s.Keys(browser.Enter)
	s.Until(`document.querySelector('form[action$="/rate"]')`)
	s.everyLook("/portal/requests/" + ref)
	s.Go(s.url + "/portal/requests/" + ref)
	s.reach(`form[action$="/rate"] [name=rating]`)
	s.Keys(browser.Enter)
	s.Until(`!document.querySelector('form[action$="/rate"]') && document.body.textContent.includes('Your grade')`)
}

// TestDataIsMaintainedUnderFourEyes: the desk orders background data maintenance
// for an engineer who calls; two departments consent; he may prepare it, but is
// refused when he runs what he wrote; a colleague runs it and leaves the result.
func TestDataIsMaintainedUnderFourEyes(t *testing.T) {
	t.Parallel()
	h, url, enter := demoHouse(t)
	h.env.PublicURL = url
	item := h.settings.All().Coded(setting.Offering, "data-maintenance").ID
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	author := s.visitor(h, "Engineer").String()
	enter(p, "Desk agent")
	s.everyLook("/requests/new")
	s.everyLook("/requests/new?requester=" + author)
	s.Go(url + "/requests/new")
	browser.Eval[bool](p, fmt.Sprintf(`(() => { const f = document.querySelector('#f-requester'), box = f.tomselect; box.addOption({value: %[1]q, label: 'the caller', text: 'the caller'}); box.setValue(%[1]q); return true })()`, author))
	s.Until(`document.querySelector('#ordering .door') && document.querySelector('#caller h2')`)
	at := fmt.Sprintf("/requests/new?requester=%s&offering=%d", author, item)
	s.Click(fmt.Sprintf(`#ordering a[href="%s"]`, at))
	s.Until(`document.querySelector('#order')`)
	s.everyLook(at)
	s.Go(url + at)
	for name, v := range map[string]string{"system": "Approvals / main database", "why": "A batch was imported twice.", "rows": "412", "window": "Friday 20:00 to 22:00"} {
		s.put("answers."+name, v)
	}
	s.brings("answers.script", "fix.sql", "UPDATE case_state SET state = 'done' WHERE batch = '2026-11';")
	s.Click(`#order .form-foot button.btn-primary`)
	s.Until(`/^\/requests\/REQ-/.test(location.pathname) && document.documentElement.dataset.ready !== undefined`)
	at = browser.Eval[string](p, `location.pathname`)
	if !browser.Eval[bool](p, `document.body.textContent.includes('Entered by') && !!document.querySelector('a[href*="/file/"]')`) {
		t.Error("the request does not say who entered it, or has no way to its script")
	}
	s.everyLook(at)
	_, n, err := record.ParseRef(strings.TrimPrefix(at, "/requests/"))
	if err != nil {
		t.Fatal(err)
	}
	browser.Eval[bool](p, `fetch('/signout', {method: 'POST'}).then(() => true)`)
	for range 2 {
		s.decides(h, n, 0)
	}
	s.runs(enter, at, author)
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "409") && !strings.Contains(c, "403") { // the link that was used, and the refusal
			t.Error(c)
		}
	}
}

// runs has the author prepare and try to run what he wrote, and a colleague do
// so.
func (s *story) runs(enter func(*browser.Page, string), at, author string) {
	s.t.Helper()
	enter(s.Page, "Engineer")
	s.Go(s.url + at)
	s.accepts(author)
	s.put("answers.proof", "backup-3:/2026-11-28, sha256 9f86d081")
	s.brings("answers.log", "backup.log", "412 rows saved")
	s.ticks() // what was typed is not lost for that
	s.Click(`.task-open form.task-work button[value=done]`)
	s.Until(`document.querySelectorAll('.task-done').length === 1 && [...document.querySelectorAll('.task-done a[href*="/file/"]')].some((a) => a.textContent.includes('backup.log'))`)
	s.put("answers.before", "412")
	s.Click(`.task-open form.task-work button[value=done]`)
	s.Until(`document.querySelectorAll('.task-done').length === 2`)
	ran := func() {
		s.put("answers.changed", "412")
		s.put("answers.after", "412")
		s.brings("answers.result", "result.csv", "case,state")
		s.Click(`.task-open form.task-work button[value=done]`)
	}
	ran()
	s.Until(`document.body.textContent.includes('somebody else has to carry it out')`)
	if n := browser.Eval[int](s.Page, `document.querySelectorAll('.task-done').length`); n != 2 {
		s.t.Errorf("%d tasks are done after the author was refused", n)
	}
	s.everyLook(at)
	enter(s.Page, "Desk manager")
	s.Go(s.url + at)
	ran()
	s.Until(`document.querySelectorAll('.task-done').length === 3 && [...document.querySelectorAll('.task-done a[href*="/file/"]')].some((a) => a.textContent.includes('result.csv'))`)
	s.everyLook(at)
}
