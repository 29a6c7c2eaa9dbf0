package request_test

import (
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/request"
)

// What a task asks when it is done is checked as the answers of an order are:
// who and what is named must be within reach, each row of a table is filled as
// its columns say, and what is wrong names row and column.
func TestWhatATaskAsksFor(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.City.Answers = func(people.Actor) form.Refers {
			return func(_ form.Type, field, id string) error {
				if id == "404" {
					return fault.At(field, "record.no_such_thing")
				}
				return nil
			}
		}
		offer := h.offers[paper]
		offer.Plan = []catalogue.Step{{Name: "bring", Title: text("Bring it"), Questions: form.Form{
			{Name: "to", Label: text("Given to"), Type: form.Person, Required: true},
			{Name: "device", Label: text("Device"), Type: form.Item},
			{Name: "parts", Label: text("Parts"), Type: form.Table, Columns: form.Form{
				{Name: "what", Label: text("What"), Type: form.Text, Required: true},
				{Name: "many", Label: text("How many"), Type: form.Number},
				{Name: "item", Label: text("Item"), Type: form.Item},
			}},
		}}}
		h.offers[paper] = offer
		r := h.moved(h.chen, h.ordered(h.lin, paper, nil), "accept", "owner", h.chen.ID.String())
		for name, c := range map[string]struct {
			given form.Answers
			field string
		}{
			"nobody":                     {form.Answers{}, "answers.to"},
			"somebody out of reach":      {form.Answers{"to": "404"}, "answers.to"},
			"a name for a number":        {form.Answers{"to": "Ma Lan"}, "answers.to"},
			"an item out of reach":       {form.Answers{"to": "1", "device": "404"}, "answers.device"},
			"what nobody asked":          {form.Answers{"to": "1", "colour": "red"}, "answers.colour"},
			"no table":                   {form.Answers{"to": "1", "parts": "two of them"}, "answers.parts"},
			"a row without what it must": {form.Answers{"to": "1", "parts": `[{"what":"Cable"},{"many":"2"}]`}, "answers.parts.2.what"},
			"a row with a bad number":    {form.Answers{"to": "1", "parts": `[{"what":"Cable","many":"two"}]`}, "answers.parts.1.many"},
			"a row out of reach":         {form.Answers{"to": "1", "parts": `[{"what":"Cable","item":"404"}]`}, "answers.parts.1.item"},
		} {
			if all := fault.All(h.done(h.chen, r, "bring", c.given)); len(all) != 1 || all[0].Field != c.field {
				t.Errorf("%s: %v, want one fault at %s", name, all, c.field)
			}
		}
		if err := h.done(h.chen, r, "bring", form.Answers{"to": "1", "device": "7", "parts": `[{"what":"Cable","many":"2","item":"8"},{"what":" "}]`}); err != nil {
			t.Fatal(err)
		}
		held, err := h.db.Ledger().Tasks(t.Context(), r.ID)
		if want := `[{"item":"8","many":"2","what":"Cable"}]`; err != nil || held[0].Answers["parts"] != want || held[0].Answers["to"] != "1" || held[0].Answers["device"] != "7" {
			t.Errorf("%v, %v: an empty row is none, want %s", held[0].Answers, err, want)
		}
	})
}

// With four eyes whoever corrected what is carried out does not carry it out.
func TestWhoeverCorrectedItDoesNotCarryItOut(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r, err := h.Place(t.Context(), h.chen, request.Order{Offering: maintenance})
		if err != nil {
			t.Fatal(err)
		}
		if r, err = h.amended(h.sun, r, nil, "after the backup"); err != nil {
			t.Fatal(err)
		}
		r = h.said(h.guard, h.said(h.owner, r, approval.Yes), approval.Yes)
		r = h.moved(h.sun, r, "accept", "owner", h.sun.ID.String())
		if err := h.done(h.sun, r, "backup", nil); err != nil {
			t.Fatal(err)
		}
		if err := h.done(h.sun, r, "run", form.Answers{"after": "12"}); key(err) != "request.author_executes" {
			t.Errorf("%v", err)
		}
	})
}
