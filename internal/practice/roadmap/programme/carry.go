package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/setting"
)

// CarryState is how far a process change is that a step carries.
type CarryState string

// Its states.
const (
	CarryAsked   CarryState = "asked"   // its approval is asked for
	CarryRefused CarryState = "refused" // or nobody decided in time
	CarryAgreed  CarryState = "agreed"  // waits for its day
	CarryApplied CarryState = "applied" // the settings are so
	CarryFailed  CarryState = "failed"  // it could not be applied; nothing was changed
	CarryUndone  CarryState = "undone"  // the settings are as they were
)

// Carry is a process change that a step carries: a difference to settings.
type Carry struct {
	Fields  []CarryField    `json:"fields"`
	Why     string          `json:"why"`
	Day     time.Time       `json:"day"` // on which it is applied
	State   CarryState      `json:"state"`
	By      people.ID       `json:"by"`
	At      time.Time       `json:"at"`
	Round   *approval.Round `json:"round,omitempty"`
	Applied time.Time       `json:"applied,omitzero"`
	Undone  time.Time       `json:"undone,omitzero"`
	Trouble string          `json:"trouble,omitempty"` // why it failed, or what undoing left alone
}

// CarryField is one field of a setting: what it held when the change was
// planned, and what it shall hold.
type CarryField struct {
	Kind  setting.Kind `json:"kind"`
	ID    int64        `json:"id,omitempty"` // 0 of a document of the centre that was never saved
	Code  string       `json:"code"`
	Name  people.Text  `json:"name,omitzero"` // of the setting, for reading
	Field string       `json:"field"`
	Was   string       `json:"was"`
	To    string       `json:"to"`
	// Hidden says that a reader may know of the field, and not of what it holds.
	Hidden bool `json:"-"`
}

// back is the field's way back.
func (f CarryField) back() CarryField { f.Was, f.To = f.To, f.Was; return f }

// Arranger is the settings as far as a step may change them.
type Arranger interface {
	// Weigh fills in what fields hold now, and says what is wrong with what they
	// shall hold; what names something that somebody does not see is wrong.
	Weigh(ctx context.Context, by people.Actor, fields []CarryField) ([]CarryField, error)
	// Seats are those who may change all of these settings.
	Seats(ctx context.Context, fields []CarryField) ([]approval.Seat, error)
	// Carry puts them in at once, all or none. A field that holds neither what it
	// was nor what it shall hold is a Conflict.
	Carry(ctx context.Context, o Order) error
	// Shows reports whether somebody may know that a field is changed, and whether
	// he may read what it holds.
	Shows(by people.Actor, f CarryField) (known, read bool)
}

// Order is a change to settings as it is put in.
type Order struct {
	Fields   []CarryField
	Name     string       // of the step
	By       people.Actor // who has it put in: the duty, or who takes it back
	At       time.Time
	Planned  people.ID
	Approved []people.ID
}

// order is the change, of these fields.
func (c *Carry) order(by people.Actor, at time.Time, s *Step, fields []CarryField) Order {
	out := Order{Fields: fields, Name: s.name(), By: by, At: at, Planned: c.By}
	for _, stage := range c.Round.Stages {
		for _, seat := range stage.Seats {
			if seat.Answer == approval.Yes {
				out.Approved = append(out.Approved, seat.By)
			}
		}
	}
	return out
}

// What a change is at the most.
const (
	mostCarried = 50
	carryDays   = 10 // working days to decide
)

// Busy reports whether a change is on its way, or in force.
func (c *Carry) Busy() bool {
	return c != nil && (c.State == CarryAsked || c.State == CarryAgreed || c.State == CarryApplied)
}

// Propose plans a process change for a step, and asks those who may make it.
func (m *Room) Propose(ctx context.Context, by people.Actor, id, step, version int64, c Carry) (*Step, error) {
	_, s, err := m.step(ctx, by, DeedEdit, id, step)
	if err != nil {
		return nil, err
	}
	switch {
	case version != s.Version:
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	case s.Carry.Busy():
		return nil, fault.New(fault.Conflict, "programme.carry_busy")
	}
	if err := why(&c.Why); err != nil {
		return nil, err
	}
	if c.Day.IsZero() || day.Over(c.Day, m.now(), m.place()) {
		return nil, fault.At("day", "programme.carry_day")
	}
	if len(c.Fields) == 0 {
		return nil, fault.New(fault.Invalid, "programme.carry_nothing")
	}
	if len(c.Fields) > mostCarried {
		return nil, fault.New(fault.Invalid, "programme.carry_many").With("max", mostCarried)
	}
	if err := twice(c.Fields); err != nil {
		return nil, err
	}
	if c.Fields, err = m.Arranger.Weigh(ctx, by, c.Fields); err != nil {
		return nil, err
	}
	if err := twice(c.Fields); err != nil { // once by its code, once by its id
		return nil, err
	}
	c.Fields = slices.DeleteFunc(c.Fields, func(f CarryField) bool { return f.Was == f.To })
	if len(c.Fields) == 0 {
		return nil, fault.New(fault.Invalid, "programme.carry_nothing")
	}
	seats, err := m.Arranger.Seats(ctx, c.Fields)
	if err != nil {
		return nil, err
	}
	stage := approval.Stage{Name: people.Text{En: "Process change", Zh: "流程变更"}, Rule: approval.Any, Days: carryDays, Seats: seats}
	if c.Round, err = approval.Begin(m.now(), []approval.Stage{stage}, []people.ID{by.ID}, approval.Terms{Due: m.Workdays}); err != nil {
		return nil, err
	}
	c.State, c.By, c.At = CarryAsked, by.ID, m.now()
	s.Carry = &c
	s.log(by, m.now(), "carry_asked", c.Why)
	return m.kept(ctx, by, s, m.row(by, DeedEdit, id, "carry_asked"))
}

// twice refuses a change that says of one field two things.
func twice(fields []CarryField) error {
	type place struct {
		kind  setting.Kind
		id    int64
		code  string
		field string
	}
	var many fault.Many
	said := map[place]bool{}
	for i, f := range fields {
		at := place{f.Kind, f.ID, f.Code, f.Field}
		if said[at] {
			many = append(many, fault.At("fields["+strconv.Itoa(i)+"].field", "programme.carry_twice").With("field", f.Field))
		}
		said[at] = true
	}
	return many.Err()
}

// kept keeps a step, and returns it as somebody may read it.
func (m *Room) kept(ctx context.Context, by people.Actor, s *Step, row audit.Row) (*Step, error) {
	if err := m.Store.KeepStep(ctx, s, row); err != nil {
		return nil, err
	}
	m.dim(by, s)
	return s, nil
}

// dim takes out of the change that a step carries what somebody may not read.
// What is dimmed is for reading alone.
func (m *Room) dim(by people.Actor, s *Step) {
	if s.Carry == nil {
		return
	}
	dimmed := *s.Carry
	dimmed.Fields = nil
	for _, f := range s.Carry.Fields {
		known, read := m.Arranger.Shows(by, f)
		if !read {
			f.Was, f.To, f.Hidden = "", "", true
		}
		if known {
			dimmed.Fields = append(dimmed.Fields, f)
		}
	}
	s.Carry = &dimmed
}

// Answer is somebody's say on a process change. Only whoever may change all of
// its settings himself is asked, and never who planned it.
func (m *Room) Answer(ctx context.Context, by people.Actor, id, step, version int64, answer approval.Answer, reason string) (*Step, error) {
	s, err := m.carried(ctx, by, id, step, version, CarryAsked)
	if err != nil {
		return nil, err
	}
	for _, f := range s.Carry.Fields {
		if err := audit.Ask(ctx, m.Pen, by, m.now(), setting.Deed(f.Kind), object(id)); err != nil {
			return nil, err
		}
	}
	vote := approval.Vote{By: by.ID, Answer: answer, Reason: reason, At: m.now()}
	if err := s.Carry.Round.Vote(vote, approval.Terms{Due: m.Workdays}); err != nil {
		return nil, err
	}
	what := "carry_refused"
	if s.Carry.State = CarryRefused; answer == approval.Yes {
		s.Carry.State, what = CarryAgreed, "carry_agreed"
	}
	s.log(by, m.now(), what, strings.TrimSpace(reason))
	return m.kept(ctx, by, s, m.row(by, setting.Deed(s.Carry.Fields[0].Kind), id, what))
}

// carried reads a step whose change is in one of some states.
func (m *Room) carried(ctx context.Context, by people.Actor, id, step, version int64, states ...CarryState) (*Step, error) {
	_, s, err := m.step(ctx, by, DeedRead, id, step)
	switch {
	case err != nil:
		return nil, err
	case version != s.Version:
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	case s.Carry == nil || !slices.Contains(states, s.Carry.State):
		return nil, fault.New(fault.Conflict, "programme.carry_state")
	}
	return s, nil
}

// recalls are the grants that taking a change back needs: what was not applied is
// given up by whoever plans, what was is undone by whoever changes its settings.
func (c *Carry) recalls() (out []string) {
	if c.State != CarryApplied {
		return []string{DeedEdit}
	}
	for _, f := range c.Fields {
		if deed := setting.Deed(f.Kind); !slices.Contains(out, deed) {
			out = append(out, deed)
		}
	}
	return out
}

// Recallable reports whether somebody may take a change back.
func (c *Carry) Recallable(by people.Actor) bool {
	return c.Busy() && !slices.ContainsFunc(c.recalls(), func(deed string) bool { return !by.Can(deed) })
}

// Recall takes a change back: one that was not applied is given up, one that was
// is undone.
func (m *Room) Recall(ctx context.Context, by people.Actor, id, step, version int64, reason string) (*Step, error) {
	s, err := m.carried(ctx, by, id, step, version, CarryAsked, CarryAgreed, CarryApplied)
	if err != nil {
		return nil, err
	}
	for _, deed := range s.Carry.recalls() {
		if err := audit.Ask(ctx, m.Pen, by, m.now(), deed, object(id)); err != nil {
			return nil, err
		}
	}
	if err := why(&reason); err != nil {
		return nil, err
	}
	if s.Carry.State != CarryApplied {
		s.Carry.Round.Withdraw(m.now())
		s.Carry.State = CarryRefused
		s.log(by, m.now(), "carry_recalled", reason)
		return m.kept(ctx, by, s, m.row(by, DeedEdit, id, "carry_recalled"))
	}
	if err := m.undo(ctx, by, s, reason); err != nil {
		return nil, err
	}
	m.dim(by, s)
	return s, nil
}

// undo puts the settings back as they were, and says why not where they have
// been changed since.
func (m *Room) undo(ctx context.Context, by people.Actor, s *Step, reason string) error {
	err := m.putBack(ctx, by, s)
	if err != nil && len(fault.All(err)) == 0 {
		return err
	}
	s.Carry.State, s.Carry.Undone, s.Carry.Trouble = CarryUndone, m.now(), ""
	if err != nil { // somebody changed them since: his word stands
		s.Carry.State, s.Carry.Trouble = CarryFailed, fault.All(err)[0].Key
	}
	s.log(by, m.now(), "carry_"+string(s.Carry.State), reason)
	return m.Store.KeepStep(ctx, s, m.row(by, DeedEdit, s.Programme, "carry_"+string(s.Carry.State)))
}

func (m *Room) putBack(ctx context.Context, by people.Actor, s *Step) error {
	var back []CarryField
	for _, f := range s.Carry.Fields {
		back = append(back, f.back())
	}
	return m.Arranger.Carry(ctx, s.Carry.order(by, m.now(), s, back))
}

func (s *Step) name() string { return "roadmap " + string(s.Process) + " " + s.To.String() }

// fallenBack reports whether the step that carries a change has failed.
func (s *Step) fallenBack() bool { return s.State == roadmap.Rejected || s.State == roadmap.Regressed }

// CarryOut applies the changes whose day has come, undoes those whose step has
// failed, and ends approvals that nobody decided.
func (m *Room) CarryOut(ctx context.Context) error {
	all, err := m.Store.Steps(ctx, 0)
	if err != nil {
		return err
	}
	by := people.System(people.ViaJob)
	for i := range all {
		s := &all[i]
		if s.Carry == nil {
			continue
		}
		one := m.carryOut(ctx, by, s)
		if fault.Is(one, fault.Stale) {
			continue // somebody is at the step; the next turn looks again
		}
		err = errors.Join(err, one)
	}
	return err
}

func (m *Room) carryOut(ctx context.Context, by people.Actor, s *Step) error {
	c := s.Carry
	switch {
	case c.State == CarryAsked && c.Round.Lapse(m.now()):
		c.State = CarryRefused
		s.log(by, m.now(), "carry_lapsed", "")
		return m.Store.KeepStep(ctx, s, m.row(by, DeedEdit, s.Programme, "carry_lapsed"))
	case c.State == CarryAgreed && day.Come(c.Day, m.now(), m.place()) && !s.fallenBack():
		err := m.Arranger.Carry(ctx, c.order(by, m.now(), s, c.Fields))
		if err != nil && len(fault.All(err)) == 0 {
			return err // the next turn tries again
		}
		c.State, c.Applied = CarryApplied, m.now()
		if err != nil {
			c.State, c.Applied, c.Trouble = CarryFailed, time.Time{}, fault.All(err)[0].Key
		}
		s.log(by, m.now(), "carry_"+string(c.State), c.Trouble)
		err = m.Store.KeepStep(ctx, s, m.row(by, DeedEdit, s.Programme, "carry_"+string(c.State)))
		if fault.Is(err, fault.Stale) && c.State == CarryApplied { // it was recalled while it was applied, and that stands
			if back := m.putBack(ctx, by, s); back != nil {
				return fmt.Errorf("settings of %s stay as its step put them, which was changed meanwhile: %w", s.name(), back)
			}
		}
		return err
	case c.State == CarryApplied && s.fallenBack():
		return m.undo(ctx, by, s, string(s.State))
	}
	return nil
}

// Carries are the steps of a process that carry a change, of programmes that are
// carried out.
func (m *Room) Carries(ctx context.Context, by people.Actor, of string) ([]Step, error) {
	if !by.Can(DeedRead) {
		return nil, nil
	}
	all, err := m.Store.Steps(ctx, 0)
	all = slices.DeleteFunc(all, func(s Step) bool { return string(s.Process) != of || s.Carry == nil })
	for i := range all {
		m.dim(by, &all[i])
	}
	return all, err
}
