package maturity

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"kilter/internal/practice/people"
)

// Set is one version of the questions, with the rule they are judged by.
type Set struct {
	Version   string   `json:"version"`
	Framework string   `json:"framework"`
	Rule      Rule     `json:"rule"`
	Defaults  Defaults `json:"defaults"`
	Processes []Part   `json:"processes"`

	byID map[string]*Question
}

// Rule says when a level is passed: all mandatory statements hold, and at least
// so many of the others (or all of them, where there are fewer).
type Rule struct {
	OthersAtLeast int           `json:"others_at_least"`
	At            map[Level]int `json:"others_at_least_at,omitempty"` // where a level asks for another number
}

func (r Rule) others(l Level) int {
	if n, own := r.At[l]; own {
		return n
	}
	return r.OthersAtLeast
}

// Defaults hold where a question says nothing else.
type Defaults struct {
	MinN          int     `json:"min_n"`            // records below which a share is not judged
	TrainShare    float64 `json:"train_share"`      // share of role holders whose training is valid
	DocMaxAgeDays int     `json:"doc_max_age_days"` // days since a document was last approved
}

// Part is the questions of one process.
type Part struct {
	Code      Process     `json:"code"`
	Name      people.Text `json:"name"`
	Questions []Question  `json:"questions"`
}

// Question is one statement that holds or does not.
type Question struct {
	ID        string      `json:"id"`
	Level     Level       `json:"level"`
	Mandatory bool        `json:"mandatory"`
	Topic     people.Text `json:"topic"`
	Text      people.Text `json:"text"`
	Evidence  Evidence    `json:"evidence"`
	ISO20000  []string    `json:"iso20000"` // clauses of ISO/IEC 20000-1:2018 that the statement bears on
	ITSS      []string    `json:"itss"`     // elements of ITSS.1: management, people, resources, technology, process
}

// Process is the process that the question belongs to.
func (q Question) Process() Process {
	code, _, _ := strings.Cut(q.ID, "-")
	return Process(code)
}

//go:embed questions.json
var questionsText []byte

// shippedTexts are the sets that ever shipped, the newest last. One that another
// follows stays here, for assessments that were begun with it.
var shippedTexts = [][]byte{questionsText}

var shipped = sync.OnceValue(func() []*Set {
	out := make([]*Set, len(shippedTexts))
	for i, text := range shippedTexts {
		s, err := parseSet(text)
		if err != nil {
			panic(err) // embedded at build time, and held by the tests
		}
		out[i] = s
	}
	return out
})

// Current is the set of questions that ships with Kilter.
func Current() *Set { return shipped()[len(shipped())-1] }

// AllShipped are the sets that ever shipped, the newest first.
func AllShipped() []*Set {
	out := slices.Clone(shipped())
	slices.Reverse(out)
	return out
}

// Shipped is a set that ships with Kilter, or did.
func Shipped(version string) (*Set, bool) {
	for _, s := range shipped() {
		if s.Version == version {
			return s, true
		}
	}
	return nil, false
}

// ShippedNumbers are the numbers that all sets which ever shipped have used.
func ShippedNumbers() Numbers {
	out := Numbers{}
	for _, s := range shipped() {
		out.Over(s.Numbers())
	}
	return out
}

// FirstShipped is the version of the first set that shipped. A centre numbers its
// own from 2 on; those that ship after the first are k2, k3 and so on, so that no
// version ever means two sets.
const FirstShipped = "1"

// ShippedVersion is the version of the n-th set that ships.
func ShippedVersion(n int64) string {
	if n == 1 {
		return FirstShipped
	}
	return shippedMark + strconv.FormatInt(n, 10)
}

// ShippedPlace is the n of a version that a set of Kilter's own has; ok is false
// for those of a centre.
func ShippedPlace(version string) (n int64, ok bool) {
	if version == FirstShipped {
		return 1, true
	}
	rest, marked := strings.CutPrefix(version, shippedMark)
	n, err := strconv.ParseInt(rest, 10, 64)
	return n, marked && err == nil && n > 1 && ShippedVersion(n) == version
}

const shippedMark = "k"

func parseSet(text []byte) (*Set, error) {
	s := &Set{byID: map[string]*Question{}}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("maturity: read the questions: %w", err)
	}
	if id := s.index(); id != "" {
		return nil, fmt.Errorf("maturity: question %s stands twice or in the wrong process", id)
	}
	return s, nil
}

// index makes the questions findable; it returns one that stands twice or in the
// wrong process.
func (s *Set) index() (odd string) {
	s.byID, odd = s.ids()
	return odd
}

func (s *Set) ids() (byID map[string]*Question, odd string) {
	byID = map[string]*Question{}
	for i := range s.Processes {
		part := &s.Processes[i]
		for j := range part.Questions {
			q := &part.Questions[j]
			if byID[q.ID] != nil || q.Process() != part.Code {
				odd = q.ID
			}
			byID[q.ID] = q
		}
	}
	return byID, odd
}

// Copy is the set with questions of its own, to be edited.
func (s *Set) Copy() *Set {
	out := *s
	out.Rule.At = maps.Clone(s.Rule.At)
	out.Processes = slices.Clone(s.Processes)
	for i := range out.Processes {
		part := &out.Processes[i]
		part.Questions = slices.Clone(part.Questions)
		for j := range part.Questions {
			q := &part.Questions[j]
			q.ISO20000, q.ITSS = slices.Clone(q.ISO20000), slices.Clone(q.ITSS)
		}
	}
	out.index()
	return &out
}

// Question finds a question by its id.
func (s *Set) Question(id string) (Question, bool) {
	q, ok := s.byID[id]
	if !ok {
		return Question{}, false
	}
	return *q, true
}

// Part is the part of one process; it is empty for a code that is none.
func (s *Set) Part(p Process) Part {
	for _, part := range s.Processes {
		if part.Code == p {
			return part
		}
	}
	return Part{Code: p}
}

// At lists the questions of one level.
func (p Part) At(l Level) []Question {
	var out []Question
	for _, q := range p.Questions {
		if q.Level == l {
			out = append(out, q)
		}
	}
	return out
}
