package app

import (
	"fmt"
	"net/url"
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

func (w *works) entries() handoff.RiskEntries {
	return handoff.RiskEntries{Risks: w.house.risks, Ledger: w.house.db.Ledger(), Together: w.house.db.Together}
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
