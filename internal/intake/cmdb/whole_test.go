package cmdb

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kilter/internal/base/fault"
	"kilter/internal/base/sealed"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/cmdb"
)

// sum is what became of the records of a source.
type sum struct{ findings, ties, refused, details, passed int }

func (s sum) all() int { return s.findings + s.ties + s.refused + s.details + s.passed }

// tally reads a report to its end. What is no fault, or no text, is a failure.
func tally(t rapid.TB, rep cmdb.Report) sum {
	t.Helper()
	out := sum{details: rep.Details}
	for _, n := range rep.Passed {
		out.passed += n
	}
	text := func(what, v string) {
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
			t.Fatalf("%s is no text: %q", what, v)
		}
	}
	count := func(err error, to *int) bool {
		switch {
		case errors.Is(err, io.EOF):
			return false
		case err == nil:
			*to++
		case fault.All(err) == nil:
			t.Fatalf("not a fault: %v", err)
		default:
			out.refused++
		}
		return true
	}
	for rep.Next != nil {
		f, err := rep.Next()
		if !count(err, &out.findings) {
			break
		}
		for name, v := range f.Fields {
			text(name, v)
		}
	}
	for rep.NextTie != nil {
		tie, err := rep.NextTie()
		if !count(err, &out.ties) {
			break
		}
		text("group", tie.Group+tie.GroupZh)
		text("note", tie.Note)
	}
	return out
}

func starter(t testing.TB) *cmdb.Model {
	t.Helper()
	m, err := cmdb.ModelOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rows counts the rows of a table below its headings, read as it stands.
func rows(data []byte) (n int) {
	table, err := sheet.Open(bytes.NewReader(data), "t.csv", sheet.Limits{})
	if err != nil {
		return -1
	}
	defer func() { _ = table.Close() }() // it was read from memory
	for n = -1; ; n++ {
		_, _, err := table.Read()
		if _, bad := errors.AsType[*sheet.BadRow](err); err != nil && !bad {
			return n
		}
	}
}

// FuzzMap: whatever map and table, reading ends without panic, and every row is
// a finding, a relation, or refused with a reason.
func FuzzMap(f *testing.F) {
	table := "Label,Name,Kind,Share,Other\nSRV-1,One,server,50%,SRV-2\nSRV-2,\"T\x00wo\",vm,x,SRV-1\n,,,,\n\"open"
	f.Add("source: a\nclass: server\ncolumns: {code: Label, name_en: Name}\n", table)
	f.Add("source: a\ncolumns: {code: Label, class: Kind}\nset: {room: A1}\nvalues: {class: {vm: server}}\ncomplete: [server]\n", table)
	f.Add("source: a\ncolumns: {source: Label, target: Other, share: Share}\nset: {type: runs_on, need: \"2\"}\n", table)
	f.Add("source: a\ncolumns: {code: Label, code: Name}\n", "Label;Name\r\n1;2\r\n")
	model := starter(f)
	f.Fuzz(func(t *testing.T, text, data string) {
		for _, m := range []*cmdb.Model{model, nil} {
			mapped, err := ParseMap([]byte(text), m)
			if err != nil {
				if fault.All(err) == nil {
					t.Fatalf("not a fault: %v", err)
				}
				continue
			}
			written, err := mapped.Text()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ParseMap([]byte(written), m); err != nil {
				t.Fatalf("a map that was taken is not taken again: %v\n%s", err, written)
			}
			table, err := sheet.Open(strings.NewReader(data), "t.csv", sheet.Limits{})
			if err != nil {
				continue
			}
			open := mapped.Items
			if m == nil {
				open = mapped.Relations
			}
			rep, err := open(table, "t.csv")
			if err != nil {
				if fault.All(err) == nil && !sheetError(err) {
					t.Fatalf("not a fault: %v", err)
				}
				continue
			}
			if got := tally(t, rep).all(); got != rows([]byte(data)) {
				t.Fatalf("%d of %d rows", got, rows([]byte(data)))
			}
		}
	})
}

// sheetError reports whether a table itself cannot be read.
func sheetError(err error) bool {
	_, bad := errors.AsType[*sheet.BadRow](err)
	return bad
}

var bundleKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// signed seals lines under a good head.
func signed(t rapid.TB, lines [][]byte) []byte {
	t.Helper()
	public := base64.StdEncoding.EncodeToString(bundleKey.Public().(ed25519.PublicKey))
	var out bytes.Buffer
	w, err := NewBundle(&out, bundleKey, BundleHead{Version: BundleVersion, Source: "inner", Key: public, Sequence: 1, Exported: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if err := w.lines.Raw(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func trusted() Options {
	return Options{Trust: []cmdb.TrustedKey{{Key: base64.StdEncoding.EncodeToString(bundleKey.Public().(ed25519.PublicKey))}}}
}

// FuzzBundle: whatever a trusted key signed, every line is used or refused;
// whatever nobody signed is not taken.
func FuzzBundle(f *testing.F) {
	f.Add([]byte(`{"group":{"id":"g","item":"APP","name_en":"pair","need":1}}
{"item":{"class":"server","fields":{"code":"SRV-1","name_en":"O\u0000ne"}}}
{"relation":{"source":"APP","target":"SRV-1","type":"runs_on","group":"g","share":50,"gate":"firewall"}}`))
	f.Add([]byte("{}\n\nnull\n{\"item\":null}\n{\"item\":{},\"group\":{}}\n{\"group\":{\"id\":\"g\"}}\n{\"group\":{\"id\":\"g\"}}"))
	f.Add([]byte(`{"relation":{"source":"A","target":"B","type":"x","group":"none","share":-5}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if rep, err := Bundle(bytes.NewReader(body), trusted()); err == nil {
			t.Fatalf("nobody signed it: %+v", rep)
		} else if fault.All(err) == nil {
			t.Fatalf("not a fault: %v", err)
		}
		lines := bytes.Split(body, []byte("\n"))
		if len(body) >= sealed.MaxLine {
			return
		}
		rep, err := Bundle(bytes.NewReader(signed(t, lines)), trusted())
		if err != nil {
			t.Fatalf("signed and not taken: %v", err)
		}
		if got := tally(t, rep); got.all() != len(lines) {
			t.Fatalf("%+v of %d lines", got, len(lines))
		}
	})
}

// Every record that a source holds is used or refused, and none is lost
// untold.
func TestNoRecordIsLost(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"", "a", "b", "SRV-1", "城", "x,y", "\"", "\x00", "\xff"})
	model := starter(t)
	for name, check := range map[string]func(*rapid.T){
		"a table": func(t *rapid.T) {
			var b strings.Builder
			b.WriteString("code,name,class\n")
			n := rapid.IntRange(0, 30).Draw(t, "rows")
			for range n {
				fmt.Fprintf(&b, "%q,%s,%s\n", "c"+rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "code"), rapid.StringMatching(`[a-z]{1,4}(,[a-z])?`).Draw(t, "name"), rapid.SampledFrom([]string{"server", "spoon", ""}).Draw(t, "class"))
			}
			m, err := ParseMap([]byte("source: a\ncolumns: {code: code, name_en: name, class: class}\n"), model)
			if err != nil {
				t.Fatal(err)
			}
			table, err := sheet.Open(strings.NewReader(b.String()), "t.csv", sheet.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			rep, err := m.Items(table, "t.csv")
			if err != nil {
				t.Fatal(err)
			}
			if got := tally(t, rep); got.all() != n {
				t.Fatalf("%+v of %d rows", got, n)
			}
		},
		"NetBox": func(t *rapid.T) {
			var list []any
			for n := range rapid.IntRange(1, 30).Draw(t, "objects") {
				o := map[string]any{
					"model": rapid.SampledFrom([]string{"dcim.site", "dcim.device", "dcim.rack", "dcim.cable", "dcim.frontport", "dcim.interface", "virtualization.virtualmachine", "tenancy.contact", "x.y", ""}).Draw(t, "model"),
					"pk":    rapid.IntRange(0, 8).Draw(t, "pk"),
					"fields": map[string]any{
						"name": word.Draw(t, "name"), "site": rapid.IntRange(0, 8).Draw(t, "site"), "device": rapid.IntRange(0, 8).Draw(t, "device"), "status": "active",
					},
				}
				if n > 0 && rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
					delete(o, "fields")
				}
				list = append(list, o)
			}
			text, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := NetBox(bytes.NewReader(text), Options{})
			if err != nil {
				return // nothing of NetBox in it
			}
			got := tally(t, rep)
			if got.ties = 0; got.all() != len(list) { // relations stand in the objects
				t.Fatalf("%+v of %d objects: %s", got, len(list), text)
			}
		},
		"GraphML": func(t *rapid.T) {
			nodes, edges := rapid.IntRange(1, 12).Draw(t, "nodes"), rapid.IntRange(0, 20).Draw(t, "edges")
			var b strings.Builder
			b.WriteString(`<graphml><graph>`)
			for n := range nodes {
				fmt.Fprintf(&b, `<node id="%d"/>`, n)
			}
			for range edges {
				fmt.Fprintf(&b, `<edge source="%d" target="%d"/>`, rapid.IntRange(0, nodes-1).Draw(t, "from"), rapid.IntRange(0, nodes-1).Draw(t, "to"))
			}
			b.WriteString(`</graph></graphml>`)
			rep, err := GraphML(strings.NewReader(b.String()), Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := tally(t, rep)
			if got.ties = 0; got.all() != nodes+edges { // relations are the ends of edges
				t.Fatalf("%+v of %d nodes and %d edges", got, nodes, edges)
			}
		},
		"nmap": func(t *rapid.T) {
			hosts := rapid.IntRange(0, 20).Draw(t, "hosts")
			var b strings.Builder
			b.WriteString(`<nmaprun>`)
			for n := range hosts {
				address := ""
				if rapid.Bool().Draw(t, "addressed") {
					address = fmt.Sprintf(`<address addr="192.0.2.%d" addrtype="ipv4"/>`, n)
				}
				fmt.Fprintf(&b, `<host><status state="%s"/>%s</host>`, rapid.SampledFrom([]string{"up", "down", "unknown", ""}).Draw(t, "state"), address)
			}
			b.WriteString(`</nmaprun>`)
			rep, err := Nmap(strings.NewReader(b.String()), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := tally(t, rep); got.all() != hosts {
				t.Fatalf("%+v of %d hosts", got, hosts)
			}
		},
		"an agent": func(t *rapid.T) {
			text, err := json.Marshal(map[string]any{"action": "inventory", "deviceid": "d" + word.Draw(t, "device"), "content": map[string]any{"hardware": map[string]any{"name": "n" + word.Draw(t, "name"), "uuid": word.Draw(t, "uuid")}}})
			if err != nil {
				t.Fatal(err)
			}
			rep, err := Agent(bytes.NewReader(text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := tally(t, rep); got.all() != 1 || got.findings != 1 {
				t.Fatalf("%+v of one machine", got)
			}
		},
		"a bundle": func(t *rapid.T) {
			var lines [][]byte
			for range rapid.IntRange(1, 30).Draw(t, "lines") {
				line := rapid.SampledFrom([]string{
					`{"item":{"class":"server","fields":{"code":"A"}}}`, `{"item":{}}`, `{"group":{"id":"g","item":"A","need":1}}`, `{"group":{"id":"h","item":"B","need":1}}`,
					`{"relation":{"source":"A","target":"B","type":"runs_on"}}`, `{"relation":{"source":"A","target":"B","type":"x","group":"g"}}`, `{"unknown":1}`, `[]`, ``, `{"item":{},"relation":{}}`,
				}).Draw(t, "line")
				lines = append(lines, []byte(line))
			}
			rep, err := Bundle(bytes.NewReader(signed(t, lines)), trusted())
			if err != nil {
				t.Fatal(err)
			}
			if got := tally(t, rep); got.all() != len(lines) {
				t.Fatalf("%+v of %d lines: %s", got, len(lines), bytes.Join(lines, []byte("\n")))
			}
		},
	} {
		t.Run(name, rapid.MakeCheck(check))
	}
}
