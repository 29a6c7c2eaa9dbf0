package app

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"kilter/internal/api"
	"kilter/internal/job"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/rule"
	"kilter/internal/store"
)

// keepUnclaimed is how long a file is kept that was brought and then attached
// to nothing: a draft may still be sent.
const keepUnclaimed = 30 * 24 * time.Hour

// keepVersions is how many versions of the graph of items a node may lag
// behind and still read only what changed.
const keepVersions = 10_000

// duties starts what runs beside the requests; the function it returns waits
// for its end.
func (h *house) duties(ctx context.Context) (wait func() error, err error) {
	out, err := h.outDuties(ctx)
	if err != nil {
		return nil, err
	}
	r := &job.Runner{
		Node: "node-" + rand.Text()[:8], Lead: h.db, Log: h.env.Log, Now: Now, Ran: h.metrics.duty,
		Duties: append(slices.Concat(h.identityDuties(), out, h.surveyDuties()),
			job.Duty{Name: "settings", Every: time.Second, Node: true, Run: func(ctx context.Context, _ time.Time) (bool, error) { return false, h.refresh(ctx) }},
			h.live.Duty(),
			h.fold(),
			h.rest(),
			job.Relay(h.db, handoff.Desks{Incidents: h.incidents, Contacts: h.contacts, Problems: h.problems, Requests: h.requests, Changes: h.changes, Together: h.db.Together}.Carry, h.rules.Carry, notice.Post{City: h.audience(), Store: h.db.Notices()}.Carry),
			job.Escalate(h.db, map[record.Kind]job.Warner{record.Incident: h.incidents}),
			job.Remind(h.incidents),
			job.Reconsider(func(ctx context.Context) error {
				return errors.Join(h.problems.Reconsider(ctx), h.problems.Remind(ctx), h.releases.Support(ctx))
			}),
			job.Age(h.articles.Age),
			job.Propose(h.problems.Propose),
			job.Confirm(h.requests, func(now time.Time, days int) (time.Time, bool) { return h.business(now, -days) }, request.SilentDays),
			job.Tend(h.db.Approvals(), map[record.Kind]job.Tended{record.Request: h.requests, record.Changes: h.changes, record.Knowledge: h.articles}),
			h.gradeDuty(),
			h.operationDuty(),
			h.dutyDuty(),
			h.unkeptDuty(),
			h.owedDuty(),
			h.announceDuty(),
			h.evidenceDuty(),
			h.promiseDuty(),
			h.teamPromiseDuty(),
			h.riskDuty(), h.handbookDuty(),
			h.reviewDuty(),
			job.Watch(h.watch().Look),
			job.Rules(h.rules.Turn),
			job.Duty{Name: "files", Every: time.Hour, Run: func(ctx context.Context, now time.Time) (bool, error) {
				_, err := h.db.Files().Sweep(ctx, now.Add(-keepUnclaimed))
				return false, err
			}},
			job.Duty{Name: "trim", Every: time.Hour, Run: func(ctx context.Context, now time.Time) (bool, error) {
				return false, errors.Join(h.db.TrimFeed(ctx, now.Add(-24*time.Hour)), h.db.Answers().TrimAnswers(ctx, now.Add(-api.KeepAnswers)), h.db.TrimGraph(ctx, keepVersions), h.db.Rules().Trim(ctx, now.Add(-rule.KeepMissed), now.Add(-rule.KeepRuns)))
			}},
		),
	}
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	return func() error { return <-ended }, nil
}

// fold adds what was counted since up in the counters, so that a dashboard has
// few rows to add up itself.
func (h *house) fold() job.Duty {
	return job.Duty{Name: "fold", Every: 2 * time.Second, Run: func(ctx context.Context, _ time.Time) (bool, error) {
		n, err := h.db.Fold(ctx)
		return n >= store.MostFolded, err
	}}
}
