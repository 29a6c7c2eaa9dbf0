package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/record"
)

func TestTheBell(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("wang", nil)
	if _, err := c.desk.Reply(t.Context(), c.actor("chen"), i.Number, record.Input{Text: "We look into it.", Sure: true}); err != nil {
		t.Fatal(err)
	}
	entries, err := c.db.Ledger().Timeline(t.Context(), i.ID, true)
	if err != nil || len(entries) != 2 {
		t.Fatal(entries, err)
	}
	if err := c.db.Notices().Add(t.Context(), []notice.Notice{{To: c.who["wang"], Record: i.ID, Entry: entries[1].ID, What: notice.Replied, At: c.now, Bell: true}}); err != nil {
		t.Fatal(err)
	}
	if body := c.ask("wang", "GET", "/portal", nil).Body.String(); !strings.Contains(body, `<span class="dot">1</span>`) {
		t.Error("the portal's bell does not count")
	}
	if body := c.ask("wang", "GET", "/notices", nil).Body.String(); !strings.Contains(body, i.Ref()) || !strings.Contains(body, "/portal/reports/"+i.Ref()) {
		t.Error("the notice is not listed")
	}
	if body := c.ask("li", "GET", "/notices", nil).Body.String(); strings.Contains(body, i.Ref()) {
		t.Error("a notice of somebody else is listed")
	}
	if w := c.ask("wang", "POST", "/notices/seen", url.Values{"next": {"https://evil.example/"}}); w.Header().Get("Location") != "/" {
		t.Errorf("led to %q", w.Header().Get("Location"))
	}
	if body := c.ask("wang", "GET", "/portal", nil).Body.String(); strings.Contains(body, `<span class="dot">`) {
		t.Error("the bell counts what was read")
	}
}

func TestWhatOneWantsToHear(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	body := c.ask("wang", "GET", "/notices/choices", nil).Body.String()
	if !strings.Contains(body, "notice.replied.mail") || strings.Contains(body, "notice.queued") {
		t.Error("an official is not asked what concerns him, and nothing else")
	}
	if w := c.ask("wang", "POST", "/notices/choices", url.Values{"notice.replied.bell": {"on"}, "notice.quiet": {"late"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("quiet hours that are none: %d", w.Code)
	}
	if w := c.ask("wang", "POST", "/notices/choices", url.Values{"notice.replied.bell": {"on"}, "notice.quiet": {"22:00-07:00"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("choices: %d %s", w.Code, w.Body)
	}
	p, err := c.db.Person(t.Context(), c.who["wang"])
	if err != nil || notice.Wants(p.Doc.Prefs, notice.Replied, notice.Mail) || !notice.Wants(p.Doc.Prefs, notice.Replied, notice.Bell) || p.Doc.Prefs[notice.QuietPref] != "22:00-07:00" {
		t.Errorf("kept %v, %v", p.Doc.Prefs, err)
	}
}

func TestTheLedgerOfMailIsForTheAdministrator(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	for _, who := range []string{"wang", "chen"} {
		if w := c.ask(who, "GET", "/settings/mail", nil); w.Code != http.StatusForbidden {
			t.Errorf("%s reads the ledger: %d", who, w.Code)
		}
		if w := c.ask(who, "POST", "/settings/mail/test", url.Values{}); w.Code != http.StatusForbidden {
			t.Errorf("%s sends a test: %d", who, w.Code)
		}
	}
}

func TestTheBellRingsForASavedView(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	a := notice.Alert{To: c.who["chen"], View: c.things["full"], Most: 2, At: c.now, Bell: true}
	if crossed, err := c.db.Alerts().Cross(t.Context(), a, nil); err != nil || !crossed {
		t.Fatal(crossed, err)
	}
	body := c.ask("chen", "GET", "/notices", nil).Body.String()
	for _, want := range []string{`<span class="dot">1</span>`, "Full", "/incidents?view=full", "shows more than 2 records"} {
		if !strings.Contains(body, want) {
			t.Errorf("the bell lacks %q", want)
		}
	}
	if body := c.ask("li", "GET", "/notices", nil).Body.String(); strings.Contains(body, "/incidents?view=full") {
		t.Error("somebody else is told")
	}
	w := c.ask("chen", "POST", "/notices/seen", url.Values{"view": {c.id("full")}, "next": {"/incidents?view=full"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/incidents?view=full" {
		t.Errorf("led to %d %q", w.Code, w.Header().Get("Location"))
	}
	if body := c.ask("chen", "GET", "/notices", nil).Body.String(); strings.Contains(body, `<span class="dot">`) {
		t.Error("the bell counts what was read")
	}
}
