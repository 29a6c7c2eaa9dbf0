package cmdb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/record"
)

// drawn is a chart of the town in words: items by code, lines as from>to.
func (v *view) drawn(t *testing.T, q ChartQuestion) (*Chart, []string, []string) {
	t.Helper()
	start, err := v.find("item", q.Items)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := v.find("open", q.Open)
	if err != nil {
		t.Fatal(err)
	}
	failed, err := v.find("fail", q.Fail)
	if err != nil {
		t.Fatal(err)
	}
	c := v.draw(q, [3][]graph.Node{start, opened, failed}, nil)
	name := func(i int) string {
		if c.Dots[i].Bundle > 0 {
			return fmt.Sprintf("%d %ss", c.Dots[i].Bundle, c.Dots[i].Class)
		}
		return c.Dots[i].Code
	}
	var dots, lines []string
	for i := range c.Dots {
		dots = append(dots, name(i))
	}
	for _, s := range c.Strokes {
		mark := string(s.Effect)
		if s.Redundant {
			mark = "redundant"
		}
		if s.Gate != NoGate {
			mark += " " + string(s.Gate)
		}
		lines = append(lines, name(s.From)+">"+name(s.To)+" "+mark)
	}
	slices.Sort(dots)
	slices.Sort(lines)
	return c, dots, lines
}

func TestChartDrawsWhatIsNear(t *testing.T) {
	t.Parallel()
	w := &town{}
	portal, app := w.item("portal", "business_system", 1), w.item("app", "application", 1)
	a, b := w.item("a", "server", 1), w.item("b", "server", 2)
	room, paper := w.item("room", "room", 2), w.item("paper", "document", 1)
	far := w.item("far", "building", 2)
	w.relate(portal, "depends_on", 0, app)
	pair := w.group(app, 1, 0)
	w.relate(app, "runs_on", pair, a, b)
	w.links[len(w.links)-1].Gate = Firewall
	w.relate(b, "stands_in", 0, room)
	w.relate(app, "described_by", 0, paper)
	w.relate(room, "part_of", 0, far)
	all := w.look(t)
	for _, c := range []struct {
		name        string
		see         *view
		ask         ChartQuestion
		dots, lines []string
	}{
		{"two hops both ways", all, ChartQuestion{Items: []record.ItemID{app}, Hops: 1, Way: Both}, []string{"a", "app", "b", "paper", "portal"}, []string{"app>a redundant", "app>b redundant firewall", "app>paper ", "portal>app hard"}},
		{"what fails with it", all, ChartQuestion{Items: []record.ItemID{app}, Hops: 2, Way: Source}, []string{"app", "portal"}, []string{"portal>app hard"}},
		{"what it needs", all, ChartQuestion{Items: []record.ItemID{app}, Hops: 2, Way: Target}, []string{"a", "app", "b", "room"}, []string{"app>a redundant", "app>b redundant firewall", "b>room hard"}},
		{"one opened further", all, ChartQuestion{Items: []record.ItemID{app}, Open: []record.ItemID{b}, Hops: 0, Way: Both}, []string{"app", "b", "room"}, []string{"app>b redundant firewall", "b>room hard"}},
		{"without the other zone, and without what its numbers would tell", w.look(t, 1), ChartQuestion{Items: []record.ItemID{app}, Hops: 4, Way: Both}, []string{"a", "app", "paper", "portal"}, []string{"app>a hard", "app>paper ", "portal>app hard"}},
	} {
		chart, dots, lines := c.see.drawn(t, c.ask)
		if diff := cmp.Diff(c.dots, dots); diff != "" {
			t.Errorf("%s: items: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.lines, lines); diff != "" {
			t.Errorf("%s: lines: %s", c.name, diff)
		}
		if hidden := !c.see.scope.AllZones; hidden && (len(chart.Groups) > 0 || chart.Dots[0].More > 0) {
			t.Errorf("%s: it tells of what is hidden: %+v, %+v", c.name, chart.Groups, chart.Dots[0])
		}
	}
	w.nodes[b-1].State = Planned // neither fails nor carries anything
	planned := w.look(t)
	for _, c := range []struct {
		name  string
		ask   ChartQuestion
		lines []string
	}{
		{"a planned server is near, and means nothing", ChartQuestion{Items: []record.ItemID{app}, Hops: 1, Way: Both}, []string{"app>a redundant", "app>b  firewall", "app>paper ", "portal>app hard"}},
		{"it is not needed, nor is what it stands in", ChartQuestion{Items: []record.ItemID{app}, Hops: 4, Way: Target}, []string{"app>a redundant"}},
		{"nor does it fail with its room", ChartQuestion{Items: []record.ItemID{room}, Hops: 4, Way: Source}, []string{"far>room soft"}},
		{"only what means something", ChartQuestion{Items: []record.ItemID{app}, Hops: 1, Way: Both, Meant: true}, []string{"app>a redundant", "portal>app hard"}},
	} {
		_, _, lines := planned.drawn(t, c.ask)
		if diff := cmp.Diff(c.lines, lines); diff != "" {
			t.Errorf("%s: lines: %s", c.name, diff)
		}
	}
	chart, _, _ := all.drawn(t, ChartQuestion{Items: []record.ItemID{app}, Hops: 1, Way: Both, Fail: []record.ItemID{b}})
	if g := chart.Groups; len(g) != 1 || g[0].Need != 1 || g[0].Members != 2 || chart.Down != 1 || chart.Degraded != 0 {
		t.Errorf("one of two servers down: %+v, %d down, %d degraded", g, chart.Down, chart.Degraded)
	}
	chart, _, _ = all.drawn(t, ChartQuestion{Items: []record.ItemID{app}, Hops: 1, Way: Both, Fail: []record.ItemID{a, b}})
	if chart.Down != 4 || chart.Groups[0].Condition != down || chart.Dots[0].Condition != down {
		t.Errorf("both servers down: %d down, %+v", chart.Down, chart.Groups)
	}
}

func TestChartGathersManyItems(t *testing.T) {
	t.Parallel()
	w := &town{}
	hub := w.item("hub", "network_device", 1)
	for i := range 400 {
		w.relate(w.item(fmt.Sprintf("pc%d", i), "terminal", 1), "depends_on", 0, hub)
	}
	v := w.look(t)
	chart, dots, lines := v.drawn(t, ChartQuestion{Items: []record.ItemID{hub}, Hops: 2, Way: Both, Fail: []record.ItemID{hub}})
	if diff := cmp.Diff([]string{"400 terminals", "hub"}, dots); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"400 terminals>hub hard"}, lines); diff != "" || chart.Strokes[0].Count != 400 {
		t.Errorf("%s, for %d relations", diff, chart.Strokes[0].Count)
	}
	if chart.Items != 401 || chart.Down != 401 || chart.Dots[1].Down != 400 {
		t.Errorf("%d items, %d down, %d of the bundle", chart.Items, chart.Down, chart.Dots[1].Down)
	}
	for i := range 3 {
		w.relate(w.item(fmt.Sprintf("printer%d", i), "printer", 1), "depends_on", 0, hub)
	}
	v = w.look(t)
	for name, c := range map[string]struct {
		ask  ChartQuestion
		want int
	}{
		"few of a kind stay by themselves where few are many": {ChartQuestion{Few: 10, Items: []record.ItemID{hub}, Open: []record.ItemID{hub + 1, hub + 2}, Hops: 1, Way: Both}, 5},
		"what is asked for stays apart":                       {ChartQuestion{Few: 10, Apart: []Kin{{"terminal", 1}}, Items: []record.ItemID{hub}, Hops: 1, Way: Both}, 402},
	} {
		if chart, _, _ = v.drawn(t, c.ask); len(chart.Dots) != c.want {
			t.Errorf("%s: %d drawn, want %d", name, len(chart.Dots), c.want)
		}
	}
	_, dots, _ = v.drawn(t, ChartQuestion{Items: []record.ItemID{hub}, Open: []record.ItemID{hub + 1}, Hops: 1, Way: Both})
	if !slices.Contains(dots, "pc0") || !slices.Contains(dots, "399 terminals") {
		t.Errorf("what was asked for by itself is drawn as %v", dots)
	}
}

func TestChartQuestions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ask  ChartQuestion
		want string
	}{
		{ChartQuestion{Way: Both}, "items"},
		{ChartQuestion{Items: []record.ItemID{1}, Way: Both, Hops: 5}, "hops"},
		{ChartQuestion{Items: []record.ItemID{1}, Way: Both, Few: 301}, "few"},
		{ChartQuestion{Items: []record.ItemID{1}, Way: Both, Fail: []record.ItemID{1}, Since: time.Unix(1, 0)}, "fail"},
		{ChartQuestion{Way: Both, Baseline: 1, Since: time.Unix(1, 0)}, "baseline"},
		{ChartQuestion{Items: []record.ItemID{1}, Way: "sideways"}, "way"},
		{ChartQuestion{Items: make([]record.ItemID, 101), Way: Both}, "items"},
		{ChartQuestion{Items: []record.ItemID{1}, Open: make([]record.ItemID, 501), Way: Both}, "open"},
		{ChartQuestion{Items: []record.ItemID{1}, Fail: make([]record.ItemID, 1001), Way: Both}, "fail"},
	} {
		var fields []string
		for _, f := range fault.All(c.ask.Check()) {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, " "); got != c.want {
			t.Errorf("%d items, %d hops, way %q: wrong fields %q, want %q", len(c.ask.Items), c.ask.Hops, c.ask.Way, got, c.want)
		}
	}
}
