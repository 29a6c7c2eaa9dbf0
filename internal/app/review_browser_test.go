package app

import (
	"context"
	"fmt"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/testkit/browser"
)

// sendTo sends the form of the page that goes to an address.
func (s *story) sendTo(action, then string) {
	s.t.Helper()
	browser.Eval[bool](s.Page, fmt.Sprintf(`(document.querySelector('form[action=%q]').requestSubmit(), true)`, action))
	s.Until(`(` + then + `) && document.readyState === 'complete' && document.documentElement.dataset.ready !== undefined`)
}

// holdsAReview calls a change initiation review, reads the figures that are filled
// in, answers its checklist with a record as evidence, lets the change go under a
// condition and is reminded of an action.
func (s *story) holdsAReview(h *house) {
	s.t.Helper()
	ctx := context.Background()
	changes, err := h.db.Ledger().List(ctx, people.Everything(), record.Query{Kind: record.Changes, Where: query.Is("state", "authorised"), Limit: 1})
	if err != nil || len(changes) == 0 {
		s.t.Fatal(len(changes), err)
	}
	ref, me := changes[0].Ref(), s.visitor(h, "Process manager")
	s.Go(s.url + "/reviews/new")
	for name, text := range map[string]string{"kind": "initiation", "change": ref, "name_en": "Is it worth it?", "at": time.Now().Add(-time.Hour).Format("2006-01-02T15:04")} {
		s.put(name, text)
	}
	s.sendTo("/reviews/new", `/^\/reviews\/\d+$/.test(location.pathname)`)
	path := browser.Eval[string](s.Page, `location.pathname`)
	s.Until(`[...document.querySelectorAll('.rev-figure')].some((e) => /of \d+ open risks|late/.test(e.textContent))`)
	browser.Eval[bool](s.Page, `(document.querySelectorAll('[name$=".say"]').forEach((e) => e.value = 'yes'), document.querySelectorAll('[name$=".evidence"]').forEach((e) => e.value = 'Read together'), true)`)
	s.put("minutes", "The departments were asked.")
	s.put("present.service", me.String())
	browser.Eval[bool](s.Page, fmt.Sprintf(`(() => { const f = document.querySelector('[name="present.support"]'); const other = [...f.options].find((o) => o.value && o.value !== %q).value; f.tomselect ? f.tomselect.setValue([other]) : f.value = other; return true })()`, me.String()))
	s.put("checks.0.link", ref)
	s.sendTo(path+"/write", fmt.Sprintf(`document.querySelector('.rev-link a')?.getAttribute('href') === '/changes/%s'`, ref))
	for _, list := range []string{"conditions", "actions"} {
		browser.Eval[bool](s.Page, fmt.Sprintf(`(() => { const form = document.querySelector('form[action="%[1]s/%[2]s"]'); form.closest('details').open = true; form.querySelector('[name=text]').value = 'Tell the hall: %[2]s'; const o = form.querySelector('[name=owner]'); o.tomselect ? o.tomselect.setValue(%[3]q) : o.value = %[3]q; form.querySelector('[name=due]').value = %[4]q; return true })()`, path, list, me.String(), time.Now().AddDate(0, 0, -1).Format(time.DateOnly)))
		s.sendTo(path+"/"+list, fmt.Sprintf(`document.querySelector('#%[1]s .rev-duties')?.textContent.includes('Tell the hall: %[1]s')`, list))
	}
	browser.Eval[bool](s.Page, `(() => { const f = document.querySelector('[name=minutes]'); f.value += ' And the hall.'; f.dispatchEvent(new Event('input', {bubbles: true})); return true })()`)
	s.Until(`document.querySelector('form[data-draft] [data-draft-state]').textContent !== ''`)
	s.brings("file", "minutes.txt", "We met")
	s.put("part", "minutes.0")
	s.sendTo(path+"/files", fmt.Sprintf(`document.querySelector('.rev-files a')?.getAttribute('href').startsWith(%q) && document.querySelector('[name=minutes]').value.endsWith('And the hall.')`, path+"/files/"))
	s.everyLook(path)
	for _, id := range h.holders("engineer") {
		if id != changes[0].Requester {
			s.put("owner", id.String())
			break
		}
	}
	browser.Eval[bool](s.Page, `(document.querySelector('[name=decision][value=conditional]').click(), true)`)
	s.Until(`document.body.textContent.includes('go, under conditions') && !document.querySelector('[name=decision]')`)
	s.everyLook(path)
	if _, err := h.reviewDuty().Run(ctx, Now()); err != nil {
		s.t.Fatal(err)
	}
	s.Go(s.url + "/notices")
	s.Until(fmt.Sprintf(`[...document.querySelectorAll('.cases li')].some((l) => l.innerHTML.includes(%q) && l.textContent.includes('Tell the hall'))`, path))
	all, err := h.db.Reviews().Reviews(ctx, review.Wanted{Change: changes[0].Number, Limit: 1})
	if err != nil || len(all) != 1 || all[0].Decision != review.Conditional || all[0].Checks[0].Link != ref {
		s.t.Errorf("%+v, %v", all, err)
	}
}
