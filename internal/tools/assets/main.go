// Command assets builds the style sheets, scripts, islands and icons that
// Kilter embeds, from web-assets/ into internal/web/static/dist.
//
// The result is committed, so that building Kilter needs neither Node nor a
// network; a test builds it anew and compares.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	root, err := projectRoot()
	if err != nil {
		return err
	}
	if err := install(root); err != nil {
		return err
	}
	built, err := build(root)
	if err != nil {
		return err
	}
	dist := filepath.Join(root, "internal/web/static/dist")
	if err := os.RemoveAll(dist); err != nil {
		return fmt.Errorf("assets: empty %s: %w", dist, err)
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return fmt.Errorf("assets: make %s: %w", dist, err)
	}
	for name, content := range built {
		if err := os.WriteFile(filepath.Join(dist, name), content, 0o644); err != nil {
			return fmt.Errorf("assets: write %s: %w", name, err)
		}
		fmt.Printf("%8d  %8d gz  %s\n", len(content), gzipSize(content), name)
	}
	return nil
}

// projectRoot is the nearest folder upwards that has a go.mod.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("assets: where are we: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("assets: no go.mod above the working directory")
		}
		dir = up
	}
}
