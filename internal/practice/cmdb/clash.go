package cmdb

import (
	"context"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Clash is how the outage of some items bears on another outage at the same
// time. What is worked on counts as down.
type Clash struct {
	Other   int    // place in the list of the others
	Shared  []Node // in both
	Harms   []Way  // from one of the items to the nearest of the others that suffers by it
	Suffers []Way  // from one of the others to the nearest of the items
	Joint   *Joint // what only both together hurt
}

// Way is a step on the way from an outage to what suffers. Relation and Type
// are those by which the step before brought it; both are empty at the
// beginning, and where a step lies between that the reader may not see.
type Way struct {
	Node
	Condition Condition
	Relation  RelationID
	Type      string
	Group     GroupID // whose margin is used up
}

// Joint is an item that stands each of two outages, and not both.
type Joint struct {
	Node
	Condition Condition
	Group     GroupID // the redundancy both take from; 0 when the reader may not see all of it
	Mine      []Way   // to a member of it; empty without a group
	Theirs    []Way
	Way       []Way // on which the last of it came to the item
}

// mostOthers is how many outages one is compared with at once.
const mostOthers = 100

// Clashes compares an outage with others at the same time and lists those that
// bear on one another: both are of the same item, one takes the other along or
// hampers it, or both together take from a redundancy more than it can spare,
// however far below it they act.
func (a *Analyst) Clashes(ctx context.Context, by people.Actor, items []record.ItemID, others [][]record.ItemID) ([]Clash, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if err := (Question{Items: items}).Check(); err != nil {
		return nil, err
	}
	switch {
	case len(others) == 0:
		return nil, fault.At("others", "record.required")
	case len(others) > mostOthers:
		return nil, fault.At("others", "cmdb.too_many_outages").With("max", mostOthers)
	}
	mine, err := v.find("items", items)
	if err != nil {
		return nil, err
	}
	theirs, total := make([][]graph.Node, len(others)), 0
	var many fault.Many
	for i, list := range others {
		field := fmt.Sprintf("others[%d].items", i)
		if total += len(list); total > mostFailed {
			return nil, fault.At(field, "cmdb.too_many_items").With("max", mostFailed)
		}
		if len(list) == 0 {
			many = append(many, fault.At(field, "record.required"))
		}
		found, err := v.find(field, list)
		if err := many.Add(err); err != nil {
			return nil, err
		}
		theirs[i] = found
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	return v.clashes(mine, theirs), nil
}

func (v *view) clashes(mine []graph.Node, theirs [][]graph.Node) []Clash {
	var list []Clash
	for _, c := range v.Clashes(mine, theirs) {
		one := Clash{Other: c.Other, Harms: v.way(c.Harms), Suffers: v.way(c.Suffers)}
		for _, n := range c.Shared {
			one.Shared = append(one.Shared, v.nodes[n])
		}
		if c.Joint != nil {
			one.Joint = v.joint(c.Joint, mine, theirs[c.Other])
		}
		if len(one.Shared) > 0 || one.Harms != nil || one.Suffers != nil || one.Joint != nil {
			list = append(list, one)
		}
	}
	return list
}

// way leaves out what the person may not see.
func (v *view) way(path []graph.Hit) []Way {
	var out []Way
	whole := true // nothing was left out since the step before
	for _, h := range path {
		if !v.sees(h.Node) {
			whole = false
			continue
		}
		w := Way{Node: v.nodes[h.Node], Condition: h.State}
		if h.Edge >= 0 && whole {
			w.Relation, w.Type = v.relation(h.Edge).id, v.kinds[v.relation(h.Edge).kind]
			if h.Group >= 0 && v.seesGroup(v.bundles[h.Group]) {
				w.Group = v.groups[v.bundles[h.Group]].ID
			}
		}
		out, whole = append(out, w), true
	}
	return out
}

// joint tells of what both together hurt. Whoever may not see everything is
// told of the nearest item that he sees; nothing when he sees none.
func (v *view) joint(j *graph.Joint, mine, theirs []graph.Node) *Joint {
	if !v.scope.AllZones {
		return v.seenJoint(j, mine, theirs)
	}
	return v.told(j)
}

func (v *view) told(j *graph.Joint) *Joint {
	out := &Joint{Node: v.nodes[j.Node], Condition: j.State, Way: v.way(j.Path)}
	if j.Group >= 0 && v.seesGroup(v.bundles[j.Group]) {
		out.Group, out.Mine, out.Theirs = v.groups[v.bundles[j.Group]].ID, v.way(j.Mine), v.way(j.Their)
	}
	return out
}

// seenJoint looks for the nearest item in sight that only both outages hurt.
func (v *view) seenJoint(j *graph.Joint, mine, theirs []graph.Node) *Joint {
	if v.sees(j.Node) {
		return v.told(j)
	}
	alone := map[graph.Node]Condition{}
	for _, list := range [2][]graph.Node{mine, theirs} {
		for _, h := range v.Fail(failures(list...)...).Hits {
			alone[h.Node] = max(alone[h.Node], h.State)
		}
	}
	both := v.Fail(failures(slices.Concat(mine, theirs)...)...)
	for _, h := range both.Hits {
		if h.State > alone[h.Node] && v.sees(h.Node) {
			return &Joint{Node: v.nodes[h.Node], Condition: h.State, Way: v.way(both.Path(h))}
		}
	}
	return nil
}
