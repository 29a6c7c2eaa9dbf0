package incident

import (
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

// Flow is the life of an incident.
var Flow = flow.Flow[*Incident]{
	Start: New,
	Asks:  flow.Asks("title", "description", "requester", "department", "service", "category", "item", "zone", "impact", "urgency", "outside"),
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
		{Name: "classify", From: flow.At(New), To: Classified, Asks: flow.Asks("service", "category", "zone", "impact", "urgency"), Needs: flow.Needs(hasService, hasCategory, hasZone, hasImpact, hasUrgency)},
		{Name: "assign", From: flow.At(Classified), To: Assigned, Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Incident])},
		{Name: "accept", From: flow.At(Assigned), To: InProgress, Asks: flow.Asks("owner"), Needs: flow.Needs(record.HasOwner[*Incident]), Told: true},
		{Name: "reassign", From: flow.At(InProgress), To: Assigned, Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Incident]), Says: flow.MustSay},
		{Name: "wait", From: flow.At(InProgress), To: Pending, Asks: flow.Asks("waiting", "outside"), Needs: flow.Needs(hasWaiting), Why: "waiting"},
		{Name: "resume", From: flow.At(Pending), To: InProgress},
		{Name: "resolve", From: flow.At(InProgress, Pending), To: Resolved, Asks: flow.Asks("solution", "cause", "item"), Needs: flow.Needs(hasSolution, hasCause), Told: true},
		{Name: "confirm", From: flow.At(Resolved), To: Closed},
		{Name: "close", From: flow.At(Resolved), To: Closed, Sys: true},
		{Name: "reopen", From: flow.At(Resolved), To: InProgress, Says: flow.MustSay, Told: true},
		{Name: "cancel", From: flow.At(New, Classified, Assigned, InProgress, Pending), To: Cancelled, Asks: flow.Asks("ended_as"), Needs: flow.Needs(hasEnding), Why: "ended_as", Told: true},
	},
}

var (
	hasService  = record.Filled("service", func(i *Incident) bool { return i.Service == 0 })
	hasCategory = record.Filled("category", func(i *Incident) bool { return i.Category == 0 })
	hasZone     = record.Filled("zone", func(i *Incident) bool { return i.Zone == 0 })
	hasImpact   = record.Filled("impact", func(i *Incident) bool { return i.Impact == 0 })
	hasUrgency  = record.Filled("urgency", func(i *Incident) bool { return i.Urgency == 0 })
	hasWaiting  = record.Filled("waiting", func(i *Incident) bool { return i.Waiting == "" })
	hasSolution = record.Filled("solution", func(i *Incident) bool { return i.Solution == "" })
	hasCause    = record.Filled("cause", func(i *Incident) bool { return i.Cause == "" })
	hasEnding   = record.Filled("ended_as", func(i *Incident) bool { return i.EndedAs == "" })
)
