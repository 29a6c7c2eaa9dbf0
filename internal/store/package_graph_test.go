package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"os"
	"testing"

	"kilter/internal/testkit"
)

// The package graph of a Linux distribution, against which the promises about
// large configurations are measured: 63,436 items, 264,191 relations. Under
// -short, where a benchmark only shows that it still runs, every sixteenth of
// them and those that benchmarks name.
const graphItems, graphRelations = 63_436, 264_191

var namedItems = []string{
	"libc6", "perl", "0ad-data", "python3", "git", "apache2", "bash", "postgresql-15", "libssl3", "libxml2", "nginx",
}

// packages are the rows of the nodes' file or of the edges', the head first.
func packages(tb testing.TB, name string) [][]string {
	tb.Helper()
	rows := zipped(tb, testkit.Shared(tb, "cmdb/"+name))
	if !testing.Short() {
		return rows
	}
	kept := map[string]bool{}
	for i, row := range zipped(tb, testkit.Shared(tb, "cmdb/nodes.csv.gz"))[1:] {
		if i%16 == 0 {
			kept[row[0]] = true
		}
	}
	for _, name := range namedItems {
		kept[name] = true
	}
	few := rows[:1]
	for _, row := range rows[1:] {
		if kept[row[0]] && (name == "nodes.csv.gz" || kept[row[1]]) {
			few = append(few, row)
		}
	}
	return few
}

// packageFile is the same as a file that somebody brings.
func packageFile(tb testing.TB, name string) *bytes.Buffer {
	tb.Helper()
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(packages(tb, name)); err != nil {
		tb.Fatal(err)
	}
	return &b
}

func zipped(tb testing.TB, name string) [][]string {
	tb.Helper()
	file, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	plain, err := gzip.NewReader(file)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}
