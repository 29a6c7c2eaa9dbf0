package release

import (
	"context"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Spare is a kind of hardware in the definitive hardware store: what stands
// ready, of the very model that is in operation, to be put in.
type Spare struct {
	ID      int64
	Name    string
	Model   string
	Place   string // which store, which shelf
	Zone    people.ZoneID
	Least   int // fewer than these and somebody has to order
	Pieces  int // that are there now
	Changed int64
}

// Short reports whether fewer are there than should be.
func (s Spare) Short() bool { return s.Pieces < s.Least }

// Movement is how pieces came in or went out.
type Movement struct {
	ID     int64
	Spare  int64
	Pieces int // below 0: out
	Why    string
	Ref    string // of the record they went out for; "" when for none
	By     people.ID
	At     time.Time
}

// Bounds of the stock.
const mostPieces = 1_000_000

// Spares lists the stock.
func (l *Library) Spares(ctx context.Context, by people.Actor) ([]Spare, error) {
	if err := by.May(LibraryRead); err != nil {
		return nil, err
	}
	return l.Store.Spares(ctx, by.Scope, 0)
}

// Spare reads one with its movements, the newest first.
func (l *Library) Spare(ctx context.Context, by people.Actor, id int64) (*Spare, []Movement, error) {
	if err := by.May(LibraryRead); err != nil {
		return nil, nil, err
	}
	s, err := l.spare(ctx, by, id)
	if err != nil {
		return nil, nil, err
	}
	moves, err := l.Store.Movements(ctx, id)
	return s, moves, err
}

func (l *Library) spare(ctx context.Context, by people.Actor, id int64) (*Spare, error) {
	held, err := l.Store.Spares(ctx, by.Scope, id)
	if err != nil {
		return nil, err
	}
	if id == 0 || len(held) == 0 {
		return nil, fault.New(fault.Missing, "release.no_such_spare")
	}
	return &held[0], nil
}

// Shelve adds a kind of hardware, or changes what is said of one. How many are
// there only movements change.
func (l *Library) Shelve(ctx context.Context, by people.Actor, s Spare) (*Spare, error) {
	if err := by.May(LibraryStock); err != nil {
		return nil, err
	}
	pieces := 0
	if s.ID != 0 {
		held, err := l.spare(ctx, by, s.ID)
		if err != nil {
			return nil, err
		}
		pieces = held.Pieces
	}
	var many fault.Many
	for _, f := range []struct {
		name string
		text *string
	}{{"name", &s.Name}, {"model", &s.Model}, {"place", &s.Place}} {
		*f.text = strings.Join(strings.Fields(*f.text), " ")
		checkName(&many, f.name, *f.text)
	}
	if s.Least < 0 || s.Least > mostPieces {
		many = append(many, fault.At("least", "record.out_of_range").With("low", 0).With("high", mostPieces))
	}
	if err := many.Add(l.zone(by, s.Zone)); err != nil {
		return nil, err
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	s.Pieces = pieces
	return &s, l.Store.KeepSpare(ctx, &s, row(by, l.now(), LibraryStock, "spare", s.ID))
}

// Shift moves pieces in or out, and says why.
func (l *Library) Shift(ctx context.Context, by people.Actor, m Movement) (*Movement, error) {
	if err := by.May(LibraryStock); err != nil {
		return nil, err
	}
	if _, err := l.spare(ctx, by, m.Spare); err != nil {
		return nil, err
	}
	var many fault.Many
	if m.Pieces == 0 || m.Pieces > mostPieces || m.Pieces < -mostPieces {
		many = append(many, fault.At("pieces", "release.no_pieces").With("high", mostPieces))
	}
	m.Why, m.Ref = strings.TrimSpace(m.Why), strings.ToUpper(strings.TrimSpace(m.Ref))
	checkNote(&many, "why", m.Why, true)
	if m.Ref != "" {
		if _, _, err := record.ParseRef(m.Ref); err != nil {
			many = append(many, fault.At("ref", "record.no_such").With("ref", m.Ref))
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	m.By, m.At = by.ID, l.now()
	return &m, l.Store.Shift(ctx, &m, row(by, m.At, LibraryStock, "spare", m.Spare))
}
