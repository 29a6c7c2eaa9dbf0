package change

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Feed is an address at which a program reads the calendar in a person's place.
// Only the hash of its secret is kept.
type Feed struct {
	ID      int64
	Person  people.ID
	Name    string // which program, which telephone
	Hash    string
	Made    time.Time
	Seen    time.Time // when it was read last, to the hour
	Revoked time.Time
	Blocked bool // its owner's account is
}

// FeedPrefix begins the secrets of feeds, by which a leaked one is recognised.
const FeedPrefix = "kfeed_"

// MostFeeds is how many a person has at a time.
const MostFeeds = 10

// The deeds in the audit log.
const (
	feedMade    = "schedule.feed"
	feedRevoked = "schedule.feed_revoke"
)

// longestFeed bounds the name of a feed.
const longestFeed = 60

// FeedStore keeps feeds.
type FeedStore interface {
	// Feeds lists those of a person that work, the latest first.
	Feeds(ctx context.Context, person people.ID) ([]Feed, error)
	// FeedOf finds one by the hash of its secret; Missing when there is none.
	FeedOf(ctx context.Context, hash string) (Feed, error)
	AddFeed(ctx context.Context, f *Feed, log audit.Row) error
	// EndFeed ends one of a person; Missing when he has none of that id.
	EndFeed(ctx context.Context, person people.ID, id int64, now time.Time, log audit.Row) error
	// SeeFeed notes when one was read.
	SeeFeed(ctx context.Context, id int64, now time.Time) error
}

// Feeds are the private addresses of the calendar.
type Feeds struct {
	Store FeedStore
	Now   func() time.Time
	// Actor is somebody as he is now: a feed shows what he may see when it is
	// read, never what he might when it was made.
	Actor func(ctx context.Context, id people.ID) (people.Actor, error)
}

// Mine lists the feeds of whoever asks.
func (l *Feeds) Mine(ctx context.Context, by people.Actor) ([]Feed, error) {
	if err := l.may(by); err != nil {
		return nil, err
	}
	return l.Store.Feeds(ctx, by.ID)
}

// may reports why somebody can have no feeds.
func (l *Feeds) may(by people.Actor) error {
	if by.ID == 0 {
		return fault.New(fault.Unknown, "trouble.401")
	}
	return by.May(ScheduleRead)
}

// Make makes a feed, with the secret of its address, which is told this once.
func (l *Feeds) Make(ctx context.Context, by people.Actor, name string) (*Feed, string, error) {
	if err := l.may(by); err != nil {
		return nil, "", err
	}
	if by.Token != 0 { // a token never gives away more than it was given
		return nil, "", fault.New(fault.Denied, "schedule.feed_by_token")
	}
	name = strings.Join(strings.Fields(name), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return nil, "", fault.At("name", "record.required")
	case n > longestFeed:
		return nil, "", fault.At("name", "record.too_long").With("max", longestFeed).With("length", n)
	}
	have, err := l.Store.Feeds(ctx, by.ID)
	if err != nil {
		return nil, "", err
	}
	if len(have) >= MostFeeds {
		return nil, "", fault.At("name", "schedule.too_many_feeds").With("n", MostFeeds)
	}
	shown := secret.Token(FeedPrefix)
	f := &Feed{Person: by.ID, Name: name, Hash: secret.Digest(shown), Made: l.Now()}
	return f, shown, l.Store.AddFeed(ctx, f, audit.By(by, f.Made, feedMade, "person:"+by.ID.String()))
}

// Revoke ends a feed of whoever asks.
func (l *Feeds) Revoke(ctx context.Context, by people.Actor, id int64) error {
	if err := l.may(by); err != nil {
		return err
	}
	now := l.Now()
	return l.Store.EndFeed(ctx, by.ID, id, now, audit.By(by, now, feedRevoked, "feed:"+strconv.FormatInt(id, 10)))
}

// Open finds the feed of a secret and whom it shows the calendar to, with his
// rights of now. What is revoked, of somebody who is gone, whose account is
// blocked or who may not read the calendar any more is Missing like a guess.
func (l *Feeds) Open(ctx context.Context, shown string) (f Feed, by people.Actor, _ error) {
	none := fault.New(fault.Missing, "trouble.missing")
	if !strings.HasPrefix(shown, FeedPrefix) || len(shown) > 100 {
		return f, by, none
	}
	f, err := l.Store.FeedOf(ctx, secret.Digest(shown))
	if fault.Is(err, fault.Missing) || err == nil && (!f.Revoked.IsZero() || f.Blocked) {
		return f, by, none
	}
	if err != nil {
		return f, by, err
	}
	by, err = l.Actor(ctx, f.Person)
	if len(fault.All(err)) > 0 || err == nil && !by.Can(ScheduleRead) {
		return f, by, none
	}
	if err != nil {
		return f, by, err
	}
	now := l.Now()
	if now.Sub(f.Seen) >= time.Hour {
		err = l.Store.SeeFeed(ctx, f.ID, now)
	}
	return f, by, err
}

// Sure reports how sure work is: whether it takes place, may, or does not.
func (p Planned) Sure() (takesPlace, certain bool) {
	switch {
	case p.Off || p.Head.State == Cancelled || p.Head.State == Rejected:
		return false, true
	case p.Notice != 0:
		return true, true
	}
	return true, !p.Anew && !slices.Contains(tentative, p.Head.State)
}
