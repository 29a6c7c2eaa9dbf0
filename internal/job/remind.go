package job

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Reminder knows the major incidents of which an update is late.
type Reminder interface {
	LateUpdates(ctx context.Context, now time.Time) ([]record.Number, error)
	Remind(ctx context.Context, by people.Actor, n record.Number) error
}

// Remind asks for the updates of major incidents that are late, each once.
func Remind(r Reminder) Duty {
	return Duty{Name: "remind", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		late, err := r.LateUpdates(ctx, now)
		if err != nil {
			return false, err
		}
		for _, n := range late {
			if err := r.Remind(ctx, people.System(people.ViaJob), n); err != nil {
				return false, err
			}
		}
		return false, nil
	}}
}
