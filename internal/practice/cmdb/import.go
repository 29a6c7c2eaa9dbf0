package cmdb

import (
	"context"
	"maps"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ImportState is how far an import has come.
type ImportState string

// The states. Broken is one whose carrying out stopped half-way: it may be
// approved again, which does what is still to be done, or undone. Halfway is
// one whose undoing stopped: it may only be undone to the end.
const (
	Drafted ImportState = "draft"
	Running ImportState = "running"
	Broken  ImportState = "broken"
	Done    ImportState = "done"
	Undoing ImportState = "undoing"
	Halfway ImportState = "halfway"
	Undone  ImportState = "undone"
)

// Patience is how long an import that is carried out or undone may say nothing
// before it counts as broken off: the node that did it is gone. A lot takes
// seconds.
const Patience = 2 * time.Minute

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
	Rows     int         // lines carried out so far
	Beat     time.Time   // when the node that carries it out last said so
	Turn     int         // how often it was begun; who carries out an earlier turn stops
	Trouble  []PlanFault // why it broke off, when that is known
	Seal     Seal        // of a signed bundle
	Standing string      // what it stands open for, see Reconciler.Take; "" once it takes no more in
}

// Seal is what a bundle's signature vouches for.
type Seal struct {
	Key      string    `json:"key,omitempty"`      // the public key, in base64
	Sequence int64     `json:"sequence,omitempty"` // rises with every bundle of its source; 0 for what is no bundle
	Exported time.Time `json:"exported,omitzero"`
}

// Imports keeps them.
type Imports interface {
	// AddImport keeps a drafted plan, in the place of the draft that stands open
	// for the same.
	AddImport(ctx context.Context, in *Import, plan *Plan) error
	// SaveImport replaces all of it but the plan, when its state and turn are
	// still those of was; otherwise somebody was faster and it is a Conflict.
	// Broken matches what is kept as Running, too, and Halfway what is kept as
	// Undoing. From then on it takes no more in.
	SaveImport(ctx context.Context, in *Import, was Import) error
	Import(ctx context.Context, id int64) (Import, error)
	// PlanOf reads the plan of an import.
	PlanOf(ctx context.Context, id int64) (*Plan, error)
	Imports(ctx context.Context, q ImportQuery) ([]Import, error)
	// Traces lists what an import changed, in the order it was done.
	Traces(ctx context.Context, id int64) (history []Change, relations []Relation, err error)
}

// ImportQuery says which imports are asked for: the newest ones, or the signed
// bundles in force from one source, the highest sequence first.
type ImportQuery struct {
	Sealed string // the source
	Limit  int
}

// Counted reports whether somebody may know how much an import holds: it is his
// own, or nothing is hidden from him.
func (in *Import) Counted(by people.Actor) bool { return by.Scope.AllZones || in.By == by.ID }

// List lists the imports, the newest first; how much they hold only where the
// actor may know it.
func (r *Reconciler) List(ctx context.Context, by people.Actor, limit int) ([]Import, error) {
	if err := by.May(DeedImport); err != nil {
		return nil, err
	}
	list, err := r.Imports.Imports(ctx, ImportQuery{Limit: limit})
	for n := range list {
		in := &list[n]
		r.heard(in)
		if !in.Counted(by) {
			in.Counts, in.Rows = nil, 0
		}
	}
	return list, err
}

// silent is what an import under way counts as when nobody has heard of it for
// too long.
var silent = map[ImportState]ImportState{Running: Broken, Undoing: Halfway}

func (r *Reconciler) heard(in *Import) {
	if state := silent[in.State]; state != "" && r.Now().Sub(in.Beat) > Patience {
		in.State = state
	}
}

// One reads an import as it stands.
func (r *Reconciler) One(ctx context.Context, id int64) (Import, error) {
	in, err := r.Imports.Import(ctx, id)
	if err == nil {
		r.heard(&in)
	}
	return in, err
}

// Read reads an import with its difference, without the items that lie in
// zones the actor is not cleared for. Its counts are those of what he sees.
func (r *Reconciler) Read(ctx context.Context, by people.Actor, id int64) (Import, *Plan, error) {
	if err := by.May(DeedImport); err != nil {
		return Import{}, nil, err
	}
	in, err := r.One(ctx, id)
	if err != nil {
		return in, nil, err
	}
	plan, err := r.Imports.PlanOf(ctx, id)
	if err != nil || by.Scope.AllZones {
		return in, plan, err
	}
	policy, err := ImpactPolicyOf(r.Settings())
	if err != nil {
		return in, nil, err
	}
	s := sieve{by: by, own: in.By == by.ID, hidden: map[record.ItemID]bool{}}
	if err := r.Graph.Nodes(ctx, func(n Node) error {
		if !by.Scope.Clears(n.Zone) {
			s.hidden[n.ID] = true
		}
		return nil
	}); err != nil {
		return in, nil, err
	}
	all := len(plan.Lines) + len(plan.Ties)
	plan.Lines = slices.DeleteFunc(plan.Lines, s.hides)
	plan.Ties = slices.DeleteFunc(plan.Ties, s.hidesTie)
	plan.Counts = map[Outcome]int{}
	for _, l := range plan.Lines {
		plan.Counts[l.Outcome]++
	}
	for _, t := range plan.Ties {
		plan.Counts[t.Outcome]++
	}
	if policy.TellHidden {
		plan.Hidden = all - len(plan.Lines) - len(plan.Ties)
	}
	in.Counts = maps.Clone(plan.Counts)
	if !in.Counted(by) {
		plan.Passed = nil
	}
	return in, plan, nil
}

// sieve keeps back what lies in zones that the reader is not cleared for.
type sieve struct {
	by     people.Actor
	own    bool // the reader drafted it
	hidden map[record.ItemID]bool
	fresh  int
}

func (s *sieve) hides(l PlanLine) bool {
	if l.Outcome == Faulty {
		if l.Zone == 0 { // nobody knows where it belongs: it is for whoever brought it
			return !s.own && l.Code != "" || s.hidden[l.Item]
		}
		return s.hidden[l.Item] || !s.by.Scope.Clears(max(l.Zone, 0))
	}
	zone := people.ZoneID(idOf(l.Fields["zone"]))
	if l.Outcome == Add {
		s.fresh++
		s.hidden[record.ItemID(-s.fresh)] = !s.by.Scope.Clears(zone)
	}
	return s.hidden[l.Item] || !s.by.Scope.Clears(zone)
}

// hidesTie also keeps back a relation whose ends were not found, from all but
// who brought it: what it calls them may lie anywhere.
func (s *sieve) hidesTie(t PlanTie) bool {
	was := t.Before()
	return s.hidden[t.Source] || s.hidden[t.Target] || s.hidden[was.Source] || s.hidden[was.Target] || !s.own && t.Outcome == Faulty && (t.Source == 0 || t.Target == 0)
}
