package internal_test

import (
	"encoding/json"
	"go/build"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"kilter/internal/tools/licence"
)

const (
	dependencyDoc = "../docs/dependencies.md"
	npmLock       = "../web-assets/package-lock.json"
)

// allowed are the licences that may stand beside Apache-2.0 in one binary.
// MPL-2.0 asks for the source of the changed file only, and we change none.
var allowed = strings.Fields(`Apache-2.0 MIT BSD-2-Clause BSD-3-Clause ISC 0BSD CC0-1.0 Unlicense BlueOak-1.0.0 MPL-2.0 Zlib
	bpmn.io CC-BY-4.0 Python-2.0 OFL-1.1`)

// dependencyRow is one line of the table in docs/dependencies.md:
// | `module` | what for | licence | what it replaced |.
var dependencyRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|[^|]+\\| ([^|]+) \\|[^|]+\\|$")

// recorded reads the document: module or npm package to licence.
func recorded(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(dependencyDoc)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, row := range dependencyRow.FindAllStringSubmatch(string(text), -1) {
		found[row[1]] = row[2]
	}
	if len(found) == 0 {
		t.Fatal("docs/dependencies.md has no rows")
	}
	return found
}

func goMod(t *testing.T) *modfile.File {
	t.Helper()
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestDependenciesRecorded compares what the code imports with the document:
// every module we use ourselves has its line, and every line its module.
func TestDependenciesRecorded(t *testing.T) {
	t.Parallel()
	doc := recorded(t)
	mod := goMod(t)
	required := map[string]bool{}
	for _, r := range mod.Require {
		required[r.Mod.Path] = true
		if !r.Indirect && doc[r.Mod.Path] == "" {
			t.Errorf("%s is a direct dependency without a line in docs/dependencies.md", r.Mod.Path)
		}
	}
	for imp, where := range imported(t) {
		owner := ""
		for path := range required {
			if (imp == path || strings.HasPrefix(imp, path+"/")) && len(path) > len(owner) {
				owner = path
			}
		}
		if owner != "" && doc[owner] == "" {
			t.Errorf("%s imports %s, and %s has no line in docs/dependencies.md", where, imp, owner)
		}
	}
	npm := npmPackages(t)
	for name := range doc {
		isModule := strings.Contains(name, "/") && !strings.HasPrefix(name, "@")
		if _, fromNpm := npm[name]; !required[name] && !fromNpm && (isModule || npm != nil) {
			t.Errorf("docs/dependencies.md names %s, which neither go.mod nor web-assets has", name)
		}
	}
}

// imported lists what our own files import from outside, with one of them.
func imported(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, f := range sources(t) {
		for _, spec := range f.syntax.Imports {
			if imp, err := strconv.Unquote(spec.Path.Value); err == nil && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				found[imp] = "internal/" + f.path
			}
		}
	}
	return found
}

// TestLicences reads the licence of every module that go.mod names and is in
// the module cache. Those that are not built need not be there; those that we
// import ourselves are, or this test would not have been built.
func TestLicences(t *testing.T) {
	t.Parallel()
	doc := recorded(t)
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(filepath.SplitList(build.Default.GOPATH)[0], "pkg", "mod")
	}
	checked := 0
	for _, r := range goMod(t).Require {
		path, err := module.EscapePath(r.Mod.Path)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(cache, path+"@"+r.Mod.Version)
		if _, err := os.Stat(folder); err != nil {
			continue
		}
		checked++
		got, _ := licence.In(folder)
		if !slices.Contains(allowed, got) {
			t.Errorf("%s: licence %q may not stand beside Apache-2.0 (%s)", r.Mod.Path, got, folder)
		}
		if want := doc[r.Mod.Path]; want != "" && want != got {
			t.Errorf("%s: docs/dependencies.md says %s, the module says %s", r.Mod.Path, want, got)
		}
	}
	if checked == 0 {
		t.Fatalf("no module found in %s", cache)
	}
	t.Logf("%d licences read", checked)
}

func TestLicenceOf(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text, want string }{
		{"Apache", "Apache License\n  Version 2.0, January 2004", "Apache-2.0"},
		{"BSD with the endorsement clause", "Redistribution and use in source and binary\nforms ... endorse or promote", "BSD-3-Clause"},
		{"BSD without it", "Redistribution and use in source and binary forms", "BSD-2-Clause"},
		{"the strict one wins", "GNU AFFERO GENERAL PUBLIC LICENSE ... Permission is hereby granted, free of charge", "AGPL"},
		{"MPL mentions the GPL", "Mozilla Public License Version 2.0 ... GNU General Public License", "MPL-2.0"},
		{"unknown", "all rights reserved", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := licence.Of(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// npmPackages gives each package in web-assets' lock file its licence; it is
// empty while there is no lock file.
func npmPackages(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(npmLock)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ License string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for path, p := range lock.Packages {
		if i := strings.LastIndex(path, "node_modules/"); i >= 0 {
			found[path[i+len("node_modules/"):]] = p.License
		}
	}
	return found
}

// TestNpmLicences holds the browser's packages to the same list, and each one
// that package.json names to a line in the document.
func TestNpmLicences(t *testing.T) {
	t.Parallel()
	packages := npmPackages(t)
	for name, named := range packages {
		ok := slices.ContainsFunc(strings.Split(strings.Trim(named, "()"), " OR "), func(l string) bool {
			return slices.Contains(allowed, l)
		})
		if !ok && npmLicences[name] == "" {
			t.Errorf("npm %s: licence %q may not stand beside Apache-2.0", name, named)
		}
	}
	if packages == nil {
		return // no browser packages yet
	}
	text, err := os.ReadFile("../web-assets/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var direct struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal(text, &direct); err != nil {
		t.Fatal(err)
	}
	doc := recorded(t)
	for _, list := range []map[string]string{direct.Dependencies, direct.DevDependencies} {
		for name := range list {
			if doc[name] == "" {
				t.Errorf("npm %s has no line in docs/dependencies.md", name)
			}
		}
	}
}

// npmLicences says for packages whose lock entry names no plain licence why
// they may come in.
var npmLicences = map[string]string{
	"bpmn-js":      "bpmn.io: MIT, and its mark stays where a flow is shown; package.json points to the LICENSE file",
	"htmx-ext-sse": "0BSD by its LICENSE file; package.json leaves the field out",
}
