package app

import (
	"context"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/report/director"
	"kilter/internal/web"
	pages "kilter/internal/web/director"
)

// mostWaiting bounds the records on which a consent is asked for.
const mostWaiting = 50

// director makes the director's page.
func (h *house) director() *director.Maker {
	return &director.Maker{
		Boards: h.db.Boards(), Live: h.incidents.Flow.LiveStates(), Ledger: h.db.Ledger(), Shelf: h.db.Promises(), Settings: h.settings.All,
		Reports: h.satisfaction(), Waves: h.surveys, Assessments: h.assessments(), Readiness: h.readiness(), Programmes: h.programmes(), Risks: h.risks,
		Waiting: func(ctx context.Context, by people.Actor) ([]record.Row, error) {
			return h.db.Approvals().Waiting(ctx, by.Scope, []people.ID{by.ID}, mostWaiting)
		},
		More: h.reviewDecisions, Place: h.place, Now: Now,
	}
}

// promises counts what was kept in time.
func (h *house) promises() *director.Counter {
	return &director.Counter{Shelf: h.db.Promises(), Place: h.place}
}

// promiseDuty counts it each night, once it is known of every clock under which
// agreement it ran.
func (h *house) promiseDuty() job.Duty {
	return job.Duty{Name: "promises", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		if n, err := h.db.PlaceClocks(ctx, h.directory.View().Book); err != nil || n > 0 {
			return true, err
		}
		hour := now.In(h.place()).Hour()
		return false, h.promises().Nightly(ctx, now, hour >= nightFrom && hour < nightTo)
	}}
}

// directorPages is that page.
func (h *house) directorPages() web.Room {
	return (&pages.Pages{Read: h.director().Read, Demo: h.inDemo}).Room()
}
