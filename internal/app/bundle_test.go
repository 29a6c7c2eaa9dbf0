package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/setting"
)

// says runs a command and gives what it printed.
func says(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main(args, &out, &errs); code != exitDone {
		t.Fatalf("%s: exit %d: %s", strings.Join(args, " "), code, errs.String())
	}
	if errs.Len() > 0 {
		t.Logf("%s: %.2000s", args[0], errs.String())
	}
	return strings.TrimSpace(out.String())
}

// The demo city goes as a signed bundle from SQLite into an empty PostgreSQL,
// and is the same there: items with all fields, relations, redundancies.
func TestTheCityGoesThroughABundle(t *testing.T) {
	if testing.Short() {
		t.Skip("fills the demo city")
	}
	here := demoCopy(t, "S")
	there := testHouse(t, "postgres")
	from, to := "--db="+here.env.DB, "--db="+there.env.DB
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	says(t, "export", "settings", at("set"), from)
	if tasks := says(t, "export", "tasks", from); !strings.Contains(tasks, "planned_start,planned_end,actual_start") || !strings.Contains(tasks, "Save data and configuration") {
		t.Errorf("tasks of changes: %.500s", tasks)
	}
	says(t, "export", "changes", "--format=xlsx", "--out="+at("changes.xlsx"), from)
	if book, err := os.ReadFile(at("changes.xlsx")); err != nil || !bytes.Contains(book, []byte("xl/worksheets/sheet2.xml")) {
		t.Errorf("the workbook of changes has no sheet of tasks: %v", err)
	}
	for _, name := range []string{"1-zones", "2-departments", "4-people", "5-teams"} {
		kind := name[2:]
		says(t, "import", kind, at("set/"+name+".csv"), to)
	}
	var services []*setting.Thing // without their calendars and agreements, which no export has
	for _, s := range here.settings.All().Of(setting.Service) {
		services = append(services, &setting.Thing{Kind: s.Kind, Code: s.Code, Name: s.Name, Changed: Now()})
	}
	if err := there.settings.Put(t.Context(), &setting.Lot{Things: services}); err != nil {
		t.Fatal(err)
	}
	public := says(t, "bundle", "key", at("key"))
	if info, err := os.Stat(at("key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the private key: %v, %v", info.Mode(), err)
	}
	says(t, "bundle", "export", at("one.ndjson"), "--key="+at("key"), "--source=inner net", from)
	var got struct{ Added, Faults, Changed int }
	if err := json.Unmarshal([]byte(says(t, "import", "bundle", at("one.ndjson"), "--trust="+public, "--json", to)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Faults != 0 || got.Changed != 0 || got.Added == 0 {
		t.Fatalf("brought in: %+v", got)
	}
	says(t, "bundle", "export", at("two.ndjson"), "--key="+at("key"), "--source=outer net", to)
	one, two := contents(t, at("one.ndjson")), contents(t, at("two.ndjson"))
	if len(one) != got.Added+groupsIn(one) || !slices.Equal(one, two) {
		t.Errorf("%d lines went out, %d came back, %d were added; first difference: %s", len(one), len(two), got.Added, different(one, two))
	}
	var out, errs bytes.Buffer
	if code := Main([]string{"import", "bundle", at("one.ndjson"), "--trust=" + public, to}, &out, &errs); code != exitFailed || !strings.Contains(errs.String(), "Export a new bundle") {
		t.Errorf("replayed: %d: %s", code, errs.String())
	}
	if code := Main([]string{"bundle", "key", at("key")}, &out, &errs); code != exitFailed {
		t.Errorf("a key was overwritten: %d", code)
	}
	if _, err := signingKey(at("one.ndjson")); fault.All(err) == nil {
		t.Errorf("a bundle as a key: %v", err)
	}
}

// contents are the lines of a bundle between head and signature in their order,
// redundancies named by their item instead of their number.
func contents(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	groups := map[string]string{}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for n := 0; in.Scan(); n++ {
		var l intake.BundleLine
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		switch {
		case l.Group != nil:
			groups[l.Group.ID] = l.Group.Item + "/" + l.Group.NameEn + "/" + l.Group.NameZh
			l.Group.ID = ""
		case l.Relation != nil && l.Relation.Group != "":
			l.Relation.Group = groups[l.Relation.Group]
		case l.Item == nil && l.Relation == nil:
			continue
		}
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	slices.Sort(out)
	return out
}

func groupsIn(lines []string) (n int) {
	for _, l := range lines {
		if strings.HasPrefix(l, `{"group"`) {
			n++
		}
	}
	return n
}

func different(one, two []string) string {
	for n := range min(len(one), len(two)) {
		if one[n] != two[n] {
			return one[n] + " | " + two[n]
		}
	}
	return "the length"
}
