package internal_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house's measures; CONTRIBUTING.md says where they come from.
const (
	maxFile      = 400 // lines of a file that is neither test nor generated
	maxFunc      = 80  // lines of a function
	goodFunc     = 45  // lines that goodShare per cent of all functions stay under
	goodShare    = 90
	headFields   = 16
	headFilePath = "practice/record"
)

// exceptions are what may stand against a measure, and why. The key is
// "measure path" or "measure path:function"; one that is no longer needed
// fails, so that the table stays short.
var exceptions = map[string]string{}

// excused remembers which exceptions were needed.
type excused map[string]bool

func (e excused) has(key string) bool {
	if exceptions[key] == "" {
		return false
	}
	e[key] = true
	return true
}

// written are the files the measures are about: neither test nor generated.
func written(t *testing.T) []source {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(sources(t)), func(f source) bool { return f.test || f.generated })
}

// TestMeasures holds the length of files and functions, the words SQL shares
// between both engines, and the width of the head.
func TestMeasures(t *testing.T) {
	t.Parallel()
	used := excused{}
	var all, good int
	for _, f := range written(t) {
		if n := f.line(f.syntax.FileEnd); n > maxFile && !used.has("file "+f.path) {
			t.Errorf("internal/%s has %d lines, more than %d: split it by meaning", f.path, n, maxFile)
		}
		for name, n := range functions(f) {
			all++
			if n < goodFunc {
				good++
			}
			if n > maxFunc && !used.has("func "+f.path+":"+name) {
				t.Errorf("internal/%s: %s has %d lines, more than %d", f.path, name, n, maxFunc)
			}
		}
		for _, why := range foreignSQL(f) {
			if !used.has("sql " + f.path) {
				t.Error(why)
			}
		}
	}
	if all > 0 && good*100 < all*goodShare {
		t.Errorf("%d of %d functions are under %d lines, %d %% wanted", good, all, goodFunc, goodShare)
	}
	for key := range exceptions {
		if !used[key] {
			t.Errorf("exceptions: %q is no longer needed", key)
		}
	}
}

// functions gives each function of a file with its number of lines.
func functions(f source) map[string]int {
	found := map[string]int{}
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			found[funcName(fn)] = f.line(fn.End()) - f.line(fn.Pos()) + 1
		}
	}
	return found
}

func funcName(fn *ast.FuncDecl) string {
	if owner := receiver(fn); owner != "" {
		return owner + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// receiver is the name of the type that a method belongs to.
func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	typ := fn.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// onePostgres are words that only one of the two engines understands.
var onePostgres = regexp.MustCompile(`(?i)[a-z0-9_)'"]::[a-z]|\bILIKE\b|\bANY\s*\(|\bnow\(\)|\bgreatest\s*\(|\bpercentile_cont\b|\bFOR UPDATE\b`)

// foreignSQL finds such words in the store's string literals. The seam
// (store/dialect*.go) is where the engines may differ.
func foreignSQL(f source) []string {
	if !strings.HasPrefix(f.path, "store/") || strings.HasPrefix(f.path, "store/dialect") {
		return nil
	}
	var found []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if word := onePostgres.FindString(lit.Value); word != "" {
				found = append(found, fmt.Sprintf("internal/%s: %q is not SQL for both engines", f.at(lit), word))
			}
		}
		return true
	})
	return found
}

// TestMigrationSQL holds migrations to the same words; a pair of files named
// .sqlite.sql and .postgres.sql may differ.
func TestMigrationSQL(t *testing.T) {
	t.Parallel()
	for _, name := range files(t, ".", ".sql") {
		if strings.HasSuffix(name, ".sqlite.sql") || strings.HasSuffix(name, ".postgres.sql") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			code, _, _ := strings.Cut(line, "--")
			if word := onePostgres.FindString(code); word != "" {
				t.Errorf("internal/%s:%d: %q is not SQL for both engines", name, number, word)
			}
		}
	}
}

func TestOnePostgres(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"SELECT id::text":                    true,
		"WHERE name ilike $1":                true,
		"id = ANY($1)":                       true,
		"moved < now()":                      true,
		"SELECT 1 FOR UPDATE":                true,
		"lower(name) LIKE $1 ESCAPE '!'":     false,
		"company (id)":                       false,
		"ON CONFLICT (id) DO UPDATE SET n=1": false,
		"known()":                            false,
	}
	for text, want := range cases {
		if got := onePostgres.MatchString(text); got != want {
			t.Errorf("%q: found %v, want %v", text, got, want)
		}
	}
}

// TestHead keeps the head of a record at what every practice fills and a list
// shows (docs/adr/0001).
func TestHead(t *testing.T) {
	t.Parallel()
	for _, f := range written(t) {
		if f.folder != headFilePath {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != "Head" {
				return true
			}
			body, ok := spec.Type.(*ast.StructType)
			if !ok {
				t.Fatalf("internal/%s: Head is no struct", f.at(spec))
			}
			fields := 0
			for _, field := range body.Fields.List {
				fields += max(1, len(field.Names))
			}
			if fields != headFields {
				t.Errorf("internal/%s: Head has %d fields, want %d: a field of one practice belongs to its body", f.at(spec), fields, headFields)
			}
			return false
		})
	}
}

// TestPackageComments demands exactly one comment per package, in the words of
// its field.
func TestPackageComments(t *testing.T) {
	t.Parallel()
	comments := map[string][]string{}
	for _, f := range written(t) {
		if _, ok := comments[f.folder]; !ok {
			comments[f.folder] = nil
		}
		if f.syntax.Doc == nil || f.syntax.Doc.Text() == "" {
			continue
		}
		comments[f.folder] = append(comments[f.folder], f.path)
		want := "Package " + f.syntax.Name.Name + " "
		if f.syntax.Name.Name == "main" {
			want = "Command "
		}
		if !strings.HasPrefix(f.syntax.Doc.Text(), want) {
			t.Errorf("internal/%s: the package comment begins with %q", f.path, want)
		}
	}
	for folder, where := range comments {
		if len(where) != 1 {
			t.Errorf("internal/%s has %d package comments, want one: %v", folder, len(where), where)
		}
	}
}

// plain are methods whose meaning is the standard library's; a comment would
// only repeat it.
var plain = strings.Fields(`Error Unwrap Is As String GoString Format ServeHTTP Read Write Close Seek Len Less Swap
	MarshalJSON UnmarshalJSON MarshalText UnmarshalText MarshalYAML UnmarshalYAML Scan Value LogValue`)

// TestExportedComments demands a comment on every exported name.
func TestExportedComments(t *testing.T) {
	t.Parallel()
	for _, f := range written(t) {
		for _, d := range f.syntax.Decls {
			for _, id := range uncommented(d) {
				t.Errorf("internal/%s: %s is exported and has no comment", f.at(id), id.Name)
			}
		}
	}
}

func uncommented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		owner := receiver(d)
		hidden := owner != "" && (!ast.IsExported(owner) || slices.Contains(plain, d.Name.Name))
		if d.Name.IsExported() && d.Doc == nil && !hidden {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var found []*ast.Ident
		for _, spec := range d.Specs {
			found = append(found, uncommentedSpec(d, spec)...)
		}
		return found
	}
	return nil
}

// uncommentedSpec accepts a comment before the name, behind it, or before the
// group it stands in.
func uncommentedSpec(d *ast.GenDecl, spec ast.Spec) []*ast.Ident {
	var found []*ast.Ident
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
			found = append(found, s.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				found = append(found, name)
			}
		}
	}
	return found
}

// unfinished are words that promise work instead of doing it.
var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX|not implemented|coming soon)\b`)

// TestNothingUnfinished finds notes to oneself in comments and texts.
func TestNothingUnfinished(t *testing.T) {
	t.Parallel()
	for _, f := range written(t) {
		for _, group := range f.syntax.Comments {
			if word := unfinished.FindString(group.Text()); word != "" {
				t.Errorf("internal/%s: %q in a comment: do it, or open an issue", f.at(group), word)
			}
		}
	}
}

// TestReferenceData keeps tests from looking for the reference data themselves:
// testkit.Shared finds it, and says in the one way that the build machine
// accepts that it is not there.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if strings.HasPrefix(f.path, "testkit/") || strings.HasPrefix(f.path, "tools/") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && strings.Contains(lit.Value, "shared"+"/data") {
				t.Errorf("internal/%s: %s; ask testkit.Shared for the file", f.at(lit), lit.Value)
			}
			return true
		})
	}
}

// TestLongestFunctions reports the distribution on go test -v, for whoever
// wants to know where to look next.
func TestLongestFunctions(t *testing.T) {
	t.Parallel()
	type measured struct {
		name  string
		lines int
	}
	var all []measured
	for _, f := range written(t) {
		for name, n := range functions(f) {
			all = append(all, measured{f.path + " " + name, n})
		}
	}
	slices.SortFunc(all, func(a, b measured) int { return cmp.Compare(b.lines, a.lines) })
	if len(all) == 0 {
		t.Fatal("no functions found")
	}
	t.Logf("%d functions, median %d lines", len(all), all[len(all)/2].lines)
	for _, m := range all[:min(10, len(all))] {
		t.Log(strconv.Itoa(m.lines) + " " + m.name)
	}
}
