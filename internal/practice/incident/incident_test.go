package incident_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// centre is a small information centre: a desk team (1), a network team (2),
// a few people, and a clock that the test moves.
type centre struct {
	*incident.Desk
	t    *testing.T
	db   *store.DB
	now  time.Time
	who  map[string]people.ID
	anna people.Actor // first line
	bo   people.Actor // network team
	mei  people.Actor // incident manager
	user people.Actor // an official of department 7
	vip  people.ID
}

const (
	deskTeam    people.TeamID = 1
	networkTeam people.TeamID = 2
)

// each runs a test in a centre of its own on each database.
func each(t *testing.T, test func(*testing.T, *centre)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, open(t, db)) })
}

func open(t *testing.T, db *store.DB) *centre {
	c := &centre{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), who: map[string]people.ID{}}
	all := map[people.ID]people.Person{}
	for _, p := range []people.Person{{Code: "anna", Staff: true}, {Code: "bo", Staff: true}, {Code: "mei", Staff: true}, {Code: "wang", Department: 0}, {Code: "mayor", VIP: true}, {Code: "li"}} {
		p.Name, p.Changed = p.Code, c.now
		if err := db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		c.who[p.Code] = p.ID
		p.Department = 7
		all[p.ID] = p
	}
	c.vip = c.who["mayor"]
	policy := incident.StandardPolicy()
	policy.Desk = deskTeam
	city := incident.City{
		Policy: func() incident.Policy { return policy },
		Route: func(i *incident.Incident) people.TeamID {
			if i.Category == 20 {
				return networkTeam
			}
			return 0
		},
		Line: func(team people.TeamID) int { return int(team) },
		Person: func(_ context.Context, id people.ID) (people.Person, error) {
			if p, ok := all[id]; ok {
				return p, nil
			}
			return people.Person{}, fault.New(fault.Missing, "people.no_such")
		},
		Coded: func(_ context.Context, codes []string) (out []people.Person, _ error) {
			for _, p := range all {
				if slices.Contains(codes, p.Code) {
					out = append(out, p)
				}
			}
			return out, nil
		},
		Hall: func(d people.DepartmentID) bool { return d == 9 },
		Zone: func(s record.ServiceID) people.ZoneID { return people.ZoneID(s) + 2 },
	}
	inner := record.Desk[*incident.Incident]{Store: db.Incidents(), Now: func() time.Time { return c.now }, Files: db.Files()}
	c.Desk = incident.NewDesk(inner, city, db.Ledger(), db.IncidentShelf())
	staff := func(code string, team people.TeamID, grants ...string) people.Actor {
		return people.Actor{ID: c.who[code], Name: code, Staff: true, Teams: []people.TeamID{team}, Grants: people.NewGrants(grants...), Scope: people.Everything()}
	}
	work := []string{"incident.open", "incident.read", "incident.edit", "incident.classify", "incident.assign", "incident.accept", "incident.reassign", "incident.escalate", "incident.wait", "incident.resume", "incident.resolve", "incident.reopen", "incident.cancel", "incident.merge", "incident.unmerge", "incident.reply", "incident.note", "incident.watch", "incident.relate", "incident.spend", "incident.task_add", "incident.task_work", "incident.bulk", "incident.undo"}
	c.anna, c.bo = staff("anna", deskTeam, work...), staff("bo", networkTeam, work...)
	c.mei = staff("mei", deskTeam, "incident.*")
	c.user = people.Actor{ID: c.who["wang"], Name: "wang", Grants: people.NewGrants("incident.open", "incident.read", "incident.reply", "incident.confirm", "incident.reopen", "incident.rate"), Scope: people.Scope{Own: c.who["wang"]}}
	return c
}

// A centre without a desk, and an agent without a team: the solution can be
// given to nobody, and that is said with the way out. Nothing is registered.
func TestNobodyToSolveForIsSaid(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		c.City.Policy = incident.StandardPolicy // names no desk
		by, call := c.anna, c.call(nil)
		by.Teams, call.Solved = nil, solution()
		call.Fields["category"] = "21" // no rule routes it
		if _, err := c.Register(t.Context(), by, call); !fault.Is(err, fault.Conflict) || fault.All(err)[0].Key != "incident.no_team" {
			t.Errorf("got %v", err)
		}
		by.Teams = []people.TeamID{networkTeam}
		i, err := c.Register(t.Context(), by, call)
		if err != nil || i.State != incident.Resolved || i.Team != networkTeam || !strings.HasSuffix(i.Ref(), "-00001") {
			t.Errorf("in a team of his own: %+v %v", i, err)
		}
	})
}

// call is what an agent has typed about a fault in the network.
func (c *centre) call(more map[string]string) incident.Call {
	f := map[string]string{"title": "no network", "requester": strconv.Itoa(int(c.user.ID)), "service": "1", "category": "20", "impact": "3", "urgency": "2"}
	for k, v := range more {
		if f[k] = v; v == "" {
			delete(f, k)
		}
	}
	return incident.Call{Input: record.Input{Fields: f}, Channel: "phone"}
}

func (c *centre) register(call incident.Call) *incident.Incident {
	c.t.Helper()
	i, err := c.Register(c.t.Context(), c.anna, call)
	if err != nil {
		c.t.Fatal(err)
	}
	return i
}

// move makes a move that must succeed.
func (c *centre) move(by people.Actor, n record.Number, move string, in record.Input) *incident.Incident {
	c.t.Helper()
	i, err := c.Move(c.t.Context(), by, n, move, in)
	if err != nil {
		c.t.Fatalf("%s: %v", move, err)
	}
	return i
}

// solution is a complete resolution.
func solution() map[string]string {
	return map[string]string{"solution": "cable put back", "cause": "5", "no_item": "not in the CMDB"}
}

func (c *centre) deeds(id int64) []string {
	c.t.Helper()
	entries, err := c.db.Ledger().Timeline(c.t.Context(), id, false)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Deed[len("incident."):])
	}
	return out
}

// faults are the fields and keys at fault.
func faults(err error) []string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	slices.Sort(out)
	return out
}

func TestRegisterGoesAsFarAsTheDataReaches(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		for _, k := range []struct {
			name   string
			by     people.Actor
			fields map[string]string
			call   func(*incident.Call)
			state  flow.State
			team   people.TeamID
			deeds  []string
		}{
			{name: "only a title", by: c.anna, fields: map[string]string{"service": "", "category": "", "impact": "", "urgency": ""}, state: incident.New, team: deskTeam, deeds: []string{"open"}},
			{name: "classified and routed by a rule", by: c.anna, state: incident.Assigned, team: networkTeam, deeds: []string{"open", "classify", "assign"}},
			{name: "no rule fits: the desk keeps it", by: c.anna, fields: map[string]string{"category": "30"}, state: incident.Assigned, team: deskTeam, deeds: []string{"open", "classify", "assign"}},
			{name: "the agent names the team", by: c.anna, call: func(c *incident.Call) { c.Team = deskTeam }, state: incident.Assigned, team: deskTeam, deeds: []string{"open", "classify", "assign"}},
			{name: "solved on the phone", by: c.anna, call: func(c *incident.Call) { c.Solved = solution() }, state: incident.Resolved, team: deskTeam, deeds: []string{"open", "classify", "assign", "accept", "resolve"}},
			{name: "an official reports: the desk classifies", by: c.user, call: func(c *incident.Call) { c.Team, c.Solved = networkTeam, solution() }, state: incident.New, team: deskTeam, deeds: []string{"open"}},
		} {
			call := c.call(k.fields)
			if k.call != nil {
				k.call(&call)
			}
			i, err := c.Register(t.Context(), k.by, call)
			if err != nil {
				t.Errorf("%s: %v", k.name, err)
				continue
			}
			if i.State != k.state || i.Team != k.team {
				t.Errorf("%s: %s with team %d, want %s with %d", k.name, i.State, i.Team, k.state, k.team)
			}
			if got := c.deeds(i.ID); !slices.Equal(got, k.deeds) {
				t.Errorf("%s: deeds %v, want %v", k.name, got, k.deeds)
			}
			if i.Department != 7 {
				t.Errorf("%s: the department was not taken from the requester", k.name)
			}
		}
	})
}

func TestRegisterFillsInWhatFollows(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(map[string]string{"requester": strconv.Itoa(int(c.vip)), "impact": "4", "urgency": "4"}))
		if i.Zone != 3 || !i.VIP || i.Priority != 2 {
			t.Errorf("zone %d, VIP %v, priority %d; want the service's zone 3 and priority 2 for a VIP", i.Zone, i.VIP, i.Priority)
		}
		if i := c.register(c.call(map[string]string{"department": "9", "impact": "4", "urgency": "4"})); !i.Hall || i.Priority != 2 {
			t.Errorf("hall %v, priority %d", i.Hall, i.Priority)
		}
		_, err := c.Register(t.Context(), c.anna, c.call(map[string]string{"requester": "999"}))
		if got := faults(err); !slices.Equal(got, []string{"requester incident.no_such_person"}) {
			t.Errorf("an unknown requester: %v", got)
		}
		other := c.call(map[string]string{"requester": strconv.Itoa(int(c.vip))})
		if i, err := c.Register(t.Context(), c.user, other); err != nil || i.Requester != c.user.ID {
			t.Errorf("an official reported in the name of %v, %v", i.Requester, err)
		}
		solved := c.call(nil)
		solved.Solved = solution()
		got, err := c.Find(t.Context(), c.anna, c.register(solved).Number)
		if err != nil || !got.FirstContact || got.Resolved.IsZero() || got.Accepted.IsZero() || got.Owner != c.anna.ID {
			t.Errorf("solved at once: %+v, %v", got, err)
		}
	})
}

func TestAPriorityOneReachesTheDirectorAtOnce(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(map[string]string{"impact": "1", "urgency": "1"}))
		if i.Priority != 1 || i.Escalation != incident.ToDirector {
			t.Errorf("priority %d, escalated to %q", i.Priority, i.Escalation)
		}
		j := c.register(c.call(nil))
		for _, k := range []struct {
			percent int
			want    incident.Rank
		}{{49, ""}, {50, incident.ToLeader}, {79, incident.ToLeader}, {80, incident.ToManager}, {100, incident.ToOwner}, {250, incident.ToOwner}} {
			rank := incident.RankAt(k.percent)
			if rank != k.want {
				t.Errorf("%d %%: %q, want %q", k.percent, rank, k.want)
			}
			got, err := c.Raise(t.Context(), people.System(people.ViaJob), j.Number, rank, "")
			if err != nil || got.Escalation != k.want {
				t.Errorf("%d %%: raised to %q, %v", k.percent, got.Escalation, err)
			}
		}
		if n := len(c.deeds(j.ID)); n != 6 {
			t.Errorf("%d entries: raising to the rank it has must write nothing: %v", n, c.deeds(j.ID))
		}
	})
}

func TestWorkingAnIncident(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		_, err := c.Move(t.Context(), c.bo, i.Number, "reassign", record.Input{Fields: map[string]string{"team": "1"}})
		if got := faults(err); !slices.Equal(got, []string{"text record.required"}) {
			t.Errorf("handed on without a reason: %v", got)
		}
		c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": fmt.Sprint(c.bo.ID)}})
		got := c.move(c.bo, i.Number, "reassign", record.Input{Fields: map[string]string{"team": "1"}, Text: "a matter for the desk"})
		if got.Reassigned != 1 || got.Owner != 0 || got.State != incident.Assigned || got.Line != 1 {
			t.Errorf("handed on: %d times, owner %d, %s, line %d", got.Reassigned, got.Owner, got.State, got.Line)
		}
		c.move(c.anna, i.Number, "reassign", record.Input{Fields: map[string]string{"team": "2"}, Text: "no, yours"})
		c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": fmt.Sprint(c.bo.ID)}})
		_, err = c.Move(t.Context(), c.bo, i.Number, "wait", record.Input{Fields: map[string]string{"waiting": "province"}})
		if got := faults(err); !slices.Equal(got, []string{"outside record.required"}) {
			t.Errorf("waits for the province without its number: %v", got)
		}
		got = c.move(c.bo, i.Number, "wait", record.Input{Fields: map[string]string{"waiting": "province", "outside": "SJ-778"}})
		if got.State != incident.Pending || got.Waiting != incident.ForProvince {
			t.Errorf("pending: %+v", got)
		}
		if got = c.move(c.bo, i.Number, "resume", record.Input{}); got.Waiting != "" {
			t.Errorf("still waits for %s", got.Waiting)
		}
		_, err = c.Move(t.Context(), c.bo, i.Number, "resolve", record.Input{Fields: map[string]string{"solution": "done"}})
		if got := faults(err); !slices.Equal(got, []string{"cause record.required", "item incident.item_or_reason"}) {
			t.Errorf("resolved without cause and item: %v", got)
		}
		if got = c.move(c.bo, i.Number, "resolve", record.Input{Fields: solution()}); got.FirstContact || got.Resolved.IsZero() {
			t.Errorf("resolved by the second line: %+v", got)
		}
		got = c.move(c.user, i.Number, "reopen", record.Input{Text: "still down"})
		if got.Reopened != 1 || !got.Resolved.IsZero() || got.State != incident.InProgress {
			t.Errorf("reopened: %+v", got)
		}
		c.move(c.bo, i.Number, "resolve", record.Input{})
		got = c.move(c.user, i.Number, "confirm", record.Input{})
		if got.State != incident.Closed || got.Closed.IsZero() {
			t.Errorf("confirmed: %+v", got)
		}
		if _, err := c.Edit(t.Context(), c.bo, i.Number, []record.Change{{Field: "title", Was: "no network", Now: "x"}}, record.Input{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a closed incident was edited: %v", err)
		}
	})
}

func TestOnlyTheManagerStopsWorkInProgress(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": fmt.Sprint(c.bo.ID)}})
		in := record.Input{Fields: map[string]string{"ended_as": "no_fault"}}
		if _, err := c.Move(t.Context(), c.anna, i.Number, "cancel", in); !fault.Is(err, fault.Conflict) {
			t.Errorf("an agent cancelled what was in progress: %v", err)
		}
		if _, err := c.Move(t.Context(), c.anna, i.Number, "dismiss", in); !fault.Is(err, fault.Denied) {
			t.Errorf("an agent dismissed it: %v", err)
		}
		if got := c.move(c.mei, i.Number, "dismiss", in); got.State != incident.Cancelled {
			t.Errorf("%s", got.State)
		}
		if _, err := c.Move(t.Context(), c.anna, i.Number, "prioritise", in); !fault.Is(err, fault.Denied) {
			t.Errorf("an agent set the priority: %v", err)
		}
	})
}

func TestThePriorityIsSetByHandWithAReason(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		_, err := c.Move(t.Context(), c.mei, i.Number, "prioritise", record.Input{Fields: map[string]string{"override": "1"}})
		if got := faults(err); !slices.Equal(got, []string{"why_priority record.required"}) {
			t.Errorf("without a reason: %v", got)
		}
		got := c.move(c.mei, i.Number, "prioritise", record.Input{Fields: map[string]string{"override": "1", "why_priority": "congress week"}})
		if got.Priority != 1 || got.Escalation != incident.ToDirector {
			t.Errorf("priority %d, escalated to %q", got.Priority, got.Escalation)
		}
		got = c.move(c.mei, i.Number, "prioritise", record.Input{Fields: map[string]string{"override": ""}})
		if got.Priority != 3 || got.WhyPriority != "" {
			t.Errorf("back by the matrix: %d %q", got.Priority, got.WhyPriority)
		}
	})
}

func TestWhatClassifiesStaysFilled(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		for _, f := range []struct{ name, was string }{{"zone", "3"}, {"service", "1"}, {"category", "20"}, {"impact", "3"}} {
			_, err := c.Edit(t.Context(), c.anna, i.Number, []record.Change{{Field: f.name, Was: f.was}}, record.Input{})
			if got := faults(err); !slices.Equal(got, []string{f.name + " record.required"}) {
				t.Errorf("%s was emptied: %v", f.name, got)
			}
		}
		for _, name := range []string{"team", "owner", "priority", "solution", "resolved", "major"} {
			_, err := c.Edit(t.Context(), c.mei, i.Number, []record.Change{{Field: name, Now: "1"}}, record.Input{})
			if got := faults(err); !slices.Equal(got, []string{name + " record.not_editable"}) {
				t.Errorf("%s was edited past its move: %v", name, got)
			}
		}
	})
}
