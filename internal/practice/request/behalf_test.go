package request_test

import (
	"strings"
	"testing"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
)

// Staff order for whoever calls what that person may order and they may work
// with; both are recorded, and neither consents.
func TestStaffOrderInSomebodysName(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		place := func(by people.Actor, offering int64, who people.ID) (*request.Request, error) {
			return h.Place(ctx, by, request.Order{Offering: offering, Requester: who, Answers: form.Answers{"name": "Ma Lan"}})
		}
		r, err := place(h.chen, account, h.lin.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.state(r, request.Awaiting)
		if held, err := h.Find(ctx, h.lin, r.Number); err != nil || held.Requester != h.lin.ID || held.Entered != h.chen.ID || held.Department != 10 {
			t.Fatalf("%+v, %v", held, err)
		}
		past, err := h.db.Ledger().Timeline(ctx, r.ID, false)
		if err != nil || past[0].By != h.chen.ID {
			t.Errorf("the timeline does not say who entered it: %+v, %v", past[0], err)
		}
		if _, err := h.Decide(ctx, h.chen, r.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); key(err) != "approval.barred" {
			t.Errorf("whoever entered it consents: %v", err)
		}
		if _, err := place(h.owner, account, h.lin.ID); key(err) != "approval.too_few" {
			t.Errorf("entered by the only one who could grant it: %v", err)
		}
		if r, err := place(h.chen, account, h.chen.ID); err != nil || r.Entered != 0 {
			t.Errorf("one's own order has somebody who entered it: %v", err)
		}
		if _, err := place(h.lin, account, h.mate.ID); key(err) != "request.own_name" {
			t.Errorf("an official orders in somebody's name: %v", err)
		}
		if _, err := place(h.chen, account, 999_999); key(err) != "signin.ended" {
			t.Errorf("for somebody who has left: %v", err)
		}
		kept := h.offers[paper]
		kept.Audience = catalogue.StaffOnly
		h.offers[paper] = kept
		for who, want := range map[people.ID]string{h.lin.ID: "request.not_offered_to_him", h.sun.ID: ""} {
			if _, err := h.Place(ctx, h.chen, request.Order{Offering: paper, Requester: who}); key(err) != want {
				t.Errorf("what only staff may order, for %d: %v", who, err)
			}
		}
		stranger := h.sun
		stranger.Scope = people.Scope{Own: h.sun.ID, Cleared: []people.ZoneID{1}}
		if _, err := place(stranger, account, h.lin.ID); key(err) != "request.not_offered_to_him" {
			t.Errorf("in a network that whoever enters it is not cleared for: %v", err)
		}
		if all, err := h.Offered(ctx, stranger, h.lin.ID, []int64{account, paper}); err != nil || len(all) != 0 {
			t.Errorf("a catalogue of what he cannot work with: %v, %v", all, err)
		}
		if all, err := h.Offered(ctx, h.chen, h.lin.ID, []int64{account, paper, maintenance}); err != nil || len(all) != 2 {
			t.Errorf("the caller's catalogue has %d, %v", len(all), err)
		}
	})
}

// With four eyes whoever entered an order is out, too: he could have named
// anybody as its author.
func TestWhoeverEnteredItDoesNotExecute(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r, err := h.Place(t.Context(), h.chen, request.Order{Offering: maintenance, Requester: h.lin.ID})
		if err != nil {
			t.Fatal(err)
		}
		h.said(h.owner, r, approval.Yes)
		r = h.said(h.guard, r, approval.Yes)
		r = h.moved(h.sun, r, "accept", "owner", h.sun.ID.String())
		if err := h.done(h.chen, r, "backup", nil); err != nil {
			t.Errorf("the task that does not execute: %v", err)
		}
		if err := h.done(h.chen, r, "run", form.Answers{"after": "1"}); key(err) != "request.author_executes" {
			t.Errorf("whoever entered it executes: %v", err)
		}
		if err := h.done(h.sun, r, "run", form.Answers{"after": "1"}); err != nil {
			t.Error(err)
		}
	})
}

// What is noted when a task is done is typed: a file is one that was brought by
// whoever does it, is kept with its hash and attached to the record.
func TestAFileIsNotedWithATask(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		offer := h.offers[paper]
		offer.Plan[0].Questions = form.Form{{Name: "result", Label: text("Result"), Type: form.File, Required: true}, {Name: "rows", Label: text("Rows"), Type: form.Number}}
		h.offers[paper] = offer
		r := h.ordered(h.lin, paper, nil)
		file := func(by people.Actor, content string) string {
			id, _, err := h.db.Files().Store(ctx, h.now, by.ID, 1000, strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			return form.Stored{ID: id, Name: "result.csv"}.Text()
		}
		his, foreign := file(h.chen, "a,b\n1,2\n"), file(h.sun, "not his")
		for _, bad := range []struct{ answer, key, at string }{
			{"", "record.required", "answers.result"}, {"result.csv", "form.no_file", "answers.result"}, {foreign, "record.no_such_file", "answers.result"}, {"999999", "record.no_such_file", "answers.result"},
		} {
			err := h.done(h.chen, r, "bring", form.Answers{"result": bad.answer})
			if key(err) != bad.key || !strings.Contains(err.Error(), bad.at) {
				t.Errorf("%q: %v", bad.answer, err)
			}
		}
		if err := h.done(h.chen, r, "bring", form.Answers{"result": his, "rows": "2"}); err != nil {
			t.Fatal(err)
		}
		tasks, err := h.db.Ledger().Tasks(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		held, ok := form.ParseFile(tasks[0].Answers["result"])
		files, err := h.db.Files().Attachments(ctx, false, r.ID)
		if err != nil || !ok || len(files) != 1 || files[0].File != held.ID || files[0].Content.SHA256 != held.SHA256 || held.SHA256 == "" || files[0].Name != "result.csv" || files[0].Public {
			t.Fatalf("noted %+v, attached %+v, %v", held, files, err)
		}
		change := func(by people.Actor, state record.TaskState, answers form.Answers) {
			t.Helper()
			_, err := h.One(ctx, by, r.Number, record.Input{}, func(s *record.Sitting[*request.Request], r *request.Request) error {
				return s.Work(r, tasks[0].ID, func(t *record.Task) error { t.State, t.Answers = state, answers; return nil })
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		change(h.sun, record.TaskOpen, form.Answers{"result": foreign, "anything": "at all"})
		tasks, err = h.db.Ledger().Tasks(ctx, r.ID)
		if err != nil || tasks[0].Answers["result"] != held.Text() || len(tasks[0].Answers) != 2 {
			t.Errorf("answers are taken when nothing is done: %v, %v", tasks[0].Answers, err)
		}
		change(h.sun, record.TaskDone, form.Answers{"result": held.Text()}) // what was noted before stays, whoever brought it
	})
}
