package request_test

import (
	"slices"
	"testing"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
)

func (h *hall) amended(by people.Actor, r *request.Request, answers form.Answers, detail string) (*request.Request, error) {
	return h.Amend(h.t.Context(), by, r.Number, request.Amendment{Answers: answers, Detail: detail}, record.Input{})
}

// What was ordered is answered anew while it is being decided on: whoever had
// consented is asked again, every answer before it is kept with who changed it,
// and nobody decides on what he has written himself.
func TestAnOrderIsAnsweredAnew(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		r := h.ordered(h.lin, account, form.Answers{"name": "Ma Lan"})
		h.state(h.said(h.head, r, approval.Yes), request.Awaiting)
		if _, err := h.amended(h.lin, r, form.Answers{}, ""); key(err) != "record.required" {
			t.Errorf("without what must be answered: %v", err)
		}
		if _, err := h.amended(h.mate, r, form.Answers{"name": "Mine"}, ""); err == nil {
			t.Error("somebody else's order was changed")
		}
		was := r.Subject()
		r, err := h.amended(h.lin, r, form.Answers{"name": "Ma Lanfang", "vpn": "true"}, "from Monday")
		if err != nil || r.Subject() == was {
			t.Fatalf("%v", err)
		}
		h.state(r, request.Awaiting)
		rounds, err := h.db.Approvals().Rounds(ctx, r.ID)
		if err != nil || len(rounds) != 2 || rounds[0].Verdict != approval.Withdrawn || !slices.Equal(rounds[1].Waiting(), []people.ID{h.head.ID}) {
			t.Fatalf("the consent to what was written before still counts: %+v, %v", rounds, err)
		}
		past, err := h.db.Ledger().Timeline(ctx, r.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(past, func(e record.Entry) bool { return e.Deed == "request.amend" })
		want := []record.Change{{Field: "detail", Now: "from Monday"}, {Field: "answers.name", Was: "Ma Lan", Now: "Ma Lanfang"}, {Field: "answers.vpn", Now: "true"}}
		if i < 0 || past[i].By != h.lin.ID || !slices.Equal(past[i].Changes, want) {
			t.Fatalf("the history says %+v", past)
		}
		if again, err := h.amended(h.lin, r, r.Answers, r.Detail); err != nil || again.Version != r.Version {
			t.Errorf("nothing was changed, and it is noted: %v", err)
		}
		// Whoever has the say in the second stage corrects it himself: then nobody is
		// left who may consent, and it stays as it was.
		if _, err := h.amended(h.owner, r, form.Answers{"name": "Ma"}, ""); key(err) != "approval.too_few" {
			t.Errorf("the owner of the service consents to what he wrote: %v", err)
		}
		if _, err := h.Edit(ctx, h.owner, r.Number, []record.Change{{Field: "detail", Was: "from Monday", Now: "from today"}}, record.Input{}); key(err) != "approval.too_few" {
			t.Errorf("by way of a field: %v", err)
		}
		if r, err = h.amended(h.chen, r, form.Answers{"name": "Ma Lanfang"}, "from Monday"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Decide(ctx, h.chen, r.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); key(err) != "approval.barred" {
			t.Errorf("whoever changed it consents: %v", err)
		}
		r = h.said(h.owner, h.said(h.head, r, approval.Yes), approval.Yes)
		h.state(r, request.Assigned)
		if _, err := h.amended(h.lin, r, form.Answers{"name": "Somebody else"}, ""); key(err) != "request.amend_too_late" {
			t.Errorf("after it was granted: %v", err)
		}
		if _, err := h.Edit(ctx, h.chen, r.Number, []record.Change{{Field: "for_whom", Now: h.mate.ID.String()}}, record.Input{}); key(err) != "request.amend_too_late" {
			t.Errorf("for somebody else after it was granted: %v", err)
		}
	})
}

// A draft is corrected and then handed in; with four eyes whoever corrected what
// is carried out does not carry it out.
func TestADraftIsCorrected(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r, err := h.Place(t.Context(), h.lin, request.Order{Offering: account, Draft: true, Answers: form.Answers{"name": "Ma"}})
		if err != nil {
			t.Fatal(err)
		}
		if r, err = h.amended(h.lin, r, form.Answers{"name": "Ma Lan"}, ""); err != nil {
			t.Fatal(err)
		}
		h.state(r, request.Draft)
		r = h.moved(h.lin, r, "submit")
		h.state(r, request.Awaiting)
		if held, err := h.Find(t.Context(), h.lin, r.Number); err != nil || held.Answers["name"] != "Ma Lan" {
			t.Errorf("%v, %v", held.Answers, err)
		}
	})
}
