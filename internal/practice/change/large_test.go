package change

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/testkit"
)

// rows reads a table of the reference data, without its header.
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
	var list [][]string
	for {
		row, err := table.Read()
		if err == io.EOF {
			return list[1:]
		}
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, row)
	}
}

// packages is a season of 500 changes on the package graph of a Linux
// distribution, 63,436 nodes and 264,191 needs, of which every tenth node with
// two has one of them to spare: 200 services in five networks, windows for each
// service and network, twelve freezes, 60 persons. It gives the most needed
// node, too.
func packages(tb testing.TB) (*Snapshot, graph.Node) {
	tb.Helper()
	number := map[string]graph.Node{}
	for i, row := range rows(tb, "cmdb/nodes.csv.gz") {
		number[row[0]] = graph.Node(i)
	}
	var edges []graph.Edge
	needs := map[graph.Node][]int{}
	for i, row := range rows(tb, "cmdb/edges.csv.gz") {
		edges = append(edges, graph.Edge{From: number[row[0]], To: number[row[1]], Carry: graph.Hard})
		needs[number[row[0]]] = append(needs[number[row[0]]], i)
	}
	var groups []graph.Group
	for n := graph.Node(0); int(n) < len(number); n += 10 {
		if len(needs[n]) > 1 {
			groups = append(groups, graph.Group{Need: 1})
			edges[needs[n][0]].Group, edges[needs[n][1]].Group = int32(len(groups)), int32(len(groups))
		}
	}
	g, err := graph.New(len(number), edges, groups)
	if err != nil {
		tb.Fatal(err)
	}
	s := &Snapshot{Graph: g}
	random := rand.New(rand.NewPCG(5, 90))
	for range number {
		s.Places = append(s.Places, Place{record.ServiceID(random.IntN(200)), people.ZoneID(random.IntN(5) + 1)})
	}
	for i := range 500 {
		from := midnight.Add(time.Duration(random.IntN(90*24*4)) * 15 * time.Minute)
		b := Booking{ID: int64(i + 1), Source: Ours, Span: Span{from, from.Add(time.Duration(1+random.IntN(8)) * time.Hour)}}
		for range 1 + random.IntN(3) {
			b.Items = append(b.Items, graph.Node(random.IntN(len(number))))
		}
		b.People = []people.ID{people.ID(random.IntN(60) + 1), people.ID(random.IntN(60) + 1)}
		s.Booked = append(s.Booked, b)
	}
	for i := range 12 {
		from := midnight.AddDate(0, 0, random.IntN(90))
		s.Freezes = append(s.Freezes, Freeze{Span: Span{from, from.AddDate(0, 0, 2)}, Scope: Scope{Services: []record.ServiceID{record.ServiceID(i)}}})
	}
	nightly := func(of Subject, from, length int) {
		u := Upkeep{For: of, Most: 10}
		for day := range 91 {
			u.Spans = append(u.Spans, hours(24*day+from, 24*day+from+length))
		}
		s.Upkeep = append(s.Upkeep, u)
	}
	for z := range 5 {
		nightly(Subject{Zone: people.ZoneID(z + 1)}, 12, 10)
	}
	for service := 1; service < 200; service += 2 {
		nightly(Subject{Service: record.ServiceID(service)}, 13, 8)
	}
	return s, number["libc6"]
}

// loop reports the processor's time beside the clock's, which on a machine that
// others use says more.
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

// The promises: one change against 500 planned ones in under 200 ms, the next
// free times of 90 days in under 1 s.
func BenchmarkPlan(b *testing.B) {
	s, hub := packages(b)
	random := rand.New(rand.NewPCG(1, 2))
	some := func() []graph.Node { return []graph.Node{graph.Node(random.IntN(len(s.Places)))} }
	for _, c := range []struct {
		name  string
		items func() []graph.Node
	}{{"random", some}, {"worst", func() []graph.Node { return []graph.Node{hub} }}} {
		plan := func() Plan { return Plan{Items: c.items(), People: []people.ID{7, 9}} }
		b.Run("check/"+c.name, func(b *testing.B) {
			n := 0
			loop(b, func() { n = len(s.Check(plan(), Span{midnight, midnight.Add(Horizon)})) })
			b.ReportMetric(float64(n), "findings")
		})
		b.Run("free/"+c.name, func(b *testing.B) {
			n, why := 0, 0
			loop(b, func() {
				free, err := s.Study(plan()).Free(Ask{Length: 3 * time.Hour, From: midnight, Until: midnight.Add(Horizon)})
				if err != nil {
					b.Fatal(err)
				}
				n, why = len(free.Slots), len(free.Because)
			})
			b.ReportMetric(float64(n), "slots")
			b.ReportMetric(float64(why), "reasons")
		})
		b.Run("drag/"+c.name, func(b *testing.B) {
			st := s.Study(plan())
			loop(b, func() { st.At(hours(40, 43)) })
		})
	}
}

// TestLarge holds free times on the large graph to the check.
func TestLarge(t *testing.T) {
	t.Parallel()
	s, hub := packages(t)
	st := s.Study(Plan{Items: []graph.Node{hub}})
	if free, err := st.Free(Ask{Length: 3 * time.Hour, From: midnight, Until: midnight.Add(Horizon)}); err != nil || len(free.Slots)+len(free.Because) == 0 {
		t.Fatalf("%+v, %v", free, err)
	}
	random, found := rand.New(rand.NewPCG(2, 2)), 0
	for range 20 {
		st := s.Study(Plan{Items: []graph.Node{graph.Node(random.IntN(len(s.Places)))}, People: []people.ID{7}})
		free, err := st.Free(Ask{Length: 2 * time.Hour, From: midnight, Until: midnight.Add(Horizon), Most: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range free.Slots {
			if list := st.At(slot); len(list) > 0 {
				t.Fatalf("%v is said to be free: %+v", slot, list)
			}
		}
		found += len(free.Slots)
	}
	if found == 0 {
		t.Error("no time was found at all")
	}
}
