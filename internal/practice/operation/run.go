package operation

import (
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// State is how far a run is.
type State string

// The states. What was missed can still be done, late.
const (
	Due     State = "due"
	Done    State = "done"
	Missed  State = "missed"
	Skipped State = "skipped" // somebody decided so, and said why
)

// Verdict is what was found at a line.
type Verdict string

// The verdicts.
const (
	Open    Verdict = ""
	AsItIs  Verdict = "ok"
	Deviant Verdict = "deviation"
	None    Verdict = "none" // does not apply today
)

// Result is a line of a run: what was to be looked at, as the plan said when it
// was made, and what was found.
type Result struct {
	Line
	Verdict Verdict `json:"verdict,omitempty"`
	Note    string  `json:"note,omitempty"`
}

// Run is one time that a plan is carried out.
type Run struct {
	ID       int64
	Plan     int64
	Name     people.Text // of the plan, when it was made
	Kind     Kind
	Planned  time.Time // as the rule says; with the plan it names the run
	At       time.Time // when it is to be done
	By       time.Time // until when
	Team     people.TeamID
	Network  people.ZoneID
	Owner    people.ID
	State    State
	Why      string // it was skipped or missed
	Results  []Result
	Note     string
	Ended    time.Time
	EndedBy  people.ID
	Incident string // that the deviations became, INC-2026-00042; "" when none
	Version  int64
}

// Found is what somebody writes down of a run.
type Found struct {
	Verdicts []Verdict
	Notes    []string
	Note     string
	Version  int64
}

const mostNote = 2000

// Finish writes down what was found. Every line has a verdict, and a deviation
// says what it is.
func (r *Run) Finish(now time.Time, by people.ID, f Found) error {
	if r.State != Due && r.State != Missed {
		return fault.New(fault.Conflict, "operation.over")
	}
	var many fault.Many
	for i := range r.Results {
		field := "line." + number(i)
		verdict, note := Open, ""
		if i < len(f.Verdicts) {
			verdict = f.Verdicts[i]
		}
		if i < len(f.Notes) {
			note = strings.TrimSpace(f.Notes[i])
		}
		switch {
		case verdict != AsItIs && verdict != Deviant && verdict != None:
			many = append(many, fault.At(field, "operation.line_open"))
		case verdict == Deviant && note == "":
			many = append(many, fault.At("note."+number(i), "operation.say_what"))
		case !short(note):
			many = append(many, fault.At("note."+number(i), "record.too_long").With("max", mostNote))
		}
		r.Results[i].Verdict, r.Results[i].Note = verdict, note
	}
	if r.Note = strings.TrimSpace(f.Note); !short(r.Note) {
		many = append(many, fault.At("note", "record.too_long").With("max", mostNote))
	}
	if err := many.Err(); err != nil {
		return err
	}
	r.State, r.Ended, r.EndedBy = Done, now, by
	return nil
}

// Leave skips a run that nobody will do, with the reason.
func (r *Run) Leave(now time.Time, by people.ID, why string) error {
	why = strings.TrimSpace(why)
	switch {
	case r.State != Due && r.State != Missed:
		return fault.New(fault.Conflict, "operation.over")
	case why == "":
		return fault.At("why", "record.required")
	case !short(why):
		return fault.At("why", "record.too_long").With("max", mostNote)
	}
	r.State, r.Why, r.Ended, r.EndedBy = Skipped, why, now, by
	return nil
}

// Take makes somebody the one who does it.
func (r *Run) Take(by people.ID) error {
	if r.State != Due && r.State != Missed {
		return fault.New(fault.Conflict, "operation.over")
	}
	r.Owner = by
	return nil
}

// Deviations counts the lines that are not as they should be.
func (r *Run) Deviations() int {
	n := 0
	for _, l := range r.Results {
		if l.Verdict == Deviant {
			n++
		}
	}
	return n
}

// Late reports whether it was not done in its time.
func (r *Run) Late(now time.Time) bool {
	switch r.State {
	case Due:
		return now.After(r.By)
	case Done:
		return r.Ended.After(r.By)
	}
	return r.State == Missed
}

func short(text string) bool {
	return utf8.RuneCountInString(text) <= mostNote && utf8.ValidString(text)
}
