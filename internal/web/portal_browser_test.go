package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
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
		p.Size(look.width, 900)
		for name, path := range map[string]string{"home": "/portal", "report": "/portal/report", "case": "/portal/reports/" + i.Ref(), "list": "/portal/reports", "board": "/portal/board", "choices": "/notices/choices"} {
			p.Go(server.URL + path)
			p.Prefer(look.lang, look.theme)
			full := "portal-" + name + "-" + look.lang + "-" + look.theme
			p.Axe(full)
			if over := browser.Eval[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
				t.Errorf("%s is %d px wider than the window", full, over)
			}
			p.Picture(full)
		}
	}
	c.sends(func() {
		p.NoScript(server.URL + "/portal/report")
		p.See(".form-foot button.btn-primary")
		p.Type("[name=title]", "The printer is silent\r")
	})
	for _, complaint := range p.Complaints() {
		if !strings.Contains(complaint, "404") {
			t.Errorf("the browser complains: %s", complaint)
		}
	}
}

// sends waits until the report that was typed without scripts has come. Keys
// that reach a page which is still being laid out on a busy machine can get
// lost: then it is typed once more.
func (c *town) sends(report func()) {
	c.t.Helper()
	for range 4 {
		report()
		for end := time.Now().Add(8 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			found, err := c.db.Ledger().List(c.t.Context(), people.Everything(), record.Query{Kind: record.Incident, Order: record.Newest, Limit: 1})
			if err == nil && len(found) == 1 && found[0].Title == "The printer is silent" {
				return
			}
		}
	}
	c.t.Error("the report that was typed without scripts never came")
}
