package cmdb

import (
	"testing"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

func TestSharedItemsCarrySeveralServices(t *testing.T) {
	t.Parallel()
	w := &town{}
	one, two, lone := w.item("one", "business_system", 1), w.item("two", "business_system", 1), w.item("lone", "business_system", 1)
	for i, id := range []record.ItemID{one, two, lone} {
		w.nodes[id-1].Service = record.ServiceID(i + 1)
	}
	net, secret, own := w.item("net", "network_device", 1), w.item("secret", "server", 2), w.item("own", "server", 1)
	w.relate(one, "depends_on", 0, net, secret)
	w.relate(two, "depends_on", 0, net, secret)
	w.relate(lone, "depends_on", 0, own)
	for _, c := range []struct {
		see  *view
		want []string
	}{{w.look(t), []string{"net", "secret"}}, {w.look(t, 1), []string{"net"}}} {
		m := &CityMap{}
		needs := map[graph.Node][]record.ServiceID{}
		for i := range 3 {
			s := CityService{Service: record.ServiceID(i + 1)}
			c.see.stand(&s, needs)
			m.Services = append(m.Services, s)
		}
		m.share(c.see, needs, map[record.ItemID][]record.ServiceID{net: {1, 2}})
		if got := m.Services[0].Needs; got != len(c.want) {
			t.Errorf("the first service needs %d items, want %d", got, len(c.want))
		}
		var codes []string
		for _, s := range m.Shared {
			codes = append(codes, s.Code)
		}
		if len(codes) != len(c.want) || codes[0] != "net" || len(m.Shared[0].Services) != 2 || len(m.Shared[0].Breaks) != 2 {
			t.Errorf("shared: %+v, want %v", m.Shared, c.want)
		}
	}
}

// The map is drawn once for whoever sees the same part, until the items or the
// settings change; nobody gets a part that is not his.
func TestTheMapIsRememberedForThosePartsThatPeopleSee(t *testing.T) {
	t.Parallel()
	w := &town{}
	w.item("tax", "service", 1)
	w.item("open", "server", 1)
	secret := w.item("secret", "server", 2)
	w.nodes[0].Service = 1
	w.relate(1, "depends_on", 0, 2, secret)
	all := setting.NewAll(1, []setting.Thing{{ID: 1, Kind: setting.Service, Code: "TAX", Doc: []byte(`{}`)}})
	a := &Analyst{Atlas: &Atlas{Graph: w, Model: func() *Model { return w.look(t).model }}, Settings: func() *setting.All { return all }}
	everything, part := w.look(t), w.look(t, 1)
	part.Topology = everything.Topology
	seen := func(v *view) *city {
		t.Helper()
		c, err := a.cityNow(v)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := seen(everything)
	if first.Map.Services[0].Needs != 2 || len(first.Points) != 2 {
		t.Errorf("all of it: %+v", first)
	}
	if mine := seen(part); mine.Map.Services[0].Needs != 1 || len(mine.Points) != 1 {
		t.Errorf("of one zone: %+v", mine)
	}
	other := *part
	other.scope.Cleared = []people.ZoneID{2, 1}
	other.zones = map[people.ZoneID]bool{1: true, 2: true}
	if mine := seen(&other); mine.Map.Services[0].Needs != 2 {
		t.Errorf("of both zones: %+v", mine)
	}
	if seen(everything) != first {
		t.Error("drawn twice")
	}
	if seen(w.look(t)) == first {
		t.Error("not drawn anew when the items changed")
	}
	held := seen(everything)
	all = setting.NewAll(2, nil)
	if c := seen(everything); c == held || len(c.Map.Services) != 0 {
		t.Error("not drawn anew when the settings changed")
	}
}
