package job

import (
	"context"
	"time"
)

// Reconsider takes up again the problems that were deferred until a day that
// has come.
func Reconsider(due func(context.Context) error) Duty {
	return Duty{Name: "reconsider", Every: 10 * time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) { return false, due(ctx) }}
}
