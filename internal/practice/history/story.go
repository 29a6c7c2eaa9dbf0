package history

import (
	"time"

	"kilter/internal/practice/flow"
)

// Story is one record with its history as the log tells it. Names (teams,
// persons, services ...) are those of the log.
type Story struct {
	Key    string // the case in the log
	Line   int    // where it first occurs
	Rows   int    // of the log that it is made of
	Opened time.Time
	// Resolved and Closed are the last time that work came to rest there, zero
	// when it did not or was taken up again.
	Resolved, Closed time.Time
	State            flow.State
	Events           []Event // oldest first; the first one opens the record

	Title, Description                   string
	Requester, Owner, Team               string
	Department, Zone, Service            string
	Category, Subcategory, Item          string
	Impact, Urgency, Priority            int // 1 to 4, 0 not known
	Reason, Outside, Cause, Solution     string
	Extra                                map[string]string
	InTarget                             *bool // what the other tool said of the resolution target
	CountedReassigned, CountedReopened   int   // as the other tool counted; -1 when it did not
	Irregular, Reopenings, Reassignments int   // found in the events
}

// Event is one line of the history of a case.
type Event struct {
	At       time.Time
	Line     int    // of the log; 0 for an event that no row tells but the case implies
	Deed     string // the move's name; "open", "edit", "event" (nothing changed), "move" (one the flow does not know)
	Label    string // the activity as the log calls it
	From, To flow.State
	Person   string // who did it
	Team     string // who has the record from now on
	Owner    string
	Reason   string // what the record waits for
	Text     string
	Changes  []Change
	// Irregular marks a move that the flow forbids, or an event that moves a
	// record already finished to where it is.
	Irregular bool
}

// Change is a field that got another value.
type Change struct {
	Field    Field
	Was, Now string
}

// Reject is a row, or a value in it, that could not be used.
type Reject struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Key    string `json:"reason"` // message key
	Value  string `json:"value,omitempty"`
	Used   bool   `json:"row_used"` // the rest of the row was used
}

// The reasons to refuse a row or a value, beside those of base/sheet and
// base/eventlog.
const (
	NoCase        = "history.no_case"
	NoTime        = "history.no_time"
	BadTime       = "history.bad_time"
	NoActivity    = "history.no_activity"
	NotListed     = "history.not_listed"
	LongCase      = "history.long_case"
	BadLevel      = "history.bad_level"
	BadNumber     = "history.bad_number"
	BadYesNo      = "history.bad_yes_no"
	BadReason     = "history.bad_reason"
	LateOpened    = "history.late_opened"
	OddResolved   = "history.odd_resolved"
	OddClosed     = "history.odd_closed"
	TooManyEvents = "history.too_many_events"
	WorkedOn      = "history.worked_on" // told differently, but somebody has worked on the record since
	Shorter       = "history.shorter"   // told differently, in fewer rows than before
)

// Summary counts what a reading gave.
type Summary struct {
	Rows      int                      `json:"rows"`  // of the log, without its header
	Used      int                      `json:"used"`  // that became part of a case
	Cases     int                      `json:"cases"` //
	Events    int                      `json:"events"`
	Implied   int                      `json:"implied"` // events that no row tells: openings, stated moments
	Irregular int                      `json:"irregular"`
	Reopened  int                      `json:"reopened"` // cases
	First     time.Time                `json:"first,omitzero"`
	Last      time.Time                `json:"last,omitzero"`
	Rejected  int                      `json:"rejected"`   // rows not used
	Ignored   int                      `json:"ignored"`    // values not used in rows that were
	Reasons   map[string]int           `json:"reasons"`    // rejects by reason
	Labels    map[string]Meaning       `json:"activities"` // the first thousand
	States    map[flow.State]int       `json:"states"`     // of the cases at the end
	Names     map[Field]map[string]int `json:"-"`          // cases by name, for people, teams and the like
}

// Meaning is how often an activity occurred and what the map makes of it.
type Meaning struct {
	Rows   int    `json:"rows"`
	State  string `json:"state"` // "keep" when it moves nothing
	Listed bool   `json:"listed"`
}
