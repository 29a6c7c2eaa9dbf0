package history_test

import (
	"strings"
	"testing"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/practice/history"
)

// TestOtherFormat: a format that fits nothing ends the reading before anything
// is told, with a value and the format it seems to have.
func TestOtherFormat(t *testing.T) {
	t.Parallel()
	m := strings.Replace(events, "columns:", "times: {format: 'yyyy-MM-dd HH:mm:ss'}\ncolumns:", 1)
	for _, c := range []struct{ name, time, key, likely string }{
		{"day first", "27-03-2026 09:00:00", "history.map.other_format", "dd-MM-yyyy HH:mm:ss"},
		{"day or month first", "03/04/2026 09:00", "history.map.other_format", "dd/MM/yyyy HH:mm | MM/dd/yyyy HH:mm"},
		{"milliseconds", "1709283600000", "history.map.other_format", "auto"},
		{"understood without", "2026/03/02 09:00", "history.map.other_format", "auto"},
		{"nobody knows", "last Tuesday", "history.map.no_time_fits", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := tell(t, fromText("id,at,what,who,team\n1,"+c.time+",Open,a,D\n2,"+c.time+",Open,a,D\n"), parse(t, m))
			fs := fault.All(err)
			if len(fs) != 1 || fs[0].Key != c.key || len(got.stories) > 0 {
				t.Fatalf("%d cases, %v", len(got.stories), err)
			}
			if likely, _ := fs[0].Args["likely"].(string); likely != c.likely || fs[0].Args["value"] != c.time {
				t.Errorf("got %v, want %q", fs[0].Args, c.likely)
			}
		})
	}
}

func TestGuessTimes(t *testing.T) {
	t.Parallel()
	m := history.Suggest([]string{"number", "sys_updated_at", "incident_state", "resolved_at"}, "x")
	m.GuessTimes([]eventlog.Row{{Attrs: map[string]string{"sys_updated_at": "29/2/2016 01:23", "resolved_at": "?"}}})
	if got := m.TimeFormat(); got != "dd/MM/yyyy HH:mm" {
		t.Errorf("got %q", got)
	}
}

func TestSuggestStates(t *testing.T) {
	t.Parallel()
	m := history.Suggest([]string{"number", "incident_state"}, "x")
	m.SuggestStates(map[string]history.Meaning{"Active": {}, "Awaiting Vendor": {}, "-100": {}, "Closed": {Listed: true}})
	for label, want := range map[string]string{"Active": "in_progress", "Awaiting Vendor": "pending(supplier)", "-100": "", "Closed": ""} {
		if got := m.Meaning(label); got != want {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
}
