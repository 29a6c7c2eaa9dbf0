package problem_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// centre has a specialist, who answers for problems and who owns a service,
// and a clock that the test moves.
type centre struct {
	*problem.Desk
	t              *testing.T
	db             *store.DB
	now            time.Time
	bo, mei, owner people.Actor
}

func each(t *testing.T, test func(*testing.T, *centre)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &centre{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
		who := func(code string, grants ...string) people.Actor {
			p := people.Person{Code: code, Name: code, Staff: true, Changed: c.now}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			return people.Actor{ID: p.ID, Name: code, Staff: true, Grants: people.NewGrants(grants...), Scope: people.Everything()}
		}
		c.bo = who("bo", "problem.open", "problem.read", "problem.edit", "problem.classify", "problem.investigate", "problem.establish", "problem.propose", "problem.publish", "problem.note")
		c.mei = who("mei", "problem.*")
		c.owner = who("owner", "problem.read", "problem.accept_risk")
		inner := record.Desk[*problem.Problem]{Store: db.Problems(), Now: func() time.Time { return c.now }}
		c.Desk = problem.NewDesk(inner, problem.City{
			Priority: func(i, u problem.Level) int { return int(max(i, u)) },
			Zone:     func(s record.ServiceID) people.ZoneID { return people.ZoneID(s) + 2 },
		}, db.Ledger(), db.ProblemShelf())
		test(t, c)
	})
}

func fields(all ...string) record.Input {
	in := record.Input{Fields: map[string]string{}}
	for i := 0; i < len(all); i += 2 {
		in.Fields[all[i]] = all[i+1]
	}
	return in
}

func (c *centre) raised() *problem.Problem {
	c.t.Helper()
	p, err := c.Raise(c.t.Context(), c.bo, fields("title", "prints come out blank", "symptom", "blank page", "service", "1", "workaround", "print as image"))
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

// go on makes moves that must succeed.
func (c *centre) moved(by people.Actor, n record.Number, name string, in record.Input) *problem.Problem {
	c.t.Helper()
	p, err := c.Move(c.t.Context(), by, n, name, in)
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	return p
}

func (c *centre) investigated() *problem.Problem {
	c.t.Helper()
	n := c.raised().Number
	c.moved(c.mei, n, "accept", record.Input{})
	c.moved(c.bo, n, "classify", fields("category", "20", "impact", "2", "urgency", "3"))
	return c.moved(c.bo, n, "investigate", fields("method", "five_whys"))
}

func (c *centre) refused(by people.Actor, n record.Number, name string, in record.Input, key string) {
	c.t.Helper()
	_, err := c.Move(c.t.Context(), by, n, name, in)
	if all := fault.All(err); !slices.ContainsFunc(all, func(f *fault.Fault) bool { return f.Key == key || f.Field == key }) {
		c.t.Errorf("%s: %v, want %s", name, err, key)
	}
}

// A problem goes from what somebody noticed to its end, and what must hold on
// the way does.
func TestTheLifeOfAProblem(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		p := c.raised()
		if p.Ref() != "PRB-2026-00001" || p.Requester != c.bo.ID || p.Zone != 3 || p.State != problem.New {
			t.Fatalf("raised: %+v", p)
		}
		n := p.Number
		c.refused(c.bo, n, "accept", record.Input{}, "people.not_granted")
		c.moved(c.mei, n, "accept", record.Input{})
		c.refused(c.bo, n, "classify", fields("impact", "2"), "category")
		p = c.moved(c.bo, n, "classify", fields("category", "20", "impact", "2", "urgency", "3"))
		if p.Priority != 3 {
			t.Errorf("priority %d", p.Priority)
		}
		c.refused(c.bo, n, "investigate", record.Input{}, "method")
		c.moved(c.bo, n, "investigate", fields("method", "five_whys"))
		c.refused(c.bo, n, "establish", record.Input{}, "root_cause")
		p = c.moved(c.bo, n, "establish", fields("root_cause", "the driver"))
		if !p.Published.Equal(c.now) || p.State != problem.KnownError {
			t.Errorf("a known error is published: %+v", p)
		}
		c.moved(c.bo, n, "propose", fields("proposal", "another driver"))
		c.refused(c.mei, n, "request_change", record.Input{}, "change")
		c.moved(c.mei, n, "request_change", fields("change", "RFC-7"))
		c.refused(c.mei, n, "change_failed", record.Input{}, "text")
		p = c.moved(c.mei, n, "change_done", record.Input{})
		if !p.WatchUntil.Equal(c.now.Add(problem.WatchPeriod)) {
			t.Errorf("watched until %v", p.WatchUntil)
		}
		c.refused(c.mei, n, "resolve", record.Input{}, "problem.still_watched")
		c.now = c.now.Add(problem.WatchPeriod)
		c.moved(c.mei, n, "resolve", record.Input{})
		p = c.moved(c.mei, n, "close", record.Input{})
		if p.State != problem.Closed || !p.Closed.Equal(c.now) {
			t.Errorf("closed: %+v", p)
		}
		held, err := c.Find(t.Context(), c.bo, n)
		if err != nil || held.RootCause != "the driver" || held.Change != "RFC-7" || held.Workaround != "print as image" {
			t.Errorf("held: %+v, %v", held, err)
		}
	})
}

func TestWhatComesBackIsInvestigatedAgain(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.investigated().Number
		c.moved(c.bo, n, "establish", fields("root_cause", "the driver"))
		c.moved(c.bo, n, "propose", fields("proposal", "another driver"))
		c.moved(c.mei, n, "fix", fields("no_change", "a setting of the printer"))
		p := c.moved(c.mei, n, "recur", record.Input{Text: "INC-2026-00007 is the same"})
		if p.State != problem.Investigating || p.Recurred != 1 || !p.WatchUntil.IsZero() || !p.Fixed.IsZero() {
			t.Errorf("came back: %+v", p)
		}
	})
}

// A risk is borne by the owner of the service until a day, and somebody else
// decides that the work rests.
func TestARiskIsAcceptedBySomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.investigated().Number
		c.refused(c.mei, n, "defer", record.Input{}, "problem.risk_not_accepted")
		c.refused(c.owner, n, "accept_risk", fields("risk", "some blank pages", "review_on", "2026-11-01T00:00:00Z"), "review_on")
		c.refused(c.bo, n, "accept_risk", fields("risk", "some blank pages", "review_on", "2027-05-01T00:00:00Z"), "people.not_granted")
		c.moved(c.mei, n, "accept_risk", fields("risk", "some blank pages", "review_on", "2027-05-01T00:00:00Z"))
		c.refused(c.mei, n, "defer", record.Input{}, "problem.own_risk")
		p := c.moved(c.owner, n, "accept_risk", fields("risk", "some blank pages", "review_on", "2027-05-01T00:00:00Z"))
		if p.AcceptedBy != c.owner.ID {
			t.Errorf("accepted by %d", p.AcceptedBy)
		}
		c.moved(c.mei, n, "defer", record.Input{})
		p = c.moved(c.mei, n, "reconsider", record.Input{Text: "the day has come"})
		if p.State != problem.Investigating || p.AcceptedBy != 0 {
			t.Errorf("taken up again: %+v", p)
		}
	})
}

// What was deferred is taken up again on its day, once, and not before.
func TestADeferredProblemComesBackOnItsDay(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.investigated().Number
		c.moved(c.owner, n, "accept_risk", fields("risk", "some blank pages", "review_on", "2026-12-01T00:00:00Z"))
		c.moved(c.mei, n, "defer", record.Input{})
		state := func() flow.State {
			t.Helper()
			if err := c.Reconsider(t.Context()); err != nil {
				t.Fatal(err)
			}
			p, err := c.Find(t.Context(), c.mei, n)
			if err != nil {
				t.Fatal(err)
			}
			return p.State
		}
		if got := state(); got != problem.Deferred {
			t.Errorf("before its day: %s", got)
		}
		c.now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
		if got := state(); got != problem.Investigating {
			t.Errorf("on its day: %s", got)
		}
		p := c.moved(c.bo, n, "establish", fields("root_cause", "the driver"))
		if got := state(); got != problem.KnownError || p.AcceptedBy != 0 || !p.ReviewOn.IsZero() {
			t.Errorf("afterwards: %s, %+v", got, p)
		}
		past, err := c.Ledger.Timeline(t.Context(), p.ID, false)
		if err != nil || !slices.ContainsFunc(past, func(e record.Entry) bool {
			return e.Deed == "problem.reconsider" && e.By == 0 && e.Text == "some blank pages"
		}) {
			t.Errorf("the timeline does not say so: %v", err)
		}
	})
}

func TestAMajorProblemIsReviewed(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.investigated().Number
		if _, err := c.Edit(t.Context(), c.bo, n, []record.Change{{Field: "major", Now: "true"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		c.moved(c.bo, n, "establish", fields("root_cause", "the driver"))
		c.moved(c.bo, n, "propose", fields("proposal", "another driver"))
		c.moved(c.mei, n, "fix", fields("no_change", "a setting of the printer"))
		c.now = c.now.Add(problem.WatchPeriod)
		p := c.moved(c.mei, n, "resolve", record.Input{})
		if slices.ContainsFunc(c.Next(c.mei, p), func(m flow.Move[*problem.Problem]) bool { return m.Name == "close" }) {
			t.Error("close is offered before the review")
		}
		c.refused(c.mei, n, "close", record.Input{}, "problem.not_reviewed")
		c.refused(c.mei, n, "review", fields("went_well", "the work-around held"), "review")
		p = c.moved(c.mei, n, "review", fields("went_well", "the work-around held", "went_wrong", "two weeks without a suspicion", "review", "test drivers first",
			"could_improve", "look at the logs at once", "prevention", "a printer to try drivers on", "supplier_next", "the maker mends the driver"))
		if p.WentWell == "" || p.WentWrong == "" || p.Improve == "" || p.Prevention == "" || p.SupplierNext == "" {
			t.Errorf("the review: %+v", p)
		}
		c.moved(c.mei, n, "close", record.Input{})
	})
}

func TestAWorkaroundIsPublishedAndWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		n := c.investigated().Number
		p := c.moved(c.bo, n, "publish", fields("workaround", "print twice", "public", "true"))
		if p.Published.IsZero() || !p.Public || p.Workaround != "print twice" {
			t.Errorf("published: %+v", p)
		}
		c.refused(c.bo, n, "withdraw", record.Input{Text: "wrong"}, "people.not_granted")
		if p = c.moved(c.mei, n, "withdraw", record.Input{Text: "It jams the printer."}); !p.Published.IsZero() {
			t.Errorf("withdrawn: %+v", p)
		}
	})
}
