package internal_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ/parser/v2"
	"github.com/a-h/templ/parser/v2/visitor"
	"github.com/google/go-cmp/cmp"
)

// wordsAllowed may stand in a template as they are: names, not sentences.
var wordsAllowed = strings.Fields(`Kilter Esc Enter Ctrl Shift Alt Tab nbsp`)

// shownAttributes are read out or shown to a person, so their text is a key too.
var shownAttributes = strings.Fields("title alt placeholder aria-label aria-description aria-placeholder aria-roledescription aria-valuetext label summary")

// word is two letters of any script running, or one Chinese character.
var word = regexp.MustCompile(`\p{Han}|\p{L}[\p{L}\p{M}]+`)

// TestTemplateText keeps sentences out of the templates: what a person reads
// is a key of the catalogue, or one language would never see it translated.
func TestTemplateText(t *testing.T) {
	t.Parallel()
	for _, name := range files(t, ".", ".templ") {
		tree, err := parser.Parse(name)
		if err != nil {
			t.Fatalf("internal/%s: %v", name, err)
		}
		for _, text := range literals(t, tree) {
			t.Errorf("internal/%s: %q stands in the template; give it a key in base/lang/text", name, text)
		}
	}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	tree, err := parser.ParseString(`package web

templ page(tr func(string) string) {
	<style>body { color: red }</style>
	<h1 class="big words" title="Read me">{ tr("page.title") }</h1>
	<p>Kilter: <b>Hello</b> · 3 × { tr("x") } 服务台</p>
	if true {
		<input placeholder="Search" name="search"/>
	}
	<kbd>Ctrl</kbd>
	<!-- a note to the reader of the source -->
}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Read me", "Hello", "服务台", "Search"}
	if diff := cmp.Diff(want, literals(t, tree)); diff != "" {
		t.Errorf("literal texts (-want +got):\n%s", diff)
	}
}

// literals lists the texts in a template that a person would read.
func literals(t *testing.T, tree *parser.TemplateFile) []string {
	t.Helper()
	var found []string
	note := func(text string) {
		for _, w := range word.FindAllString(text, -1) {
			if !has(strings.Join(wordsAllowed, " "), w) {
				found = append(found, strings.TrimSpace(text))
				return
			}
		}
	}
	v := visitor.New()
	v.Text = func(n *parser.Text) error { note(n.Value); return nil }
	v.ConstantAttribute = func(n *parser.ConstantAttribute) error {
		if has(strings.Join(shownAttributes, " "), n.Key.String()) {
			note(n.Value)
		}
		return nil
	}
	if err := tree.Visit(v); err != nil {
		t.Fatal(err)
	}
	return found
}
