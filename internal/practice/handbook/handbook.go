// Package handbook is the process handbook: a chapter for each of the eleven
// processes, with the life cycles that Kilter runs as they run, and those it
// does not run as they are meant. It knows no practice; app hands it the flows.
package handbook

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

//go:embed chapters.json
var chapters []byte

// Formula is a figure of a process and how it is computed.
type Formula struct {
	Code    string      `json:"code"`
	Name    people.Text `json:"name"`
	Formula people.Text `json:"formula"`
	Meaning people.Text `json:"-"` // what it is watched for, of the approved texts
}

// Activity is a line of the table of responsibilities; roles are codes.
type Activity struct {
	Name        people.Text `json:"activity"`
	Responsible []string    `json:"r"`
	Accountable []string    `json:"a"`
	Consulted   []string    `json:"c"`
	Informed    []string    `json:"i"`
}

// Chapter is what is written of a process, with its life cycles.
type Chapter struct {
	Code     maturity.Process   `json:"code"`
	Goal     people.Text        `json:"goal"`
	Scope    people.Text        `json:"scope"`
	Policies []people.Text      `json:"policies"`
	Figures  []Formula          `json:"kpis"`
	Records  []people.Text      `json:"records"`
	Gives    []maturity.Process `json:"gives"`
	Takes    []maturity.Process `json:"takes"`
	RACI     []Activity         `json:"raci"`
	Quadrant people.Text        `json:"quadrant"`
	Function people.Text        `json:"function"`
	Cluster  people.Text        `json:"cluster"`
	Review   people.Text        `json:"review"`

	Around people.Text `json:"-"` // how it works together with others, of the approved texts
	Notes  people.Text `json:"-"` // on the table of responsibilities, likewise

	Runs   []string `json:"flows"`    // the flows of practices that carry it
	Meant  []string `json:"machines"` // life cycles that Kilter does not run
	Cycles []Cycle  `json:"-"`
}

// RunsHere reports whether Kilter runs the process.
func (c *Chapter) RunsHere() bool { return len(c.Runs) > 0 }

// Cycle is one life cycle.
type Cycle struct {
	Name   string // of the flow or the machine
	Words  string // before the keys of its words; "" for one that does not run here
	Title  people.Text
	Start  string
	States []State
	Moves  []Move
}

// State is a place in a life cycle.
type State struct {
	Code  string      `json:"code"`
	Name  people.Text `json:"name"` // only of what does not run here
	Final bool        `json:"final"`
	Pace  flow.Pace   `json:"-"`
}

// Move is an arrow, or several of one name. To is "" when the state stays.
type Move struct {
	Name      string
	From      []string
	To        string
	Deed      string         // what has to be granted, "" for a move of Kilter's own and of what does not run
	Sys       bool           // only Kilter itself makes it
	Asks      []string       // fields of its form
	Must      []string       // those that may not be empty
	Demands   []*fault.Fault // other conditions, as one who does not meet them is told
	Says      bool           // a text is compulsory
	Who       []string       // codes of roles, of what does not run here
	Guard     people.Text
	Unsettled bool // its conditions cannot be told from an empty record
}

type machine struct {
	Name   people.Text `json:"name"`
	Start  string      `json:"start"`
	States []State     `json:"states"`
	Moves  []struct {
		From  string      `json:"from"`
		To    string      `json:"to"`
		Who   []string    `json:"who"`
		Guard people.Text `json:"guard"`
	} `json:"moves"`
}

type written struct {
	Roles    map[string]people.Text `json:"roles"`
	Machines map[string]machine     `json:"machines"`
	Chapters []Chapter              `json:"chapters"`
}

var texts = sync.OnceValue(func() *written {
	w := &written{}
	d := json.NewDecoder(bytes.NewReader(chapters))
	d.DisallowUnknownFields()
	if err := d.Decode(w); err != nil {
		panic(err) // what is built in is well formed; a test reads it
	}
	return w
})

// Role is the name of a role of the table of responsibilities.
func Role(code string) people.Text { return texts().Roles[code] }

// The deeds.
const (
	DeedRead    = "handbook.read"    // chapters as they were approved, and what came of them
	DeedEdit    = "handbook.edit"    // drafts: write them, have them approved
	DeedApprove = "handbook.approve" // a say in approvals
)

// Holder is a role of the centre with what it may do.
type Holder struct {
	Code   string
	Name   people.Text
	Grants people.Grants
}

// Book is the handbook with the flows that run here, and the roles there are.
type Book struct {
	Flows   []Cycle
	Holders func() []Holder
}

// May are the names of the roles that may make a move.
func (b *Book) May(m *Move) []people.Text {
	var out []people.Text
	if m.Deed == "" {
		for _, code := range m.Who {
			out = append(out, Role(code))
		}
		return out
	}
	for _, h := range b.Holders() {
		if h.Grants.Has(m.Deed) {
			out = append(out, h.Name)
		}
	}
	return out
}

// Chapters are all eleven, in the order of the maturity of processes.
func (b *Book) Chapters(by people.Actor) ([]Chapter, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	out := slices.Clone(texts().Chapters)
	for i := range out {
		out[i].Cycles = b.cycles(&out[i])
	}
	return out, nil
}

// Find is one chapter by the code of its process.
func (b *Book) Find(by people.Actor, code string) (*Chapter, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	for _, c := range texts().Chapters {
		if string(c.Code) == code {
			c.Cycles = b.cycles(&c)
			return &c, nil
		}
	}
	return nil, fault.New(fault.Missing, "handbook.no_chapter").With("code", code)
}

// Cycle is one life cycle of a chapter.
func (c *Chapter) Cycle(name string) (*Cycle, error) {
	for i := range c.Cycles {
		if c.Cycles[i].Name == name {
			return &c.Cycles[i], nil
		}
	}
	return nil, fault.New(fault.Missing, "handbook.no_cycle").With("name", name)
}

func (b *Book) cycles(c *Chapter) []Cycle {
	var out []Cycle
	for _, name := range c.Runs {
		if i := slices.IndexFunc(b.Flows, func(f Cycle) bool { return f.Name == name }); i >= 0 {
			out = append(out, b.Flows[i])
		}
	}
	for _, name := range c.Meant {
		out = append(out, meant(name))
	}
	return out
}

// meant is a life cycle that Kilter does not run.
func meant(name string) Cycle {
	m := texts().Machines[name]
	out := Cycle{Name: name, Title: m.Name, Start: m.Start, States: m.States}
	for _, t := range m.Moves {
		out.Moves = append(out.Moves, Move{From: []string{t.From}, To: t.To, Who: t.Who, Guard: t.Guard, Sys: slices.Equal(t.Who, []string{"sys"})})
	}
	return out
}
