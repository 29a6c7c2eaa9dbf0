package director

import (
	"context"
	"time"

	"kilter/internal/practice/people"
)

// Promises are promises to resolve that ended in a month, by service and agreement.
type Promises struct {
	Month       time.Time // its first day, UTC
	Service     int64
	Agreement   int64 // that they were made under; 0: none, another tool's own, or it was not kept
	Met, Missed int
}

// Span is a month, and when it begins and ends where the centre is.
type Span struct {
	Month       time.Time // its first day, UTC
	From, Until time.Time
}

// Shelf keeps what is counted each night of the promises of each month.
type Shelf interface {
	// Count counts the incidents whose clock to resolve stopped in each month, and
	// keeps that in the place of what was counted before.
	Count(ctx context.Context, months []Span, now time.Time) error
	// Counted is when it was counted last, zero for never.
	Counted(ctx context.Context) (time.Time, error)
	// Promises reads the months from one on, of what a scope reaches.
	Promises(ctx context.Context, scope people.Scope, since time.Time) ([]Promises, error)
}

// Counter counts what was kept in time.
type Counter struct {
	Shelf Shelf
	Place func() *time.Location // where months begin
}

// Months is how many months are counted: as many as a year is compared with
// another.
const Months = 24

// Nightly counts unless it was counted in the last hours. By day only what was
// never counted is.
func (c *Counter) Nightly(ctx context.Context, now time.Time, night bool) error {
	last, err := c.Shelf.Counted(ctx)
	const hours = 20 * time.Hour
	if err != nil || now.Sub(last) < hours || !night && !last.IsZero() {
		return err
	}
	return c.Count(ctx, now)
}

// Count counts now.
func (c *Counter) Count(ctx context.Context, now time.Time) error {
	var all []Span
	for i := 1 - Months; i <= 0; i++ {
		all = append(all, spanOf(now, i, c.Place()))
	}
	return c.Shelf.Count(ctx, all, now)
}

// spanOf is the month some months after the one of a moment.
func spanOf(t time.Time, more int, place *time.Location) Span {
	t = t.In(place)
	from := time.Date(t.Year(), t.Month()+time.Month(more), 1, 0, 0, 0, 0, place)
	return Span{Month: time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC), From: from, Until: from.AddDate(0, 1, 0)}
}
