package app

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
)

// unkeptDuty looks again at what is scheduled, as freezes, windows and notices
// come and go.
func (h *house) unkeptDuty() job.Duty {
	return job.Duty{Name: "unkept", Every: 5 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) { return false, h.tellUnkept(ctx, now) }}
}

// tellUnkept tells the change managers and whoever carries a change out that its
// time is free no more: once for each time and what is against it.
func (h *house) tellUnkept(ctx context.Context, now time.Time) error {
	by := people.System(people.ViaJob)
	all, err := h.planning.Unkept(ctx, by, now)
	if err != nil {
		return err
	}
	managers := h.holders("change_manager")
	for _, u := range all {
		head := u.Change.Head
		who := append([]people.ID{head.Owner}, managers...)
		for _, m := range u.Meets {
			n := about(notice.ChangeUnkept, unkeptMark(u, m), &head, now)
			n.Place += "/plan"
			if err := h.nudge(ctx, n, head.Team, head.Zone, who); err != nil {
				return err
			}
		}
	}
	return nil
}

// unkeptMark tells one meeting of a change from another, as long as neither's
// time moves.
func unkeptMark(u handoff.Unkept, m handoff.Meeting) int64 {
	mark := fnv.New64a()
	var other int64
	if m.With != nil {
		other = m.With.Notice
	}
	fmt.Fprintf(mark, "%d %s %d %s %d %d", u.Change.Head.ID, m.Kind, other, m.Rule.Both(), m.Span.From.Unix(), m.Span.Until.Unix())
	return int64(mark.Sum64() >> 1)
}

// drifts are the unauthorised changes.
func (h *house) drifts() *change.Drifts {
	return &change.Drifts{Store: h.db.ChangeDrifts(), Desk: h.changes, Now: Now}
}
