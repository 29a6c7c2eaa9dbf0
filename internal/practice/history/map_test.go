package history_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/practice/history"
)

// TestMapFaults: a map that cannot be right says where and what is there
// instead.
func TestMapFaults(t *testing.T) {
	t.Parallel()
	good := func(swap ...string) string { return strings.NewReplacer(swap...).Replace(events) }
	for _, c := range []struct{ name, text, field, key string }{
		{"nothing", "", "map", "history.map.empty"},
		{"no YAML", "columns: [", "map", "history.map.yaml"},
		{"a word that is none of ours", good("shape:", "shap:"), "map", "history.map.no_such_key_near"},
		{"no source", good("source: old\n", ""), "source", "history.map.no_source"},
		{"no such shape", good("event_log", "list"), "shape", "history.map.shape"},
		{"no such field", good("person: who", "resource: who"), "columns.resource", "history.map.no_such_field_near"},
		{"a field like none of ours", good("person: who", "qqqqqq: who"), "columns.qqqqqq", "history.map.no_such_field"},
		{"no case", good("case: id, ", ""), "columns.case", "history.map.needs"},
		{"no time", good("time: at, ", ""), "columns.time", "history.map.needs"},
		{"nothing that tells", good("activity: what, ", ""), "columns.activity", "history.map.needs_activity"},
		{"no such state", good("Done: resolved", "Done: solved"), "states.Done", "history.map.state_near"},
		{"no such reason", good("pending(user)", "pending(weather)"), "states.Wait", "history.map.reason"},
		{"no such zone", good("columns:", "times: {zone: Atlantis}\ncolumns:"), "columns.time.zone", "eventlog.zone"},
		{"no such time format", good("time: at", "time: {column: at, format: '%Q'}"), "columns.time.format", "eventlog.time_format"},
		{"a level that is none", good("columns:", "values: {priority: {P9: '9'}}\ncolumns:"), "values.priority.P9", "history.map.level"},
		{"too big", strings.Repeat("#", 300<<10), "", "history.map.too_big"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := history.ParseMap([]byte(c.text), life)
			fs := fault.All(err)
			if len(fs) != 1 || fs[0].Field != c.field || fs[0].Key != c.key {
				t.Errorf("got %v, want %s %s", err, c.field, c.key)
			}
		})
	}
}

func TestUnknownColumn(t *testing.T) {
	t.Parallel()
	for name, log := range map[string]string{
		"table": "ID,at,what,who\n1,2026-03-02,Open,a\n",
		"xes":   `<log><trace><string key="ID" value="1"/><event><string key="at" value="2026-03-02"/><string key="what" value="Open"/><string key="who" value="a"/></event></trace></log>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := events
			if name == "xes" {
				text = strings.Replace(text, "case: id", "'case': 'case:id'", 1)
			}
			_, err := tell(t, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil }, parse(t, text))
			fs := fault.All(err)
			if len(fs) != 1 || fs[0].Field != "columns.team" || fs[0].Key != "history.map.unknown_column" || !strings.Contains(fs[0].Args["columns"].(string), "what, who") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestMapText: a map written and read again says the same.
func TestMapText(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"helpdesk.yaml", "bpic2013_closed_problems.yaml", "servicenow_audit.yaml", "small_events.yaml"} {
		m := mapFile(t, name)
		text, err := m.Text()
		if err != nil {
			t.Fatal(err)
		}
		again := parse(t, string(text))
		if diff := cmp.Diff(m.Columns, again.Columns); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(m.States, again.States); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		second, err := again.Text()
		if err != nil || string(second) != string(text) {
			t.Errorf("%s: written differently the second time (%v)", name, err)
		}
	}
}

// FuzzHistory: whatever map and log, reading ends without panic, and every row
// is either used or rejected.
func FuzzHistory(f *testing.F) {
	f.Add(events, "id,at,what,who,team\n1,2026-03-02 09:00,Open,a,D\n1,2026-03-02 10:00,Close,a,D\n")
	f.Add(strings.Replace(events, "event_log", "audit_log", 1), "id,at,what,who,team\n1,2026-03-02 09:00,Open,a,D\n")
	f.Add("source: l\nshape: audit_log\ncolumns: {case: a, opened: b, resolved: c, closed: d}\n", "a,b,c,d\n1,2026-01-01,2026-01-02,2026-01-03\n2,2026-01-05,2026-01-02,2026-01-03\n")
	f.Fuzz(func(t *testing.T, text, log string) {
		m, err := history.ParseMap([]byte(text), life)
		if err != nil {
			return
		}
		got, err := tell(t, fromText(log), m)
		if err != nil {
			return
		}
		if got.sum.Used+got.sum.Rejected != got.sum.Rows {
			t.Errorf("%d used and %d rejected of %d rows", got.sum.Used, got.sum.Rejected, got.sum.Rows)
		}
		rows := 0
		for _, s := range got.stories {
			rows += s.Rows
			for i, e := range s.Events {
				if i > 0 && e.At.Before(s.Events[i-1].At) {
					t.Errorf("event %d before the one before it: %s", i, short(s))
				}
			}
		}
		if rows != got.sum.Used {
			t.Errorf("the stories are made of %d rows, %d were used", rows, got.sum.Used)
		}
	})
}
