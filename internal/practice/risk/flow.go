package risk

import (
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// The states of a risk.
const (
	Identified flow.State = "identified"
	Analysed   flow.State = "analysed"
	Planned    flow.State = "planned"
	Tracked    flow.State = "tracked"
	Triggered  flow.State = "triggered"
	Closed     flow.State = "closed"
	Cancelled  flow.State = "cancelled"
)

// Flow is the life of a risk in the six steps (domain/mof 1.3): identify,
// analyse, plan, track, control, learn.
var Flow = flow.Flow[*Risk]{
	Start: Identified,
	Asks:  flow.Asks("title", "condition", "consequence", "process", "service", "zone"),
	Places: []flow.Place{
		{State: Identified, Pace: flow.Wait},
		{State: Analysed, Pace: flow.Work},
		{State: Planned, Pace: flow.Work},
		{State: Tracked, Pace: flow.Pause},
		{State: Triggered, Pace: flow.Work},
		{State: Closed, Pace: flow.Stop, Final: true},
		{State: Cancelled, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Risk]{
		{Name: "analyse", From: flow.At(Identified), To: Analysed, Asks: flow.Asks("condition", "consequence", "process", "probability", "chance", "impact", "loss", "within"), Needs: flow.Needs(hasCondition, hasConsequence, hasProbability, hasImpact, hasWithin), Does: weighed},
		{Name: "plan", From: flow.At(Analysed), To: Planned, Asks: flow.Asks("response", "mitigation", "trigger", "contingency", "team", "owner", "review_on"), Needs: flow.Needs(hasResponse, hasMitigation, hasTrigger, hasContingency, record.HasOwner[*Risk], hasReview)},
		{Name: "track", From: flow.At(Planned), To: Tracked, Asks: flow.Asks("review_on"), Needs: flow.Needs(hasReview)},
		{Name: "occur", From: flow.At(Analysed, Planned, Tracked), To: Triggered, Says: flow.MustSay, Told: true, Does: occurred},
		{Name: "control", From: flow.At(Triggered), To: Tracked, Asks: flow.Asks("probability", "chance", "impact", "loss", "within", "contingency", "review_on"), Says: flow.MustSay, Needs: flow.Needs(hasProbability, hasImpact, hasReview), Told: true, Does: weighed},
		{Name: "close", From: flow.At(Analysed, Planned, Tracked, Triggered), To: Closed, Asks: flow.Asks("lesson"), Needs: flow.Needs(hasLesson), Told: true, Does: closed},
		{Name: "cancel", From: flow.At(Identified, Analysed), To: Cancelled, Asks: flow.Asks("why_dropped"), Needs: flow.Needs(hasWhyDropped), Why: "why_dropped", Told: true, Does: closed},

		{Name: "assess", From: flow.At(Analysed, Planned, Tracked), Asks: flow.Asks("probability", "chance", "impact", "loss", "within", "review_on"), Says: flow.MustSay, Needs: flow.Needs(hasProbability, hasImpact), Does: weighed},
		{Name: "assign", From: flow.At(Identified, Analysed, Planned, Tracked, Triggered), Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Risk])},
	},
}

var (
	hasCondition   = record.Written("condition", func(r *Risk) string { return r.Condition })
	hasConsequence = record.Written("consequence", func(r *Risk) string { return r.Consequence })
	hasWithin      = record.Filled("within", func(r *Risk) bool { return r.Within == "" })
	hasResponse    = record.Filled("response", func(r *Risk) bool { return r.Response == "" })
	hasTrigger     = record.Written("trigger", func(r *Risk) string { return r.Trigger })
	hasContingency = record.Written("contingency", func(r *Risk) string { return r.Contingency })
	hasReview      = record.Filled("review_on", func(r *Risk) bool { return r.ReviewOn.IsZero() })
	hasWhyDropped  = record.Written("why_dropped", func(r *Risk) string { return r.WhyDropped })
	hasLesson      = record.Written("lesson", func(r *Risk) string { return r.Lesson })
)

// hasProbability is the need of a class or of a percentage, from which the class
// follows.
func hasProbability(r *Risk) error {
	if r.Probability == 0 && r.Chance == 0 {
		return fault.At("probability", "risk.class_or_percent")
	}
	return nil
}

// hasImpact is the need of a class or of an amount, likewise.
func hasImpact(r *Risk) error {
	if r.Impact == 0 && r.Loss == 0 {
		return fault.At("impact", "risk.class_or_yuan")
	}
	return nil
}

// hasMitigation is the need of something done before, unless the risk is
// accepted as it stands.
func hasMitigation(r *Risk) error {
	if r.Response != Accept && strings.TrimSpace(r.Mitigation) == "" {
		return fault.At("mitigation", "record.required")
	}
	return nil
}

// weighed works the exposure out anew.
func weighed(r *Risk, _ time.Time) { r.Exposure = r.Probability * r.Impact }

// occurred notes that it has come to pass, once more.
func occurred(r *Risk, now time.Time) { r.Occurred, r.Times = now, r.Times+1 }

func closed(r *Risk, now time.Time) { r.Closed = now }
