package cmdb

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Outcome is what comes of a line of an import.
type Outcome string

// The outcomes.
const (
	Add    Outcome = "add"
	Alter  Outcome = "change"
	Same   Outcome = "same"
	Faulty Outcome = "fault"
	Absent Outcome = "absent" // the source no longer reports it
)

// Plan is the difference between what a source reports and what is held: the
// object that is shown, approved, carried out and undone.
type Plan struct {
	Source string          `json:"source"`
	File   string          `json:"file"`
	Lines  []PlanLine      `json:"lines,omitempty"`
	Ties   []PlanTie       `json:"ties,omitempty"`
	Counts map[Outcome]int `json:"counts"`
	Passed map[string]int  `json:"passed,omitempty"` // records of the source of which nothing comes, by kind
	// Hidden is how many lines are kept from the reader because they lie in
	// zones that he is not cleared for; 0 unless the centre tells.
	Hidden int `json:"-"`
}

// PlanLine is what comes of one finding.
type PlanLine struct {
	Line    int               `json:"n,omitempty"`
	Outcome Outcome           `json:"o"`
	Item    record.ItemID     `json:"i,omitempty"`
	Version int64             `json:"v,omitempty"` // that it was decided upon
	Code    string            `json:"c,omitempty"`
	Rule    string            `json:"r,omitempty"` // by which it was known again
	Class   Class             `json:"k,omitempty"`
	Fields  map[string]string `json:"f,omitempty"` // of an item to be added
	Changes []PlanChange      `json:"d,omitempty"`
	Kept    []PlanChange      `json:"h,omitempty"` // held back: a source trusted more says otherwise
	Faults  []PlanFault       `json:"e,omitempty"`
	// Zone is that of a faulty line: who is cleared for it may read the line.
	// 0 is not known, noZone none.
	Zone people.ZoneID `json:"q,omitempty"`
}

// noZone is the zone of a line about something that lies in none.
const noZone people.ZoneID = -1

// PlanChange is a field that would become something else.
type PlanChange struct {
	Field string `json:"f"`
	Was   string `json:"w,omitempty"`
	Now   string `json:"n,omitempty"`
	From  string `json:"o,omitempty"` // the source of the value held; what is held back yields to it
}

// PlanFault is why a line cannot be used.
type PlanFault struct {
	Field string         `json:"f,omitempty"`
	Key   string         `json:"k"`
	Args  map[string]any `json:"a,omitempty"`
}

// PlanTie is what comes of one relation.
type PlanTie struct {
	Line    int           `json:"n,omitempty"`
	Outcome Outcome       `json:"o"`
	ID      RelationID    `json:"i,omitempty"`
	Source  record.ItemID `json:"s,omitempty"` // -n: the n-th item that the plan adds
	Target  record.ItemID `json:"t,omitempty"`
	Type    string        `json:"y,omitempty"`
	Group   string        `json:"g,omitempty"`
	GroupZh string        `json:"gz,omitempty"`
	Least   int           `json:"l,omitempty"`
	Bears   End           `json:"b,omitempty"` // the end that has the redundancy, when it is not the one that suffers
	Need    int           `json:"m,omitempty"`
	Share   int           `json:"p,omitempty"`
	Gate    Gate          `json:"x,omitempty"`
	Note    string        `json:"z,omitempty"`
	Changes []PlanChange  `json:"d,omitempty"` // of one that is held: share, gate, group; need and least of its redundancy
	Kept    []PlanChange  `json:"h,omitempty"` // held back: a source trusted more says otherwise
	Faults  []PlanFault   `json:"e,omitempty"`
}

// faultsOf turns an error about input into what a plan keeps of it.
func faultsOf(err error) ([]PlanFault, error) {
	list := fault.All(err)
	if err != nil && list == nil {
		return nil, err
	}
	var out []PlanFault
	for _, f := range list {
		out = append(out, PlanFault{f.Field, f.Key, f.Args})
	}
	return out, nil
}
