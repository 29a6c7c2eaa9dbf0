package app

import (
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// knownErrors joins incidents and problems.
func (h *house) knownErrors() handoff.KnownErrors {
	return handoff.KnownErrors{Incidents: h.incidents, Problems: h.problems, Together: h.db.Together}
}

// wireProblems makes the desk for problems. No agreement measures them: what
// is promised is the service, and that is restored by incidents.
func (h *house) wireProblems() {
	d := h.directory
	inner := record.Desk[*problem.Problem]{Store: h.db.Problems(), Now: Now, Own: h.own(record.Problem), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = d.Refers
	h.problems = problem.NewDesk(inner, problem.City{
		Priority: func(impact, urgency problem.Level) int {
			return d.View().Matrix().Assess(int(impact), int(urgency), false, false)
		},
		Zone:     func(s record.ServiceID) people.ZoneID { return d.View().Service(int64(s)).Zone },
		Workdays: h.workdays,
		Above:    func(id int64) int64 { return h.settings.All().Top(id) },
	}, h.db.Ledger(), h.db.ProblemShelf())
	h.problems.Facts, h.problems.Proposals, h.problems.Pen = h.db.ProblemFacts(), h.db.Proposals(), h.db
	h.problems.Counts = h.db.IncidentCounts()
	h.problems.Studies, h.problems.Together = h.db.Analyses(), h.db.Together
}
