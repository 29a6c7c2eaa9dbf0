package job

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Warner gives the warnings of one record's clocks; record.Desk does.
type Warner interface {
	Warn(ctx context.Context, by people.Actor, n record.Number) (given int, err error)
}

// Alarms finds the records of which a clock is due to warn.
type Alarms interface {
	Alarms(ctx context.Context, now time.Time, n int) ([]record.Alarm, error)
}

// Escalate gives each warning when it is due: at 50, 80 and 100 percent of a
// target unless the agreement says otherwise. What follows from one, who is
// told and who takes over, is the practice's and the notices' affair.
func Escalate(a Alarms, desks map[record.Kind]Warner) Duty {
	const most = 100
	return Duty{Name: "escalate", Every: 5 * time.Second, Run: func(ctx context.Context, now time.Time) (bool, error) {
		due, err := a.Alarms(ctx, now, most)
		if err != nil {
			return false, err
		}
		given := 0
		for _, w := range due {
			desk, ok := desks[w.Kind]
			if !ok {
				continue
			}
			n, err := desk.Warn(ctx, people.System(people.ViaJob), w.Number)
			if err != nil {
				return false, err
			}
			given += n
		}
		return len(due) == most && given > 0, nil
	}}
}
