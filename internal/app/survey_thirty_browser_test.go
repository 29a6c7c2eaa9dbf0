package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/testkit/browser"
)

// TestThirtyRespondents: a wave in a small city from the plan to the published
// report. Thirty answer: by the portal, by the link of a mail, and by the code of
// a printed sheet; one of each in a browser, the first on a phone, the others post
// what a browser would. What the report says is held to what they answered.
func TestThirtyRespondents(t *testing.T) {
	t.Parallel()
	h, at, enter := demoHouseOf(t, "XS")
	s := &story{Page: browser.View(t, at+"/signin"), t: t, url: at}
	enter(s.Page, "Process manager")
	path, id := s.plansForThirty()
	codes, printed := s.printsCodes(h, path, id)
	all := s.respondents(h, id, printed)
	for i, code := range codes[:10] {
		all = append(all, &respondent{n: 20 + i, code: code})
	}
	for i, r := range all {
		r.t, r.url, r.given = t, at, map[string]int{}
		if i%10 == 0 {
			r.browses(i == 0)
		} else {
			r.posts()
		}
	}
	if err := h.surveys.Mix(t.Context(), true); err != nil { // as the duty of each minute does
		t.Fatal(err)
	}
	s.Go(at + path)
	if n := browser.Eval[string](s.Page, `document.querySelector('main').textContent`); !strings.Contains(n, "30 ") {
		t.Errorf("the page of the wave does not say that 30 have answered: %.600s", n)
	}
	s.Axe("a wave with answers")
	s.closesAndPublishes(path)
	s.readsTheReport(h, path, id, all)
	s.bringsAFile(h)
	for _, c := range s.Complaints() {
		t.Error(c)
	}
}

// plansForThirty plans a wave, draws it and opens it.
func (s *story) plansForThirty() (path string, id int64) {
	s.t.Helper()
	s.Go(s.url + "/surveys/new")
	s.put("name_en", "Thirty answer")
	s.put("name_zh", "三十人答卷")
	s.put("samples", "400")
	s.put("margin", "8")
	s.Click(`.form-foot button.btn-primary`)
	s.Until(`/^\/surveys\/\d+$/.test(location.pathname)`)
	path = browser.Eval[string](s.Page, `location.pathname`)
	if _, err := fmt.Sscanf(path, "/surveys/%d", &id); err != nil {
		s.t.Fatal(err)
	}
	s.press("draw")
	s.press("open")
	s.Until(`document.querySelector('form[action$="/move/close"]')`)
	return path, id
}

// printsCodes prints the sheets of the department of which most were asked.
func (s *story) printsCodes(h *house, path string, id int64) (codes []string, of people.DepartmentID) {
	s.t.Helper()
	w, err := h.surveys.Waves.Wave(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	most := slices.MaxFunc(w.Strata, func(a, b wave.Stratum) int { return a.Invited - b.Invited })
	s.Go(s.url + path)
	s.put("department", strconv.FormatInt(int64(most.Department), 10))
	s.Click(`form[action$="/codes"] button`)
	s.Until(`document.readyState === 'complete' && document.querySelector('.survey-code')`) // sheets come one after the other
	text := browser.Eval[string](s.Page, `[...document.querySelectorAll('.survey-code')].map((e) => e.textContent).join(' ')`)
	codes = strings.Fields(text)
	s.leaves(".survey-sheet", 1)
	s.Axe("a printed sheet")
	if len(codes) != most.Invited || len(codes) < 10 {
		s.t.Fatalf("%d sheets, %d were asked", len(codes), most.Invited)
	}
	return codes, most.Department
}

// respondents are twenty who were asked, of other departments: ten with a session
// in the portal, ten with a mail.
func (s *story) respondents(h *house, id int64, but people.DepartmentID) (all []*respondent) {
	s.t.Helper()
	writer, err := h.writer(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	asked, err := h.surveys.Invites.Invites(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	size := map[people.DepartmentID]int{}
	for _, in := range asked {
		size[in.Department]++
	}
	slices.SortStableFunc(asked, func(a, b wave.Invite) int {
		return cmp.Or(size[b.Department]-size[a.Department], int(a.Department-b.Department))
	})
	for _, in := range asked {
		if in.Side != wave.Users || in.Department == but || len(all) == 20 {
			continue
		}
		r := &respondent{n: len(all)}
		if len(all) < 10 {
			entrance, err := h.who.door.Admit(s.t.Context(), signin.From{Via: people.ViaPage}, in.Person, "test", "")
			if err != nil {
				s.t.Fatal(err)
			}
			r.session, r.portal = entrance.Token, fmt.Sprintf("/portal/surveys/%d", id)
		} else {
			r.mail = notice.SurveyPath + writer.SurveyPass(notice.Pass{Ref: notice.SurveyRef(id), Person: in.Person, Until: Now().AddDate(0, 0, 7)})
		}
		all = append(all, r)
	}
	if len(all) != 20 {
		s.t.Fatalf("%d were asked beside those with sheets", len(all))
	}
	return all
}

// respondent is one of the thirty.
type respondent struct {
	t   *testing.T
	url string
	n   int // from 0

	session, portal string // of who comes by the portal
	mail            string // the link of who comes by a mail
	code            string // of who comes by a sheet

	given map[string]int // what he answered
	http  *http.Client
}

// trueGaps is what the thirty miss, by the first letter of a statement's code.
var trueGaps = map[byte]int{'T': 0, 'R': -2, 'S': -1, 'A': 0, 'M': -1}

// says is his answer to a question; "" for none.
func (r *respondent) says(name string) string {
	points := map[string]int{"W_reliability": 40, "W_responsiveness": 30, "W_assurance": 20, "W_empathy": 10}
	form, item, rated := strings.Cut(name, "_")
	mood := r.n%3 - 1
	switch {
	case rated && (form == "E" || form == "P"):
		no := int(item[1] - '0')
		x := 5 + (r.n+no)%3
		if form == "P" {
			x = min(7, max(1, x+trueGaps[item[0]]+mood+(r.n/3+no)%2))
		}
		r.given[name] = x
		return strconv.Itoa(x)
	case strings.HasPrefix(name, "W_"):
		return strconv.Itoa(points[name])
	case name == "SAT1" || name == "SAT2" || name == "QUAL" || name == "EFFORT":
		return strconv.Itoa(5 + mood)
	case name == "better" && r.n%2 == 0:
		return "希望报修后有明确的时间。"
	case name == "MOST":
		return "reliability"
	}
	return ""
}

// browses answers in a browser, on a phone with axe at every step.
func (r *respondent) browses(phone bool) {
	r.t.Helper()
	s := &story{Page: browser.View(r.t, r.url+"/link/survey"), t: r.t, url: r.url}
	if phone {
		s.Size(390, 844)
	}
	switch {
	case r.portal != "":
		browser.Eval[bool](s.Page, fmt.Sprintf(`(document.cookie = 'kilter_session=' + %q + '; path=/', true)`, r.session))
		s.Go(r.url + "/portal/surveys")
		s.Axe("what he is asked")
		s.Click(fmt.Sprintf(`main a[href=%q]`, r.portal))
		s.Until(fmt.Sprintf(`document.querySelector('form[action=%q]')`, r.portal))
		s.Axe("the door in the portal")
		s.Fits("the door in the portal")
		s.Click(fmt.Sprintf(`form[action=%q] button`, r.portal))
	case r.mail != "":
		s.Go(r.url + r.mail)
		s.Prefer("zh", "dark")
		s.Axe("the door of a mail")
		s.Click(`main form button`)
	default:
		s.put("code", strings.ToLower(r.code))
		s.Axe("the door of a sheet")
		s.Click(`main form button`)
	}
	steps := 0
	for ; ; steps++ {
		s.Until(fmt.Sprintf(`location.pathname === '/link/survey/fill/%d' && document.readyState === 'complete'`, steps))
		if last := browser.Eval[bool](s.Page, `!document.querySelector(".survey-step")`); phone && (last || slices.Contains([]int{0, 5, 6, 11, 12}, steps)) || !phone && steps == 5 {
			s.Axe(fmt.Sprintf("step %d of %d", steps, r.n))
			s.Fits(fmt.Sprintf("step %d of %d", steps, r.n))
		}
		if browser.Eval[bool](s.Page, `!!document.querySelector('form[action$="/done"]')`) {
			break
		}
		r.fills(s)
	}
	if steps < 12 {
		r.t.Errorf("%d steps", steps)
	}
	s.Click(`form[action$="/done"] button`)
	s.Until(`location.pathname === '/link/survey/thanks'`)
	s.Axe("thanks")
}

// fills enters the answers of a step and goes on.
func (r *respondent) fills(s *story) {
	r.t.Helper()
	names := browser.Eval[[]string](s.Page, `[...new Set([...document.querySelectorAll('.survey-step [name]')].map((e) => e.name))]`)
	said := map[string]string{}
	for _, name := range names {
		if x := r.says(name); x != "" {
			said[name] = x
		}
	}
	text, err := json.Marshal(said)
	if err != nil {
		r.t.Fatal(err)
	}
	browser.Eval[bool](s.Page, fmt.Sprintf(`(() => { for (const [name, x] of Object.entries(%s)) {
		const radio = document.querySelector('input[type=radio][name="' + name + '"][value="' + x + '"]');
		if (radio) radio.click(); else { const f = document.querySelector('[name="' + name + '"]'); if (f.tomselect) f.tomselect.setValue(x); else f.value = x }
	} return true })()`, text))
	s.Click(`.form-foot button[value=on]`)
}

// fieldName finds what a form asks.
var fieldName = regexp.MustCompile(`\sname="([A-Za-z0-9_]+)"`)

// posts goes the same way without a browser.
func (r *respondent) posts() {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.http = &http.Client{Jar: jar, Timeout: time.Minute}
	at, page := "", ""
	switch {
	case r.portal != "":
		u, _ := url.Parse(r.url)
		jar.SetCookies(u, []*http.Cookie{{Name: "kilter_session", Value: r.session, Path: "/"}})
		if _, page = r.goes("/portal/surveys", nil); !strings.Contains(page, r.portal) {
			r.t.Fatalf("%d is not asked on his page", r.n)
		}
		at, page = r.goes(r.portal, url.Values{})
	case r.mail != "":
		at, page = r.goes(r.mail, url.Values{})
	default:
		at, page = r.goes("/link/survey", url.Values{"code": {r.code}})
	}
	for strings.Contains(page, "survey-step") {
		form := url.Values{"go": {"on"}, "began": {strconv.FormatInt(time.Now().Unix()-80, 10)}}
		for _, m := range fieldName.FindAllStringSubmatch(page, -1) {
			if x := r.says(m[1]); x != "" {
				form.Set(m[1], x)
			}
		}
		was := at
		if at, page = r.goes(at, form); at == was {
			r.t.Fatalf("%d is stuck at %s", r.n, at)
		}
	}
	if at, page = r.goes("/link/survey/done", url.Values{}); at != "/link/survey/thanks" {
		r.t.Fatalf("%d ends at %s: %.300s", r.n, at, page)
	}
}

// goes opens an address, or posts to it, and gives where that led.
func (r *respondent) goes(path string, form url.Values) (at, page string) {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+path, http.NoBody)
	if form != nil {
		q, err = http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.url+path, strings.NewReader(form.Encode()))
	}
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := r.http.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("%d: %s answers %d, %v: %.300s", r.n, path, res.StatusCode, err, text)
	}
	return res.Request.URL.Path, string(text)
}

// leaves takes all but the first of some elements away, where axe would judge the
// same again and again.
func (s *story) leaves(selector string, n int) {
	s.t.Helper()
	browser.Eval[bool](s.Page, fmt.Sprintf(`([...document.querySelectorAll(%q)].slice(%d).forEach((e) => e.remove()), true)`, selector, n))
}

// closesAndPublishes takes the wave to its published result.
func (s *story) closesAndPublishes(path string) {
	s.t.Helper()
	s.Go(s.url + path)
	s.press("close")
	s.Until(`document.querySelector('form[action$="/move/analyse"]')`)
	s.Axe("a closed wave")
	s.press("analyse")
	s.Until(`document.querySelector('form[action$="/publish"]')`)
	s.Axe("an analysed wave")
	s.Click(`form[action$="/publish"] button`)
	s.Until(`!document.querySelector('form[action$="/publish"]') && document.readyState === 'complete'`)
	s.Go(s.url + path + "/tryout")
	s.Axe("how the questionnaire held up")
	s.Fits("how the questionnaire held up")
	if said := s.Text("main"); !strings.Contains(said, "30") || notNumber.MatchString(said) {
		s.t.Errorf("how the questionnaire held up: %.400s", said)
	}
	s.Go(s.url + path + "/comments")
	s.Axe("comments")
	browser.Eval[bool](s.Page, `([...document.querySelectorAll('.survey-sort select')].forEach((e) => { e.value = 'responsiveness' }), true)`)
	s.Click(`.survey-keep button`)
	s.Until(`document.querySelectorAll('main h2').length === 1 && document.querySelector('.survey-sort option[selected]')?.value === 'responsiveness'`)
	s.Axe("sorted comments")
}

// readsTheReport opens every part of the report; the score is the one that the
// answers have.
func (s *story) readsTheReport(h *house, path string, id int64, all []*respondent) {
	s.t.Helper()
	frozen, err := h.surveys.Waves.Frozen(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	if frozen.Result.N != len(all) || frozen.Result.Unweighted == nil || frozen.Result.Weights.Respondent == nil {
		s.t.Fatalf("%d are analysed", frozen.Result.N)
	}
	want, weighted := score(all)
	if got := *frozen.Result.Unweighted; math.Abs(got-want) > 1e-9 {
		s.t.Errorf("the score is %g, of what they answered it is %g", got, want)
	}
	if got := *frozen.Result.Weights.Respondent; math.Abs(got-weighted) > 1e-9 {
		s.t.Errorf("the weighted score is %g, of what they answered it is %g", got, weighted)
	}
	s.Go(s.url + path + "/report")
	for _, part := range strings.Fields(browser.Eval[string](s.Page, `[...document.querySelectorAll('a[href*="/report"]')].map((a) => a.getAttribute('href')).filter((h) => !h.includes('?')).join(' ')`)) {
		s.Go(s.url + part)
		s.Fits(part)
		if text := browser.Eval[string](s.Page, `document.querySelector('main').innerText`); notNumber.MatchString(text) {
			s.t.Errorf("%s shows what is no number", part)
		}
		if strings.HasSuffix(part, "/print") { // the same as the parts
			s.leaves("main section", 2)
		}
		s.leaves("main tbody", 3)
		s.leaves("main tbody tr:nth-child(n+4)", 0)
		s.Axe(part)
	}
	s.Go(s.url + path + "/report")
	if said := s.Text(".sat-says"); !strings.Contains(said, fmt.Sprintf("%.2f", math.Abs(want))) {
		s.t.Errorf("the report says %q, the score is %.3f", said, want)
	}
	s.byKeys()
	s.Go(s.url + path + "/report/comments")
	if said := s.Text("main"); !strings.Contains(said, "15 comments") {
		s.t.Errorf("of the comments the report says %.300s", said)
	}
}

// byKeys reads the report without a pointer: how a figure is computed, the next part,
// the table of a picture.
func (s *story) byKeys() {
	s.t.Helper()
	s.reach(`.how summary`)
	s.Keys(browser.Enter)
	s.Until(`document.activeElement.parentElement.open && document.activeElement.parentElement.innerText.length > 80`)
	s.Go(browser.Eval[string](s.Page, `location.href`))
	s.reach(`.tabs a[href$="/report/drivers"]`)
	s.Keys(browser.Enter)
	s.Until(`location.pathname.endsWith('/report/drivers') && document.querySelector('.chart-twin summary')`)
	s.reach(`.chart-twin summary`)
	s.Keys(browser.Enter)
	s.Until(`document.activeElement.parentElement.open && document.activeElement.parentElement.querySelector('tbody tr').offsetHeight > 0`)
}

// notNumber finds figures that are none.
var notNumber = regexp.MustCompile(`\b(NaN|[+-]?Inf)\b`)

// score is the mean over respondents of the mean of their dimensions' gaps,
// tangibles apart, and the one by the points they gave.
func score(all []*respondent) (plain, weighted float64) {
	items := map[byte]int{'R': 5, 'S': 4, 'A': 4, 'M': 5}
	share := map[byte]float64{'R': .4, 'S': .3, 'A': .2, 'M': .1}
	for _, r := range all {
		for d, n := range items {
			gap := 0.0
			for i := 1; i <= n; i++ {
				item := string(d) + strconv.Itoa(i)
				gap += float64(r.given["P_"+item]-r.given["E_"+item]) / float64(n)
			}
			plain += gap / float64(len(items)*len(all))
			weighted += gap * share[d] / float64(len(all))
		}
	}
	return plain, weighted
}
