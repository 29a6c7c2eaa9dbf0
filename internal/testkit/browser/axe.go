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
// It takes half a second and more, so nothing is judged twice: a page that is
// built as one before it, at the same width, is judged by its colours alone, and
// by nothing in colours that it was seen in. Of a long table the first twenty
// rows are judged.
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
	here := Eval[look](p, structure)
	rules := judged.owed(here)
	if rules == "" {
		return
	}
	raw := Eval[string](p, source+`; axe.run({exclude: [['tbody > tr:nth-child(n+21)']]}, {resultTypes: ['violations'], runOnly: `+rules+`}).then(r => JSON.stringify(r.violations))`)
	var found []finding
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		p.t.Fatalf("axe's answer: %v", err)
	}
	if len(found) == 0 {
		judged.add(here)
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

// look is how a page is built, and what decides on its colours.
type look struct {
	Built   string `json:"built"`
	Colours string `json:"colours"`
}

// structure gives the look of a page: its elements with what they are and what
// state they are in, without words and numbers, and its width; then its theme.
const structure = `(() => {
	const one = (e) => e.tagName + [...e.attributes].map((a) => a.name + (/^(class|style|role|type|open|hidden|disabled|aria-(hidden|expanded|selected|current|invalid|checked|pressed|disabled))$/.test(a.name) ? a.value : '')).join(' ');
	let sum = 5381;
	for (const c of [...document.querySelectorAll('*')].map(one).join(';').replace(/[0-9]+/g, '0')) sum = (sum * 33 + c.charCodeAt(0)) % 281474976710597;
	const built = [location.pathname.replace(/[0-9]+/g, '0'), innerWidth, matchMedia('print').matches, sum].join(' ');
	return {built, colours: [document.documentElement.dataset.theme, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(forced-colors: active)').matches].join(' ')};
})()`

// judged are the looks that axe found nothing in.
var judged looks

type looks struct {
	mu   sync.Mutex
	seen map[look]bool
}

// owed names the rules that a look has still to be judged by, as axe's runOnly;
// none is "".
func (l *looks) owed(one look) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.seen[one]:
		return ""
	case l.seen[look{Built: one.Built}]:
		return `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
	}
	return `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
}

// add remembers a look, and how it is built, as sound.
func (l *looks) add(one look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[look]bool{}
	}
	l.seen[one], l.seen[look{Built: one.Built}] = true, true
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
