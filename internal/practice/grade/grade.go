// Package grade is the satisfaction of the moment: the grade that an official
// gives when a record of his has ended, on the five of the public services'
// good and bad reviews, and the duty to call back and to answer when it is a
// bad one. Whatever practice the record is of, it is graded alike.
package grade

import (
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Value is one of the five grades.
type Value int

// The grades. From Neutral up they ask for no reason.
const (
	VeryDissatisfied Value = 1 + iota
	Dissatisfied
	Neutral
	Satisfied
	VerySatisfied
)

// Values lists them, the best first, as officials are shown them.
var Values = []Value{VerySatisfied, Satisfied, Neutral, Dissatisfied, VeryDissatisfied}

// Bad reports whether the grade obliges to an answer.
func (v Value) Bad() bool { return v == VeryDissatisfied || v == Dissatisfied }

// mostWords bounds what is said with a grade, and in its answer.
const mostWords = 2000

// Given is what somebody says.
type Given struct {
	Value  Value
	Reason int64 // of the centre's list; 0 is none
	Words  string
}

// Grade is a grade with what followed from it.
type Grade struct {
	Record int64
	Given
	At time.Time
	By people.ID // who gave it, or wrote down what was said on the telephone
	Duty
}

// Duty is what a grade obliges to. It begins with who has it and until when;
// without a moment to answer or call by, there is none.
type Duty struct {
	Who      people.ID // 0: nobody by name
	CallBy   time.Time
	AnswerBy time.Time // zero for a grade that is called back as one of a sample

	Called   time.Time
	CalledBy people.ID
	Note     string // of the call, for colleagues

	Answered   time.Time
	AnsweredBy people.ID
	Answer     string // the official reads it

	Reminded  time.Time
	Escalated time.Time
}

// Terms are what a centre promises for grades of one record.
type Terms struct {
	Policy
	Ended  time.Time                                     // when the record ended; zero while it has not, or came to nothing
	Days   func(from time.Time, days int) time.Time      // so many working days later
	Duty   func() people.ID                              // who is to answer a bad one
	Known  func(reason int64) bool                       // a reason of the list that is in use
	Sample func(record int64, percent int) (chosen bool) // whether a good one is called back
}

// Give makes a grade of what somebody says, with the duty that follows.
func Give(now time.Time, record int64, by people.ID, g Given, t Terms) (*Grade, error) {
	if t.Ended.IsZero() {
		return nil, fault.New(fault.Conflict, "grade.not_ended")
	}
	if now.After(t.Ended.AddDate(0, 0, t.Window)) {
		return nil, fault.New(fault.Conflict, "grade.too_late").With("n", t.Window)
	}
	g.Words = strings.TrimSpace(g.Words)
	var many fault.Many
	if g.Value < VeryDissatisfied || g.Value > VerySatisfied {
		many = append(many, fault.At("rating", "grade.no_such_value"))
	}
	if g.Value.Bad() && g.Reason == 0 {
		many = append(many, fault.At("reason", "grade.reason_needed"))
	}
	if g.Reason != 0 && !t.Known(g.Reason) {
		many = append(many, fault.At("reason", "grade.no_such_reason"))
	}
	if g.Value.Bad() && g.Words == "" {
		many = append(many, fault.At("words", "grade.words_needed"))
	}
	if err := many.Add(fits("words", g.Words)); err != nil {
		return nil, err
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	out := &Grade{Record: record, Given: g, At: now, By: by}
	switch {
	case g.Value.Bad():
		out.Duty = Duty{Who: t.Duty(), CallBy: t.Days(now, t.CallDays), AnswerBy: t.Days(now, t.AnswerDays)}
	case t.Policy.Sample > 0 && t.Sample(record, t.Policy.Sample):
		out.Duty = Duty{Who: t.Duty(), CallBy: t.Days(now, t.AnswerDays)}
	}
	return out, nil
}

func fits(field, text string) error {
	if utf8.RuneCountInString(text) > mostWords || !utf8.ValidString(text) {
		return fault.At(field, "record.too_long").With("max", mostWords)
	}
	return nil
}

// Open reports whether somebody still has to do something.
func (g *Grade) Open() bool {
	if g.AnswerBy.IsZero() {
		return !g.CallBy.IsZero() && g.Called.IsZero()
	}
	return g.Answered.IsZero()
}

// DueBy is the moment by which the next step has to be done; zero when nothing
// is open.
func (g *Grade) DueBy() time.Time {
	switch {
	case !g.Open():
		return time.Time{}
	case g.Called.IsZero() || g.AnswerBy.IsZero():
		return g.CallBy
	}
	return g.AnswerBy
}

// Late reports whether a step was not done in its time.
func (g *Grade) Late(now time.Time) bool { return g.Open() && now.After(g.DueBy()) }

// Call writes down that the official was called back.
func (g *Grade) Call(now time.Time, by people.ID, note string) error {
	note = strings.TrimSpace(note)
	switch {
	case g.CallBy.IsZero():
		return fault.New(fault.Conflict, "grade.no_duty")
	case !g.Called.IsZero():
		return fault.New(fault.Conflict, "grade.called_already")
	case note == "":
		return fault.At("note", "record.required")
	}
	if err := fits("note", note); err != nil {
		return err
	}
	g.Called, g.CalledBy, g.Note = now, by, note
	return nil
}

// Reply answers the official; with it the duty ends.
func (g *Grade) Reply(now time.Time, by people.ID, answer string) error {
	answer = strings.TrimSpace(answer)
	switch {
	case g.AnswerBy.IsZero():
		return fault.New(fault.Conflict, "grade.no_duty")
	case !g.Answered.IsZero():
		return fault.New(fault.Conflict, "grade.answered_already")
	case answer == "":
		return fault.At("answer", "record.required")
	}
	if err := fits("answer", answer); err != nil {
		return err
	}
	g.Answered, g.AnsweredBy, g.Answer = now, by, answer
	return nil
}

// Step is what time asks of a duty.
type Step string

// The steps.
const (
	Nothing  Step = ""
	Remind   Step = "remind"   // whoever has the duty, once: the call is late, or the answer is due in a day
	Escalate Step = "escalate" // those above, once: the answer is late
)

// Next is the moment of the next step, zero when time asks for nothing.
func (g *Grade) Next() time.Time {
	if !g.Open() {
		return time.Time{}
	}
	switch {
	case g.Reminded.IsZero() && g.Called.IsZero():
		return g.CallBy
	case g.Reminded.IsZero():
		return g.AnswerBy.AddDate(0, 0, -1)
	case g.Escalated.IsZero():
		return g.AnswerBy // zero for one of a sample
	}
	return time.Time{}
}

// Tend takes the step that is due, once.
func (g *Grade) Tend(now time.Time) Step {
	if !g.Open() {
		return Nothing
	}
	if !g.AnswerBy.IsZero() && g.Escalated.IsZero() && now.After(g.AnswerBy) {
		g.Escalated = now
		if g.Reminded.IsZero() {
			g.Reminded = now
		}
		return Escalate
	}
	if next := g.Next(); g.Reminded.IsZero() && !next.IsZero() && !now.Before(next) {
		g.Reminded = now
		return Remind
	}
	return Nothing
}
