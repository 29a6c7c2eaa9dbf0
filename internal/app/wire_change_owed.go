package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// mostOwed is how many emergency changes one turn looks at.
const mostOwed = 500

// owedDuty reminds of what is owed of emergency changes.
func (h *house) owedDuty() job.Duty {
	return job.Duty{Name: "emergencies", Every: 5 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		return false, h.remindEmergencies(ctx, now)
	}}
}

// remindEmergencies reminds of an emergency change that is not recorded or not
// documented yet: first whoever owes it, once half of the time has passed, and
// when all of it has, those above him.
func (h *house) remindEmergencies(ctx context.Context, now time.Time) error {
	where := query.All(query.Is("type", string(change.Emergency)), query.Is("state", string(change.Submitted), string(change.Implemented)))
	rows, err := h.db.Ledger().List(ctx, people.Everything(), record.Query{Kind: record.Changes, Where: where, Order: record.Oldest, Limit: mostOwed, Now: now})
	if err != nil {
		return err
	}
	policy := h.changePolicy().EmergencyPolicy
	var all error
	for i := range rows {
		c, err := h.db.Changes().Find(ctx, people.Everything(), rows[i].Number)
		if err != nil {
			all = errors.Join(all, err)
			continue
		}
		past, err := h.db.Ledger().Timeline(ctx, c.ID, false)
		if err != nil {
			all = errors.Join(all, err)
			continue
		}
		if o, owes := c.Owing(policy, past); owes {
			all = errors.Join(all, h.remindOwed(ctx, c, o, now))
		}
	}
	return all
}

func (h *house) remindOwed(ctx context.Context, c *change.Change, o change.Debt, now time.Time) error {
	what, late := notice.RecordOwed, notice.RecordLate
	who, above := h.holders("change_manager"), h.holders("director")
	if o.What == change.ToDocument {
		what, late = notice.DocumentOwed, notice.DocumentLate
		who, above = slices.DeleteFunc([]people.ID{c.Owner, c.Second}, func(id people.ID) bool { return id == 0 }), h.holders("change_manager")
		if len(who) == 0 {
			who = above
		}
	}
	if o.Near(now) {
		if err := h.nudge(ctx, about(what, c.ID, &c.Head, now), 0, c.Zone, who); err != nil {
			return err
		}
	}
	if o.Late(now) {
		return h.nudge(ctx, about(late, c.ID, &c.Head, now), 0, c.Zone, slices.Concat(above, who))
	}
	return nil
}
