package job

import (
	"context"
	"time"
)

// Age marks the articles that have to be looked at: their day of review has
// come, or what they name has changed.
func Age(due func(context.Context) error) Duty {
	return Duty{Name: "age", Every: 10 * time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) { return false, due(ctx) }}
}
