package part

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/web/static"
)

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Li Na": "LN", "Wang": "W", "陈静": "静", "欧阳晓明": "明", "Anna Maria von Berg": "AB", "Jean-Luc": "JL", "": ""} {
		if got := Initials(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestClockLevels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		left  time.Duration
		state SLAState
		want  string
	}{
		{2 * time.Hour, SLARunning, "calm"},
		{time.Hour, SLARunning, "calm"},
		{59 * time.Minute, SLARunning, "soon"},
		{29 * time.Minute, SLARunning, "near"},
		{-time.Second, SLARunning, "late"},
		{-time.Second, SLAPaused, "late"},
		{0, SLAMet, "met"},
		{0, SLAMissed, "missed"},
	} {
		if got := (SLA{Left: c.left, State: c.state}).level(); got != c.want {
			t.Errorf("%v %s: got %s, want %s", c.left, c.state, got, c.want)
		}
	}
}

// TestPartsEscape: what people write never becomes markup (XSS).
func TestPartsEscape(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>`
	w := lang.For(lang.English)
	var b strings.Builder
	for _, render := range []func() error{
		func() error { return Pill(Status{Word: evil, Look: "work"}).Render(t.Context(), &b) },
		func() error {
			return Input(w, Field{Name: "a", Label: evil, Value: evil, Hint: evil, Faults: []string{evil}}).Render(t.Context(), &b)
		},
		func() error {
			return Input(w, Field{Name: "a", Kind: Long, Value: "</textarea>" + evil}).Render(t.Context(), &b)
		},
		func() error {
			return Do(Button{Label: evil, Href: "javascript:alert(1)", Key: evil}).Render(t.Context(), &b)
		},
		func() error { return Notice(w, Toast{Text: evil, Undo: evil}).Render(t.Context(), &b) },
		func() error { return Someone(w, Person{Name: evil, Initials: evil}).Render(t.Context(), &b) },
		func() error { return Clock(w, SLA{Name: evil, Why: evil, State: SLARunning}).Render(t.Context(), &b) },
	} {
		if err := render(); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.String(); strings.Contains(got, "<script") || strings.Contains(got, "</textarea>\"") {
		t.Errorf("markup got through: %s", got)
	}
}

// TestIconsExist finds icon names in all templates and pages.
func TestIconsExist(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`(?:Icon\(|Icon:\s*|[tT]ag\([^,]+,\s*|Banner\([^,]+,\s*|Empty\()"([a-z0-9-]+)"`)
	seen := 0
	err := filepath.WalkDir("..", func(file string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".templ") && !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_templ.go") {
			return err
		}
		text, err := os.ReadFile(file)
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			seen++
			if !strings.HasSuffix(m[1], "-") && !static.Has(m[1]) { // "prio-" is completed by a number
				t.Errorf("%s: no icon %q; add it to web-assets/icons.txt and run make assets", file, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Errorf("only %d icons found: the search is broken", seen)
	}
}

// TestAllShortcutsAreDifferent: one key does one thing, but for a list and a
// record, which have a before and an after each.
func TestAllShortcutsAreDifferent(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, g := range Keys {
		for _, k := range g.Keys {
			if seen[k.Press] && !(g.Title == "keys.record" && strings.Contains("[]", k.Press)) {
				t.Errorf("%q is taken twice", k.Press)
			}
			seen[k.Press] = true
			if w := lang.For(lang.Chinese); !w.Has(k.Does) || !w.Has(g.Title) {
				t.Errorf("%q has no words", k.Press)
			}
		}
	}
}
