// Package desk computes the report of the service desk for a period: how many
// records were opened, resolved, closed and left over, how long resolving took,
// how often work came back or changed hands, what was waited for, and how much
// was done in time. docs/reports.md defines every figure.
//
// The report sees each record as it stood at the end of the period, however
// much happened to it since: the report of May reads the same in June and in
// December.
package desk

import (
	"time"

	"kilter/internal/practice/flow"
)

// Case is one record with all that the report asks of it. Moments are
// milliseconds since 1970, UTC.
type Case struct {
	Opened   int64
	Steps    []Step // in order of time; before the first one it is new
	Priority int    // 0 not set
	Service  string // names as the report shows them, "" for none
	Category string
	Target   Target
	// Department is that of whoever asked, an id as text, "" for none.
	Department string
	Major      bool // it is, or was, a major incident
	// Agreement is the one that the promise to resolve was made under, an id as text, ""
	// for none of Kilter's and where it was not kept.
	Agreement string
}

// Step is a moment at which a record moved, waited for something else, or
// changed hands.
type Step struct {
	At     int64
	State  flow.State // "" when it stayed
	Reason string     // what it waits for from now on
	Team   string     // who has it from now on; "" when that stayed
}

// Target is how the promise to resolve in time came out.
type Target int

// The outcomes.
const (
	NoTarget Target = iota // nothing was promised, or it is not decided yet
	Met
	Missed
)

// Options are the period and the meaning of states and teams.
type Options struct {
	From, To time.Time // the period, To not included
	Zone     *time.Location
	Places   []flow.Place // of the practice's flow
	Closed   flow.State
	Cancel   flow.State
	// Business is the working time between two moments under the calendar that
	// holds for the case; nil where there is no calendar.
	Business func(c *Case, from, to int64) int64
	// Line tells a team's line of support, 0 when it is not known.
	Line func(team string) int
	// Label is how the report shows the name of a team, service or category;
	// nil shows it as it is.
	Label func(name string) string
}

// Report is the outcome. docs/reports.md documents its JSON.
type Report struct {
	From string `json:"from"` // RFC 3339, in the zone of the report
	To   string `json:"to"`
	Zone string `json:"zone"`
	Figures
	Reopenings    int       `json:"reopenings"`    // Reopened counts records, this each time
	Reassignments int       `json:"reassignments"` // likewise
	Waiting       []Waiting `json:"waiting"`
	ByTeam        []Group   `json:"by_team"`
	ByService     []Group   `json:"by_service"`
	ByCategory    []Group   `json:"by_category"`
	ByPriority    []Group   `json:"by_priority"`
	ByAgreement   []Group   `json:"by_agreement"`
	ByMonth       []Group   `json:"by_month"`
}

// Figures are the measures of all records or of a group of them.
type Figures struct {
	Opened        int      `json:"opened"`
	Resolved      int      `json:"resolved"`
	Closed        int      `json:"closed"`
	Cancelled     int      `json:"cancelled"`
	Backlog       int      `json:"backlog"`
	TimeToResolve Times    `json:"time_to_resolve"`
	FirstContact  *float64 `json:"first_contact"` // share from 0 to 1, null of none
	FirstOf       int      `json:"first_contact_of"`
	Reopened      int      `json:"reopened"`
	Reassigned    int      `json:"reassigned"`
	PingPong      int      `json:"ping_pong"`
	InTarget      *float64 `json:"in_target"` // share from 0 to 1, null of none
	TargetOf      int      `json:"in_target_of"`
}

// Times spread over records, in seconds; on the clock and in business time.
type Times struct {
	Spread
	Business *Spread `json:"business"` // null without a calendar
}

// Spread is a distribution in seconds. Percentiles are interpolated linearly.
type Spread struct {
	N      int      `json:"n"`
	Mean   *float64 `json:"mean"` // null of none
	Median *float64 `json:"median"`
	P90    *float64 `json:"p90"`
}

// Group is the figures of one team, service, category, priority or month.
type Group struct {
	Name string `json:"name"` // "" for records without one
	Figures
}

// Waiting is the time within the period that records spent waiting.
type Waiting struct {
	Reason   string   `json:"reason"` // "" when it was not said
	Records  int      `json:"records"`
	Seconds  float64  `json:"seconds"`
	Business *float64 `json:"business_seconds"` // null without a calendar
}
