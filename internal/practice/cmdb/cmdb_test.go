package cmdb_test

import (
	"maps"
	"strings"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit"
)

func TestTheLifeOfAnItemIsSound(t *testing.T) {
	t.Parallel()
	if err := cmdb.Life.Check(); err != nil {
		t.Error(err)
	}
	if err := cmdb.Weakening.Check(); err != nil {
		t.Error(err)
	}
	if err := cmdb.Settling.Check(); err != nil {
		t.Error(err)
	}
	testkit.Golden(t, "life.golden", []byte(cmdb.Life.Mermaid()))
	testkit.Golden(t, "weakening.golden", []byte(cmdb.Weakening.Mermaid()))
	testkit.Golden(t, "settling.golden", []byte(cmdb.Settling.Mermaid()))
}

// TestTheLifeIsThatOfTheModel holds the moves to those of the model
// (domain/state-machines.yaml, ci), from and to in turn.
func TestTheLifeIsThatOfTheModel(t *testing.T) {
	t.Parallel()
	model := strings.Fields(`planned ordered planned building ordered in_stock in_stock building building live live maintenance
		maintenance live live in_stock live retired maintenance retired in_stock retired retired disposed`)
	want, got := map[string]bool{}, map[string]bool{}
	for n := 0; n < len(model); n += 2 {
		want[model[n]+" "+model[n+1]] = true
	}
	for _, m := range cmdb.Life.Moves {
		for _, from := range m.From {
			got[string(from)+" "+string(m.To)] = true
		}
	}
	if !maps.Equal(want, got) {
		t.Errorf("moves %v, want %v", got, want)
	}
}

func TestClassesInherit(t *testing.T) {
	t.Parallel()
	m, err := cmdb.ModelOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range strings.Fields("service business_system application database middleware server vm storage network_device link security_device terminal printer software licence document room rack contract person_role data_set external contact hotline maintenance_window") {
		c := m.Class(cmdb.Class(code))
		if c == nil || c.Abstract || c.Name.En == "" || c.Name.Zh == "" {
			t.Errorf("class %s: %+v", code, c)
		}
	}
	server := m.Class("server")
	for _, name := range []string{"about", "vendor", "mac", "memory"} {
		if _, ok := server.Find(name); !ok {
			t.Errorf("a server has no %s", name)
		}
	}
	if !m.Is("server", "device") || !m.Is("server", cmdb.Root) || m.Is("device", "server") {
		t.Error("what is below what")
	}
	if len(m.Class(cmdb.Root).Below) != len(m.Classes()) {
		t.Errorf("%d of %d classes stand below the root", len(m.Class(cmdb.Root).Below), len(m.Classes()))
	}
	kinds := map[string]cmdb.Type{}
	for _, c := range m.Classes() {
		for _, a := range c.All {
			if held, ok := kinds[a.Name]; ok && held != a.Type {
				t.Errorf("%s is a %s here and a %s there", a.Name, a.Type, held)
			}
			kinds[a.Name] = a.Type
		}
	}
	all := setting.NewAll(1, []setting.Thing{{ID: 7, Kind: setting.ItemClass, Code: "server", Name: people.Text{En: "Machine"}, Doc: []byte(`{"attributes":[{"name":"gpus","en":"GPUs","zh":"显卡","type":"number"}]}`)}})
	if m, err = cmdb.ModelOf(all); err != nil {
		t.Fatal(err)
	}
	server = m.Class("server")
	if _, ok := server.Find("gpus"); !ok || server.Name.En != "Machine" || server.Parent != "device" {
		t.Errorf("a class of the starter, changed: %+v", server)
	}
	if _, ok := server.Find("memory"); ok {
		t.Error("an attribute that was taken out is there still")
	}
}

func TestAttributesHaveOneWayOfWriting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind          cmdb.Type
		in, want, key string
	}{
		{cmdb.Text, "  two   words ", "two words", ""},
		{cmdb.Text, strings.Repeat("x", 501), "", "record.too_long"},
		{cmdb.Text, "a\x00b", "", "record.not_text"},
		{cmdb.Number, "1,024.5", "1024.5", ""},
		{cmdb.Number, "1e9", "", "record.not_a_number"},
		{cmdb.Money, "12", "12.00", ""},
		{cmdb.Money, "12.345", "", "cmdb.not_money"},
		{cmdb.Date, "2026/3/1", "2026-03-01", ""},
		{cmdb.Date, "2026年3月1日", "2026-03-01", ""},
		{cmdb.Date, "1.3.2026", "", "catalogue.not_a_date"},
		{cmdb.IP, "10.1.2.3,10.1.2.0/24；fd00::1", "10.1.2.0/24 10.1.2.3 fd00::1", ""},
		{cmdb.IP, "10.1.2.300", "", "cmdb.not_an_ip"},
		{cmdb.IP, "::ffff:10.0.0.1", "10.0.0.1", ""},
		{cmdb.MAC, "001122aabbcc 00-11-22-AA-BB-CC", "00:11:22:aa:bb:cc", ""},
		{cmdb.MAC, "00:11:22", "", "cmdb.not_a_mac"},
		{cmdb.Reference, "17", "17", ""},
		{cmdb.Reference, "SRV", "", "record.not_a_number"},
		{cmdb.Number, "", "", ""},
	} {
		got, err := cmdb.Attribute{Name: "a", Type: c.kind}.Accept(c.in)
		if (err != nil) != (c.key != "") || err != nil && !strings.Contains(err.Error(), c.key) || err == nil && got != c.want {
			t.Errorf("%s %q: %q, %v; want %q %s", c.kind, c.in, got, err, c.want, c.key)
		}
	}
}

// FuzzAccept: what was accepted once is accepted again, written the same.
func FuzzAccept(f *testing.F) {
	for _, v := range []string{"", "1,024", "10.1.2.3 fd00::1/64", "00:11:22:aa:bb:cc", "2026-01-31", "网络", "\xff"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		for _, kind := range cmdb.Types {
			a := cmdb.Attribute{Name: "a", Type: kind}
			once, err := a.Accept(v)
			if err != nil {
				continue
			}
			if again, err := a.Accept(once); err != nil || again != once {
				t.Errorf("%s %q: %q, then %q, %v", kind, v, once, again, err)
			}
		}
	})
}

func TestALabelOpensTheItem(t *testing.T) {
	t.Parallel()
	l := cmdb.Label{Dots: [][]bool{{true, true, false}, {false, true, true}}}
	if got, want := l.Path(), "M0 0h2v1h-2zM1 1h2v1h-2z"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
}
