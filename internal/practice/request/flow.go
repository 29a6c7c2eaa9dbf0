package request

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// The states of a service request.
const (
	Draft      flow.State = "draft"
	Submitted  flow.State = "submitted"
	Awaiting   flow.State = "awaiting_approval"
	Approved   flow.State = "approved"
	Rejected   flow.State = "rejected"
	Assigned   flow.State = "assigned"
	InProgress flow.State = "in_progress"
	Pending    flow.State = "pending"
	Fulfilled  flow.State = "fulfilled"
	Confirmed  flow.State = "confirmed"
	Closed     flow.State = "closed"
	Cancelled  flow.State = "cancelled"
)

// SilentDays is after how many working days without a word the requester
// counts as content (domain/mof, section SD).
const SilentDays = 3

// Flow is the life of a request. What consents, plan and silence bring about is
// Kilter's own to do.
var Flow = flow.Flow[*Request]{
	Start: Draft,
	Asks:  flow.Asks("title", "for_whom", "detail"),
	Places: []flow.Place{
		{State: Draft, Pace: flow.Pause},
		{State: Submitted, Pace: flow.Wait},
		{State: Awaiting, Pace: flow.Pause},
		{State: Approved, Pace: flow.Wait},
		{State: Assigned, Pace: flow.Wait},
		{State: InProgress, Pace: flow.Work},
		{State: Pending, Pace: flow.Pause},
		{State: Fulfilled, Pace: flow.Stop},
		{State: Confirmed, Pace: flow.Stop},
		{State: Closed, Pace: flow.Stop, Final: true},
		{State: Rejected, Pace: flow.Stop, Final: true},
		{State: Cancelled, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Request]{
		{Name: "submit", From: flow.At(Draft), To: Submitted, Told: true, Does: submitted},
		{Name: "seek", From: flow.At(Submitted), To: Awaiting, Sys: true, Told: true, Does: waits},
		{Name: "pass", From: flow.At(Submitted), To: Assigned, Sys: true, Told: true},
		{Name: "grant", From: flow.At(Awaiting), To: Approved, Sys: true, Told: true, Drops: flow.Asks("waiting"), Does: granted},
		{Name: "reject", From: flow.At(Awaiting), To: Rejected, Sys: true, Told: true, Asks: flow.Asks("refusal", "ended_as"), Drops: flow.Asks("waiting"), Does: closed},
		{Name: "plan", From: flow.At(Approved), To: Assigned, Sys: true},
		{Name: "accept", From: flow.At(Assigned), To: InProgress, Asks: flow.Asks("owner"), Needs: flow.Needs(record.HasOwner[*Request]), Told: true, Does: accepted},
		{Name: "wait", From: flow.At(InProgress), To: Pending, Asks: flow.Asks("waiting", "outside"), Needs: flow.Needs(hasWaiting), Why: "waiting", Told: true},
		{Name: "resume", From: flow.At(Pending), To: InProgress, Drops: flow.Asks("waiting")},
		{Name: "fulfil", From: flow.At(InProgress), To: Fulfilled, Asks: flow.Asks("outcome"), Told: true, Does: fulfilled},
		{Name: "confirm", From: flow.At(Fulfilled), To: Confirmed, Told: true},
		{Name: "dispute", From: flow.At(Fulfilled), To: InProgress, Says: flow.MustSay, Told: true, Does: disputed},
		{Name: "close", From: flow.At(Confirmed), To: Closed, Sys: true, Does: closed},
		{Name: "cancel", From: flow.At(Draft, Submitted, Awaiting, Approved, Assigned), To: Cancelled, Asks: flow.Asks("ended_as"), Needs: flow.Needs(hasEnding), Why: "ended_as", Told: true, Does: closed},
		{Name: "stop", From: flow.At(InProgress, Pending), To: Cancelled, Asks: flow.Asks("ended_as"), Needs: flow.Needs(hasEnding), Why: "ended_as", Says: flow.MustSay, Told: true, Does: closed},

		{Name: "assign", From: flow.At(Assigned, InProgress, Pending), Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Request])},
	},
}

var hasWaiting = record.Filled("waiting", func(r *Request) bool { return r.Waiting == "" })

func hasEnding(r *Request) error {
	if r.EndedAs == "" {
		return fault.At("ended_as", "record.required")
	}
	if !slices.Contains(chosen, r.EndedAs) {
		return fault.At("ended_as", "request.not_to_say")
	}
	return nil
}

// What moves note on the record besides the state.

func submitted(r *Request, now time.Time) { r.Submitted = now }

func waits(r *Request, _ time.Time) { r.Waiting = ForApproval }

func granted(r *Request, now time.Time) { r.Granted = now }

func accepted(r *Request, now time.Time) {
	if r.Accepted.IsZero() {
		r.Accepted = now
	}
}

func fulfilled(r *Request, now time.Time) { r.Fulfilled = now }

func disputed(r *Request, _ time.Time) {
	r.Disputed++
	r.Fulfilled = time.Time{}
}

func closed(r *Request, now time.Time) { r.Closed, r.Waiting = now, "" }
