package app

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
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
			room.Leads = nil // who may lead is looked at below
			all, err := h.db.Ledger().List(ctx, people.Everything(), record.Query{Kind: record.Changes, Where: query.Is("state", "authorised"), Limit: 1})
			if err != nil || len(all) == 0 {
				t.Fatal(len(all), err)
			}
			staff, err := h.staff(ctx)
			if err != nil || len(staff) < 4 {
				t.Fatal(len(staff), err)
			}
			barred, err := room.Barred(ctx, all[0].Number)
			if err != nil {
				t.Fatal(err)
			}
			staff = slices.DeleteFunc(staff, func(p people.Person) bool { return slices.Contains(barred, p.ID) })
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
				"decides":   func() (*review.Review, error) { return room.Decide(ctx, own, r.ID, r.Version, review.Conditional, 0) },
				"calls off": func() (*review.Review, error) { return room.CallOff(ctx, own, r.ID, r.Version) },
				"is met": func() (*review.Review, error) {
					return room.Done(ctx, own, r.ID, review.Conditions, 0, review.Shows{Evidence: "Told"})
				},
			} {
				if _, err := do(); !fault.Is(err, fault.Denied) || fault.All(err)[0].Key != "review.own_change" {
					t.Errorf("whoever asked for the change %s: %v", what, err)
				}
			}
			h.namesAnOwner(t, room, lead, r, staff)
			r = must(room.Find(ctx, lead, r.ID))
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
			shows(must(room.Find(ctx, lead, r.ID)), "change impact risk actions ")
			shows(must(room.Done(ctx, his, r.ID, review.Actions, 0, review.Shows{Evidence: "Guide, version 3"})), "change actions ") // he reads neither items nor risks
			narrow := people.Actor{ID: 4711, Staff: true, Grants: people.NewGrants("review.read", "review.hold", "change.read", "risk.read"), Scope: people.Scope{Own: 4711, Teams: []people.TeamID{all[0].Team}, AllZones: true}}
			ops := must(room.Call(ctx, lead, review.Call{Kind: review.Operations, Name: people.Text{En: "Operations"}, At: Now()}))
			w.Checks = w.Checks[:len(ops.Checks)]
			ops = must(room.Write(ctx, lead, ops.ID, ops.Version, w))
			ops = must(room.Add(ctx, lead, ops.ID, ops.Version, review.Actions, review.Duty{Text: "Restore on trial", Owner: staff[1].ID, Due: Now()}))
			ops = must(room.Decide(ctx, lead, ops.ID, ops.Version, review.ToAct, 0))
			shows(must(room.Add(ctx, narrow, ops.ID, ops.Version, review.Actions, review.Duty{Text: "And again", Owner: staff[1].ID, Due: Now()})), "")
			shows(must(room.Find(ctx, lead, ops.ID)), "incidents kept ola monitoring operations causes guides staffing risks actions ")
			if got := blocked(); got != "" {
				t.Errorf("all conditions met: %s", got)
			}
			h.tellsOfRecords(t, must(room.Find(ctx, lead, ops.ID)))
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

// tellsOfRecords: behind each cause stand as many records as it says.
func (h *house) tellsOfRecords(t *testing.T, r *review.Review) {
	t.Helper()
	for _, i := range r.Agenda {
		if i.Figure == review.Causes && len(i.Lines) == 0 {
			t.Error("no cause is told")
		}
		for _, l := range i.Lines {
			at, err := url.Parse(l.Link)
			if err != nil || i.Figure != review.Causes {
				continue
			}
			where, err := h.fields(record.Incident, true).Read(at.Query().Get("q"), h.means(people.System(people.ViaShell)))
			if err != nil {
				t.Fatal(l, err)
			}
			n, err := h.db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: where}, 1_000_000)
			if _, says, _ := strings.Cut(l.Text.En, ": "); err != nil || says != strconv.Itoa(n) {
				t.Errorf("%s: behind it stand %d, %v", l.Text.En, n, err)
			}
		}
	}
}

// refusing tells when something was not refused for the reason it had to be.
func refusing(t *testing.T) func(what, key string, err error) {
	return func(what, key string, err error) {
		t.Helper()
		if all := fault.All(err); len(all) == 0 || all[0].Key != key {
			t.Errorf("%s: %v, not %s", what, err, key)
		}
	}
}

// namesAnOwner: a go names who has the change from now on, who is somebody that may
// carry it out and neither asked for it nor decides; the change is his then. Who leads a
// review holds a role that does.
func (h *house) namesAnOwner(t *testing.T, room *review.Room, lead people.Actor, r *review.Review, staff []people.Person) {
	t.Helper()
	ctx := t.Context()
	refused := refusing(t)
	carries := slices.DeleteFunc(h.holders("engineer"), func(id people.ID) bool {
		return id == lead.ID || !slices.ContainsFunc(staff, func(p people.Person) bool { return p.ID == id })
	})
	office := h.holders("system_administrator")
	if len(carries) == 0 || len(office) == 0 {
		t.Fatal("nobody to name")
	}
	for _, c := range []struct {
		what, key string
		owner     people.ID
	}{{"nobody", "review.no_owner", 0}, {"who decides", "review.owner_decides", lead.ID}, {"who carries nothing out", "review.owner_role", office[0]}} {
		_, err := room.Decide(ctx, lead, r.ID, r.Version, review.Conditional, c.owner)
		refused(c.what, c.key, err)
	}
	if now, err := room.Find(ctx, lead, r.ID); err != nil || now.State != review.Called {
		t.Fatalf("a go that was refused stands: %+v, %v", now.State, err)
	}
	done, err := room.Decide(ctx, lead, r.ID, r.Version, review.Conditional, carries[0])
	if err != nil || done.Owner != carries[0] {
		t.Fatal(done, err)
	}
	if c, err := h.changes.Find(ctx, lead, r.Change); err != nil || c.Owner != carries[0] {
		t.Errorf("the change has %v, not %v: %v", c.Owner, carries[0], err)
	}
	call := review.Call{Kind: review.Operations, Name: people.Text{En: "Led by"}, At: Now(), Chair: office[0]}
	_, err = h.reviews().Call(ctx, lead, call)
	refused("who does not lead operations", "review.no_lead", err)
	if text := lang.For("zh").Fault(fault.All(err)[0]); !strings.Contains(text, "流程经理") {
		t.Errorf("it does not say who leads: %s", text)
	}
	call.Chair = h.holders("process_manager")[0]
	one, err := h.reviews().Call(ctx, lead, call)
	if err != nil {
		t.Fatal(err)
	}
	stranger := people.Actor{ID: office[0], Staff: true, Grants: people.NewGrants("review.*"), Scope: people.Everything()}
	_, err = h.reviews().Decide(ctx, stranger, one.ID, one.Version, review.InOrder, 0)
	refused("who does not lead it decides", "review.not_yours", err)
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
