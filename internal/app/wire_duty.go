package app

import (
	"context"
	"errors"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/duty"
)

// duty is the room of the duty log, with the city around it.
func (h *house) duty() *duty.Room {
	return &duty.Room{
		Store: h.db.Duty(), Settings: h.settings.All, Ledger: h.db.Ledger(), Operations: h.db.Operations(), Now: Now,
		Find: h.itemsOf,
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
