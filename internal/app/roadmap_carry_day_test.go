package app

import (
	"context"
	"strconv"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
)

// carrying is a programme that is carried out, at a time that the test moves.
type carrying struct {
	*testing.T
	h     *house
	room  *programme.Room
	now   time.Time
	id    int64
	lead  people.Actor
	admin people.Actor
}

// begunCarrying has two steps in work.
func begunCarrying(t *testing.T, w *town) *carrying {
	t.Helper()
	c := &carrying{T: t, h: w.house, room: w.house.programmes(), now: Now().UTC().Truncate(24 * time.Hour).Add(4 * time.Hour), // noon at the centre
		lead: w.actor(t, "process_manager"), admin: w.actor(t, access.SystemAdministrator)}
	c.lead.Scope = people.Everything()
	c.room.Now = func() time.Time { return c.now }
	p := &programme.Programme{Name: people.Text{En: "P"}, State: programme.Approved, Doc: programme.Doc{Start: c.now, Horizon: c.now.AddDate(1, 0, 0)}, Made: c.now}
	log := audit.By(c.lead, c.now, programme.DeedEdit, "roadmap")
	if err := c.h.db.Programmes().Keep(t.Context(), p, log); err != nil {
		t.Fatal(err)
	}
	step := func(place int, of maturity.Process) programme.Step {
		return programme.Step{Phase: 1, Place: place, Kind: roadmap.Step, Process: of, To: maturity.Level(2), State: roadmap.InWork}
	}
	if err := c.h.db.Programmes().Lay(t.Context(), p, []programme.Step{step(1, maturity.Incident), step(2, maturity.Change)}, log); err != nil {
		t.Fatal(err)
	}
	c.id = p.ID
	return c
}

// step is that of a process as it stands.
func (c *carrying) step(of maturity.Process) *programme.Step {
	c.Helper()
	all, err := c.h.db.Programmes().Steps(c.Context(), c.id)
	if err != nil {
		c.Fatal(err)
	}
	for i := range all {
		if all[i].Process == of {
			return &all[i]
		}
	}
	c.Fatalf("no step of %s", of)
	return nil
}

// plans has a change planned for a day and agreed to.
func (c *carrying) plans(of maturity.Process, days int, fields ...programme.CarryField) {
	c.Helper()
	s := c.step(of)
	s, err := c.room.Propose(c.Context(), c.lead, c.id, s.ID, s.Version, programme.Carry{Why: "sharper", Day: c.now.AddDate(0, 0, days), Fields: fields})
	if err == nil {
		_, err = c.room.Answer(c.Context(), c.admin, c.id, s.ID, s.Version, approval.Yes, "")
	}
	if err != nil {
		c.Fatal(err)
	}
}

// comes lets so many days pass and the duty run.
func (c *carrying) comes(days int) {
	c.Helper()
	c.now = c.now.AddDate(0, 0, days)
	if err := c.room.CarryOut(c.Context()); err != nil {
		c.Fatal(err)
	}
}

// stands holds the settings and the state of the changes to what they should be.
func (c *carrying) stands(when string, similar, quorum, order int, must bool, states ...programme.CarryState) {
	c.Helper()
	all := c.h.settings.All()
	desk, err := incident.PolicyOf(all)
	if err != nil {
		c.Fatal(err)
	}
	board, err := change.PolicyOf(all)
	if err != nil {
		c.Fatal(err)
	}
	route, err := setting.Read[catalogue.Rule](*all.Coded(setting.Routing, "to-desk"))
	if err != nil {
		c.Fatal(err)
	}
	field, err := setting.Read[catalogue.Field](*all.Coded(setting.Field, "asset-tag"))
	if err != nil {
		c.Fatal(err)
	}
	if desk.Similar != similar || board.Quorum != quorum || route.Order != order || len(field.Must) > 0 != must {
		c.Errorf("%s: similar within %d hours, quorum %d, order %d, compulsory %v", when, desk.Similar, board.Quorum, route.Order, field.Must)
	}
	for i, of := range []maturity.Process{maturity.Incident, maturity.Change}[:len(states)] {
		if got := c.step(of).Carry; got.State != states[i] {
			c.Errorf("%s: the change of %s is %s (%s)", when, of, got.State, got.Trouble)
		}
	}
}

// Two steps carry changes to four kinds of settings. Before their day nothing
// happens; on it all of each are in force at once. A step that falls back takes
// its own back and leaves the other's; a change that somebody has overtaken fails
// as a whole and says so, and what he has set since stands when it is undone.
func TestAStepChangesSettingsOnItsDay(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := carryTownOn(t, engine)
			c := begunCarrying(t, w)
			usual, board := incident.StandardPolicy().Similar, change.StandardPolicy().Quorum
			c.plans(maturity.Incident, 3,
				programme.CarryField{Kind: setting.Centre, Code: incident.PolicyCode, Field: "similar", To: strconv.Itoa(usual + 16)},
				programme.CarryField{Kind: setting.Routing, Code: "to-desk", Field: "order", To: "21"},
				programme.CarryField{Kind: setting.Field, Code: "asset-tag", Field: "must", To: "resolve"})
			c.plans(maturity.Change, 5, programme.CarryField{Kind: setting.Centre, Code: change.PolicyCode, Field: "quorum", To: strconv.Itoa(board + 1)})
			c.comes(2)
			c.stands("the day before", usual, board, 20, false, programme.CarryAgreed, programme.CarryAgreed)
			c.comes(1)
			c.stands("on its day", usual+16, board, 21, true, programme.CarryApplied, programme.CarryAgreed)
			c.comes(2)
			c.stands("on the other's", usual+16, board+1, 21, true, programme.CarryApplied, programme.CarryApplied)

			c.falls(maturity.Incident)
			c.comes(1)
			c.stands("fallen back", usual, board+1, 20, false, programme.CarryUndone, programme.CarryApplied)

			// What somebody sets in between stands, both when a change would be put in
			// and when one is undone.
			c.sets("to-desk", 33)
			c.falls(maturity.Change)
			c.puts(change.PolicyCode, board+2)
			c.comes(1)
			c.stands("overtaken", usual, board+2, 33, false, programme.CarryUndone, programme.CarryFailed)
			if got := c.step(maturity.Change).Carry.Trouble; got != "programme.carry_meanwhile" {
				t.Errorf("says %q", got)
			}
			c.works(maturity.Change)
			c.plans(maturity.Change, 2,
				programme.CarryField{Kind: setting.Centre, Code: change.PolicyCode, Field: "quorum", To: strconv.Itoa(board)},
				programme.CarryField{Kind: setting.Routing, Code: "to-desk", Field: "order", To: "44"})
			c.sets("to-desk", 34)
			c.comes(3)
			c.stands("failed as a whole", usual, board+2, 34, false, programme.CarryUndone, programme.CarryFailed)

			rows, err := c.h.db.Audit().Rows(t.Context(), audit.Filter{Object: "routing:to-desk", Limit: 20})
			if err != nil || len(rows) < 2 {
				t.Errorf("%d rows tell of the route: %v", len(rows), err)
			}
			if _, err := c.room.Recall(t.Context(), c.lead, c.id, c.step(maturity.Change).ID, c.step(maturity.Change).Version, "x"); !fault.Is(err, fault.Conflict) {
				t.Errorf("a failed change is taken back: %v", err)
			}
		})
	}
}

// turns puts a step into a state, as records and people do.
func (c *carrying) turns(of maturity.Process, to roadmap.State) {
	c.Helper()
	s := c.step(of)
	s.State = to
	if err := c.h.db.Programmes().KeepStep(c.Context(), s, audit.By(c.lead, c.now, programme.DeedEdit, "roadmap")); err != nil {
		c.Fatal(err)
	}
}

func (c *carrying) falls(of maturity.Process) { c.Helper(); c.turns(of, roadmap.Regressed) }

func (c *carrying) works(of maturity.Process) { c.Helper(); c.turns(of, roadmap.InWork) }

// sets gives a route another order, as somebody does on its page.
func (c *carrying) sets(code string, order int) {
	c.Helper()
	c.saves(setting.Routing, c.h.settings.All().Coded(setting.Routing, code), "", "order", order)
}

// puts gives the board another quorum, likewise.
func (c *carrying) puts(code string, quorum int) {
	c.Helper()
	c.saves(setting.Centre, c.h.settings.All().Coded(setting.Centre, code), code, "quorum", quorum)
}

func (c *carrying) saves(k setting.Kind, held *setting.Thing, code, field string, to int) {
	c.Helper()
	in := setting.Input{Kind: k, Code: code, ID: held.ID, Version: held.Version, Fields: map[string]string{field: strconv.Itoa(to)}}
	if k == setting.Centre {
		in.ID = 0
	}
	if _, err := c.h.settingsDesk().Save(c.Context(), c.admin, in); err != nil {
		c.Fatal(err)
	}
}

// recalled keeps programmes in which somebody takes a change back in the moment
// between its settings and its step.
type recalled struct{ programme.Store }

func (r recalled) KeepStep(ctx context.Context, s *programme.Step, log audit.Row) error {
	if s.Carry.State == programme.CarryApplied {
		return fault.New(fault.Stale, "record.changed_meanwhile")
	}
	return r.Store.KeepStep(ctx, s, log)
}

// A change that is taken back while it is applied leaves no setting behind.
func TestAChangeRecalledWhileItIsAppliedIsPutBack(t *testing.T) {
	t.Parallel()
	c := begunCarrying(t, carryTownOn(t, "sqlite"))
	usual, board := incident.StandardPolicy().Similar, change.StandardPolicy().Quorum
	c.plans(maturity.Incident, 1,
		programme.CarryField{Kind: setting.Centre, Code: incident.PolicyCode, Field: "similar", To: strconv.Itoa(usual + 16)},
		programme.CarryField{Kind: setting.Routing, Code: "to-desk", Field: "order", To: "21"})
	c.room.Store = recalled{c.room.Store}
	c.comes(2)
	c.stands("taken back meanwhile", usual, board, 20, false, programme.CarryAgreed)
}
