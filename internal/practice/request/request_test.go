package request_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// hall has an official, his superior, the owner of the service, a security
// officer, two engineers, and a clock that the test moves.
type hall struct {
	*request.Desk
	t                                        *testing.T
	db                                       *store.DB
	now                                      time.Time
	lin, head, owner, guard, chen, sun, mate people.Actor
	offers                                   map[int64]request.Offer
}

const (
	account     = 501 // two consents, four tasks
	paper       = 502 // no consent
	maintenance = 503 // two departments, four eyes
)

func each(t *testing.T, test func(*testing.T, *hall)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &hall{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), offers: offers()}
		homes := map[people.ID]people.DepartmentID{}
		who := func(code string, staff bool, home people.DepartmentID) people.Actor {
			p := people.Person{Code: code, Name: code, Staff: staff, Changed: h.now}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			homes[p.ID] = home
			a := people.Actor{ID: p.ID, Name: code, Lang: "en", Staff: staff, Grants: people.NewGrants("request.*"), Scope: people.Everything()}
			if !staff {
				a.Scope = people.Scope{Own: p.ID, AllZones: true}
			}
			return a
		}
		h.lin, h.mate = who("lin", false, 10), who("mate", false, 10)
		h.head, h.owner, h.guard = who("head", false, 10), who("owner", true, 20), who("guard", true, 30)
		h.chen, h.sun = who("chen", true, 20), who("sun", true, 20)
		inner := record.Desk[*request.Request]{Store: db.Requests(), Now: func() time.Time { return h.now }, Files: db.Files()}
		inner.Rules.Decides = approval.Terms{Due: func(from time.Time, days int) time.Time { return from.AddDate(0, 0, days) }}
		seated := map[catalogue.Capacity]people.ID{catalogue.Superior: h.head.ID, catalogue.ServiceOwner: h.owner.ID, catalogue.SecurityOfficer: h.guard.ID}
		h.Desk = request.NewDesk(inner, request.City{
			Offering: func(by people.Actor, id int64) (request.Offer, bool) {
				o, ok := h.offers[id]
				return o, ok && o.Offered(by, homes[by.ID], nil)
			},
			Person: func(_ context.Context, id people.ID) (people.Actor, error) {
				for _, one := range []people.Actor{h.lin, h.mate, h.head, h.owner, h.guard, h.chen, h.sun} {
					if one.ID == id {
						return one, nil
					}
				}
				return people.Actor{}, fault.New(fault.Unknown, "signin.ended")
			},
			Place: func(record.ServiceID) (people.ZoneID, people.TeamID) { return 3, 7 },
			Home:  func(id people.ID) people.DepartmentID { return homes[id] },
			Seats: func(_ *request.Request, w catalogue.Decider) ([]approval.Seat, []request.Unseated, error) {
				if seated[w.As] == 0 {
					return nil, []request.Unseated{{As: w.As, Why: request.Nobody}}, nil
				}
				return []approval.Seat{{Person: seated[w.As], Department: homes[seated[w.As]], As: string(w.As)}}, nil, nil
			},
			Due: func(from time.Time, hours int, _ record.ServiceID) time.Time {
				return from.Add(time.Duration(hours) * time.Hour)
			},
		}, db.Ledger(), db.RequestShelf())
		test(t, h)
	})
}

func text(s string) people.Text { return people.Text{En: s, Zh: s} }

func offers() map[int64]request.Offer {
	step := func(name string, order int) catalogue.Step {
		return catalogue.Step{Name: name, Title: text(name), Order: order, Hours: 4}
	}
	one := func(as catalogue.Capacity) []catalogue.Decider { return []catalogue.Decider{{As: as}} }
	access := step("vpn", 2)
	access.When = &form.When{Question: "vpn"}
	count := step("run", 2)
	count.Executes = true
	count.Questions = form.Form{{Name: "after", Label: text("Rows after"), Type: form.Number, Required: true}}
	return map[int64]request.Offer{
		account: {ID: account, Name: text("New post"), Offering: catalogue.Offering{
			State: catalogue.Published, Service: 1, Hours: 8,
			Questions: form.Form{{Name: "name", Label: text("Name"), Type: form.Text, Required: true}, {Name: "vpn", Label: text("VPN"), Type: form.Yes}},
			Stages:    []catalogue.Stage{{Rule: approval.All, Days: 4, Who: one(catalogue.Superior)}, {Rule: approval.Any, Who: one(catalogue.ServiceOwner)}},
			Plan:      []catalogue.Step{step("account", 1), step("mail", 1), access, step("tell", 3)},
		}},
		paper: {ID: paper, Name: text("Paper"), Offering: catalogue.Offering{State: catalogue.Published, Service: 1, Plan: []catalogue.Step{step("bring", 0)}}},
		maintenance: {ID: maintenance, Name: text("Data maintenance"), Offering: catalogue.Offering{
			State: catalogue.Published, Service: 1, FourEyes: true,
			Stages: []catalogue.Stage{{Rule: approval.Quorum, Quorum: 2, Apart: true, Who: []catalogue.Decider{{As: catalogue.ServiceOwner}, {As: catalogue.SecurityOfficer}}}},
			Plan:   []catalogue.Step{step("backup", 1), count},
		}},
	}
}

func (h *hall) ordered(by people.Actor, offering int64, answers form.Answers) *request.Request {
	h.t.Helper()
	r, err := h.Place(h.t.Context(), by, request.Order{Offering: offering, Answers: answers})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *hall) said(by people.Actor, r *request.Request, a approval.Answer) *request.Request {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	got, err := h.Decide(h.t.Context(), by, r.Number, approval.Vote{Answer: a, Reason: "because"}, record.Input{})
	if err != nil {
		h.t.Fatalf("%s says %s: %v", by.Name, a, err)
	}
	return got
}

func (h *hall) moved(by people.Actor, r *request.Request, name string, pairs ...string) *request.Request {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	in := record.Input{Text: "so", Fields: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		in.Fields[pairs[i]] = pairs[i+1]
	}
	got, err := h.Move(h.t.Context(), by, r.Number, name, in)
	if err != nil {
		h.t.Fatalf("%s: %v", name, err)
	}
	return got
}

func key(err error) string {
	if all := fault.All(err); len(all) > 0 {
		return all[0].Key
	}
	return ""
}

// done does the task of that name.
func (h *hall) done(by people.Actor, r *request.Request, plan string, answers form.Answers) error {
	h.t.Helper()
	held, err := h.db.Ledger().Tasks(h.t.Context(), r.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	i := slices.IndexFunc(held, func(t *record.Task) bool { return t.Plan == plan })
	if i < 0 {
		h.t.Fatalf("no task %s in %d", plan, len(held))
	}
	_, err = h.One(h.t.Context(), by, r.Number, record.Input{}, func(s *record.Sitting[*request.Request], r *request.Request) error {
		return s.Work(r, held[i].ID, func(t *record.Task) error {
			t.State, t.Answers = record.TaskDone, answers
			return nil
		})
	})
	return err
}

func (h *hall) state(r *request.Request, want flow.State) {
	h.t.Helper()
	if r.State != want {
		h.t.Fatalf("state %s, want %s", r.State, want)
	}
}

// From an order through two consents and four tasks to a confirmed end.
func TestTheLifeOfARequest(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r := h.ordered(h.lin, account, form.Answers{"name": "Ma Lan", "vpn": "true"})
		h.state(r, request.Awaiting)
		if r.Ref() != "REQ-2026-00001" || r.Title != "New post" || r.Zone != 3 || r.Team != 7 || r.Department != 10 || r.Waiting != request.ForApproval {
			t.Fatalf("%+v", r)
		}
		if got, err := h.Find(t.Context(), h.head, r.Number); err != nil || got.Answers["name"] != "Ma Lan" {
			t.Errorf("whoever is asked does not see it: %v", err)
		}
		if _, err := h.Find(t.Context(), h.mate, r.Number); !fault.Is(err, fault.Missing) {
			t.Errorf("somebody else sees it: %v", err)
		}
		if _, err := h.Decide(t.Context(), h.owner, r.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); key(err) != "approval.not_asked" {
			t.Errorf("the second stage answers first: %v", err)
		}
		if _, err := h.Decide(t.Context(), h.lin, r.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); key(err) != "approval.barred" {
			t.Errorf("the requester consents: %v", err)
		}
		waiting, err := h.db.Approvals().Waiting(t.Context(), h.head.Scope, []people.ID{h.head.ID}, 10)
		if err != nil || len(waiting) != 1 || waiting[0].Ref() != r.Ref() || waiting[0].RequesterName != "lin" {
			t.Errorf("waiting for the superior: %+v, %v", waiting, err)
		}
		h.state(h.said(h.head, r, approval.Yes), request.Awaiting)
		r = h.said(h.owner, r, approval.Yes)
		h.state(r, request.Assigned)
		if r.Granted.IsZero() || r.Waiting != "" {
			t.Errorf("%+v", r)
		}
		r = h.moved(h.chen, r, "accept", "owner", h.chen.ID.String())
		if err := h.done(h.chen, r, "vpn", nil); key(err) != "record.task_not_yet" {
			t.Errorf("out of turn: %v", err)
		}
		if _, err := h.Move(t.Context(), h.chen, r.Number, "fulfil", record.Input{}); key(err) != "request.task_open" {
			t.Errorf("fulfilled with tasks open: %v", err)
		}
		if err := h.done(h.owner, r, "mail", nil); key(err) != "request.approver_executes" {
			t.Errorf("whoever consented carries it out: %v", err)
		}
		for _, name := range []string{"mail", "account", "vpn", "tell"} {
			if err := h.done(h.chen, r, name, nil); err != nil {
				t.Fatal(name, err)
			}
		}
		r = h.moved(h.chen, r, "fulfil", "outcome", "all is there")
		h.state(h.moved(h.lin, r, "dispute"), request.InProgress)
		r = h.moved(h.chen, r, "fulfil")
		if _, err := h.Move(t.Context(), h.head, r.Number, "confirm", record.Input{}); key(err) != "request.only_requester" {
			t.Errorf("somebody else confirms: %v", err)
		}
		r = h.moved(h.lin, r, "confirm")
		h.state(r, request.Closed)
		if r.Disputed != 1 || r.Closed.IsZero() {
			t.Errorf("%+v", r)
		}
	})
}

// Many requests are cancelled at once and taken back: those that waited for
// consents wait for them again, and go on when they are given.
func TestManyAreCancelledAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		waiting := h.ordered(h.lin, account, form.Answers{"name": "Ma Lan", "vpn": "true"})
		granted := h.said(h.owner, h.said(h.head, h.ordered(h.lin, account, form.Answers{"name": "Li Bo", "vpn": "true"}), approval.Yes), approval.Yes)
		h.state(granted, request.Assigned)
		h.said(h.head, waiting, approval.Yes)
		batch, out, err := h.Bulk(t.Context(), h.chen, record.Act{Move: "cancel", Input: record.Input{Fields: map[string]string{"ended_as": "not_wanted"}}}, []record.Number{waiting.Number, granted.Number})
		if err != nil || len(out) != 2 || out[0].Refused != nil || out[1].Refused != nil {
			t.Fatalf("%+v, %v", out, err)
		}
		if _, err := h.Decide(t.Context(), h.owner, waiting.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); err == nil {
			t.Error("what was called off is still decided")
		}
		if out, err = h.Undo(t.Context(), h.chen, batch); err != nil || out[0].Refused != nil {
			t.Fatalf("%+v, %v", out, err)
		}
		back, err := h.Find(t.Context(), h.chen, granted.Number)
		if err != nil {
			t.Fatal(err)
		}
		h.state(back, request.Assigned)
		h.state(h.said(h.head, waiting, approval.Yes), request.Awaiting) // both are asked again, in their order
		h.state(h.said(h.owner, waiting, approval.Yes), request.Assigned)
	})
}

// What rules bring about nobody does by hand, whatever he may: not even whoever
// holds every grant of the practice lets a request pass without its consents.
func TestNobodyGrantsByHand(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r := h.ordered(h.lin, account, form.Answers{"name": "Ma Lan"})
		for _, move := range []string{"grant", "reject", "pass", "plan", "close", "seek"} {
			if got, err := h.Move(t.Context(), h.chen, r.Number, move, record.Input{}); key(err) != "flow.no_move" {
				t.Errorf("%s by hand: %v, now %s", move, err, got.State)
			}
		}
		got, err := h.Find(t.Context(), h.chen, r.Number)
		if err != nil {
			t.Fatal(err)
		}
		h.state(got, request.Awaiting)
	})
}

// What is ordered keeps the definition it was ordered under.
func TestAPinnedDefinition(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r := h.ordered(h.lin, account, form.Answers{"name": "Ma Lan"})
		o := h.offers[account]
		o.Plan = o.Plan[:1]
		h.offers[account] = o
		h.said(h.head, r, approval.Yes)
		r = h.said(h.owner, r, approval.Yes)
		held, err := h.db.Ledger().Tasks(t.Context(), r.ID)
		if err != nil || len(held) != 3 || held[2].Plan != "tell" || held[0].Due.IsZero() || held[0].Team != 7 {
			t.Errorf("%d tasks, %v", len(held), err)
		}
	})
}

func TestWhatCannotBeOrdered(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		for want, o := range map[string]request.Order{
			"request.not_offered":   {Offering: 999},
			"record.required":       {Offering: account, Answers: form.Answers{"vpn": "true"}},
			"form.no_such_question": {Offering: account, Answers: form.Answers{"name": "x", "colour": "red"}},
			"request.own_name":      {Offering: paper, Requester: h.mate.ID},
		} {
			if _, err := h.Place(t.Context(), h.lin, o); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		h.state(h.ordered(h.lin, paper, nil), request.Assigned)
		r, err := h.Place(t.Context(), h.chen, request.Order{Offering: paper, Requester: h.lin.ID})
		if err != nil || r.Requester != h.lin.ID {
			t.Errorf("in somebody's name: %+v, %v", r, err)
		}
		if next, err := h.Find(t.Context(), h.lin, r.Number); err != nil || next.Ref() != "REQ-2026-00002" {
			t.Errorf("refused orders took numbers: %v, %v", next, err)
		}
	})
}

// Data maintenance takes two departments and somebody else's hands.
func TestFourEyes(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r, err := h.Place(t.Context(), h.chen, request.Order{Offering: maintenance})
		if err != nil || r.Author != h.chen.ID {
			t.Fatalf("%+v, %v", r, err)
		}
		h.state(h.said(h.owner, r, approval.Yes), request.Awaiting)
		r = h.said(h.guard, r, approval.Yes)
		h.state(r, request.Assigned)
		r = h.moved(h.sun, r, "accept", "owner", h.sun.ID.String())
		if err := h.done(h.chen, r, "backup", nil); err != nil {
			t.Fatal("the author may prepare", err)
		}
		if err := h.done(h.chen, r, "run", form.Answers{"after": "12"}); key(err) != "request.author_executes" {
			t.Errorf("the author carries it out: %v", err)
		}
		if err := h.done(h.sun, r, "run", nil); key(err) != "record.required" {
			t.Errorf("done without the count: %v", err)
		}
		if err := h.done(h.sun, r, "run", form.Answers{"after": "12"}); err != nil {
			t.Fatal(err)
		}
		other, err := h.Place(t.Context(), h.sun, request.Order{Offering: maintenance, Author: h.chen.ID})
		if err != nil {
			t.Fatal(err)
		}
		h.said(h.owner, other, approval.Yes)
		other = h.said(h.guard, other, approval.Yes)
		if err := h.done(h.chen, other, "backup", nil); err != nil {
			t.Fatal(err)
		}
		if err := h.done(h.sun, other, "run", form.Answers{"after": "12"}); key(err) != "request.author_executes" {
			t.Errorf("whoever ordered it names another author and carries it out: %v", err)
		}
		held, err := h.db.Ledger().Tasks(t.Context(), r.ID)
		if err != nil || held[1].Answers["after"] != "12" {
			t.Errorf("%+v, %v", held[1], err)
		}
	})
}

func TestNo(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r := h.ordered(h.lin, account, form.Answers{"name": "x"})
		if _, err := h.Decide(t.Context(), h.head, r.Number, approval.Vote{Answer: approval.No}, record.Input{}); key(err) != "approval.say_why" {
			t.Errorf("a no without a reason: %v", err)
		}
		r = h.said(h.head, r, approval.No)
		if r.State != request.Rejected || r.Refusal != "because" || r.EndedAs != request.Refused {
			t.Errorf("%+v", r)
		}
		gone := h.ordered(h.lin, account, form.Answers{"name": "y"})
		if _, err := h.Move(t.Context(), h.mate, gone.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "mistaken"}}); !fault.Is(err, fault.Missing) {
			t.Errorf("a stranger cancels: %v", err)
		}
		if _, err := h.Move(t.Context(), h.lin, gone.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "refused"}}); key(err) != "request.not_to_say" {
			t.Errorf("the requester refuses for others: %v", err)
		}
		h.state(h.moved(h.lin, gone, "cancel", "ended_as", "not_wanted"), request.Cancelled)
		if left, err := h.db.Approvals().Waiting(t.Context(), h.head.Scope, []people.ID{h.head.ID}, 10); err != nil || len(left) != 0 {
			t.Errorf("still asked: %v, %v", left, err)
		}
	})
}

// Silence is no consent: who has not answered is reminded once, then it lapses.
// Silence after the work is consent.
func TestSilence(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		r := h.ordered(h.lin, account, form.Answers{"name": "x"})
		tend := func(after time.Duration) []record.Pending {
			h.now = h.now.Add(after)
			due, err := h.db.Approvals().Due(t.Context(), h.now, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range due {
				if err := h.Tend(t.Context(), p.Number); err != nil {
					t.Fatal(err)
				}
			}
			return due
		}
		if len(tend(24*time.Hour)) != 0 || len(tend(25*time.Hour)) != 1 || len(tend(time.Hour)) != 0 {
			t.Error("reminded at the wrong time")
		}
		tend(48 * time.Hour)
		r, err := h.Find(t.Context(), h.lin, r.Number)
		if err != nil || r.State != request.Rejected || r.EndedAs != request.Lapsed {
			t.Fatalf("%+v, %v", r, err)
		}
		quiet := h.ordered(h.lin, paper, nil)
		h.moved(h.chen, quiet, "accept", "owner", h.chen.ID.String())
		if err := h.done(h.chen, quiet, "bring", nil); err != nil {
			t.Fatal(err)
		}
		quiet = h.moved(h.chen, quiet, "fulfil")
		if err := h.Confirm(t.Context(), quiet.Fulfilled.Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Find(t.Context(), h.lin, quiet.Number); err != nil || got.State != request.Fulfilled {
			t.Fatalf("closed too early: %v, %v", got.State, err)
		}
		if err := h.Confirm(t.Context(), quiet.Fulfilled); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Find(t.Context(), h.lin, quiet.Number); err != nil || got.State != request.Closed {
			t.Errorf("%v, %v", got.State, err)
		}
	})
}
