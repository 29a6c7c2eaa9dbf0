package cmdb

import (
	"testing"

	"kilter/internal/base/graph"
	"kilter/internal/practice/record"
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
