package lang

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// names are the placeholders of a wording, sorted.
func (t text) names() []string {
	var out []string
	for i := 1; i < len(t); i += 2 {
		out = append(out, t[i])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestCatalogues(t *testing.T) {
	t.Parallel()
	for _, p := range flaws(catalogues()) {
		t.Error(p)
	}
}

// flaws lists what is wrong with a set of catalogues.
func flaws(all map[Lang]map[string]message) []string {
	var out []string
	bad := func(l Lang, key, what string) { out = append(out, string(l)+" "+key+": "+what) }
	keys := map[string]bool{}
	for _, l := range All() {
		for key := range all[l] {
			keys[key] = true
		}
	}
	for key := range keys {
		reference := all[English][key]
		for _, l := range All() {
			m, ok := all[l][key]
			switch {
			case !ok:
				bad(l, key, "is missing")
				continue
			case len(m.other) == 0 || strings.TrimSpace(strings.Join(m.other, "")) == "" && key != "list.comma":
				bad(l, key, "is empty")
			case l == Chinese && m.plural:
				bad(l, key, "has a singular, which Chinese lacks")
			case strings.Contains(strings.Join(m.other, "")+strings.Join(m.one, ""), "{{"):
				bad(l, key, "has a placeholder that is not {{.name}}")
			}
			if want := reference.other.names(); !slices.Equal(m.other.names(), want) && len(reference.other) > 0 {
				bad(l, key, "has other placeholders than English: "+strings.Join(want, " "))
			}
			if m.plural && !slices.Contains(m.other.names(), "n") {
				bad(l, key, "counts without saying {{.n}}")
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestCatalogueFlawsAreFound(t *testing.T) {
	t.Parallel()
	got := flaws(map[Lang]map[string]message{
		English: {"a": {other: cut("x")}, "b": {other: cut("{{.n}} of {{.m}}")}, "c": {other: cut("c")}, "d": {other: cut("ds"), one: cut("d"), plural: true}},
		Chinese: {"b": {other: cut("{{.n}}")}, "c": {other: cut("")}, "d": {other: cut("{{.n}}"), one: cut("x"), plural: true}},
	})
	for _, want := range []string{"zh a: is missing", "zh b: has other placeholders", "zh c: is empty", "zh d: has a singular", "en d: counts without"} {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, want) }) {
			t.Errorf("not found: %s; found %q", want, got)
		}
	}
}

// keyArgument says which argument of a call is a message key.
var keyArgument = map[string]int{"T": 0, "N": 0, "fault.New": 1, "fault.At": 1}

// TestKeysInCodeExist reads every source file, templates in their generated
// form, for literal keys.
func TestKeysInCodeExist(t *testing.T) {
	t.Parallel()
	en := For(English)
	seen := 0
	for _, file := range sources(t) {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if key, ok := literalKey(call); ok {
				seen++
				if !en.Has(key) {
					t.Errorf("%s: key %q is in no catalogue", set.Position(call.Pos()), key)
				}
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("no keys found at all: the search is broken")
	}
}

func sources(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func literalKey(call *ast.CallExpr) (string, bool) {
	name := ""
	if s, ok := call.Fun.(*ast.SelectorExpr); ok {
		name = s.Sel.Name
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "fault" {
			name = "fault." + name
		}
	}
	at, ok := keyArgument[name]
	if !ok || len(call.Args) <= at {
		return "", false
	}
	lit, ok := call.Args[at].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	key, err := strconv.Unquote(lit.Value)
	return key, err == nil
}

// TestFilesAreFlat holds the shape translators rely on: one level of keys,
// each starting with a lower-case room name.
func TestFilesAreFlat(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("text/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no catalogues: %v", err)
	}
	for _, path := range paths {
		buf, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := json.Unmarshal(buf, &raw); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for key, value := range raw {
			if !strings.Contains(key, ".") || strings.ToLower(key) != key {
				t.Errorf("%s: key %q is not of the form room.what", path, key)
			}
			if forms, ok := value.(map[string]any); ok {
				for form := range forms {
					if form != "one" && form != "other" {
						t.Errorf("%s: %s: a plural has one and other, not %q", path, key, form)
					}
				}
			}
		}
	}
}
