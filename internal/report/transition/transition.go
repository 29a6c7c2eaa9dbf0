// Package transition computes the figures of changes and of releases for a
// period: how many came out well, how many were emergencies, what incidents they
// caused, how long they took and whether they kept to their plan. docs/reports.md
// defines every figure.
//
// A change counts in the month in which carrying it out ended, a release in that
// in which its roll-out did. Whoever reads sees the figures of the records he may
// see, and of no other.
package transition

import (
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/release"
	"kilter/internal/report/desk"
)

// ChangeCase is a change that was carried out, taken back or failed, with all
// that the report asks of it.
type ChangeCase struct {
	Type          change.Type
	Service, Team int64 // 0 for none
	Opened        time.Time
	Starts, Ends  time.Time // the window as it was planned last
	Begun, Ended  time.Time
	Result        change.Result // "" before its review has ended
	Moved         bool          // its window was moved once it had one
	Incidents     int           // that name it as their cause
}

// Changes is the report of changes. docs/reports.md documents its JSON.
type Changes struct {
	From string `json:"from"` // RFC 3339, in the zone of the report
	To   string `json:"to"`
	Zone string `json:"zone"`
	ChangeFigures
	// Differences of the configuration that no change covers, and those of them
	// that somebody has explained; null for who may not read items.
	Unauthorised *int          `json:"unauthorised"`
	Explained    *int          `json:"unauthorised_explained"`
	ByMonth      []ChangeGroup `json:"by_month"`
	ByType       []ChangeGroup `json:"by_type"`
	ByService    []ChangeGroup `json:"by_service"`
	ByTeam       []ChangeGroup `json:"by_team"`
}

// ChangeGroup is the figures of one month, type, service or team.
type ChangeGroup struct {
	Name string `json:"name"` // "" for changes without one
	ChangeFigures
}

// ChangeFigures are the measures of some changes. Shares are from 0 to 1, and
// null of none.
type ChangeFigures struct {
	Ended         int         `json:"ended"`
	Reviewed      int         `json:"reviewed"`
	Succeeded     int         `json:"succeeded"`
	Success       *float64    `json:"success"` // succeeded of reviewed
	WithIncidents int         `json:"with_incidents"`
	Overran       int         `json:"overran"`
	TakenBack     int         `json:"taken_back"`
	Failed        int         `json:"failed"`
	Emergencies   int         `json:"emergencies"`
	Emergency     *float64    `json:"emergency"` // emergencies of ended
	Causing       int         `json:"causing"`   // changes with incidents that name them as their cause
	Caused        int         `json:"caused_incidents"`
	LeadTime      desk.Spread `json:"lead_time"` // from asked for to ended, in seconds
	Planned       int         `json:"planned"`   // with a window
	InWindow      int         `json:"in_window"` // begun and ended within it
	Accuracy      *float64    `json:"accuracy"`  // in_window of planned
	Moved         int         `json:"moved"`     // of planned, the window was moved
}

// ReleaseCase is a release whose roll-out came to an end, or that a review
// refused.
type ReleaseCase struct {
	Weight        release.Weight
	Service, Team int64
	Outcome       flow.State // release.Deployed, PartlyDeployed, BackedOut, Cancelled; "" when it was only refused
	At            time.Time  // when it came to that, else when it was refused last
	Opened        time.Time
	Ends          time.Time // of the window of the roll-out
	Builds        int
	Refusals      int // a review said no-go
	TakenBack     int // how often it was taken back within the period
	Incidents     int // about what it brought, in the first days from its beginning
	Measured      bool
	Targets       int // that it was brought to
	Verified      int // of these, somebody else has seen that it works there
}

// Releases is the report of releases. docs/reports.md documents its JSON.
type Releases struct {
	From string `json:"from"`
	To   string `json:"to"`
	Zone string `json:"zone"`
	ReleaseFigures
	ByMonth   []ReleaseGroup `json:"by_month"`
	ByWeight  []ReleaseGroup `json:"by_weight"`
	ByService []ReleaseGroup `json:"by_service"`
	ByTeam    []ReleaseGroup `json:"by_team"`
}

// ReleaseGroup is the figures of one month, weight, service or team.
type ReleaseGroup struct {
	Name string `json:"name"` // "" for releases without one
	ReleaseFigures
}

// ReleaseFigures are the measures of some releases.
type ReleaseFigures struct {
	Ended       int         `json:"ended"`
	Deployed    int         `json:"deployed"`
	Partly      int         `json:"partly_deployed"`
	BackedOut   int         `json:"backed_out"`
	Cancelled   int         `json:"cancelled"`
	RolledOut   int         `json:"rolled_out"`  // deployed, partly_deployed or backed_out
	Success     *float64    `json:"success"`     // deployed of rolled_out
	TakenBack   int         `json:"take_backs"`  // each time, of releases deployed later too
	Refusals    int         `json:"no_go"`       // each time
	Builds      *float64    `json:"builds"`      // mean of those deployed
	LeadTime    desk.Spread `json:"lead_time"`   // of those deployed, from opened to deployed
	Planned     int         `json:"planned"`     // deployed, with a window
	InWindow    int         `json:"in_window"`   // deployed before it ended
	Accuracy    *float64    `json:"accuracy"`    // in_window of planned
	Measured    int         `json:"measured"`    // deployed, with items that are known
	Incidents   int         `json:"incidents"`   // about these items, in the first ten days
	Emergencies int         `json:"emergencies"` // of rolled_out, by weight
	Emergency   *float64    `json:"emergency"`   // emergencies of rolled_out
	Targets     int         `json:"targets"`     // to which those rolled out were brought
	Verified    *float64    `json:"verified"`    // of these targets, verified by somebody else
}
