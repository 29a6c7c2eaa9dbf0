package app

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
)

// endangered enters a risk of a change in the register.
func (w *works) endangered(t *testing.T, c *change.Change) *risk.Risk {
	t.Helper()
	r, err := w.entries().Identify(t.Context(), w.all, c.Ref(), record.Input{Fields: map[string]string{"title": "It does not come back", "process": "chg"}})
	must(t, err)
	return r
}

func (w *works) entries() handoff.RiskEntries { return w.house.riskEntries() }

// told: another program enters a risk from a change in one call: what comes of it
// is linked, in the network of the change.
// Of what is no change, or is not there, nothing is entered.
func (w *works) told(t *testing.T, c *change.Change) {
	t.Helper()
	const at = "/api/v1/risks"
	for body, want := range map[string]string{
		`{"title":"Of nothing","from":"CHG-2020-99999"}`: `"pointer":"#/from"`,
		`{"title":"Of nothing","from":7}`:                `"pointer":"#/from"`,
	} {
		if got := w.ask(t, question{"POST", at, body}); got.Code != 422 || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: %d %s", body, got.Code, got.Body)
		}
	}
	got := w.ask(t, question{"POST", at, `{"title":"Told by a program","process":"chg","from":"` + c.Ref() + `"}`})
	if got.Code != 201 || !strings.HasPrefix(got.Header().Get("Location"), at+"/RSK-") {
		t.Fatalf("from a change: %d %s", got.Code, got.Body)
	}
	known, err := w.house.changes.Entries(t.Context(), w.all, c)
	must(t, err)
	if len(known) != 1 || !slices.ContainsFunc(known, func(r record.Row) bool { return r.Title == "Told by a program" && r.Zone == c.Zone }) {
		t.Fatalf("entered with the change: %+v", known)
	}
	ref := strings.TrimPrefix(got.Header().Get("Location"), at+"/")
	if got := w.ask(t, question{"POST", at, `{"title":"Of a risk","from":"` + ref + `"}`}); got.Code != 422 || !strings.Contains(got.Body.String(), `"pointer":"#/from"`) {
		t.Errorf("from a risk: %d %s", got.Code, got.Body)
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", at+"/bulk", strings.NewReader(`{"deed":"open","title":"In a bulk","process":"chg","from":"`+c.Ref()+`"}`))
	r.Header.Set("Authorization", "Bearer "+w.token["reader"])
	r.Header.Set("Content-Type", "application/x-ndjson")
	got = httptest.NewRecorder()
	w.routes.ServeHTTP(got, r)
	if got.Code != 200 || !strings.Contains(got.Body.String(), `"status":201`) {
		t.Errorf("in a bulk: %d %s", got.Code, got.Body)
	}
	if known, err = w.house.changes.Entries(t.Context(), w.all, c); err != nil || len(known) != 2 {
		t.Errorf("in a bulk: %+v, %v", known, err)
	}
	for _, one := range known {
		_, err := w.house.risks.Move(t.Context(), w.all, one.Number, "cancel", record.Input{Fields: map[string]string{"why_dropped": "none"}})
		must(t, err)
	}
}

// TestASignificantChangeIsInTheRegister: what is more than minor is put to nobody
// before an open risk of the register is linked to it; the refusal leads to the
// form of one, which knows the change. A centre can do without.
func TestASignificantChangeIsInTheRegister(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			w.house.changes.City.Seats = func(*change.Change, change.Capacity) []approval.Seat {
				return []approval.Seat{{Person: w.manager.ID}, {Person: w.director.ID}, {Person: w.officer.ID}}
			}
			h, ctx := w.house, t.Context()
			c, err := h.changes.Raise(ctx, w.engineer, record.Input{Fields: map[string]string{"title": "Replace the core", "reason": "end of support", "type": "normal", "items": fmt.Sprint(w.items["H1"])}})
			must(t, err)
			c = w.move(t, w.engineer, c, "submit")
			c = w.move(t, w.manager, c, "filter")
			c = w.move(t, w.manager, c, "assess", "owner", w.engineer.ID.String())
			fields := []string{"impact", "3", "likelihood", "3", "procedure", "replace", "test", "in the laboratory", "back_out", "put it back", "back_out_time", "30"}
			lacks := func(when string, want bool) {
				t.Helper()
				_, err := w.try(t, w.manager, c, "propose", fields...)
				if all := fault.All(err); want != (len(all) == 1 && all[0].Key == change.NoEntry) {
					t.Errorf("%s: %v", when, err)
				}
			}
			lacks("with no risk", true)
			w.told(t, c)
			form := url.Values{}
			for i := 0; i < len(fields); i += 2 {
				form.Set(fields[i], fields[i+1])
			}
			enter := "/risks/new?from=" + c.Ref() + "&amp;process=chg"
			if page := w.send(t, "/changes/"+c.Ref()+"/move/propose", 422, form); !strings.Contains(page, enter) {
				t.Errorf("the refusal leads nowhere: %.2000s", page)
			}
			if page := w.ask(t, question{"GET", "/changes/" + c.Ref() + "/plan", ""}).Body.String(); !strings.Contains(page, enter) {
				t.Errorf("the plan leads nowhere: %.2000s", page)
			}
			if page := w.ask(t, question{"GET", "/risks/new?from=" + c.Ref() + "&process=chg", ""}).Body.String(); !strings.Contains(page, `value="Replace the core"`) || !strings.Contains(page, `name="from" value="`+c.Ref()+`"`) {
				t.Errorf("the form of the risk does not know the change: %.2000s", page)
			}
			if _, err := w.entries().Identify(ctx, w.all, "CHG-2020-99999", record.Input{Fields: map[string]string{"title": "Of nothing"}}); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "from" {
				t.Errorf("of no change: %v", err)
			}
			w.send(t, "/risks/new", 303, url.Values{"from": {c.Ref()}, "title": {"Dropped again"}, "process": {"chg"}})
			known, err := h.changes.Entries(ctx, w.all, c)
			if err != nil || len(known) != 1 || known[0].Title != "Dropped again" || known[0].Zone != c.Zone {
				t.Fatalf("entered with the change: %+v, %v", known, err)
			}
			if _, err := h.risks.Move(ctx, w.all, known[0].Number, "cancel", record.Input{Fields: map[string]string{"why_dropped": "none"}}); err != nil {
				t.Fatal(err)
			}
			lacks("with a risk that was dropped", true)
			r := w.endangered(t, c)
			c = w.move(t, w.manager, c, "propose", fields...)
			if page := w.ask(t, question{"GET", "/changes/" + c.Ref() + "/plan", ""}).Body.String(); !strings.Contains(page, r.Ref()) {
				t.Errorf("the plan does not name %s: %.2000s", r.Ref(), page)
			}
		})
	}
}
