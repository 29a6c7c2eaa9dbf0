package cmdb

import (
	"context"
	"slices"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
)

// Crossings is how the zones hang together: the items through which, and the
// relations by which alone, zones reach one another.
type Crossings struct {
	Points  []Crossing // items without which zones fall apart
	Bridges []Crossing // relations without which they do
}

// Crossing is an item or a relation that holds zones together, with the zones
// of its ends.
type Crossing struct {
	Item     *Node
	Relation RelationID
	Type     string
	Gate     Gate
	Zones    []people.ZoneID
}

// Crossings finds the articulation points and bridges over zones. Each zone
// counts as one node that its items hang on; items with a relation to another
// zone stand for themselves. Only zones that the person is cleared for count.
func (a *Analyst) Crossings(ctx context.Context, by people.Actor) (*Crossings, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	c := &crosser{view: v, zone: map[people.ZoneID]graph.Node{}, item: map[graph.Node]graph.Node{}}
	for i := range v.ties {
		c.add(int32(i))
	}
	return c.result()
}

type crosser struct {
	*view
	zone  map[people.ZoneID]graph.Node
	item  map[graph.Node]graph.Node
	back  []graph.Node // by node of the web: the item, -1 for a zone
	links []graph.Link
	ties  []int32 // by link: the relation, -1 for an item lying in its zone
}

func (c *crosser) add(i int32) {
	one := &c.view.ties[i]
	a, b := graph.Node(one.source), graph.Node(one.target)
	from, to := &c.nodes[a], &c.nodes[b]
	kind := c.model.Type(c.kinds[one.kind])
	switch {
	case kind == nil || kind.Suffers == Neither || !Serves(from.State) || !Serves(to.State):
	case from.Zone == 0 || to.Zone == 0 || from.Zone == to.Zone || !c.sees(a) || !c.sees(b):
	default:
		c.links, c.ties = append(c.links, graph.Link{A: c.place(a), B: c.place(b)}), append(c.ties, i)
	}
}

// place gives an item its node of the web, tied to that of its zone.
func (c *crosser) place(n graph.Node) graph.Node {
	if at, ok := c.item[n]; ok {
		return at
	}
	at := c.fresh(n)
	c.item[n] = at
	zone, ok := c.zone[c.nodes[n].Zone]
	if !ok {
		zone = c.fresh(-1)
		c.zone[c.nodes[n].Zone] = zone
	}
	c.links, c.ties = append(c.links, graph.Link{A: at, B: zone}), append(c.ties, -1)
	return at
}

func (c *crosser) fresh(n graph.Node) graph.Node {
	c.back = append(c.back, n)
	return graph.Node(len(c.back) - 1)
}

func (c *crosser) result() (*Crossings, error) {
	web, err := graph.NewWeb(len(c.back), c.links)
	if err != nil {
		return nil, err
	}
	weak, out := web.Weak(), &Crossings{}
	for _, p := range weak.Points {
		if n := c.back[p]; n >= 0 {
			out.Points = append(out.Points, Crossing{Item: &c.nodes[n], Zones: c.across(n)})
		}
	}
	for _, l := range weak.Bridges {
		if i := c.ties[l]; i >= 0 {
			one := &c.view.ties[i]
			out.Bridges = append(out.Bridges, Crossing{
				Relation: one.id, Type: c.kinds[one.kind], Gate: Gate(Gates[one.gate]),
				Zones: []people.ZoneID{c.nodes[one.source].Zone, c.nodes[one.target].Zone},
			})
		}
	}
	return out, nil
}

// across lists the zones that an item joins, its own first.
func (c *crosser) across(n graph.Node) []people.ZoneID {
	zones := []people.ZoneID{c.nodes[n].Zone}
	for i, l := range c.links {
		if c.ties[i] < 0 || l.A != c.item[n] && l.B != c.item[n] {
			continue
		}
		one := &c.view.ties[c.ties[i]]
		for _, end := range []int32{one.source, one.target} {
			if z := c.nodes[end].Zone; !slices.Contains(zones, z) {
				zones = append(zones, z)
			}
		}
	}
	return zones
}
