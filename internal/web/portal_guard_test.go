package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// A record full of internal things shows none of them on the portal, to
// whomever: its requester, the head of the department, an agent.
func TestNothingInternalLeaksToThePortal(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("wang", nil)
	agent := c.actor("chen")
	c.work(i.Number, "classify", "assign", "accept", "declare")
	c.now = c.now.Add(1)
	file, _, err := c.db.Files().Store(t.Context(), c.now, agent.ID, 1<<20, strings.NewReader("internal log"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.desk.Note(t.Context(), agent, i.Number, record.Input{Text: "the user is hopeless", Files: []record.Attach{{File: file, Name: "internal-log.txt"}}, Sure: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.desk.Reply(t.Context(), agent, i.Number, record.Input{Text: "We look into it.", Sure: true}); err != nil {
		t.Fatal(err)
	}
	if err := c.desk.Sit(t.Context(), agent, func(s *record.Sitting[*incident.Incident]) error {
		one, err := s.Lock(i.Number)
		if err != nil {
			return err
		}
		return s.Plan(one, record.Task{Title: "internal task of the team"})
	}); err != nil {
		t.Fatal(err)
	}
	c.work(i.Number, "resolve")
	for _, who := range []string{"wang", "zhou", "chen"} {
		for _, path := range []string{"/portal", "/portal/reports/" + i.Ref(), "/portal/reports", "/portal/department", "/portal/board", "/portal/reports?q=hopeless", "/portal/reports?q=internal"} {
			body := c.ask(who, "GET", path, nil).Body.String()
			for _, secret := range []string{"hopeless<", "the user is", "internal-log", "internal task", "secret reason", "陈静", "chen", "data-due", `class="sla`, "Cause code", "no item", "Escalat"} {
				if path == "/portal/reports?q=hopeless" && secret == "hopeless<" {
					continue
				}
				if strings.Contains(body, secret) && (who != "chen" || secret != "chen" && secret != "陈静") {
					t.Errorf("%s reads %q at %s", who, secret, path)
				}
			}
		}
	}
	if body := c.ask("wang", "GET", "/portal/reports?q=hopeless", nil).Body.String(); strings.Contains(body, i.Ref()) {
		t.Error("a search finds the words of an internal note")
	}
	for id := range int64(5) {
		if w := c.ask("wang", "GET", "/portal/reports/"+i.Ref()+"/files/"+strconv.FormatInt(id, 10), nil); w.Code != http.StatusNotFound {
			t.Errorf("the file of a note: %d", w.Code)
		}
	}
}

// TestReferencedIDOutsideTheScope: every page and deed of somebody else's
// report is as if it were not there.
func TestReferencedIDOutsideTheScope(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("wang", nil)
	c.upload("wang", "/portal/reports/"+i.Ref()+"/reply", url.Values{"text": {"see"}}, map[string]string{"a.txt": "mine"})
	files, err := c.desk.Attached(t.Context(), c.actor("wang"), i.Number)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	at := "/portal/reports/" + i.Ref()
	foreign := at + "/files/" + strconv.FormatInt(files[0].ID, 10)
	for _, path := range []string{at, foreign, "/portal/reports/INC-2026-99999", "/portal/reports/CON-2026-00001", "/portal/reports/nonsense", at + "/files/x"} {
		if w := c.ask("li", "GET", path, nil); w.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
	for _, deed := range []string{"/reply", "/solve", "/reopen", "/rate"} {
		if w := c.ask("li", "POST", at+deed, url.Values{"text": {"x"}, "why": {"x"}, "rating": {"1"}}); w.Code != http.StatusNotFound {
			t.Errorf("POST %s: %d", deed, w.Code)
		}
	}
	// A service he is not cleared for, or that is for staff only.
	for _, service := range []string{"secret", "lab"} {
		if w := c.ask("li", "POST", "/portal/report", c.report(url.Values{"service": {c.id(service)}})); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("reported for %s: %d", service, w.Code)
		}
	}
	// A file that somebody else has brought.
	if w := c.ask("li", "POST", "/portal/report", c.report(url.Values{"kept": {strconv.FormatInt(files[0].File, 10) + ":a.txt"}})); w.Code == http.StatusSeeOther {
		t.Error("a foreign file was attached by its number")
	}
	for _, who := range []string{"", "nobody"} {
		if w := c.ask(who, "GET", at, nil); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/signin") {
			t.Errorf("somebody unknown: %d", w.Code)
		}
	}
}

// Fields that the form does not have change nothing.
func TestSmuggledFields(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("wang", url.Values{
		"team": {"7"}, "owner": {c.who["chen"].String()}, "state": {"closed"}, "priority": {"1"}, "override": {"1"}, "requester": {c.who["li"].String()},
		"department": {c.id("EDU")}, "zone": {c.id("INT")}, "vip": {"true"}, "hall": {"true"}, "major": {"true"}, "rating": {"5"}, "channel": {"phone"}, "solution": {"done"}, "x.secret": {"1"},
	})
	if i.Team != 0 || i.Owner != 0 || i.State != incident.New || i.Override != 0 || i.Requester != c.who["wang"] || int64(i.Department) != c.things["FIN"] ||
		int64(i.Zone) != c.things["EXT"] || i.VIP || i.Hall || i.Major || i.Rating != 0 || i.Channel != "portal" || i.Solution != "" || len(i.More) != 0 {
		t.Errorf("smuggled: %+v", i)
	}
	c.work(i.Number, "classify", "assign", "accept", "resolve")
	if w := c.ask("wang", "POST", "/portal/reports/"+i.Ref()+"/solve", url.Values{"solution": {"mine"}, "title": {"mine"}, "rating": {"4"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if got := c.read(i.Number); got.Title != i.Title || strings.Contains(got.Solution, "mine") {
		t.Errorf("smuggled into the confirmation: %+v", got)
	}
}

// TestXSSInEveryFreeText: what people write is text, wherever it is shown.
func TestXSSInEveryFreeText(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	i := c.reported("wang", url.Values{"title": {evil}, "description": {evil}, "room": {evil}, "callback": {evil}})
	at := "/portal/reports/" + i.Ref()
	c.upload("wang", at+"/reply", url.Values{"text": {evil + "\n\n[x](javascript:alert(1))"}}, map[string]string{`<img src=x onerror=alert(1)>.txt`: "x"})
	c.work(i.Number, "classify", "declare")
	if _, err := c.desk.Publish(t.Context(), c.actor("chen"), i.Number, evil); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/portal", at, "/portal/reports", "/portal/reports?q=" + url.QueryEscape(evil), "/portal/department", "/portal/board", "/portal/report?service=" + url.QueryEscape(evil)} {
		body := c.ask("wang", "GET", path, nil).Body.String()
		if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") || strings.Contains(body, `href="javascript:`) {
			t.Errorf("%s lets markup through", path)
		}
	}
	w := c.ask("wang", "POST", "/portal/report", c.report(url.Values{"title": {evil}, "service": {evil}, "callback": {evil}, "kept": {"7:" + evil}}))
	if strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "<img src=x") {
		t.Error("the form that comes back lets markup through")
	}
}

// TestCSRF: a form of another site is refused before any handler.
func TestCSRFOnThePortal(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("wang", nil)
	for _, path := range []string{"/portal/report", "/portal/reports/" + i.Ref() + "/reply", "/portal/reports/" + i.Ref() + "/solve", "/portal/board/" + i.Ref()} {
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(c.report(nil).Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(name, value)
			if w := c.send("wang", r); w.Code != http.StatusForbidden {
				t.Errorf("%s with a foreign %s: %d", path, name, w.Code)
			}
		}
	}
}

// TestUploads: what strangers send is never run, rendered or believed.
func TestUploadsOnThePortal(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("wang", nil)
	at := "/portal/reports/" + i.Ref()
	for name, content := range map[string]string{
		"page.html":                     "<html><script>alert(1)</script></html>",
		"drawing.svg":                   `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
		"picture.png":                   "<html><body onload=alert(1)>",
		"..\\..\\windows\\evil.exe":     "MZ....",
		"a\r\nX-Evil: 1\r\n\r\n.txt":    "<script>alert(1)</script>",
		"name\"; filename=\"other.html": "hello",
		"../../../etc/passwd":           "root",
		"报表\u202Eexe.txt":               "text",
	} {
		if w := c.upload("wang", at+"/reply", url.Values{"text": {"see"}}, map[string]string{name: content}); w.Code != http.StatusSeeOther {
			t.Errorf("%q: %d %s", name, w.Code, w.Body)
		}
	}
	files, err := c.desk.Attached(t.Context(), c.actor("wang"), i.Number)
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		w := c.ask("wang", "GET", at+"/files/"+strconv.FormatInt(f.ID, 10), nil)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Evil") != "" {
			t.Errorf("%q: %d %v", f.Name, w.Code, h)
		}
		if kind := h.Get("Content-Type"); kind != "application/octet-stream" && !strings.HasPrefix(kind, "text/plain") {
			t.Errorf("%q goes out as %s", f.Name, kind)
		}
		how := h.Get("Content-Disposition")
		if strings.ContainsAny(how, "\r\n") || strings.Contains(f.Name, "..") || strings.ContainsAny(f.Name, "/\\\u202E") {
			t.Errorf("%q: %s", f.Name, how)
		}
		if !strings.HasPrefix(h.Get("Content-Type"), "text/plain") && !strings.HasPrefix(how, "attachment") {
			t.Errorf("%q is shown: %s", f.Name, how)
		}
	}
	big := strings.Repeat("x", int(record.StandardLimits.Size)+1)
	w := c.upload("wang", at+"/reply", url.Values{"text": {"it is big"}}, map[string]string{"big.bin": big})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "it is big") || !strings.Contains(w.Body.String(), "big.bin") {
		t.Errorf("a file beyond the limit: %d", w.Code)
	}
	many := map[string]string{}
	for n := range 11 {
		many[strconv.Itoa(n)+".txt"] = "x"
	}
	if w := c.upload("wang", at+"/reply", url.Values{"text": {"too many"}}, many); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("eleven files: %d", w.Code)
	}
}
