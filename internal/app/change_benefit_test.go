package app

import (
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
)

// TestAChangeSaysWhatItBrings: what a change is worth, in words and in money, stands
// on its page, on its paper, in the API, the export and its history; whoever decides
// consents to it, and a change initiation review reads it beside the cost.
func TestAChangeSaysWhatItBrings(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine string) {
		w := newWorks(t, engine)
		h, ctx := w.house, t.Context()
		c, err := h.changes.Raise(ctx, w.engineer, record.Input{Fields: map[string]string{"title": "Second line", "reason": "halls wait", "type": "normal"}})
		must(t, err)
		worth := func() review.Told {
			t.Helper()
			told, err := h.agenda().Tell(ctx, w.all, &review.Review{Kind: review.Initiation, Change: c.Number, At: Now()}, []review.Figure{review.Cost}, Now())
			must(t, err)
			return told[review.Cost]
		}
		if got := worth(); got.Says != (people.Text{En: "Cost: not recorded. Benefit: not recorded.", Zh: "成本：无记录。收益：无记录。"}) || got.Lines[0].Text.En != "What it brings: not recorded" {
			t.Errorf("where nothing is recorded: %+v", got)
		}
		empty := c.Subject()
		w.set(t, c, "benefit", "", "No hall waits any more")
		if got := worth().Says.En; got != "Cost: not recorded. Benefit: named in words, not in money." {
			t.Errorf("in words: %q", got)
		}
		w.set(t, c, "gain", "", "48000")
		w.set(t, c, "cost", "", "120000")
		if got := worth(); got.Says != (people.Text{En: "Cost: 120,000 yuan. Benefit: 48,000 yuan a year, which pays the cost back in 2.5 years.", Zh: "成本：120,000元。收益：每年48,000元，2.5年收回成本。"}) ||
			got.Lines[0].Text.En != "What it brings: No hall waits any more" || got.Lines[1].Text.En != "Why it is wanted: halls wait" {
			t.Errorf("both: %+v", got)
		}
		c, err = h.changes.Find(ctx, w.all, c.Number)
		must(t, err)
		if c.Benefit != "No hall waits any more" || c.Gain != 48_000 || c.Subject() == empty {
			t.Errorf("kept: %q, %d; a consent is about it: %v", c.Benefit, c.Gain, c.Subject() != empty)
		}
		w.tellsItsWorth(t, c)
	})
}

// set edits a field of a change on its page.
func (w *works) set(t *testing.T, c *change.Change, field, was, value string) {
	t.Helper()
	if _, err := w.house.changes.Edit(t.Context(), w.engineer, c.Number, []record.Change{{Field: field, Was: was, Now: value}}, record.Input{}); err != nil {
		t.Fatal(err)
	}
}

// tellsItsWorth looks at the faces on which the benefit of a change is read.
func (w *works) tellsItsWorth(t *testing.T, c *change.Change) {
	t.Helper()
	says := func(path, want string) {
		t.Helper()
		if got := w.ask(t, question{"GET", path, ""}); got.Code != 200 || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: %d without %q: %.3000s", path, got.Code, want, got.Body)
		}
	}
	for _, path := range []string{"/changes/" + c.Ref(), "/changes/" + c.Ref() + "/print"} {
		says(path, "No hall waits any more")
		says(path, "Benefit in money (yuan a year)")
	}
	says("/changes/new", `name="benefit"`)
	says("/api/v1/changes/"+c.Ref(), `"benefit"`)
	says("/api/v1/changes/"+c.Ref(), "48000")
	file := w.page(t, 200, w.token["change_manager"], "GET", "/changes/export?"+url.Values{"q": {"gain:>=48000"}, "as": {"csv"}}.Encode(), "")
	if !strings.Contains(file, c.Ref()) {
		t.Errorf("the export: %s", file)
	}
	log, err := w.house.db.Ledger().Timeline(t.Context(), c.ID, false)
	must(t, err)
	for _, e := range log {
		for _, one := range e.Changes {
			if one.Field == "gain" && one.Was == "" && one.Now == "48000" && e.By == w.engineer.ID {
				return
			}
		}
	}
	t.Errorf("its history does not tell it: %+v", log)
}
