package app

import (
	"encoding/json"
	"strings"
	"testing"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

// A questionnaire of another Kilter comes with its settings. One that is here
// already gets what it asks as its next version, and none is lost.
func TestQuestionnairesGoAlong(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			from, to := testHouse(t, engine), testHouse(t, engine)
			by := people.System(people.ViaShell)
			one := &wave.Instrument{Name: people.Text{En: "Yearly, of all", Zh: "年度"}}
			if _, err := from.surveys.Name(t.Context(), by, one, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := from.surveys.Name(t.Context(), by, &wave.Instrument{Name: one.Name}, nil); err != nil { // of the same name
				t.Fatal(err)
			}
			file := exported(t, from, by)
			if n, b := brought(t, to, file); n[directory.Add] != strings.Count(file, "\n")-1 || b == nil {
				t.Errorf("%v", n)
			}
			if got := exported(t, to, by); got != file {
				t.Errorf("went in as\n%s\nand comes out as\n%s", file, got)
			}
			if n, _ := brought(t, to, file); n[directory.Add]+n[directory.Change] != 0 {
				t.Errorf("again: %v", n)
			}
			brought(t, to, changed(t, file))
			all, err := to.surveys.Instruments(t.Context(), by)
			if err != nil || len(all) != 2 || all[0].Name.En != "Yearly" || !all[0].Retired || all[1].Retired {
				t.Fatalf("%+v %v", all, err)
			}
			versions, err := to.surveys.Versions(t.Context(), by, all[0].ID)
			if err != nil || len(versions) != 2 || versions[0].Points != 5 || versions[1].Points != 7 {
				t.Errorf("%d versions %v", len(versions), err)
			}
			rows, err := to.db.Audit().Rows(t.Context(), audit.Filter{Deed: wave.DeedDesign, Limit: 10})
			if err != nil || len(rows) == 0 {
				t.Errorf("%d rows %v", len(rows), err)
			}
		})
	}
}

// changed is the file with its first questionnaire on five points, retired, under
// another name.
func changed(t *testing.T, file string) string {
	t.Helper()
	lines := strings.Split(file, "\n")
	for i, text := range lines {
		if !strings.Contains(text, `"code":"Yearly of all"`) {
			continue
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		fields := line["fields"].(map[string]any)
		line["retired"], fields["name_en"], fields["paper"].(map[string]any)["points"] = true, "Yearly", 5
		out, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = string(out)
	}
	return strings.Join(lines, "\n")
}
