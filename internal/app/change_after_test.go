package app

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// unkept: a window that came after a change was scheduled stands against it; who
// manages changes is told of it once.
func (w *works) unkept(t *testing.T, two *change.Change) {
	t.Helper()
	all, err := w.house.planning.Unkept(t.Context(), w.manager, Now())
	if err != nil || len(all) != 1 || all[0].Change.Head.Number != two.Number || len(all[0].Meets) != 1 || all[0].Meets[0].Kind != change.Outside {
		t.Fatalf("what is scheduled is checked again: %+v, %v", all, err)
	}
	for _, path := range []string{"/changes/collisions", "/api/v1/changes/collisions"} {
		got := w.ask(t, question{"GET", path, ""})
		if body := got.Body.String(); got.Code != 200 || !strings.Contains(body, two.Ref()) || !strings.Contains(body, "Nights of H2") {
			t.Errorf("%s: %d %.500s", path, got.Code, body)
		}
	}
	for range 2 {
		if err := w.house.tellUnkept(t.Context(), Now()); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []people.ID{w.manager.ID, two.Owner} {
		n := 0
		told, err := w.house.db.Nudges().Nudges(t.Context(), who)
		for _, one := range told {
			if one.What == notice.ChangeUnkept && strings.Contains(one.Place, two.Ref()) {
				n++
			}
		}
		if err != nil || n != 1 {
			t.Errorf("person %d is told %d times, %v", who, n, err)
		}
	}
}

// followed: an incident about what went down with a change is measured, and the
// review closed with it; a difference that no change covers is listed.
func (w *works) followed(t *testing.T) {
	t.Helper()
	day := Now().Add(-24 * time.Hour)
	c := &change.Change{Type: change.Normal, Reason: "old", Items: []record.ItemID{w.items["H1"], w.items["H2"]}, Starts: day.Add(-time.Hour), Ends: day.Add(-time.Minute), Begun: day.Add(-time.Hour), Ended: day}
	c.Title, c.State, c.Opened, c.Moved = "Both hosts at once", change.Reviewing, day.Add(-time.Hour), day
	whole := &record.Whole[*change.Change]{Rec: c, Live: true, Entries: []record.Entry{{At: c.Opened, Deed: "change.open", To: change.Draft}}}
	if err := w.house.db.LoadChanges().Load(t.Context(), []*record.Whole[*change.Change]{whole}, audit.By(w.all, day, "change.import", "change")); err != nil {
		t.Fatal(err)
	}
	w.incident(t, "Approvals are down", "open", "APP")
	fell := w.refs[len(w.refs)-1]
	at := "/changes/" + c.Ref() + "/outcome"
	w.punctual(t, c)
	got := w.ask(t, question{"GET", "/api/v1" + at, ""})
	if body := got.Body.String(); got.Code != 200 || !strings.Contains(body, `"proposed":"incidents"`) || !strings.Contains(body, fell) || !strings.Contains(body, `"overrun_seconds":60`) || !strings.Contains(body, `"touched_items":3`) || !strings.Contains(body, `"availability":[`) {
		t.Errorf("what followed: %d %s", got.Code, body)
	}
	review := func() (page, text string) {
		page = w.ask(t, question{"GET", at, ""}).Body.String()
		_, text, _ = strings.Cut(page, `name="review"`)
		text, _, _ = strings.Cut(text, "</textarea>")
		return page, text
	}
	if page, text := review(); !strings.Contains(page, fell) || text == "" || strings.Contains(text, fell) || !strings.Contains(page, "are left out") {
		t.Errorf("the review of a change that everybody reads tells of a network: %s", text)
	}
	if _, err := w.house.changes.Edit(t.Context(), w.all, c.Number, []record.Change{{Field: "zone", Now: fmt.Sprint(w.zones["open"])}}, record.Input{}); err != nil {
		t.Fatal(err)
	}
	if page, text := review(); !strings.Contains(text, fell) || strings.Contains(page, "are left out") {
		t.Errorf("the review of a change of the network: %s", text)
	}
	w.send(t, at, 422, url.Values{"result": {"incidents"}})
	w.send(t, at, 303, url.Values{"result": {"incidents"}, "review": {"One at a time."}, "updated": {"true"}})
	if c, err := w.house.changes.Find(t.Context(), w.all, c.Number); err != nil || c.State != change.Closed || c.Result != change.Incidents {
		t.Errorf("reviewed: %+v, %v", c, err)
	}

	for _, code := range []string{"APP", "H1"} {
		if _, _, err := w.house.itemChecks().Audit(t.Context(), w.all, cmdb.Audited{Item: w.items[code], Absent: true}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.house.drifts().List(t.Context(), w.manager, change.Span{From: day, Until: Now().Add(time.Minute)})
	if err != nil || len(all) != 1 || all[0].Code != "APP" { // of the others a change was carried out
		t.Fatalf("differences: %+v, %v", all, err)
	}
	one := fmt.Sprintf("/unauthorised-changes/audit/%d/%d", all[0].Target, w.items["APP"])
	if body := w.ask(t, question{"GET", "/unauthorised-changes", ""}).Body.String(); !strings.Contains(body, one) || strings.Contains(body, "Host H1") {
		t.Errorf("the list: %.2000s", body)
	}
	w.imported(t)
}

// imported: an import tied an item to one of its own network and to one of a
// closed network; the change that is opened about that names the first only.
func (w *works) imported(t *testing.T) {
	t.Helper()
	w.item(t, "S1", canary+" S1", "server", "closed")
	lot := &cmdb.Lot{}
	for _, to := range []string{"V1", "S1"} {
		lot.Relations = append(lot.Relations, &cmdb.Relation{Source: w.items["APP"], Target: w.items[to], Type: "depends_on", Import: 7, Since: Now()})
	}
	if err := w.house.db.Items().Write(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	w.clear(t, "reader", w.zones["open"], w.zones["closed"])
	one := fmt.Sprintf("/unauthorised-changes/import/7/%d", w.items["APP"])
	if body := w.ask(t, question{"GET", one, ""}).Body.String(); !strings.Contains(body, "S1") {
		t.Errorf("who is cleared for both is not told: %.2000s", body)
	}
	w.send(t, one+"/open", 303, url.Values{})
	d, err := w.house.drifts().Find(t.Context(), w.manager, change.DriftKey{Kind: change.Imported, Target: 7, Item: w.items["APP"]})
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.house.changes.Find(t.Context(), w.all, d.Change)
	if err != nil || c.Zone != w.zones["open"] || !strings.Contains(c.Reason, "V1") || strings.Contains(c.Reason, "S1") {
		t.Errorf("opened about it: %+v, %v", c, err)
	}
}

// clear gives somebody networks.
func (w *works) clear(t *testing.T, who string, zones ...people.ZoneID) {
	t.Helper()
	p, err := w.house.db.Person(t.Context(), w.id[who])
	if err != nil {
		t.Fatal(err)
	}
	p.Doc.Cleared = zones
	if err := w.house.db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
}

// send posts a form as the reader.
func (w *works) send(t *testing.T, path string, want int, form url.Values) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Authorization", "Bearer "+w.token["reader"])
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.routes.ServeHTTP(rec, r)
	if rec.Code != want {
		t.Errorf("POST %s %v: %d, want %d: %.800s", path, form, rec.Code, want, rec.Body)
	}
	return rec.Body.String()
}

// punctual: a task of a change is planned, begun and ended on its page and by the
// API, and compared with its plan in the outcome.
func (w *works) punctual(t *testing.T, c *change.Change) {
	t.Helper()
	at := "/changes/" + c.Ref()
	starts := c.Begun.UTC().Format(time.RFC3339)
	got := w.ask(t, question{"POST", "/api/v1" + at + "/tasks", `{"title":"Stop H1","starts":"` + starts + `","due":"` + starts + `"}`})
	if got.Code != 422 {
		t.Errorf("a task of no length: %d %s", got.Code, got.Body)
	}
	for _, title := range []string{"Stop H1", "Tell the users"} {
		got = w.ask(t, question{"POST", "/api/v1" + at + "/tasks", `{"title":"` + title + `","starts":"` + starts + `","due":"` + c.Ended.UTC().Format(time.RFC3339) + `"}`})
	}
	var tasks []struct {
		ID    int64
		Begun time.Time
	}
	if err := json.Unmarshal(got.Body.Bytes(), &tasks); err != nil || len(tasks) != 2 {
		t.Fatalf("planned: %v: %s", err, got.Body)
	}
	form := fmt.Sprintf("%s/task/%d", at, tasks[0].ID)
	w.send(t, form, 303, url.Values{"begin": {"true"}})
	w.send(t, form, 303, url.Values{"state": {"done"}})
	other := fmt.Sprintf("/api/v1%s/tasks/%d", at, tasks[1].ID)
	if got := w.ask(t, question{"PATCH", other, `{"begin":true}`}); got.Code != 200 || !strings.Contains(got.Body.String(), `"start_late_seconds":`) {
		t.Errorf("begun by the API: %d %s", got.Code, got.Body)
	}
	w.send(t, fmt.Sprintf("%s/task/%d", at, tasks[1].ID), 422, url.Values{"times": {"true"}, "starts": {"2026-01-01T10:00"}, "due": {"2026-01-01T09:00"}})
	if body := w.ask(t, question{"GET", at, ""}).Body.String(); !strings.Contains(body, `name="starts"`) || !strings.Contains(body, "late") {
		t.Errorf("the page of the change: %.1000s", body)
	}
	if body := w.ask(t, question{"GET", "/api/v1" + at + "/outcome", ""}).Body.String(); !strings.Contains(body, `"tasks_kept":{"planned":2,"as_planned":0,"begun_late":2,"ended_late":2`) {
		t.Errorf("the outcome: %s", body)
	}
	if body := w.ask(t, question{"GET", at + "/outcome", ""}).Body.String(); !strings.Contains(body, `id="tasks"`) || !strings.Contains(body, "Tell the users") {
		t.Errorf("the page of the outcome: %.1000s", body)
	}
}
