package job

import (
	"context"
	"time"

	"kilter/internal/practice/audit"
)

// Heads knows which head of the audit chain is to be carried out of the
// database's reach, and keeps that it was; audit.Log does.
type Heads interface {
	Due(ctx context.Context, target string) (h audit.Head, ok bool, err error)
	Carried(ctx context.Context, target string, h audit.Head) error
}

// Head carries the head of the chain to one target, once a day; what fails is
// tried again every few minutes.
func Head(log Heads, target string, carry func(context.Context, audit.Head) error) Duty {
	return Duty{Name: "head", Every: 5 * time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) {
		h, ok, err := log.Due(ctx, target)
		if err != nil || !ok {
			return false, err
		}
		if err := carry(ctx, h); err != nil {
			return false, err
		}
		return false, log.Carried(ctx, target, h)
	}}
}
