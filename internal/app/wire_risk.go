package app

import (
	"context"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
)

// wireRisks makes the desk of the risk register.
func (h *house) wireRisks() {
	inner := record.Desk[*risk.Risk]{Store: h.db.Risks(), Now: Now, Own: h.own(record.Risk), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = h.directory.Refers
	h.risks = risk.NewDesk(inner, h.db.RiskShelf())
	h.risks.Scale = func() risk.Scale {
		scale, err := risk.ScaleOf(h.settings.All())
		if err != nil {
			h.env.Log.Error("the scale of risks cannot be read; the standard one holds", "err", err)
			return risk.StandardScale()
		}
		return scale
	}
}

// riskEntries enters risks that changes bring with them.
func (h *house) riskEntries() handoff.RiskEntries {
	return handoff.RiskEntries{Risks: h.risks, Ledger: h.db.Ledger(), Together: h.db.Together}
}

// What one turn of reminders looks at.
const (
	mostReviewed = 200
	reviewedDays = 30
)

// riskDuty reminds whoever answers for a risk of its day of review.
func (h *house) riskDuty() job.Duty {
	return job.Duty{Name: "risks", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) { return false, h.remindRisks(ctx, now) }}
}

// remindRisks tells the owner, where there is none who leads the team, and where
// nobody does those who answer for processes; once for each day of review.
func (h *house) remindRisks(ctx context.Context, now time.Time) error {
	due, err := h.db.RiskShelf().Due(ctx, now.AddDate(0, 0, -reviewedDays), now, mostReviewed)
	if err != nil {
		return err
	}
	for _, r := range due {
		who := []people.ID{r.Owner}
		if r.Owner == 0 {
			who = []people.ID{h.directory.View().Team(r.Team).Lead}
		}
		if who[0] == 0 {
			who = h.holders("process_manager")
		}
		const days = 100_000 // more than there are since 1970
		n := about(notice.RiskReview, r.ID*days+r.ReviewOn.Unix()/(24*60*60), &r.Head, now)
		if err := h.nudge(ctx, n, 0, r.Zone, who); err != nil {
			return err
		}
	}
	return nil
}
