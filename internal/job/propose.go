package job

import (
	"context"
	"time"
)

// Propose looks for problems behind the incidents of late.
func Propose(look func(context.Context) (more bool, err error)) Duty {
	return Duty{Name: "propose", Every: 15 * time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) { return look(ctx) }}
}
