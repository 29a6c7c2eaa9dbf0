package cmdb

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// DeedImpact is the grant to ask what depends on what.
const DeedImpact = "item.impact"

// Analyst answers what fails if something fails, for whom, and why.
type Analyst struct {
	Atlas    *Atlas
	Items    Store
	Around   Surroundings
	Past     Past
	Settings func() *setting.All
	Book     func() *sla.Book
	Now      func() time.Time
}

// Surroundings is what the analyst asks beside the items themselves.
type Surroundings interface {
	// Upkeep lists the items that are in maintenance at some time between the
	// two moments.
	Upkeep(ctx context.Context, from, until time.Time) ([]record.ItemID, error)
	// Open lists the open incidents about items, under a scope.
	Open(ctx context.Context, scope people.Scope, items []record.ItemID) ([]About, error)
	// Problems lists the open problems about items likewise.
	Problems(ctx context.Context, scope people.Scope, items []record.ItemID) ([]About, error)
	// Changes lists the changes of items that have not ended, likewise: one for
	// each of its items that is asked for.
	Changes(ctx context.Context, scope people.Scope, items []record.ItemID) ([]About, error)
	// Heads counts the persons of departments.
	Heads(ctx context.Context, departments []people.DepartmentID) (map[people.DepartmentID]int, error)
}

// About is an open record about an item.
type About struct {
	Item record.ItemID
	record.Row
}

// ImpactPolicy is what a centre arranges for the analysis of impact: the
// document of the centre setting "item-impact".
type ImpactPolicy struct {
	TellHidden bool            `json:"tell_hidden,omitempty"` // say how many items lie in zones that the reader is not cleared for
	Zones      []people.ZoneID `json:"zones,omitempty"`       // an outage in these is never less than a department's
	City       int             `json:"city"`                  // users from which on the whole city is concerned
	Department int             `json:"department"`            // users from which on it is more than a group
	Group      int             `json:"group"`                 // users from which on it is more than single ones
}

// ImpactPolicyCode is the code of the centre's document.
const ImpactPolicyCode = "item-impact"

// mostUsers is the highest number of users that a policy may name.
const mostUsers = 100_000_000

// StandardImpactPolicy holds until a centre decides otherwise.
func StandardImpactPolicy() ImpactPolicy { return ImpactPolicy{City: 1000, Department: 50, Group: 5} }

var impactDocument = setting.Document[ImpactPolicy]{Code: ImpactPolicyCode, Usual: StandardImpactPolicy}

// ImpactPolicyOf reads the document.
func ImpactPolicyOf(all *setting.All) (ImpactPolicy, error) { return impactDocument.Of(all) }

// Check says what is wrong with a policy that somebody wants to save.
func (p ImpactPolicy) Check() error {
	var many fault.Many
	for _, n := range []struct {
		field            string
		value, low, high int
	}{{"group", p.Group, 1, p.Department}, {"department", p.Department, p.Group, p.City}, {"city", p.City, p.Department, mostUsers}} {
		if n.value < n.low || n.value > n.high {
			many = append(many, fault.At(n.field, "record.out_of_range").With("low", n.low).With("high", n.high))
		}
	}
	return many.Err()
}

// view is a topology as one person may see it: what lies in a zone that he is
// not cleared for has neither name nor number.
type view struct {
	*Topology
	scope  people.Scope
	policy ImpactPolicy
	zones  map[people.ZoneID]bool
}

// look opens the current topology for somebody.
func (a *Analyst) look(ctx context.Context, by people.Actor) (*view, error) {
	if err := by.May(DeedImpact); err != nil {
		return nil, err
	}
	t, err := a.Atlas.Now(ctx)
	if err != nil {
		return nil, err
	}
	return a.viewOf(t, by)
}

func (a *Analyst) viewOf(t *Topology, by people.Actor) (*view, error) {
	policy, err := ImpactPolicyOf(a.Settings())
	if err != nil {
		return nil, err
	}
	v := &view{Topology: t, scope: by.Scope, policy: policy, zones: map[people.ZoneID]bool{}}
	for _, z := range by.Scope.Cleared {
		v.zones[z] = true
	}
	return v, nil
}

// clears reports whether the person is cleared for a zone.
func (v *view) clears(z people.ZoneID) bool { return v.scope.AllZones || z == 0 || v.zones[z] }

// sees reports whether the person may see an item.
func (v *view) sees(n graph.Node) bool { return v.scope.AllZones || v.clears(v.nodes[n].Zone) }

// find turns ids into nodes; what the person may not see is missing.
func (v *view) find(field string, ids []record.ItemID) ([]graph.Node, error) {
	nodes := make([]graph.Node, 0, len(ids))
	var many fault.Many
	for _, id := range ids {
		n, ok := v.at(id)
		if !ok || !v.sees(n) {
			many = append(many, fault.At(field, "cmdb.no_such_item").With("item", int64(id)))
			continue
		}
		nodes = append(nodes, n)
	}
	return nodes, many.Err()
}

// Falling is an item that goes down with another.
type Falling struct {
	Node
	Depth int
}

// Falls lists what goes down when an item does, nearest first, itself left
// out. It is for whoever may see everything.
func (t *Topology) Falls(id record.ItemID) []Falling {
	n, ok := t.at(id)
	if !ok {
		return nil
	}
	var list []Falling
	for _, h := range t.Fail(failures(n)...).Hits {
		if h.State == graph.Down && h.Node != n {
			list = append(list, Falling{t.nodes[h.Node], int(h.Depth)})
		}
	}
	return list
}

// Called finds the items that somebody means by a code, or by a name when no
// code is so.
func (t *Topology) Called(text string) []Node {
	var coded, named []Node
	for _, n := range t.nodes {
		switch {
		case n.Code == text:
			coded = append(coded, n)
		case n.Name.En == text || n.Name.Zh == text:
			named = append(named, n)
		}
	}
	if len(coded) > 0 {
		return coded
	}
	return named
}
