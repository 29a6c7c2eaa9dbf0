package internal_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// link is the target of a Markdown link or picture.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks follows every link from our documents to our own files. Links into
// the network are not followed: the tests need none.
func TestLinks(t *testing.T) {
	t.Parallel()
	names := append(files(t, "../docs", ".md"), "../README.md", "../ARCHITECTURE.md", "../CONTRIBUTING.md", "../CHANGELOG.md")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			target, err := url.Parse(found[1])
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if target.Scheme != "" || target.Path == "" || strings.Contains(target.Path, "docs/screenshots/") {
				continue // pictures are taken by a run of their own
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), target.Path)); err != nil {
				t.Errorf("%s links to %s, which is not there", strings.TrimPrefix(name, "../"), found[1])
			}
		}
	}
}
