package app

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
)

// TestAManagementReview: a change waits for its initiation review and for the
// conditions of that, figures are filled in, actions are followed up, and nobody
// hears of a review of a change that he does not see.
func TestAManagementReview(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := testHouse(t, engine)
			if err := h.fill(t.Context(), "XS"); err != nil {
				t.Fatal(err)
			}
			ctx, room := t.Context(), h.reviews()
			all, err := h.db.Ledger().List(ctx, people.Everything(), record.Query{Kind: record.Changes, Limit: 1})
			if err != nil || len(all) == 0 {
				t.Fatal(len(all), err)
			}
			staff, err := h.staff(ctx)
			if err != nil || len(staff) < 2 {
				t.Fatal(len(staff), err)
			}
			lead := people.System(people.ViaShell)
			lead.ID = staff[0].ID
			one := &change.Change{Head: record.Head{Number: all[0].Number}}
			blocked := func() string {
				t.Helper()
				for _, f := range fault.All(h.reviews().Blocks(ctx, one.Number)) {
					return f.Key
				}
				return ""
			}
			must := func(r *review.Review, err error) *review.Review {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			if got := blocked(); got != "" {
				t.Errorf("without a review: %s", got)
			}
			r := must(room.Call(ctx, lead, review.Call{Kind: review.Initiation, Name: people.Text{En: "Is it worth it?"}, Change: one.Number, At: Now()}))
			if err := h.changes.Rules.Then(nil, one, "propose", record.Input{}); blocked() != "review.not_held" || err == nil {
				t.Errorf("called: %s, %v", blocked(), err)
			}
			w := review.Written{Minutes: "We asked the departments.", Present: []review.Seat{{Cluster: "service", Person: staff[0].ID}, {Cluster: "support", Person: staff[1].ID}}}
			for range r.Checks {
				w.Checks = append(w.Checks, review.Check{Say: review.Yes, Evidence: "Seen"})
			}
			w.Checks[0].Link, w.Checks[1].Link = all[0].Ref(), "javascript:alert(1)"
			if _, err := room.Write(ctx, lead, r.ID, r.Version, w); len(fault.All(err)) != 1 || fault.All(err)[0].Key != "review.no_link" {
				t.Errorf("a link that is none: %v", err)
			}
			w.Checks[1].Link = "/reports/desk?from=2026-01-01"
			r = must(room.Write(ctx, lead, r.ID, r.Version, w))
			if _, err := room.Write(ctx, lead, r.ID, r.Version-1, w); !fault.Is(err, fault.Stale) {
				t.Errorf("an old version: %v", err)
			}
			r = must(room.Add(ctx, lead, r.ID, r.Version, review.Conditions, review.Duty{Text: "Tell the hall a week ahead", Owner: staff[1].ID, Due: Now().Add(-time.Hour)}))
			r = must(room.Add(ctx, lead, r.ID, r.Version, review.Actions, review.Duty{Text: "Write the guide", Owner: staff[1].ID, Due: Now().Add(-time.Hour)}))
			held, err := h.changes.Find(ctx, lead, one.Number)
			if err != nil {
				t.Fatal(err)
			}
			own := people.Actor{ID: held.Requester, Staff: true, Grants: people.NewGrants("review.*", "change.read"), Scope: people.Everything()}
			for what, do := range map[string]func() (*review.Review, error){
				"decides":   func() (*review.Review, error) { return room.Decide(ctx, own, r.ID, r.Version, review.Conditional) },
				"calls off": func() (*review.Review, error) { return room.CallOff(ctx, own, r.ID, r.Version) },
				"is met": func() (*review.Review, error) {
					return room.Done(ctx, own, r.ID, review.Conditions, 0, review.Shows{Evidence: "Told"})
				},
			} {
				if _, err := do(); !fault.Is(err, fault.Denied) || fault.All(err)[0].Key != "review.own_change" {
					t.Errorf("whoever asked for the change %s: %v", what, err)
				}
			}
			r = must(room.Decide(ctx, lead, r.ID, r.Version, review.Conditional))
			if got := blocked(); got != "review.owes" || r.Agenda[len(r.Agenda)-1].Says.En == "" {
				t.Errorf("decided: %s, %+v", got, r.Agenda)
			}
			his := people.Actor{ID: staff[1].ID, Staff: true, Grants: people.NewGrants("review.read", "change.read"), Scope: people.Everything()}
			if _, err := room.Done(ctx, his, r.ID, review.Conditions, 0, review.Shows{Evidence: "Told"}); !fault.Is(err, fault.Denied) {
				t.Errorf("whoever owes a condition cannot say himself that it is met: %v", err)
			}
			target := r.ID*1_000 + 1 // its first action
			for range 2 {
				if _, err := h.reviewDuty().Run(ctx, Now()); err != nil {
					t.Fatal(err)
				}
			}
			h.told(t, staff[1].ID, notice.ReviewAction, target, 1)
			must(room.Done(ctx, lead, r.ID, review.Conditions, 0, review.Shows{Evidence: "Told on Monday"}))
			shows := func(r *review.Review, want string) {
				t.Helper()
				got := ""
				for _, i := range r.Agenda {
					if i.Says.En != "" && i.Hidden {
						t.Errorf("hidden, and shown: %+v", i)
					}
					if i.Figure != "" && i.Figure != review.Cost && i.Says.En != "" { // not each change costs something
						got += string(i.Figure) + " "
					}
				}
				if got != want {
					t.Errorf("shows %q, not %q", got, want)
				}
			}
			shows(must(room.Find(ctx, lead, r.ID)), "change risks actions ")
			shows(must(room.Done(ctx, his, r.ID, review.Actions, 0, review.Shows{Evidence: "Guide, version 3"})), "change actions ") // he reads no risks
			narrow := people.Actor{ID: 4711, Staff: true, Grants: people.NewGrants("review.read", "review.hold", "change.read", "risk.read"), Scope: people.Scope{Own: 4711, Teams: []people.TeamID{all[0].Team}, AllZones: true}}
			ops := must(room.Call(ctx, lead, review.Call{Kind: review.Operations, Name: people.Text{En: "Operations"}, At: Now()}))
			w.Checks = w.Checks[:len(ops.Checks)]
			ops = must(room.Write(ctx, lead, ops.ID, ops.Version, w))
			ops = must(room.Add(ctx, lead, ops.ID, ops.Version, review.Actions, review.Duty{Text: "Restore on trial", Owner: staff[1].ID, Due: Now()}))
			ops = must(room.Decide(ctx, lead, ops.ID, ops.Version, review.ToAct))
			shows(must(room.Add(ctx, narrow, ops.ID, ops.Version, review.Actions, review.Duty{Text: "And again", Owner: staff[1].ID, Due: Now()})), "")
			shows(must(room.Find(ctx, lead, ops.ID)), "incidents kept risks actions ")
			if got := blocked(); got != "" {
				t.Errorf("all conditions met: %s", got)
			}
			h.hidesEvidence(t, room, lead, r.ID)
			h.keepsFiles(t, room, lead, his, all[0].Ref())
			h.followsRisks(t, lead, staff[1].ID)
			blind := people.Actor{ID: staff[1].ID, Staff: true, Grants: people.NewGrants("review.read"), Scope: people.Everything()}
			if _, err := room.Find(ctx, blind, r.ID); !fault.Is(err, fault.Missing) {
				t.Errorf("who sees no changes: %v", err)
			}
		})
	}
}

// hidesEvidence: a link of the evidence is shown to whoever may open it; whoever may
// not is told that there is one, and does not take it away.
func (h *house) hidesEvidence(t *testing.T, room *review.Room, lead people.Actor, id int64) {
	t.Helper()
	ctx := t.Context()
	r, err := room.Find(ctx, lead, id)
	if err != nil || r.Checks[0].Link != record.Ref(record.Changes, r.Change) || r.Checks[1].Link != "/reports/desk" {
		t.Fatalf("%+v, %v", r.Checks, err)
	}
	if got, err := room.Follow(ctx, lead, r.Checks[0].Link); err != nil || got.Name.En == "" || got.Href != "/changes/"+r.Checks[0].Link {
		t.Errorf("%+v, %v", got, err)
	}
	few := lead
	few.Grants = people.NewGrants("review.*", "change.read")
	if r, err = room.Find(ctx, few, id); err != nil || r.Checks[0].Link == "" || r.Checks[1].Link != "" || !r.Checks[1].Hidden {
		t.Errorf("who reads no reports: %+v, %v", r.Checks, err)
	}
	one, err := room.Call(ctx, lead, review.Call{Kind: review.Operations, Name: people.Text{En: "Again"}, At: Now().Add(time.Hour), Again: true})
	if err != nil {
		t.Fatal(err)
	}
	w := review.Written{Checks: []review.Check{{Say: review.Yes, Link: "/reports/desk"}}}
	if one, err = room.Write(ctx, lead, one.ID, one.Version, w); err != nil {
		t.Fatal(err)
	}
	w.Checks[0] = review.Check{Say: review.No}
	if one, err = room.Write(ctx, few, one.ID, one.Version, w); err != nil {
		t.Fatal(err)
	}
	if one, err = room.Find(ctx, lead, one.ID); err != nil || one.Checks[0].Link != "/reports/desk" || one.Checks[0].Say != review.No {
		t.Errorf("what he did not see: %+v, %v", one.Checks[0], err)
	}
	for range 2 {
		if _, err := h.reviewDuty().Run(ctx, Now()); err != nil {
			t.Fatal(err)
		}
	}
	const days = 100_000
	h.told(t, lead.ID, notice.ReviewNear, one.ID*days+one.At.Unix()/(24*60*60), 1)
}
