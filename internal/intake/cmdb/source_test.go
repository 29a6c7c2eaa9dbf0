package cmdb

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
)

// all reads a report out: items by reference, relations as "from type to".
func all(t testing.TB, rep cmdb.Report) (map[string]cmdb.Finding, map[string]cmdb.Tie) {
	t.Helper()
	items, ties := map[string]cmdb.Finding{}, map[string]cmdb.Tie{}
	codes := map[string]bool{}
	for {
		f, err := rep.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		code := f.Fields["code"]
		if _, twice := items[f.Ref]; f.Ref == "" || twice {
			t.Fatalf("reference %q twice or empty", f.Ref)
		}
		if code != "" && codes[strings.ToLower(code)] {
			t.Logf("label %q twice", code)
		}
		codes[strings.ToLower(code)] = true
		for name, v := range f.Fields {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				t.Fatalf("%s of %s is no text: %q", name, f.Ref, v)
			}
		}
		if f.Class == "" || utf8.RuneCountInString(code) > 200 {
			t.Fatalf("class %q, label %q", f.Class, code)
		}
		items[f.Ref] = f
	}
	for {
		tie, err := rep.NextTie()
		if errors.Is(err, io.EOF) {
			return items, ties
		}
		for _, end := range []string{tie.Source, tie.Target} {
			if _, ok := items[end]; !ok {
				t.Fatalf("relation with %q, which is not reported", end)
			}
		}
		ties[items[tie.Source].Fields["code"]+" "+tie.Type+" "+items[tie.Target].Fields["code"]] = tie
	}
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t *testing.T, from Read, name string) (map[string]cmdb.Finding, map[string]cmdb.Tie) {
	t.Helper()
	rep, err := from(bytes.NewReader(fixture(t, name)), Options{File: name, Zone: "office"})
	if err != nil {
		t.Fatal(err)
	}
	return all(t, rep)
}

func has(t *testing.T, f cmdb.Finding, class cmdb.Class, fields ...string) {
	t.Helper()
	if f.Class != class {
		t.Errorf("%s is a %s, want %s", f.Ref, f.Class, class)
	}
	for i := 0; i < len(fields); i += 2 {
		if got := f.Fields[fields[i]]; got != fields[i+1] {
			t.Errorf("%s: %s is %q, want %q", f.Ref, fields[i], got, fields[i+1])
		}
	}
}

func related(t *testing.T, ties map[string]cmdb.Tie, want ...string) {
	t.Helper()
	for _, w := range want {
		if _, ok := ties[w]; !ok {
			t.Errorf("no relation %q", w)
		}
	}
	if len(ties) != len(want) {
		t.Errorf("%d relations, want %d: %v", len(ties), len(want), ties)
	}
}

func TestADumpOfNetBox(t *testing.T) {
	items, ties := read(t, NetBox, "netbox-dump.json")
	has(t, items["dcim.device/2"], "server", "code", "host-1", "serial", "SV-1", "vendor", "Inspur", "model", "NF5280", "height", "2", "mac", "02:00:00:00:00:12", "room", "East", "zone", "office")
	has(t, items["dcim.device/3"], "network_device", "code", "S6850 Core Switch #3", "state", "planned")
	has(t, items["virtualization.virtualmachine/1"], "vm", "cpus", "4", "memory", "8", "ip", "192.0.2.31", "fqdn", "vm-1.example", "mac", "02:00:00:00:00:31")
	has(t, items["dcim.rack/1"], "rack", "code", "East/R1", "height", "42")
	has(t, items["tenancy.contact/1"], "contact", "phone", "555-0100")
	related(t, ties,
		"host-1 connects_to core-1", "host-1 powered_by pdu-1", "East/R1 stands_in East", "core-1 stands_in East/R1", "host-1 stands_in East/R1", "S6850 Core Switch #3 stands_in East",
		"pdu-1 stands_in East/R1", "cluster-1 uses host-1", "vm-1 runs_on cluster-1", "East owned_by Waterworks", "core-1 owned_by Waterworks", "vm-1 owned_by Waterworks", "East supported_by Night shift")
	if len(items) != 10 {
		t.Errorf("%d items", len(items))
	}
}

func TestAnswersOfNetBox(t *testing.T) {
	items, ties := read(t, NetBox, "netbox-rest.json")
	has(t, items["dcim.device/1"], "network_device", "code", "core-1", "vendor", "Inspur", "model", "S6850", "os", "Comware")
	has(t, items["dcim.device/2"], "server", "ip", "192.0.2.1", "fqdn", "host-1.example")
	related(t, ties, "host-1 connects_to core-1", "core-1 stands_in East", "host-1 stands_in East", "East owned_by Waterworks")
}

func TestANetworkInGraphML(t *testing.T) {
	items, ties := read(t, GraphML, "network.graphml")
	has(t, items["node/0"], "network_device", "code", "City ring/Harbour", "name_en", "Harbour")
	has(t, items["node/2"], "network_device", "code", "City ring/Market#2", "name_en", "Market")
	has(t, items["node/3"], "network_device", "code", "City ring/3")
	has(t, items["edge/0"], "link", "code", "City ring/Harbour – Market", "bandwidth", "10000")
	has(t, items["edge/1"], "link", "code", "City ring/Harbour – Market#1")
	has(t, items["edge/2"], "link", "bandwidth", "", "about", "< 2.5 Gbps")
	if len(items) != 8 || len(ties) != 7 {
		t.Errorf("%d items, %d relations", len(items), len(ties))
	}
}

func TestAScanOfNmap(t *testing.T) {
	items, _ := read(t, Nmap, "scan.xml")
	has(t, items["host/192.0.2.1"], "network_device", "code", "gate.city.example", "mac", "02:00:00:00:01:01", "vendor", "H3C", "os", "H3C Comware 7", "about", "22/tcp ssh Comware sshd")
	has(t, items["host/192.0.2.2"], "server", "fqdn", "mail.city.example")
	has(t, items["host/2001:db8::3"], "server", "code", "2001:db8::3")
	if len(items) != 3 {
		t.Errorf("%d items: what is down came in, or what is up did not", len(items))
	}
}

func TestInventoriesOfAgents(t *testing.T) {
	items, _ := read(t, Agent, "inventory.xml")
	has(t, items["device/srv-7-2026"], "vm", "code", "srv-7-2026", "name_en", "srv-7", "fqdn", "srv-7.city.example", "cpus", "4", "memory", "2.0", "os", "openEuler 22.03 LTS", "ip", "192.0.2.78", "mac", "02:00:00:00:07:02", "serial", "")
	items, _ = read(t, Agent, "inventory.json")
	has(t, items["device/pc-1"], "terminal", "serial", "SN-77", "vendor", "Lenovo", "ip", "192.0.2.77", "mac", "02:00:00:00:07:01", "cpus", "4")
}

func TestWhatIsNotWhatItShouldBe(t *testing.T) {
	deep := strings.Repeat("<a>", 100)
	for _, c := range []struct {
		name, text, key string
		read            Read
	}{
		{"no JSON", "x", "cmdb.intake.unreadable", NetBox},
		{"nothing", "", "cmdb.intake.unreadable", NetBox},
		{"nothing of NetBox", `[{"a":1}]`, "cmdb.intake.unreadable", NetBox},
		{"JSON too deep", `[{"url":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}]`, "cmdb.intake.too_deep", NetBox},
		{"cut off", `[{"model":"dcim.site","pk":1,"fields":{"name":"A"}}`, "cmdb.intake.unreadable", NetBox},
		{"another XML", "<html/>", "cmdb.intake.unreadable", GraphML},
		{"an edge to nowhere", `<graphml><graph><edge source="a" target="b"/></graph></graphml>`, "cmdb.intake.unreadable", GraphML},
		{"XML too deep", "<graphml>" + deep, "cmdb.intake.too_deep", GraphML},
		{"an entity", `<!DOCTYPE a [<!ENTITY x "y">]><nmaprun><host><status state="&x;"/></host></nmaprun>`, "cmdb.intake.unreadable", Nmap},
		{"half a scan", "<nmaprun><host>", "cmdb.intake.unreadable", Nmap},
	} {
		_, err := c.read(strings.NewReader(c.text), Options{})
		if list := fault.All(err); len(list) != 1 || list[0].Key != c.key {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

func fuzz(f *testing.F, from Read, names ...string) {
	for _, name := range names {
		f.Add(fixture(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rep, err := from(bytes.NewReader(b), Options{})
		if err != nil {
			if fault.All(err) == nil {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		all(t, rep)
	})
}

func FuzzNetBox(f *testing.F)  { fuzz(f, NetBox, "netbox-dump.json", "netbox-rest.json") }
func FuzzGraphML(f *testing.F) { fuzz(f, GraphML, "network.graphml") }
func FuzzAgent(f *testing.F)   { fuzz(f, Agent, "inventory.json", "inventory.xml") }
func FuzzNmap(f *testing.F)    { fuzz(f, Nmap, "scan.xml") }
