// Package testkit is what tests of every floor share: the reference data
// beside the project, a PostgreSQL database of one's own, the browser, golden
// files. Nothing that ships imports it.
//
// What is missing on a desk is a skip with its reason; with CI=true it is a
// failure, for there nothing may be skipped.
package testkit

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/testkit/marks"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Root is the project's folder.
func Root(tb testing.TB) string {
	tb.Helper()
	return marks.Root()
}

// Shared returns the path of a file of reference data, named from
// ../shared/data beside the project ("logs/helpdesk.csv.gz"). The test is
// skipped when that folder is not there at all, on the build machine too; it
// fails when the folder is there and the file is not.
func Shared(tb testing.TB, name string) string {
	tb.Helper()
	folder := marks.SharedFolder()
	if _, err := os.Stat(folder); os.IsNotExist(err) {
		tb.Skipf("%s no %s, which holds %s", marks.SharedAbsent, "../shared/data", name)
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		tb.Fatalf("reference data: %v", err)
	}
	return path
}

// Golden compares got with testdata/name; go test -update writes it instead.
func Golden(tb testing.TB, name string, got []byte) {
	tb.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("golden file: %v (make golden writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		tb.Errorf("%s differs (-want +got); make golden rewrites it:\n%s", path, diff)
	}
}

// absent ends a test for which something is missing: skipped on a desk, failed
// where CI=true.
func absent(tb testing.TB, format string, args ...any) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf(format, args...)
	}
	tb.Skipf(format, args...)
}
