package cmdb

import (
	"context"
	"time"

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
}

// PlanChange is a field that would become something else.
type PlanChange struct {
	Field string `json:"f"`
	Was   string `json:"w,omitempty"`
	Now   string `json:"n,omitempty"`
	From  string `json:"o,omitempty"` // of what is held back: the source it yields to
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
	Need    int           `json:"m,omitempty"`
	Share   int           `json:"p,omitempty"`
	Gate    Gate          `json:"x,omitempty"`
	Note    string        `json:"z,omitempty"`
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

// ImportState is how far an import has come.
type ImportState string

// The states.
const (
	Drafted ImportState = "draft"
	Running ImportState = "running"
	Done    ImportState = "done"
	Undone  ImportState = "undone"
)

// Import is a plan with what became of it.
type Import struct {
	ID       int64
	Source   string
	File     string
	State    ImportState
	Counts   map[Outcome]int
	At       time.Time
	By       people.ID
	Name     string // of who drafted it
	Done     time.Time
	Approved people.ID // who let it be carried out
	Undone   time.Time
}

// Imports keeps them.
type Imports interface {
	// AddImport keeps a drafted plan.
	AddImport(ctx context.Context, in *Import, plan *Plan) error
	// SaveImport replaces all of it but the plan, when its state is still was;
	// otherwise somebody was faster and it is a Conflict.
	SaveImport(ctx context.Context, in *Import, was ImportState) error
	Import(ctx context.Context, id int64) (Import, error)
	// PlanOf reads the plan of an import.
	PlanOf(ctx context.Context, id int64) (*Plan, error)
	Imports(ctx context.Context, limit int) ([]Import, error)
	// Traces lists what an import changed, in the order it was done.
	Traces(ctx context.Context, id int64) (history []Change, relations []Relation, err error)
}
