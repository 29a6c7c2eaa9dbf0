package change

import (
	"context"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// board keeps what was announced of one change.
type board []Announcement

func (b board) Announcements(context.Context, int64) ([]Announcement, error) { return b, nil }

func (board) Announcement(context.Context, int64) (*Announcement, error) { return nil, nil }

func (board) Announced(context.Context, ComingWanted) ([]Coming, error) { return nil, nil }

func (board) KeepAnnouncement(context.Context, *Announcement, audit.Row) error { return nil }

func (board) Telling(context.Context) (map[int64]people.ID, error) { return nil, nil }

func (board) ToldUpTo(context.Context, int64, people.ID) error { return nil }

func (board) ToldAll(context.Context, int64) error { return nil }

func TestPeopleAreNotWrittenToAgainAndAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	var sent board
	for n := range mostSendings {
		sent = append(sent, Announcement{Sent: now.Add(-time.Duration(n) * time.Hour), Withdrawn: now})
	}
	drafts := append(board{{}, {}}, sent[1:]...)
	for name, c := range map[string]struct {
		all  board
		at   time.Time
		full bool
	}{
		"drafts count for nothing": {drafts, now, false},
		"withdrawn ones were sent": {sent, now, true},
		"a day later":              {sent, now.AddDate(0, 0, 1), false},
	} {
		l := &Announcements{Store: c.all, Now: func() time.Time { return c.at }}
		if err := l.seldom(t.Context(), &Change{}); fault.Is(err, fault.TooMuch) != c.full {
			t.Errorf("%s: %v", name, err)
		}
	}
}
