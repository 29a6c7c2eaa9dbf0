// Package duty is the duty log of the teams that keep watch: shifts, what is
// written down in them as they go, what stays open from one to the next, and
// the hand-over that two persons sign. Nothing that was written is taken out.
package duty

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// State is how far a shift is.
type State string

// The states.
const (
	Running State = "running"
	Offered State = "offered" // its hand-over is written and waits for somebody to accept it
	Closed  State = "closed"  // handed over: nothing in it can be changed any more
)

// Shift is the watch of a team from one moment to another.
type Shift struct {
	ID       int64
	Team     people.TeamID
	From, To time.Time // as planned
	Who      []people.ID
	ByHand   bool // opened by somebody, not by the duty calendar of the team
	Opened   time.Time
	OpenedBy people.ID // 0 when it came from the calendar
	State    State
	Ended    time.Time // when it was handed over; zero until then
	Version  int64
}

// Has reports whether somebody is on duty in the shift.
func (s *Shift) Has(who people.ID) bool { return slices.Contains(s.Who, who) }

// Over reports whether the time of the shift has passed and it is not handed over.
func (s *Shift) Over(now time.Time) bool { return s.State != Closed && now.After(s.To) }

// Kind is what an entry tells of.
type Kind string

// The kinds: first those that somebody chooses, then those that come of what he does.
const (
	Observation Kind = "observation"
	Action      Kind = "action"
	Call        Kind = "call"
	Operation   Kind = "operation" // handed in from a recurring operation
	Result      Kind = "result"    // an open matter was closed
	Offer       Kind = "offer"     // the hand-over was written
	Accept      Kind = "accept"
	Refuse      Kind = "refuse"
	Withdraw    Kind = "withdraw"
)

// Kinds are those that somebody chooses.
var Kinds = []string{string(Observation), string(Action), string(Call), string(Operation)}

// Entry is one thing written down. It is never changed: a correction is another
// entry that names it.
type Entry struct {
	ID       int64
	Shift    int64
	At       time.Time // when it happened
	Written  time.Time
	By       people.ID
	Kind     Kind
	Text     string
	Refs     []string // numbers of records and codes of items
	Run      int64    // of a recurring operation; 0 when none
	Matter   int64    // it opens or closes; 0 when none
	Corrects int64    // the entry in whose place it stands; 0 when none
}

// Told is an entry as it stands now, and as it stood before, the first text
// first.
type Told struct {
	Entry
	Before []Entry
}

// Tell puts corrections in the place of what they correct. The order is that
// of when things happened.
func Tell(all []Entry) []Told {
	var out []Told
	of := map[int64]int{} // by the id of the first text and of each correction
	ordered := slices.SortedFunc(slices.Values(all), func(a, b Entry) int { return int(a.ID - b.ID) })
	for _, e := range ordered {
		if i, ok := of[e.Corrects]; ok && e.Corrects != 0 {
			out[i].Before = append(out[i].Before, out[i].Entry)
			out[i].Entry = e
			of[e.ID] = i
			continue
		}
		of[e.ID] = len(out)
		out = append(out, Told{Entry: e})
	}
	slices.SortStableFunc(out, func(a, b Told) int { return a.At.Compare(b.At) })
	return out
}

// Matter is something that is not finished: it goes from shift to shift until
// somebody closes it with a result.
type Matter struct {
	ID       int64
	Team     people.TeamID
	Shift    int64 // in which it came up
	Text     string
	Opened   time.Time
	OpenedBy people.ID
	Carried  int       // hand-overs it has gone through
	Closed   time.Time // zero while it is open
	ClosedBy people.ID
	ClosedIn int64
	Result   string
}

// Verdict is what became of a hand-over.
type Verdict string

// The verdicts.
const (
	Waiting   Verdict = "waiting"
	Accepted  Verdict = "accepted"
	Refused   Verdict = "refused"
	Withdrawn Verdict = "withdrawn"
)

// Handover is what one shift leaves to the next, signed by who gives it and who
// takes it. One that was refused stays, with the reason.
type Handover struct {
	ID         int64
	Shift      int64
	Next       int64 // the shift that takes over; 0 when none is planned yet
	Summary    string
	Lines      []Line // what stood open, as Kilter saw it then
	Verdict    Verdict
	Given      time.Time
	GivenBy    people.ID
	Answered   time.Time
	AnsweredBy people.ID
	Answer     string // why it was refused, or what the coming one remarks
}

// What says why a line stands in a hand-over.
type What string

// The reasons, the most pressing first.
const (
	IsMajor     What = "major"     // a major incident is running
	IsPressing  What = "priority"  // an incident of priority 1 or 2 of the team
	IsMatter    What = "matter"    // an open matter of the log
	IsDeviation What = "deviation" // an operation of today found something
	IsMissed    What = "missed"    // an operation was missed
	IsDue       What = "due"       // an operation is due until the end of the next shift
	IsSupplier  What = "supplier"  // work that waits for a supplier
)

// Line is one thing that stands open. What it is called is read when it is
// shown, within what the reader may see.
type Line struct {
	What What   `json:"what"`
	Ref  string `json:"ref,omitempty"` // of a record
	ID   int64  `json:"id,omitempty"`  // of an operation's run, or of a matter
}

// The longest texts, in signs.
const (
	MostText    = 4000
	MostSummary = 20_000
	MostRefs    = 20
)

// text checks something that is typed.
func text(field, v string, most int, must bool) (string, error) {
	v = strings.TrimSpace(v)
	switch {
	case v == "" && must:
		return "", fault.At(field, "record.required")
	case utf8.RuneCountInString(v) > most || !utf8.ValidString(v):
		return "", fault.At(field, "record.too_long").With("max", most)
	}
	return v, nil
}

// early and late are how far the time of an entry may lie outside the shift: he
// who comes early writes, and he who cannot leave.
const (
	early = 12 * time.Hour
	late  = 24 * time.Hour
)

// happened checks when something is said to have happened.
func (s *Shift) happened(at, now time.Time) error {
	switch {
	case at.After(now.Add(time.Minute)):
		return fault.At("at", "watch.in_future")
	case at.Before(s.From.Add(-early)) || at.After(s.To.Add(late)):
		return fault.At("at", "watch.not_in_shift")
	}
	return nil
}
