package release

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// The states of a release.
const (
	Planned        flow.State = "planned"
	Building       flow.State = "building"
	Testing        flow.State = "testing"
	Acceptance     flow.State = "acceptance"
	Readiness      flow.State = "readiness_review"
	Approved       flow.State = "approved"
	RollingOut     flow.State = "rolling_out"
	Deployed       flow.State = "deployed"
	PartlyDeployed flow.State = "partly_deployed"
	BackedOut      flow.State = "backed_out"
	EarlySupport   flow.State = "early_support"
	Closed         flow.State = "closed"
	Cancelled      flow.State = "cancelled"
)

// AheadStates are those in which a release is still to be rolled out, or just
// being so.
var AheadStates = []flow.State{Planned, Building, Testing, Acceptance, Readiness, Approved, RollingOut}

// DatedStates are those in which a calendar shows a release.
var DatedStates = append(slices.Clone(AheadStates), Deployed, PartlyDeployed, BackedOut, EarlySupport, Closed)

// DroppedStates are those in which a release that had a time does not take place.
var DroppedStates = []flow.State{Cancelled}

// Flow is the life of a release (domain/mof, section REL). What the library,
// the changes and the clock have to say, the desk asks; see Desk.gate.
var Flow = flow.Flow[*Release]{
	Start: Planned,
	Asks:  flow.Asks("title", "description", "service", "zone", "form", "weight", "version"),
	Places: []flow.Place{
		{State: Planned, Pace: flow.Wait},
		{State: Building, Pace: flow.Work},
		{State: Testing, Pace: flow.Work},
		{State: Acceptance, Pace: flow.Pause},
		{State: Readiness, Pace: flow.Pause},
		{State: Approved, Pace: flow.Pause},
		{State: RollingOut, Pace: flow.Work},
		{State: Deployed, Pace: flow.Work},
		{State: PartlyDeployed, Pace: flow.Work},
		{State: BackedOut, Pace: flow.Work},
		{State: EarlySupport, Pace: flow.Work},
		{State: Closed, Pace: flow.Stop, Final: true},
		{State: Cancelled, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Release]{
		{Name: "start", From: flow.At(Planned), To: Building, Asks: flow.Asks("form", "weight", "version", "team", "owner", "design"), Needs: flow.Needs(hasForm, hasWeight, hasVersion, record.HasOwner[*Release], hasDesign), Does: rebuilt},
		{Name: "hand_over", From: flow.At(Building), To: Testing, Needs: flow.Needs(hasParts)},
		{Name: "fail_test", From: flow.At(Testing), To: Building, Says: flow.MustSay, Does: rebuilt},
		{Name: "pass_test", From: flow.At(Testing), To: Acceptance, Needs: flow.Needs(isTested)},
		{Name: "accept", From: flow.At(Acceptance), To: Readiness, Says: flow.MustSay},
		{Name: "refuse", From: flow.At(Acceptance), To: Building, Says: flow.MustSay, Does: rebuilt},
		{Name: "approve", From: flow.At(Readiness), To: Approved, Asks: preparation, Needs: flow.Needs(hasBackOut, hasKnown, hasSupport, hasWindow, hasTargets, isGo), Does: approved},
		{Name: "no_go", From: flow.At(Readiness), To: Building, Says: flow.MustSay, Does: rebuilt},
		{Name: "roll_out", From: flow.At(Approved), To: RollingOut, Asks: flow.Asks("confirmed"), Needs: flow.Needs(isConfirmed, hasMet), Told: true, Does: begun},
		{Name: "finish", From: flow.At(RollingOut), To: Deployed, Needs: flow.Needs(isEverywhere), Told: true, Does: deployed},
		{Name: "halt", From: flow.At(RollingOut), To: PartlyDeployed, Needs: flow.Needs(hasFailed), Says: flow.MustSay, Told: true},
		{Name: "resume", From: flow.At(PartlyDeployed), To: RollingOut, Told: true},
		{Name: "back_out", From: flow.At(RollingOut, PartlyDeployed), To: BackedOut, Asks: flow.Asks("why_backed_out"), Needs: flow.Needs(hasWhyBackedOut, isNowhere), Why: "why_backed_out", Told: true},
		{Name: "support", From: flow.At(Deployed), To: EarlySupport, Sys: true},
		{Name: "close", From: flow.At(EarlySupport), To: Closed, Asks: flow.Asks("outcome", "updated"), Needs: flow.Needs(hasOutcome, isUpdated, hasMetAll), Told: true, Does: closed},
		{Name: "rework", From: flow.At(BackedOut), To: Building, Says: flow.MustSay, Does: rebuilt},
		{Name: "give_up", From: flow.At(BackedOut), To: Closed, Asks: flow.Asks("outcome"), Needs: flow.Needs(hasOutcome), Told: true, Does: closed},
		{Name: "cancel", From: flow.At(Planned, Building, Testing), To: Cancelled, Asks: flow.Asks("why_dropped"), Needs: flow.Needs(hasWhyDropped), Why: "why_dropped", Told: true, Does: closed},

		{Name: "assign", From: flow.At(Planned, Building, Testing), Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Release])},
		{Name: "prepare", From: flow.At(Building, Testing, Acceptance, Readiness), Asks: preparation},
	},
}

// preparation are the fields that a review asks about.
var preparation = flow.Asks("back_out", "back_out_time", "known", "support", "support_days", "training", "rollout", "risks", "starts", "ends", "province", "confirmed")

var (
	hasForm         = record.Filled("form", func(r *Release) bool { return r.Form == "" })
	hasWeight       = record.Filled("weight", func(r *Release) bool { return r.Weight == "" })
	hasVersion      = record.Written("version", func(r *Release) string { return r.Version })
	hasDesign       = record.Written("design", func(r *Release) string { return r.Design })
	hasKnown        = record.Written("known", func(r *Release) string { return r.Known })
	hasSupport      = record.Filled("support_days", func(r *Release) bool { return r.SupportDays == 0 })
	hasWhyDropped   = record.Written("why_dropped", func(r *Release) string { return r.WhyDropped })
	hasWhyBackedOut = record.Written("why_backed_out", func(r *Release) string { return r.WhyBackedOut })
	hasOutcome      = record.Written("outcome", func(r *Release) string { return r.Outcome })
	isUpdated       = record.Filled("updated", func(r *Release) bool { return !r.Updated })
	isConfirmed     = record.Filled("confirmed", func(r *Release) bool { return r.Province && strings.TrimSpace(r.Confirmed) == "" })
	hasParts        = is(func(r *Release) bool { return len(r.Parts) > 0 }, "release.no_parts")
	hasTargets      = is(func(r *Release) bool { return len(r.Targets) > 0 }, "release.no_targets")
	isTested        = is((*Release).Tested, "release.not_tested")
	isEverywhere    = is(func(r *Release) bool { return r.count(Target.settled) == len(r.Targets) }, "release.not_everywhere")
	hasFailed       = is(func(r *Release) bool { return r.count(Target.amiss) > 0 }, "release.none_failed")
	isNowhere       = is(func(r *Release) bool { return r.count(Target.holds) == 0 }, "release.still_there")
	hasMet          = is(func(r *Release) bool { return r.owes(true) == 0 }, "release.conditions_before")
	hasMetAll       = is(func(r *Release) bool { return r.owes(false) == 0 }, "release.conditions_open")
)

// is is the need that something is so, which no field of the form can mend.
func is(so func(*Release) bool, key string) flow.Need[*Release] {
	return func(r *Release) error {
		if !so(r) {
			return fault.New(fault.Conflict, key)
		}
		return nil
	}
}

// hasBackOut is the need of a way back and of the time it takes.
func hasBackOut(r *Release) error {
	var many fault.Many
	if strings.TrimSpace(r.BackOut) == "" {
		many = append(many, fault.At("back_out", "record.required"))
	}
	if r.BackOutTime == 0 {
		many = append(many, fault.At("back_out_time", "record.required"))
	}
	return many.Err()
}

// hasWindow is the need of a time for the roll-out.
func hasWindow(r *Release) error {
	var many fault.Many
	if r.Starts.IsZero() {
		many = append(many, fault.At("starts", "record.required"))
	}
	switch {
	case r.Ends.IsZero():
		many = append(many, fault.At("ends", "record.required"))
	case !r.Ends.After(r.Starts):
		many = append(many, fault.At("ends", "release.ends_before"))
	}
	return many.Err()
}

// What moves note on the record besides the state.

// rebuilt begins another build: what was tested, accepted and reviewed was the
// one before.
func rebuilt(r *Release, _ time.Time) {
	r.Build++
	r.AcceptedBy, r.Accepted, r.Approved, r.Begun = 0, time.Time{}, time.Time{}, time.Time{}
	for i, t := range r.Targets {
		r.Targets[i] = Target{ID: t.ID, Name: t.Name, Kind: t.Kind, Wave: t.Wave, Starts: t.Starts, Ends: t.Ends}
		r.Targets[i].State = Pending
	}
}

func approved(r *Release, now time.Time) { r.Approved = now }

func begun(r *Release, now time.Time) { r.Begun = now }

func deployed(r *Release, now time.Time) { r.Deployed = now }

func closed(r *Release, now time.Time) { r.Closed = now }
