package knowledge

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Shelf keeps what only this practice asks for.
type Shelf interface {
	// Latest is when an article last moved.
	Latest(ctx context.Context) (time.Time, error)
	// Moved lists the articles that have moved since a moment, with all that
	// readers see of them.
	Moved(ctx context.Context, since time.Time) ([]Article, error)
	// Aged lists what is in force and was not marked yet: its day of review has
	// come, or its item or service has changed since it was checked.
	Aged(ctx context.Context, now time.Time) ([]Aged, error)
	Tallies
}

// Tallies count what articles are good for.
type Tallies interface {
	// Note counts a use of an article.
	Note(ctx context.Context, n Note) error
	// Rate keeps what a person says of an article; he has one voice.
	Rate(ctx context.Context, r Rating) error
	// Ratings lists what was said of an article, the newest first, at most n.
	Ratings(ctx context.Context, article int64, n int) ([]Rating, error)
	// Used adds up the uses of what the scope covers, from a day on; of one
	// article when it is not 0.
	Used(ctx context.Context, scope people.Scope, article int64, from time.Time) ([]Used, error)
}

// Aged is an article that has to be looked at.
type Aged struct {
	Number record.Number
	Why    Stale
}

// Use is what an article was good for.
type Use string

// The uses.
const (
	Viewed    Use = "viewed"    // it was opened
	Applied   Use = "applied"   // it was applied to an incident
	Deflected Use = "deflected" // somebody who was about to report was helped, and did not
)

// Note is one use. A person is helped by an article once a day at most, however
// often he says so.
type Note struct {
	Article int64
	Use     Use
	By      people.ID
	Day     time.Time // midnight of the centre's day, in UTC
}

// Rating is what a reader says of an article.
type Rating struct {
	Article int64
	By      people.ID
	At      time.Time
	Helpful bool
	Reason  string // what is missing; needed when it did not help
}

// longestReason is that of a rating, in characters.
const longestReason = 500

// Read is an article for somebody who opens it; it counts as a view.
func (d *Desk) Read(ctx context.Context, by people.Actor, n record.Number) (*Article, error) {
	a, err := d.InForce(ctx, by, n)
	if err != nil {
		return nil, err
	}
	return a, d.note(ctx, by, a, Viewed)
}

// InForce reads an article that has an edition to read; others are Missing.
func (d *Desk) InForce(ctx context.Context, by people.Actor, n record.Number) (*Article, error) {
	a, err := d.Find(ctx, by, n)
	if err == nil && !a.InForce() {
		err = fault.New(fault.Missing, "record.no_such").With("ref", record.Ref(record.Knowledge, n))
	}
	return a, err
}

func (d *Desk) note(ctx context.Context, by people.Actor, a *Article, use Use) error {
	return d.Shelf.Note(ctx, Note{Article: a.ID, Use: use, By: by.ID, Day: day.Today(d.Now, d.Place)})
}

// Solved notes that an article has helped somebody who was about to report.
func (d *Desk) Solved(ctx context.Context, by people.Actor, n record.Number) (*Article, error) {
	if err := by.May("knowledge.rate"); err != nil {
		return nil, err
	}
	a, err := d.InForce(ctx, by, n)
	if err != nil {
		return nil, err
	}
	return a, d.note(ctx, by, a, Deflected)
}

// Applied notes that an article was applied to an incident; the handoff that
// links the two says so.
func (d *Desk) Applied(ctx context.Context, by people.Actor, a *Article) error {
	return d.note(ctx, by, a, Applied)
}

// Rate keeps whether an article was helpful. Who says no says what is missing.
func (d *Desk) Rate(ctx context.Context, by people.Actor, n record.Number, helpful bool, reason string) (*Article, error) {
	if err := by.May("knowledge.rate"); err != nil {
		return nil, err
	}
	a, err := d.InForce(ctx, by, n)
	if err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	switch length := utf8.RuneCountInString(reason); {
	case !helpful && reason == "":
		return nil, fault.At("reason", "knowledge.say_what_is_missing")
	case length > longestReason:
		return nil, fault.At("reason", "record.too_long").With("max", longestReason).With("length", length)
	case strings.ContainsRune(reason, 0) || !utf8.ValidString(reason):
		return nil, fault.At("reason", "record.not_text")
	}
	return a, d.Shelf.Rate(ctx, Rating{Article: a.ID, By: by.ID, At: d.Now().UTC(), Helpful: helpful, Reason: reason})
}

// forReaders leaves of an article's files those that came with an edition: not
// what was noted among colleagues, nor what waits for its review.
func (a *Article) forReaders(files []record.Attachment) []record.Attachment {
	var out []record.Attachment
	for _, f := range files {
		if f.Public && !f.At.After(a.Published) {
			out = append(out, f)
		}
	}
	return out
}
