package change

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Require puts a change under a condition, which has to be met before it is
// carried out.
func (l *Meetings) Require(ctx context.Context, by people.Actor, id, version int64, n record.Number, text string) (*Meeting, error) {
	return l.change(ctx, by, id, version, "condition", func(m *Meeting) error {
		if m.State != InSession {
			return fault.New(fault.Conflict, "cab.not_begun")
		}
		return l.onAgenda(ctx, by, m, n, func(p *Point, _ *Change) error { return l.require(by, p, text) })
	})
}

func (l *Meetings) require(by people.Actor, p *Point, text string) error {
	text, err := clause("condition", text)
	switch {
	case err != nil:
		return err
	case p.What != ToDecide:
		return fault.New(fault.Conflict, "cab.only_reviewed")
	case len(p.Conditions) >= mostConditions:
		return fault.New(fault.TooMuch, "cab.too_long").With("max", mostConditions)
	}
	p.Conditions = append(p.Conditions, Condition{Text: text, By: by.ID, At: l.now()})
	return nil
}

// Meet finds that a condition is met; those who carry the change out do not
// find that themselves. It is done after the meeting, too.
func (l *Meetings) Meet(ctx context.Context, by people.Actor, id int64, n record.Number, condition int) (*Meeting, error) {
	m, err := l.find(ctx, by, MeetingHold, id)
	if err != nil {
		return nil, err
	}
	err = l.onAgenda(ctx, by, m, n, func(p *Point, c *Change) error {
		switch {
		case condition < 0 || condition >= len(p.Conditions):
			return fault.New(fault.Missing, "cab.no_such_condition")
		case isBarred(c, by.ID):
			return fault.New(fault.Denied, "approval.barred")
		}
		if one := &p.Conditions[condition]; one.Met.IsZero() {
			one.Met, one.Who = l.now(), by.ID
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return m, l.keep(ctx, by, m, "met")
}

// Done says that an action was carried out: by its owner, or by whoever leads
// meetings.
func (l *Meetings) Done(ctx context.Context, by people.Actor, id int64, action int) (*Meeting, error) {
	m, err := l.find(ctx, by, MeetingRead, id)
	if err != nil {
		return nil, err
	}
	if action < 0 || action >= len(m.Actions) {
		return nil, fault.New(fault.Missing, "cab.no_such_action")
	}
	a := &m.Actions[action]
	if a.Change != 0 {
		p := m.Point(a.Change)
		if p == nil {
			return nil, fault.New(fault.Missing, "cab.no_such_action")
		}
		if _, err := l.Desk.Find(ctx, by, p.Number); err != nil {
			return nil, err
		}
	}
	if a.Owner != by.ID {
		if err := by.May(MeetingHold); err != nil {
			return nil, err
		}
	}
	if a.Done.IsZero() {
		a.Done = l.now()
	}
	return m, l.keep(ctx, by, m, "done")
}

// Vote takes what one of the board says in the meeting. It is the decision
// itself: who may say it, and what it comes to, the approval on the change
// says. Nothing is decided without a quorum, nor by somebody who is not there.
func (l *Meetings) Vote(ctx context.Context, by people.Actor, id int64, n record.Number, v approval.Vote, condition string) (*Meeting, error) {
	m, err := l.find(ctx, by, MeetingRead, id)
	if err != nil {
		return nil, err
	}
	condition = strings.TrimSpace(condition)
	return m, l.together(ctx, func(ctx context.Context) error {
		if m.State != InSession {
			return fault.New(fault.Conflict, "cab.not_begun")
		}
		return l.onAgenda(ctx, by, m, n, func(p *Point, c *Change) error {
			switch {
			case p.What != ToDecide:
				return fault.New(fault.Conflict, "cab.only_reviewed")
			case !slices.Contains(m.Present, by.ID):
				return fault.New(fault.Denied, "cab.not_there")
			}
			if err := m.Quorate(c, l.Policy()); err != nil {
				return err
			}
			if condition != "" {
				if v.Answer != approval.Yes {
					return fault.At("condition", "cab.condition_of_no")
				}
				if err := l.require(by, p, condition); err != nil {
					return err
				}
				if err := l.keep(ctx, by, m, "condition"); err != nil {
					return err
				}
			}
			_, err := l.Desk.Decide(ctx, by, n, v, record.Input{})
			return err
		})
	})
}

func (l *Meetings) together(ctx context.Context, do func(context.Context) error) error {
	if l.Desk.Together == nil {
		return do(ctx)
	}
	return l.Desk.Together(ctx, do)
}

// Spoke writes down what two of the emergency committee said by telephone.
func (l *Meetings) Spoke(ctx context.Context, by people.Actor, id int64, n record.Number, in record.Input) (*Meeting, error) {
	m, err := l.find(ctx, by, MeetingHold, id)
	if err != nil {
		return nil, err
	}
	if m.State != InSession {
		return nil, fault.New(fault.Conflict, "cab.not_begun")
	}
	if m.Kind != OfEmergency || !m.Phone {
		return nil, fault.New(fault.Conflict, "cab.not_by_phone")
	}
	return m, l.onAgenda(ctx, by, m, n, func(p *Point, c *Change) error {
		if p.What != ToDecide {
			return fault.New(fault.Conflict, "cab.only_reviewed")
		}
		if err := m.Quorate(c, l.Policy()); err != nil {
			return err
		}
		var many fault.Many
		for _, field := range []string{"first_voice", "other_voice"} {
			who, _ := strconv.ParseInt(in.Fields[field], 10, 64)
			if who != 0 && !slices.Contains(m.Voices(c), people.ID(who)) {
				many = append(many, fault.At(field, "cab.not_on_the_line"))
			}
		}
		if err := many.Err(); err != nil {
			return err
		}
		_, err := l.Desk.Move(ctx, by, n, "record_emergency", in)
		return err
	})
}
