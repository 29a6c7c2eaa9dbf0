package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBundleIsCurrent builds the assets anew and compares them with what is
// committed. It needs Node; without it the test is skipped, except in CI.
func TestBundleIsCurrent(t *testing.T) {
	t.Parallel()
	root, err := projectRoot()
	if err != nil {
		t.Fatal(err)
	}
	unable := t.Skipf
	if os.Getenv("CI") == "true" {
		unable = t.Fatalf
	}
	if _, err := exec.LookPath("node"); err != nil {
		unable("no node here, the committed bundle was not compared: %v", err)
	}
	if err := install(root); err != nil {
		unable("the npm packages cannot be installed, the committed bundle was not compared: %v", err)
	}
	built, err := build(root)
	if err != nil {
		t.Fatal(err)
	}
	dist := filepath.Join(root, "internal/web/static/dist")
	for name, want := range built {
		got, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what web-assets makes: run `go run ./internal/tools/assets` and commit", name)
		}
	}
	committed, err := os.ReadDir(dist)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range committed {
		if built[e.Name()] == nil {
			t.Errorf("%s is committed, but nothing makes it", e.Name())
		}
	}
}

// TestBudgets holds the promised sizes: what a page makes an office machine load.
func TestBudgets(t *testing.T) {
	t.Parallel()
	root, err := projectRoot()
	if err != nil {
		t.Fatal(err)
	}
	dist := filepath.Join(root, "internal/web/static/dist")
	for _, c := range []struct {
		name        string
		raw, gzip   int
		description string
	}{
		{"portal.js", 30_000, 12_000, "all script of the portal (60 kB promised)"},
		{"workspace.js", 110_000, 40_000, "script of the workspace (250 kB gz promised)"},
		{"kilter.css", 100_000, 20_000, "the style sheet"},
		{"improve.css", 12_000, 4_000, "the style sheet of the improvement pages"},
		{"director.css", 13_000, 3_500, "the style sheet of the director's page and of reviews"},
		{"charts.js", 700_000, 230_000, "the chart island"},
		{"choose.js", 70_000, 25_000, "the chooser island"},
		{"topology.js", 560_000, 180_000, "the topology island"},
		{"calendar.js", 260_000, 80_000, "the calendar island"},
		{"calendar.css", 30_000, 8_000, "the style sheet of the calendar island"},
		{"bpmn.js", 220_000, 65_000, "the viewer of flows"},
		{"bpmn.css", 30_000, 6_000, "the style sheet of the viewer of flows"},
		{"icons.svg", 60_000, 20_000, "the icons"},
	} {
		buf, err := os.ReadFile(filepath.Join(dist, c.name))
		if err != nil {
			t.Error(err)
			continue
		}
		if len(buf) > c.raw || gzipSize(buf) > c.gzip {
			t.Errorf("%s, %s: %d bytes, %d gzipped; the budget is %d, %d", c.name, c.description, len(buf), gzipSize(buf), c.raw, c.gzip)
		}
	}
}
