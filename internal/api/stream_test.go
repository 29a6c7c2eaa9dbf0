package api_test

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/testkit/storetest"
)

const lines = "Content-Type: application/x-ndjson"

func TestBulkLines(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		number := s.register("Mail is down")
		body := strings.Join([]string{
			`{"deed":"open","title":"one","impact":2}`,
			`{"deed":"open","title":""}`,
			`{"deed":"open","title":"two","key":"k2"}`,
			``,
			`{"deed":"note","number":"` + number + `","text":"seen"}`,
			`{"deed":"assign","number":"` + number + `","team":"network","version":2}`,
			`{"deed":"assign","number":"` + number + `","team":"network","version":2}`,
			`{"deed":"close","number":"` + number + `"}`,
			`{"deed":"note","number":"INC-2026-09999","text":"x"}`,
			`{"deed":"note","number":"` + number + `","text":"x","title":"smuggled"}`,
			`nonsense`,
		}, "\n")
		a := s.ask("agent", "POST", "/api/v1/incidents/bulk", body, lines).want(200)
		if a.head.Get("Content-Type") != "application/x-ndjson" {
			t.Errorf("type %q", a.head.Get("Content-Type"))
		}
		want := map[int]int{1: 201, 2: 422, 3: 201, 5: 200, 6: 200, 7: 412, 8: 422, 9: 404, 10: 422, 11: 400}
		for line := range strings.Lines(a.body) {
			var r struct {
				Line, Status int
				Problem      *struct{ Code string }
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if want[r.Line] != r.Status || (r.Status >= 400) != (r.Problem != nil) {
				t.Errorf("want %d: %s", want[r.Line], line)
			}
			delete(want, r.Line)
		}
		if len(want) > 0 {
			t.Errorf("not answered: %v\n%s", want, a.body)
		}
		s.ask("agent", "POST", "/api/v1/incidents/bulk", `{"deed":"open","title":"two","key":"k2"}`, lines).want(200, "INC-2026-00003")
		s.ask("agent", "POST", "/api/v1/incidents/bulk", `{"deed":"open","title":"three","key":"k2"}`, lines).want(200, "api.once_other_body")
		s.ask("agent", "GET", "/api/v1/incidents?count=true", "").want(200, `"count":3`)
		s.ask("agent", "POST", "/api/v1/incidents/bulk", `{}`).want(415)
	})
}

// TestBulkAnswersAsItComes sends a line and reads its answer before the next.
func TestBulkAnswersAsItComes(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	in, out := net(t)
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.server.URL+"/api/v1/incidents/bulk", in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer agent")
	req.Header.Set("Content-Type", "application/x-ndjson")
	go func() { _, _ = fmt.Fprintln(out, `{"deed":"open","title":"0"}`) }()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answers := bufio.NewScanner(res.Body)
	for i := range 3 {
		if !answers.Scan() || !strings.Contains(answers.Text(), fmt.Sprintf("INC-2026-0000%d", i+1)) {
			t.Fatalf("answer %d: %s", i, answers.Text())
		}
		if i < 2 {
			_, _ = fmt.Fprintf(out, `{"deed":"open","title":"%d"}`+"\n", i+1)
		}
	}
	out.Close()
	if answers.Scan() {
		t.Errorf("more: %s", answers.Text())
	}
}

func TestBatchesCanBeUndone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		a, b := s.register("Mail is down"), s.register("Mail is slow")
		form := func(preview bool) string {
			return fmt.Sprintf(`{"numbers":[%q,%q],"move":"assign","fields":{"team":"network"},"preview":%v}`, a, b, preview)
		}
		s.ask("agent", "POST", "/api/v1/incidents/batches", form(true)).want(200, `"from":"classified","to":"assigned"`, `!"batch"`)
		s.ask("agent", "GET", "/api/v1/incidents/"+a, "").want(200, `"state":"classified"`)
		done := s.ask("agent", "POST", "/api/v1/incidents/batches", form(false)).want(200)
		s.ask("agent", "GET", "/api/v1/incidents/"+b, "").want(200, `"state":"assigned"`)
		again := s.ask("agent", "POST", "/api/v1/incidents/batches", form(false)).want(200)
		if again.get("outcomes.0.refused.code") != "flow.no_move" {
			t.Errorf("outcome %s", again.body)
		}
		undo := fmt.Sprintf("/api/v1/incidents/batches/%v/undo", done.get("batch"))
		s.ask("agent", "POST", undo, "").want(200, `"to":"classified"`)
		s.ask("agent", "POST", undo, "").want(409, "record.already_undone")
		s.ask("agent", "GET", "/api/v1/incidents/"+b, "").want(200, `"state":"classified"`)
		s.ask("agent", "POST", "/api/v1/incidents/batches", `{"numbers":[]}`).want(422)
		s.ask("agent", "POST", "/api/v1/incidents/batches", fmt.Sprintf(`{"numbers":[%q],"move":"assign","fields":{"title":"x"}}`, a)).want(422, "#/fields/title")
	})
}

// TestExportsOpenNoFormula is about a title that a spreadsheet would run (CSV
// formula injection).
func TestExportsOpenNoFormula(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		for _, title := range []string{`=HYPERLINK("http://evil.example","x")`, "+1+1", "-2+3", "@SUM(A1)", "plain, with comma"} {
			s.register(title)
		}
		csv := s.ask("agent", "GET", "/api/v1/incidents.csv", "").want(200, "number,title,state", "INC-2026-00005", `"plain, with comma"`, "Office", "Mail")
		for line := range strings.Lines(csv.body) {
			for cell := range strings.SplitSeq(line, ",") {
				if cell = strings.Trim(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=+@") {
					t.Errorf("a formula: %s", line)
				}
			}
		}
		if !strings.Contains(csv.head.Get("Content-Disposition"), "attachment; filename=incidents-2026-11-23.csv") {
			t.Errorf("disposition %q", csv.head.Get("Content-Disposition"))
		}
		xlsx := s.ask("agent", "GET", "/api/v1/incidents.xlsx", "").want(200)
		if _, err := zip.NewReader(strings.NewReader(xlsx.body), int64(len(xlsx.body))); err != nil {
			t.Error(err)
		}
		nd := s.ask("agent", "GET", "/api/v1/incidents.ndjson?order=opened&full=true", "").want(200, `"description"`)
		if strings.Count(nd.body, "\n") != 5 {
			t.Errorf("lines: %s", nd.body)
		}
		s.ask("stranger", "GET", "/api/v1/incidents.ndjson", "").want(200, "!INC-")
		s.ask("reader", "GET", "/api/v1/incidents.csv", "").want(403, "incident.export")
		s.ask("agent", "GET", "/api/v1/incidents.csv?q=colour:red", "").want(422, `"parameter":"q"`)
	})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		one := "/api/v1/incidents/" + s.register("Mail is down")
		put := func(who, content string) answer {
			t.Helper()
			return s.ask(who, "POST", "/api/v1/files", content, "Content-Type: application/octet-stream")
		}
		id := put("agent", "<html><script>alert(1)</script></html>").want(201, `"type":"text/html"`).get("file")
		s.ask("agent", "POST", one+"/note", fmt.Sprintf(`{"text":"see","files":[{"file":%v,"name":"../../etc/pass\"wd.html"}]}`, id)).want(200)
		s.ask("reader", "POST", one+"/note", fmt.Sprintf(`{"text":"see","files":[{"file":%v,"name":"x"}]}`, id)).want(403)
		list := s.ask("reader", "GET", one+"/files", "").want(200, `"name":"pass_wd.html"`)
		got := s.ask("reader", "GET", list.get("0.get").(string), "").want(200, "<script>")
		for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"} {
			if got.head.Get(name) != want {
				t.Errorf("%s: %q", name, got.head.Get(name))
			}
		}
		if d := got.head.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") || strings.Contains(d, "..") {
			t.Errorf("disposition %q", d)
		}
		s.ask("stranger", "GET", list.get("0.get").(string), "").want(404)
		foreign := put("reader", "mine").want(201).get("file")
		s.ask("agent", "POST", one+"/note", fmt.Sprintf(`{"text":"see","files":[{"file":%v,"name":"x"}]}`, foreign)).want(422, "#/files")
		put("agent", strings.Repeat("x", 25<<20+1)).want(413)
		s.ask("agent", "POST", "/api/v1/files", "x", "Content-Type: text/html").want(415)
	})
}

func TestDraftsAndTasks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		place := "/api/v1/drafts/incident.new"
		s.ask("agent", "GET", place, "").want(404)
		s.ask("agent", "PUT", place, `{"title":"half a"}`).want(200, `"version":1`)
		s.ask("agent", "PUT", place, `{"title":"half a sentence"}`, `If-Match: "1"`).want(200, `"version":2`)
		s.ask("agent", "PUT", place, `{"title":"elsewhere"}`, `If-Match: "1"`).want(409, "half a sentence")
		s.ask("agent", "GET", "/api/v1/drafts", "").want(200, "half a sentence")
		s.ask("reader", "GET", "/api/v1/drafts", "").want(200, `"items":[]`)
		s.ask("agent", "DELETE", place, "").want(204)
		s.ask("agent", "GET", place, "").want(404)

		one := "/api/v1/incidents/" + s.register("Mail is down")
		id := s.ask("agent", "POST", one+"/tasks", `{"title":"Look at the relay","checks":[{"text":"log"},{"text":"queue"}]}`).want(200).get("0.id")
		task := fmt.Sprintf("%s/tasks/%v", one, id)
		s.ask("agent", "PATCH", task, `{"state":"done"}`).want(422, "record.task_unchecked")
		s.ask("agent", "PATCH", task, `{"state":"done","checks":[{"text":"log","done":true},{"text":"queue","done":true}]}`).want(200, `"state":"done"`, fmt.Sprintf(`"by":%d`, s.people["agent"].ID))
		s.ask("agent", "PATCH", task, `{"record":7}`).want(422, "#/record")
		s.ask("agent", "POST", one+"/time", `{"minutes":20,"text":"on the phone"}`).want(200)
		s.ask("agent", "PUT", one+"/watchers/me", "").want(200, `"name":"Agent"`)
		s.ask("agent", "GET", one+"/timeline", "").want(200, "incident.spend", "incident.watch", "incident.task_work")
		s.ask("agent", "DELETE", one+"/watchers/me", "").want(200, "[]")
	})
}

// TestARequesterSeesHisSide holds back from a requester what is for staff.
func TestARequesterSeesHisSide(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		number := s.ask("official", "POST", "/api/v1/incidents", `{"title":"no network","service":"mail"}`).want(201).get("number").(string)
		one := "/api/v1/incidents/" + number
		s.ask("agent", "POST", one+"/note", `{"text":"he has done it himself"}`).want(200)
		s.ask("agent", "POST", one+"/reply", `{"text":"we look into it"}`).want(200)
		s.ask("official", "GET", one+"?expand=timeline", "").want(200, "we look into it", "!himself", `!"escalation"`, `!"cause"`, `"due":null`)
		s.ask("official", "GET", one+"/timeline", "").want(200, "!himself")
		for _, part := range []string{"/clocks", "/watchers", "/tasks"} {
			s.ask("official", "GET", one+part, "").want(403, "api.staff_only")
		}
		s.ask("official", "POST", one+"/note", `{"text":"x"}`).want(403)
		s.ask("official", "POST", "/api/v1/incidents", `{"title":"x","requester":1,"team":"network"}`).want(201, fmt.Sprintf(`"requester":%d`, s.people["official"].ID), `"team":null`)
	})
}

// TestLiveIsUnderTheScope follows the stream as two people of whom one sees
// the record.
func TestLiveIsUnderTheScope(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		ctx, end := context.WithTimeout(t.Context(), 30*time.Second)
		defer end()
		number := s.register("Mail is down")
		s.relay()
		read := s.listen(ctx, "reader", "0")
		if e := read(); e.name != "record" || e.data["record"] != number || e.data["deed"] != "incident.open" || e.data["title"] != nil {
			t.Errorf("made up for: %+v", e)
		}
		read() // classified
		foreign := s.listen(ctx, "stranger", "")
		if e := foreign(); e.name != "hello" {
			t.Errorf("first: %+v", e)
		}
		s.ask("agent", "POST", "/api/v1/incidents/"+number+"/note", `{"text":"secret words"}`).want(200)
		s.ask("stranger", "POST", "/api/v1/incidents", fmt.Sprintf(`{"title":"mine","requester":%d}`, s.people["stranger"].ID)).want(201)
		s.relay()
		if e := read(); e.data["deed"] != "incident.note" || strings.Contains(fmt.Sprint(e.data), "secret") {
			t.Errorf("note: %+v", e)
		}
		if e := foreign(); e.data["record"] != "INC-2026-00002" {
			t.Errorf("a stranger hears of %+v", e)
		}
		s.ask("", "GET", "/api/v1/live", "").want(401)
	})
}

type heard struct {
	id, name string
	data     map[string]any
}

// listen opens the stream and returns what reads its next event.
func (s *city) listen(ctx context.Context, who, last string) func() heard {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", s.server.URL+"/api/v1/live", http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+who)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { res.Body.Close() })
	in := bufio.NewScanner(res.Body)
	return func() heard {
		s.t.Helper()
		var h heard
		for in.Scan() {
			name, value, _ := strings.Cut(in.Text(), ": ")
			switch {
			case name == "id":
				h.id = value
			case name == "event":
				h.name = value
			case name == "data":
				if err := json.Unmarshal([]byte(value), &h.data); err != nil {
					s.t.Fatal(err)
				}
			case name == "" && h.name != "":
				return h
			}
		}
		s.t.Fatalf("the stream ended: %v", in.Err())
		return h
	}
}

// relay carries the news of the outbox to the live pages, as the jobs do.
func (s *city) relay() {
	s.t.Helper()
	news, err := s.db.Waiting(s.t.Context(), 100)
	if err == nil {
		err = s.db.Carried(s.t.Context(), news)
	}
	if err == nil {
		_, err = s.live.Duty().Run(s.t.Context(), s.clock())
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestForeignThings names what lies outside the scope of whoever writes
// (CVE-2023-45808 is of this kind).
func TestForeignThings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.desk.Rules.Refers = func(by people.Actor, kind record.Type, field, _ string) error {
			if kind == record.Zone && !by.Scope.AllZones {
				return errZone(field)
			}
			return nil
		}
		s.person("outside", people.Actor{Staff: true, Grants: people.NewGrants("incident.*"), Scope: people.Scope{All: true}, Token: 9})
		zone := fmt.Sprintf(`{"title":"x","zone":%d}`, s.zone)
		s.ask("outside", "POST", "/api/v1/incidents", zone).want(422, "#/zone")
		s.ask("agent", "POST", "/api/v1/incidents", zone).want(201)
		number := s.ask("outside", "POST", "/api/v1/incidents", `{"title":"x"}`).want(201).get("number").(string)
		s.ask("outside", "PATCH", "/api/v1/incidents/"+number, fmt.Sprintf(`{"changes":[{"field":"zone","was":null,"now":%d}]}`, s.zone)).want(422)
		s.ask("outside", "POST", "/api/v1/incidents/bulk", fmt.Sprintf(`{"deed":"open","title":"x","zone":%d}`, s.zone), lines).want(200, `"status":422`)
		other := s.register("in the office zone")
		s.ask("outside", "PUT", "/api/v1/incidents/"+number+"/links/relates/"+other, "").want(404)
		s.ask("outside", "POST", "/api/v1/incidents", fmt.Sprintf(`{"title":"x","parent":%q}`, other)).want(422, "#/parent")
	})
}
