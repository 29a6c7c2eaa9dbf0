package wave

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
)

// The level and the share that a sample is computed for: 95 %, and the share
// that asks for most.
const (
	z95  = 1.96
	half = .5
)

// Sample is what the formulas say of a plan.
type Sample struct {
	Population int
	Need       int // answers of users, for the margin
	Invited    int // users to invite, for so many answers
	Strata     []Stratum
}

// Estimate computes what a plan comes to, without drawing.
func (m *Room) Estimate(ctx context.Context, by people.Actor, p Plan) (*Sample, error) {
	if err := by.May(DeedRun); err != nil {
		return nil, err
	}
	s, _, err := m.sample(ctx, p)
	return s, err
}

// Draw draws whom a wave asks: stats.SampleShare of the population for the
// margin, with the expected rate of response, spread over departments
// (stats.Allocate) and drawn in each by the seed (stats.Draw). A small department
// is asked whole. A pilot asks as many as it says, of large departments first. It can be drawn again until the wave opens, each time by a new
// seed, and the audit log keeps that it was.
func (m *Room) Draw(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Draft)
	if err != nil {
		return nil, err
	}
	s, groups, err := m.sample(ctx, w.Plan)
	if err != nil {
		return nil, err
	}
	w.Seed, w.Strata = m.Seed(), s.Strata
	var all []Invite
	for i, g := range groups {
		drawn, err := stats.Draw(len(g), s.Strata[i].Invited, uint64(w.Seed)+uint64(s.Strata[i].Department))
		if err != nil {
			return nil, err
		}
		for _, k := range drawn {
			all = append(all, Invite{Wave: id, Person: g[k].ID, Side: s.Strata[i].Side, Department: s.Strata[i].Department})
		}
	}
	slices.SortFunc(all, func(a, b Invite) int { return cmp.Compare(a.Person, b.Person) })
	return w, m.Waves.Draw(ctx, w, all, row(by, m.now(), DeedRun, id, "draw"))
}

// sample computes the strata of a plan and who is in each, in the order of ids.
func (m *Room) sample(ctx context.Context, p Plan) (*Sample, [][]people.Person, error) {
	all, err := m.People(ctx)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(all, func(a, b people.Person) int { return cmp.Compare(a.ID, b.ID) })
	users, staff := map[people.DepartmentID][]people.Person{}, []people.Person(nil)
	for _, one := range all {
		switch {
		case one.Retired || one.External:
		case one.Staff:
			staff = append(staff, one)
		case len(p.Departments) == 0 || slices.Contains(p.Departments, one.Department):
			users[one.Department] = append(users[one.Department], one)
		}
	}
	out := &Sample{}
	var groups [][]people.Person
	var sizes []int
	for d, list := range users {
		code, _ := m.Department(d)
		out.Strata = append(out.Strata, Stratum{Side: Users, Department: d, Code: code, Population: len(list)})
	}
	slices.SortFunc(out.Strata, func(a, b Stratum) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Department, b.Department))
	})
	for _, s := range out.Strata {
		groups, sizes = append(groups, users[s.Department]), append(sizes, s.Population)
		out.Population += s.Population
	}
	if out.Population == 0 {
		return nil, nil, fault.At("departments", "wave.nobody_there")
	}
	if err := out.allocate(p, sizes); err != nil {
		return nil, nil, err
	}
	if p.Staff && len(staff) > 0 {
		out.Strata = append(out.Strata, Stratum{Side: Staff, Code: string(Staff), Population: len(staff), Invited: len(staff)})
		groups = append(groups, staff)
	}
	return out, groups, nil
}

// allocate computes how many of each department are asked.
func (s *Sample) allocate(p Plan, sizes []int) (err error) {
	if p.Few > 0 { // a pilot reckons no margin
		each, err := stats.Proportion(p.Few, sizes)
		s.take(each)
		return err
	}
	if s.Need, err = stats.SampleShare(stats.Precision{Z: z95, Share: half, Margin: p.Margin}, s.Population); err != nil {
		return fault.At("margin", "wave.between").With("low", .01).With("high", .2)
	}
	n, err := stats.Invitations(s.Need, p.Rate)
	if err != nil {
		return fault.At("rate", "wave.between").With("low", .05).With("high", 1)
	}
	each := sizes
	if !p.Everybody {
		if each, err = stats.Allocate(n, sizes); err != nil {
			return err
		}
	}
	s.take(each)
	return nil
}

func (s *Sample) take(each []int) {
	for i, n := range each {
		s.Strata[i].Invited = n
		s.Invited += n
	}
}

// Begin opens a wave: from now on, or from the day it is planned for, answers
// are taken. Whoever is asked is told by the duty that tends waves.
func (m *Room) Begin(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Draft)
	if err != nil {
		return nil, err
	}
	now := m.now()
	switch {
	case len(w.Strata) == 0:
		return nil, fault.New(fault.Conflict, "wave.not_drawn")
	case !now.Before(w.To):
		return nil, fault.At("to", "wave.over_already")
	}
	w.State, w.Opened = Open, now
	return w, m.Waves.Keep(ctx, w, row(by, now, DeedRun, id, "open"))
}

// Remind sends a round of reminders now, to those who have not answered.
func (m *Room) Remind(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Open)
	if err != nil {
		return nil, err
	}
	if !w.Running(m.now()) || w.Plan.Rounds == 0 {
		return nil, fault.New(fault.Conflict, "wave.not_running")
	}
	return w, m.round(ctx, w, row(by, m.now(), DeedRun, id, "remind"))
}

// due reports whether a round is to be sent.
func (w *Wave) due(now time.Time) bool {
	if !w.Running(now) {
		return false
	}
	if w.Plan.Rounds == 0 {
		return true
	}
	r := w.Plan.Rounds - 1
	start := w.Opened
	if w.From.After(start) {
		start = w.From
	}
	return r < len(w.Plan.Reminders) && !now.Before(start.AddDate(0, 0, w.Plan.Reminders[r]))
}
