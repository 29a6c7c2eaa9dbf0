package request_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
)

// arranger may change the catalogue.
func (h *hall) arranger() people.Actor {
	a := h.chen
	a.Grants = people.NewGrants("setting.edit")
	return a
}

// A rehearsal tells what the order itself then does: the same persons are
// asked, the same tasks made with the same dates; and it writes nothing.
func TestARehearsalIsTheOrder(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		answers := form.Answers{"name": "Ma Lan", "vpn": "true"}
		got, err := h.Rehearse(h.arranger(), h.offers[account], request.Order{Offering: account, Answers: answers, Requester: h.lin.ID})
		if err != nil {
			t.Fatal(err)
		}
		uses, err := h.Shelf.Uses(t.Context(), people.Everything(), account)
		if err != nil || len(uses) != 0 {
			t.Fatalf("the rehearsal wrote %v, %v", uses, err)
		}
		r := h.ordered(h.lin, account, answers)
		rounds, err := h.db.Approvals().Rounds(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for n, st := range rounds[0].Stages {
			if !slices.Equal(st.Seats, got.Stages[n].Seats) {
				t.Errorf("stage %d asks %v, rehearsed %v", n+1, st.Seats, got.Stages[n].Seats)
			}
		}
		if !got.Stages[0].Due.Equal(rounds[0].Stages[0].Due) || got.Stages[1].Opened != got.Stages[0].Due {
			t.Errorf("the first stage ends %v, rehearsed %v", rounds[0].Stages[0].Due, got.Stages[0].Due)
		}
		r = h.said(h.owner, h.said(h.head, r, approval.Yes), approval.Yes)
		tasks, err := h.db.Ledger().Tasks(t.Context(), r.ID)
		if err != nil || len(tasks) != len(got.Tasks) {
			t.Fatalf("%d tasks, rehearsed %d, %v", len(tasks), len(got.Tasks), err)
		}
		for n, made := range tasks {
			want := got.Tasks[n]
			if made.Title != want.Title || made.Team != want.Team || made.Step != want.Step || made.Due.Sub(want.Due) != 2*time.Minute { // consents took that long
				t.Errorf("task %d is %+v, rehearsed %+v", n+1, made, want)
			}
		}
		if without, err := h.Rehearse(h.arranger(), h.offers[account], request.Order{Offering: account, Answers: form.Answers{"name": "Ma"}, Requester: h.lin.ID}); err != nil || len(without.Tasks) != len(tasks)-1 {
			t.Errorf("without remote access %v, %v", without, err)
		}
	})
}

// Where nobody can grant it the rehearsal says why: who is interested, and which
// capacity nobody has.
func TestARehearsalSaysWhyNobody(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		offer := h.offers[account]
		got, err := h.Rehearse(h.arranger(), offer, request.Order{Offering: account, Answers: form.Answers{"name": "x"}, Requester: h.head.ID})
		if err != nil {
			t.Fatal(err)
		}
		if key(got.Stuck) != "approval.too_few" || len(got.Stages[0].Seats) != 0 || !slices.Contains(got.Stages[0].Out, request.Unseated{Person: h.head.ID, As: catalogue.Superior, Why: request.Interested}) {
			t.Errorf("the superior himself orders: %v, %+v", got.Stuck, got.Stages[0])
		}
		offer.Stages = []catalogue.Stage{{Rule: approval.Any, Who: []catalogue.Decider{{As: catalogue.BusinessOwner}}, When: &form.When{Question: "vpn"}}}
		order := request.Order{Offering: account, Answers: form.Answers{"name": "x", "vpn": "on"}, Requester: h.lin.ID}
		if got, err = h.Rehearse(h.arranger(), offer, order); err != nil || key(got.Stuck) != "approval.too_few" || got.Stages[0].Out[0].Why != request.Nobody {
			t.Errorf("a capacity that nobody has: %+v, %v", got, err)
		}
		order.Answers = form.Answers{"name": "x"}
		if got, err = h.Rehearse(h.arranger(), offer, order); err != nil || got.Stuck != nil || len(got.Stages) != 0 || len(got.Idle) != 1 {
			t.Errorf("a stage that is not needed: %+v, %v", got, err)
		}
		order.Answers = nil
		if _, err = h.Rehearse(h.arranger(), offer, order); !slices.Equal(faultFields(err), []string{"answers.name"}) {
			t.Errorf("a required answer: %v", err)
		}
		if _, err = h.Rehearse(h.lin, offer, order); !fault.Is(err, fault.Denied) {
			t.Errorf("an official rehearses: %v", err)
		}
	})
}

// With four eyes the rehearsal names who could not carry it out; with a reminder
// of its own a stage reminds then.
func TestARehearsalOfFourEyes(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		got, err := h.Rehearse(h.arranger(), h.offers[maintenance], request.Order{Offering: maintenance, Requester: h.lin.ID, Author: h.sun.ID, Input: record.Input{Fields: map[string]string{"for_whom": h.mate.ID.String()}}})
		if err != nil || !slices.Equal(got.Apart, []people.ID{h.lin.ID, h.sun.ID}) {
			t.Errorf("apart %v, %v", got, err)
		}
		offer := h.offers[account]
		offer.Stages = []catalogue.Stage{{Rule: approval.Any, Days: 5, Remind: 1, Who: []catalogue.Decider{{As: catalogue.Superior}}}}
		h.offers[account] = offer
		r := h.ordered(h.lin, account, form.Answers{"name": "x"})
		rounds, err := h.db.Approvals().Rounds(t.Context(), r.ID)
		if err != nil || !rounds[0].Stages[0].Remind.Equal(h.now.AddDate(0, 0, 1)) {
			t.Errorf("reminds at %v, %v", rounds[0].Stages[0].Remind, err)
		}
	})
}

// What runs on which definition is counted, for the eyes of whoever asks.
func TestUses(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		first := h.ordered(h.lin, paper, nil)
		h.ordered(h.mate, paper, nil)
		offer := h.offers[paper]
		offer.Hours = 16
		h.offers[paper] = offer
		h.now = h.now.Add(time.Hour)
		h.ordered(h.lin, paper, nil)
		h.moved(h.lin, first, "cancel", "ended_as", "not_wanted")
		uses, err := h.Shelf.Uses(t.Context(), people.Everything(), paper)
		if err != nil || len(uses) != 2 {
			t.Fatal(uses, err)
		}
		pin, _, _ := request.PinOf(offer.Offering)
		if uses[0].Pin != pin || uses[0].Running != 1 || uses[1].Running != 1 || uses[1].All != 2 || uses[1].Pin != first.Pin {
			t.Errorf("uses %+v", uses)
		}
		if own, err := h.Shelf.Uses(t.Context(), h.mate.Scope, paper); err != nil || len(own) != 1 || own[0].All != 1 {
			t.Errorf("of one official %+v, %v", own, err)
		}
	})
}

func faultFields(err error) (out []string) {
	for _, f := range fault.All(err) {
		out = append(out, f.Field)
	}
	return out
}
