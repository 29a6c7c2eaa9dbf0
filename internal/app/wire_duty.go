package app

import (
	"context"
	"errors"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/job"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
)

// duty is the room of the duty log, with the city around it.
func (h *house) duty() *duty.Room {
	return &duty.Room{
		Store: h.db.Duty(), Settings: h.settings.All, Ledger: h.db.Ledger(), Operations: h.db.Operations(), Now: Now,
		Item: func(ctx context.Context, scope people.Scope, code string) (string, error) {
			ids, err := h.db.Items().Coded(ctx, code)
			if err != nil {
				return "", err
			}
			found, err := h.db.Items().Find(ctx, scope, ids[code])
			if err == nil && len(found) == 0 {
				err = fault.New(fault.Missing, "watch.no_such_ref")
			}
			if err != nil {
				return "", err
			}
			return found[0].Name.Both(), nil
		},
	}
}

// dutyDuty makes the shifts of the teams' duty calendars, and reminds of what is
// not handed over.
func (h *house) dutyDuty() job.Duty {
	room := h.duty()
	return job.Duty{Name: "duty", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		return false, errors.Join(room.Make(ctx, now), h.remindWatch(ctx, now))
	}}
}
