package change

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	wall "kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// The deeds of meetings: to read them, and to convene and lead them. To vote in
// one is to approve or to refuse a change.
const (
	MeetingRead = "cab.read"
	MeetingHold = "cab.hold"
)

// MeetingDeeds lists them without their room.
func MeetingDeeds() []string { return []string{"read", "hold"} }

// MeetingsWanted asks for meetings.
type MeetingsWanted struct {
	ID     int64
	Change int64 // those that have it on the agenda
	Limit  int
}

// Bounds of a meeting.
const (
	MostMeetings   = 200
	mostPoints     = 60
	mostPresent    = 60
	mostConditions = 20
	mostActions    = 60
	longestMinutes = 20_000
	longestClause  = 500
	longestSession = 24 * time.Hour
)

// MeetingStore keeps meetings.
type MeetingStore interface {
	// Meetings lists them, the latest first.
	Meetings(ctx context.Context, w MeetingsWanted) ([]Meeting, error)
	// Discussed reads the changes of these ids that a scope sees, in no order.
	Discussed(ctx context.Context, scope people.Scope, ids []int64) ([]*Change, error)
	// KeepMeeting adds one when its ID is 0, else replaces the version it carries;
	// a Conflict when that was changed meanwhile.
	KeepMeeting(ctx context.Context, m *Meeting, log audit.Row) error
}

// Meetings is the room in which the board and the emergency committee meet.
type Meetings struct {
	Store     MeetingStore
	Desk      *Desk
	Approvals record.Approvals
	Policy    func() Policy
	Now       func() time.Time
	Place     func() *time.Location // whose calendar days are of: the centre's
	// Refers reports a fault unless the actor may name the thing of that type and id.
	Refers func(by people.Actor, t record.Type, field, value string) error
}

// Session is a meeting as its reader may see it: points about changes that he
// does not see are not there, and neither is what was said about them.
type Session struct {
	*Meeting
	Agenda []Item
	// Actions are those about what its reader sees, each with its place.
	Actions []Placed
	Quorum  int
}

// Placed is an action with its number in the meeting, from one.
type Placed struct {
	Action
	N int
}

// Item is a point with its change and how the decision on it stands.
type Item struct {
	*Point
	On    *Change
	Round *approval.Round // the last that was asked; nil for none
	Short error           // why the meeting cannot decide on it
}

// List lists meetings, the latest first.
func (l *Meetings) List(ctx context.Context, by people.Actor) ([]*Session, error) {
	if err := by.May(MeetingRead); err != nil {
		return nil, err
	}
	all, err := l.Store.Meetings(ctx, MeetingsWanted{Limit: MostMeetings})
	if err != nil {
		return nil, err
	}
	found, err := l.discussed(ctx, by, all...)
	if err != nil {
		return nil, err
	}
	out := make([]*Session, 0, len(all))
	for i := range all {
		one, err := l.seen(ctx, &all[i], found, false)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Find reads one.
func (l *Meetings) Find(ctx context.Context, by people.Actor, id int64) (*Session, error) {
	m, err := l.find(ctx, by, MeetingRead, id)
	if err != nil {
		return nil, err
	}
	found, err := l.discussed(ctx, by, *m)
	if err != nil {
		return nil, err
	}
	return l.seen(ctx, m, found, true)
}

// discussed are the changes on the agendas of meetings that somebody sees, by
// their ids. Nobody but staff is told of any.
func (l *Meetings) discussed(ctx context.Context, by people.Actor, all ...Meeting) (map[int64]*Change, error) {
	out := map[int64]*Change{}
	if !by.Staff || !by.Can("change.read") {
		return out, nil
	}
	var ids []int64
	for i := range all {
		for _, p := range all[i].Points {
			ids = append(ids, p.Change)
		}
	}
	slices.Sort(ids)
	found, err := l.Store.Discussed(ctx, by.Scope, slices.Compact(ids))
	for _, c := range found {
		out[c.ID] = c
	}
	return out, err
}

// Of lists the meetings that a change was in, as far as somebody who sees the
// change may know of them.
func (l *Meetings) Of(ctx context.Context, by people.Actor, c *Change) ([]*Session, error) {
	if !by.Can(MeetingRead) {
		return nil, nil
	}
	all, err := l.Store.Meetings(ctx, MeetingsWanted{Change: c.ID, Limit: MostMeetings})
	if err != nil {
		return nil, err
	}
	out := make([]*Session, 0, len(all))
	for i := range all {
		p := all[i].Point(c.ID)
		all[i].Points, all[i].Actions = nil, nil
		if p != nil {
			out = append(out, &Session{Meeting: &all[i], Agenda: []Item{{Point: p, On: c}}})
		}
	}
	return out, nil
}

// Owes counts the conditions on a change that are not met yet.
func (l *Meetings) Owes(ctx context.Context, change int64) (int, error) {
	all, err := l.Store.Meetings(ctx, MeetingsWanted{Change: change, Limit: MostMeetings})
	return Owed(all, change), err
}

func (l *Meetings) find(ctx context.Context, by people.Actor, deed string, id int64) (*Meeting, error) {
	if err := by.May(deed); err != nil {
		return nil, err
	}
	if id <= 0 {
		return nil, fault.New(fault.Missing, "cab.no_such")
	}
	held, err := l.Store.Meetings(ctx, MeetingsWanted{ID: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(held) == 0 {
		return nil, fault.New(fault.Missing, "cab.no_such")
	}
	return &held[0], nil
}

// seen is a meeting as its reader sees it, who sees these changes.
func (l *Meetings) seen(ctx context.Context, m *Meeting, found map[int64]*Change, whole bool) (*Session, error) {
	policy := l.Policy()
	out := &Session{Meeting: m, Quorum: m.Quorum(policy)}
	for i := range m.Points {
		p := &m.Points[i]
		c := found[p.Change]
		if c == nil {
			continue
		}
		one := Item{Point: p, On: c, Short: m.Quorate(c, policy)}
		if whole {
			rounds, err := l.Approvals.Rounds(ctx, c.ID)
			if err != nil {
				return nil, err
			}
			if len(rounds) > 0 {
				one.Round = rounds[len(rounds)-1]
			}
		}
		out.Agenda = append(out.Agenda, one)
	}
	seen := func(change int64) bool {
		return change == 0 || slices.ContainsFunc(out.Agenda, func(i Item) bool { return i.Change == change })
	}
	shown := *m // what is not seen is kept, but not shown
	shown.Points, shown.Actions = nil, nil
	for i, a := range m.Actions {
		if seen(a.Change) {
			a.Due = l.dueDay(a.Due)
			out.Actions = append(out.Actions, Placed{a, i + 1})
		}
	}
	out.Meeting = &shown
	return out, nil
}

// dueDay is the day until which an action is to be done. Days were kept as
// midnight where whoever gave it was, before they were kept as days of the wall.
func (l *Meetings) dueDay(due time.Time) time.Time {
	if l.Place == nil || due.Equal(wall.Of(due, nil)) {
		return due
	}
	return wall.Of(due, l.Place())
}

// Waiting lists the changes that could be put on an agenda: those that the
// board, or the committee, is to decide on, and those that ended and are to be
// reviewed.
func (l *Meetings) Waiting(ctx context.Context, by people.Actor, m *Session) (decide, review []record.Row, err error) {
	if err := by.May(MeetingHold); err != nil {
		return nil, nil, err
	}
	list := func(states ...flow.State) ([]record.Row, error) {
		var names []string
		for _, s := range states {
			names = append(names, string(s))
		}
		rows, err := l.Desk.Ledger.List(ctx, by.Scope, record.Query{Kind: record.Changes, Where: query.Is("state", names...), Limit: mostPoints, Now: l.Now()})
		return slices.DeleteFunc(rows, func(r record.Row) bool {
			return slices.ContainsFunc(m.Agenda, func(i Item) bool { return i.Change == r.ID })
		}), err
	}
	if err := by.May("change.read"); err != nil {
		return nil, nil, err
	}
	at, as := Awaiting, Board
	if m.Kind == OfEmergency {
		at, as = Submitted, Committee
	}
	rows, err := list(at)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		ok, err := l.asked(ctx, by, r, as)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			decide = append(decide, r)
		}
	}
	review, err = list(Implemented, BackedOut, Broken, Documented, Reviewing)
	return decide, review, err
}

// asked reports whether a change waits for the board or for the committee.
func (l *Meetings) asked(ctx context.Context, by people.Actor, r record.Row, as Capacity) (bool, error) {
	if as == Committee {
		c, err := l.Desk.Find(ctx, by, r.Number)
		return err == nil && c.Type == Emergency, err
	}
	rounds, err := l.Approvals.Rounds(ctx, r.ID)
	if err != nil || len(rounds) == 0 {
		return false, err
	}
	return sits(rounds[len(rounds)-1], as), nil
}

// sits reports whether a capacity is asked now.
func sits(r *approval.Round, as Capacity) bool {
	st := r.Now()
	return st != nil && slices.ContainsFunc(st.Seats, func(s approval.Seat) bool { return s.As == string(as) })
}

func (l *Meetings) keep(ctx context.Context, by people.Actor, m *Meeting, what string) error {
	row := audit.By(by, l.Now().UTC(), MeetingHold, "cab:"+strconv.FormatInt(m.ID, 10))
	row.Detail = what
	return l.Store.KeepMeeting(ctx, m, row)
}

// clause is a short text that has to be said.
func clause(field, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", fault.At(field, "record.required")
	case n > longestClause:
		return "", fault.At(field, "record.too_long").With("max", longestClause).With("length", n)
	}
	return text, nil
}
