package history

import (
	"kilter/internal/practice/flow"
)

// add counts a story into the summary.
func (t *telling) add(s *Story) {
	sum := &t.sum
	sum.Cases++
	sum.Events += len(s.Events)
	sum.Irregular += s.Irregular
	if s.Reopenings > 0 || s.CountedReopened > 0 {
		sum.Reopened++
	}
	if sum.States == nil {
		sum.States = map[flow.State]int{}
	}
	sum.States[s.State]++
	people := map[string]bool{s.Requester: true}
	teams := map[string]bool{}
	for _, e := range s.Events {
		if e.Line == 0 {
			sum.Implied++
		}
		if sum.First.IsZero() || e.At.Before(sum.First) {
			sum.First = e.At
		}
		if e.At.After(sum.Last) {
			sum.Last = e.At
		}
		people[e.Person], people[e.Owner], teams[e.Team] = true, true, true
	}
	for name := range people {
		t.name(Person, name)
	}
	for name := range teams {
		t.name(Team, name)
	}
	for f, name := range map[Field]string{Service: s.Service, Category: s.Category, Item: s.Item, Department: s.Department, Zone: s.Zone} {
		t.name(f, name)
	}
}

// name counts a case for one of the names it bears.
func (t *telling) name(f Field, name string) {
	if name == "" {
		return
	}
	names := t.sum.Names[f]
	if names == nil {
		names = map[string]int{}
		t.sum.Names[f] = names
	}
	if _, ok := names[name]; ok || len(names) < maxNames {
		names[name]++
	}
}
