package job

import (
	"context"
	"time"
)

// Mailer sends the mail that is due.
type Mailer interface {
	Turn(ctx context.Context, now time.Time) (more bool, err error)
}

// Mail sends what is due. Only the leader does, so that no letter goes twice.
func Mail(m Mailer) Duty {
	return Duty{Name: "mail", Every: 5 * time.Second, Run: m.Turn}
}
