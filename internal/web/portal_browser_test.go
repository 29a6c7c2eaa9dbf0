package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"kilter/internal/testkit/browser"
)

// An official's way in a real browser, on a phone and at a desk, in both
// languages, with scripts and without.
func TestPortalInTheBrowser(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	server := httptest.NewServer(c.handler)
	t.Cleanup(server.Close)
	i := c.reported("wang", nil)
	outage := c.reported("li", nil)
	c.work(outage.Number, "classify", "declare")
	if _, err := c.desk.Publish(t.Context(), c.actor("chen"), outage.Number, "Mail is down for all. Next word at 10:30."); err != nil {
		t.Fatal(err)
	}
	c.work(i.Number, "classify", "assign", "accept", "resolve")
	p := browser.View(t, server.URL+"/healthz")
	browser.Eval[string](p, `document.cookie = 'test_who=wang; path=/'`)
	for _, look := range []struct {
		lang, theme string
		width       int
	}{{"en", "light", 1440}, {"zh", "light", 390}, {"zh", "dark", 1440}} {
		for name, path := range map[string]string{"home": "/portal", "report": "/portal/report", "case": "/portal/reports/" + i.Ref(), "list": "/portal/reports", "board": "/portal/board", "choices": "/notices/choices"} {
			p.GoIn(server.URL+path, look.lang, look.theme, look.width)
			full := "portal-" + name + "-" + look.lang + "-" + look.theme
			p.Axe(full)
			p.Fits(full)
			p.Picture(full)
		}
	}
	p.NoScript(server.URL + "/portal/report")
	p.Type("[name=title]", "The printer is silent")
	p.Click(".form-foot button.btn-primary")
	p.See(".case-next")
	for _, complaint := range p.Complaints() {
		if !strings.Contains(complaint, "404") {
			t.Errorf("the browser complains: %s", complaint)
		}
	}
}
