package cmdb

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ChartQuestion asks for a drawing of the topology around some items.
type ChartQuestion struct {
	Items []record.ItemID // where it starts
	Open  []record.ItemID // whose neighbours are drawn as well
	Hops  int             // from the start, at most 4
	Way   End             // Source: only what suffers; Target: only what is needed; Both: whatever is near
	Meant bool            // only along relations that mean something for failure
	Fail  []record.ItemID // what is said to fail together

	// Few is how many items are drawn one by one before those of a class and
	// zone are gathered, at most and by itself 300. Apart names those that stay
	// by themselves nevertheless.
	Few   int
	Apart []Kin

	At       time.Time // as it was then; zero: now
	Since    time.Time // compared with how it was then; zero: not compared
	Baseline int64     // compared with this baseline, around what it holds; 0: not compared
}

// Kin are the items of one class and zone.
type Kin struct {
	Class Class
	Zone  people.ZoneID
}

// The bounds of a drawing.
const (
	mostHops   = 4
	mostStarts = 100
	mostOpened = 500
	mostApart  = 100
	// fewDots is how many items are drawn one by one at most; beyond it, those
	// of a class and zone are drawn as one, unless somebody asked for them.
	fewDots = 300
	// fewKin is how many of a class and zone stay by themselves when less than
	// the most is drawn one by one.
	fewKin = 3
)

// Check says what is wrong with a question.
func (q ChartQuestion) Check() error {
	var many fault.Many
	for _, n := range []struct {
		field string
		count int
		most  int
	}{{"items", len(q.Items), mostStarts}, {"open", len(q.Open), mostOpened}, {"fail", len(q.Fail), mostFailed}, {"apart", len(q.Apart), mostApart}} {
		if n.count > n.most {
			many = append(many, fault.At(n.field, "cmdb.too_many_items").With("max", n.most))
		}
	}
	if len(q.Items) == 0 && q.Baseline == 0 {
		many = append(many, fault.At("items", "record.required"))
	}
	if q.Few < 0 || q.Few > fewDots {
		many = append(many, fault.At("few", "record.out_of_range").With("low", 1).With("high", fewDots))
	}
	if len(q.Fail) > 0 && q.compares() {
		many = append(many, fault.At("fail", "cmdb.no_failing_in_comparison"))
	}
	if q.Baseline != 0 && !q.Since.IsZero() {
		many = append(many, fault.At("baseline", "cmdb.one_comparison"))
	}
	if q.Hops < 0 || q.Hops > mostHops {
		many = append(many, fault.At("hops", "record.out_of_range").With("low", 0).With("high", mostHops))
	}
	if !slices.Contains([]End{Source, Target, Both}, q.Way) {
		many = append(many, fault.At("way", "record.not_a_choice"))
	}
	return many.Err()
}

// Chart is a part of the topology to be drawn.
type Chart struct {
	Version  int64
	Dots     []Dot
	Strokes  []Stroke
	Groups   []Bracket
	Items    int // drawn one by one or within a bundle
	Down     int // of all that the person may see, drawn or not, when something fails
	Degraded int

	At   time.Time // as it was then; zero: now
	From time.Time // compared with how it was then; zero: not compared
	Part bool      // a past is read only as far as it is drawn: what fails beyond is not counted
	Cut  bool      // there is more around than a past is read for
}

// Dot is an item in a drawing, or several of one class and zone.
type Dot struct {
	Node
	Bundle    int // how many items it stands for; 0 for an item
	Hops      int // from the nearest start
	More      int // neighbours that are not drawn
	Condition Condition
	Down      int // of a bundle
	Mark      Mark
	Changes   []Change // of an item that is marked as changed
}

// Stroke is a line in a drawing: From suffers when To fails, where the relation
// has a meaning for failure; from source to target otherwise. The ends are
// places in the list of dots.
type Stroke struct {
	From, To  int
	Relation  RelationID // 0 for a line that stands for several
	Count     int        // relations it stands for
	Type      string     // "" when they differ
	Effect    Effect     // the gravest; "" when it means nothing for failure
	Redundant bool       // all of them are members of groups
	Group     GroupID
	Gate      Gate
	Mutual    bool // each suffers from the other
	Mark      Mark
}

// Bracket is a redundancy in a drawing.
type Bracket struct {
	Group
	Of        int // the place of the item whose need it is
	Members   int // all of them, drawn or not
	Condition Condition
}

// draws reports whether an item belongs into a drawing: it is neither retired
// nor disposed of, and the person may see it.
func (v *view) draws(n graph.Node) bool { return v.sees(n) && InUse(v.nodes[n].State) }

// Chart draws the topology around some items as the person may see it, now or
// as it was, or two of its states in one drawing.
func (a *Analyst) Chart(ctx context.Context, by people.Actor, q ChartQuestion) (*Chart, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	past := &pastView{view: v}
	if q.compares() || !q.At.IsZero() {
		if past, err = a.past(ctx, by, v, &q); err != nil {
			return nil, err
		}
	}
	lists, err := past.ends(q)
	if err != nil {
		return nil, err
	}
	out := past.view.draw(q, lists, past.marks)
	out.At, out.From, out.Part, out.Cut = q.At, past.from, past.part, past.cut
	return out, nil
}

// ends finds where a drawing starts, what it opens and what fails in it.
func (p *pastView) ends(q ChartQuestion) (lists [3][]graph.Node, err error) {
	var many fault.Many
	for i, asked := range []struct {
		field string
		items []record.ItemID
	}{{"items", q.Items}, {"open", q.Open}, {"fail", q.Fail}} {
		if lists[i], err = p.view.find(asked.field, asked.items); err != nil {
			if p.part && i > 0 { // it did not exist then, or lay elsewhere
				continue
			}
			if err = many.Add(err); err != nil {
				return lists, err
			}
		}
	}
	return lists, many.Err()
}

// draw walks from the starts and makes the drawing.
func (v *view) draw(q ChartQuestion, lists [3][]graph.Node, m *marks) *Chart {
	return v.drawWith(q, lists, m, v.Topology)
}

func (v *view) drawWith(q ChartQuestion, lists [3][]graph.Node, m *marks, fails *Topology) *Chart {
	d := &drawing{view: v, fails: fails, way: q.Way, meant: q.Meant, few: cmp.Or(q.Few, fewDots), marks: m, place: make([]int32, len(v.nodes)), apart: map[Kin]bool{}}
	for _, k := range q.Apart {
		d.apart[k] = true
	}
	d.walk(lists[0], lists[1], q.Hops)
	return d.chart(lists[2])
}

// drawing is a chart while it is made. Around an item that much depends on tens
// of thousands are found of which a few dozen are drawn, so that what is noted
// of each stands in lists, not in maps.
type drawing struct {
	*view
	way   End
	meant bool
	few   int
	apart map[Kin]bool
	marks *marks
	fails *Topology // in which it is computed what fails; the numbers of its items and groups are the drawing's
	found []spot    // in the order they were found
	place []int32   // by node, 0 for what was not found: its place in found plus one; once the dots are placed, that of its dot

	bunches map[GroupID]int32 // their place in groups
}

// spot is an item that was found.
type spot struct {
	node  graph.Node
	hops  int32
	asked bool // somebody named it, or opened an item beside it
}

// beside calls each with the neighbours of a node that the way leads to.
func (d *drawing) beside(n graph.Node, each func(graph.Node)) {
	ask := uint8(0)
	switch {
	case d.way == Source: // only who suffers from n
		ask = otherSuffers
	case d.way == Target: // only what n suffers from
		ask = hereSuffers
	case d.meant:
		ask = hereSuffers | otherSuffers
	}
	for _, r := range d.around().of(n) {
		if (ask == 0 || r.is&ask != 0) && r.other != n && d.draws(r.other) {
			each(r.other)
		}
	}
}

// add finds an item, unless it was found before, and gives its place in found.
func (d *drawing) add(n graph.Node, hops int32) int32 {
	if d.place[n] == 0 {
		d.found = append(d.found, spot{node: n, hops: hops})
		d.place[n] = int32(len(d.found))
	}
	return d.place[n] - 1
}

// walk finds what is drawn.
func (d *drawing) walk(starts, opened []graph.Node, hops int) {
	for _, n := range starts {
		d.found[d.add(n, 0)].asked = true
	}
	for at := 0; at < len(d.found); at++ {
		if s := d.found[at]; int(s.hops) < hops {
			d.beside(s.node, func(other graph.Node) { d.add(other, s.hops+1) })
		}
	}
	for _, n := range opened {
		at := d.add(n, int32(hops))
		d.found[at].asked = true
		next := d.found[at].hops + 1
		d.beside(n, func(other graph.Node) { d.found[d.add(other, next)].asked = true })
	}
}
