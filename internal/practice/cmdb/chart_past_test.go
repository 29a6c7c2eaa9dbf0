package cmdb

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Two states of a part of the graph lie over each other in one drawing: what is
// new, what is gone and what changed is marked, what was out of reach is not.
func TestChartComparesTwoStates(t *testing.T) {
	t.Parallel()
	then := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	item := func(id record.ItemID, code string, born time.Time) Item {
		return Item{ID: id, Code: code, Name: people.Text{En: code}, Class: "server", State: Live, Created: born}
	}
	tie := func(id RelationID, from, to record.ItemID, since time.Time) Relation {
		return Relation{ID: id, Source: from, Target: to, Type: "depends_on", Since: since}
	}
	old, young := then.AddDate(-1, 0, 0), then.AddDate(0, 1, 0)
	app, gone, grown := item(1, "app", old), item(2, "gone", old), item(3, "grown", old)
	was := &Subgraph{At: then, Items: []Item{app, gone, grown}, Relations: []Relation{tie(1, 1, 2, old), tie(2, 1, 3, old), tie(3, 3, 2, old)}}
	grown.Room = "B2"
	shared := tie(2, 1, 3, old)
	shared.Share = 50
	is := &Subgraph{
		At: then.AddDate(1, 0, 0), Items: []Item{app, grown, item(4, "new", young), item(5, "beyond", old)},
		Relations: []Relation{shared, tie(4, 1, 4, young), tie(5, 3, 5, old)},
	}
	both, m := merge(was, is)
	if diff := cmp.Diff(map[record.ItemID]Mark{2: MarkGone, 3: MarkChanged, 4: MarkNew}, m.items); diff != "" {
		t.Errorf("items: %s", diff)
	}
	if diff := cmp.Diff(map[RelationID]Mark{1: MarkGone, 2: MarkChanged, 3: MarkGone, 4: MarkNew}, m.ties); diff != "" {
		t.Errorf("relations: %s", diff)
	}
	if got := m.changes(3); len(got) != 1 || got[0].Field != "room" || got[0].Became != "B2" {
		t.Errorf("what changed: %+v", got)
	}
	model, err := ModelOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	top, err := both.topology(model)
	if err != nil {
		t.Fatal(err)
	}
	v := &view{Topology: top, scope: people.Everything()}
	start, err := v.find("items", []record.ItemID{1})
	if err != nil {
		t.Fatal(err)
	}
	c := v.draw(ChartQuestion{Hops: 2, Way: Both}, [3][]graph.Node{start}, m)
	var drawn []string
	for _, d := range c.Dots {
		drawn = append(drawn, d.Code+" "+string(d.Mark))
	}
	slices.Sort(drawn)
	if diff := cmp.Diff([]string{"app ", "beyond ", "gone gone", "grown changed", "new added"}, drawn); diff != "" {
		t.Errorf("drawn: %s", diff)
	}
}
