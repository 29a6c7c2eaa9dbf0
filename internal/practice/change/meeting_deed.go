package change

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Call is what somebody says who convenes a meeting, or moves it.
type Call struct {
	Kind  Sort
	Phone bool
	Place string
	Span  Span
	Chair people.ID
}

// Convene calls a meeting; its seats are those that the policy names now.
func (l *Meetings) Convene(ctx context.Context, by people.Actor, c Call) (*Meeting, error) {
	if err := by.May(MeetingHold); err != nil {
		return nil, err
	}
	m := &Meeting{Kind: c.Kind, State: Convened, By: by.ID, At: l.now()}
	if err := l.call(by, m, c); err != nil {
		return nil, err
	}
	p := l.Policy()
	m.Members = p.Board
	if m.Kind == OfEmergency {
		m.Members = p.Committee
	}
	if len(m.Members) < m.Quorum(p) {
		return nil, fault.At("kind", "cab.too_few_seats").With("have", len(m.Members)).With("need", m.Quorum(p))
	}
	return m, l.keep(ctx, by, m, "")
}

// Recall moves a meeting that has not begun to another time or place.
func (l *Meetings) Recall(ctx context.Context, by people.Actor, id, version int64, c Call) (*Meeting, error) {
	return l.change(ctx, by, id, version, "recall", func(m *Meeting) error {
		if m.State != Convened {
			return fault.New(fault.Conflict, "cab.begun")
		}
		c.Kind = m.Kind
		return l.call(by, m, c)
	})
}

func (l *Meetings) call(by people.Actor, m *Meeting, c Call) error {
	var many fault.Many
	if !slices.Contains(Sorts, c.Kind) {
		many = append(many, fault.At("kind", "record.not_a_choice").With("choices", "board, emergency"))
	}
	c.Place = strings.TrimSpace(c.Place)
	if n := utf8.RuneCountInString(c.Place); n > longestTitle {
		many = append(many, fault.At("place", "record.too_long").With("max", longestTitle).With("length", n))
	}
	switch {
	case c.Span.From.IsZero():
		many = append(many, fault.At("starts", "record.required"))
	case c.Span.Until.IsZero():
		many = append(many, fault.At("ends", "record.required"))
	case !c.Span.Until.After(c.Span.From):
		many = append(many, fault.At("ends", "change.ends_before"))
	case c.Span.Length() > longestSession:
		many = append(many, fault.At("ends", "change.window_too_long").With("days", 1))
	}
	if c.Chair == 0 {
		c.Chair = by.ID
	} else if err := many.Add(l.person(by, "chair", c.Chair)); err != nil {
		return err
	}
	m.Phone, m.Place, m.Span, m.Chair = c.Phone, c.Place, Span{c.Span.From.UTC(), c.Span.Until.UTC()}, c.Chair
	return many.Err()
}

func (l *Meetings) person(by people.Actor, field string, id people.ID) error {
	if l.Refers == nil {
		return nil
	}
	return l.Refers(by, record.Person, field, strconv.FormatInt(int64(id), 10))
}

func (l *Meetings) now() time.Time { return l.Now().UTC().Truncate(time.Millisecond) }

// change does something to a meeting that is not over.
func (l *Meetings) change(ctx context.Context, by people.Actor, id, version int64, what string, do func(*Meeting) error) (*Meeting, error) {
	m, err := l.find(ctx, by, MeetingHold, id)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != m.Changed {
		return nil, fault.New(fault.Conflict, "release.changed_meanwhile")
	}
	if err := m.open(); err != nil {
		return nil, err
	}
	if err := do(m); err != nil {
		return nil, err
	}
	return m, l.keep(ctx, by, m, what)
}

// Add puts a change on the agenda, last.
func (l *Meetings) Add(ctx context.Context, by people.Actor, id, version int64, n record.Number, what What) (*Meeting, error) {
	return l.change(ctx, by, id, version, "point", func(m *Meeting) error {
		if what != ToDecide && what != ToReview {
			return fault.At("what", "record.not_a_choice").With("choices", "decide, review")
		}
		c, err := l.Desk.Find(ctx, by, n)
		if fault.Is(err, fault.Missing) {
			return fault.At("change", "record.no_such").With("ref", record.Ref(record.Changes, n))
		}
		if err != nil {
			return err
		}
		switch {
		case m.Point(c.ID) != nil:
			return fault.At("change", "cab.on_agenda")
		case len(m.Points) >= mostPoints:
			return fault.New(fault.TooMuch, "cab.too_long").With("max", mostPoints)
		}
		m.Points = append(m.Points, Point{Change: c.ID, Number: c.Number, What: what})
		return nil
	})
}

// onAgenda does something to the point of a change that the actor sees.
func (l *Meetings) onAgenda(ctx context.Context, by people.Actor, m *Meeting, n record.Number, do func(*Point, *Change) error) error {
	c, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return err
	}
	p := m.Point(c.ID)
	if p == nil {
		return fault.New(fault.Missing, "cab.not_on_agenda")
	}
	return do(p, c)
}

// Drop takes a change off the agenda, as long as nothing was said about it.
func (l *Meetings) Drop(ctx context.Context, by people.Actor, id, version int64, n record.Number) (*Meeting, error) {
	return l.change(ctx, by, id, version, "drop", func(m *Meeting) error {
		return l.onAgenda(ctx, by, m, n, func(p *Point, _ *Change) error {
			if p.Minutes != "" || len(p.Conditions) > 0 {
				return fault.New(fault.Conflict, "cab.was_discussed")
			}
			m.Points = slices.DeleteFunc(m.Points, func(o Point) bool { return o.Change == p.Change })
			return nil
		})
	})
}

// Raise moves a change one place up the agenda, past the one that its reader
// sees before it.
func (l *Meetings) Raise(ctx context.Context, by people.Actor, id, version int64, n record.Number) (*Meeting, error) {
	return l.change(ctx, by, id, version, "order", func(m *Meeting) error {
		return l.onAgenda(ctx, by, m, n, func(p *Point, _ *Change) error {
			at := slices.IndexFunc(m.Points, func(o Point) bool { return o.Change == p.Change })
			for to := at - 1; to >= 0; to-- {
				if _, err := l.Desk.Find(ctx, by, m.Points[to].Number); err != nil {
					continue
				}
				one := m.Points[at]
				m.Points = slices.Insert(slices.Delete(m.Points, at, at+1), to, one)
				return nil
			}
			return nil
		})
	})
}

// Attend says who is there. The chair is.
func (l *Meetings) Attend(ctx context.Context, by people.Actor, id, version int64, who []people.ID) (*Meeting, error) {
	return l.change(ctx, by, id, version, "attend", func(m *Meeting) error {
		who = slices.Compact(slices.Sorted(slices.Values(who)))
		if len(who) > mostPresent {
			return fault.At("present", "schedule.too_many").With("most", mostPresent)
		}
		for _, one := range who {
			if err := l.person(by, "present", one); err != nil {
				return err
			}
		}
		m.Present = who
		return nil
	})
}

// Open begins the meeting with who is there.
func (l *Meetings) Open(ctx context.Context, by people.Actor, id, version int64) (*Meeting, error) {
	return l.change(ctx, by, id, version, "open", func(m *Meeting) error {
		switch {
		case m.State != Convened:
			return fault.New(fault.Conflict, "cab.begun")
		case len(m.Present) == 0:
			return fault.At("present", "record.required")
		}
		m.State, m.Opened = InSession, l.now()
		return nil
	})
}

// CallOff says that a meeting does not take place.
func (l *Meetings) CallOff(ctx context.Context, by people.Actor, id, version int64) (*Meeting, error) {
	return l.change(ctx, by, id, version, "call_off", func(m *Meeting) error {
		if m.State != Convened {
			return fault.New(fault.Conflict, "cab.begun")
		}
		m.State = CalledOff
		return nil
	})
}

// Close ends a meeting: what it found is written down, and stays.
func (l *Meetings) Close(ctx context.Context, by people.Actor, id, version int64, minutes string) (*Meeting, error) {
	return l.change(ctx, by, id, version, "close", func(m *Meeting) error {
		if m.State != InSession {
			return fault.New(fault.Conflict, "cab.not_begun")
		}
		minutes = strings.TrimSpace(minutes)
		if n := utf8.RuneCountInString(minutes); n > longestMinutes {
			return fault.At("minutes", "record.too_long").With("max", longestMinutes).With("length", n)
		}
		m.State, m.Minutes, m.Closed = Held, minutes, l.now()
		return nil
	})
}

// Note writes down what was said about a change.
func (l *Meetings) Note(ctx context.Context, by people.Actor, id, version int64, n record.Number, text string) (*Meeting, error) {
	return l.change(ctx, by, id, version, "note", func(m *Meeting) error {
		return l.onAgenda(ctx, by, m, n, func(p *Point, _ *Change) error {
			text = strings.TrimSpace(text)
			if n := utf8.RuneCountInString(text); n > longestMinutes {
				return fault.At("minutes", "record.too_long").With("max", longestMinutes).With("length", n)
			}
			p.Minutes = text
			return nil
		})
	})
}

// Task gives somebody something to do by a day of the wall.
func (l *Meetings) Task(ctx context.Context, by people.Actor, id, version int64, a Action, about record.Number) (*Meeting, error) {
	return l.change(ctx, by, id, version, "action", func(m *Meeting) error {
		text, err := clause("text", a.Text)
		switch {
		case err != nil:
			return err
		case a.Owner == 0:
			return fault.At("owner", "record.required")
		case len(m.Actions) >= mostActions:
			return fault.New(fault.TooMuch, "cab.too_long").With("max", mostActions)
		}
		if err := l.person(by, "owner", a.Owner); err != nil {
			return err
		}
		one := Action{Text: text, Owner: a.Owner, Due: a.Due}
		if about != 0 {
			if err := l.onAgenda(ctx, by, m, about, func(p *Point, _ *Change) error { one.Change = p.Change; return nil }); err != nil {
				return err
			}
		}
		m.Actions = append(m.Actions, one)
		return nil
	})
}
