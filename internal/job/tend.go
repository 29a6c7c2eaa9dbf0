package job

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// Tended is a desk on whose records decisions are asked for.
type Tended interface {
	Tend(ctx context.Context, n record.Number) error
}

// Tend reminds those who were asked to decide and have not, and ends what
// nobody decided in time.
func Tend(all record.Approvals, desks map[record.Kind]Tended) Duty {
	const most = 100
	return Duty{Name: "tend", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		due, err := all.Due(ctx, now, most)
		if err != nil {
			return false, err
		}
		for _, p := range due {
			desk := desks[p.Kind]
			if desk == nil {
				continue
			}
			if err := desk.Tend(ctx, p.Number); err != nil && !fault.Is(err, fault.Conflict) {
				return false, err
			}
		}
		return len(due) == most, nil
	}}
}

// Content confirms what was fulfilled and nobody objected to.
type Content interface {
	Confirm(ctx context.Context, before time.Time) error
}

// Confirm closes fulfilled requests after so many working days of silence; ago
// goes back that many from a moment, false when the calendar cannot say.
func Confirm(c Content, ago func(now time.Time, days int) (time.Time, bool), days int) Duty {
	return Duty{Name: "confirm", Every: 5 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		before, ok := ago(now, days)
		if !ok {
			return false, nil
		}
		return false, c.Confirm(ctx, before)
	}}
}
