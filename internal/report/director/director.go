// Package director is the page that a director reads on Monday: what the service
// does now, what users say of it, how far processes and people are, how the
// improvement of both goes, what it costs, and what is to be decided next.
//
// It computes nothing from records or answers: everything comes from figures
// that are kept. What has no figure says why, and where one would come from.
package director

import (
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/survey"
	"kilter/internal/report/board"
	"kilter/internal/report/satisfaction"
)

// Grant is the right to read the page. What is on it asks for its own besides.
const Grant = "director.read"

// Lack says why a part of the page has no figures; "" when it has some.
type Lack string

// The reasons.
const (
	Given   Lack = ""
	NoRight Lack = "right" // the reader may not see them
	NotKept Lack = "none"  // nothing was measured yet
)

// Page is the whole page as one reader may see it.
type Page struct {
	At           time.Time
	Today        time.Time // the centre's day then
	Service      Service
	Satisfaction Satisfaction
	Maturity     Maturity
	Readiness    Readiness
	Roadmap      Roadmap
	Risks        Risks
	Decisions    []Decision // the most pressing first
	More         int        // decisions beyond those
}

// Service is what the service does now, and what was agreed.
type Service struct {
	Lack    Lack
	Board   board.Board
	Days    int   // that the board counts coming and going over
	Majors  int   // major incidents that run
	Busiest []One // services by what is open, the largest first

	Published  int // services of the catalogue
	Covered    int // of these, with an agreement in force
	Agreements int // in force, of customers
	Kept       Lack
	Months     []Month // the oldest first, the last is the running one
}

// One is a service with what is open and how it was kept in time.
type One struct {
	Service     int64
	Open        int
	Met, Missed int // of the running month and the one before
}

// Month is how many promises to resolve ended in a month, kept and broken.
type Month struct {
	Month       time.Time
	Met, Missed int
}

// Share is the part that was kept; ok is false when none ended.
func (m Month) Share() (share float64, ok bool) {
	if m.Met+m.Missed == 0 {
		return 0, false
	}
	return float64(m.Met) / float64(m.Met+m.Missed), true
}

// Satisfaction is what users said last.
type Satisfaction struct {
	Lack   Lack
	Report *satisfaction.Report
	Waves  []Wave // published ones with a score, the oldest first
}

// Wave is the score of a wave.
type Wave struct {
	ID    int64
	Name  people.Text
	Day   time.Time
	Score float64
	CI    survey.Interval
}

// Maturity is how far the processes are, by the last signed assessment.
type Maturity struct {
	Lack       Lack
	Assessment int64
	Name       people.Text
	Day        time.Time
	Processes  []Standing // in the order of the specification
	Below, Of  int        // processes below their target, and those that have one
}

// Standing is a process with its level, the one it should have, and the one of
// the assessment before.
type Standing struct {
	Process maturity.Process
	Level   maturity.Level
	Target  maturity.Level // None where nobody set one
	Before  maturity.Level
	Was     bool // there was one before
}

// Readiness is how ready the people are.
type Readiness struct {
	Lack      Lack
	Processes map[maturity.Process]float64 // of those that are recorded
	Mean      float64
	Least     maturity.Process
}

// Roadmap is the improvement programme that is carried out, or planned.
type Roadmap struct {
	Lack     Lack
	One      *programme.Programme
	Progress programme.Progress
	Steps    []programme.Step // by phase and place
	Phases   int
	Phase    int // the one that runs, 0 before the first

	Altered []programme.Programme // those that wait for the reader's consent
}

// Risks are the open risks of the highest exposure.
type Risks struct {
	Lack Lack
	Top  []Risk
	Ten  []Risk // with those that the page has no room for
	High int    // how many open ones are high
	All  int    // and how many were analysed
}

// Risk is one of them.
type Risk struct {
	Ref      string
	Title    string
	Exposure int
	Review   time.Time
}

// What is to be decided.
type What string

// What there is to decide, and what waits for somebody else's decision.
const (
	Answer    What = "answer"    // a consent that the reader is asked for
	Fallen    What = "fallen"    // a verified step that fell back
	Verify    What = "verify"    // steps that are said to be done
	Late      What = "late"      // steps whose day has passed
	Approve   What = "approve"   // a programme that is planned
	Agree     What = "agree"     // a programme whose steps were altered since it was approved
	Publish   What = "publish"   // a wave that is analysed
	Sign      What = "sign"      // an assessment that is open
	Renew     What = "renew"     // an agreement that ends
	Review    What = "review"    // a risk whose day of review has passed
	Meeting   What = "meeting"   // a management review that is called
	Action    What = "action"    // what a review asked somebody to do
	Condition What = "condition" // what a review made its decision depend on
)

// Decision is something to decide or to see to.
type Decision struct {
	What    What
	Name    people.Text      // of what has names
	Title   string           // of a record
	Kind    record.Kind      // likewise
	Ref     string           // likewise
	ID      int64            // of what is no record
	Step    int64            // of a programme
	N       int              // steps, where it is about several
	Process maturity.Process // of a step
	Level   maturity.Level   // likewise
	Due     time.Time
}

// Past reports whether what a decision is due by is over: its day where it has one,
// else its moment.
func (p *Page) Past(d Decision) bool {
	switch d.What {
	case Approve, Verify, Late, Fallen, Sign, Action, Condition:
		return !d.Due.IsZero() && d.Due.Before(p.Today)
	case Answer, Agree, Publish, Review, Renew, Meeting:
	}
	return !d.Due.IsZero() && d.Due.Before(p.At)
}
