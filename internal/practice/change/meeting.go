package change

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Meeting is a meeting of the change advisory board, or of the emergency
// committee: what it is to talk about in which order, who was there, and what
// came of it. The votes are those of the decision on each change itself.
type Meeting struct {
	ID      int64
	Kind    Sort
	Phone   bool // held by telephone
	Place   string
	Span    Span
	State   Stand
	Chair   people.ID
	Members []people.ID // who has a seat, as the policy said when it was convened
	Present []people.ID // who was there, guests too
	Points  []Point     // the agenda, in order
	Minutes string      // what was said beside the points
	Actions []Action
	By      people.ID // who convened it
	At      time.Time
	Opened  time.Time
	Closed  time.Time
	Changed int64 // version of the row
}

// Sort says whose meeting it is.
type Sort string

// The sorts.
const (
	OfBoard     Sort = "board"
	OfEmergency Sort = "emergency"
)

// Sorts lists them.
var Sorts = []Sort{OfBoard, OfEmergency}

// Stand is how far a meeting is.
type Stand string

// The stands.
const (
	Convened  Stand = "convened"
	InSession Stand = "in_session"
	Held      Stand = "held"
	CalledOff Stand = "called_off"
)

// Point is a change on the agenda.
type Point struct {
	Change     int64         `json:"change"` // the record
	Number     record.Number `json:"number"`
	What       What          `json:"what"`
	Minutes    string        `json:"minutes,omitempty"`
	Conditions []Condition   `json:"conditions,omitempty"`
}

// What is what is to be done about a change in a meeting.
type What string

// What there is.
const (
	ToDecide What = "decide"
	ToReview What = "review"
)

// Condition is what a change may be carried out under.
type Condition struct {
	Text string    `json:"text"`
	By   people.ID `json:"by"` // who asked for it
	At   time.Time `json:"at"`
	Met  time.Time `json:"met,omitzero"`
	Who  people.ID `json:"who,omitempty"` // who found that it is met
}

// Action is something that somebody is to do by a day.
type Action struct {
	Text   string    `json:"text"`
	Change int64     `json:"change,omitempty"` // 0 is about no change in particular
	Owner  people.ID `json:"owner"`
	Due    time.Time `json:"due,omitzero"` // a day of the wall, as base/day keeps it
	Done   time.Time `json:"done,omitzero"`
}

// emergencyQuorum is how many of the emergency committee have to be there.
const emergencyQuorum = 2

// Quorum is how many who have a seat and a say must be there.
func (m *Meeting) Quorum(p Policy) int {
	if m.Kind == OfEmergency {
		return emergencyQuorum
	}
	return p.Quorum
}

// Voices are those who are there, have a seat and a say on a change: its
// requester and those who carry it out have none.
func (m *Meeting) Voices(c *Change) []people.ID {
	var out []people.ID
	for _, id := range m.Present {
		if slices.Contains(m.Members, id) && (c == nil || !isBarred(c, id)) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Quorate reports why a meeting cannot decide on a change.
func (m *Meeting) Quorate(c *Change, p Policy) error {
	if have, need := len(m.Voices(c)), m.Quorum(p); have < need {
		return fault.New(fault.Conflict, "cab.no_quorum").With("have", have).With("need", need)
	}
	return nil
}

// Point is the place of a change on the agenda, nil when it is not there.
func (m *Meeting) Point(change int64) *Point {
	for i := range m.Points {
		if m.Points[i].Change == change {
			return &m.Points[i]
		}
	}
	return nil
}

// open reports why nothing more is written into a meeting.
func (m *Meeting) open() error {
	if m.State == Held || m.State == CalledOff {
		return fault.New(fault.Conflict, "cab.over")
	}
	return nil
}

// Owed counts the conditions on a change that are not met.
func Owed(all []Meeting, change int64) (n int) {
	for i := range all {
		p := all[i].Point(change)
		if p == nil {
			continue
		}
		for _, c := range p.Conditions {
			if c.Met.IsZero() {
				n++
			}
		}
	}
	return n
}
