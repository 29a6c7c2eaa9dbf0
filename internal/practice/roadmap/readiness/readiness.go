// Package readiness is how ready the people of each process are: who owns it, who
// holds its roles and stands in for whom (RACI), what they can and were trained
// in, how much of their time is booked, and what they feel about the work.
//
// What is recorded of a person is read by himself and by whoever records it;
// everybody else reads figures of a process. The staff pulse is kept as sums: what
// one person answered is written nowhere.
package readiness

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// Need is a skill that a role asks for, at a level from 1 to 4.
type Need struct {
	Skill people.Text `json:"skill"`
	Level int         `json:"level"`
}

// Role is one of a process besides its owner.
type Role struct {
	Code     string      `json:"code"`
	Holders  []people.ID `json:"holders,omitempty"`
	Deputies []people.ID `json:"deputies,omitempty"`
	Needs    []Need      `json:"needs,omitempty"`
}

// Activity is a row of the RACI table: who does it, answers for it, is asked and
// is told, by codes of roles.
type Activity struct {
	Name people.Text `json:"name"`
	R    []string    `json:"r"`
	A    []string    `json:"a"`
	C    []string    `json:"c"`
	I    []string    `json:"i"`
}

// Process is what is recorded of a process.
type Process struct {
	Process    maturity.Process `json:"process"`
	OwnerRole  string           `json:"owner_role"`
	Owner      people.ID        `json:"owner,omitempty"`
	OwnerNeeds []Need           `json:"owner_needs,omitempty"`
	Roles      []Role           `json:"roles"`
	Activities []Activity       `json:"activities"`
	Version    int64            `json:"-"`
}

// Training is one that somebody has had for a process.
type Training struct {
	Process maturity.Process `json:"process"`
	Name    string           `json:"name"`
	Until   time.Time        `json:"until"` // it is valid
}

// Person is what is recorded of somebody.
type Person struct {
	Person    people.ID      `json:"-"`
	Skills    map[string]int `json:"skills,omitempty"` // by Key of the skill, 0 to 4
	Training  []Training     `json:"training,omitempty"`
	Booked    float64        `json:"booked,omitempty"`    // hours, over 90 days
	Available float64        `json:"available,omitempty"` // hours, over 90 days
	Version   int64          `json:"-"`
}

// Key is what a skill is known by: its English name, else the Chinese one.
func Key(t people.Text) string {
	if t.En != "" {
		return t.En
	}
	return t.Zh
}

// Pulse is a round of the staff pulse.
type Pulse struct {
	ID      int64
	From    time.Time
	To      time.Time
	Closed  time.Time // zero as long as answers are taken
	Made    time.Time
	MadeBy  people.ID
	Version int64
}

// Running reports whether answers are taken.
func (p *Pulse) Running(now time.Time) bool {
	return p.Closed.IsZero() && !now.Before(p.From) && now.Before(p.To)
}

// Tally is what came in for a process: how many answered and the sum of their
// five answers.
type Tally struct {
	Process maturity.Process
	N       int
	Sum     int
}

// The questions of the pulse and their scale.
const (
	Questions = 5
	Points    = 5
	Fewest    = 5 // answers before a mean is told
)

//go:embed starter.json
var starterText []byte

type starterDoc struct {
	Roles     map[string]people.Text `json:"roles"`
	Processes []Process              `json:"processes"`
}

var starter = sync.OnceValue(func() starterDoc {
	var d starterDoc
	if err := json.Unmarshal(starterText, &d); err != nil {
		panic(err) // embedded at build time, and held by a test
	}
	return d
})

// RoleName is what a role is called; its code where it is one of the centre's
// own.
func RoleName(code string) people.Text {
	if t, ok := starter().Roles[code]; ok {
		return t
	}
	return people.Text{En: code, Zh: code}
}

// Starter is the RACI table that a process begins with.
func Starter(p maturity.Process) *Process {
	for _, one := range starter().Processes {
		if one.Process == p {
			one.Roles, one.Activities = slices.Clone(one.Roles), slices.Clone(one.Activities)
			return &one
		}
	}
	return &Process{Process: p}
}

// Holders lists who holds a role of the process, the owner first, nobody twice.
func (p *Process) Holders() []people.ID {
	var out []people.ID
	if p.Owner != 0 {
		out = append(out, p.Owner)
	}
	for _, r := range p.Roles {
		for _, id := range r.Holders {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// Takes reports whether somebody has a part in the process: he owns it, holds a
// role, or stands in for one.
func (p *Process) Takes(id people.ID) bool {
	return slices.Contains(p.Holders(), id) || slices.ContainsFunc(p.Roles, func(r Role) bool { return slices.Contains(r.Deputies, id) })
}

// needs lists what a holder has to be able to do.
func (p *Process) needs(id people.ID) []Need {
	var out []Need
	if p.Owner == id {
		out = append(out, p.OwnerNeeds...)
	}
	for _, r := range p.Roles {
		if slices.Contains(r.Holders, id) {
			out = append(out, r.Needs...)
		}
	}
	return out
}

// Recorded is everything that readiness is computed from.
type Recorded struct {
	Persons map[people.ID]Person
	Tallies map[maturity.Process]Tally
	Works   func(people.ID) bool
	Today   time.Time // the centre's day
}

// Staff is what the arithmetic needs of a process.
func (r Recorded) Staff(p *Process) roadmap.Staff {
	out := roadmap.Staff{OwnerActive: p.Owner != 0 && r.Works(p.Owner), PulsePoints: Points}
	works := func(ids []people.ID) int {
		n := 0
		for _, id := range ids {
			if r.Works(id) {
				n++
			}
		}
		return n
	}
	for _, role := range p.Roles {
		holders := works(role.Holders)
		// Two who hold a role stand in for each other.
		out.Deputised = append(out.Deputised, holders > 1 || holders == 1 && works(role.Deputies) > 0)
	}
	for _, id := range p.Holders() {
		if !r.Works(id) {
			continue
		}
		of := r.Persons[id]
		needs := p.needs(id)
		for _, n := range needs {
			out.Skills = append(out.Skills, roadmap.Skill{Held: float64(of.Skills[Key(n.Skill)]), Needed: float64(n.Level)})
		}
		if len(needs) == 0 {
			out.Skills = append(out.Skills, roadmap.Skill{})
		}
		out.Trained = append(out.Trained, r.trained(id, p.Process))
		out.BookedHours, out.AvailableHours = out.BookedHours+of.Booked, out.AvailableHours+of.Available
	}
	if t := r.Tallies[p.Process]; t.N >= Fewest {
		mean := float64(t.Sum) / float64(t.N*Questions)
		for range t.N {
			out.Pulse = append(out.Pulse, mean)
		}
	}
	return out
}

// trained reports whether somebody has a training for a process that is valid today.
func (r Recorded) trained(id people.ID, p maturity.Process) bool {
	return slices.ContainsFunc(r.Persons[id].Training, func(t Training) bool { return t.Process == p && !t.Until.Before(r.Today) })
}

// What is recorded at the most.
const (
	mostText     = 200
	mostRoles    = 20
	mostPeople   = 100
	mostRows     = 60
	mostNeeds    = 20
	mostTraining = 100
	mostLevel    = 4
	mostHours    = 2000
)

func long(field, text string) *fault.Fault {
	if utf8.ValidString(text) && utf8.RuneCountInString(text) <= mostText {
		return nil
	}
	return fault.At(field, "record.too_long").With("max", mostText)
}

// checking gathers what is wrong.
type checking struct{ many fault.Many }

func (c *checking) add(f *fault.Fault) {
	if f != nil {
		c.many = append(c.many, f)
	}
}

func (c *checking) text(field string, t *people.Text) {
	*t = t.Trim()
	if *t == (people.Text{}) {
		c.add(fault.At(field, "record.required"))
	}
	c.add(long(field, t.En))
	c.add(long(field, t.Zh))
}

func (c *checking) staff(field string, ids []people.ID, works func(people.ID) bool) {
	if len(ids) > mostPeople {
		c.add(fault.At(field, "readiness.too_many").With("max", mostPeople))
		return
	}
	for i, id := range ids {
		if !works(id) || slices.Contains(ids[:i], id) {
			c.add(fault.At(field, "readiness.no_staff"))
			return
		}
	}
}

func (c *checking) needs(field string, all []Need) {
	if len(all) > mostNeeds {
		c.add(fault.At(field, "readiness.too_many").With("max", mostNeeds))
	}
	for i := range all {
		c.text(field, &all[i].Skill)
		if all[i].Level < 1 || all[i].Level > mostLevel {
			c.add(fault.At(field, "readiness.level").With("max", mostLevel))
		}
	}
}

// check reports what is wrong with a process, by field.
func (p *Process) check(works func(people.ID) bool) error {
	c := &checking{}
	if p.Owner != 0 {
		c.staff("owner", []people.ID{p.Owner}, works)
	}
	c.needs("owner_needs", p.OwnerNeeds)
	if len(p.Roles) > mostRoles {
		c.add(fault.At("roles", "readiness.too_many").With("max", mostRoles))
	}
	for i := range p.Roles {
		r := &p.Roles[i]
		r.Code = strings.TrimSpace(r.Code)
		field := "roles." + r.Code
		if r.Code == "" {
			c.add(fault.At("roles", "record.required"))
		}
		c.add(long("roles", r.Code))
		if slices.ContainsFunc(p.Roles[:i], func(o Role) bool { return o.Code == r.Code }) {
			c.add(fault.At("roles", "readiness.role_twice").With("code", r.Code))
		}
		c.staff(field+".holders", r.Holders, works)
		c.staff(field+".deputies", r.Deputies, works)
		c.needs(field+".needs", r.Needs)
	}
	if len(p.Activities) > mostRows {
		c.add(fault.At("activities", "readiness.too_many").With("max", mostRows))
	}
	for i := range p.Activities {
		a := &p.Activities[i]
		c.text("activities", &a.Name)
		if len(a.A) != 1 {
			c.add(fault.At("activities", "readiness.one_answers").With("name", Key(a.Name)))
		}
		for _, of := range [][]string{a.R, a.A, a.C, a.I} {
			if len(of) > mostRoles {
				c.add(fault.At("activities", "readiness.too_many").With("max", mostRoles))
			}
			for _, code := range of {
				c.add(long("activities", code))
			}
		}
	}
	return c.many.Err()
}

// check reports what is wrong with what is recorded of somebody, by field.
func (p *Person) check() error {
	c := &checking{}
	for name, level := range p.Skills {
		c.add(long("skills", name))
		if level < 0 || level > mostLevel {
			c.add(fault.At("skills", "readiness.level").With("max", mostLevel))
		}
	}
	if len(p.Skills) > mostTraining || len(p.Training) > mostTraining {
		c.add(fault.At("training", "readiness.too_many").With("max", mostTraining))
	}
	for i := range p.Training {
		t := &p.Training[i]
		t.Name = strings.TrimSpace(t.Name)
		c.add(long("training", t.Name))
		if t.Name == "" || t.Until.IsZero() {
			c.add(fault.At("training", "record.required"))
		}
		if !t.Process.Known() {
			c.add(fault.At("training", "maturity.no_process").With("value", t.Process))
		}
	}
	for field, x := range map[string]float64{"booked": p.Booked, "available": p.Available} {
		if !(x >= 0 && x <= mostHours) {
			c.add(fault.At(field, "roadmap.file.number").With("value", x).With("low", 0).With("high", mostHours))
		}
	}
	return c.many.Err()
}
