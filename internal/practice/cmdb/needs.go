package cmdb

import (
	"context"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Need is an item that another needs, with the step that explains it: By needs
// it through the relation, and so on back to the item asked about.
type Need struct {
	Node
	Depth    int
	By       record.ItemID
	Relation RelationID
	Type     string
	Group    GroupID // it is one of several of this group, 0 when it is needed by itself
	Hard     bool    // By fails without it, or without enough of its group
}

// Needs lists what an item needs, directly or through others, nearest first.
func (a *Analyst) Needs(ctx context.Context, by people.Actor, item record.ItemID) ([]Need, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	start, err := v.find("item", []record.ItemID{item})
	if err != nil {
		return nil, err
	}
	walk := v.Reach(start, graph.Needs, graph.Degraded)
	list := make([]Need, 0, len(walk.Steps))
	shown := make([]int32, len(walk.Steps)) // the nearest step before, or itself, that may be shown
	depth := make([]int, len(walk.Steps))
	for i, s := range walk.Steps {
		if i == 0 {
			continue
		}
		prior := shown[s.Prior]
		if shown[i] = int32(i); !v.sees(s.Node) {
			shown[i], depth[i] = prior, depth[prior]
			continue
		}
		depth[i] = depth[prior] + 1
		n := Need{Node: v.nodes[s.Node], Depth: depth[i], By: v.nodes[walk.Steps[prior].Node].ID}
		if prior == s.Prior { // nothing is left out between the two
			one := v.relation(s.Edge)
			n.Relation, n.Type, n.Group = one.id, v.kinds[one.kind], one.group
			n.Hard = v.Effect(s.Edge) == graph.Down
		}
		list = append(list, n)
	}
	return list, nil
}
