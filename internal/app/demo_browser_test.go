package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// demoCity is the demo city, served; enter lets a page in as somebody of a role.
func demoCity(t *testing.T) (url string, enter func(p *browser.Page, role string)) {
	t.Helper()
	_, url, enter = demoHouse(t)
	return url, enter
}

// demoHouse is the same with the house behind it.
func demoHouse(t *testing.T) (h *house, url string, enter func(p *browser.Page, role string)) {
	t.Helper()
	return demoHouseOf(t, "S")
}

// demoHouseOf is a demo city of a size.
func demoHouseOf(t *testing.T, size string) (h *house, at string, enter func(p *browser.Page, role string)) {
	t.Helper()
	browser.Path(t)
	h = demoCopy(t, size)
	h.ready.Store(true)
	pages, err := h.routes()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(pages)
	t.Cleanup(s.Close)
	mark, _ := h.demoMark()
	door := *s.Client()
	door.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return h, s.URL, func(p *browser.Page, role string) {
		t.Helper()
		for _, a := range mark.Accounts {
			if a.Role.En != role {
				continue
			}
			// Not in the page: its live updates would end with the session before.
			res, err := door.PostForm(s.URL+"/signin/demo", url.Values{"person": {a.Person.String()}})
			if err != nil || res.Body.Close() != nil || len(res.Cookies()) == 0 {
				t.Fatalf("enter as %s: %v, %v", role, res, err)
			}
			p.Keep(s.URL, res.Cookies())
			p.Go(s.URL + "/signin")
			return
		}
		t.Fatalf("no demo account is a %s: %+v", role, mark.Accounts)
	}
}

// TestListsOfTheDemoFit looks at the lists as they open: at 1440, with a
// record beside them and without, nothing is cut off at the side; on a phone
// the bar at the foot has five places at most, the bell among them.
func TestListsOfTheDemoFit(t *testing.T) {
	t.Parallel()
	url, enter := demoCity(t)
	p := browser.View(t, url+"/signin")
	const past = `[...document.querySelectorAll('.list-wrap')].map((e) => e.scrollWidth - e.clientWidth).filter((n) => n > 0).join()`
	for _, role := range []struct{ name, lists string }{
		{"Desk agent", "/incidents /contacts"}, {"Problem manager", "/problems /incidents"}, {"Configuration manager", "/configuration"}, {"Process manager", "/risks"},
	} {
		enter(p, role.name)
		for _, lang := range []string{"en", "zh"} {
			for path := range strings.FieldsSeq(role.lists) {
				name := role.name + " " + path + " " + lang
				p.Size(1440, 900)
				p.Prefer(lang, "light")
				p.Go(url + path)
				if wide := browser.Eval[string](p, past); wide != "" {
					t.Errorf("%s scrolls sideways, by %s px", name, wide)
				}
				if bare := browser.Eval[string](p, `[...document.querySelectorAll('td .cut, th .cut')].filter((e) => e.scrollWidth > e.clientWidth && !e.title).map((e) => e.outerHTML.slice(0, 120)).join('\n')`); bare != "" {
					t.Errorf("%s: cut, and without a title: %s", name, bare)
				}
				p.Go(url + browser.Eval[string](p, `document.querySelector('tbody a').getAttribute('href')`))
				if wide := browser.Eval[string](p, past); wide != "" {
					t.Errorf("%s beside a record scrolls sideways, by %s px", name, wide)
				}
				p.Size(390, 844)
				p.Go(url + path)
				p.Fits(name + " on a phone")
				footOf(t, p, name)
				railOf(t, p, name)
			}
		}
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// railOf looks at the rail on a low screen: its last place is within reach.
func railOf(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	p.Size(1440, 640)
	if beyond := browser.Eval[int](p, `[...document.querySelectorAll('.rail .rail-link')].filter((e) => e.offsetWidth && e.getBoundingClientRect().bottom > innerHeight).length`); beyond > 0 {
		t.Errorf("%s: %d places of the rail are below a screen of 640", name, beyond)
	}
	if small := browser.Eval[int](p, `[...document.querySelectorAll('.rail .rail-link')].filter((e) => e.offsetWidth && e.offsetHeight < 24).length`); small > 0 {
		t.Errorf("%s: %d places of the rail are less than 24 high", name, small)
	}
}

// footOf looks at the bar at the foot of a phone: how many places, all within
// reach, the bell among them, and "More" by keyboard and by touch.
func footOf(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	places := browser.Eval[int](p, `[...document.querySelectorAll('.rail .rail-link')].filter((e) => e.offsetWidth).length`)
	if places > 5 {
		t.Errorf("%s: %d places at the foot", name, places)
	}
	for what, where := range map[string]string{"bell": ".rail [href='/notices']", "More": ".rail summary"} {
		if !browser.Eval[bool](p, `(() => { const b = document.querySelector("`+where+`")?.getBoundingClientRect(); return !!b && b.left >= 0 && b.right <= innerWidth && b.bottom <= innerHeight && b.width >= 44 && b.height >= 44 })()`) {
			t.Errorf("%s: the %s is beyond the edge", name, what)
		}
	}
	browser.Eval[bool](p, `(document.querySelector('.rail summary').focus(), true)`)
	p.Keys(browser.Enter)
	p.Until(`document.querySelector('.rail details').open`)
	p.Keys(browser.Down)
	p.Until(`document.activeElement.matches('.rail .menu-item') && document.activeElement.offsetWidth > 0`)
	p.Axe(name + " with More open")
	p.Fits(name + " with More open")
	if out := browser.Eval[bool](p, `(() => { const b = document.querySelector('.rail .menu-list').getBoundingClientRect(); return b.top < 0 || b.left < 0 || b.right > innerWidth })()`); out {
		t.Errorf("%s: More reaches beyond the edge", name)
	}
	p.Keys(browser.Escape)
	p.Until(`!document.querySelector('.rail details').open && document.activeElement.matches('.rail summary')`)
	p.Click(".rail summary")
	p.Until(`document.querySelector('.rail details').open`)
	p.Picture(strings.ReplaceAll(strings.Trim(name, "/"), "/", "") + "-more")
}
