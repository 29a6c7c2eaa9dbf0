package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/testkit/browser"
)

// TestAWaveInTheBrowser: in the demo city a process manager makes a questionnaire
// and changes it, plans a wave, draws it and opens it; one who was drawn answers on a
// phone by the link of a mail, leaving in between. On the way the pages are looked
// at in both languages and themes, at both widths.
func TestAWaveInTheBrowser(t *testing.T) {
	t.Parallel()
	h, at, enter := demoHouse(t)
	p := browser.View(t, at+"/signin")
	s := &story{Page: p, t: t, url: at}
	enter(p, "Process manager")
	s.asksInTheBrowser()
	id := s.opensInTheBrowser()
	s.answersByPhone(h, id)
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") && !strings.Contains(c, "409") && !strings.Contains(c, "404") { // a form that comes back is no fault of the page
			t.Error(c)
		}
	}
}

// press presses a button that asks again whether it is meant.
func (s *story) press(move string) {
	s.t.Helper()
	form := fmt.Sprintf(`form[action$="/move/%s"]`, move)
	s.Until(`document.querySelector('` + form + `')`)
	browser.Eval[bool](s.Page, `(() => { const f = document.querySelector('`+form+`'); const d = f.closest('details'); if (d) d.open = true; f.querySelector('button').dataset.gone = '1'; f.requestSubmit(); return true })()`)
	s.Until(`!document.querySelector('[data-gone]') && document.readyState === 'complete'`)
}

// asksInTheBrowser makes a questionnaire, and a statement of its own in it.
func (s *story) asksInTheBrowser() {
	s.Go(s.url + "/questionnaires")
	s.put("name_zh", "年度满意度")
	s.put("name", "Yearly satisfaction")
	s.Click(`form[action="/questionnaires"] button`)
	s.Until(`document.querySelector('.survey-editor')`)
	path := browser.Eval[string](s.Page, `location.pathname`)
	s.put("dimensions.1.items.5.code", "R6")
	s.put("dimensions.1.items.5.text", "keeps the printers running")
	s.put("points", "7")
	s.put("overall.0.code", "")
	s.Click(`.survey-editor .form-foot button`)
	s.Until(`document.querySelector('.summary')`) // a text without a code
	s.put("overall.0.code", "SAT1")
	s.Click(`.survey-editor .form-foot button`)
	s.Until(`!document.querySelector('.summary') && document.querySelector('[name="dimensions.1.items.6.code"]')`)
	s.Screen("survey-questionnaire")
	s.everyLook(path)
	s.everyLook("/questionnaires")
}

// opensInTheBrowser plans, draws and opens a wave.
func (s *story) opensInTheBrowser() int64 {
	s.Go(s.url + "/surveys/new")
	s.put("name_zh", "秋季调查")
	s.put("name_en", "Autumn wave")
	s.put("margin", "x")
	s.put("samples", "200")
	browser.Eval[bool](s.Page, `(document.querySelector('[name=margin]').type = 'text', document.querySelector('[name=margin]').value = 'x', document.querySelector('form.form').noValidate = true, true)`)
	s.Click(`.form-foot button.btn-primary`)
	s.Until(`document.querySelector('#f-margin-fault')`)
	s.Axe("a plan that came back")
	s.put("margin", "10")
	s.Click(`.form-foot button.btn-primary`)
	s.Until(`/^\/surveys\/\d+$/.test(location.pathname)`)
	path := browser.Eval[string](s.Page, `location.pathname`)
	s.everyLook(path)
	s.everyLook(path + "/plan")
	s.Go(s.url + path)
	s.press("draw")
	s.Until(`document.querySelector('form[action$="/move/open"]')`)
	s.press("open")
	s.Until(`document.querySelector('form[action$="/move/close"]')`)
	s.Screen("survey-open")
	s.everyLook(path)
	s.Go(s.url + path + "/paper")
	s.Axe("paper")
	s.Fits("paper")
	s.everyLook("/surveys")
	var id int64
	if _, err := fmt.Sscanf(path, "/surveys/%d", &id); err != nil {
		s.t.Fatal(err)
	}
	return id
}

// mailed are the links that mails give to users who have not answered.
func (s *story) mailed(h *house, id int64) []string {
	s.t.Helper()
	writer, err := h.writer(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := h.surveys.Invites.Invites(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, in := range all {
		if in.Side == wave.Users && !in.Answered && in.Token == "" {
			out = append(out, notice.SurveyPath+writer.SurveyPass(notice.Pass{Ref: notice.SurveyRef(id), Person: in.Person, Until: Now().AddDate(0, 0, 7)}))
		}
	}
	if len(out) < 28 {
		s.t.Fatalf("%d are left to answer", len(out))
	}
	return out
}

// answersByPhone answers at 390 px, without a pointer, leaving in between.
func (s *story) answersByPhone(h *house, id int64) {
	s.t.Helper()
	link := s.mailed(h, id)[0]
	s.everyLook(link)
	s.everyLook("/link/survey")
	s.Size(390, 844)
	s.Go(s.url + link)
	s.reach(`main form button`)
	s.Keys(browser.Enter)
	s.Until(`document.querySelector('.survey-step')`)
	s.reach(`.form-foot button[value=on]`)
	s.Screen("survey-step-phone")
	s.Keys(browser.Enter)
	s.Until(`document.querySelector('.summary') && document.querySelector('button[name=skip]')`)
	s.Axe("a step with statements left open")
	s.everyLook("/link/survey/fill/0")
	s.Size(390, 844)
	steps := 0
	for s.Go(s.url + "/link/survey/fill/0"); browser.Eval[bool](s.Page, `!!document.querySelector('.survey-step')`); steps++ {
		if raw := browser.Eval[string](s.Page, `document.querySelector('main').innerText.match(/\bwave\.[a-zA-Z_.]+/)?.[0] ?? ''`); raw != "" {
			s.t.Errorf("step %d shows %s", steps, raw)
		}
		browser.Eval[bool](s.Page, `(() => { for (const g of document.querySelectorAll('.survey-scale')) g.querySelectorAll('input')[4].checked = true; return true })()`)
		s.reach(`.form-foot button[value=on]`)
		browser.Eval[bool](s.Page, `(document.activeElement.dataset.gone = '1', true)`)
		s.Keys(browser.Enter)
		s.Until(`!document.querySelector('[data-gone]') && document.readyState === 'complete'`)
		if steps == 3 { // away, and back
			s.Go(s.url + "/")
			s.Go(s.url + "/link/survey/fill/0")
			if n := browser.Eval[int](s.Page, `document.querySelectorAll('.survey-scale input:checked').length`); n == 0 {
				s.t.Error("what was answered is not there when one comes back")
			}
			s.Go(s.url + "/link/survey/fill/4")
		}
		s.everyStep(steps)
	}
	if steps < 12 {
		s.t.Errorf("%d steps", steps)
	}
	s.Axe("before it is handed in")
	s.Screen("survey-last-phone")
	s.reach(`form[action$="/done"] button`)
	s.Keys(browser.Enter)
	s.Until(`location.pathname === '/link/survey/thanks'`)
	s.Axe("thanks")
	s.Go(s.url + link)
	if browser.Eval[bool](s.Page, `!!document.querySelector('main form')`) {
		s.t.Error("who has answered is let in again")
	}
}

// everyStep looks at the steps whose questions differ.
func (s *story) everyStep(n int) {
	if slices.Contains([]int{5, 11, 12}, n) {
		s.Axe(fmt.Sprint("step ", n))
		s.Screen(fmt.Sprint("survey-step-", n))
		s.Fits(fmt.Sprint("step ", n))
	}
}
