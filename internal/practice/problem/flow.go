package problem

import (
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// The states of a problem.
const (
	New             flow.State = "new"
	Accepted        flow.State = "accepted"
	Rejected        flow.State = "rejected"
	Classified      flow.State = "classified"
	Investigating   flow.State = "investigating"
	KnownError      flow.State = "known_error"
	Proposed        flow.State = "solution_proposed"
	ChangeRequested flow.State = "change_requested"
	Verifying       flow.State = "verifying" // the fix is in; it is watched whether the incidents stay away
	Resolved        flow.State = "resolved"
	Closed          flow.State = "closed"
	Deferred        flow.State = "deferred" // somebody bears the risk, until a day
)

// WatchPeriod is how long a fix is watched before the problem counts as
// resolved (domain/mof, section PM).
const WatchPeriod = 30 * 24 * time.Hour

// ReviewDays is within how many working days of being resolved a major problem
// is reviewed (product policy, as long as for a major incident).
const ReviewDays = 5

// unfixed are the states in which the trouble can still happen and something
// can be said about it.
var unfixed = flow.At(Investigating, KnownError, Proposed, ChangeRequested, Deferred)

// working are those in which somebody can be given the problem.
var working = flow.At(Accepted, Classified, Investigating, KnownError, Proposed, ChangeRequested, Verifying, Deferred)

// Flow is the life of a problem. A change is told of by its number; whoever
// leads the problem says what became of it.
var Flow = flow.Flow[*Problem]{
	Start: New,
	Asks:  flow.Asks("title", "description", "symptom", "source", "service", "category", "item", "zone", "impact", "urgency", "major", "workaround"),
	Places: []flow.Place{
		{State: New, Pace: flow.Wait},
		{State: Accepted, Pace: flow.Work},
		{State: Classified, Pace: flow.Work},
		{State: Investigating, Pace: flow.Work},
		{State: KnownError, Pace: flow.Work},
		{State: Proposed, Pace: flow.Work},
		{State: ChangeRequested, Pace: flow.Pause},
		{State: Verifying, Pace: flow.Pause},
		{State: Deferred, Pace: flow.Pause},
		{State: Resolved, Pace: flow.Stop},
		{State: Closed, Pace: flow.Stop, Final: true},
		{State: Rejected, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Problem]{
		{Name: "accept", From: flow.At(New), To: Accepted},
		{Name: "reject", From: flow.At(New), To: Rejected, Asks: flow.Asks("why_rejected"), Needs: flow.Needs(hasWhyRejected), Why: "why_rejected", Does: closed},
		{Name: "classify", From: flow.At(Accepted), To: Classified, Asks: flow.Asks("service", "category", "item", "zone", "impact", "urgency"), Needs: flow.Needs(hasCategory, hasImpact, hasUrgency)},
		{Name: "investigate", From: flow.At(Classified), To: Investigating, Asks: flow.Asks("method", "team", "owner"), Needs: flow.Needs(hasMethod)},
		{Name: "establish", From: flow.At(Investigating), To: KnownError, Asks: flow.Asks("root_cause", "cause", "workaround", "public"), Needs: flow.Needs(hasRootCause, hasWorkaround), Does: published},
		{Name: "propose", From: flow.At(KnownError), To: Proposed, Asks: flow.Asks("proposal"), Needs: flow.Needs(hasProposal)},
		{Name: "request_change", From: flow.At(Proposed), To: ChangeRequested, Asks: flow.Asks("change"), Needs: flow.Needs(hasChange)},
		{Name: "fix", From: flow.At(Proposed), To: Verifying, Asks: flow.Asks("no_change"), Needs: flow.Needs(hasNoChange), Does: watched},
		{Name: "change_done", From: flow.At(ChangeRequested), To: Verifying, Does: watched},
		{Name: "change_failed", From: flow.At(ChangeRequested), To: Proposed, Says: flow.MustSay},
		{Name: "resolve", From: flow.At(Verifying), To: Resolved, Does: resolved},
		{Name: "recur", From: flow.At(Verifying), To: Investigating, Says: flow.MustSay, Does: recurred},
		{Name: "close", From: flow.At(Resolved), To: Closed, Needs: flow.Needs(hasReview), Does: closed},
		{Name: "defer", From: flow.At(Investigating, KnownError), To: Deferred, Needs: flow.Needs(hasAcceptance, hasReviewDay)},
		{Name: "reconsider", From: flow.At(Deferred), To: Investigating, Says: flow.MustSay, Does: reconsidered},

		{Name: "assign", From: working, Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Problem])},
		{Name: "publish", From: unfixed, Asks: flow.Asks("workaround", "public"), Needs: flow.Needs(hasWorkaround), Does: published},
		{Name: "withdraw", From: unfixed, Needs: flow.Needs(isPublished), Says: flow.MustSay, Does: withdrawn},
		{Name: "accept_risk", From: flow.At(Investigating, KnownError), Asks: flow.Asks("risk", "review_on"), Needs: flow.Needs(hasRisk, hasReviewDay)},
		{Name: "review", From: flow.At(Verifying, Resolved), Asks: flow.Asks("went_well", "went_wrong", "review", "could_improve", "prevention", "supplier_next"), Needs: flow.Needs(wasReviewed)},
	},
}

var (
	hasWhyRejected = record.Filled("why_rejected", func(p *Problem) bool { return p.WhyRejected == "" })
	hasCategory    = record.Filled("category", func(p *Problem) bool { return p.Category == 0 })
	hasImpact      = record.Filled("impact", func(p *Problem) bool { return p.Impact == 0 })
	hasUrgency     = record.Filled("urgency", func(p *Problem) bool { return p.Urgency == 0 })
	hasMethod      = record.Filled("method", func(p *Problem) bool { return p.Method == "" })
	hasRootCause   = record.Filled("root_cause", func(p *Problem) bool { return p.RootCause == "" })
	hasWorkaround  = record.Filled("workaround", func(p *Problem) bool { return p.Workaround == "" })
	hasProposal    = record.Filled("proposal", func(p *Problem) bool { return p.Proposal == "" })
	hasChange      = record.Filled("change", func(p *Problem) bool { return p.Change == "" })
	hasNoChange    = record.Filled("no_change", func(p *Problem) bool { return p.NoChange == "" })
	hasRisk        = record.Filled("risk", func(p *Problem) bool { return p.Risk == "" })
	hasReviewDay   = record.Filled("review_on", func(p *Problem) bool { return p.ReviewOn.IsZero() })
	wasReviewed    = record.Filled("review", func(p *Problem) bool { return p.Review == "" })
	hasReview      = unless(func(p *Problem) bool { return p.Major && p.Review == "" }, "problem.not_reviewed")
	hasAcceptance  = unless(func(p *Problem) bool { return p.AcceptedBy == 0 }, "problem.risk_not_accepted")
	isPublished    = unless(func(p *Problem) bool { return p.Published.IsZero() }, "problem.not_published")
)

// What moves note on the record besides the state.

func published(p *Problem, now time.Time) { p.Published = now }

func withdrawn(p *Problem, _ time.Time) { p.Published = time.Time{} }

func watched(p *Problem, now time.Time) { p.Fixed, p.WatchUntil = now, now.Add(WatchPeriod) }

func recurred(p *Problem, _ time.Time) {
	p.Recurred++
	p.Fixed, p.WatchUntil = time.Time{}, time.Time{}
}

// reconsidered ends what was accepted: a risk is borne until it is looked at
// again, and no longer.
func reconsidered(p *Problem, _ time.Time) { p.AcceptedBy, p.ReviewOn = 0, time.Time{} }

func resolved(p *Problem, now time.Time) { p.Resolved = now }

func closed(p *Problem, now time.Time) { p.Closed = now }
