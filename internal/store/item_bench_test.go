package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

// The promises of these: an import of 100,000 items in under five minutes, a
// graph of 100,000 items and 300,000 relations read in under half a second, a
// page of a list of items as fast as one of incidents.

// bringAll imports the package graph as two files.
func bringAll(tb testing.TB, db *store.DB) {
	tb.Helper()
	o := benchOffice(tb, db)
	for _, one := range []struct {
		data, m string
		ties    bool
	}{{"nodes.csv.gz", "debian_items.yaml", false}, {"edges.csv.gz", "debian_relations.yaml", true}} {
		text, err := os.ReadFile(filepath.Join(testkit.Root(tb), "examples", "cmdb", one.m))
		if err != nil {
			tb.Fatal(err)
		}
		model := o.Model()
		if one.ties {
			model = nil
		}
		m, err := intake.ParseMap(text, model)
		if err != nil {
			tb.Fatal(err)
		}
		table, err := sheet.Open(packageFile(tb, one.data), one.data, sheet.Limits{})
		if err != nil {
			tb.Fatal(err)
		}
		open := m.Items
		if one.ties {
			open = m.Relations
		}
		rep, err := open(table, one.data)
		if err != nil {
			tb.Fatal(err)
		}
		in, _, err := o.Draft(tb.Context(), people.System(people.ViaShell), rep)
		if err != nil {
			tb.Fatal(err)
		}
		if in.Counts[cmdb.Faulty] != 0 {
			tb.Fatalf("%+v", in.Counts)
		}
		if _, err := o.Approve(tb.Context(), people.System(people.ViaShell), in.ID, nil); err != nil {
			tb.Fatal(err)
		}
		if err := table.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	if err := db.Analyze(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func benchOffice(tb testing.TB, db *store.DB) *cmdb.Reconciler {
	tb.Helper()
	m, err := cmdb.ModelOf(nil)
	if err != nil {
		tb.Fatal(err)
	}
	all, err := db.Settings().Load(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return reconcilerOver(db, func() *setting.All { return all }, func() *cmdb.Model { return m }, func() time.Time { return itemDay })
}

func BenchmarkImportOfTheReferenceGraph(b *testing.B) {
	for b.Loop() {
		bringAll(b, storetest.Open(b, "sqlite"))
	}
}

func BenchmarkReadTheGraph(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db := storetest.Open(b, engine)
			bringAll(b, db)
			g := db.Graph()
			b.ResetTimer()
			for b.Loop() {
				nodes, links := 0, 0
				if err := errors.Join(
					g.Nodes(b.Context(), func(cmdb.Node) error { nodes++; return nil }),
					g.Links(b.Context(), func(cmdb.Link) error { links++; return nil }),
				); err != nil || !testing.Short() && (nodes != graphItems || links != graphRelations) {
					b.Fatal(nodes, links, err)
				}
			}
		})
	}
}

// BenchmarkLoadTheTopology reads 100,000 items and 300,000 relations, always the
// same, from the database into the topology in memory. Promise: under half a
// second.
func BenchmarkLoadTheTopology(b *testing.B) {
	items, each := 100_000, 3
	if testing.Short() {
		items = 5_000
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db, rnd := storetest.Open(b, engine), rand.New(rand.NewPCG(1, 2))
			var ids []record.ItemID
			for first := 0; first < items; first += 4000 {
				lot := &cmdb.Lot{}
				for n := first; n < min(first+4000, items); n++ {
					lot.Items = append(lot.Items, &cmdb.Item{Code: fmt.Sprintf("CI-%06d", n), Name: people.Text{En: fmt.Sprintf("item %d", n)}, Class: "server", State: cmdb.Live, Created: itemDay, Changed: itemDay})
				}
				if err := db.Items().Write(b.Context(), lot); err != nil {
					b.Fatal(err)
				}
				for _, i := range lot.Items {
					ids = append(ids, i.ID)
				}
				ties := &cmdb.Lot{}
				for n := max(first, each); n < len(ids); n++ {
					for k := range each { // from thirds of all that came before, so that none is there twice
						ties.Relations = append(ties.Relations, &cmdb.Relation{Source: ids[n], Target: ids[k*n/each+rnd.IntN((k+1)*n/each-k*n/each)], Type: "depends_on", Since: itemDay})
					}
				}
				if err := db.Items().Write(b.Context(), ties); err != nil {
					b.Fatal(err)
				}
			}
			m, err := cmdb.ModelOf(nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			defer processor(b)()
			best := time.Hour
			for b.Loop() {
				from := time.Now()
				t, err := (&cmdb.Atlas{Graph: db.Graph(), Model: func() *cmdb.Model { return m }}).Now(b.Context())
				if err != nil || len(t.Called(fmt.Sprintf("CI-%06d", items-1))) != 1 {
					b.Fatal(t, err)
				}
				best = min(best, time.Since(from))
			}
			b.ReportMetric(float64(best)/1e6, "best-ms")
		})
	}
}

func BenchmarkItemLists(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		db := storetest.Open(b, engine)
		bringAll(b, db)
		m, err := cmdb.ModelOf(nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, q := range []string{"", "class:software state:live", "section:libs", "python", "python doc section:doc", "name:server"} {
			n, err := m.Read(q, query.Context{Now: itemDay})
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%s", engine, q), func(b *testing.B) {
				for b.Loop() {
					page, err := db.ItemBook().List(b.Context(), people.Everything(), cmdb.Query{Where: n, Limit: 50})
					if err != nil || len(page) == 0 {
						b.Fatal(len(page), err)
					}
				}
			})
		}
		b.Run(engine+"/around", func(b *testing.B) {
			ids, err := db.Items().Coded(b.Context(), "libc6")
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, links, _, err := db.Graph().Around(b.Context(), []record.ItemID{ids["libc6"]}); err != nil || len(links) == 0 {
					b.Fatal(len(links), err)
				}
			}
		})
	}
}
