// Package assessment is a self-assessment of maturity as it is held: who judges,
// what each of them answers on his own, with comments and evidence, what is
// decided over it, and the result that is signed and never changes again.
//
// As long as it is open an assessor sees his own answers only, so that nobody
// follows another; whoever leads it sees all. Once it is signed, everybody who
// may read maturity sees everything.
package assessment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// State is how far an assessment is.
type State string

// The states.
const (
	Open      State = "open"      // answers are taken
	Signed    State = "signed"    // the result is frozen
	Cancelled State = "cancelled" // nothing came of it
)

// Target is a level to come to, and why.
type Target struct {
	Level  maturity.Level `json:"level"`
	Reason string         `json:"reason,omitempty"`
}

// Assessment is one judgement at one time.
type Assessment struct {
	ID        int64
	Name      people.Text
	Unit      string // whose processes: "" for the centre, else a unit or another centre
	Set       string // version of the questions
	Day       time.Time
	State     State
	Assessors []people.ID
	Targets   map[maturity.Process]Target
	Overrides []maturity.Override
	Made      time.Time
	MadeBy    people.ID
	Signed    time.Time
	SignedBy  people.ID
	Hash      string // SHA-256 of the frozen result, in hex
	Version   int64
	Answers   int64 // how often answers were handed in; whoever signs has to have seen all
}

// Mark is what one assessor says of one statement.
type Mark struct {
	Person   people.ID       `json:"person"`
	Question string          `json:"question"`
	Answer   maturity.Answer `json:"answer"`
	Comment  string          `json:"comment,omitempty"`
	Evidence string          `json:"evidence,omitempty"` // where it is shown: a document, minutes, a number
	Changed  time.Time       `json:"changed"`
}

// Held is a file that shows something.
type Held struct {
	ID       int64          `json:"id"`
	Question string         `json:"question"`
	Person   people.ID      `json:"person"`
	File     int64          `json:"-"`
	Zone     people.ZoneID  `json:"zone,omitempty"` // that one has to be cleared for to know of it
	Name     string         `json:"name"`
	At       time.Time      `json:"at"`
	Content  record.Content `json:"content"`
}

// Standing is how a process stands, with every part, for keeping.
type Standing maturity.Outcome

// Findings is the result.
type Findings struct {
	Set       string                      `json:"set"`
	Day       time.Time                   `json:"day"`
	Final     maturity.Answers            `json:"final"`
	Standings []Standing                  `json:"standings"`
	Consensus *maturity.Consensus         `json:"consensus,omitempty"` // of two assessors and more
	Marks     []Mark                      `json:"marks"`
	Files     []Held                      `json:"files,omitempty"`
	Targets   map[maturity.Process]Target `json:"targets,omitempty"`
	Overrides []maturity.Override         `json:"overrides,omitempty"`
}

// Outcome is how one process stands.
func (f *Findings) Outcome(p maturity.Process) maturity.Outcome {
	for _, s := range f.Standings {
		if s.Process == p {
			return maturity.Outcome(s)
		}
	}
	return maturity.Outcome{Process: p}
}

// Write gives the document and its hash.
func (f *Findings) Write() (text []byte, hash string, err error) {
	if text, err = json.Marshal(f); err != nil {
		return nil, "", fmt.Errorf("assessment: write the result: %w", err)
	}
	return text, digest(text), nil
}

// Read reads a document that was frozen; an error when it is not what was
// written.
func Read(text []byte, hash string) (*Findings, error) {
	if digest(text) != hash {
		return nil, errors.New("assessment: the result is not the one that was signed")
	}
	f := &Findings{}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("assessment: read the result: %w", err)
	}
	return f, nil
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Find computes the result of what was answered, with the overrides that stand
// now.
func Find(set *maturity.Set, a *Assessment, marks []Mark, now time.Time) *Findings {
	f := &Findings{Set: set.Version, Day: a.Day, Marks: marks, Targets: a.Targets, Overrides: a.Overrides}
	var ballots []maturity.Ballot
	for _, who := range a.Assessors {
		b := maturity.Ballot{Assessor: who.String(), Answers: maturity.Answers{}}
		for _, m := range marks {
			if m.Person == who && m.Answer != maturity.Unanswered {
				b.Answers[m.Question] = m.Answer
			}
		}
		if len(b.Answers) > 0 {
			ballots = append(ballots, b)
		}
	}
	c := set.Agree(ballots)
	if len(ballots) > 1 {
		f.Consensus = &c
	}
	f.Final = maturity.Final(c.Answers, a.Overrides, now)
	for _, o := range set.Judge(f.Final) {
		f.Standings = append(f.Standings, Standing(o))
	}
	return f
}

// What an assessment holds at the most.
const (
	mostName      = 200
	mostText      = 4000
	mostAssessors = 20
	mostOverrides = 405
)

func long(field, text string, most int) *fault.Fault {
	if utf8.ValidString(text) && utf8.RuneCountInString(text) <= most {
		return nil
	}
	return fault.At(field, "record.too_long").With("max", most)
}

// check reports what is wrong with an assessment, by field.
func (a *Assessment) check(set *maturity.Set, works func(people.ID) bool) error {
	var many fault.Many
	add := func(f *fault.Fault) {
		if f != nil {
			many = append(many, f)
		}
	}
	a.Name, a.Unit = a.Name.Trim(), strings.TrimSpace(a.Unit)
	if a.Name == (people.Text{}) {
		add(fault.At("name_en", "record.required"))
	}
	add(long("name_en", a.Name.En, mostName))
	add(long("name_zh", a.Name.Zh, mostName))
	add(long("unit", a.Unit, mostName))
	if a.Day.IsZero() {
		add(fault.At("day", "record.required"))
	}
	if len(a.Assessors) == 0 || len(a.Assessors) > mostAssessors {
		add(fault.At("assessors", "assessment.assessors").With("max", mostAssessors))
	}
	for i, who := range a.Assessors {
		switch {
		case slices.Contains(a.Assessors[:i], who):
			add(fault.At("assessors", "assessment.assessor_twice"))
		case !works(who):
			add(fault.At("assessors", "assessment.no_assessor"))
		}
	}
	for _, p := range maturity.Processes() {
		t, ok := a.Targets[p]
		if ok && (t.Level < maturity.Bottom || t.Level > maturity.Top) {
			add(fault.At("targets."+string(p), "maturity.no_level").With("value", t.Level))
		}
		add(long("targets."+string(p)+".reason", t.Reason, mostText))
	}
	for p := range a.Targets {
		if !p.Known() {
			add(fault.At("targets", "maturity.no_process").With("value", p))
		}
	}
	if a.Set != set.Version {
		add(fault.At("set", "assessment.other_set").With("version", set.Version))
	}
	return many.Err()
}

// check reports what is wrong with a mark, by field.
func (m *Mark) check(set *maturity.Set) error {
	var many fault.Many
	if _, known := set.Question(m.Question); !known {
		many = append(many, fault.At("question", "maturity.no_question").With("value", m.Question))
	}
	if !slices.Contains([]maturity.Answer{maturity.Yes, maturity.No, maturity.NotApplicable, maturity.Unanswered}, m.Answer) {
		many = append(many, fault.At("answer", "assessment.answer"))
	}
	for field, text := range map[string]*string{"comment": &m.Comment, "evidence": &m.Evidence} {
		*text = strings.TrimSpace(*text)
		if f := long(field, *text, mostText); f != nil {
			many = append(many, f)
		}
	}
	if m.Answer == maturity.NotApplicable && m.Comment == "" {
		many = append(many, fault.At("comment", "assessment.why_not_applicable"))
	}
	return many.Err()
}
