package change

import (
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// The states of a change.
const (
	Draft               flow.State = "draft"
	Submitted           flow.State = "submitted"
	Filtered            flow.State = "filtered"
	Assessing           flow.State = "assessing"
	Awaiting            flow.State = "awaiting_authorisation"
	Authorised          flow.State = "authorised"
	EmergencyAuthorised flow.State = "emergency_authorised"
	Rejected            flow.State = "rejected"
	Scheduled           flow.State = "scheduled"
	Built               flow.State = "building" // and tested
	Ready               flow.State = "ready"
	Implementing        flow.State = "implementing"
	Implemented         flow.State = "implemented"
	BackedOut           flow.State = "backed_out"
	Broken              flow.State = "failed"
	Documented          flow.State = "documented"
	Reviewing           flow.State = "reviewing"
	Closed              flow.State = "closed"
	Cancelled           flow.State = "cancelled"
)

// Flow is the life of a change (domain/mof, section CHG). What the clock and
// the people decide, Begins and Barred say; collisions are Check's.
var Flow = flow.Flow[*Change]{
	Start: Draft,
	Asks:  flow.Asks("title", "type", "model", "reason", "benefit", "description", "service", "category", "items", "zone", "procedure", "test", "back_out", "back_out_time", "communication", "starts", "ends"),
	Places: []flow.Place{
		{State: Draft, Pace: flow.Pause},
		{State: Submitted, Pace: flow.Wait},
		{State: Filtered, Pace: flow.Work},
		{State: Assessing, Pace: flow.Work},
		{State: Awaiting, Pace: flow.Pause},
		{State: Authorised, Pace: flow.Work},
		{State: EmergencyAuthorised, Pace: flow.Work},
		{State: Scheduled, Pace: flow.Pause},
		{State: Built, Pace: flow.Work},
		{State: Ready, Pace: flow.Pause},
		{State: Implementing, Pace: flow.Work},
		{State: Implemented, Pace: flow.Work},
		{State: BackedOut, Pace: flow.Work},
		{State: Broken, Pace: flow.Work},
		{State: Documented, Pace: flow.Work},
		{State: Reviewing, Pace: flow.Work},
		{State: Closed, Pace: flow.Stop, Final: true},
		{State: Rejected, Pace: flow.Stop, Final: true},
		{State: Cancelled, Pace: flow.Stop, Final: true},
	},
	Moves: moves,
}

var moves = []flow.Move[*Change]{
	{Name: "submit", From: flow.At(Draft), To: Submitted, Asks: flow.Asks("type", "model", "reason", "items", "back_out", "back_out_time", "starts", "ends"), Needs: flow.Needs(hasType, hasReason, hasSubject), Told: true},
	{Name: "return", From: flow.At(Submitted), To: Draft, Says: flow.MustSay, Told: true},
	{Name: "filter", From: flow.At(Submitted), To: Filtered, Asks: flow.Asks("type"), Needs: flow.Needs(hasType, notEmergency)},
	{Name: "reject", From: flow.At(Submitted), To: Rejected, Asks: flow.Asks("why_rejected"), Needs: flow.Needs(hasWhyRejected), Why: "why_rejected", Told: true, Does: closed},
	{Name: "preauthorise", From: flow.At(Submitted), To: Scheduled, Sys: true, Needs: flow.Needs(isStandard, hasBackOut, hasWindow, backOutFits), Does: authorised},
	{Name: "grant_emergency", From: flow.At(Submitted), To: EmergencyAuthorised, Sys: true, Needs: flow.Needs(isEmergency), Told: true, Does: authorised},
	{Name: "record_emergency", From: flow.At(Submitted), To: EmergencyAuthorised, Asks: flow.Asks("first_voice", "other_voice", "spoken", "owner", "second"), Needs: flow.Needs(isEmergency, hasSpoken, twoVoices), Told: true, Does: recorded},

	{Name: "assess", From: flow.At(Filtered), To: Assessing, Asks: flow.Asks("team", "owner")},
	{Name: "propose", From: flow.At(Assessing), To: Awaiting, Asks: assessment, Needs: flow.Needs(hasImpact, hasLikelihood, hasBackOut, hasTest, hasProcedure), Does: settled},
	{Name: "ask_more", From: flow.At(Awaiting), To: Assessing, Says: flow.MustSay},
	{Name: "lapsed", From: flow.At(Awaiting), To: Assessing, Sys: true},
	{Name: "authorise", From: flow.At(Awaiting), To: Authorised, Sys: true, Told: true, Does: authorised},
	{Name: "deny", From: flow.At(Awaiting), To: Rejected, Sys: true, Asks: flow.Asks("why_rejected"), Told: true, Does: closed},

	{Name: "reconsider", From: flow.At(Authorised, Scheduled, Built, Ready), To: Assessing, Needs: flow.Needs(notStandard), Says: flow.MustSay, Told: true, Does: reconsidered},
	{Name: "schedule", From: flow.At(Authorised), To: Scheduled, Asks: flow.Asks("starts", "ends", "owner", "second"), Needs: flow.Needs(record.HasOwner[*Change], twoPeople, hasWindow, backOutFits), Told: true},
	{Name: "reschedule", From: flow.At(Scheduled, Built, Ready), Asks: flow.Asks("starts", "ends", "owner", "second"), Needs: flow.Needs(record.HasOwner[*Change], twoPeople, hasWindow, backOutFits), Told: true},
	{Name: "build", From: flow.At(Scheduled), To: Built},
	{Name: "test", From: flow.At(Built), To: Ready, Asks: flow.Asks("evidence"), Needs: flow.Needs(hasEvidence)},
	{Name: "prepare", From: flow.At(Scheduled), To: Ready, Says: flow.MustSay},
	{Name: "implement", From: flow.At(Ready, EmergencyAuthorised), To: Implementing, Needs: flow.Needs(record.HasOwner[*Change]), Told: true, Does: begun},
	{Name: "complete", From: flow.At(Implementing), To: Implemented, Told: true, Does: finished},
	{Name: "back_out", From: flow.At(Implementing), To: BackedOut, Asks: flow.Asks("why_backed_out"), Needs: flow.Needs(hasWhyBackedOut), Why: "why_backed_out", Told: true, Does: finished},
	{Name: "fail", From: flow.At(Implementing), To: Broken, Asks: flow.Asks("why_failed"), Needs: flow.Needs(hasWhyFailed), Why: "why_failed", Told: true, Does: finished},
	{Name: "document", From: flow.At(Implemented), To: Documented, Asks: assessment, Needs: flow.Needs(isEmergency, hasImpact, hasLikelihood, hasBackOut, hasProcedure), Does: documented},
	{Name: "review", From: flow.At(Implemented, Documented, BackedOut, Broken), To: Reviewing, Needs: flow.Needs(writtenUp)},
	{Name: "close", From: flow.At(Reviewing), To: Closed, Asks: flow.Asks("result", "review", "updated"), Needs: flow.Needs(hasResult, hasReview, isUpdated), Told: true, Does: closed},

	{Name: "cancel", From: flow.At(Draft, Submitted), To: Cancelled, Asks: flow.Asks("why_dropped"), Told: true, Does: closed},
	{Name: "drop", From: flow.At(Filtered, Assessing, Authorised, Scheduled, Built, Ready), To: Cancelled, Asks: flow.Asks("why_dropped"), Needs: flow.Needs(hasWhyDropped), Why: "why_dropped", Told: true, Does: closed},

	{Name: "assign", From: flow.At(Filtered, Assessing, Authorised), Asks: flow.Asks("team", "owner"), Needs: flow.Needs(record.HasTeam[*Change])},
}

// assessment are the fields that are known once a change has been looked at.
var assessment = append(flow.Asks("items", "impact", "likelihood", "why_otherwise", "shared", "networks", "exchange", "procedure", "test", "back_out", "back_out_time", "communication", "cost", "benefit", "gain"), questionFields()...)

func questionFields() []string {
	out := make([]string, len(Questions))
	for i, q := range Questions {
		out[i] = string(q)
	}
	return out
}

var (
	hasType         = record.Filled("type", func(c *Change) bool { return c.Type == "" })
	hasReason       = record.Written("reason", func(c *Change) string { return c.Reason })
	hasWhyRejected  = record.Written("why_rejected", func(c *Change) string { return c.WhyRejected })
	hasWhyDropped   = record.Written("why_dropped", func(c *Change) string { return c.WhyDropped })
	hasImpact       = record.Filled("impact", func(c *Change) bool { return c.Impact == 0 })
	hasLikelihood   = record.Filled("likelihood", func(c *Change) bool { return c.Likelihood == 0 })
	hasProcedure    = record.Written("procedure", func(c *Change) string { return c.Procedure })
	hasTest         = record.Written("test", func(c *Change) string { return c.Test })
	hasEvidence     = record.Written("evidence", func(c *Change) string { return c.Evidence })
	hasWhyBackedOut = record.Written("why_backed_out", func(c *Change) string { return c.WhyBackedOut })
	hasWhyFailed    = record.Written("why_failed", func(c *Change) string { return c.WhyFailed })
	hasSpoken       = record.Filled("spoken", func(c *Change) bool { return c.Spoken.IsZero() })
	hasResult       = record.Filled("result", func(c *Change) bool { return c.Result == "" })
	hasReview       = record.Written("review", func(c *Change) string { return c.Review })
	isUpdated       = record.Filled("updated", func(c *Change) bool { return !c.Updated && c.Result != TakenBack && c.Result != Failed })
	isStandard      = is(func(c *Change) bool { return c.Type == Standard }, "change.not_standard")
	isEmergency     = is(func(c *Change) bool { return c.Type == Emergency }, "change.not_emergency")
	notStandard     = is(func(c *Change) bool { return c.Type != Standard }, "change.is_standard")
	notEmergency    = is(func(c *Change) bool { return c.Type != Emergency }, "change.is_emergency")
	writtenUp       = is(func(c *Change) bool { return c.Type != Emergency || c.State != Implemented }, "change.not_documented")
)

// is is the need that something is so, which no field of the form can mend.
func is(so func(*Change) bool, key string) flow.Need[*Change] {
	return func(c *Change) error {
		if !so(c) {
			return fault.New(fault.Conflict, key)
		}
		return nil
	}
}

// hasSubject is the need to say what is changed.
func hasSubject(c *Change) error {
	if len(c.Items) == 0 && c.Service == 0 {
		return fault.At("items", "change.no_subject")
	}
	return nil
}

// hasBackOut is the need of a way back and of the time it takes: without one
// no change is authorised.
func hasBackOut(c *Change) error {
	var many fault.Many
	if strings.TrimSpace(c.BackOut) == "" {
		many = append(many, fault.At("back_out", "record.required"))
	}
	if c.BackOutTime == 0 {
		many = append(many, fault.At("back_out_time", "record.required"))
	}
	return many.Err()
}

// twoPeople is the need that who helps is somebody else.
func twoPeople(c *Change) error {
	if c.Second != 0 && c.Second == c.Owner {
		return fault.At("second", "change.same_person")
	}
	return nil
}

// twoVoices is the need of two of the committee, who are neither the requester
// nor those who carry the change out.
func twoVoices(c *Change) error {
	var many fault.Many
	for _, v := range []struct {
		field  string
		person people.ID
	}{{"first_voice", c.First}, {"other_voice", c.Other}} {
		switch {
		case v.person == 0:
			many = append(many, fault.At(v.field, "record.required"))
		case isBarred(c, v.person):
			many = append(many, fault.At(v.field, "change.voice_barred"))
		}
	}
	if c.First != 0 && c.First == c.Other {
		many = append(many, fault.At("other_voice", "change.same_voice"))
	}
	return many.Err()
}

// What moves note on the record besides the state.

func authorised(c *Change, now time.Time) { c.Authorised = now }

// reconsidered takes the authority back: it was given to what was known then.
func reconsidered(c *Change, _ time.Time) { c.Authorised = time.Time{} }

func recorded(c *Change, now time.Time) { c.Authorised, c.Recorded = c.Spoken, now }

func settled(c *Change, _ time.Time) { c.Settle() }

func begun(c *Change, now time.Time) { c.Begun = now }

func finished(c *Change, now time.Time) { c.Ended = now }

func documented(c *Change, now time.Time) {
	c.Settle()
	c.Documented = now
}

func closed(c *Change, now time.Time) { c.Closed = now }
