package duty

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// The deeds: reading the log of one's own teams, that of every team within
// one's scope, and keeping it.
const (
	DeedRead    = "duty.read"
	DeedOversee = "duty.oversee"
	DeedWork    = "duty.work"
	DeedExport  = "duty.export"
)

// Query asks for shifts, the newest first.
type Query struct {
	Team     people.TeamID // 0: every one
	From, To time.Time     // that touch this time; zero: no bound
	Open     bool          // not handed over yet
	After    time.Time     // begin later than this; the earliest first then
	Behind   Place         // goes on where a list of the latest first ended
	Limit    int
}

// Place is where a list ended: at the last it told.
type Place struct {
	At time.Time
	ID int64
}

// Search asks for entries.
type Search struct {
	Shift    int64
	Team     people.TeamID
	From, To time.Time // when they happened; To is not within
	Words    []string  // all of them stand in the text
	Newest   bool      // first
	Behind   Place     // goes on where a list of the newest first ended
	Limit    int
}

// Writing is what one deed adds to a shift, in one transaction.
type Writing struct {
	Entry    *Entry    // a new one
	Matter   *Matter   // a new one, or one that is closed
	Handover *Handover // a new one, or one that is answered
	Carry    bool      // every open matter of the team goes on to the next shift
	Next     *Shift    // whose persons have changed
	Version  int64     // the shift must be of; 0: whichever, as long as it is not closed
}

// Store keeps the log. What a scope does not cover is Missing.
type Store interface {
	// Plan adds shifts that are not there yet, by team and beginning.
	Plan(ctx context.Context, all []Shift) (added int, err error)
	// Open adds one; a Conflict when the team has one that begins at that moment.
	Open(ctx context.Context, s *Shift, log audit.Row) error
	Shift(ctx context.Context, scope people.Scope, id int64) (*Shift, error)
	Shifts(ctx context.Context, scope people.Scope, q Query) ([]Shift, error)
	Entries(ctx context.Context, scope people.Scope, q Search) ([]Entry, error)
	// Matters lists those of a shift, opened or closed in it, and all that are open of its team.
	Matters(ctx context.Context, scope people.Scope, s *Shift) ([]Matter, error)
	// Open matters by team.
	Count(ctx context.Context, scope people.Scope) (map[people.TeamID]int, error)
	Handovers(ctx context.Context, scope people.Scope, shift int64) ([]Handover, error)
	// Keep writes what was done in a shift. A Conflict when it is closed, Stale
	// when it is of another version than the writing names.
	Keep(ctx context.Context, s *Shift, w Writing, log audit.Row) error
}

// Room is where the log is kept.
type Room struct {
	Store      Store
	Settings   func() *setting.All
	Ledger     record.Ledger
	Operations operation.Store
	Now        func() time.Time
	// Find looks up configuration items by their codes, those in zones that an
	// actor is cleared for; nil where there are none.
	Find func(ctx context.Context, by people.Actor, codes ...string) ([]operation.Item, error)
}

// scope is how far somebody reads the log: his own teams, and what his scope
// covers besides when he oversees the watch.
func scope(by people.Actor) people.Scope {
	s := by.Scope
	if by.Can(DeedOversee) {
		s.Teams = slices.Concat(s.Teams, by.Teams)
		return s
	}
	s.All, s.Departments, s.Zones, s.Teams = false, nil, nil, slices.Clone(by.Teams)
	return s
}

// Team is the team of a shift as the settings have it.
func (m *Room) Team(id people.TeamID) (people.Team, error) {
	t := m.Settings().Find(setting.Team, int64(id))
	if t == nil {
		return people.Team{}, nil
	}
	return setting.Read[people.Team](*t)
}

// ahead is how long before its beginning a shift of the calendar is there, so
// that the coming ones can read what waits for them.
const ahead = time.Hour

// Make makes the shifts of the teams' calendars that run or begin soon, each
// once whichever node comes first; a duty calls it.
func (m *Room) Make(ctx context.Context, now time.Time) error {
	var all []Shift
	for _, t := range m.Settings().Of(setting.Team) {
		if t.Retired {
			continue
		}
		team, err := setting.Read[people.Team](*t)
		if err != nil {
			return err
		}
		for _, s := range team.Rota.Spans(now.Add(-24*time.Hour), now.Add(ahead)) {
			if s.To.After(now) {
				all = append(all, Shift{Team: people.TeamID(t.ID), From: s.From, To: s.To, Who: s.Who, Opened: now, State: Running})
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	_, err := m.Store.Plan(ctx, all)
	return err
}

// List lists shifts.
func (m *Room) List(ctx context.Context, by people.Actor, q Query) ([]Shift, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Shifts(ctx, scope(by), q)
}

// Search looks for entries, corrected ones as they stand now.
func (m *Room) Search(ctx context.Context, by people.Actor, q Search) ([]Entry, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Entries(ctx, scope(by), q)
}

// OpenMatters counts what is open, by team.
func (m *Room) OpenMatters(ctx context.Context, by people.Actor) (map[people.TeamID]int, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Count(ctx, scope(by))
}

// Book is a shift with all that was written in it.
type Book struct {
	Shift
	Told      []Told
	Open      []Matter // of the team, now
	Settled   []Matter // closed in this shift
	Handovers []Handover
	Next      *Shift // the team's next one that is planned; nil when none
	Past      *Shift // the one before, when its hand-over waits for an answer
}

// Waiting is the hand-over that waits for an answer; nil when none does.
func (b *Book) Waiting() *Handover {
	for i := range b.Handovers {
		if b.Handovers[i].Verdict == Waiting {
			return &b.Handovers[i]
		}
	}
	return nil
}

// Read reads a shift with all that was written in it.
func (m *Room) Read(ctx context.Context, by people.Actor, id int64) (*Book, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	sc := scope(by)
	s, err := m.Store.Shift(ctx, sc, id)
	if err != nil {
		return nil, err
	}
	b := &Book{Shift: *s}
	entries, err := m.Store.Entries(ctx, sc, Search{Shift: id, Limit: mostEntries})
	if err != nil {
		return nil, err
	}
	b.Told = Tell(entries)
	matters, err := m.Store.Matters(ctx, sc, s)
	if err != nil {
		return nil, err
	}
	for _, one := range matters {
		switch {
		case one.Closed.IsZero():
			b.Open = append(b.Open, one)
		case one.ClosedIn == id:
			b.Settled = append(b.Settled, one)
		}
	}
	if b.Handovers, err = m.Store.Handovers(ctx, sc, id); err != nil {
		return nil, err
	}
	return b, m.beside(ctx, sc, b)
}

// mostEntries is how many entries of one shift are read.
const mostEntries = 5000

// beside finds the shift after this one, and the one before while it waits.
func (m *Room) beside(ctx context.Context, sc people.Scope, b *Book) error {
	next, err := m.Store.Shifts(ctx, sc, Query{Team: b.Team, Open: true, After: b.From, Limit: 1})
	if err != nil {
		return err
	}
	if len(next) > 0 {
		b.Next = &next[0]
	}
	open, err := m.Store.Shifts(ctx, sc, Query{Team: b.Team, Open: true, Limit: 20})
	if err != nil {
		return err
	}
	for i := range open {
		if open[i].From.Before(b.From) && open[i].State == Offered {
			b.Past = &open[i]
			return nil
		}
	}
	return nil
}

// Keeps reports whether somebody may write in the log of a shift: he is of its
// team, or on duty in it.
func (m *Room) Keeps(by people.Actor, s *Shift) bool {
	return by.Can(DeedWork) && (slices.Contains(by.Teams, s.Team) || s.Has(by.ID))
}

// shift reads one that somebody is about to write in.
func (m *Room) shift(ctx context.Context, by people.Actor, id int64) (*Shift, error) {
	if err := by.May(DeedWork); err != nil {
		return nil, err
	}
	s, err := m.Store.Shift(ctx, scope(by), id)
	if err != nil {
		return nil, err
	}
	if !m.Keeps(by, s) {
		return nil, fault.New(fault.Denied, "watch.not_your_team")
	}
	if s.State == Closed {
		return nil, fault.New(fault.Conflict, "watch.frozen")
	}
	return s, nil
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

// row is what the audit log keeps of a deed.
func row(by people.Actor, now time.Time, id int64, detail string) audit.Row {
	out := audit.By(by, now, DeedWork, "duty:"+strconv.FormatInt(id, 10))
	out.Detail = detail
	return out
}
