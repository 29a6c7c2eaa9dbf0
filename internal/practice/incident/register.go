package incident

import (
	"cmp"
	"context"
	"maps"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Call is what is known when an incident is registered. The input's fields are
// those of the form that opens an incident; whatever else is known lets it go
// further at once.
type Call struct {
	record.Input
	Channel Channel
	Team    people.TeamID     // to this team instead of the one the rules name
	Owner   people.ID         // and to this person
	Solved  map[string]string // solution, cause, item or no_item: the first line solved it on the phone
	Parent  record.Number     // it is part of this one
}

// Register opens an incident and takes it as far as the data and the actor's
// grants reach, all in one sitting: classified when service, category, zone,
// impact and urgency are there, assigned to the team that the call or a rule
// names, resolved when the solution came with it. A requester's own report
// waits at the desk.
func (d *Desk) Register(ctx context.Context, by people.Actor, c Call) (*Incident, error) {
	i := &Incident{Channel: c.Channel}
	if err := d.defaults(ctx, by, i, &c); err != nil {
		return nil, err
	}
	err := d.Sit(ctx, by, func(s *sitting) error {
		parent, err := d.parent(s, c.Parent)
		if err != nil {
			return err
		}
		if err := s.Open(i, c.Input); err != nil {
			return err
		}
		if parent != nil {
			if err := adopt(s, parent, i); err != nil {
				return err
			}
		}
		return d.along(s, i, c)
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// defaults fills in what follows from the requester and the service: his
// department, his rank, the network the service runs in. Somebody who is not
// staff reports for himself.
func (d *Desk) defaults(ctx context.Context, by people.Actor, i *Incident, c *Call) error {
	c.Fields = maps.Clone(c.Fields)
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	if !by.Staff {
		c.Fields["requester"] = strconv.FormatInt(int64(by.ID), 10)
		c.Public, c.Team, c.Owner, c.Solved, c.Parent = true, 0, 0, nil, 0
	}
	fill := func(name string, id int64) {
		if c.Fields[name] == "" && id != 0 {
			c.Fields[name] = strconv.FormatInt(id, 10)
		}
	}
	if id, err := strconv.ParseInt(c.Fields["requester"], 10, 64); err == nil && id != 0 {
		p, err := d.City.Person(ctx, people.ID(id))
		if fault.Is(err, fault.Missing) {
			return fault.At("requester", "incident.no_such_person")
		}
		if err != nil {
			return err
		}
		i.VIP = p.VIP
		fill("department", int64(p.Department))
	}
	if id, err := strconv.ParseInt(c.Fields["department"], 10, 64); err == nil && d.City.Hall(people.DepartmentID(id)) {
		i.Hall = true
	}
	if id, err := strconv.ParseInt(c.Fields["service"], 10, 64); err == nil {
		if zone := d.City.Zone(record.ServiceID(id)); by.Scope.Clears(zone) { // else the fault about it would tell of a service
			fill("zone", int64(zone))
		}
	}
	i.Team = d.City.Policy().Desk // until it is assigned, it is the desk's
	return nil
}

// along takes a new incident through its first moves.
func (d *Desk) along(s *sitting, i *Incident, c Call) error {
	m, err := d.Flow.Find(New, "classify")
	if err != nil {
		return err
	}
	if !s.By.Can("incident.classify") || m.Fit(i) != nil {
		return nil
	}
	if err := s.Move(i, "classify", record.Input{}); err != nil {
		return err
	}
	if err := d.place(s, i, c); err != nil {
		return err
	}
	if len(c.Solved) == 0 {
		return nil
	}
	return d.hasten(s, i, record.Input{Fields: c.Solved})
}

// place gives the incident to a team: the one that the call names, else the
// one of the rules, else the desk. The rules assign in Kilter's own name.
func (d *Desk) place(s *sitting, i *Incident, c Call) error {
	team, named := c.Team, c.Team != 0
	if !named && len(c.Solved) > 0 {
		named, team = true, d.City.Policy().Desk
		if team == 0 && len(s.By.Teams) > 0 {
			team = s.By.Teams[0]
		}
	}
	team = cmp.Or(team, d.City.Route(i), d.City.Policy().Desk)
	if team == 0 {
		return nil
	}
	fields := map[string]string{"team": strconv.FormatInt(int64(team), 10)}
	if c.Owner != 0 {
		fields["owner"] = strconv.FormatInt(int64(c.Owner), 10)
	}
	assign := func() error { return s.Move(i, "assign", record.Input{Fields: fields}) }
	if named || c.Owner != 0 {
		return assign()
	}
	return s.AsKilter(assign)
}

// hasten takes an incident from wherever it is through the moves that are left
// to resolved, in the actor's own name: every move is granted and written down
// as if made one by one.
func (d *Desk) hasten(s *sitting, i *Incident, in record.Input) error {
	me := map[string]string{"owner": strconv.FormatInt(int64(s.By.ID), 10)}
	if i.Owner != 0 {
		me = nil
	}
	if i.State == New {
		if err := s.Move(i, "classify", record.Input{Batch: in.Batch}); err != nil {
			return err
		}
	}
	if i.State == Classified {
		if err := d.place(s, i, Call{Team: i.Team}); err != nil {
			return err
		}
		if i.State == Classified {
			return fault.New(fault.Conflict, "incident.no_team")
		}
	}
	if i.State == Assigned {
		if err := s.Move(i, "accept", record.Input{Fields: me, Batch: in.Batch}); err != nil {
			return err
		}
	}
	return s.Move(i, "resolve", in)
}
