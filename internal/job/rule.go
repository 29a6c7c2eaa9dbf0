package job

import (
	"context"
	"time"
)

// Rules considers the automation rules whose time has come: some hours after a
// deed, after so long in a state, every day.
func Rules(turn func(ctx context.Context, now time.Time) (more bool, err error)) Duty {
	return Duty{Name: "rules", Every: 20 * time.Second, Run: turn}
}
