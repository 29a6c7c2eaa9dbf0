package incident

import (
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// The states of an incident.
const (
	New        flow.State = "new"
	Classified flow.State = "classified"
	Assigned   flow.State = "assigned"
	InProgress flow.State = "in_progress"
	Pending    flow.State = "pending"
	Resolved   flow.State = "resolved"
	Closed     flow.State = "closed"
	Cancelled  flow.State = "cancelled"
)

// open are the states in which an incident still needs somebody.
var open = flow.At(New, Classified, Assigned, InProgress, Pending)

// Flow is the life of an incident. Cancelling what somebody already works on
// is a deed of its own (dismiss), for only the incident manager may do it.
var Flow = flow.Flow[*Incident]{
	Start: New,
	Asks:  flow.Asks("title", "description", "requester", "department", "service", "category", "item", "zone", "impact", "urgency", "hall", "outside", "room", "callback"),
	Places: []flow.Place{
		{State: New, Pace: flow.Wait},
		{State: Classified, Pace: flow.Wait},
		{State: Assigned, Pace: flow.Wait},
		{State: InProgress, Pace: flow.Work},
		{State: Pending, Pace: flow.Pause},
		{State: Resolved, Pace: flow.Stop},
		{State: Closed, Pace: flow.Stop, Final: true},
		{State: Cancelled, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Incident]{
		{Name: "classify", From: flow.At(New), To: Classified, Asks: flow.Asks("service", "category", "zone", "impact", "urgency", "hall", "item"), Needs: flow.Needs(hasService, hasCategory, hasZone, hasImpact, hasUrgency)},
		{Name: "assign", From: flow.At(Classified), To: Assigned, Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Incident])},
		{Name: "accept", From: flow.At(Assigned), To: InProgress, Asks: flow.Asks("owner"), Needs: flow.Needs(record.HasOwner[*Incident]), Told: true, Does: accepted},
		{Name: "reassign", From: flow.At(Assigned, InProgress), To: Assigned, Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Incident]), Drops: flow.Asks("owner"), Says: flow.MustSay, Does: handedOn},
		{Name: "escalate", From: flow.At(Assigned, InProgress), To: Assigned, Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Incident]), Drops: flow.Asks("owner"), Says: flow.MustSay, Does: handedOn},
		{Name: "wait", From: flow.At(InProgress), To: Pending, Asks: flow.Asks("waiting", "outside"), Needs: flow.Needs(hasWaiting, hasOutside), Why: "waiting", Told: true},
		{Name: "resume", From: flow.At(Pending), To: InProgress, Drops: flow.Asks("waiting")},
		{Name: "resolve", From: flow.At(InProgress, Pending), To: Resolved, Asks: flow.Asks("solution", "cause", "item", "no_item"), Drops: flow.Asks("waiting"), Needs: flow.Needs(hasSolution, hasCause, hasItemOrReason), Told: true, Does: resolved},
		{Name: "confirm", From: flow.At(Resolved), To: Closed, Told: true, Does: closed},
		{Name: "close", From: flow.At(Resolved), To: Closed, Sys: true, Told: true, Does: closed},
		{Name: "reopen", From: flow.At(Resolved), To: InProgress, Says: flow.MustSay, Told: true, Does: reopened},
		{Name: "cancel", From: flow.At(New, Classified, Assigned), To: Cancelled, Asks: flow.Asks("ended_as", "duplicate_of"), Needs: flow.Needs(hasEnding, hasOriginal), Why: "ended_as", Told: true, Does: closed},
		{Name: "dismiss", From: flow.At(InProgress, Pending), To: Cancelled, Asks: flow.Asks("ended_as", "duplicate_of"), Needs: flow.Needs(hasEnding, hasOriginal), Why: "ended_as", Told: true, Does: closed},
		{Name: "merge", From: open, To: Cancelled, Asks: flow.Asks("merged_into"), Needs: flow.Needs(hasTarget), Told: true, Does: merged},

		{Name: "prioritise", From: open, Asks: flow.Asks("override", "why_priority"), Needs: flow.Needs(hasWhyPriority)},
		{Name: "raise", From: open, Asks: flow.Asks("escalation"), Needs: flow.Needs(hasRank), Why: "escalation"},
		{Name: "declare", From: open, Asks: flow.Asks("lead"), Needs: flow.Needs(notMajor), Says: flow.MustSay, Does: declared},
		{Name: "stand_down", From: flow.At(New, Classified, Assigned, InProgress, Pending, Resolved), Needs: flow.Needs(isMajor), Says: flow.MustSay, Does: stoodDown},
		{Name: "man", From: flow.At(New, Classified, Assigned, InProgress, Pending, Resolved), Asks: flow.Asks("lead", "liaison", "scribe"), Needs: flow.Needs(isMajor)},
		{Name: "report", From: flow.At(Resolved, Closed), Asks: flow.Asks("report"), Needs: flow.Needs(hasReport), Says: flow.Silent, Does: reported},
	},
}

var (
	hasService     = record.Filled("service", func(i *Incident) bool { return i.Service == 0 })
	hasCategory    = record.Filled("category", func(i *Incident) bool { return i.Category == 0 })
	hasZone        = record.Filled("zone", func(i *Incident) bool { return i.Zone == 0 })
	hasImpact      = record.Filled("impact", func(i *Incident) bool { return i.Impact == 0 })
	hasUrgency     = record.Filled("urgency", func(i *Incident) bool { return i.Urgency == 0 })
	hasWaiting     = record.Filled("waiting", func(i *Incident) bool { return i.Waiting == "" })
	hasOutside     = record.Filled("outside", func(i *Incident) bool { return i.Waiting == ForProvince && i.Outside == "" })
	hasSolution    = record.Filled("solution", func(i *Incident) bool { return i.Solution == "" })
	hasCause       = record.Filled("cause", func(i *Incident) bool { return i.Cause == 0 })
	hasEnding      = record.Filled("ended_as", func(i *Incident) bool { return i.EndedAs == "" })
	hasOriginal    = record.Filled("duplicate_of", func(i *Incident) bool { return i.EndedAs == Duplicate && i.DuplicateOf == 0 })
	hasTarget      = record.Filled("merged_into", func(i *Incident) bool { return i.MergedInto == 0 })
	hasWhyPriority = record.Filled("why_priority", func(i *Incident) bool { return i.Override != 0 && i.WhyPriority == "" })
	hasRank        = record.Filled("escalation", func(i *Incident) bool { return i.Escalation == "" })
	hasReport      = record.Filled("report", func(i *Incident) bool { return i.Report == "" })
)

// hasItemOrReason is the need that a resolved incident names what had failed,
// or says why nothing can be named.
func hasItemOrReason(i *Incident) error {
	if i.Item == 0 && i.NoItem == "" {
		return fault.At("item", "incident.item_or_reason")
	}
	return nil
}

// What moves note on the record besides the state.

func accepted(i *Incident, now time.Time) {
	if i.Accepted.IsZero() {
		i.Accepted = now
	}
}

// handedOn counts a hand-over. The old owner's turn is over: unless the move
// names a new one, the team decides who takes it.
func handedOn(i *Incident, _ time.Time) { i.Reassigned++ }

func resolved(i *Incident, now time.Time) {
	i.Resolved = now
	i.FirstContact = i.Line == 1 && i.Reassigned == 0
	i.NextUpdate = time.Time{}
}

func reopened(i *Incident, _ time.Time) {
	i.Reopened++
	i.Resolved, i.FirstContact = time.Time{}, false
}

func closed(i *Incident, now time.Time) {
	i.Closed, i.Waiting, i.NextUpdate = now, "", time.Time{}
}

func merged(i *Incident, now time.Time) {
	i.EndedAs = Duplicate
	closed(i, now)
}
