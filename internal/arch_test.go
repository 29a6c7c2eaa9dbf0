// Package internal_test holds the rules of the house: who may import whom, how
// long a file may be, what every package owes its reader, which licences may
// come in. The tests read the files themselves, for a test that asks another
// program stays cached when a file changes.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors lists what each floor may import besides itself and the base.
var floors = map[string]string{
	"base":     "",
	"practice": "",
	"report":   "practice",
	"store":    "practice report",
	"web":      "practice report",
	"api":      "practice report",
	"intake":   "practice",
	"outlet":   "practice",
	"job":      "practice report",
	"app":      "practice report store web api intake outlet job",
	"tools":    "practice report store web api intake outlet job testkit", // never ships
	"testkit":  "practice report store web api intake outlet job app",
}

// A practice may import only these kernel rooms, never a sibling; handoff
// joins siblings.
const kernel = "people setting flow query sla record audit approval grade form operation catalogue directory maturity"

// material is what pages are made of. Every other folder below web is a room: the
// pages of one practice, which stand on web and its material, and which neither
// web nor another room knows.
const material = "part rows static fishbone telling"

// foreign says which floors may import a package from outside. A path ending
// in / stands for everything below it.
var foreign = map[string]string{
	"database/sql":                     "store testkit",
	"database/sql/":                    "store testkit",
	"modernc.org/sqlite":               "store testkit",
	"modernc.org/sqlite/":              "store testkit",
	"github.com/jackc/pgx/v5":          "store testkit",
	"github.com/jackc/pgx/v5/":         "store testkit",
	"github.com/pressly/goose/v3":      "store",
	"github.com/pressly/goose/v3/":     "store",
	"github.com/uptrace/bun":           "store",
	"github.com/uptrace/bun/":          "store",
	"github.com/a-h/templ":             "web",
	"github.com/teambition/rrule-go":   "base",
	"github.com/a-h/templ/":            "web",
	"gonum.org/v1/gonum/":              "base practice",
	"html/template":                    "web",
	"github.com/danielgtaylor/huma/":   "api",
	"github.com/alecthomas/kong":       "app tools",
	"github.com/chromedp/":             "testkit tools",
	"github.com/rogpeppe/go-internal/": "testkit",
	"net/http":                         "web api intake outlet app tools testkit",
	"os":                               "app tools testkit",
	"os/":                              "app tools testkit",
}

// clockFloors may ask the machine for the time; everyone else is told it.
const clockFloors = "app base tools testkit"

// strangers are imports that stand against the rule, with the reason why they
// may. The key is "folder import".
var strangers = map[string]string{
	"base/arrival net/http": "the time of a connection, which three faces bound alike",
}

// TestFloors holds the import rule for everything that ships.
func TestFloors(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, spec := range f.syntax.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			why := forbidden(f.folder, imp)
			if why == "" {
				continue
			}
			if key := f.folder + " " + imp; strangers[key] != "" {
				used[key] = true
				continue
			}
			t.Errorf("internal/%s imports %s: %s", f.path, imp, why)
		}
	}
	for key := range strangers {
		if !used[key] {
			t.Errorf("strangers: %q is no longer needed", key)
		}
	}
}

func TestForbidden(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, folder, imp string
		allowed           bool
	}{
		{"a practice stands on the base", "practice/incident", "kilter/internal/base/fault", true},
		{"a practice stands on the kernel", "practice/incident", "kilter/internal/practice/record", true},
		{"a practice knows no sibling", "practice/incident", "kilter/internal/practice/change", false},
		{"handoff joins siblings", "practice/handoff", "kilter/internal/practice/change", true},
		{"a practice knows no SQL", "practice/incident", "database/sql", false},
		{"a practice knows no HTTP", "practice/incident", "net/http", false},
		{"a practice knows no files", "practice/incident", "os", false},
		{"the base knows no practice", "base/stats", "kilter/internal/practice/record", false},
		{"a page does not reach into the store", "web", "kilter/internal/store", false},
		{"a page reads reports", "web", "kilter/internal/report", true},
		{"pages and API do not know each other", "api", "kilter/internal/web", false},
		{"the store owns the drivers", "store", "github.com/jackc/pgx/v5/stdlib", true},
		{"a job brings no driver", "job", "github.com/jackc/pgx/v5", false},
		{"templates are the pages'", "api", "github.com/a-h/templ", false},
		{"a room stands on the pages' kernel", "web/duty", "kilter/internal/web", true},
		{"a room is made of parts", "web/duty", "kilter/internal/web/part", true},
		{"a room knows its practice", "web/duty", "kilter/internal/practice/duty", true},
		{"a room knows no other", "web/duty", "kilter/internal/web/survey", false},
		{"the kernel knows no room", "web", "kilter/internal/web/duty", false},
		{"the kernel is made of parts", "web", "kilter/internal/web/rows", true},
		{"a part knows no page", "web/part", "kilter/internal/web", false},
		{"app mounts rooms", "app", "kilter/internal/web/duty", true},
		{"nobody imports app", "web", "kilter/internal/app", false},
		{"the test kit does not ship", "web", "kilter/internal/testkit", false},
		{"app wires everything", "app", "kilter/internal/store", true},
		{"a room of a floor is the floor", "app/demo", "kilter/internal/practice/people", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			why := forbidden(c.folder, c.imp)
			if (why == "") != c.allowed {
				t.Errorf("%s imports %s: %q, allowed should be %v", c.folder, c.imp, why, c.allowed)
			}
		})
	}
}

// forbidden says why files in folder (below internal/) may not import imp, or
// nothing when they may.
func forbidden(folder, imp string) string {
	floor, room, _ := strings.Cut(folder, "/")
	room, _, _ = strings.Cut(room, "/")
	for p := imp; p != "." && p != ""; p = strings.TrimSuffix(path.Dir(strings.TrimSuffix(p, "/")), ".") {
		key := p
		if p != imp {
			key = p + "/"
		}
		if who, ok := foreign[key]; ok && !has(who, floor) {
			return "only for " + who
		}
	}
	inside, ok := strings.CutPrefix(imp, "kilter/internal/")
	if !ok {
		return ""
	}
	f, r, _ := strings.Cut(inside, "/")
	r, _, _ = strings.Cut(r, "/")
	stands, known := floors[floor]
	switch {
	case !known:
		return floor + " is no floor of this house"
	case f == "base":
		return ""
	case f == "practice" && floor == "practice":
		if r != room && !has(kernel, r) && room != "handoff" {
			return "practices do not know their siblings; see practice/handoff"
		}
	case f == "web" && floor == "web" && r != room && !has(material, r) && r != "":
		return "rooms of pages know no other, and web none of them"
	case f == "web" && floor == "web" && r == "" && has(material, room):
		return "what pages are made of knows no page"
	case f != floor && !has(stands, f):
		return floor + " stands on: base " + stands
	}
	return ""
}

// TestClock keeps time.Now, and what waits on it, on the floors that wire: a
// rule that asks the machine for the time cannot be tested or replayed.
func TestClock(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		floor, _, _ := strings.Cut(f.folder, "/")
		if f.test || has(clockFloors, floor) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && isTime(sel) && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("internal/%s: time.%s; the time is passed in as now", f.at(sel), sel.Sel.Name)
			}
			return true
		})
	}
}

func isTime(sel *ast.SelectorExpr) bool {
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == "time"
}

// TestRooms keeps every folder below internal/ on a floor that the rule knows.
func TestRooms(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		floor, _, _ := strings.Cut(f.folder, "/")
		if _, ok := floors[floor]; !ok && f.folder != "." {
			t.Errorf("internal/%s: %s is no floor of this house", f.path, floor)
		}
	}
}

func has(list, word string) bool { return strings.Contains(" "+list+" ", " "+word+" ") }

// parse reads one Go file with its comments.
func parse(t *testing.T, name string) (*token.FileSet, *ast.File) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return set, file
}
