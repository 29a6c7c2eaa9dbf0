package app

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"kilter/internal/base/secret"
	"kilter/internal/testkit/browser"
)

// TestACentreStartsTomorrow walks the way of a centre that has just unpacked
// Kilter, in Chinese: the token that the server printed, three administrators,
// the steps of setting up, a first agent with a role and a password of his
// own, his first call, resolved and closed.
func TestACentreStartsTomorrow(t *testing.T) {
	t.Parallel()
	browser.Path(t)
	h := testHouse(t, "sqlite")
	if err := h.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	token, err := h.who.door.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pages, err := h.routes()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	s := &newCentre{&story{Page: browser.View(t, server.URL+"/"), t: t, url: server.URL}}
	s.Until(`location.pathname === '/signin/first'`)
	s.Prefer("zh", "light")
	s.put("token", token)
	for i, name := range []string{"周明", "李慧", "陈静"} {
		n := fmt.Sprintf("founder%d.", i)
		s.put(n+"name", name)
		s.put(n+"code", fmt.Sprintf("admin%d", i))
		s.put(n+"password", passphrase)
	}
	s.Axe("the first administrators")
	s.press(`location.pathname === '/signin'`)
	s.Until(`document.querySelector('main').textContent.includes('账号已经开通')`)

	s.comesIn("admin0", passphrase)
	s.Go(server.URL + "/setup")
	s.setUp()
	s.Go(server.URL + "/settings/person/new")
	s.put("code", "1001")
	s.put("name", "王小玲")
	s.Click(`[name=staff]`)
	s.press(`location.pathname === '/settings/person'`)

	s.comesIn("admin1", passphrase)
	password := s.opensAccount("王小玲", "服务台坐席")

	s.comesIn("1001", password)
	s.put("password", "every call is a guest of ours")
	s.press(`!location.pathname.startsWith('/signin')`)
	s.Go(server.URL + "/incidents/new")
	s.put("title", "窗口打印机卡纸")
	browser.Eval[bool](s.Page, `document.querySelector('[name=solution]').closest('details').open = true`)
	s.put("solution", "取出卡纸，打印正常")
	s.put("no_item", "尚未登记配置项")
	for _, name := range []string{"service", "category", "zone", "cause"} {
		s.first(name)
	}
	s.Axe("a call that is solved on the phone")
	s.Click(`button[name=solve]`)
	s.Until(`document.querySelector('main [role=alert]') || /^\/incidents\/INC-/.test(location.pathname) && document.documentElement.dataset.ready !== undefined`)
	if wrong := browser.Eval[string](s.Page, `document.querySelector('main .summary, main .faults, main [role=alert]')?.textContent ?? ''`); wrong != "" {
		t.Fatal(wrong)
	}
	s.move("confirm", nil)
	s.Until(`document.querySelector('[aria-current=step]')?.textContent.includes('已关闭')`)
}

// opensAccount gives somebody a role and an account, as the security
// administrator; it returns the password that is shown once.
func (s *newCentre) opensAccount(name, role string) (password string) {
	s.t.Helper()
	s.Go(s.url + "/security/accounts?all=1&q=" + name)
	s.Click(`main tr[data-row] a`)
	s.Until(`document.querySelector('[name=roles]')`)
	s.tick("roles", role)
	s.tick("reach", "全部记录")
	for _, network := range []string{"资源共享网", "业务资源网", "公众服务网"} {
		s.tick("cleared", network)
	}
	s.press(`location.pathname.startsWith('/security/accounts/')`)
	s.Click(`form[action$="/password"] button`)
	s.Until(`document.querySelector('.banner code, [role=status] code, main code')`)
	return strings.TrimSpace(s.Text(`main code`))
}

type newCentre struct{ *story }

// press presses the button that a page is for, and waits for the next page.
func (s *newCentre) press(until string) {
	s.t.Helper()
	browser.Eval[bool](s.Page, `!!(document.documentElement.dataset.left = 'soon')`)
	s.Click(`main form .btn-primary, main p .btn-primary`)
	s.Until(`!document.documentElement.dataset.left && (` + until + `) && document.readyState === 'complete' && document.documentElement.dataset.ready !== undefined`)
}

// comesIn signs somebody in, who is to protect his account at once when his
// role asks for it.
func (s *newCentre) comesIn(name, password string) {
	s.t.Helper()
	s.Go(s.url + "/signin")
	if browser.Eval[string](s.Page, `location.pathname`) != "/signin" { // somebody is still here
		browser.Eval[bool](s.Page, `fetch('/signout', {method: 'POST'}).then(() => true)`)
		s.Go(s.url + "/signin")
	}
	s.put("name", name)
	s.put("password", password)
	s.press(`location.pathname !== '/signin'`)
	if browser.Eval[string](s.Page, `location.pathname`) != "/signin/factor" {
		return
	}
	s.press(`document.querySelector('main code')`)
	code, err := secret.OTPAt(strings.ReplaceAll(s.Text(`main code`), " ", ""), Now())
	if err != nil {
		s.t.Fatal(err)
	}
	s.put("code", code)
	s.press(`document.querySelectorAll('main li code').length > 5`)
	s.press(`!location.pathname.startsWith('/signin')`)
}

// first takes the first of what a choice offers.
func (s *newCentre) first(name string) {
	s.t.Helper()
	s.put(name, browser.Eval[string](s.Page, fmt.Sprintf(`(() => { const f = document.querySelector('[name=%s]'); return Object.keys(f.tomselect?.options ?? {}).concat([...f.options].map((o) => o.value)).find((v) => v) ?? '' })()`, name)))
}

// tick sets the box or the choice that has the label.
func (s *newCentre) tick(name, label string) {
	s.t.Helper()
	if !browser.Eval[bool](s.Page, fmt.Sprintf(`(() => { const box = [...document.querySelectorAll('[name=%s]')].find((b) => b.labels[0].textContent.trim() === %q); box?.click(); return !!box?.checked })()`, name, label)) {
		s.t.Fatalf("%s has no %s", name, label)
	}
}

// setUp takes every step as it is offered.
func (s *newCentre) setUp() {
	for range 9 {
		at := browser.Eval[string](s.Page, `location.pathname`)
		if at == "/setup" {
			return
		}
		if at == "/setup/centre" {
			s.put("name_zh", "江城市信息中心")
		}
		s.press(fmt.Sprintf(`location.pathname !== %q`, at))
	}
	s.t.Fatal("the steps do not end")
}
