// Package wave is a satisfaction survey as it is held: the questionnaire in
// versions, whom it is put to, what comes back, and the frozen result.
//
// Who was asked and what was answered are kept apart, so that nobody can join
// them. An Invite knows a person and the digest of a token; an answer stands
// under another digest of the same token; the token itself is only with the
// respondent. Neither has a time, and whoever has answered is marked among many
// at once. docs/surveys.md tells it whole.
package wave

import (
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// State is how far a wave is.
type State string

// The states, in their order.
const (
	Draft     State = "draft"     // being planned; the sample can be drawn, and drawn anew
	Open      State = "open"      // answers come in
	Closed    State = "closed"    // nobody answers any more; names are off the comments, answers are in no order
	Analysed  State = "analysed"  // the result is frozen
	Published State = "published" // whoever may read surveys reads the result
	Cancelled State = "cancelled" // nothing came of it
)

// Source is where the answers of a wave come from.
type Source string

// The sources.
const (
	Asked Source = "asked" // by Kilter
	File  Source = "file"  // another tool's answers, with the spec that says what they mean
)

// Side is who answers.
type Side string

// The sides.
const (
	Users Side = "users" // of the centre's services
	Staff Side = "staff" // of the centre, on what they believe users expect
)

// Wave is one survey at one time.
type Wave struct {
	ID      int64
	Name    people.Text
	Source  Source
	Sheet   int64 // the version of the questionnaire; 0 for a file
	Pilot   bool  // to try the questionnaire on a few: it is not compared with others
	State   State
	From    time.Time // from when answers are taken; it opens by hand or then
	To      time.Time // until when; it closes by hand or then
	Seed    int64     // of the draw and of the analysis
	Plan    Plan
	Strata  []Stratum // as drawn
	Begun   int       // questionnaires that were begun and never handed in; known when it is closed
	Made    time.Time
	MadeBy  people.ID
	Opened  time.Time
	Closed  time.Time
	Frozen  time.Time // when it was analysed
	Told    time.Time // when it was published
	Purged  time.Time // when its answers were deleted; the result stays
	Version int64
}

// Running reports whether answers are taken at a moment.
func (w *Wave) Running(now time.Time) bool {
	return w.State == Open && !now.Before(w.From) && now.Before(w.To)
}

// Last is a moment of the last day on which answers are taken: To is the one after
// it, a midnight as a rule.
func (w *Wave) Last() time.Time { return w.To.Add(-time.Second) }

// Plan says whom a wave asks and how.
type Plan struct {
	Everybody   bool                  `json:"everybody,omitempty"`   // no sample
	Few         int                   `json:"few,omitempty"`         // so many are asked and no more: a pilot
	Departments []people.DepartmentID `json:"departments,omitempty"` // none: all of the city
	Margin      float64               `json:"margin"`                // half width of the interval of a share, .05
	Rate        float64               `json:"rate"`                  // share of those asked that is expected to answer, .4
	Staff       bool                  `json:"staff,omitempty"`       // the staff of the centre is asked what users expect
	Least       int                   `json:"least"`                 // answers of a group that may be told of
	Reminders   []int                 `json:"reminders,omitempty"`   // days after opening
	Rounds      int                   `json:"rounds,omitempty"`      // that were sent: the first asks, others remind
	Keep        int                   `json:"keep"`                  // months that answers are kept after closing; 0 as long as the wave
	Samples     int                   `json:"samples"`               // of the bootstrap
	Spec        string                `json:"spec,omitempty"`        // what the columns of a file mean
}

// UsualPilot is how many a pilot asks when nobody says otherwise.
const UsualPilot = 30

// StandardPlan is where a plan begins.
func StandardPlan() Plan {
	return Plan{Margin: .05, Rate: .4, Least: 5, Reminders: []int{5, 10}, Keep: 36, Samples: 2000}
}

// Stratum is a department, or the staff of the centre, as it was drawn.
type Stratum struct {
	Side       Side                `json:"side"`
	Department people.DepartmentID `json:"department,omitempty"`
	Code       string              `json:"code"`       // of the department, by which results name it
	Population int                 `json:"population"` // how many there are
	Invited    int                 `json:"invited"`
	Answered   int                 `json:"answered,omitempty"` // when it was closed
}

// Invite is that somebody was asked. It does not know what he answered.
type Invite struct {
	ID         int64
	Wave       int64
	Person     people.ID
	Side       Side
	Department people.DepartmentID
	Door       string // digest of the code on his printed sheet; "" for none
	Token      string // Mark of the token that he answers with; "" until he begins
	Answered   bool
}

// Count is how many of a department were asked and have answered.
type Count struct {
	Side       Side
	Department people.DepartmentID
	Invited    int
	Answered   int
}

// Comment is something that a respondent wrote. Nothing joins it to his other
// answers.
type Comment struct {
	ID         string
	Wave       int64
	Side       Side
	Question   string
	Department people.DepartmentID // 0 when too few of it were asked
	Text       string
	Category   string // what it is about, as somebody has sorted it: a dimension or Elsewhere; "" not yet
}

// What a wave holds at the most.
const (
	mostName    = 200
	mostSamples = 20_000
	mostKeep    = 120
	mostDays    = 120
)

// check reports what is wrong with a plan, by field.
func (w *Wave) check() error {
	var many fault.Many
	add := func(f *fault.Fault) { many = append(many, f) }
	w.Name = w.Name.Trim()
	if w.Name == (people.Text{}) {
		add(fault.At("name_en", "record.required"))
	}
	for field, text := range map[string]string{"name_en": w.Name.En, "name_zh": w.Name.Zh} {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > mostName {
			add(fault.At(field, "record.too_long").With("max", mostName))
		}
	}
	if w.From.IsZero() {
		add(fault.At("from", "record.required"))
	}
	if w.To.IsZero() {
		add(fault.At("to", "record.required"))
	} else if !w.To.After(w.From) || w.To.Sub(w.From) > mostDays*24*time.Hour {
		add(fault.At("to", "wave.to").With("max", mostDays))
	}
	p := &w.Plan
	between := func(field string, x, low, high float64) {
		if !(x >= low && x <= high) { // NaN is not within either
			add(fault.At(field, "wave.between").With("low", low).With("high", high))
		}
	}
	between("margin", p.Margin, .01, .2)
	between("rate", p.Rate, .05, 1)
	between("least", float64(p.Least), leastGroup, 50)
	between("keep", float64(p.Keep), 0, mostKeep)
	between("samples", float64(p.Samples), 200, mostSamples)
	switch {
	case !w.Pilot:
		p.Few = 0
	case p.Few == 0:
		p.Few = UsualPilot
	}
	if w.Pilot {
		between("few", float64(p.Few), leastPilot, mostPilot)
		p.Everybody = false
	}
	if len(p.Reminders) > mostReminders {
		add(fault.At("reminders", "wave.reminders").With("max", mostReminders))
	}
	for i, d := range p.Reminders {
		if d < 1 || d > mostDays || i > 0 && d <= p.Reminders[i-1] {
			add(fault.At("reminders", "wave.reminders").With("max", mostReminders))
			break
		}
	}
	return many.Err()
}

const (
	leastGroup    = 3 // fewer than this may never be told of
	mostReminders = 5
	leastPilot    = 5
	mostPilot     = 200
)
