package cmdb

import (
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Edit is one change tried out in a sandbox. New items are named by negative
// numbers of the asker's choice, also in later edits.
type Edit struct {
	Do       Deed          `json:"do"`
	Item     record.ItemID `json:"item,omitempty"` // of remove and duplicate: which item
	As       record.ItemID `json:"as,omitempty"`   // of add and duplicate: the new item's negative number
	Name     string        `json:"name,omitempty"`
	Class    Class         `json:"class,omitempty"`
	Zone     people.ZoneID `json:"zone,omitempty"`
	Relation RelationID    `json:"relation,omitempty"` // of move: which relation
	Source   record.ItemID `json:"source,omitempty"`   // of move: the new source, 0 leaves it; of relate
	Target   record.ItemID `json:"target,omitempty"`   // of move: the new target, 0 leaves it; of relate
	Type     string        `json:"type,omitempty"`     // of relate
}

// Deed is what an edit does.
type Deed string

// The deeds. A duplicate needs what the original needs, and whoever needs the
// original then needs one of the two.
const (
	Remove    Deed = "remove"
	Duplicate Deed = "duplicate"
	Place     Deed = "add"
	Move      Deed = "move"
	Relate    Deed = "relate"
)

// sandbox is a topology that edits are tried out on.
type sandbox struct {
	*Topology
	view    *view
	fresh   map[record.ItemID]record.ItemID // the asker's number to the sandbox's
	named   map[record.ItemID]record.ItemID // the other way round
	removed []record.ItemID
	groupID GroupID
}

// sandbox copies the topology.
func (v *view) sandbox() *sandbox {
	t := &Topology{Version: v.Version, model: v.model, nodes: slices.Clone(v.nodes), place: v.place, ties: slices.Clone(v.ties), kinds: slices.Clone(v.kinds), groups: slices.Clone(v.groups)}
	return &sandbox{Topology: t, view: v, fresh: map[record.ItemID]record.ItemID{}, named: map[record.ItemID]record.ItemID{}}
}

// apply carries out one edit; field is where it stands in the request.
func (s *sandbox) apply(e Edit, field string) error {
	switch e.Do {
	case Remove:
		n, err := s.node(field+".item", e.Item)
		if err == nil {
			s.removed = append(s.removed, s.nodes[n].ID)
		}
		return err
	case Duplicate:
		return s.duplicate(e, field)
	case Place:
		if c := s.model.Class(e.Class); c == nil || c.Abstract {
			return fault.At(field+".class", "cmdb.no_such_class")
		}
		if !s.view.clears(e.Zone) {
			return fault.At(field+".zone", "cmdb.no_such_zone")
		}
		_, err := s.add(Node{Name: people.Text{En: e.Name, Zh: e.Name}, Class: e.Class, Zone: e.Zone, State: Live}, e.As, field)
		return err
	case Move:
		return s.move(e, field)
	case Relate:
		return s.relate(e, field)
	}
	return fault.At(field+".do", "record.not_a_choice").With("choices", "remove, duplicate, add, move, relate")
}

// node finds an item of the sandbox that the person may see.
func (s *sandbox) node(field string, id record.ItemID) (graph.Node, error) {
	if id < 0 {
		id = s.fresh[id]
	}
	n, ok := s.at(id)
	if !ok || !s.view.clears(s.nodes[n].Zone) {
		return 0, fault.At(field, "cmdb.no_such_item").With("item", int64(id))
	}
	return n, nil
}

// add places a new item.
func (s *sandbox) add(n Node, as record.ItemID, field string) (graph.Node, error) {
	if as >= 0 || s.fresh[as] != 0 {
		return 0, fault.At(field+".as", "cmdb.number_for_new")
	}
	n.ID = 1
	if len(s.nodes) > 0 {
		n.ID = s.nodes[len(s.nodes)-1].ID + 1
	}
	n.Code = fmt.Sprint(as)
	s.fresh[as], s.named[n.ID] = n.ID, as
	s.nodes = append(s.nodes, n)
	s.index()
	return graph.Node(len(s.nodes) - 1), nil
}

func (s *sandbox) kind(code, field string) (uint16, error) {
	if s.model.Type(code) == nil {
		return 0, fault.At(field+".type", "cmdb.no_such_type").With("type", code)
	}
	i := slices.Index(s.kinds, code)
	if i < 0 {
		i = len(s.kinds)
		s.kinds = append(s.kinds, code)
	}
	return uint16(i), nil
}

func (s *sandbox) relate(e Edit, field string) error {
	kind, err := s.kind(e.Type, field)
	if err != nil {
		return err
	}
	source, err := s.node(field+".source", e.Source)
	if err != nil {
		return err
	}
	target, err := s.node(field+".target", e.Target)
	if err != nil {
		return err
	}
	if source == target {
		return fault.At(field+".target", "cmdb.relates_to_itself")
	}
	if err := s.model.Type(e.Type).Fits(s.model, s.nodes[source].Class, s.nodes[target].Class); err != nil {
		return err
	}
	s.ties = append(s.ties, bond{source: int32(source), target: int32(target), kind: kind})
	return nil
}

// move hangs a relation on other ends. A member of a group stays one as long as
// the group's own item stays its end.
func (s *sandbox) move(e Edit, field string) error {
	i := slices.IndexFunc(s.ties, func(t bond) bool { return t.id == e.Relation && e.Relation != 0 })
	if i < 0 || !s.view.clears(s.nodes[s.ties[i].source].Zone) || !s.view.clears(s.nodes[s.ties[i].target].Zone) {
		return fault.At(field+".relation", "cmdb.no_such_relation")
	}
	for _, end := range []struct {
		id   record.ItemID
		name string
		to   *int32
	}{{e.Source, ".source", &s.ties[i].source}, {e.Target, ".target", &s.ties[i].target}} {
		if end.id == 0 {
			continue
		}
		n, err := s.node(field+end.name, end.id)
		if err != nil {
			return err
		}
		*end.to = int32(n)
	}
	if s.ties[i].source == s.ties[i].target {
		return fault.At(field+".target", "cmdb.relates_to_itself")
	}
	return nil
}

// duplicate places a second item beside one.
func (s *sandbox) duplicate(e Edit, field string) error {
	old, err := s.node(field+".item", e.Item)
	if err != nil {
		return err
	}
	n := s.nodes[old]
	if e.Name != "" {
		n.Name = people.Text{En: e.Name, Zh: e.Name}
	}
	twin, err := s.add(n, e.As, field)
	if err != nil {
		return err
	}
	copied := map[GroupID]GroupID{} // groups of the original, for the twin
	for i := range len(s.ties) {
		one := s.ties[i]
		if one.source != int32(old) && one.target != int32(old) {
			continue
		}
		second := one
		second.id = 0
		if one.source == int32(old) {
			second.source = int32(twin)
		} else {
			second.target = int32(twin)
		}
		s.regroup(i, &second, old, twin, copied)
		s.ties = append(s.ties, second)
	}
	return nil
}

// regroup puts the twin's relation into the group it belongs to: beside the
// original's where others need one of the two, into a group of the twin's own
// where the original had one.
func (s *sandbox) regroup(i int, second *bond, old, twin graph.Node, copied map[GroupID]GroupID) {
	one := &s.ties[i]
	if one.group != 0 {
		g := s.groups[slices.IndexFunc(s.groups, func(g Group) bool { return g.ID == one.group })]
		if g.Item != s.nodes[old].ID {
			return // the twin is one more member
		}
		if copied[g.ID] == 0 {
			copied[g.ID] = s.group(Group{Item: s.nodes[twin].ID, Name: g.Name, Need: g.Need, Least: g.Least})
		}
		second.group = copied[g.ID]
		return
	}
	for _, d := range s.model.Type(s.kinds[one.kind]).Dependences(s.nodes[one.source].ID, s.nodes[one.target].ID) {
		if d.Needs == s.nodes[old].ID {
			one.group = s.group(Group{Item: d.Item, Need: 1})
			second.group = one.group
		}
	}
}

// group makes a new group.
func (s *sandbox) group(g Group) GroupID {
	s.groupID--
	g.ID = s.groupID
	s.groups = append(s.groups, g)
	return g.ID
}

// without is the sandbox as it is when what was removed is gone for good.
func (s *sandbox) without() (*Topology, error) {
	if len(s.removed) == 0 {
		return s.Topology, nil
	}
	t := *s.Topology
	t.nodes = slices.Clone(s.nodes)
	for _, id := range s.removed {
		if n, ok := t.at(id); ok {
			t.nodes[n].State = Retired
		}
	}
	return &t, t.build(s.model)
}

// rename gives new items the numbers they were asked for under.
func (s *sandbox) rename(n Node) Node {
	if as, ok := s.named[n.ID]; ok {
		n.ID, n.Code = as, ""
	}
	return n
}
