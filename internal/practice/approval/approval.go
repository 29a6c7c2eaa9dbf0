// Package approval is how several people decide on something one of them
// asked for: in stages, each answered by any, all or a number of those asked,
// by themselves or by their deputies, within a time. Requests, changes,
// releases, articles and agreements decide alike.
package approval

import (
	"slices"
	"time"

	"kilter/internal/practice/people"
)

// Rule says whose consent a stage needs.
type Rule string

// The rules.
const (
	Any    Rule = "any"    // one of those asked
	All    Rule = "all"    // each of those asked
	Quorum Rule = "quorum" // so many of those asked
)

// Rules lists them in the order of a form.
var Rules = []string{string(Any), string(All), string(Quorum)}

// Verdict is what came of a stage or a round.
type Verdict string

// The verdicts.
const (
	Open      Verdict = ""
	Approved  Verdict = "approved"
	Refused   Verdict = "refused"
	Lapsed    Verdict = "lapsed"    // nobody decided in time
	Withdrawn Verdict = "withdrawn" // it is not asked any more
)

// Answer is what one person says.
type Answer string

// The answers.
const (
	None Answer = ""
	Yes  Answer = "yes"
	No   Answer = "no"
)

// Seat is one person's say in a stage.
type Seat struct {
	Person     people.ID           `json:"person"`
	Department people.DepartmentID `json:"department,omitempty"` // his, when he was asked
	As         string              `json:"as,omitempty"`         // in which capacity: service_owner
	Answer     Answer              `json:"answer,omitempty"`
	By         people.ID           `json:"by,omitempty"` // who answered: the person or his deputy
	At         time.Time           `json:"at,omitzero"`
	Reason     string              `json:"reason,omitempty"`
}

// Stage is asked as a whole; the next one begins when it is approved.
type Stage struct {
	Name    people.Text `json:"name,omitzero"`
	Rule    Rule        `json:"rule"`
	Quorum  int         `json:"quorum,omitempty"` // with the rule of that name
	Apart   bool        `json:"apart,omitempty"`  // with a quorum: consents count once for each department
	Fresh   bool        `json:"fresh,omitempty"`  // nobody answers it who has answered a stage before it
	Days    int         `json:"days,omitempty"`   // working days to decide; 0 is without end
	After   int         `json:"after,omitempty"`  // working days until the reminder; 0 is half of the time
	Seats   []Seat      `json:"seats"`
	Opened  time.Time   `json:"opened,omitzero"`
	Remind  time.Time   `json:"remind,omitzero"` // when those who have not answered are reminded; zero once they were
	Due     time.Time   `json:"due,omitzero"`
	Verdict Verdict     `json:"verdict,omitempty"`
}

// Round is one asking, from its first stage to its verdict.
type Round struct {
	ID      int64
	Record  int64
	Barred  []people.ID // who must not decide: the requester, whoever would carry it out
	Stages  []Stage
	At      int // the stage being asked
	Verdict Verdict
	Opened  time.Time
	Closed  time.Time
}

// Now is the stage being asked; nil when the round is over.
func (r *Round) Now() *Stage {
	if r == nil || r.Verdict != Open || r.At >= len(r.Stages) {
		return nil
	}
	return &r.Stages[r.At]
}

// Waiting lists whose answers the round waits for now.
func (r *Round) Waiting() []people.ID {
	st := r.Now()
	if st == nil {
		return nil
	}
	var out []people.ID
	for _, s := range st.Seats {
		if s.Answer == None {
			out = append(out, s.Person)
		}
	}
	return out
}

// Took lists everybody who has had a say, whoever stood in for whom.
func (r *Round) Took() []people.ID {
	var out []people.ID
	for _, st := range r.Stages {
		for _, s := range st.Seats {
			if s.By != 0 && !slices.Contains(out, s.By) {
				out = append(out, s.By)
			}
		}
	}
	return out
}

// need is how many consents the stage wants.
func (s *Stage) need() int {
	switch s.Rule {
	case All:
		return len(s.Seats)
	case Quorum:
		return max(s.Quorum, 1)
	}
	return 1
}

// consents counts the answers that are yes, and what could still come of the
// seats that have not answered: of one department once when they are to be
// apart.
func (s *Stage) consents() (have, possible int) {
	if !s.Apart || s.Rule != Quorum {
		for _, seat := range s.Seats {
			if seat.Answer == Yes {
				have++
			}
			if seat.Answer != No {
				possible++
			}
		}
		return have, possible
	}
	yes, may := map[people.DepartmentID]bool{}, map[people.DepartmentID]bool{}
	for _, seat := range s.Seats {
		if seat.Answer == Yes {
			yes[seat.Department] = true
		}
		if seat.Answer != No {
			may[seat.Department] = true
		}
	}
	return len(yes), len(may)
}

// tally is what the answers given so far come to. It depends on which answers
// were given, never on their order: a consent more cannot undo an approval, and
// what can no longer be reached stays out of reach.
func (s *Stage) tally() Verdict {
	have, possible := s.consents()
	switch need := s.need(); {
	case have >= need:
		return Approved
	case possible < need:
		return Refused
	}
	return Open
}
