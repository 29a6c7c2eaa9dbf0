package app

import (
	"encoding/xml"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
)

// drawnFile is a BPMN file as another program reads it.
type drawnFile struct {
	ID      string `xml:"id,attr"`
	Process struct {
		ID    string      `xml:"id,attr"`
		Nodes []drawnNode `xml:",any"`
	} `xml:"http://www.omg.org/spec/BPMN/20100524/MODEL process"`
	Diagram struct {
		ID    string `xml:"id,attr"`
		Plane struct {
			ID     string       `xml:"id,attr"`
			Of     string       `xml:"bpmnElement,attr"`
			Shapes []drawnShape `xml:"http://www.omg.org/spec/BPMN/20100524/DI BPMNShape"`
			Edges  []drawnEdge  `xml:"http://www.omg.org/spec/BPMN/20100524/DI BPMNEdge"`
		} `xml:"http://www.omg.org/spec/BPMN/20100524/DI BPMNPlane"`
	} `xml:"http://www.omg.org/spec/BPMN/20100524/DI BPMNDiagram"`
}

// drawnNode is an event, a task or a flow between two of them.
type drawnNode struct {
	XMLName  xml.Name
	ID       string   `xml:"id,attr"`
	Name     string   `xml:"name,attr"`
	Source   string   `xml:"sourceRef,attr"`
	Target   string   `xml:"targetRef,attr"`
	Incoming []string `xml:"incoming"`
	Outgoing []string `xml:"outgoing"`
}

type drawnShape struct {
	ID     string `xml:"id,attr"`
	Of     string `xml:"bpmnElement,attr"`
	Bounds struct {
		X      float64 `xml:"x,attr"`
		Y      float64 `xml:"y,attr"`
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
	} `xml:"http://www.omg.org/spec/DD/20100524/DC Bounds"`
}

type drawnEdge struct {
	ID     string `xml:"id,attr"`
	Of     string `xml:"bpmnElement,attr"`
	Points []struct {
		X float64 `xml:"x,attr"`
		Y float64 `xml:"y,attr"`
	} `xml:"http://www.omg.org/spec/DD/20100524/DI waypoint"`
}

// on reports whether a place lies on the border of a shape.
func (s drawnShape) on(x, y float64) bool {
	b := s.Bounds
	within := x >= b.X && x <= b.X+b.Width && y >= b.Y && y <= b.Y+b.Height
	return within && (x == b.X || x == b.X+b.Width || y == b.Y || y == b.Y+b.Height)
}

// Every life cycle of the handbook, those that run here and those that are only
// meant, is a file that other programs can open: one start, ends for what is
// final, each flow known to both of its ends and drawn from border to border.
func TestLifeCyclesAsBPMN(t *testing.T) {
	t.Parallel()
	reader := people.Actor{Grants: people.NewGrants(handbook.DeedRead)}
	chapters, err := (&house{}).handbook().Chapters(reader)
	if err != nil {
		t.Fatal(err)
	}
	seen, run := map[string]bool{}, 0
	for _, c := range chapters {
		for i := range c.Cycles {
			one := &c.Cycles[i]
			if seen[one.Name] {
				continue
			}
			if seen[one.Name] = true; one.Words != "" {
				run++
			}
			for _, l := range []lang.Lang{lang.English, lang.Chinese} {
				readBack(t, one, handbook.Words{Printer: lang.For(l).In(time.UTC), Cycle: one}.BPMN())
			}
		}
	}
	if run != len((&house{}).handbook().Flows) || len(seen) < 14 {
		t.Errorf("%d files, %d of what runs here", len(seen), run)
	}
}

// readBack reads a file and holds it to the life cycle.
func readBack(t *testing.T, c *handbook.Cycle, text []byte) {
	t.Helper()
	var f drawnFile
	if err := xml.Unmarshal(text, &f); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	plane, nodes, flows, shapes := f.Diagram.Plane, map[string]drawnNode{}, map[string]drawnNode{}, map[string]drawnShape{}
	ids := []string{f.ID, f.Process.ID, f.Diagram.ID, plane.ID}
	for _, n := range f.Process.Nodes {
		ids = append(ids, n.ID)
		if n.XMLName.Local == "sequenceFlow" {
			flows[n.ID] = n
		} else {
			nodes[n.ID] = n
		}
	}
	for _, s := range plane.Shapes {
		ids = append(ids, s.ID)
		if _, ok := nodes[s.Of]; !ok || s.Bounds.Width <= 0 || s.Bounds.Height <= 0 {
			t.Errorf("%s: shape %s is of %q, %v", c.Name, s.ID, s.Of, s.Bounds)
		}
		shapes[s.Of] = s
	}
	for _, e := range plane.Edges {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	if plane.Of != f.Process.ID || slices.Contains(ids, "") || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("%s: ids %v", c.Name, ids)
	}
	if want := len(c.States) + 1; len(nodes) != want || len(shapes) != want || len(flows) != len(c.Ways())+1 || len(plane.Edges) != len(flows) {
		t.Errorf("%s: %d nodes, %d shapes, %d flows, %d edges", c.Name, len(nodes), len(shapes), len(flows), len(plane.Edges))
	}
	for _, s := range c.States {
		n := nodes["State_"+s.Code]
		if kind := map[bool]string{true: "endEvent", false: "task"}[s.Final]; n.XMLName.Local != kind || n.Name == "" {
			t.Errorf("%s: %s is a %s called %q", c.Name, s.Code, n.XMLName.Local, n.Name)
		}
		if s.Final && len(n.Outgoing) > 0 {
			t.Errorf("%s: %s leads on", c.Name, s.Code)
		}
	}
	bound(t, c.Name, nodes, flows)
	drawnWays(t, c.Name, plane.Edges, flows, shapes)
}

// bound holds what the nodes say of their flows to what the flows say of them.
func bound(t *testing.T, name string, nodes, flows map[string]drawnNode) {
	t.Helper()
	into, out := map[string][]string{}, map[string][]string{}
	for _, w := range flows {
		if nodes[w.Source].ID == "" || nodes[w.Target].ID == "" {
			t.Errorf("%s: %s leads from %q to %q", name, w.ID, w.Source, w.Target)
		}
		out[w.Source], into[w.Target] = append(out[w.Source], w.ID), append(into[w.Target], w.ID)
	}
	same := func(a, b []string) bool {
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(a, b)
	}
	for _, n := range nodes {
		if !same(n.Incoming, into[n.ID]) || !same(n.Outgoing, out[n.ID]) {
			t.Errorf("%s: %s says %v and %v, its flows %v and %v", name, n.ID, n.Incoming, n.Outgoing, into[n.ID], out[n.ID])
		}
		if n.XMLName.Local != "startEvent" && len(n.Incoming) == 0 {
			t.Errorf("%s: nothing leads to %s", name, n.ID)
		}
	}
}

// drawnWays holds edges to the shapes that they join.
func drawnWays(t *testing.T, name string, edges []drawnEdge, flows map[string]drawnNode, shapes map[string]drawnShape) {
	t.Helper()
	for _, e := range edges {
		w, ok := flows[e.Of]
		if n := len(e.Points); !ok || n < 2 {
			t.Errorf("%s: %s is of %q, through %d places", name, e.ID, e.Of, n)
			continue
		}
		first, last := e.Points[0], e.Points[len(e.Points)-1]
		if from := shapes[w.Source]; !from.on(first.X, first.Y) {
			t.Errorf("%s: %s begins at %v, not at %s %v", name, w.ID, first, w.Source, from.Bounds)
		}
		if to := shapes[w.Target]; !to.on(last.X, last.Y) {
			t.Errorf("%s: %s ends at %v, not at %s %v", name, w.ID, last, w.Target, to.Bounds)
		}
		for i, p := range e.Points[1:] {
			if was := e.Points[i]; p == was || p.X != was.X && p.Y != was.Y {
				t.Errorf("%s: %s goes from %v to %v", name, w.ID, was, p)
			}
		}
	}
}
