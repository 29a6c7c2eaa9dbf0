package change

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Send tells everybody of the departments: on their pages of the portal, by the
// bell of staff, and by mail as each of them wants it. The ledger of mail keeps
// who was told when. Whoever sends says which version he read.
func (l *Announcements) Send(ctx context.Context, by people.Actor, n record.Number, id, version int64) (*Announcement, error) {
	c, a, err := l.draft(ctx, by, n, id, version)
	if err != nil {
		return nil, err
	}
	if version == 0 {
		return nil, fault.At("row_version", "record.required")
	}
	if err := Announceable(c); err != nil {
		return nil, err
	}
	if err := l.check(by, a); err != nil {
		return nil, err
	}
	if err := l.seldom(ctx, c); err != nil {
		return nil, err
	}
	readers, err := l.Readers(ctx, a.Departments, c.Zone)
	if err != nil {
		return nil, err
	}
	a.Span, a.Zone, a.Sent, a.SentBy, a.Told = c.Window(), c.Zone, l.Now(), by.ID, len(readers)
	if err := l.Together(ctx, func(ctx context.Context) error {
		if err := l.keep(ctx, by, c, a, "send"); err != nil {
			return err
		}
		return l.Store.ToldUpTo(ctx, a.ID, 0)
	}); err != nil {
		return nil, err
	}
	_ = l.tell(ctx, a, readers, 0) // it is sent, and stands on the portal: whom this did not reach, Resume tells
	return a, nil
}

// tellAtOnce is how many are told in one transaction.
const tellAtOnce = 100

// tell tells the readers behind a person, some at a time; how far it came is kept
// with each, so that it goes on there. Telling somebody twice tells him once.
func (l *Announcements) tell(ctx context.Context, a *Announcement, readers []people.ID, behind people.ID) error {
	slices.Sort(readers)
	at, found := slices.BinarySearch(readers, behind)
	if found {
		at++
	}
	for some := range slices.Chunk(readers[at:], tellAtOnce) {
		if err := l.Together(ctx, func(ctx context.Context) error {
			for _, who := range some {
				if err := l.Tell(ctx, a, who); err != nil {
					return err
				}
			}
			return l.Store.ToldUpTo(ctx, a.ID, some[len(some)-1])
		}); err != nil {
			return err
		}
	}
	return l.Store.ToldAll(ctx, a.ID)
}

// Resume tells those who were not told yet of what was sent, because telling them
// was interrupted. Of what was withdrawn meanwhile nobody is told any more.
func (l *Announcements) Resume(ctx context.Context) error {
	all, err := l.Store.Telling(ctx)
	if err != nil {
		return err
	}
	for id, behind := range all {
		a, err := l.Store.Announcement(ctx, id)
		if err != nil {
			return err
		}
		var readers []people.ID
		if a.Withdrawn.IsZero() {
			if readers, err = l.Readers(ctx, a.Departments, a.Zone); err != nil {
				return err
			}
		}
		if err := l.tell(ctx, a, readers, behind); err != nil {
			return err
		}
	}
	return nil
}

// seldom refuses to write to people about one change again and again.
func (l *Announcements) seldom(ctx context.Context, c *Change) error {
	all, err := l.Store.Announcements(ctx, c.ID)
	if err != nil {
		return err
	}
	n, since := 0, l.Now().AddDate(0, 0, -1)
	for i := range all {
		if all[i].Sent.After(since) {
			n++
		}
	}
	if n >= mostSendings {
		return fault.New(fault.TooMuch, "change.announce.too_often").With("n", mostSendings)
	}
	return nil
}

// Withdraw says that what was told does not take place; of a draft, that it is
// not wanted.
func (l *Announcements) Withdraw(ctx context.Context, by people.Actor, n record.Number, id int64) (*Announcement, error) {
	c, a, err := l.open(ctx, by, n, id)
	if err != nil {
		return nil, err
	}
	if !a.Withdrawn.IsZero() {
		return a, nil
	}
	a.Withdrawn = l.Now()
	return a, l.keep(ctx, by, c, a, "withdraw")
}
