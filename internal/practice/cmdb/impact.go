package cmdb

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Condition is how well an item works.
type Condition = graph.State

// mostFailed is how many items may be said to fail together.
const mostFailed = 1000

// Question asks what follows when items fail together. In a window, whatever
// is in maintenance during it counts as down as well; without one, whatever is
// now.
type Question struct {
	Items       []record.ItemID
	From, Until time.Time
}

// Check says what is wrong with a question.
func (q Question) Check() error {
	switch {
	case len(q.Items) == 0:
		return fault.At("items", "record.required")
	case len(q.Items) > mostFailed:
		return fault.At("items", "cmdb.too_many_items").With("max", mostFailed)
	case !q.Until.IsZero() && q.Until.Before(q.From):
		return fault.At("until", "cmdb.window_ends_first")
	}
	return nil
}

// Impact is the answer: everything that suffers, never cut.
type Impact struct {
	Version     int64      // of the graph
	Items       []Sufferer // nearest first; the failed ones at depth 0
	Upkeep      []Node     // in maintenance, and so counted as down
	Classes     []Tally
	Zones       []Tally
	Services    []ServiceHit // the gravest first
	Departments []DepartmentHit
	Users       int // at least so many: those of the service that has the most
	UsersMost   int // at most: those of all services, should nobody use two of them
	Agreements  []AtRisk
	Records     []About      // open records about items that suffer
	Saved       []Redundancy // groups that lost members, those that hold first
	Spared      []Node       // would be down if every member of a group were needed
	Hidden      int          // items in zones the reader is not cleared for; 0 unless the centre tells
	Proposal    Proposal
}

// Sufferer is an item that suffers, with the step that explains it: From
// brought it into its condition through the relation. Following From leads
// back to an item that failed.
type Sufferer struct {
	Node
	Condition Condition
	Before    Condition // on account of maintenance alone
	Depth     int       // steps from the failed item
	From      record.ItemID
	Relation  RelationID
	Type      string  // of the relation
	Group     GroupID // whose margin is used up, 0 when the relation acts alone
	Loop      bool    // what else it needs hangs on itself
}

// Tally counts the items of a class or zone that suffer.
type Tally struct {
	Class          Class
	Zone           people.ZoneID
	Down, Degraded int
}

// Redundancy is a group that lost members and what is left of it.
type Redundancy struct {
	Group
	Of        Node // the item whose need it is
	Condition Condition
	Lost      int // members that are down
	Left      int // members that are not
	Load      int // per cent of the full load that is left; 0 when members state no share
	Margin    int // how many more may fail, whichever they are, before the item does
}

// Impact says what follows when items fail together.
func (a *Analyst) Impact(ctx context.Context, by people.Actor, q Question) (*Impact, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	failed, err := v.find("items", q.Items)
	if err != nil {
		return nil, err
	}
	upkeep, err := a.upkeep(ctx, v, q, failed)
	if err != nil {
		return nil, err
	}
	out := v.impact(failed, upkeep)
	if err := a.surround(ctx, by, v, out); err != nil {
		return nil, err
	}
	out.Proposal = propose(v.policy, out)
	return out, nil
}

// upkeep lists what is in maintenance beside what is said to fail.
func (a *Analyst) upkeep(ctx context.Context, v *view, q Question, failed []graph.Node) ([]graph.Node, error) {
	if q.From.IsZero() {
		q.From = a.Now()
	}
	if q.Until.Before(q.From) {
		q.Until = q.From
	}
	ids, err := a.Around.Upkeep(ctx, q.From, q.Until)
	if err != nil {
		return nil, err
	}
	var nodes []graph.Node
	for _, id := range ids {
		if n, ok := v.at(id); ok && Serves(v.nodes[n].State) && !slices.Contains(failed, n) {
			nodes = append(nodes, n)
		}
	}
	return nodes, nil
}

func failures(nodes ...graph.Node) []graph.Failure {
	list := make([]graph.Failure, len(nodes))
	for i, n := range nodes {
		list[i].Node = n
	}
	return list
}

// impact is what can be said from the graph alone.
func (v *view) impact(failed, upkeep []graph.Node) *Impact {
	out := &Impact{Version: v.Version}
	before := map[graph.Node]Condition{}
	if len(upkeep) > 0 {
		for _, h := range v.Fail(failures(upkeep...)...).Hits {
			before[h.Node] = h.State
		}
		for _, n := range upkeep {
			if v.sees(n) {
				out.Upkeep = append(out.Upkeep, v.nodes[n])
			}
		}
	}
	result := v.Fail(append(failures(failed...), failures(upkeep...)...)...)
	out.Items, out.Hidden = v.sufferers(result, before, failed)
	out.count()
	out.Saved = v.saved(result)
	for _, n := range result.Spared {
		if v.sees(n) {
			out.Spared = append(out.Spared, v.nodes[n])
		}
	}
	return out
}

// sufferers lists what is worse than before.
func (v *view) sufferers(result *graph.Outcome, before map[graph.Node]Condition, failed []graph.Node) (list []Sufferer, hidden int) {
	list = make([]Sufferer, 0, len(result.Hits))
	back := v.trail(result)
	for _, h := range result.Hits {
		if was := before[h.Node]; h.State <= was && !slices.Contains(failed, h.Node) {
			continue
		}
		if !v.sees(h.Node) {
			hidden++
			continue
		}
		s := Sufferer{Node: v.nodes[h.Node], Condition: h.State, Before: before[h.Node], Depth: int(h.Depth), Loop: h.Loop}
		if h.Edge >= 0 {
			from, depth, whole := back(h)
			s.Depth = depth
			if from >= 0 {
				s.From = v.nodes[from].ID
			}
			if whole {
				s.Relation, s.Type = v.relation(h.Edge).id, v.kinds[v.relation(h.Edge).kind]
			}
			if h.Group >= 0 && whole {
				s.Group = v.groups[v.bundles[h.Group]].ID
			}
		}
		list = append(list, s)
	}
	if !v.scope.AllZones {
		slices.SortStableFunc(list, func(a, b Sufferer) int { return cmp.Compare(a.Depth, b.Depth) })
	}
	if !v.policy.TellHidden {
		hidden = 0
	}
	return list, hidden
}

// trail gives, for a hit, the nearest item before it that the person may see,
// and how many steps there are from the beginning when hidden ones are left
// out; whole says that nothing was left out of this step.
func (v *view) trail(result *graph.Outcome) func(graph.Hit) (from graph.Node, depth int, whole bool) {
	if v.scope.AllZones {
		return func(h graph.Hit) (graph.Node, int, bool) { return result.Cause(h), int(h.Depth), true }
	}
	return func(h graph.Hit) (graph.Node, int, bool) {
		from, depth, whole := graph.Node(-1), 0, true
		path := result.Path(h)
		for _, step := range path[:len(path)-1] {
			if whole = v.sees(step.Node); whole {
				from, depth = step.Node, depth+1
			}
		}
		return from, depth, whole
	}
}

// count tallies the items by class and zone.
func (out *Impact) count() {
	classes, zones := map[Class]*Tally{}, map[people.ZoneID]*Tally{}
	for i := range out.Items {
		s := &out.Items[i]
		c, z := classes[s.Class], zones[s.Zone]
		if c == nil {
			c = &Tally{Class: s.Class}
			classes[s.Class] = c
		}
		if z == nil {
			z = &Tally{Zone: s.Zone}
			zones[s.Zone] = z
		}
		if s.Condition == graph.Down {
			c.Down++
			z.Down++
		} else {
			c.Degraded++
			z.Degraded++
		}
	}
	for _, c := range slices.Sorted(maps.Keys(classes)) {
		out.Classes = append(out.Classes, *classes[c])
	}
	for _, z := range slices.Sorted(maps.Keys(zones)) {
		out.Zones = append(out.Zones, *zones[z])
	}
}

// saved reports on the groups that lost members. One with a member that the
// person may not see is left out whole, for its numbers would tell of it.
func (v *view) saved(result *graph.Outcome) []Redundancy {
	byGroup := map[int32]*Redundancy{}
	var order []int32
	for _, s := range result.Strains {
		place := v.bundles[s.Group]
		if !v.seesGroup(place) {
			continue
		}
		r := byGroup[place]
		if r == nil {
			owner := v.nodes[s.Owner]
			r = &Redundancy{Group: v.groups[place], Of: owner, Margin: s.Margin}
			byGroup[place], order = r, append(order, place)
		}
		r.Condition, r.Margin = max(r.Condition, s.State), min(r.Margin, s.Margin)
		if s.Group > 0 && v.bundles[s.Group-1] == place { // the second count of a group is its load
			r.Load = int(s.Left)
		} else {
			r.Lost, r.Left = int(s.Lost), int(s.Left)
		}
	}
	list := make([]Redundancy, 0, len(order))
	for _, place := range order {
		list = append(list, *byGroup[place])
	}
	slices.SortStableFunc(list, func(a, b Redundancy) int {
		return cmp.Or(cmp.Compare(a.Condition, b.Condition), cmp.Compare(a.Margin, b.Margin))
	})
	return list
}

// seesGroup reports whether the person may see all members of a group.
func (v *view) seesGroup(place int32) bool {
	if v.scope.AllZones {
		return true
	}
	owner, ok := v.at(v.groups[place].Item)
	return ok && v.sees(owner) && !slices.ContainsFunc(v.members[place], func(n graph.Node) bool { return !v.sees(n) })
}
