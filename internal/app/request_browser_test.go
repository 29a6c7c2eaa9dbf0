package app

import (
	"fmt"
	"strings"
	"testing"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// reach goes on by Tab until something of the selector has the focus.
func (s *story) reach(selector string) {
	s.t.Helper()
	for range 120 {
		if browser.Eval[bool](s.Page, fmt.Sprintf(`!!document.activeElement?.matches(%q)`, selector)) {
			return
		}
		s.Keys(browser.Tab)
	}
	s.t.Fatalf("%s is not reached by Tab", selector)
}

// TestANewPostInTheBrowser: an official orders a new post for a colleague by
// keyboard alone; those who are asked decide by the links of their mails, by
// keyboard, too, without signing in; an engineer does the four tasks; it is
// confirmed and graded. The pages have no fault of access, in both languages, at
// both widths.
func TestANewPostInTheBrowser(t *testing.T) {
	t.Parallel()
	h, url, enter := demoHouse(t)
	h.env.PublicURL = url
	item := h.settings.All().Coded(setting.Offering, "post-new").ID
	form := fmt.Sprintf("/portal/catalogue/%d", item)
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	enter(p, "System administrator")
	s.everyLook(fmt.Sprintf("/settings/offering/%d/design", item))
	s.edits(fmt.Sprintf("/settings/offering/%d/design", item))
	enter(p, "Official")
	s.everyLook("/portal/catalogue")
	s.everyLook(form)

	s.Go(url + form)
	s.reach("[name='answers.name']")
	s.Keys("Ma Lan")
	s.reach("[name='answers.post']")
	s.Keys("clerk")
	s.reach("[name='answers.starts']")
	s.Keys("12012026")
	s.reach("[name='answers.kit']")
	s.Keys(" ")
	s.reach("[name='answers.networks']")
	s.Keys(" ")
	s.reach(".form-foot button.btn-primary")
	s.Keys(browser.Enter)
	s.Until(`/^\/portal\/requests\/REQ-/.test(location.pathname) && document.documentElement.dataset.ready !== undefined`)
	at := browser.Eval[string](p, `location.pathname`)
	s.everyLook(at)

	_, n, err := record.ParseRef(strings.TrimPrefix(at, "/portal/requests/"))
	if err != nil {
		t.Fatal(err)
	}
	browser.Eval[bool](p, `fetch('/signout', {method: 'POST'}).then(() => true)`)
	for stage := range 2 {
		s.decides(h, n, stage)
	}
	one, err := h.requests.Find(t.Context(), people.System(people.ViaJob), n)
	if err != nil || string(one.State) != "assigned" {
		t.Fatalf("the request is %v, %v", one, err)
	}
	tasks, err := h.db.Ledger().Tasks(t.Context(), one.ID)
	if err != nil || len(tasks) != 4 {
		t.Errorf("%d tasks, want the four that these answers need, %v", len(tasks), err)
	}
	s.fulfilled(h, enter, one.Ref())
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "409") { // the page of a link that was used says so by its status, too
			t.Error(c)
		}
	}
}

// edits moves and adds a question by keyboard; the row that was moved keeps the
// focus, and the form beside follows.
func (s *story) edits(path string) {
	s.t.Helper()
	s.Go(s.url + path)
	first := browser.Eval[string](s.Page, `document.querySelector("[name='questions[1].name']").value`)
	s.reach("[id='down-questions[1]']")
	s.Keys(browser.Enter)
	s.Until(fmt.Sprintf(`document.querySelector("[name='questions[2].name']").value === %q && document.activeElement.id.endsWith('-questions[2]')`, first))
	s.reach("[id='add-questions']")
	s.Keys(browser.Enter)
	s.Until(`document.querySelector("[name='questions[12].label_en']") && document.activeElement.id.endsWith('-questions[12]')`)
	s.put("questions[12].label_en", "Which floor?")
	s.Until(`document.querySelector('#design-look').textContent.includes('Which floor?')`)
	s.Axe("the editor after edits")
}

// decides answers the stage that is asked, by the link of a mail.
func (s *story) decides(h *house, n record.Number, stage int) {
	s.t.Helper()
	ctx := s.t.Context()
	one, err := h.requests.Find(ctx, people.System(people.ViaJob), n)
	if err != nil {
		s.t.Fatal(err)
	}
	rounds, err := h.db.Approvals().Rounds(ctx, one.ID)
	if err != nil || rounds[0].At != stage || rounds[0].Verdict != approval.Open {
		s.t.Fatalf("stage %d is not asked: %+v, %v", stage+1, rounds, err)
	}
	secret, err := h.decidePass(ctx, notice.Delivery{Person: rounds[0].Waiting()[0], About: record.Request, Number: n}, Now())
	if err != nil || secret == "" {
		s.t.Fatalf("no link: %v", err)
	}
	path := notice.DecidePath + secret
	s.everyLook(path)
	s.Go(s.url + path)
	s.reach("[name=reason]")
	s.Keys("agreed")
	s.reach("button[name=answer][value=yes]")
	s.Keys(browser.Enter)
	s.Until(`document.body.textContent.includes('Your answer is recorded')`)
	s.Axe("the page of a link that was used")
}
