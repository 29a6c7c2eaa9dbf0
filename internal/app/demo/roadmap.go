package demo

import (
	"context"
	"maps"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
)

// staffing is who owns each process of the city and who holds its roles, in the
// order of the table that ships: teams and offices by their codes.
var staffing = map[maturity.Process]struct {
	owner string
	roles []string // a team, or an office; "" for nobody yet
	alone bool     // nobody stands in
}{
	"SD": {"desk", []string{"desk"}, false}, "IM": {"network", []string{"desk", "network"}, false}, "PM": {"applications", []string{"applications"}, false},
	"CFG": {"configuration_manager", []string{"platform", "security_officer"}, true}, "CHG": {"platform", []string{"network", "security_officer"}, true},
	"REL": {"applications", []string{"applications"}, false}, "SLM": {"service_owner", []string{"service_owner"}, true}, "AVM": {"platform", []string{"platform"}, false},
	"CAP": {"platform", []string{"network"}, false}, "CON": {"service_owner", []string{""}, true}, "FIN": {"service_owner", []string{""}, true},
}

// who are the people of a team or an office.
func (c *city) who(code string, most int) (out []people.ID) {
	if code == "" {
		return nil
	}
	crew, team := c.teams[code]
	if !team {
		return []people.ID{c.office(code)}
	}
	for _, p := range crew.members[:min(most, len(crew.members))] {
		out = append(out, p.ID)
	}
	return out
}

const inTeam = 6 // people of a team that hold a role

// readiness records who the people of each process are, what they can, and how a
// pulse of the staff went.
func (c *city) readiness(ctx context.Context) error {
	log := audit.By(c.by, c.now, "demo.fill", "readiness")
	pulse := &readiness.Pulse{From: c.now.AddDate(0, 0, -40), To: c.now.AddDate(0, 0, -26), Made: c.now.AddDate(0, 0, -40), MadeBy: c.office("process_manager")}
	if err := c.Readiness.Store.KeepPulse(ctx, pulse, log); err != nil {
		return err
	}
	persons := map[people.ID]*readiness.Person{}
	for i, code := range maturity.Processes() {
		p, s := readiness.Starter(code), staffing[code]
		p.Owner = c.who(s.owner, 1)[0]
		for k := range p.Roles {
			if k < len(s.roles) {
				p.Roles[k].Holders = c.who(s.roles[k], inTeam)
			}
			if n := len(p.Roles[k].Holders); s.alone && n > 1 {
				p.Roles[k].Holders = p.Roles[k].Holders[:1]
			}
		}
		if err := c.Readiness.Store.KeepProcess(ctx, p, log); err != nil {
			return err
		}
		c.able(persons, p, i)
		for n, id := range p.Holders() {
			const mood = 15 // three of five to each question, and a little more or less
			if err := c.Readiness.Store.Give(ctx, pulse.ID, id, code, mood+(n*3+i)%7-1); err != nil {
				return err
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(persons)) {
		if err := c.Readiness.Store.KeepPerson(ctx, persons[id], log); err != nil {
			return err
		}
	}
	pulse.Closed = pulse.To
	return c.Readiness.Store.KeepPulse(ctx, pulse, log)
}

// able is what the holders of a process can and were trained in.
func (c *city) able(persons map[people.ID]*readiness.Person, p *readiness.Process, i int) {
	for n, id := range p.Holders() {
		one := persons[id]
		if one == nil {
			one = &readiness.Person{Person: id, Skills: map[string]int{}, Available: 480, Booked: float64(330 + 25*((n+i)%6))}
			persons[id] = one
		}
		needs := p.OwnerNeeds
		for _, r := range p.Roles {
			needs = append(needs[:len(needs):len(needs)], r.Needs...)
		}
		for _, need := range needs {
			key := readiness.Key(need.Skill)
			one.Skills[key] = max(one.Skills[key], need.Level-(n+i)%2)
		}
		if until := c.now.AddDate(0, 8-3*((n+i)%4), 0); (n+i)%5 != 4 {
			one.Training = append(one.Training, readiness.Training{Process: p.Process, Name: "ITIL: " + string(p.Process), Until: until})
		}
	}
}

// begun is where the city stood a year ago, and reached is what was found a month
// ago, where no assessments tell it: one process has come further than was
// planned, one not as far.
var (
	begun   = map[maturity.Process]float64{"SD": 2, "IM": 2, "PM": 1, "CFG": 1, "CHG": 1.5, "REL": 1, "SLM": 1, "AVM": 1, "CAP": 0, "CON": 1, "FIN": 1}
	reached = map[maturity.Process]float64{"SD": 3.5, "IM": 3, "PM": 2, "CFG": 2, "CHG": 2.5, "REL": 1.5, "SLM": 2, "AVM": 1.5, "CAP": 1, "CON": 1.5, "FIN": 1}
)

// roadmap is an improvement programme of the city, a year old and half done: it
// rests on the wave after the failure of the core switch; one step that was
// verified has fallen back since.
func (c *city) roadmap(ctx context.Context) error {
	const begins, length = 360, 690
	day := func(ago int) time.Time { return c.now.AddDate(0, 0, -ago).Truncate(24 * time.Hour) }
	then := day(begins + 10)
	room := *c.Programmes
	room.Now = func() time.Time { return then.Add(9 * time.Hour) }
	by := people.Actor{ID: c.office("process_manager"), Staff: true, Grants: people.NewGrants("roadmap.*", "maturity.read", "survey.read"), Scope: people.Everything()}
	p := &programme.Programme{Name: people.Text{En: "Reliable in every office", Zh: "让每个科室都用得稳"}, Doc: programme.Doc{
		Charter: "Networks that hold, and a desk that can be reached: officials shall not have to think of us. 网络稳定、服务台打得通，让机关用户不必为信息系统操心。",
		Start:   day(begins), Horizon: day(begins - length), Capacity: 10, PointCost: 12_000,
	}}
	wanted := -.4
	p.Wanted = &wanted
	if err := room.Plan(ctx, by, p); err != nil {
		return err
	}
	take, found, err := c.base(ctx, by, p)
	if err != nil {
		return err
	}
	if p, err = room.Freeze(ctx, by, p.ID, take); err != nil {
		return err
	}
	if p, err = room.Aim(ctx, by, p.ID, p.Version, map[maturity.Process]roadmap.Target{"FIN": {Level: found["FIN"] + 1, Reason: "The new rules on spending of the city ask for it."}}); err != nil {
		return err
	}
	if p, err = room.Lay(ctx, by, p.ID, p.Version); err != nil {
		return err
	}
	chief := by
	chief.ID = c.office("director")
	if p, err = room.Approve(ctx, chief, p.ID, p.Version); err != nil {
		return err
	}
	if err := c.carriedOut(ctx, &room, by, p, &then); err != nil {
		return err
	}
	if err := c.carries(ctx, &room, by, p, &then); err != nil {
		return err
	}
	then = c.now
	waves, err := room.Source.Waves(ctx, by)
	if err != nil || len(waves) == 0 {
		return err
	}
	_, err = room.Check(ctx, by, p.ID, waves[0].ID)
	return err
}

// base is what the programme rests on: the first wave, the first assessment if
// there is one, and people who were less ready than they are now.
func (c *city) base(ctx context.Context, by people.Actor, p *programme.Programme) (programme.Take, map[maturity.Process]maturity.Level, error) {
	t := programme.Take{Version: p.Version, Level: map[maturity.Process]maturity.Level{}, People: map[maturity.Process]roadmap.People{}}
	waves, err := c.Programmes.Source.Waves(ctx, by)
	if err != nil {
		return t, nil, err
	}
	t.Wave = waves[len(waves)-1].ID
	for i, code := range maturity.Processes() {
		t.Level[code], _ = maturity.LevelOf(begun[code])
		shade := float64(i%4) * .05
		t.People[code] = roadmap.People{Roles: .75, Skills: .7 - shade, Training: .5 + shade, Workload: .6, Culture: .5, CultureAssumed: true}
	}
	t.People["SLM"] = roadmap.People{Skills: .3, Training: .2, Workload: .4, Culture: .5, CultureAssumed: true}
	t.People["CAP"] = roadmap.People{Roles: .5, Skills: .3, Training: .1, Workload: .3, Culture: .5, CultureAssumed: true}
	judged, err := c.Programmes.Source.Assessments(ctx, by)
	if err != nil || len(judged) == 0 {
		return t, t.Level, err
	}
	t.Assessment = judged[len(judged)-1].ID
	_, found, err := c.Programmes.Source.Maturity(ctx, by, t.Assessment)
	return t, found.Level, err
}

// carriedOut walks through the phases that are over: what has come as far as was
// found since is verified, the rest is claimed or late.
func (c *city) carriedOut(ctx context.Context, room *programme.Room, by people.Actor, p *programme.Programme, then *time.Time) error {
	if p.Baseline.Assessment.Hand() {
		*then = c.now.AddDate(0, 0, -20)
		for _, code := range maturity.Processes() {
			l, _ := maturity.LevelOf(reached[code])
			if _, err := room.Judge(ctx, by, p.ID, programme.Measure{Process: code, Level: l, Day: then.Truncate(24 * time.Hour), Note: "Walked through by two process owners; minutes of the autumn review."}); err != nil {
				return err
			}
		}
	}
	steps, err := room.Store.Steps(ctx, p.ID)
	if err != nil {
		return err
	}
	const phase, running = 90, 4 // days; phases that are over
	fallen := false
	for i := range steps {
		s := &steps[i]
		if s.Phase > running+1 {
			break
		}
		starts := p.Start.AddDate(0, 0, (s.Phase-1)*phase)
		*then = starts.AddDate(0, 0, 3+i%9)
		if s.Phase > running && i%2 == 0 || then.After(c.now) {
			continue
		}
		if s, err = room.Move(ctx, by, p.ID, s.ID, s.Version, roadmap.InWork, ""); err != nil {
			return err
		}
		if s, err = c.tasksOf(ctx, room, by, s); err != nil {
			return err
		}
		if s.Phase > running {
			continue
		}
		*then = starts.AddDate(0, 0, phase-12+i%15)
		if s, err = room.Move(ctx, by, p.ID, s.ID, s.Version, roadmap.Claimed, ""); err != nil {
			return err
		}
		if *then = then.AddDate(0, 0, 33); then.After(c.now) {
			continue
		}
		done, err := room.Move(ctx, by, p.ID, s.ID, s.Version, roadmap.Verified, "")
		if fault.Is(err, fault.Conflict) {
			continue // what was found since does not show it
		}
		if err != nil {
			return err
		}
		if !fallen && done.Kind == roadmap.Step && done.Process == "CHG" {
			fallen = true
			if err := c.falls(ctx, room, by, done, then); err != nil {
				return err
			}
		}
	}
	return nil
}

// tasksOf says of the first tasks of a step that they are done.
func (c *city) tasksOf(ctx context.Context, room *programme.Room, by people.Actor, s *programme.Step) (*programme.Step, error) {
	for i, t := range s.Tasks {
		if i == 2 {
			break
		}
		t.Done, t.Evidence = true, "Minutes of "+room.Now().Format("January 2006")
		next, err := room.Tick(ctx, by, s.Programme, s.ID, s.Version, i, t)
		if err != nil {
			return nil, err
		}
		s = next
	}
	return s, nil
}

// falls lets a verified step fall back, as the records do in the night; what it had
// changed in the settings is undone.
func (c *city) falls(ctx context.Context, room *programme.Room, by people.Actor, s *programme.Step, then *time.Time) error {
	at := c.now.AddDate(0, 0, -6)
	s, err := c.carried(ctx, room, by, s, c.now.AddDate(0, 0, -60).Truncate(24*time.Hour), then)
	if err != nil {
		return err
	}
	for _, q := range maturity.Current().Part(s.Process).Questions {
		if q.Mandatory && q.Level <= s.To && q.Evidence.Kind == maturity.Auto {
			s.Fallen = []string{q.ID}
		}
	}
	s.State = roadmap.Regressed
	s.Log = append(s.Log, programme.Decision{At: at, What: string(roadmap.Regressed), Why: s.Fallen[0]})
	if err := room.Store.KeepStep(ctx, s, audit.By(c.by, at, "demo.fill", "roadmap")); err != nil {
		return err
	}
	*then = at.Add(10 * time.Minute)
	return room.CarryOut(ctx)
}
