package app

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// TestAChangeIsDecidedByTheLinkOfAMail: whoever is asked about a change decides
// from his mail, once, and on what he read; what waits for him is listed for who
// may decide on changes alone.
func TestAChangeIsDecidedByTheLinkOfAMail(t *testing.T) {
	t.Parallel()
	w := newWorks(t, "sqlite")
	w.house.env.PublicURL = "https://desk.example"
	visit := func(status int, token, method, path, body string, words ...string) {
		t.Helper()
		page := w.page(t, status, token, method, path, body)
		for _, word := range words {
			if is, not := strings.CutPrefix(word, "!"); strings.Contains(page, is) == not {
				t.Errorf("%s %s: %q in %s", method, path, word, page)
			}
		}
	}
	link := func(who string, c *change.Change) string {
		t.Helper()
		secret, err := w.house.decidePass(t.Context(), notice.Delivery{Person: w.id[who], What: notice.Asked, About: record.Changes, Number: c.Number}, Now())
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	one, two := w.pending(t, "Firmware of the first host", "H1"), w.pending(t, "Firmware of the second host", "H2")
	if link("director", one) != "" || link("engineer", one) != "" {
		t.Error("who is not asked gets a link")
	}
	narrow, _, err := w.house.who.door.NewToken(t.Context(), w.manager, "narrow", []string{"change.read", "change.approve"}, Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := w.house.who.door.NewToken(t.Context(), w.manager, "other", []string{"change.read"}, Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	visit(200, narrow, "GET", "/api/v1/approvals", "", one.Ref(), two.Ref())
	visit(200, other, "GET", "/api/v1/approvals", "", "!"+one.Ref())
	visit(200, narrow, "GET", "/portal/approvals", "", "/changes/"+one.Ref()+"/plan")
	visit(403, other, "GET", "/portal/approvals", "")
	path := notice.DecidePath + link("change_manager", one)
	visit(200, "", "GET", path, "", one.Title, "put it back", "Minor", `method="post"`)
	visit(422, "", "POST", path, "answer=no", "Say why you refuse")
	visit(303, "", "POST", path, "answer=yes")
	visit(409, "", "POST", path, "answer=yes")
	if one, err = w.house.changes.Find(t.Context(), w.all, one.Number); err != nil || one.State != change.Authorised {
		t.Fatalf("after the yes: %s, %v", one.State, err)
	}
	edit := func(c *change.Change, field, was, now string) error {
		_, err := w.house.changes.Edit(t.Context(), w.all, c.Number, []record.Change{{Field: field, Was: was, Now: now}}, record.Input{})
		return err
	}
	for field, was := range map[string]string{"procedure": one.Procedure, "test": one.Test, "title": one.Title, "reason": one.Reason} {
		if all := fault.All(edit(one, field, was, "something else")); len(all) != 1 || all[0].Field != field || all[0].Key != "change.consented" {
			t.Errorf("%s of what is authorised: %v", field, all)
		}
	}
	if err := edit(one, "back_out", one.BackOut, "none"); fault.All(err)[0].Key != "record.not_editable" {
		t.Errorf("back-out: %v", err)
	}
	if err := edit(one, "communication", "", "A letter to all"); err != nil {
		t.Errorf("what was not there may be added: %v", err)
	}
	meddler := w.officer
	meddler.Grants = people.NewGrants("change.read", "change.edit")
	if _, err := w.house.changes.Edit(t.Context(), meddler, two.Number, []record.Change{{Field: "title", Was: two.Title, Now: "Something else"}}, record.Input{}); len(fault.All(err)) != 1 || fault.All(err)[0].Key != "change.being_decided" {
		t.Errorf("who neither asked nor steers edits what is being decided on: %v", err)
	}
	late := notice.DecidePath + link("change_manager", two)
	if err := edit(two, "procedure", two.Procedure, "replace all"); err != nil {
		t.Fatal(err)
	}
	visit(409, "", "POST", late, "answer=yes", "not asked any more")
	rounds, err := w.house.db.Approvals().Rounds(t.Context(), two.ID)
	if err != nil || len(rounds) != 2 || rounds[0].Verdict != approval.Withdrawn || rounds[1].Now() == nil {
		t.Errorf("what is decided on was edited, and is not asked anew: %+v, %v", rounds, err)
	}
}

// TestVoicesThatWereGivenStay: once somebody of a board has voted, nobody takes
// the voices back by editing what they are about.
func TestVoicesThatWereGivenStay(t *testing.T) {
	t.Parallel()
	w := newWorks(t, "sqlite")
	w.house.changes.City.Seats = func(*change.Change, change.Capacity) []approval.Seat {
		return []approval.Seat{{Person: w.manager.ID}, {Person: w.director.ID}, {Person: w.officer.ID}}
	}
	c, err := w.house.changes.Raise(t.Context(), w.engineer, record.Input{Fields: map[string]string{"title": "Two hosts", "reason": "end of support", "type": "normal", "items": fmt.Sprint(w.items["H1"])}})
	if err != nil {
		t.Fatal(err)
	}
	c = w.move(t, w.engineer, c, "submit")
	c = w.move(t, w.manager, c, "filter")
	c = w.move(t, w.manager, c, "assess", "owner", w.engineer.ID.String())
	w.endangered(t, c)
	c = w.move(t, w.manager, c, "propose", "impact", "3", "likelihood", "2", "procedure", "replace", "test", "in the laboratory", "back_out", "put it back", "back_out_time", "30")
	edit := func(was, now string) error {
		_, err := w.house.changes.Edit(t.Context(), w.manager, c.Number, []record.Change{{Field: "title", Was: was, Now: now}}, record.Input{})
		return err
	}
	if err := edit("Two hosts", "Two hosts, one by one"); err != nil {
		t.Fatalf("nobody has voted: %v", err)
	}
	if _, err := w.house.changes.Decide(t.Context(), w.director, c.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); err != nil {
		t.Fatal(err)
	}
	if all := fault.All(edit("Two hosts, one by one", "Two hosts at once")); len(all) != 1 || all[0].Key != "change.voices_given" {
		t.Errorf("a voice is taken back: %v", all)
	}
	rounds, err := w.house.db.Approvals().Rounds(t.Context(), c.ID)
	if err != nil || len(rounds) != 2 || !slices.Equal(rounds[1].Took(), []people.ID{w.director.ID}) {
		t.Errorf("the voice is gone: %+v, %v", rounds, err)
	}
}

// page asks for a page with somebody's token, in English.
func (w *works) page(t *testing.T, status int, token, method, path, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "en")
	rec := httptest.NewRecorder()
	w.routes.ServeHTTP(rec, r)
	if rec.Code != status {
		t.Fatalf("%s %s: %d, want %d: %s", method, path, rec.Code, status, rec.Body)
	}
	return rec.Body.String()
}
