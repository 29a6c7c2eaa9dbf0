// Package review is management reviews as objects, after the operations
// management reviews of MOF: whether a change is worth beginning, whether inner
// procedures work, whether what was agreed was kept, and each quarter how the
// improvement programme goes. A review has an agenda and a checklist from its
// template, who was there for which role cluster, a decision with its conditions,
// minutes, and actions that are followed up.
//
// The release readiness review is not kept here: it belongs to its release
// (practice/release). Changes are authorised in the meetings of the advisory board
// (practice/change); a change initiation review comes before that.
package review

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Kind is what a review asks.
type Kind string

// The kinds (domain/mof 1.1).
const (
	Initiation Kind = "initiation" // is a change worth doing, feasible, affordable, operable?
	Operations Kind = "operations" // do inner procedures and agreements work?
	Service    Kind = "service"    // were the targets met, and are they still right?
	Programme  Kind = "programme"  // how does improvement go?
)

// Kinds lists them.
var Kinds = []Kind{Initiation, Operations, Service, Programme}

// State is how far a review is.
type State string

// The states.
const (
	Called    State = "called"
	Held      State = "held"
	CalledOff State = "called_off"
)

// Decision is what a review comes to.
type Decision string

// The decisions: of a change, and of a period.
const (
	Undecided   Decision = ""
	Go          Decision = "go"
	Conditional Decision = "conditional" // go, under conditions
	NoGo        Decision = "no_go"
	Returned    Decision = "returned" // to be worked over
	InOrder     Decision = "in_order"
	ToAct       Decision = "to_act" // it needs what its actions say
)

// Decisions lists those that a kind can come to.
func Decisions(k Kind) []Decision {
	if k == Initiation {
		return []Decision{Go, Conditional, NoGo, Returned}
	}
	return []Decision{InOrder, ToAct}
}

// Say is what was found about a point of the checklist.
type Say string

// What is found; "" is nobody has looked.
const (
	Yes     Say = "yes"
	No      Say = "no"
	Nothing Say = "none" // it does not apply
)

// Says lists them.
var Says = []Say{Yes, No, Nothing}

// Cluster is one of the seven role clusters of the team model (domain/mof 1.2).
type Cluster string

// Clusters lists them.
var Clusters = []Cluster{"service", "infrastructure", "support", "operations", "partner", "security", "release"}

// Item is a point of the agenda.
type Item struct {
	Text    people.Text `json:"text"`
	Figure  Figure      `json:"figure,omitempty"`  // that is filled in
	Says    people.Text `json:"says,omitzero"`     // what it said when the review was held
	Link    string      `json:"link,omitempty"`    // to the records that it was taken from
	Lines   []Line      `json:"lines,omitempty"`   // its parts, each with its records
	Minutes string      `json:"minutes,omitempty"` // what was said about it
	// Hidden says that the figure is not for the reader.
	Hidden bool `json:"-"`
}

// Check is a point of the checklist.
type Check struct {
	Text     people.Text `json:"text"`
	Say      Say         `json:"say,omitempty"`
	Evidence string      `json:"evidence,omitempty"`
	Link     string      `json:"link,omitempty"` // to a record, a report or a file that shows it
	By       people.ID   `json:"by,omitempty"`
	At       time.Time   `json:"at,omitzero"`

	Hidden bool `json:"-"` // it has a link that its reader may not follow, and is not told
}

// Seat is who was there, and for which cluster.
type Seat struct {
	Cluster Cluster   `json:"cluster"`
	Person  people.ID `json:"person"`
}

// Duty is something that somebody has to see to by a day: a condition of the
// decision, or an action.
type Duty struct {
	Text     string    `json:"text"`
	Owner    people.ID `json:"owner"`
	Due      time.Time `json:"due"`
	Done     time.Time `json:"done,omitzero"`
	By       people.ID `json:"by,omitempty"` // who said that it is done
	Evidence string    `json:"evidence,omitempty"`
	Link     string    `json:"link,omitempty"`  // to what it is about
	Proof    string    `json:"proof,omitempty"` // to what shows that it is done

	Hidden, ProofHidden bool `json:"-"` // it has a link that its reader may not follow, and is not told
}

// Review is one review.
type Review struct {
	ID     int64
	Kind   Kind
	Name   people.Text
	Change record.Number // of a change initiation review
	At     time.Time     // when it is held
	State  State
	Doc
	Made    time.Time
	MadeBy  people.ID
	Version int64
}

// Doc is what is written of a review.
type Doc struct {
	Place      string          `json:"place,omitempty"`
	From       time.Time       `json:"from,omitzero"` // the period that is looked at
	Until      time.Time       `json:"until,omitzero"`
	Chair      people.ID       `json:"chair"`
	Agenda     []Item          `json:"agenda,omitempty"`
	Checks     []Check         `json:"checks,omitempty"`
	Present    []Seat          `json:"present,omitempty"`
	Minutes    string          `json:"minutes,omitempty"`
	Zones      []people.ZoneID `json:"zones,omitempty"` // that the figures were taken with
	AllZones   bool            `json:"all_zones,omitempty"`
	Decision   Decision        `json:"decision,omitempty"`
	Decided    time.Time       `json:"decided,omitzero"`
	DecidedBy  people.ID       `json:"decided_by,omitempty"`
	Owner      people.ID       `json:"owner,omitempty"` // of the change from now on, that a go names
	Closed     time.Time       `json:"closed,omitzero"` // its conditions are met and its actions done; nothing more is written
	ClosedBy   people.ID       `json:"closed_by,omitempty"`
	Gone       []Gone          `json:"gone,omitempty"` // files of the minutes that were taken back after it
	Conditions []Duty          `json:"conditions,omitempty"`
	Actions    []Duty          `json:"actions,omitempty"`
	Series     *Series         `json:"series,omitempty"`
}

// Gone is a file of the minutes that was taken back after the review.
type Gone struct {
	Name string        `json:"name"`
	Zone people.ZoneID `json:"zone,omitempty"` // that one has to be cleared for to know of it
	By   people.ID     `json:"by"`
	At   time.Time     `json:"at"`
	Why  string        `json:"why"`
}

// Shut reports whether a review is closed for good.
func (r *Review) Shut() bool { return r.State == CalledOff || !r.Closed.IsZero() }

// Goes reports whether a decision lets a change begin.
func (d Decision) Goes() bool { return d == Go || d == Conditional }

// Persons counts the different persons who were there.
func (r *Review) Persons() int {
	who := map[people.ID]bool{}
	for _, s := range r.Present {
		who[s.Person] = true
	}
	return len(who)
}

// Open counts the conditions or actions that are not done.
func Open(all []Duty) (n int) {
	for _, d := range all {
		if d.Done.IsZero() {
			n++
		}
	}
	return n
}

// Quorum is how many different persons hold a review at least: nobody reviews
// alone.
const Quorum = 2

// Blocks says why what a change initiation review guards cannot go on; nil when
// it may. A review that is called has to be held first.
func (r *Review) Blocks() error {
	switch {
	case r.State == CalledOff:
		return nil
	case r.State == Called:
		return fault.New(fault.Conflict, "review.not_held").With("day", r.At)
	case r.Decision == NoGo:
		return fault.New(fault.Conflict, "review.is_no_go")
	case r.Decision == Returned:
		return fault.New(fault.Conflict, "review.is_returned")
	case Open(r.Conditions) > 0:
		return fault.New(fault.Conflict, "review.owes").With("n", Open(r.Conditions))
	}
	return nil
}

// decide says why a review cannot come to a decision. A no-go and a return it can
// always come to: nobody has to look at everything to stop a change.
func (r *Review) decide(d Decision) error {
	if !slices.Contains(Decisions(r.Kind), d) {
		return fault.At("decision", "record.not_a_choice").With("choices", joined(Decisions(r.Kind)))
	}
	if r.Persons() < Quorum {
		return fault.New(fault.Conflict, "review.no_quorum").With("have", r.Persons()).With("need", Quorum)
	}
	if d == NoGo || d == Returned {
		return nil
	}
	open, against := 0, 0
	for _, c := range r.Checks {
		switch c.Say {
		case Yes, Nothing:
		case No:
			against++
		default:
			open++
		}
	}
	switch {
	case open > 0:
		return fault.New(fault.Conflict, "review.unanswered").With("n", open)
	case d == Go && against > 0:
		return fault.New(fault.Conflict, "review.against").With("n", against)
	case d == Go && len(r.Conditions) > 0:
		return fault.New(fault.Conflict, "review.has_conditions")
	case d == Conditional && len(r.Conditions) == 0:
		return fault.New(fault.Conflict, "review.no_conditions")
	case d == InOrder && against > 0:
		return fault.New(fault.Conflict, "review.against").With("n", against)
	case d == ToAct && len(r.Actions) == 0:
		return fault.New(fault.Conflict, "review.no_actions")
	}
	return nil
}

func joined[S ~string](all []S) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return strings.Join(out, ", ")
}

// What a review holds at the most.
const (
	mostName     = 200
	mostText     = 500
	mostEvidence = 2_000
	mostMinutes  = 20_000
	mostDuties   = 60
	mostPresent  = 60
	mostLines    = 40
)

func long(field, text string, most int) error {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		return fault.At(field, "record.too_long").With("max", most)
	}
	return nil
}
