package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

func (d *Desk) problemTrade() *trade {
	return tradeOf(trade{
		Icon: "zoom-question", Fallback: "open", Plain: d.plainProblem(),
		Columns: []string{"priority", "number", "title", "state", "owner", "team", "requester", "service", "zone", "moved", "opened"},
		Usual:   []string{"priority", "number", "title", "state", "owner", "team", "service"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest, record.Priority},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "open:true owner:me", Sort: record.Priority, Own: true},
			{Code: "team", Icon: "users-group", Query: "open:true team:my-teams", Sort: record.Priority},
			{Code: "undecided", Icon: "inbox", Query: "state:new", Sort: record.Oldest, Alert: true},
			{Code: "known", Icon: "bulb", Query: "open:true -published:none", Sort: record.Latest},
			{Code: "watched", Icon: "eye", Query: "state:verifying", Sort: record.Oldest},
			{Code: "deferred", Icon: "player-pause", Query: "state:deferred", Sort: record.Oldest},
			{Code: "open", Icon: "list", Query: "open:true", Sort: record.Priority},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		More: problemPages,
		Bulk: bulkOf{
			Moves:  []string{"accept", "reject", "classify", "assign", "resolve", "close", "edit", "note"},
			Fields: []string{"source", "service", "category", "item", "zone", "impact", "urgency"},
		},
		Back: backOf("accept", "reject", "classify", "assign", "investigate", "propose", "defer", "resolve", "close"),
	}, d.Problems.Desk)
}

// plainProblem is how a problem looks: what is known of it, the cause, the
// work-around, and what is done about it.
func (d *Desk) plainProblem() plainDesk {
	return &plainOf[*problem.Problem]{
		Desk: d.Problems.Desk, Blank: func() *problem.Problem { return new(problem.Problem) }, Next: d.Problems.Next, Raise: d.raiseProblem,
		Look: plainLook{
			Icons: map[string]string{
				"accept": "check", "reject": "x", "classify": "tag", "investigate": "zoom-question", "establish": "bulb", "propose": "edit", "request_change": "git-merge",
				"fix": "check", "change_done": "check", "change_failed": "x", "recur": "refresh", "resolve": "checks", "close": "lock", "defer": "player-pause", "reconsider": "refresh",
				"assign": "users-group", "publish": "volume", "withdraw": "eye-off", "accept_risk": "shield-check", "review": "report-analytics",
			},
			Edits: []string{"title", "description", "symptom", "source", "service", "category", "item", "zone", "impact", "urgency", "major", "method", "root_cause", "cause", "workaround", "public", "proposal"},
			Tag:   "source", Works: true,
			Facts: []plainGroup{
				{"desk.people", []string{"team", "owner", "accepted_by"}},
				{"desk.about", []string{"service", "category", "item", "zone", "impact", "urgency", "priority", "major", "method", "cause", "published", "public", "change", "no_change", "fixed", "watch_until", "recurred", "review_on", "resolved", "closed"}},
			},
			Texts: []string{"symptom", "workaround", "root_cause", "proposal", "risk", "went_well", "went_wrong", "review", "could_improve", "prevention", "supplier_next", "why_rejected"},
			Way:   problemWay, More: analysisPanel, Deeds: problemDeeds,
		},
	}
}

// problemWay is the usual life of a problem; a change stands in it when one was
// asked for.
func problemWay(p *plainPage) []flow.State {
	way := []flow.State{problem.New, problem.Accepted, problem.Classified, problem.Investigating, problem.KnownError, problem.Proposed, problem.Verifying, problem.Resolved, problem.Closed}
	switch st := p.One.State; {
	case st == problem.Rejected:
		return []flow.State{problem.New, problem.Rejected}
	case st == problem.Deferred:
		return slices.Insert(way[:5:5], 5, problem.Deferred)
	case st == problem.ChangeRequested || p.Get("change") != "":
		return slices.Insert(way, 6, problem.ChangeRequested)
	}
	return way
}

// raiseProblem raises a problem; of an incident, or of a candidate, when its
// reason names one.
func (d *Desk) raiseProblem(ctx context.Context, by people.Actor, in record.Input) (*problem.Problem, error) {
	from := in.Reason
	in.Reason = ""
	if from == "" || d.Known == nil {
		return d.Problems.Raise(ctx, by, in)
	}
	if rest, ok := strings.CutPrefix(from, fromCandidate); ok {
		id, err := strconv.ParseInt(rest, 10, 64)
		if err != nil {
			return nil, fault.New(fault.Missing, "problem.no_candidate")
		}
		return d.Known.Open(ctx, by, id, in)
	}
	n, err := refNumber(from)
	if err != nil {
		return nil, err
	}
	return d.Known.Raise(ctx, by, n, in)
}

// problemPages are what problem management has beside its lists.
func problemPages(s *sight, open string) Group {
	g := Group{Title: s.T("problem.pages")}
	if s.By.Can("incident.read") {
		g.Views = append(g.Views, part.Link{Label: s.T("problem.candidates"), Href: candidatesPath, Icon: "alert-triangle", Active: open == "candidates"})
	}
	if s.By.Can("incident.read") && s.By.Scope.All {
		g.Views = append(g.Views,
			part.Link{Label: s.T("problem.pareto"), Href: paretoPath, Icon: "chart-bar", Active: open == "pareto"},
			part.Link{Label: s.T("problem.trends"), Href: trendsPath, Icon: "trending-up", Active: open == "trends"})
	}
	return g
}

// problemRoutes mounts the pages of problems, where any are kept.
func (d *Desk) problemRoutes(mux Mux) {
	if d.Problems == nil {
		return
	}
	d.trades[record.Problem] = d.problemTrade()
	d.plainRoutes(mux, record.Problem)
	d.candidateRoutes(mux)
	d.analysisRoutes(mux)
	d.paretoRoutes(mux)
}
