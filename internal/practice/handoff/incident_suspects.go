package handoff

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// mostInquired is how many incidents a common cause is looked for at once.
const mostInquired = 100

// mostExplained is how many suspects have their paths spelled out.
const mostExplained = 10

// Inquiry is what several open incidents may have in common.
type Inquiry struct {
	Incidents []*incident.Incident
	Mute      []*incident.Incident // of these, the ones about nothing that is recorded
	Suspects  []Suspicion          // what explains more first, then what brings down less beside
}

// Suspicion is an item whose failure would explain incidents.
type Suspicion struct {
	cmdb.Suspect
	Explains []Explanation
	Open     []record.Row // open incidents about this very item: each may be the parent
}

// Explanation is how an item's failure reaches what an incident is about.
type Explanation struct {
	Incident *incident.Incident
	Path     []cmdb.Node // from the item to what the incident is about; empty where it is not spelled out
}

// Inquire looks for the common cause of incidents.
func (t Triage) Inquire(ctx context.Context, by people.Actor, numbers []record.Number) (*Inquiry, error) {
	if err := by.May(cmdb.DeedImpact); err != nil {
		return nil, err
	}
	if len(numbers) < 2 {
		return nil, fault.At("numbers", "impact.two_incidents")
	}
	if len(numbers) > mostInquired {
		return nil, fault.At("numbers", "impact.too_many_incidents").With("max", mostInquired)
	}
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	out, of := &Inquiry{}, map[record.ItemID][]*incident.Incident{}
	var items []record.ItemID
	for _, n := range numbers {
		i, err := t.Incidents.Find(ctx, by, n)
		if fault.Is(err, fault.Missing) {
			return nil, fault.At("numbers", "record.no_such").With("ref", record.Ref(record.Incident, n))
		}
		if err != nil {
			return nil, err
		}
		about, err := t.Analyst.Concerns(ctx, by, i.Item, i.Service)
		if err != nil {
			return nil, err
		}
		out.Incidents = append(out.Incidents, i)
		if len(about) == 0 {
			out.Mute = append(out.Mute, i)
		}
		for _, a := range about {
			of[a.ID] = append(of[a.ID], i)
			items = append(items, a.ID)
		}
	}
	if len(items) == 0 {
		return out, nil
	}
	found, err := t.Analyst.Suspects(ctx, by, items)
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		if one := suspicion(s, of); len(one.Explains) > 1 { // what explains one incident alone is no common cause
			out.Suspects = append(out.Suspects, one)
		}
	}
	slices.SortStableFunc(out.Suspects, func(a, b Suspicion) int {
		return cmp.Or(cmp.Compare(len(b.Explains), len(a.Explains)), cmp.Compare(a.Down, b.Down))
	})
	return out, t.explain(ctx, by, out)
}

// suspicion names the incidents that a suspect explains.
func suspicion(s cmdb.Suspect, of map[record.ItemID][]*incident.Incident) Suspicion {
	out := Suspicion{Suspect: s}
	known := map[record.Number]bool{}
	for _, item := range s.Explains {
		for _, i := range of[item] {
			if !known[i.Number] {
				known[i.Number] = true
				out.Explains = append(out.Explains, Explanation{Incident: i, Path: []cmdb.Node{{ID: item}}})
			}
		}
	}
	return out
}

// explain spells out how the foremost suspects reach what the incidents are
// about, and finds the incidents that are open about them.
func (t Triage) explain(ctx context.Context, by people.Actor, q *Inquiry) error {
	var ids []record.ItemID
	for i := range q.Suspects {
		s := &q.Suspects[i]
		ids = append(ids, s.ID)
		if i >= mostExplained {
			for n := range s.Explains {
				s.Explains[n].Path = nil
			}
			continue
		}
		found, err := t.Analyst.Impact(ctx, by, cmdb.Question{Items: []record.ItemID{s.ID}})
		if err != nil {
			return err
		}
		known := make(map[record.ItemID]*cmdb.Sufferer, len(found.Items))
		for n := range found.Items {
			known[found.Items[n].ID] = &found.Items[n]
		}
		for n := range s.Explains {
			s.Explains[n].Path = pathTo(known, s.Explains[n].Path[0].ID)
		}
	}
	open, err := t.Analyst.Around.Open(ctx, by.Scope, ids)
	if err != nil {
		return err
	}
	for _, a := range open {
		if at := slices.IndexFunc(q.Suspects, func(s Suspicion) bool { return s.ID == a.Item }); at >= 0 && a.Kind == record.Incident {
			q.Suspects[at].Open = append(q.Suspects[at].Open, a.Row)
		}
	}
	return nil
}

// pathTo leads from what failed to an item that suffers.
func pathTo(known map[record.ItemID]*cmdb.Sufferer, item record.ItemID) []cmdb.Node {
	var out []cmdb.Node
	for at := known[item]; at != nil && len(out) <= len(known); at = known[at.From] {
		out = append(out, at.Node)
		if at.From == 0 || at.From == at.ID {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// Gathering says which incidents come under one parent: one that is open
// already, or a new one about an item.
type Gathering struct {
	Parent   record.Number // 0: a new one
	Item     record.ItemID // of a new one
	Title    string        // of a new one
	Children []record.Number
}

// Gather makes incidents children of one, in one deed.
func (t Triage) Gather(ctx context.Context, by people.Actor, g Gathering) (*incident.Incident, error) {
	g.Children = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(g.Children))), func(n record.Number) bool { return n == g.Parent })
	switch {
	case len(g.Children) == 0:
		return nil, fault.At("children", "record.required")
	case len(g.Children) > mostInquired:
		return nil, fault.At("children", "impact.too_many_incidents").With("max", mostInquired)
	}
	if g.Parent != 0 {
		if err := t.Incidents.Adopt(ctx, by, g.Parent, g.Children...); err != nil {
			return nil, err
		}
		return t.Incidents.Find(ctx, by, g.Parent)
	}
	first, err := t.Incidents.Find(ctx, by, g.Children[0])
	if err != nil {
		return nil, err
	}
	fields := map[string]string{"title": g.Title}
	for name, id := range map[string]int64{"item": int64(g.Item), "zone": int64(first.Zone), "requester": int64(by.ID)} {
		if id != 0 {
			fields[name] = strconv.FormatInt(id, 10)
		}
	}
	return t.Incidents.Gather(ctx, by, incident.Call{Input: record.Input{Fields: fields}}, g.Children...)
}
