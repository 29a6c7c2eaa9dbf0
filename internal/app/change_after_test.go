package app

import (
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
	got := w.ask(t, question{"GET", "/api/v1" + at, ""})
	if body := got.Body.String(); got.Code != 200 || !strings.Contains(body, `"proposed":"incidents"`) || !strings.Contains(body, fell) || !strings.Contains(body, `"overrun_seconds":60`) || !strings.Contains(body, `"touched_items":3`) || !strings.Contains(body, `"availability":null`) {
		t.Errorf("what followed: %d %s", got.Code, body)
	}
	if body := w.ask(t, question{"GET", at, ""}).Body.String(); !strings.Contains(body, fell) || !strings.Contains(body, `name="review"`) {
		t.Errorf("the page of what followed: %.2000s", body)
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
}

// send posts a form as the reader.
func (w *works) send(t *testing.T, path string, want int, form url.Values) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Authorization", "Bearer "+w.token["reader"])
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.routes.ServeHTTP(rec, r)
	if rec.Code != want {
		t.Errorf("POST %s %v: %d, want %d: %.800s", path, form, rec.Code, want, rec.Body)
	}
}
