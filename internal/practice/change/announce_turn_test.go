package change

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/flow"
)

// turning notes what is kept and dropped of turns.
type turning struct {
	TurnStore
	did string
}

func (s *turning) KeepTurn(_ context.Context, t *Turn) error {
	s.did = fmt.Sprintf("keep %d %s", t.ID, t.Outlook)
	return nil
}

func (s *turning) DropTurn(_ context.Context, id int64) error {
	s.did = fmt.Sprintf("drop %d", id)
	return nil
}

func TestAnEventIsToldOnceWhenItHasSettled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	day := func(n int) Span { return Span{now.AddDate(0, 0, n), now.AddDate(0, 0, n).Add(time.Hour)} }
	told := func(o Outlook, s Span) Turn { return Turn{ID: 1, Outlook: o, Span: s, Done: true} }
	waits := func(o Outlook, s Span) Turn { return Turn{ID: 2, Outlook: o, Span: s} }
	for name, one := range map[string]struct {
		outlook Outlook
		is      Span
		before  []Turn
		want    string
	}{
		"as told":                       {AsTold, day(0), nil, ""},
		"moved":                         {Moved, day(1), nil, "keep 0 moved"},
		"noted already":                 {Moved, day(1), []Turn{waits(Moved, day(1))}, ""},
		"moved on before it was told":   {Moved, day(2), []Turn{waits(Moved, day(1))}, "keep 2 moved"},
		"back before it was told":       {AsTold, day(0), []Turn{waits(Moved, day(1))}, "drop 2"},
		"told already":                  {Moved, day(1), []Turn{told(Moved, day(1))}, ""},
		"moved again":                   {Moved, day(2), []Turn{told(Moved, day(1))}, "keep 0 moved"},
		"back after it was told":        {AsTold, day(0), []Turn{told(Moved, day(1))}, "keep 0 stands"},
		"called off after it was moved": {Scrapped, day(1), []Turn{told(Moved, day(1)), waits(Reopened, Span{})}, "keep 2 off"},
		"moved there as was told":       {Moved, day(1), []Turn{told(Moved, day(1)), waits(Reopened, Span{})}, "drop 2"},
	} {
		var s turning
		l := &Announcements{Turned: &s, Now: func() time.Time { return now }}
		a := &Coming{Announcement: Announcement{ID: 7, Span: day(0)}, Outlook: one.outlook, Is: one.is}
		if err := l.turned(t.Context(), a, one.before); err != nil || s.did != one.want {
			t.Errorf("%s: %q, want %q; %v", name, s.did, one.want, err)
		}
	}
}

func TestWhatBecameOfAnAnnouncement(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	was, other := Span{now, now.Add(time.Hour)}, Span{now.Add(time.Hour), now.Add(2 * time.Hour)}
	a := &Announcement{Span: was}
	for _, one := range []struct {
		a     *Announcement
		state string
		is    Span
		want  Outlook
	}{
		{a, "scheduled", was, AsTold},
		{a, "implementing", was, AsTold},
		{a, "scheduled", other, Moved},
		{a, "assessing", was, Reopened},
		{a, "assessing", other, Reopened},
		{a, "authorised", other, Reopened},
		{a, "authorised", was, AsTold},
		{a, "cancelled", was, Scrapped},
		{a, "rejected", other, Scrapped},
		{&Announcement{Span: was, Withdrawn: now}, "scheduled", was, Scrapped},
	} {
		if got := one.a.Outlook(flow.State(one.state), one.is); got != one.want {
			t.Errorf("%s at %v is %q, want %q", one.state, one.is, got, one.want)
		}
	}
}
