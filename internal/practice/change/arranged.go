package change

import (
	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Arranged is what a centre has arranged about when something is changed, for
// some span: its freezes and the times at which its windows are open.
type Arranged struct {
	Freezes []FreezeRule
	Upkeep  []UpkeepRule
}

// About is what a rule is about, by the ids of things; nothing is everything.
type About struct {
	Items    []record.ItemID    `json:"items,omitempty"`
	Services []record.ServiceID `json:"services,omitempty"`
	Zones    []people.ZoneID    `json:"zones,omitempty"`
}

// FreezeRule is a freeze by the ids of what it is about.
type FreezeRule struct {
	ID    int64
	Name  people.Text
	Note  people.Text // why
	Span  Span
	About About

	Version int64 // it grows whenever the freeze is changed
}

// UpkeepRule is a window that recurs, with the times at which it is open.
type UpkeepRule struct {
	ID    int64
	Name  people.Text
	About About
	Most  int
	Spans []Span
}

// Lay puts the rules on the graph; nodes finds the places of items. A window of
// several subjects is one of each.
func (a Arranged) Lay(nodes func([]record.ItemID) []graph.Node) (freezes []Freeze, upkeep []Upkeep) {
	for _, f := range a.Freezes {
		scope := Scope{Items: nodes(f.About.Items), Services: f.About.Services, Zones: f.About.Zones}
		if scope.empty() && len(f.About.Items) > 0 {
			continue // all it was about is gone
		}
		freezes = append(freezes, Freeze{ID: f.ID, Name: f.Name, Span: f.Span, Scope: scope})
	}
	for _, u := range a.Upkeep {
		add := func(s Subject) {
			upkeep = append(upkeep, Upkeep{ID: u.ID, Name: u.Name, For: s, Spans: u.Spans, Most: u.Most})
		}
		for _, n := range nodes(u.About.Items) {
			add(ForItem(n))
		}
		for _, id := range u.About.Services {
			add(Subject{Service: id})
		}
		for _, id := range u.About.Zones {
			add(Subject{Zone: id})
		}
		if len(u.About.Items)+len(u.About.Services)+len(u.About.Zones) == 0 {
			add(Subject{})
		}
	}
	return freezes, upkeep
}
