package browser

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// finding is a breach axe found.
type finding struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe fails the test on every breach of WCAG 2.2 A and AA that axe-core finds.
func (p *Page) Axe(name string) {
	p.t.Helper()
	source, err := axe()
	if err != nil {
		if os.Getenv("CI") == "true" {
			p.t.Fatal(err)
		}
		p.t.Skip(err)
	}
	// What is still on its way in is half transparent; axe would judge that.
	p.Until(`document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity)`)
	raw := Eval[string](p, source+`; axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r => JSON.stringify(r.violations))`)
	var found []finding
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		p.t.Fatalf("axe's answer: %v", err)
	}
	for _, f := range found {
		for i, n := range f.Nodes {
			if i == 4 {
				p.t.Errorf("%s: axe %s: and %d more", name, f.ID, len(f.Nodes)-i)
				break
			}
			p.t.Errorf("%s: axe %s: %s\n  %s\n  %s", name, f.ID, f.Help, n.HTML, n.Summary)
		}
	}
}

// axe is axe-core's source, from the npm packages of web-assets.
var axe = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("browser: %w", err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		assets := filepath.Join(dir, "web-assets")
		if _, err := os.Stat(filepath.Join(assets, "package-lock.json")); err != nil {
			continue
		}
		path := filepath.Join(assets, "node_modules/axe-core/axe.min.js")
		if _, err := os.Stat(path); err != nil && os.Getenv("CI") == "true" {
			cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
			cmd.Dir = assets
			if out, err := cmd.CombinedOutput(); err != nil {
				return "", fmt.Errorf("browser: npm ci: %w\n%s", err, out)
			}
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("axe-core is not installed (npm ci in web-assets): %w", err)
		}
		return string(source), nil
	}
	return "", errors.New("browser: no web-assets above the working directory")
})
