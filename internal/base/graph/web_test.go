package graph

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kilter/internal/testkit"
)

// TestWeak compares with taking every node and every link away.
func TestWeak(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "nodes")
		var links []Link
		for range rapid.IntRange(0, 2*n).Draw(t, "links") {
			links = append(links, Link{Node(rapid.IntRange(0, n-1).Draw(t, "a")), Node(rapid.IntRange(0, n-1).Draw(t, "b"))})
		}
		web, err := NewWeb(n, links)
		if err != nil {
			t.Fatal(err)
		}
		part, sizes := web.Parts()
		if want := parts(n, links, -1, -1); len(sizes) != want {
			t.Fatalf("%d parts, want %d", len(sizes), want)
		}
		var want Weak
		for v := range Node(n) {
			if parts(n, links, v, -1) > len(sizes) {
				want.Points = append(want.Points, v)
			}
		}
		for i := range links {
			if parts(n, links, -1, i) > len(sizes) {
				want.Bridges = append(want.Bridges, i)
			}
		}
		if diff := cmp.Diff(want, web.Weak()); diff != "" {
			t.Fatal(diff)
		}
		for number := range sizes {
			if got, want := web.Diameter(part, number), diameter(n, links, part, number); got != want {
				t.Fatalf("diameter %d, want %d", got, want)
			}
		}
	})
}

// parts counts connected parts without a node or a link.
func parts(n int, links []Link, node Node, link int) int {
	of := nodeList(n)
	for changed := true; changed; {
		changed = false
		for i, l := range links {
			if i == link || l.A == node || l.B == node {
				continue
			}
			if low := min(of[l.A], of[l.B]); of[l.A] != of[l.B] {
				of[l.A], of[l.B], changed = low, low, true
			}
		}
	}
	seen := map[Node]bool{}
	for v, number := range of {
		if Node(v) != node {
			seen[number] = true
		}
	}
	return len(seen)
}

// diameter is the algorithm of Floyd and Warshall.
func diameter(n int, links []Link, part []int, number int) (longest int) {
	const far = 1 << 20
	d := make([][]int, n)
	for i := range d {
		d[i] = slices.Repeat([]int{far}, n)
		d[i][i] = 0
	}
	for _, l := range links {
		if l.A != l.B {
			d[l.A][l.B], d[l.B][l.A] = 1, 1
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				d[i][j] = min(d[i][j], d[i][k]+d[k][j])
			}
		}
	}
	for i := range n {
		for j := range n {
			if part[i] == number && part[j] == number {
				longest = max(longest, d[i][j])
			}
		}
	}
	return longest
}

// graphML is what the networks of the Internet Topology Zoo are written in.
type graphML struct {
	Nodes []struct {
		ID string `xml:"id,attr"`
	} `xml:"graph>node"`
	Edges []struct {
		Source string `xml:"source,attr"`
		Target string `xml:"target,attr"`
	} `xml:"graph>edge"`
}

// zoo is one network's entry in the reference, which was computed with another
// library on the network without doubled links.
type zoo struct {
	Nodes        int      `json:"nodes"`
	Multi        int      `json:"edges_multi"`
	Simple       int      `json:"edges_simple"`
	Components   int      `json:"components"`
	Largest      int      `json:"largest_component"`
	Points       int      `json:"articulation_points"`
	Bridges      int      `json:"bridges"`
	Diameter     int      `json:"diameter_largest"`
	Articulation []string `json:"articulation_ids"`
}

// TestTopologyZoo agrees with the reference on all 128 networks.
func TestTopologyZoo(t *testing.T) {
	t.Parallel()
	name := testkit.Shared(t, "cmdb/topologyzoo/reference.json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var networks map[string]zoo
	if err := json.Unmarshal(text, &networks); err != nil {
		t.Fatal(err)
	}
	for file, want := range networks {
		got, err := readZoo(filepath.Join(filepath.Dir(name), file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		slices.Sort(want.Articulation)
		if most := 50; len(want.Articulation) == most && len(got.Articulation) > most {
			got.Articulation = got.Articulation[:most] // the reference lists no more, and counts all
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
	t.Logf("%d networks", len(networks))
}

func readZoo(name string) (zoo, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return zoo{}, err
	}
	var file graphML
	if err := xml.Unmarshal(text, &file); err != nil {
		return zoo{}, err
	}
	number := map[string]Node{}
	for i, n := range file.Nodes {
		number[n.ID] = Node(i)
	}
	var links []Link
	once := map[Link]bool{}
	for _, e := range file.Edges {
		l := Link{min(number[e.Source], number[e.Target]), max(number[e.Source], number[e.Target])}
		if !once[l] {
			once[l] = true
			links = append(links, l)
		}
	}
	web, err := NewWeb(len(file.Nodes), links)
	if err != nil {
		return zoo{}, err
	}
	part, sizes := web.Parts()
	weak := web.Weak()
	got := zoo{Nodes: len(file.Nodes), Multi: len(file.Edges), Simple: len(links), Components: len(sizes), Points: len(weak.Points), Bridges: len(weak.Bridges)}
	for _, p := range weak.Points {
		got.Articulation = append(got.Articulation, file.Nodes[p].ID)
	}
	slices.Sort(got.Articulation)
	largest := slices.Index(sizes, slices.Max(sizes))
	got.Largest, got.Diameter = sizes[largest], web.Diameter(part, largest)
	if got.Components == 0 {
		return got, fmt.Errorf("no parts")
	}
	return got, nil
}
