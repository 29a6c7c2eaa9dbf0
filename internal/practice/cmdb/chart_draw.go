package cmdb

import "kilter/internal/base/graph"

// chart makes the drawing of what was found.
func (d *drawing) chart(failed []graph.Node) *Chart {
	out := &Chart{Version: d.Version, Items: len(d.found)}
	var state []Condition // by node
	groups := map[int32]Condition{}
	if len(failed) > 0 {
		state = make([]Condition, len(d.nodes))
		result := d.fails.Fail(failures(failed...)...)
		for _, h := range result.Hits {
			if !d.sees(h.Node) {
				continue
			}
			state[h.Node] = h.State
			if h.State == graph.Down {
				out.Down++
			} else {
				out.Degraded++
			}
		}
		for _, s := range result.Strains {
			place := d.fails.bundles[s.Group]
			groups[place] = max(groups[place], s.State)
		}
	}
	d.dots(out, state)
	d.more(out)
	d.lines(out)
	d.brackets(out, groups)
	return out
}

// gathered are the kin that are drawn as one because there are too many.
func (d *drawing) gathered() map[Kin]bool {
	out := map[Kin]bool{}
	if len(d.found) <= d.few {
		return out
	}
	count := map[Kin]int{}
	for _, s := range d.found {
		if !s.asked {
			count[Kin{d.nodes[s.node].Class, d.nodes[s.node].Zone}]++
		}
	}
	for k, n := range count {
		out[k] = !d.apart[k] && (n > fewKin || len(d.found) > fewDots)
	}
	return out
}

// dots places the items, those of a class and zone together where there are
// too many.
func (d *drawing) dots(out *Chart, state []Condition) {
	gathered, bundles := d.gathered(), map[Kin]int{}
	for _, s := range d.found {
		node := &d.nodes[s.node]
		k, condition := Kin{node.Class, node.Zone}, graph.OK
		if state != nil {
			condition = state[s.node]
		}
		if s.asked || !gathered[k] {
			out.Dots = append(out.Dots, Dot{Node: *node, Hops: int(s.hops), Condition: condition, Mark: d.marks.item(node.ID), Changes: d.marks.changes(node.ID)})
			d.place[s.node] = int32(len(out.Dots))
			continue
		}
		at, known := bundles[k]
		if !known {
			at = len(out.Dots)
			bundles[k] = at
			out.Dots = append(out.Dots, Dot{Node: Node{Class: k.Class, Zone: k.Zone, State: Live}, Hops: int(s.hops), Mark: d.marks.item(node.ID)})
		}
		dot := &out.Dots[at]
		d.place[s.node] = int32(at + 1)
		dot.Bundle++
		dot.Hops = min(dot.Hops, int(s.hops))
		dot.Condition = max(dot.Condition, condition)
		if condition == graph.Down {
			dot.Down++
		}
		if dot.Mark != d.marks.item(node.ID) {
			dot.Mark = MarkChanged
		}
	}
}

// more counts the neighbours of each item that are not drawn.
func (d *drawing) more(out *Chart) {
	counted := make([]int32, len(d.nodes)) // for which dot a node was counted last
	for _, s := range d.found {
		at := d.place[s.node]
		dot := &out.Dots[at-1]
		if dot.Bundle > 0 {
			continue
		}
		d.beside(s.node, func(other graph.Node) {
			if d.place[other] == 0 && counted[other] != at {
				counted[other] = at
				dot.More++
			}
		})
	}
}

// lines draws the relations between what is drawn.
func (d *drawing) lines(out *Chart) {
	type pair struct {
		from, to int
		effect   bool
	}
	drawn := map[pair]int{}
	d.bunches = make(map[GroupID]int32, len(d.groups))
	for i, g := range d.groups {
		d.bunches[g.ID] = int32(i)
	}
	f := d.around()
	for _, s := range d.found {
		from := d.place[s.node]
		for _, r := range f.of(s.node) {
			to := d.place[r.other]
			if r.is&fromSource == 0 || to == 0 || from == to || d.meant && r.is&(hereSuffers|otherSuffers) == 0 { // each once, from its source
				continue
			}
			line := d.line(&d.ties[r.tie], int(from-1), int(to-1))
			if out.Dots[line.From].Bundle == 0 && out.Dots[line.To].Bundle == 0 {
				out.Strokes = append(out.Strokes, line)
				continue
			}
			k := pair{line.From, line.To, line.Effect != ""}
			at, known := drawn[k]
			if !known {
				drawn[k] = len(out.Strokes)
				out.Strokes = append(out.Strokes, line)
				continue
			}
			out.Strokes[at].join(line)
		}
	}
}

// line is a relation as a line.
func (d *drawing) line(one *bond, from, to int) Stroke {
	suffers, effect := d.meaning(one)
	t := Stroke{
		From: from, To: to, Mark: d.marks.tie(one.id), Relation: one.id, Count: 1, Type: d.kinds[one.kind], Effect: effect, Gate: Gate(Gates[one.gate]), Mutual: suffers == Both,
	}
	if suffers == Target {
		t.From, t.To = to, from
	}
	owner := graph.Node(one.source)
	if suffers == Target {
		owner = graph.Node(one.target)
	}
	if place, ok := d.bunches[one.group]; ok && effect != "" && (suffers == Both || d.groups[place].Item == d.nodes[owner].ID) && d.seesGroup(place) {
		t.Redundant, t.Group = true, one.group
	}
	return t
}

// join adds a relation to a line that stands for several.
func (t *Stroke) join(other Stroke) {
	t.Count += other.Count
	t.Relation, t.Group = 0, 0
	if t.Type != other.Type {
		t.Type = ""
	}
	if t.Mark != other.Mark {
		t.Mark = MarkChanged
	}
	if other.Effect == Hard {
		t.Effect = Hard
	}
	t.Redundant = t.Redundant && other.Redundant
	t.Mutual = t.Mutual || other.Mutual
	if t.Gate == NoGate {
		t.Gate = other.Gate
	}
}

// brackets names the redundancies of what is drawn one by one. One with a
// member that the person may not see is left out, for its numbers would tell
// of it.
func (d *drawing) brackets(out *Chart, conditions map[int32]Condition) {
	for i := range d.groups {
		place := int32(i)
		owner, ok := d.at(d.groups[i].Item)
		if !ok || d.place[owner] == 0 {
			continue
		}
		at := int(d.place[owner] - 1)
		if out.Dots[at].Bundle > 0 || len(d.members[place]) == 0 || !d.seesGroup(place) {
			continue
		}
		out.Groups = append(out.Groups, Bracket{Group: d.groups[i], Of: at, Members: len(d.members[place]), Condition: conditions[place]})
	}
}
