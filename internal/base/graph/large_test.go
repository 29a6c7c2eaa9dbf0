package graph

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"kilter/internal/testkit"
)

// packages reads the package graph of a Linux distribution: 63,436 nodes,
// 264,191 needs.
func packages(tb testing.TB) (names []string, edges []Edge) {
	tb.Helper()
	number := map[string]Node{}
	for i, row := range rows(tb, "cmdb/nodes.csv.gz") {
		names = append(names, row[0])
		number[row[0]] = Node(i)
	}
	for _, row := range rows(tb, "cmdb/edges.csv.gz") {
		from, ok := number[row[0]]
		to, too := number[row[1]]
		if !ok || !too {
			tb.Fatalf("edge %v has no node", row)
		}
		edges = append(edges, Edge{From: from, To: to, Carry: Hard})
	}
	return names, edges
}

func rows(tb testing.TB, name string) [][]string {
	tb.Helper()
	file, err := os.Open(testkit.Shared(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		tb.Fatal(err)
	}
	table := csv.NewReader(plain)
	if _, err := table.Read(); err != nil { // the header
		tb.Fatal(err)
	}
	var list [][]string
	for {
		row, err := table.Read()
		if err == io.EOF {
			return list
		}
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, row)
	}
}

// TestPackages compares 200 nodes of the package graph, and the one most
// needed, with a plain walk over maps.
func TestPackages(t *testing.T) {
	t.Parallel()
	names, edges := packages(t)
	g := plan{len(names), edges, nil}.graph(t)
	by := map[Node][]Node{}
	for _, e := range edges {
		by[e.To] = append(by[e.To], e.From)
	}
	random := rand.New(rand.NewPCG(3, 3))
	asked := []Node{Node(slices.Index(names, "libc6"))}
	for range 200 {
		asked = append(asked, Node(random.IntN(len(names))))
	}
	most := 0
	for _, start := range asked {
		want := walkMaps(by, start)
		out := g.Fail(Failure{Node: start})
		if most = max(most, len(want)); len(out.Hits) != len(want) {
			t.Fatalf("%s: %d nodes, want %d", names[start], len(out.Hits), len(want))
		}
		for _, h := range out.Hits {
			if depth, ok := want[h.Node]; !ok || depth != int(h.Depth) || h.State != Down {
				t.Fatalf("%s: %s in state %d at depth %d, want depth %d (%v)", names[start], names[h.Node], h.State, h.Depth, depth, ok)
			}
		}
		if path := out.Path(out.Hits[len(out.Hits)-1]); len(path) != int(out.Hits[len(out.Hits)-1].Depth)+1 {
			t.Fatalf("%s: a path of %d hits", names[start], len(path))
		}
	}
	if most < 10_000 {
		t.Errorf("the largest answer has %d nodes only", most)
	}
}

func walkMaps(by map[Node][]Node, start Node) map[Node]int {
	depth := map[Node]int{start: 0}
	for queue := []Node{start}; len(queue) > 0; queue = queue[1:] {
		for _, n := range by[queue[0]] {
			if _, seen := depth[n]; !seen {
				depth[n] = depth[queue[0]] + 1
				queue = append(queue, n)
			}
		}
	}
	return depth
}

// city draws a graph as large as needed: most nodes need a few of those before
// them, some by groups of two or three, some in circles, so that the first few
// carry almost all.
func city(nodes, edges int) plan {
	random := rand.New(rand.NewPCG(7, 11))
	p := plan{nodes: nodes}
	for len(p.edges) < edges {
		n := Node(random.IntN(nodes-1) + 1)
		near := func() Node { return Node(random.IntN(int(n)) / (1 + random.IntN(4))) }
		switch kind := random.IntN(20); {
		case kind == 0:
			p.groups = append(p.groups, Group{Need: 1})
			for range 2 + random.IntN(2) {
				p.edges = append(p.edges, Edge{From: n, To: near(), Carry: Hard, Group: int32(len(p.groups))})
			}
		case kind == 1:
			p.edges = append(p.edges, Edge{From: near(), To: n, Carry: Soft})
		case kind < 6:
			p.edges = append(p.edges, Edge{From: n, To: near(), Carry: Soft})
		default:
			p.edges = append(p.edges, Edge{From: n, To: near(), Carry: Hard})
		}
	}
	return p
}

// The promises: 100,000 nodes and 300,000 edges are built in under 0.5 s; the
// set of all that fail on the package graph takes under 10 ms, with paths under
// 50 ms; on 1,000,000 nodes and 3,000,000 edges under 300 ms.

// loop runs the benchmark and reports the processor's time beside the clock's,
// which on a machine that others use says more.
func loop(b *testing.B, run func()) {
	begin := cpu()
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64((cpu()-begin).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func BenchmarkBuild100k(b *testing.B) {
	p := city(100_000, 300_000)
	loop(b, func() { p.graph(b) })
}

func BenchmarkPackages(b *testing.B) {
	names, edges := packages(b)
	g := plan{len(names), edges, nil}.graph(b)
	worst := Failure{Node: Node(slices.Index(names, "libc6"))}
	b.Run("build", func(b *testing.B) {
		loop(b, func() { plan{len(names), edges, nil}.graph(b) })
	})
	b.Run("set/worst", func(b *testing.B) {
		loop(b, func() {
			b.ReportMetric(float64(len(g.Set(Down, worst))), "nodes")
		})
	})
	b.Run("paths/worst", func(b *testing.B) {
		loop(b, func() {
			out := g.Fail(worst)
			for _, h := range out.Hits {
				out.Path(h)
			}
		})
	})
	b.Run("paths/random", func(b *testing.B) {
		random := rand.New(rand.NewPCG(5, 5))
		loop(b, func() {
			out := g.Fail(Failure{Node: Node(random.IntN(len(names)))})
			for _, h := range out.Hits {
				out.Path(h)
			}
		})
	})
	b.Run("needs", func(b *testing.B) {
		random := rand.New(rand.NewPCG(5, 5))
		loop(b, func() {
			g.Reach([]Node{Node(random.IntN(len(names)))}, Needs, Down)
		})
	})
}

func BenchmarkMillion(b *testing.B) {
	var before, after runtime.MemStats
	p := city(1_000_000, 3_000_000)
	runtime.GC()
	runtime.ReadMemStats(&before)
	g := p.graph(b)
	runtime.GC()
	runtime.ReadMemStats(&after)
	heap := float64(after.HeapAlloc-before.HeapAlloc) / 1e6
	worst := Failure{Node: 0}
	b.Run("set", func(b *testing.B) {
		loop(b, func() {
			b.ReportMetric(float64(len(g.Set(Down, worst))), "nodes")
		})
		b.ReportMetric(heap, "MB")
	})
	b.Run("fail", func(b *testing.B) {
		loop(b, func() {
			b.ReportMetric(float64(len(g.Fail(worst).Hits)), "nodes")
		})
	})
	runtime.KeepAlive(p)
}
