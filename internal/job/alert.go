package job

import (
	"context"
	"time"
)

// Watch looks whether saved views show more than they should and tells their
// readers, each crossing once.
func Watch(look func(ctx context.Context, now time.Time) error) Duty {
	return Duty{Name: "views", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		return false, look(ctx, now)
	}}
}
