package app

import (
	"fmt"
	"strings"
	"testing"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/testkit/browser"
)

// TestARoadmapInTheBrowser: a process manager freezes a baseline from the first
// wave and figures of his own, sets a target, reads why something comes first,
// lays the phases down; the director approves; a step is worked on, claimed and
// verified, and the last wave says what users notice. The pages are looked at on
// the way.
func TestARoadmapInTheBrowser(t *testing.T) {
	t.Parallel()
	h, at, enter := demoHouse(t)
	p := browser.View(t, at+"/signin")
	s := &story{Page: p, t: t, url: at}
	enter(p, "Process manager")
	path := s.plansARoadmap()
	enter(p, "Director")
	s.Go(at + path)
	s.sends(path + "/approve")
	enter(p, "Process manager")
	s.carriesOut(h, path)
	s.Go(at + path + "/outcome")
	s.sends(path + "/outcome")
	s.Until(`document.body.textContent.includes('Not yet visible')`)
	for _, more := range []string{"", "/priorities", "/outcome", "/board"} {
		s.everyLook(path + more)
	}
	s.everyLook("/readiness")
	s.Go(at + "/readiness/IM")
	s.Axe("a process and its people")
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") && !strings.Contains(c, "409") { // a form that comes back is no fault of the page
			t.Error(c)
		}
	}
}

// sends sends the form with this address and waits for the page that follows.
func (s *story) sends(action string) {
	s.t.Helper()
	form := fmt.Sprintf(`form[action=%q]`, action)
	s.Until(`document.querySelector('` + form + `')`)
	browser.Eval[bool](s.Page, `(() => { const f = document.querySelector('`+form+`'); f.dataset.gone = '1'; f.requestSubmit(); return true })()`)
	s.Until(`!document.querySelector('[data-gone]') && document.readyState === 'complete'`)
}

// plansARoadmap makes a programme as far as its phases.
func (s *story) plansARoadmap() string {
	s.Go(s.url + "/roadmap/new")
	for _, field := range []string{"start", "horizon"} { // a day that nobody can read is named, and nothing is kept
		if got := browser.Eval[string](s.Page, `fetch('/roadmap/new', {method: 'POST', body: new URLSearchParams({name_en: 'Unread', start: '2027-01-01', horizon: '2028-01-01', capacity: '5', `+field+`: '1 March'})}).then(async (r) => { const d = new DOMParser().parseFromString(await r.text(), 'text/html'), f = d.querySelector('[name=`+field+`]'); return r.status + ' ' + f.value + ' ' + f.getAttribute('aria-invalid') + ' ' + d.querySelector('[name=name_en]').value })`); got != "422 1 March true Unread" {
			s.t.Errorf("%s: %s", field, got)
		}
	}
	s.put("name_en", "Second round")
	s.put("capacity", "12")
	s.sends("/roadmap/new")
	path := browser.Eval[string](s.Page, `location.pathname`)
	s.Go(s.url + path + "/baseline")
	browser.Eval[bool](s.Page, `(() => { const w = document.querySelector('[name=wave]'); w.value = w.options[w.options.length - 1].value; document.querySelector('[name=assessment]').value = ''; document.querySelector('.rm-form details').open = true; return true })()`)
	s.put("level.SD", "2")
	s.put("level.IM", "2")
	s.put("level.SLM", "1")
	s.Axe("the form of a baseline")
	s.sends(path + "/baseline")
	s.Until(`location.pathname.endsWith('/targets')`)
	s.put("targets.SD.level", "3")
	s.sends(path + "/targets")
	s.Until(`document.querySelector('[id^="f-targets.SD.reason"][id$="fault"]')`) // no target without a reason
	s.put("targets.SD.reason", "The hall is rebuilt next year.")
	s.sends(path + "/targets")
	s.Until(`location.pathname.endsWith('/priorities') && document.body.textContent.includes('Why is this first?')`)
	s.Go(s.url + path + "/phases")
	s.sends(path + "/phases")
	s.Until(`document.querySelector('.rm-gantt rect')`)
	s.Screen("roadmap-phases")
	return path
}

// carriesOut takes the first step of the service desk from work to verified.
func (s *story) carriesOut(h *house, path string) {
	s.Go(s.url + path + "/phases")
	step := browser.Eval[string](s.Page, `[...document.querySelectorAll('a[href*="/steps/"]')].find(a => a.textContent === 'Service Desk to 2.5').getAttribute('href')`)
	move := func(to string) {
		s.Until(`document.querySelector('button[name=to][value=` + to + `]')`)
		browser.Eval[bool](s.Page, `(() => { const b = document.querySelector('button[name=to][value=`+to+`]'); b.form.dataset.gone = '1'; b.form.requestSubmit(b); return true })()`)
		s.Until(`!document.querySelector('[data-gone]') && document.readyState === 'complete'`)
	}
	s.Go(s.url + step)
	move("in_work")
	s.Axe("a step")
	s.Fits("a step")
	move("claimed")
	s.Until(`document.body.textContent.includes('Thirty days have not passed')`)
	s.Go(s.url + path + "/outcome")
	s.put("process", "SD")
	s.put("level", "2.5")
	s.put("note", "Walked through with the team")
	s.sends(path + "/measure")
	var id, programme int64
	if _, err := fmt.Sscanf(step, "/roadmap/%d/steps/%d", &programme, &id); err != nil {
		s.t.Fatal(err)
	}
	store := h.programmes().Store
	all, err := store.Steps(s.t.Context(), programme)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range all { // a month goes by
		if one := &all[i]; one.ID == id {
			one.Claimed = one.Claimed.AddDate(0, 0, -31)
			if err := store.KeepStep(s.t.Context(), one, audit.By(people.System(people.ViaShell), Now(), "roadmap.work", "roadmap")); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	s.Go(s.url + step)
	move("verified")
	s.Until(`document.body.textContent.includes('Verified')`)
}
