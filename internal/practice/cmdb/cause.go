package cmdb

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Suspect is an item whose failure would explain several items that are
// reported to fail.
type Suspect struct {
	Node
	Explains []record.ItemID // those reported that would suffer
	Down     int             // items that it would bring down; the fewer, the more likely; 0 for a reader who is not cleared for every zone
}

// The bounds of a search for a common cause.
const (
	mostSymptoms = 200
	mostSuspects = 20
)

// Suspects ranks the common causes of items that are reported to fail: those
// that explain more first, then those that would have brought down less that
// nobody reported, then the nearer.
func (a *Analyst) Suspects(ctx context.Context, by people.Actor, items []record.ItemID) ([]Suspect, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fault.At("items", "record.required")
	}
	if len(items) > mostSymptoms {
		return nil, fault.At("items", "cmdb.too_many_items").With("max", mostSymptoms)
	}
	items = slices.Compact(slices.Sorted(slices.Values(items)))
	symptoms, err := v.find("items", items)
	if err != nil {
		return nil, err
	}
	return v.suspects(symptoms), nil
}

func (v *view) suspects(symptoms []graph.Node) []Suspect {
	var list []Suspect
	for _, c := range v.Upstream(symptoms, 5*mostSuspects) {
		if !v.sees(c.Node) {
			continue
		}
		s := Suspect{Node: v.nodes[c.Node]}
		for _, i := range c.Explains {
			s.Explains = append(s.Explains, v.nodes[symptoms[i]].ID)
		}
		if v.scope.AllZones {
			s.Down = c.Fails
		}
		if list = append(list, s); len(list) == mostSuspects {
			break
		}
	}
	return list
}

// Below lists the open records about items that suffer when an item fails, the
// item itself left out: those that may be children of the record about it.
func (a *Analyst) Below(ctx context.Context, by people.Actor, item record.ItemID) ([]About, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	failed, err := v.find("item", []record.ItemID{item})
	if err != nil {
		return nil, err
	}
	if err := by.May("incident.read"); err != nil {
		return nil, err
	}
	var ids []record.ItemID
	for _, n := range v.Set(graph.Degraded, failures(failed...)...) {
		if v.sees(n) && n != failed[0] {
			ids = append(ids, v.nodes[n].ID)
		}
	}
	slices.Sort(ids)
	return a.Around.Open(ctx, by.Scope, ids)
}
