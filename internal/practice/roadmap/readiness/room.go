package readiness

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// The deeds. Everybody who works here reads what is recorded of himself and
// answers the pulse.
const (
	DeedRead = "readiness.read" // processes: roles, holders, figures
	DeedEdit = "readiness.edit" // all of it, persons too; hold the pulse
)

// Store keeps what is recorded.
type Store interface {
	// Processes lists those that somebody has recorded.
	Processes(ctx context.Context) ([]Process, error)
	// KeepProcess adds one of version 0; Stale when it is of another version.
	KeepProcess(ctx context.Context, p *Process, log audit.Row) error
	Persons(ctx context.Context) ([]Person, error)
	KeepPerson(ctx context.Context, p *Person, log audit.Row) error
	// Pulses lists the rounds, the newest first.
	Pulses(ctx context.Context) ([]Pulse, error)
	KeepPulse(ctx context.Context, p *Pulse, log audit.Row) error
	// Given lists the processes for which somebody has answered in a round.
	Given(ctx context.Context, pulse int64, who people.ID) ([]maturity.Process, error)
	// Give adds five answers to the sums of a process and notes that somebody has
	// answered, once; a Conflict when he has or the round is closed.
	Give(ctx context.Context, pulse int64, who people.ID, p maturity.Process, sum int) error
	Tallies(ctx context.Context, pulse int64) ([]Tally, error)
}

// Room is where readiness is recorded.
type Room struct {
	Store Store
	Pen   audit.Pen
	Now   func() time.Time
	Place func() *time.Location // where the centre is; nil is UTC
	Works func(people.ID) bool
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

func (m *Room) row(by people.Actor, object, what string) audit.Row {
	out := audit.By(by, m.now(), DeedEdit, "readiness:"+object)
	out.Detail = audit.Detail("what", what)
	return out
}

func (m *Room) ask(ctx context.Context, by people.Actor, object string) error {
	return audit.Ask(ctx, m.Pen, by, m.now(), DeedEdit, "readiness:"+object)
}

// Standing is a process with what its people come to.
type Standing struct {
	*Process
	People roadmap.People
	Ready  float64
	Known  bool // somebody has recorded it
	Pulse  int  // answers to the pulse in the last round that is closed; 0 when too few to be told
}

// recorded reads all that is computed from.
func (m *Room) recorded(ctx context.Context) ([]Process, Recorded, error) {
	r := Recorded{Persons: map[people.ID]Person{}, Tallies: map[maturity.Process]Tally{}, Works: m.Works, Today: day.Today(m.Now, m.Place)}
	all, err := m.Store.Processes(ctx)
	if err != nil {
		return nil, r, err
	}
	persons, err := m.Store.Persons(ctx)
	if err != nil {
		return nil, r, err
	}
	for _, p := range persons {
		r.Persons[p.Person] = p
	}
	pulses, err := m.Store.Pulses(ctx)
	if err != nil {
		return nil, r, err
	}
	i := slices.IndexFunc(pulses, func(p Pulse) bool { return !p.Closed.IsZero() })
	if i < 0 {
		return all, r, nil
	}
	tallies, err := m.Store.Tallies(ctx, pulses[i].ID)
	for _, t := range tallies {
		r.Tallies[t.Process] = t
	}
	return all, r, err
}

// Processes lists all processes with their standing.
func (m *Room) Processes(ctx context.Context, by people.Actor) ([]Standing, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.standings(ctx)
}

func (m *Room) standings(ctx context.Context) ([]Standing, error) {
	known, r, err := m.recorded(ctx)
	if err != nil {
		return nil, err
	}
	weights := roadmap.Standard().PeopleWeights
	var out []Standing
	for _, code := range maturity.Processes() {
		s := Standing{Process: Starter(code)}
		if i := slices.IndexFunc(known, func(p Process) bool { return p.Process == code }); i >= 0 {
			s.Process, s.Known = &known[i], true
		}
		s.People = r.Staff(s.Process).People()
		s.Ready = weights.Readiness(s.People)
		if t := r.Tallies[code]; t.N >= Fewest {
			s.Pulse = t.N
		}
		out = append(out, s)
	}
	return out, nil
}

// Find is one process.
func (m *Room) Find(ctx context.Context, by people.Actor, code maturity.Process) (*Standing, error) {
	all, err := m.Processes(ctx, by)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Process.Process == code {
			return &all[i], nil
		}
	}
	return nil, fault.New(fault.Missing, "trouble.missing")
}

// Figures are the five parts of each process that is recorded, now, and who owns
// it, for a roadmap; ok is false when nothing is recorded.
func (m *Room) Figures(ctx context.Context) (now map[maturity.Process]roadmap.People, owners map[maturity.Process]people.ID, ok bool, err error) {
	all, err := m.standings(ctx)
	if err != nil {
		return nil, nil, false, err
	}
	now, owners = map[maturity.Process]roadmap.People{}, map[maturity.Process]people.ID{}
	for _, s := range all {
		if s.Known {
			now[s.Process.Process], ok = s.People, true
		}
		if s.Owner != 0 && m.Works(s.Owner) {
			owners[s.Process.Process] = s.Owner
		}
	}
	return now, owners, ok, nil
}

// Keep records a process.
func (m *Room) Keep(ctx context.Context, by people.Actor, p *Process) error {
	if err := m.ask(ctx, by, string(p.Process)); err != nil {
		return err
	}
	if !p.Process.Known() {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err := p.check(m.Works); err != nil {
		return err
	}
	return m.Store.KeepProcess(ctx, p, m.row(by, string(p.Process), "process"))
}

// Part is what somebody has to do with a process.
type Part struct {
	Process *Process
	Needs   []Need
	Given   bool // he has answered the pulse that runs for it
}

// File is what is recorded of a person.
type File struct {
	Person
	Parts []Part
	Pulse *Pulse // that runs now; nil for none
}

// Person reads what is recorded of somebody: himself, or for whoever records it.
func (m *Room) Person(ctx context.Context, by people.Actor, id people.ID) (*File, error) {
	if id != by.ID {
		if err := by.May(DeedEdit); err != nil {
			return nil, err
		}
	}
	if !m.Works(id) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	known, r, err := m.recorded(ctx)
	if err != nil {
		return nil, err
	}
	out := &File{Person: r.Persons[id]}
	out.Person.Person = id
	pulses, err := m.Store.Pulses(ctx)
	if err != nil {
		return nil, err
	}
	var given []maturity.Process
	for i := range pulses {
		if pulses[i].Running(m.now()) && id == by.ID { // whether another has answered is his own affair
			out.Pulse = &pulses[i]
			if given, err = m.Store.Given(ctx, pulses[i].ID, id); err != nil {
				return nil, err
			}
		}
	}
	for i := range known {
		if p := &known[i]; p.Takes(id) {
			out.Parts = append(out.Parts, Part{p, p.needs(id), slices.Contains(given, p.Process)})
		}
	}
	return out, nil
}

// KeepPerson records what somebody can, was trained in, and has time for.
func (m *Room) KeepPerson(ctx context.Context, by people.Actor, p *Person) error {
	object := strconv.FormatInt(int64(p.Person), 10)
	if err := m.ask(ctx, by, object); err != nil {
		return err
	}
	if !m.Works(p.Person) {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err := p.check(); err != nil {
		return err
	}
	return m.Store.KeepPerson(ctx, p, m.row(by, object, "person"))
}

// Pulses lists the rounds of the pulse.
func (m *Room) Pulses(ctx context.Context, by people.Actor) ([]Pulse, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Pulses(ctx)
}

// Hold opens a round of the pulse for so many days. One runs at a time.
func (m *Room) Hold(ctx context.Context, by people.Actor, days int) (*Pulse, error) {
	if err := m.ask(ctx, by, "pulse"); err != nil {
		return nil, err
	}
	const most = 60
	if days < 1 || days > most {
		return nil, fault.At("days", "roadmap.file.number").With("value", days).With("low", 1).With("high", most)
	}
	all, err := m.Store.Pulses(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(all, func(p Pulse) bool { return p.Closed.IsZero() }) {
		return nil, fault.New(fault.Conflict, "readiness.pulse_runs")
	}
	now := m.now()
	p := &Pulse{From: now, To: now.AddDate(0, 0, days), Made: now, MadeBy: by.ID}
	return p, m.Store.KeepPulse(ctx, p, m.row(by, "pulse", "open"))
}

// Close ends a round; its means are told from then on, where enough answered.
func (m *Room) Close(ctx context.Context, by people.Actor, id int64) (*Pulse, error) {
	if err := m.ask(ctx, by, "pulse"); err != nil {
		return nil, err
	}
	all, err := m.Store.Pulses(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if p := &all[i]; p.ID == id {
			if !p.Closed.IsZero() {
				return nil, fault.New(fault.Conflict, "readiness.pulse_over")
			}
			p.Closed = m.now()
			return p, m.Store.KeepPulse(ctx, p, m.row(by, "pulse", "close"))
		}
	}
	return nil, fault.New(fault.Missing, "trouble.missing")
}

// Answer takes five answers of somebody about a process that he has a part in.
// No log tells of it: only that he has answered is kept, and the sums.
func (m *Room) Answer(ctx context.Context, by people.Actor, code maturity.Process, answers []int) error {
	f, err := m.Person(ctx, by, by.ID)
	if err != nil {
		return err
	}
	if f.Pulse == nil {
		return fault.New(fault.Conflict, "readiness.pulse_over")
	}
	i := slices.IndexFunc(f.Parts, func(p Part) bool { return p.Process.Process == code })
	if i < 0 {
		return fault.New(fault.Denied, "readiness.no_part")
	}
	sum := 0
	for _, a := range answers {
		if a < 1 || a > Points {
			return fault.At("answers", "readiness.answers").With("n", Questions).With("points", Points)
		}
		sum += a
	}
	if len(answers) != Questions {
		return fault.At("answers", "readiness.answers").With("n", Questions).With("points", Points)
	}
	return m.Store.Give(ctx, f.Pulse.ID, by.ID, code, sum)
}

// Carried is who carries a process, of those who work here.
type Carried struct {
	Owner   string                 // the code of the owner's role
	Roles   map[string][]people.ID // who holds each role, by its code, the owner's too
	Trained map[people.ID]bool     // of all who hold one, whether he has a valid training for the process
}

// Carried tells who carries the processes that somebody has recorded, whether or not
// anybody does.
func (m *Room) Carried(ctx context.Context) (map[maturity.Process]Carried, error) {
	all, r, err := m.recorded(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[maturity.Process]Carried, len(all))
	for i := range all {
		p := &all[i]
		c := Carried{Owner: p.OwnerRole, Roles: map[string][]people.ID{p.OwnerRole: nil}, Trained: map[people.ID]bool{}}
		hold := func(code string, ids ...people.ID) {
			c.Roles[code] = append([]people.ID(nil), c.Roles[code]...)
			for _, id := range ids {
				if id != 0 && m.Works(id) {
					c.Roles[code] = append(c.Roles[code], id)
					c.Trained[id] = r.trained(id, p.Process)
				}
			}
		}
		hold(p.OwnerRole, p.Owner)
		for _, role := range p.Roles {
			hold(role.Code, role.Holders...)
		}
		out[p.Process] = c
	}
	return out, nil
}
