package cmdb

import "kilter/internal/base/graph"

// chart makes the drawing of what was found.
func (d *drawing) chart(failed []graph.Node) *Chart {
	out := &Chart{Version: d.Version, Items: len(d.found)}
	state := map[graph.Node]Condition{}
	groups := map[int32]Condition{}
	if len(failed) > 0 {
		result := d.Fail(failures(failed...)...)
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
			place := d.bundles[s.Group]
			groups[place] = max(groups[place], s.State)
		}
	}
	d.dots(out, state)
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
	for _, n := range d.found {
		if !d.asked[n] {
			count[Kin{d.nodes[n].Class, d.nodes[n].Zone}]++
		}
	}
	for k, n := range count {
		out[k] = !d.apart[k] && (n > fewKin || len(d.found) > fewDots)
	}
	return out
}

// dots places the items, those of a class and zone together where there are
// too many.
func (d *drawing) dots(out *Chart, state map[graph.Node]Condition) {
	d.place = make(map[graph.Node]int, len(d.found))
	gathered, bundles := d.gathered(), map[Kin]int{}
	for _, n := range d.found {
		node := d.nodes[n]
		k := Kin{node.Class, node.Zone}
		if d.asked[n] || !gathered[k] {
			d.place[n] = len(out.Dots)
			out.Dots = append(out.Dots, Dot{Node: node, Hops: d.hops[n], Condition: state[n], Mark: d.marks.item(node.ID), Changes: d.marks.changes(node.ID)})
			continue
		}
		at, known := bundles[k]
		if !known {
			at = len(out.Dots)
			bundles[k] = at
			out.Dots = append(out.Dots, Dot{Node: Node{Class: k.Class, Zone: k.Zone, State: Live}, Hops: d.hops[n], Mark: d.marks.item(node.ID)})
		}
		dot := &out.Dots[at]
		d.place[n] = at
		dot.Bundle++
		dot.Hops = min(dot.Hops, d.hops[n])
		dot.Condition = max(dot.Condition, state[n])
		if state[n] == graph.Down {
			dot.Down++
		}
		if dot.Mark != d.marks.item(node.ID) {
			dot.Mark = MarkChanged
		}
	}
	for n, at := range d.place {
		if out.Dots[at].Bundle > 0 {
			continue
		}
		missing := map[graph.Node]bool{}
		d.beside(n, func(other graph.Node) {
			if _, drawn := d.place[other]; !drawn {
				missing[other] = true
			}
		})
		out.Dots[at].More = len(missing)
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
	for _, n := range d.found {
		for _, i := range f.ties[f.from[n]:f.from[n+1]] {
			one := &d.ties[i]
			if graph.Node(one.source) != n { // each once, from its source
				continue
			}
			from, ok := d.place[n]
			to, too := d.place[graph.Node(one.target)]
			if !ok || !too || from == to {
				continue
			}
			line := d.line(one, from, to)
			if d.meant && line.Effect == "" {
				continue
			}
			if out.Dots[from].Bundle == 0 && out.Dots[to].Bundle == 0 {
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
		at, drawn := d.place[owner]
		if !ok || !drawn || out.Dots[at].Bundle > 0 || len(d.members[place]) == 0 || !d.seesGroup(place) {
			continue
		}
		out.Groups = append(out.Groups, Bracket{Group: d.groups[i], Of: at, Members: len(d.members[place]), Condition: conditions[place]})
	}
}
