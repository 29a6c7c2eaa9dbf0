package change

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// midnight is when the drawn days begin; hours count from it.
var midnight = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return midnight.Add(time.Duration(n) * time.Hour) }

func hours(from, until int) Span { return Span{hour(from), hour(until)} }

const drawnHours = 36

func drawSpan(t *rapid.T) Span {
	from := rapid.IntRange(-3, drawnHours).Draw(t, "from")
	return hours(from, from+rapid.IntRange(1, 9).Draw(t, "hours"))
}

// drawTown draws a snapshot of a few items with redundancy, booked work,
// freezes and windows.
func drawTown(t *rapid.T) *Snapshot {
	n := rapid.IntRange(2, 7).Draw(t, "items")
	node := rapid.Map(rapid.IntRange(0, n-1), func(i int) graph.Node { return graph.Node(i) })
	var edges []graph.Edge
	for range rapid.IntRange(0, n).Draw(t, "needs") {
		edges = append(edges, graph.Edge{From: node.Draw(t, "from"), To: node.Draw(t, "to"), Carry: rapid.SampledFrom([]graph.Carry{graph.Hard, graph.Hard, graph.Soft}).Draw(t, "carry")})
	}
	var groups []graph.Group
	for range rapid.IntRange(0, 2).Draw(t, "groups") {
		owner := node.Draw(t, "owner")
		groups = append(groups, graph.Group{})
		for range 2 {
			edges = append(edges, graph.Edge{From: owner, To: node.Draw(t, "member"), Carry: graph.Hard, Group: int32(len(groups))})
		}
	}
	g, err := graph.New(n, edges, groups)
	if err != nil {
		t.Fatal(err)
	}
	s := &Snapshot{Graph: g}
	id := rapid.IntRange(0, 2)
	for range n {
		s.Places = append(s.Places, Place{record.ServiceID(id.Draw(t, "service")), people.ZoneID(id.Draw(t, "zone"))})
	}
	scope := func() (out Scope) {
		switch rapid.IntRange(0, 3).Draw(t, "scope") {
		case 0:
			out.Items = append(out.Items, node.Draw(t, "item"))
		case 1:
			out.Services = append(out.Services, record.ServiceID(rapid.IntRange(1, 2).Draw(t, "service")))
		case 2:
			out.Zones = append(out.Zones, people.ZoneID(rapid.IntRange(1, 2).Draw(t, "zone")))
		}
		return out
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "booked") {
		b := Booking{ID: int64(i + 1), Source: Ours, Span: drawSpan(t), Items: rapid.SliceOfN(node, 0, 2).Draw(t, "items"), People: drawPeople(t)}
		if rapid.IntRange(0, 3).Draw(t, "notice") == 0 {
			b.ID, b.Source, b.Scope = 0, FromProvince, scope()
		}
		s.Booked = append(s.Booked, b)
	}
	for range rapid.IntRange(0, 2).Draw(t, "freezes") {
		s.Freezes = append(s.Freezes, Freeze{Span: drawSpan(t), Scope: scope()})
	}
	for range rapid.IntRange(0, 3).Draw(t, "windows") {
		u := Upkeep{Most: rapid.IntRange(0, 2).Draw(t, "most")}
		if sc := scope(); len(sc.Items) > 0 {
			u.For = ForItem(sc.Items[0])
		} else if len(sc.Services) > 0 {
			u.For.Service = sc.Services[0]
		} else if len(sc.Zones) > 0 {
			u.For.Zone = sc.Zones[0]
		}
		for range rapid.IntRange(1, 3).Draw(t, "spans") {
			u.Spans = append(u.Spans, drawSpan(t))
		}
		s.Upkeep = append(s.Upkeep, u)
	}
	return s
}

func drawPeople(t *rapid.T) []people.ID {
	return rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 3), func(n int) people.ID { return people.ID(n) }), 0, 2).Draw(t, "people")
}

func drawWork(t *rapid.T, s *Snapshot) Plan {
	node := rapid.Map(rapid.IntRange(0, len(s.Places)-1), func(i int) graph.Node { return graph.Node(i) })
	return Plan{
		ID: int64(rapid.IntRange(0, 4).Draw(t, "own")), Items: rapid.SliceOfN(node, 0, 2).Draw(t, "mine"), People: drawPeople(t),
		Emergency: rapid.IntRange(0, 4).Draw(t, "emergency") == 0,
	}
}

// naive applies the rules word by word, hour by hour, and gives what was found
// as kinds with the place of what it was found in.
func naive(s *Snapshot, p Plan, when Span) map[[2]any]bool {
	found := map[[2]any]bool{}
	mine := fall(s, p.Items)
	for i, b := range s.Booked {
		if p.ID != 0 && b.ID == p.ID || !sharesHour(b.Span, when) {
			continue
		}
		theirs, both := fall(s, b.Items), fall(s, slices.Concat(p.Items, b.Items))
		for n := range graph.Node(len(s.Places)) {
			isMine, isTheirs := slices.Contains(p.Items, n), slices.Contains(b.Items, n)
			found[[2]any{SameItem, i}] = found[[2]any{SameItem, i}] || isMine && isTheirs
			found[[2]any{Carries, i}] = found[[2]any{Carries, i}] || isTheirs && !isMine && mine[n] != graph.OK
			found[[2]any{Depends, i}] = found[[2]any{Depends, i}] || isMine && !isTheirs && theirs[n] != graph.OK
			found[[2]any{Redundancy, i}] = found[[2]any{Redundancy, i}] || both[n] > max(mine[n], theirs[n])
			found[[2]any{Noticed, i}] = found[[2]any{Noticed, i}] || mine[n] == graph.Down && within(s, n, b.Scope)
		}
		for _, id := range p.People {
			found[[2]any{SamePeople, i}] = found[[2]any{SamePeople, i}] || slices.Contains(b.People, id)
		}
	}
	if !p.Emergency {
		naiveRules(s, p, when, mine, found)
	}
	for k, is := range found {
		if !is {
			delete(found, k)
		}
	}
	return found
}

func naiveRules(s *Snapshot, p Plan, when Span, mine []graph.State, found map[[2]any]bool) {
	for i, f := range s.Freezes {
		for n := range graph.Node(len(s.Places)) {
			if sharesHour(f.Span, when) && (f.Scope.empty() || mine[n] == graph.Down && within(s, n, f.Scope)) {
				found[[2]any{Frozen, i}] = true
			}
		}
	}
	for n := range graph.Node(len(s.Places)) {
		first, rules := naiveRule(s, n)
		if mine[n] != graph.Down || len(rules) == 0 {
			continue
		}
		for h := when.From; h.Before(when.Until); h = h.Add(time.Hour) {
			if !slices.ContainsFunc(rules, func(u Upkeep) bool {
				return slices.ContainsFunc(u.Spans, func(w Span) bool { return sharesHour(w, Span{h, h.Add(time.Hour)}) })
			}) {
				found[[2]any{Outside, first}] = true
			}
		}
	}
	for i, u := range s.Upkeep {
		uses := func(items []graph.Node) bool {
			return slices.ContainsFunc(items, func(n graph.Node) bool {
				_, rules := naiveRule(s, n)
				return len(rules) > 0 && rules[0].For == u.For
			})
		}
		if u.Most == 0 || !uses(p.Items) {
			continue
		}
		for _, w := range u.Spans {
			n := 0
			for _, b := range s.Booked {
				if b.Source == Ours && (p.ID == 0 || b.ID != p.ID) && sharesHour(b.Span, w) && uses(b.Items) {
					n++
				}
			}
			if sharesHour(w, when) && n >= u.Most {
				found[[2]any{Full, i}] = true
			}
		}
	}
}

// naiveRule lists the windows that count for an item, and the place of the
// first of them.
func naiveRule(s *Snapshot, n graph.Node) (first int, rules []Upkeep) {
	p := s.Places[n]
	for _, counts := range []func(Subject) bool{
		func(of Subject) bool { return of.Item == n+1 },
		func(of Subject) bool { return of.Service != 0 && of.Service == p.Service },
		func(of Subject) bool { return of.Zone != 0 && of.Zone == p.Zone },
		func(of Subject) bool { return of.Item == 0 && of.Service == 0 && of.Zone == 0 },
	} {
		for i, u := range s.Upkeep {
			if !counts(u.For) {
				continue
			}
			if len(rules) == 0 {
				first = i
			}
			rules = append(rules, u)
		}
		if len(rules) > 0 {
			break
		}
	}
	return first, rules
}

func sharesHour(a, b Span) bool {
	for h := a.From; h.Before(a.Until); h = h.Add(time.Hour) {
		if !h.Before(b.From) && h.Before(b.Until) {
			return true
		}
	}
	return false
}

func within(s *Snapshot, n graph.Node, sc Scope) bool {
	p := s.Places[n]
	return slices.Contains(sc.Items, n) || slices.Contains(sc.Services, p.Service) || slices.Contains(sc.Zones, p.Zone)
}

func fall(s *Snapshot, items []graph.Node) []graph.State {
	out := make([]graph.State, len(s.Places))
	var failed []graph.Failure
	for _, n := range items {
		failed = append(failed, graph.Failure{Node: n})
	}
	for _, h := range s.Graph.Fail(failed...).Hits {
		out[h.Node] = h.State
	}
	return out
}

// TestCheck holds what a plan meets to the rules applied word by word.
func TestCheck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawTown(t)
		p, when := drawWork(t, s), drawSpan(t)
		want, got := naive(s, p, when), map[[2]any]bool{}
		for _, f := range s.Check(p, when) {
			at := f.With
			if at < 0 {
				at = f.Rule
			}
			got[[2]any{f.Kind, at}] = true
			if !f.Span.Meets(when) {
				t.Fatalf("%+v is not at the time", f)
			}
			switch f.Kind {
			case Carries, Depends, Redundancy, Noticed, Outside:
				if len(f.Path) == 0 {
					t.Fatalf("%+v is not explained", f)
				}
			}
		}
		for k := range want {
			if !got[k] {
				t.Fatalf("%v is not found: %v, want %v", k, got, want)
			}
		}
		for k := range got {
			if !want[k] {
				t.Fatalf("%v is found for no reason: %v, want %v", k, got, want)
			}
		}
	})
}

// TestFree holds the free times to trying one beginning after the other, and
// the reasons to trying without each.
func TestFree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawTown(t)
		st := s.Study(drawWork(t, s))
		a := Ask{Length: time.Duration(rapid.IntRange(1, 6).Draw(t, "length")) * time.Hour, From: hour(0), Until: hour(rapid.IntRange(1, drawnHours).Draw(t, "until")), Grain: time.Hour, Apart: time.Duration(rapid.IntRange(1, 5).Draw(t, "apart")) * time.Hour}
		free, err := st.Free(a)
		if err != nil {
			t.Fatal(err)
		}
		var want []Span
		for i := 0; i < drawnHours && len(want) < 5; i++ {
			when := Span{hour(i), hour(i).Add(a.Length)}
			if when.Until.After(a.Until) || len(naive(s, st.Plan, when)) > 0 {
				continue
			}
			if len(want) == 0 || when.From.Sub(want[len(want)-1].From) >= a.Apart {
				want = append(want, when)
			}
		}
		if !slices.Equal(free.Slots, want) {
			t.Fatalf("free %v, want %v", free.Slots, want)
		}
		if len(want) == 0 {
			checkBecause(t, st, a, free.Because)
		}
	})
}

func checkBecause(t *rapid.T, st *Study, a Ask, because []Reason) {
	if len(because) == 0 {
		t.Fatal("no time and no reason")
	}
	if a.starts().n == 0 {
		if because[0].Kind != Short {
			t.Fatalf("%v, want that the time is too short", because)
		}
		return
	}
	all := st.barriers(a.starts())
	all = slices.DeleteFunc(all, func(b *barrier) bool {
		return !slices.ContainsFunc(because, func(r Reason) bool { return r.Kind == b.Kind && r.Person == b.Person && r.Rule == b.Rule })
	})
	if len(all) != len(because) || slices.Contains(openings(a.starts().n, all), true) {
		t.Fatalf("%v leave a time", because)
	}
	for i := range all {
		if !slices.Contains(openings(a.starts().n, slices.Delete(slices.Clone(all), i, i+1)), true) {
			t.Fatalf("%v: one is one too many, %v", because, all[i].Reason)
		}
	}
}

// TestAskIsBounded holds the bounds of a question.
func TestAskIsBounded(t *testing.T) {
	t.Parallel()
	st := (&Snapshot{Graph: mustGraph(t, 1)}).Study(Plan{})
	for name, a := range map[string]Ask{
		"no length":    {From: hour(0), Until: hour(9)},
		"ends first":   {Length: time.Hour, From: hour(9), Until: hour(0)},
		"too far":      {Length: time.Hour, From: hour(0), Until: hour(0).Add(Horizon + time.Hour)},
		"too many":     {Length: time.Hour, From: hour(0), Until: hour(9), Most: 51},
		"by the blink": {Length: time.Hour, From: hour(0), Until: hour(9), Grain: time.Second},
	} {
		if _, err := st.Free(a); err == nil {
			t.Errorf("%s: was answered", name)
		}
	}
}

func mustGraph(t *testing.T, n int, edges ...graph.Edge) *graph.Graph {
	t.Helper()
	g, err := graph.New(n, edges, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
