package app

import (
	"context"
	"slices"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	pages "kilter/internal/web/handbook"
)

// handbook is the process handbook over the flows that the desks carry out.
func (h *house) handbook() *handbook.Book {
	return &handbook.Book{Holders: h.roleHolders, Flows: []handbook.Cycle{
		handbook.Of("contact", "contact", "contact", contact.Flow, func() *contact.Contact { return &contact.Contact{} }),
		handbook.Of("request", "request", "request", request.Flow, func() *request.Request { return &request.Request{} }),
		handbook.Of("incident", "incident", "incident", incident.Flow, func() *incident.Incident { return &incident.Incident{} }),
		handbook.Of("problem", "problem", "problem", problem.Flow, func() *problem.Problem { return &problem.Problem{} }),
		handbook.Of("change", "change", "change", change.Flow, func() *change.Change { return &change.Change{} }),
		handbook.Of("release", "release", "release", release.Flow, func() *release.Release { return &release.Release{} }),
		handbook.Of("item", "cmdb", "item", cmdb.Life, func() *cmdb.Step { return &cmdb.Step{Item: &cmdb.Item{}} }),
		handbook.Of("discrepancy", "cmdb", cmdb.DeedAudit, cmdb.Settling, func() *cmdb.Discrepancy { return &cmdb.Discrepancy{} }),
	}}
}

// roleHolders are the roles in use with what they may do. One that cannot be
// read may nothing.
func (h *house) roleHolders() []handbook.Holder {
	var out []handbook.Holder
	for _, t := range h.settings.All().Of(setting.Role) {
		if t.Retired {
			continue
		}
		doc, err := setting.Read[access.Role](*t)
		if err != nil {
			continue
		}
		out = append(out, handbook.Holder{Code: t.Code, Name: t.Name, Grants: people.NewGrants(doc.Grants...)})
	}
	return out
}

// handbookRoom is where its texts are written and approved.
func (h *house) handbookRoom() *handbook.Room {
	return &handbook.Room{
		Book: h.handbook(), Store: h.db.Handbook(), Pen: h.db, Now: Now, Policy: h.handbookPolicy, Due: h.workdays,
		Approvers: func(ctx context.Context) ([]approval.Seat, error) { return h.entitled(ctx, handbook.DeedApprove) },
		Deputies: func(ctx context.Context, at time.Time) ([]approval.Deputy, error) {
			return h.db.Approvals().Deputies(ctx, 0, at)
		},
		Tell: h.tellHandbook, Settings: h.handbookSettings, Log: h.db.FlowLog(), Kinds: flowKinds,
		Shows: h.showsFact,
	}
}

// handbookPolicy is what the centre arranged for its handbook.
func (h *house) handbookPolicy() handbook.Policy {
	p, err := handbook.PolicyOf(h.settings.All())
	if err != nil {
		h.env.Log.Error("the policy of the handbook cannot be read", "err", err)
		return handbook.StandardPolicy()
	}
	return p
}

// entitled are the persons who work here and hold a role that grants a deed.
func (h *house) entitled(ctx context.Context, deed string) ([]approval.Seat, error) {
	roles := map[int64]bool{}
	for _, t := range h.settings.All().Of(setting.Role) {
		doc, err := setting.Read[access.Role](*t)
		roles[t.ID] = err == nil && !t.Retired && people.NewGrants(doc.Grants...).Has(deed)
	}
	all, err := h.staff(ctx)
	if err != nil {
		return nil, err
	}
	var out []approval.Seat
	for _, p := range all {
		if slices.ContainsFunc(p.Doc.Roles, func(id int64) bool { return roles[id] }) {
			out = append(out, approval.Seat{Person: p.ID, Department: p.Department, As: "approver"})
		}
	}
	return out, nil
}

// tellHandbook tells those whose say on a chapter is waited for; each asking and
// each reminder once.
func (h *house) tellHandbook(ctx context.Context, e *handbook.Edition, who []people.ID) error {
	const versions = 1 << 20 // more than an edition ever has
	n := notice.Nudge{
		What: notice.HandbookAsked, Target: e.ID*versions + e.Version, At: Now().UTC(),
		Name: maturity.Current().Part(e.Chapter).Name, Place: pages.Path + "/" + string(e.Chapter) + "?draft=1",
	}
	return h.nudge(ctx, n, 0, 0, who)
}

// wireHandbook makes what tells the figures of processes: one a node.
func (h *house) wireHandbook() {
	h.figures = &handbook.Figures{Measurer: h.db.Figures(h.settings.All), Now: Now, Days: func() int { return h.handbookPolicy().Figures }}
}

// handbookDuty ends approvals that nobody decided, and reminds of those that
// wait, and carries out process changes of roadmaps; at night it measures the figures and holds the event log to the flows.
// What was never done does not wait for the night.
func (h *house) handbookDuty() job.Duty {
	return job.Duty{Name: "handbook", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		room := h.handbookRoom()
		if err := room.Tend(ctx); err != nil {
			return false, err
		}
		if err := h.programmes().CarryOut(ctx); err != nil {
			return false, err
		}
		kept, err := h.db.Figures(h.settings.All).Kept(ctx)
		if hour := now.In(h.place()).Hour(); err != nil || kept != nil && (hour < nightFrom || hour >= nightTo) {
			return false, err
		}
		if err := room.Nightly(ctx); err != nil {
			return false, err
		}
		return false, h.figures.Nightly(ctx)
	}}
}

// handbookPages are the pages of the handbook.
func (h *house) handbookPages() web.Room {
	return (&pages.Pages{Chapters: h.handbookRoom(), Figures: h.figures, Carries: h.programmes().Carries}).Room()
}
