package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// An official reports a fault, follows it, answers, confirms and rates.
func TestAnOfficialsWay(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := newTown(t, engine)
			form := c.ask("wang", "GET", "/portal/report", nil).Body.String()
			for _, want := range []string{`value="B1203"`, `value="8812 3456"`, "E-mail", "state secrets"} {
				if !strings.Contains(form, want) {
					t.Errorf("the form lacks %s", want)
				}
			}
			for _, not := range []string{"Secret archive", "Test laboratory"} {
				if strings.Contains(form, not) {
					t.Errorf("the form offers %s", not)
				}
			}
			i := c.reported("wang", nil)
			if i.State != incident.New || i.Channel != "portal" || i.Requester != c.who["wang"] || int64(i.Department) != c.things["FIN"] || i.Room != "B1203" || i.Callback != "8812" {
				t.Fatalf("registered %+v", i)
			}
			at := "/portal/reports/" + i.Ref()
			for _, want := range []string{i.Ref(), "Mail does not open", "Received", "since Monday"} {
				if body := c.ask("wang", "GET", at+"?new=1", nil).Body.String(); !strings.Contains(body, want) {
					t.Errorf("the page of the report lacks %q", want)
				}
			}
			c.work(i.Number, "classify", "assign", "accept", "wait")
			if body := c.ask("wang", "GET", at, nil).Body.String(); !strings.Contains(body, "We have a question for you") {
				t.Error("the page does not say that an answer is waited for")
			}
			if w := c.upload("wang", at+"/reply", url.Values{"text": {"it says <quota>"}}, map[string]string{"screen.png": "\x89PNG\r\n\x1a\n..."}); w.Code != http.StatusSeeOther {
				t.Fatalf("answer: %d %s", w.Code, w.Body)
			}
			if got := c.read(i.Number); got.State != incident.InProgress {
				t.Errorf("an answer leaves it %s", got.State)
			}
			c.work(i.Number, "resolve")
			body := c.ask("wang", "GET", at, nil).Body.String()
			for _, want := range []string{"Does it work again?", "The mailbox was full", "it says &lt;quota&gt;", "screen.png"} {
				if !strings.Contains(body, want) {
					t.Errorf("the solved report lacks %q", want)
				}
			}
			if w := c.ask("wang", "POST", at+"/reopen", url.Values{"why": {""}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "f-why-fault") {
				t.Errorf("reopened without a reason: %d", w.Code)
			}
			if w := c.ask("wang", "POST", at+"/reopen", url.Values{"why": {"still slow"}}); w.Code != http.StatusSeeOther {
				t.Fatalf("reopen: %d %s", w.Code, w.Body)
			}
			c.work(i.Number, "resolve")
			if w := c.ask("wang", "POST", at+"/solve", nil); w.Code != http.StatusSeeOther {
				t.Fatalf("confirm: %d %s", w.Code, w.Body)
			}
			if got := c.read(i.Number); got.State != incident.Closed || got.Reopened != 1 {
				t.Errorf("confirmed: %+v", got)
			}
			if list := c.ask("wang", "GET", "/portal/reports?show=closed&q="+i.Ref(), nil).Body.String(); !strings.Contains(list, "Mail does not open") {
				t.Error("the closed report is not found by its number")
			}
		})
	}
}

// What is wrong is said at its field, and nothing typed is lost, not even the
// files that have arrived.
func TestAReportThatIsWrongLosesNothing(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	w := c.upload("wang", "/portal/report", c.report(url.Values{"title": {""}, "description": {"long story"}, "impact": {"2"}}), map[string]string{"a.txt": "hello"})
	body := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", w.Code)
	}
	for _, want := range []string{"f-title-fault", "long story", `value="2" checked`, `name="kept"`, "a.txt"} {
		if !strings.Contains(body, want) {
			t.Errorf("the form that came back lacks %s", want)
		}
	}
	_, kept, _ := strings.Cut(body, `name="kept" value="`)
	kept, _, _ = strings.Cut(kept, `"`)
	i := c.reported("wang", url.Values{"kept": {kept}})
	files, err := c.desk.Attached(t.Context(), c.actor("wang"), i.Number)
	if err != nil || len(files) != 1 || files[0].Name != "a.txt" {
		t.Errorf("attached %v, %v", files, err)
	}
}

func TestDraftsOfThePortal(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	if w := c.ask("wang", "PUT", "/portal/drafts/report", url.Values{"title": {"half a thou"}}); w.Code != http.StatusNoContent {
		t.Fatalf("draft: %d", w.Code)
	}
	if body := c.ask("wang", "GET", "/portal/report", nil).Body.String(); !strings.Contains(body, "half a thou") || !strings.Contains(body, "not sent yet") {
		t.Error("the draft does not come back")
	}
	if body := c.ask("zhou", "GET", "/portal/report", nil).Body.String(); strings.Contains(body, "half a thou") {
		t.Error("a draft is shown to somebody else")
	}
	if w := c.ask("wang", "PUT", "/portal/drafts/anything", url.Values{"title": {"x"}}); w.Code != http.StatusNotFound {
		t.Errorf("a draft of no form: %d", w.Code)
	}
	c.reported("wang", nil)
	if body := c.ask("wang", "GET", "/portal/report", nil).Body.String(); strings.Contains(body, "half a thou") {
		t.Error("the draft stays after the report was sent")
	}
}

// A known outage is offered to be followed instead of reported again.
func TestAKnownOutageIsFollowed(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	i := c.reported("li", nil)
	c.work(i.Number, "classify", "declare")
	if body := c.ask("wang", "GET", "/portal/board", nil).Body.String(); strings.Contains(body, i.Ref()) {
		t.Error("a major incident is on the board before anything was posted")
	}
	if _, err := c.desk.Publish(t.Context(), c.actor("chen"), i.Number, "Mail is down for all. Next word at 10:30."); err != nil {
		t.Fatal(err)
	}
	w := c.ask("wang", "POST", "/portal/report", c.report(nil))
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Next word at 10:30") || !strings.Contains(w.Body.String(), "Mail does not open") {
		t.Fatalf("status %d, %s", w.Code, w.Body)
	}
	if w := c.ask("wang", "POST", "/portal/board/"+i.Ref()+"?instead=1", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("follow: %d", w.Code)
	}
	if body := c.ask("wang", "GET", "/portal/board", nil).Body.String(); !strings.Contains(body, "You hear of every change") {
		t.Error("the board does not say that it is followed")
	}
	// Following the board opens no door to the record.
	if w := c.ask("wang", "GET", "/portal/reports/"+i.Ref(), nil); w.Code != http.StatusNotFound {
		t.Errorf("the record of somebody else: %d", w.Code)
	}
	if w := c.ask("wang", "POST", "/portal/report", c.report(url.Values{"sure": {"1"}})); w.Code != http.StatusSeeOther {
		t.Errorf("reported anyway: %d", w.Code)
	}
	if w := c.ask("wang", "POST", "/portal/board/INC-2026-09999", url.Values{}); w.Code != http.StatusNotFound {
		t.Errorf("followed what is not on the board: %d", w.Code)
	}
}

// TestWhatAnOfficialCanDoHimself is told before he reports what is known; he may
// report it all the same. What only staff can do, and what another network
// suffers from, he is not told.
func TestWhatAnOfficialCanDoHimself(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	known := func(title, around, zone, public string) {
		t.Helper()
		in := record.Input{Fields: map[string]string{
			"title": title, "symptom": "Mail does not open", "zone": fmt.Sprint(c.things[zone]), "impact": "3", "urgency": "3", "category": "1", "method": "test", "root_cause": "a cache", "workaround": around, "public": public,
		}}
		p, err := c.causes.Raise(t.Context(), people.System(people.ViaShell), in)
		for _, m := range []string{"accept", "classify", "investigate", "establish"} {
			if err == nil {
				p, err = c.causes.Move(t.Context(), people.System(people.ViaShell), p.Number, m, in)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	known("The cache is stale", "Press Ctrl+F5 on the page.", "EXT", "true")
	known("The cache of the server", "Restart the front servers.", "EXT", "")
	known("The archive is stale", "Ask the keeper of the archive.", "INT", "true")
	w := c.ask("wang", "POST", "/portal/report", c.report(nil))
	if body := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(body, "Press Ctrl+F5") || strings.Contains(body, "Restart the front") || strings.Contains(body, "keeper of the archive") {
		t.Fatalf("status %d, %s", w.Code, body)
	}
	if w := c.ask("wang", "POST", "/portal/report", c.report(url.Values{"sure": {"1"}})); w.Code != http.StatusSeeOther {
		t.Errorf("reported anyway: %d", w.Code)
	}
}

func TestADepartmentsReports(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	mine, other := c.reported("wang", url.Values{"title": {"finance printer"}}), c.reported("li", url.Values{"title": {"school printer"}})
	body := c.ask("zhou", "GET", "/portal/department", nil).Body.String()
	if !strings.Contains(body, "finance printer") || strings.Contains(body, "school printer") || !strings.Contains(body, "王晓明") {
		t.Errorf("the head sees %s", body)
	}
	if w := c.ask("zhou", "GET", "/portal/reports/"+mine.Ref(), nil); w.Code != http.StatusOK {
		t.Errorf("a report of the department: %d", w.Code)
	}
	if w := c.ask("zhou", "GET", "/portal/reports/"+other.Ref(), nil); w.Code != http.StatusNotFound {
		t.Errorf("a report of another department: %d", w.Code)
	}
	if w := c.ask("wang", "GET", "/portal/department", nil); w.Code != http.StatusSeeOther {
		t.Errorf("an official without a department's scope: %d", w.Code)
	}
	c.work(mine.Number, "classify", "assign", "accept", "resolve")
	if w := c.ask("zhou", "POST", "/portal/reports/"+mine.Ref()+"/solve", url.Values{}); w.Code != http.StatusForbidden {
		t.Errorf("the head confirms what he did not report: %d", w.Code)
	}
}

func TestPagesOfTheList(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	for range 23 {
		if _, err := c.desk.Register(t.Context(), c.actor("wang"), incident.Call{Input: record.Input{Fields: map[string]string{"title": "again"}}, Channel: "portal"}); err != nil {
			t.Fatal(err)
		}
	}
	first := c.ask("wang", "GET", "/portal/reports", nil).Body.String()
	if n := strings.Count(first, `class="case"`); n != 20 || !strings.Contains(first, "23 in all") {
		t.Errorf("%d on the first page", n)
	}
	_, next, _ := strings.Cut(first, `href="/portal/reports?after=`)
	next, _, _ = strings.Cut(next, `"`)
	if n := strings.Count(c.ask("wang", "GET", "/portal/reports?after="+next, nil).Body.String(), `class="case"`); n != 3 {
		t.Errorf("%d on the second page", n)
	}
}
