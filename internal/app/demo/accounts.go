package demo

import (
	"context"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Account is somebody of the city whom a visitor of the demo may enter as.
type Account struct {
	Person people.ID   `json:"person"`
	Code   string      `json:"code"`
	Name   string      `json:"name"`
	Role   people.Text `json:"role"`
}

// offices are the people of the centre that no team has, one for each of the
// roles beyond the teams'.
var offices = []string{"director", "process_manager", "service_owner", "security_officer", "configuration_manager", "system_administrator", "security_administrator", "audit_administrator"}

// roles of a team's member: whoever leads the desk or a second line team has
// the manager's beside his own.
func (c *city) roles(t team, n int) []int64 {
	base := "engineer"
	if t.code == "desk" {
		base = "desk_agent"
	}
	out := []int64{c.id(setting.Role, base)}
	switch {
	case t.code == "desk" && n == 0:
		out = append(out, c.id(setting.Role, "desk_manager"))
	case t.code == "network" && n == 0:
		out = append(out, c.id(setting.Role, "incident_manager"))
	case t.code == "platform" && n == 0:
		out = append(out, c.id(setting.Role, "change_manager"))
	case t.code == "data" && n == 0:
		out = append(out, c.id(setting.Role, "release_manager"))
	case t.code == "applications" && n == 0:
		out = append(out, c.id(setting.Role, "problem_manager"))
	case t.code == "applications" && n == 1:
		out = append(out, c.id(setting.Role, "knowledge_manager"))
	}
	return out
}

// offices fills the offices of the centre.
func (c *city) offices(ctx context.Context) error {
	var out []*people.Person
	for _, code := range offices {
		p := c.names.person("")
		p.Staff, p.VIP, p.Changed = true, code == "director", c.from
		p.Department, p.Room = c.department("information-centre"), "信息中心 301"
		p.Doc = people.Profile{Reach: "all", Cleared: c.networks(), Roles: []int64{c.id(setting.Role, code)}}
		out = append(out, p)
	}
	c.teams["offices"] = crew{members: out}
	return c.People.AddPersons(ctx, out)
}

// accounts lists one person for each role.
func (c *city) accounts() []Account {
	var out []Account
	add := func(p *people.Person, role string) {
		out = append(out, Account{p.ID, p.Code, p.Name, c.all.Coded(setting.Role, role).Name})
	}
	add(c.busiest(c.teams["desk"].members[1:]), "desk_agent")
	var engineers []*people.Person
	for _, t := range teams {
		if t.code != "desk" && len(c.teams[t.code].members) > 1 {
			engineers = append(engineers, c.teams[t.code].members[1:]...)
		}
	}
	add(c.busiest(engineers), "engineer")
	add(c.teams["desk"].members[0], "desk_manager")
	add(c.teams["network"].members[0], "incident_manager")
	add(c.teams["applications"].members[0], "problem_manager")
	add(c.teams["applications"].members[1], "knowledge_manager")
	add(c.teams["platform"].members[0], "change_manager")
	add(c.teams["data"].members[0], "release_manager")
	for i, code := range offices {
		add(c.teams["offices"].members[i], code)
	}
	add(c.busiest(c.citizens), "requester")
	return out
}

// busiest is who of some people has most that is open, the first of them when
// nobody has anything: a visitor shall find something to do.
func (c *city) busiest(of []*people.Person) *people.Person {
	best := of[0]
	for _, p := range of {
		if c.waiting[p.ID] > c.waiting[best.ID] {
			best = p
		}
	}
	return best
}

// done are the states in which nothing waits for anybody.
var done = []flow.State{incident.Resolved, incident.Closed, incident.Cancelled}

func (c *city) await(who ...people.ID) {
	if c.waiting == nil {
		c.waiting = map[people.ID]int{}
	}
	for _, id := range who {
		c.waiting[id]++
	}
}
