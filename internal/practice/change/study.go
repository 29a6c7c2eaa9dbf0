package change

import (
	"slices"

	"kilter/internal/base/graph"
)

// Study is what a plan meets whenever it is carried out. It is made once; then
// any time can be tried for little, as somebody does who drags a change along
// the calendar.
type Study struct {
	*Snapshot
	Plan   Plan
	meets  [][]Finding // by place in Booked, their spans left open
	frozen []Finding   // by freeze that is about something that suffers
	tied   []tie       // whose windows count
	rooms  []room
}

// tie is a subject whose windows a plan must keep to.
type tie struct {
	of   Subject
	rule int // the first Upkeep of it
	open []Span
	path []graph.Hit // to the nearest that suffers and is its
}

// room is a window that takes in so many changes at most, and those it has.
type room struct {
	rule int
	by   []int // places in Booked
}

// Study finds what a plan meets. All its items count as down while it is
// carried out, and all that goes down with them must be free of freezes, within
// its windows and clear of notices, too.
func (s *Snapshot) Study(p Plan) *Study {
	st := &Study{Snapshot: s, Plan: p, meets: make([][]Finding, len(s.Booked))}
	st.compare()
	reach := s.reach(p.Items)
	st.notices(reach)
	for i, b := range s.Booked {
		if who := common(p.People, b.People); len(who) > 0 && st.other(i) {
			st.meets[i] = append(st.meets[i], Finding{Kind: SamePeople, With: i, Rule: -1, People: who})
		}
	}
	if !p.Emergency {
		st.freezes(reach)
		st.windows(reach)
	}
	return st
}

// Holds lists what a plan does not keep to at a time of what others arrange:
// notices, freezes and windows. It leaves out the work of our own, and is found
// for many plans in little time.
func (s *Snapshot) Holds(p Plan, when Span) []Finding {
	st := &Study{Snapshot: s, Plan: p, meets: make([][]Finding, len(s.Booked))}
	reach := s.reach(p.Items)
	st.notices(reach)
	if !p.Emergency {
		st.freezes(reach)
		st.windows(reach)
	}
	return st.At(when)
}

// notices finds those that are about what the plan takes along.
func (st *Study) notices(r *reach) {
	for i, b := range st.Booked {
		if path := r.to(b.Scope); path != nil && st.other(i) {
			st.meets[i] = append(st.meets[i], Finding{Kind: Noticed, With: i, Rule: -1, Path: path})
		}
	}
}

// other reports whether a booking is not the plan itself.
func (st *Study) other(i int) bool { return st.Plan.ID == 0 || st.Booked[i].ID != st.Plan.ID }

// compare finds what the outages do to one another.
func (st *Study) compare() {
	if len(st.Plan.Items) == 0 {
		return
	}
	others := make([][]graph.Node, len(st.Booked))
	for i, b := range st.Booked {
		if st.other(i) {
			others[i] = b.Items
		}
	}
	for _, c := range st.Graph.Clashes(st.Plan.Items, others) {
		add := func(f Finding) {
			f.With, f.Rule = c.Other, -1
			st.meets[c.Other] = append(st.meets[c.Other], f)
		}
		if len(c.Shared) > 0 {
			add(Finding{Kind: SameItem, Items: c.Shared})
		}
		if c.Harms != nil {
			add(Finding{Kind: Carries, Path: c.Harms})
		}
		if c.Suffers != nil {
			add(Finding{Kind: Depends, Path: c.Suffers})
		}
		if c.Joint != nil {
			add(Finding{Kind: Redundancy, Path: c.Joint.Path, Mine: c.Joint.Mine, Their: c.Joint.Their, Joint: c.Joint})
		}
	}
}

// reach is what goes down with a plan's items, nearest first.
type reach struct {
	snap  *Snapshot
	out   *graph.Outcome
	down  []graph.Hit
	of    map[Subject]int // the nearest of each service and network, by place in down
	items map[graph.Node]int
}

func (s *Snapshot) reach(items []graph.Node) *reach {
	failed := make([]graph.Failure, len(items))
	for i, n := range items {
		failed[i].Node = n
	}
	r := &reach{snap: s, out: s.Graph.Fail(failed...), of: map[Subject]int{}}
	for _, h := range r.out.Hits {
		if h.State == graph.Down {
			r.down = append(r.down, h)
		}
	}
	r.items = make(map[graph.Node]int, len(r.down))
	for i, h := range r.down {
		p := s.Places[h.Node]
		r.items[h.Node] = i
		for _, of := range [2]Subject{{Service: p.Service}, {Zone: p.Zone}} {
			if _, known := r.of[of]; !known && of != (Subject{}) {
				r.of[of] = i
			}
		}
	}
	return r
}

// to is the way to the nearest that a scope names; nil when it names none.
func (r *reach) to(s Scope) []graph.Hit {
	best := -1
	try := func(i int, ok bool) {
		if ok && (best < 0 || i < best) {
			best = i
		}
	}
	for _, n := range s.Items {
		i, ok := r.items[n]
		try(i, ok)
	}
	for _, id := range s.Services {
		i, ok := r.of[Subject{Service: id}]
		try(i, ok)
	}
	for _, id := range s.Zones {
		i, ok := r.of[Subject{Zone: id}]
		try(i, ok)
	}
	if best < 0 {
		return nil
	}
	return r.out.Path(r.down[best])
}

func (st *Study) freezes(r *reach) {
	for i, f := range st.Freezes {
		path := r.to(f.Scope)
		if path != nil || f.Scope.empty() {
			st.frozen = append(st.frozen, Finding{Kind: Frozen, With: -1, Rule: i, Path: path})
		}
	}
}

// windows finds whose windows the plan must keep to: those of its items and of
// all that goes down with them. Only its own items take a place in a window.
func (st *Study) windows(r *reach) {
	subjects := st.subjects()
	seen := map[Subject]bool{}
	for _, h := range r.down {
		of, ok := st.governs(subjects, h.Node)
		if !ok || seen[of] {
			continue
		}
		seen[of] = true
		first := slices.IndexFunc(st.Upkeep, func(u Upkeep) bool { return u.For == of })
		st.tied = append(st.tied, tie{of: of, rule: first, open: st.open(of), path: r.out.Path(h)})
	}
	own := st.subjectsOf(subjects, st.Plan.Items)
	for i, u := range st.Upkeep {
		if u.Most < 1 || !own[u.For] {
			continue
		}
		full := room{rule: i}
		for k, b := range st.Booked {
			if b.Source == Ours && st.other(k) && st.subjectsOf(subjects, b.Items)[u.For] {
				full.by = append(full.by, k)
			}
		}
		st.rooms = append(st.rooms, full)
	}
}

func (st *Study) subjectsOf(subjects map[Subject]bool, items []graph.Node) map[Subject]bool {
	out := map[Subject]bool{}
	for _, n := range items {
		if of, ok := st.governs(subjects, n); ok {
			out[of] = true
		}
	}
	return out
}

// At lists what the plan meets at a time: other work in the order in which it
// is booked, then freezes, then windows. Nothing means that the time is free.
func (st *Study) At(when Span) []Finding {
	var out []Finding
	for i, list := range st.meets {
		if !st.Booked[i].Span.Meets(when) {
			continue
		}
		for _, f := range list {
			f.Span = st.Booked[i].Span.Common(when)
			out = append(out, f)
		}
	}
	for _, f := range st.frozen {
		if span := st.Freezes[f.Rule].Span; span.Meets(when) {
			f.Span = span.Common(when)
			out = append(out, f)
		}
	}
	for _, t := range st.tied {
		if !slices.ContainsFunc(t.open, func(w Span) bool { return w.Holds(when) }) {
			out = append(out, Finding{Kind: Outside, With: -1, Rule: t.rule, Span: when, Path: t.path})
		}
	}
	for _, r := range st.rooms {
		for _, w := range st.crowded(r) {
			if w.Meets(when) {
				out = append(out, Finding{Kind: Full, With: -1, Rule: r.rule, Span: w})
			}
		}
	}
	return out
}

// crowded lists the windows that have no room left.
func (st *Study) crowded(r room) []Span {
	var out []Span
	for _, w := range st.Upkeep[r.rule].Spans {
		n := 0
		for _, k := range r.by {
			if st.Booked[k].Span.Meets(w) {
				n++
			}
		}
		if n >= st.Upkeep[r.rule].Most {
			out = append(out, w)
		}
	}
	return out
}

// Check lists what a plan meets at a time.
func (s *Snapshot) Check(p Plan, when Span) []Finding { return s.Study(p).At(when) }
