package app

import (
	"context"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
)

// keepsFiles: whoever owes an action brings what shows it; of a zone nobody else
// learns of it, nor of the links to it; content of others is not to be had by its
// number, and what is kept is not swept away.
func (h *house) keepsFiles(t *testing.T, room *review.Room, lead, his people.Actor, ref string) {
	t.Helper()
	ctx := t.Context()
	must := func(r *review.Review, err error) *review.Review {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	wants := refusing(t)
	bring := func(by people.Actor, text string) int64 {
		t.Helper()
		id, _, err := h.db.Files().Store(ctx, Now(), by.ID, 1<<20, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	r := must(room.Call(ctx, lead, review.Call{Kind: review.Operations, Name: people.Text{En: "With files"}, At: Now().Add(time.Hour)}))
	_, err := room.Add(ctx, lead, r.ID, r.Version, review.Actions, review.Duty{Text: "Follow", Owner: his.ID, Due: Now(), Link: "CHG-1999-00001"})
	wants("a link to nothing", "review.no_link", err)
	r = must(room.Add(ctx, lead, r.ID, r.Version, review.Actions, review.Duty{Text: "Follow", Owner: his.ID, Due: Now(), Link: ref}))
	zone := people.ZoneID(h.settings.All().Of(setting.Zone)[0].ID)
	one := &review.File{Part: review.OfActions, File: bring(his, "What was found"), Name: "../found.txt", Zone: zone}
	if err := room.Attach(ctx, his, r.ID, one); err != nil || one.Name != "found.txt" || one.Content.Size != 14 {
		t.Fatal(one, err)
	}
	wants("to the minutes", "people.not_granted", room.Attach(ctx, his, r.ID, &review.File{Part: review.OfMinutes, File: one.File, Name: "a.txt"}))
	wants("content of another", "record.no_such_file", room.Attach(ctx, lead, r.ID, &review.File{Part: review.OfMinutes, File: one.File, Name: "a.txt"}))
	wants("a point that is none", "review.no_part", room.Attach(ctx, lead, r.ID, &review.File{Part: review.OfChecks, N: 99, File: one.File, Name: "a.txt"}))
	wants("a zone that is none", "record.not_a_choice", room.Attach(ctx, lead, r.ID, &review.File{Part: review.OfChecks, Zone: 9999, File: one.File, Name: "a.txt"}))
	wants("meanwhile it is held", "review.over", room.Store.Attach(ctx, r.ID, one, func(*review.Review) bool { return false }, audit.By(lead, Now(), review.DeedHold, "review:1")))
	minutes := &review.File{Part: review.OfMinutes, File: bring(lead, "We met"), Name: "minutes.txt"}
	if err := room.Attach(ctx, lead, r.ID, minutes); err != nil {
		t.Fatal(err)
	}
	uncleared := lead
	uncleared.Scope = people.Scope{All: true}
	link := "/reviews/" + strconv.FormatInt(r.ID, 10) + "/files/" + strconv.FormatInt(one.ID, 10)
	if files, err := room.Files(ctx, uncleared, r.ID); err != nil || len(files) != 1 || files[0].ID != minutes.ID {
		t.Errorf("of a zone: %+v, %v", files, err)
	}
	_, err = room.File(ctx, uncleared, r.ID, one.ID)
	wants("its content", "record.no_such_file", err)
	wants("taking it back", "record.no_such_file", room.Detach(ctx, uncleared, r.ID, one.ID, ""))
	if got, err := room.Follow(ctx, lead, link); err != nil || got.Href != link || got.Name.En != "found.txt" {
		t.Errorf("a link to it: %+v, %v", got, err)
	}
	if _, err := room.Done(ctx, his, r.ID, review.Actions, 0, review.Shows{}); err == nil {
		t.Error("done, and nothing shows it")
	}
	r = must(room.Done(ctx, his, r.ID, review.Actions, 0, review.Shows{Link: link}))
	if d := r.Actions[0]; d.Proof != link || d.Link != ref || d.Hidden || d.ProofHidden {
		t.Errorf("done: %+v", d)
	}
	blind := uncleared
	blind.Grants = people.NewGrants("review.read")
	if r = must(room.Find(ctx, blind, r.ID)); r.Actions[0].Proof != "" || r.Actions[0].Link != "" || !r.Actions[0].Hidden || !r.Actions[0].ProofHidden {
		t.Errorf("who may not open them is told of links: %+v", r.Actions[0])
	}
	wants("after it is done", "review.over", room.Detach(ctx, lead, r.ID, one.ID, ""))
	if _, err := h.db.Files().Sweep(ctx, Now().AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if err := h.db.Files().Read(ctx, one.File, io.Discard); err != nil {
		t.Errorf("what is kept was swept away: %v", err)
	}
	if err := room.Detach(ctx, lead, r.ID, minutes.ID, ""); err != nil {
		t.Error(err)
	}
	if files, err := room.Files(ctx, lead, r.ID); err != nil || len(files) != 1 {
		t.Errorf("taken back: %+v, %v", files, err)
	}
	h.takesMinutesBack(t, room, lead, his, r.ID, func() int64 { return bring(lead, "Signed") })
}

// takesMinutesBack: after the review whoever leads it takes a file of the minutes back,
// with a reason that stays for those who may know of its zone, until the review is
// closed; it is not closed before its actions are done.
func (h *house) takesMinutesBack(t *testing.T, room *review.Room, lead, his people.Actor, id int64, bring func() int64) {
	t.Helper()
	ctx := t.Context()
	refused := refusing(t)
	r, err := room.Find(ctx, lead, id)
	if err != nil {
		t.Fatal(err)
	}
	w := review.Written{Present: []review.Seat{{Cluster: "service", Person: lead.ID}, {Cluster: "support", Person: his.ID}}}
	for range r.Checks {
		w.Checks = append(w.Checks, review.Check{Say: review.Yes})
	}
	if r, err = room.Write(ctx, lead, id, r.Version, w); err == nil {
		_, err = room.Decide(ctx, lead, id, r.Version, review.InOrder, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	zone := people.ZoneID(h.settings.All().Of(setting.Zone)[0].ID)
	signed := &review.File{Part: review.OfMinutes, File: bring(), Name: "signed.pdf", Zone: zone}
	if err := room.Attach(ctx, lead, id, signed); err != nil {
		t.Fatal(err)
	}
	refused("without a reason", "record.required", room.Detach(ctx, lead, id, signed.ID, " "))
	strict := *room
	strict.Leads = func(context.Context, review.Kind, people.ID) (*fault.Fault, error) {
		return fault.New(fault.Denied, "review.lead_roles"), nil
	}
	other := lead
	other.ID = his.ID
	refused("who does not lead it", "review.not_yours", strict.Detach(ctx, other, id, signed.ID, "the wrong scan"))
	if err := room.Detach(ctx, lead, id, signed.ID, "the wrong scan"); err != nil {
		t.Fatal(err)
	}
	if r, err = room.Find(ctx, lead, id); err != nil || len(r.Gone) != 1 || r.Gone[0].Why != "the wrong scan" || r.Gone[0].By != lead.ID {
		t.Errorf("what is gone: %+v, %v", r.Gone, err)
	}
	uncleared := lead
	uncleared.Scope = people.Scope{All: true}
	if seen, err := room.Find(ctx, uncleared, id); err != nil || len(seen.Gone) != 0 {
		t.Errorf("of a zone: %+v, %v", seen.Gone, err)
	}
	r, err = room.Add(ctx, lead, id, r.Version, review.Actions, review.Duty{Text: "One more", Owner: his.ID, Due: Now()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = room.Close(ctx, lead, id, r.Version)
	refused("with an open action", "review.still_open", err)
	if r, err = room.Done(ctx, lead, id, review.Actions, len(r.Actions)-1, review.Shows{Evidence: "Seen"}); err != nil {
		t.Fatal(err)
	}
	if err := room.Attach(ctx, lead, id, &review.File{Part: review.OfMinutes, File: bring(), Name: "signed.pdf"}); err != nil {
		t.Fatal(err)
	}
	if r, err = room.Close(ctx, lead, id, r.Version); err != nil || r.Closed.IsZero() {
		t.Fatal(r, err)
	}
	files, err := room.Files(ctx, lead, id)
	if err != nil {
		t.Fatal(err)
	}
	refused("once it is closed", "review.over", room.Detach(ctx, lead, id, files[len(files)-1].ID, "again"))
	_, err = room.Add(ctx, lead, id, r.Version, review.Actions, review.Duty{Text: "Too late", Owner: his.ID, Due: Now()})
	refused("once it is closed", "review.over", err)
}
