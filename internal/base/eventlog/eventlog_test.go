package eventlog

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/testkit"
)

func readAll(t testing.TB, r io.Reader, form Form) (rows []Row, bad []string, columns []string, err error) {
	t.Helper()
	in, err := Open(r, "test", form)
	if err != nil {
		return nil, nil, nil, err
	}
	defer func() {
		if err := in.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, bad, in.Columns(), nil
		}
		if b, ok := errors.AsType[*sheet.BadRow](err); ok {
			bad = append(bad, fmt.Sprintf("%d %s", b.Line, b.Key))
			continue
		}
		if err != nil {
			return rows, bad, in.Columns(), err
		}
		rows = append(rows, row)
	}
}

const smallXES = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/><string key="org:role" value="none"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <int key="statistics" value="3"><int key="Minnie" value="2"/></int>
  <trace>
    <string key="concept:name" value="1-1"/>
    <string key="customer" value="财政局"><string key="city" value="S"/></string>
    <event>
      <string key="concept:name" value="Accepted"/>
      <date key="time:timestamp" value="2012-03-15T11:53:52+01:00"/>
      <list key="parts"><values><string key="part" value="disk"/><string key="part" value="cable"/></values></list>
    </event>
    <event><string key="concept:name" value="Closed"/><string key="org:role" value="2nd"/></event>
  </trace>
  <trace><string key="concept:name" value="1-2"/><event><string key="concept:name" value="Queued"/></event></trace>
</log>
`

func TestXES(t *testing.T) {
	t.Parallel()
	first := map[string]string{
		"case:concept:name": "1-1", "case:customer": "财政局", "case:customer.city": "S",
		"concept:name": "Accepted", "time:timestamp": "2012-03-15T11:53:52+01:00", "parts.part": "disk; cable",
	}
	want := []Row{
		{Line: 11, Attrs: first},
		{Line: 16, Attrs: map[string]string{"case:concept:name": "1-1", "case:customer": "财政局", "case:customer.city": "S", "concept:name": "Closed", "org:role": "2nd"}},
		{Line: 18, Attrs: map[string]string{"case:concept:name": "1-2", "concept:name": "Queued"}},
	}
	rows, _, columns, err := readAll(t, strings.NewReader(smallXES), Form{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	wantColumns := []string{"case:concept:name", "case:customer", "case:customer.city", "concept:name", "org:role", "parts.part", "time:timestamp"}
	if diff := cmp.Diff(wantColumns, columns); diff != "" {
		t.Errorf("columns: %s", diff)
	}
	first["org:role"] = "none"
	want[2].Attrs["org:role"] = "none"
	rows, _, _, err = readAll(t, strings.NewReader(smallXES), Form{Globals: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("with global defaults: -want +got:\n%s", diff)
	}
}

func TestBrokenXES(t *testing.T) {
	t.Parallel()
	deep := "<log><trace>" + strings.Repeat(`<string key="a" value="1">`, 100)
	wide := "<log><trace><event>" + strings.Repeat(`<string key="a" value="1"/>`, maxCells+1)
	for _, c := range []struct{ name, text, key string }{
		{"cut off in a case", smallXES[:strings.Index(smallXES, "</trace>")], "sheet.cut_off"},
		{"cut off in a tag", "<log><trace><event></log", "sheet.cut_off"},
		{"a lone ampersand", `<log><trace><event><string key="a" value="R&D"/></event></trace></log>`, "eventlog.broken_xml"},
		{"an entity that grows", `<!DOCTYPE log [<!ENTITY a "aaaa">]><log><trace><event><string key="x" value="&a;"/></event></trace></log>`, "eventlog.broken_xml"},
		{"another kind of XML", "<html><body>sign in</body></html>", "eventlog.no_log"},
		{"a program", "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 40), "eventlog.not_text"},
		{"nested without end", deep, "eventlog.too_deep"},
		{"attributes without end", wide, "eventlog.too_many"},
		{"a value without end", `<log><trace><event><string key="a" value="` + strings.Repeat("x", 3<<20), "sheet.cut_off"},
		{"a comment without end", `<log><!-- ` + strings.Repeat("x", 3<<20), "eventlog.too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, _, err := readAll(t, strings.NewReader(c.text), Form{})
			if fs := fault.All(err); len(fs) != 1 || fs[0].Key != c.key {
				t.Errorf("got %v, want %s", err, c.key)
			}
		})
	}
}

// A value that is too long is reported with its line, an event without it, a
// case with its other values; the rest of the log is read.
func TestXESGoesOnAfterALongValue(t *testing.T) {
	t.Parallel()
	for name, sign := range map[string]string{"letters": "x", "Chinese": "长", "entities": "&amp;"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			long := strings.Repeat(sign, 2<<20/len(sign))
			text := "<log><!-- \"a > b\" -->\n<trace><string key=\"concept:name\" value=\"1\"/>\n<string key=\"note\" value='" + long + "'/>\n" +
				"<event><string key=\"a\" value=\"first\"/></event>\n<event>\n<string key=\"a\" value=\"" + long + "\"/></event>\n" +
				"<event><string key=\"a\" value=\"last\"/></event></trace></log>"
			rows, bad, _, err := readAll(t, strings.NewReader(text), Form{})
			if err != nil {
				t.Fatal(err)
			}
			want := []Row{{Line: 4, Attrs: map[string]string{"case:concept:name": "1", "a": "first"}}, {Line: 7, Attrs: map[string]string{"case:concept:name": "1", "a": "last"}}}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff([]string{"3 eventlog.long_value", "6 eventlog.long_value"}, bad); diff != "" {
				t.Errorf("refused: %s", diff)
			}
		})
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	text := "Case;Activity;Variant;Variant;\n1;Open;A;B;x\n\n2;Close\n3;Wait;a;b;c;too much\n4;\"never closed\n5;Open;;;\n"
	rows, bad, columns, err := readAll(t, strings.NewReader(text), Form{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Case", "Activity", "Variant", "Variant (2)", "column 5"}, columns); diff != "" {
		t.Error(diff)
	}
	want := []Row{
		{Line: 2, Attrs: map[string]string{"Case": "1", "Activity": "Open", "Variant": "A", "Variant (2)": "B", "column 5": "x"}},
		{Line: 4, Attrs: map[string]string{"Case": "2", "Activity": "Close"}},
		{Line: 7, Attrs: map[string]string{"Case": "5", "Activity": "Open"}},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"5 " + ReasonCells, "6 " + sheet.ReasonQuote}, bad); diff != "" {
		t.Error(diff)
	}
	if _, _, _, err := readAll(t, strings.NewReader("\n\n"), Form{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("empty file: %v", err)
	}
}

// TestReference reads the real logs: cases, events, activities and resources
// agree with the figures made by another program.
func TestReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ log, ref, kase, activity, resource string }{
		{"logs/helpdesk.csv.gz", "logs/ref_helpdesk.json", "Case ID", "Activity", "Resource"},
		{"logs/helpdesk.xes.gz", "logs/ref_helpdesk_xes.json", "case:concept:name", "concept:name", "org:resource"},
		{"logs/bpic2013_closed_problems.xes.gz", "logs/ref_closed_problems.json", "case:concept:name", "concept:name", "org:resource"},
		{"logs/pm_small/running-example.xes", "logs/pm_small/ref_running-example.json", "case:concept:name", "concept:name", "org:resource"},
		{"logs/pm_small/running-example.csv", "logs/pm_small/ref_running-example.json", "case:concept:name", "concept:name", "org:resource"},
	} {
		t.Run(c.log, func(t *testing.T) {
			t.Parallel()
			log, err := os.Open(testkit.Shared(t, c.log))
			if err != nil {
				t.Fatal(err)
			}
			defer log.Close()
			text, err := os.ReadFile(testkit.Shared(t, c.ref))
			if err != nil {
				t.Fatal(err)
			}
			type figures struct {
				Cases, Events, Resources int
				Activities               map[string]int `json:"activity_counts"`
			}
			var want figures
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			rows, bad, _, err := readAll(t, log, Form{})
			if err != nil || len(bad) > 0 {
				t.Fatal(err, bad)
			}
			cases, resources := map[string]bool{}, map[string]bool{}
			got := figures{Events: len(rows), Activities: map[string]int{}}
			for _, row := range rows {
				cases[row.Get(c.kase)] = true
				resources[row.Get(c.resource)] = true
				got.Activities[row.Get(c.activity)]++
			}
			got.Cases, got.Resources = len(cases), len(resources)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// FuzzLog: whatever the bytes, reading ends without panic.
func FuzzLog(f *testing.F) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, smallXES); err != nil {
		f.Fatal(err)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(packed.Bytes())
	for _, s := range []string{smallXES, "case,activity,time\n1,open,2012-01-01\n", "<log/>", "<?xml version=\"1.0\" encoding=\"GBK\"?><log><event/></log>", "<a><b></a></b>", "<log><trace></trace></trace><event/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, _, _, err := readAll(t, bytes.NewReader(data), Form{Limits: sheet.Limits{Bytes: 1 << 20}})
		for _, row := range rows {
			if row.Line < 1 || row.Line > len(data)+1 {
				t.Fatalf("row on line %d of %d bytes (%v)", row.Line, len(data), err)
			}
		}
	})
}

func BenchmarkXES(b *testing.B) {
	event := `<event><string key="org:group" value="Org line A2"/><string key="org:resource" value="Minnie"/><string key="concept:name" value="Accepted"/><string key="lifecycle:transition" value="In Progress"/><date key="time:timestamp" value="2012-03-15T11:53:52+01:00"/></event>`
	text := []byte("<log><trace>" + strings.Repeat(event, 20_000) + "</trace></log>")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if rows, _, _, err := readAll(b, bytes.NewReader(text), Form{}); err != nil || len(rows) != 20_000 {
			b.Fatal(len(rows), err)
		}
	}
}
