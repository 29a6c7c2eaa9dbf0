package change

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
)

// Outlook is what became of that of which an announcement tells.
type Outlook string

// The outlooks.
const (
	AsTold   Outlook = "stands" // it takes place as it was told
	Reopened Outlook = "open"   // its date is open again
	Moved    Outlook = "moved"  // it takes place at another time
	Scrapped Outlook = "off"    // it does not take place
)

// Outlook judges it by how the change stands now.
func (a *Announcement) Outlook(state flow.State, now Span) Outlook {
	same := a.Span.Same(now)
	switch {
	case !a.Withdrawn.IsZero() || slices.Contains(DroppedStates, state):
		return Scrapped
	case Anew(state), !same && (now.From.IsZero() || state == Authorised):
		return Reopened
	case !same:
		return Moved
	}
	return AsTold
}

// Turn is one more thing told to the readers of an announcement: what it tells of
// has become another.
type Turn struct {
	ID           int64
	Announcement int64
	Nth          int // of the announcement, from 1
	Outlook      Outlook
	Span         Span // when it takes place now, if that is known
	At           time.Time
	Telling      people.ID // up to whom it was told
	Done         bool      // to all
	Told         int       // persons
}

// waits reports whether nobody was told of it yet.
func (t *Turn) waits() bool { return t.Telling == 0 && !t.Done }

// settles is how long a turn must hold before anybody is told: who moves a change
// about in the plan writes one mail.
const settles = 5 * time.Minute

// TurnsWanted asks for the turns of one announcement, of those of a change, or
// else of all that are not over at a moment.
type TurnsWanted struct {
	Announcement int64
	Change       int64
	At           time.Time
}

// TurnStore keeps the turns of announcements.
type TurnStore interface {
	// Turns lists turns by their announcements, the earliest first.
	Turns(ctx context.Context, w TurnsWanted) ([]Turn, error)
	// KeepTurn adds one when its ID is 0, and ends the telling of those before; else
	// it replaces one of which nobody was told yet.
	KeepTurn(ctx context.Context, t *Turn) error
	// DropTurn takes one back of which nobody was told yet.
	DropTurn(ctx context.Context, id int64) error
	// TurnReaders lists who was told of an announcement, and of no later one of the
	// same change, behind a person.
	TurnReaders(ctx context.Context, announcement int64, behind people.ID) ([]people.ID, error)
	// TurnedUpTo keeps that readers up to a person were told of one, and how many more.
	TurnedUpTo(ctx context.Context, id int64, who people.ID, more int) error
	// TurnedAll keeps that all were.
	TurnedAll(ctx context.Context, id int64) error
}

// Turn tells whom an announcement was told what became of it: that the date is
// open again, that it was moved or called off, or that it takes place after all;
// each once, some at a time, going on where it was interrupted.
func (l *Announcements) Turn(ctx context.Context) error {
	coming, turns, err := l.turns(ctx)
	if err != nil {
		return err
	}
	for i := range coming {
		if err := l.turned(ctx, &coming[i], turns[coming[i].ID]); err != nil {
			return err
		}
	}
	if coming, turns, err = l.turns(ctx); err != nil {
		return err
	}
	for i := range coming {
		for _, t := range turns[coming[i].ID] {
			if t.Done || l.Now().Before(t.At.Add(settles)) {
				continue
			}
			if err := l.tellTurn(ctx, &coming[i], &t); err != nil {
				return err
			}
		}
	}
	return nil
}

// turns reads what was announced and is not over, and what was told of it since.
func (l *Announcements) turns(ctx context.Context) ([]Coming, map[int64][]Turn, error) {
	coming, err := l.Store.Announced(ctx, ComingWanted{At: l.Now(), Limit: everyComing})
	if err != nil {
		return nil, nil, err
	}
	all, err := l.Turned.Turns(ctx, TurnsWanted{At: l.Now()})
	if err != nil {
		return nil, nil, err
	}
	of := map[int64][]Turn{}
	for _, t := range all {
		of[t.Announcement] = append(of[t.Announcement], t)
	}
	return coming, of, nil
}

// turned notes what became of an announcement since its readers were told last.
func (l *Announcements) turned(ctx context.Context, a *Coming, before []Turn) error {
	is := Turn{Announcement: a.ID, Nth: len(before) + 1, Outlook: a.Outlook, At: l.Now()}
	if a.Outlook == Moved {
		is.Span = a.Is
	}
	known, waits := Turn{Outlook: AsTold}, (*Turn)(nil)
	for i := range before {
		if t := &before[i]; t.waits() {
			waits = t
		} else {
			known, waits = *t, nil
		}
	}
	switch {
	case is.says(&known) && waits != nil:
		return l.Turned.DropTurn(ctx, waits.ID)
	case is.says(&known) || waits != nil && is.says(waits):
		return nil
	case waits != nil:
		is.ID, is.Nth = waits.ID, waits.Nth
	}
	return l.Turned.KeepTurn(ctx, &is)
}

// says reports whether a turn tells what another does.
func (t *Turn) says(other *Turn) bool { return t.Outlook == other.Outlook && t.Span.Same(other.Span) }

// tellTurn tells the readers of an announcement of a turn.
func (l *Announcements) tellTurn(ctx context.Context, a *Coming, t *Turn) error {
	readers, err := l.Turned.TurnReaders(ctx, a.ID, t.Telling)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(readers, tellAtOnce) {
		if err := l.Together(ctx, func(ctx context.Context) error {
			told := 0
			for _, who := range some {
				does, err := l.TellTurn(ctx, a, t, who)
				if err != nil {
					return err
				}
				if does {
					told++
				}
			}
			return l.Turned.TurnedUpTo(ctx, t.ID, some[len(some)-1], told)
		}); err != nil {
			return err
		}
	}
	return l.Turned.TurnedAll(ctx, t.ID)
}

// TurnHolds reports whether what a reader is told of an announcement at a moment
// is still what there is to tell of it, and whether he is cleared for the network
// in which the change lies now.
func (l *Announcements) TurnHolds(ctx context.Context, by people.Actor, announcement int64, of Outlook, at time.Time) (bool, error) {
	a, err := l.coming(ctx, by, announcement)
	if err != nil || a == nil {
		return false, err
	}
	all, err := l.Turned.Turns(ctx, TurnsWanted{Announcement: a.ID})
	if err != nil || len(all) == 0 {
		return false, err
	}
	last := all[len(all)-1]
	return a.Outlook == of && last.Outlook == of && last.At.Equal(at) && (of != Moved || last.Span.Same(a.Is)), nil
}
