package demo

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// estate is what the city's services stand on, while it is being drawn up.
type estate struct {
	*city
	lot    *cmdb.Lot
	places map[string]record.ItemID // by code: the place in the lot, -1, -2, ...
	zones  map[record.ItemID]people.ZoneID
}

// things are the items that services stand on and people work with, and how
// they depend on each other: services on applications, those on databases and
// virtual machines, those on hosts, and all of it on switches, storage, power
// and lines; clusters of two, groups of which two of three must run, and gates
// where a dependence crosses from one network to another.
func (c *city) things(ctx context.Context) error {
	if err := c.put(ctx, cmdb.Plant(c.Settings.All())); err != nil {
		return err
	}
	e := &estate{city: c, lot: &cmdb.Lot{}, places: map[string]record.ItemID{}, zones: map[record.ItemID]people.ZoneID{}}
	e.rooms()
	e.outside()
	for _, n := range networks {
		e.network(n)
	}
	for _, s := range services {
		e.system(s)
	}
	e.lines()
	for _, s := range services {
		e.shared(s)
	}
	e.desks()
	e.keep()
	return e.write(ctx)
}

// write keeps the estate: the items first, for their number may be large, then
// what joins them.
func (e *estate) write(ctx context.Context) error {
	log := audit.By(e.by, e.from, "demo.fill", "item")
	first := &cmdb.Lot{Items: e.lot.Items, Audit: []audit.Row{log}}
	for n, i := range e.lot.Items {
		first.History = append(first.History, cmdb.Change{Item: record.ItemID(-1 - n), At: e.from, Name: e.by.Name, Became: i.Code})
	}
	if err := e.Items.Write(ctx, first); err != nil {
		return err
	}
	id := func(place record.ItemID) record.ItemID { return e.lot.Items[-place-1].ID }
	for _, g := range e.lot.Groups {
		g.Item = id(g.Item)
	}
	for _, r := range e.lot.Relations {
		r.Source, r.Target = id(r.Source), id(r.Target)
	}
	if err := e.Items.Write(ctx, &cmdb.Lot{Groups: e.lot.Groups, Relations: e.lot.Relations}); err != nil {
		return err
	}
	for _, i := range e.lot.Items {
		e.coded[i.Code] = i.ID
		if !i.InUse() {
			continue
		}
		code := ""
		if t := e.all.Find(setting.Service, int64(i.Service)); t != nil {
			code = t.Code
		}
		e.items[code] = append(e.items[code], i.ID)
	}
	return nil
}

// add draws up an item. Its attributes follow, name and value in turn.
func (e *estate) add(i cmdb.Item, extra ...string) record.ItemID {
	i.State, i.Changed, i.Created = cmp.Or(i.State, cmdb.Live), e.from, e.from
	if i.Operator == "" {
		i.Operator = cmdb.Own
	}
	for n := 0; n+1 < len(extra); n += 2 {
		if i.Extra == nil {
			i.Extra = map[string]string{}
		}
		i.Extra[extra[n]] = extra[n+1]
	}
	e.lot.Items = append(e.lot.Items, &i)
	place := record.ItemID(-len(e.lot.Items))
	e.places[i.Code], e.zones[place] = place, i.Zone
	return place
}

// at is the place of an item by its code.
func (e *estate) at(code string) record.ItemID {
	place, ok := e.places[code]
	if !ok {
		panic("demo: the estate names " + code + " before it is there")
	}
	return place
}

// tie relates two items; where it crosses from network to network it takes the
// gate that stands there.
func (e *estate) tie(source record.ItemID, kind string, target record.ItemID, in ...cmdb.Relation) {
	r := cmdb.Relation{Source: source, Target: target, Type: kind, Gate: e.gate(source, target), Since: e.from}
	for _, g := range in {
		r.Group, r.Share = g.Group, g.Share
	}
	e.lot.Relations = append(e.lot.Relations, &r)
}

// either makes a redundancy: of the targets, need must work; each carries so
// many per cent of the load.
func (e *estate) either(source record.ItemID, kind string, name people.Text, need, share int, targets ...record.ItemID) {
	e.lot.Groups = append(e.lot.Groups, &cmdb.Group{Item: source, Name: name, Need: need, Since: e.from})
	group := cmdb.GroupID(-len(e.lot.Groups))
	for _, t := range targets {
		e.tie(source, kind, t, cmdb.Relation{Group: group, Share: share})
	}
}

// gate is what stands between the networks of two items: a firewall, or the
// one-way import of the network that is physically apart.
func (e *estate) gate(a, b record.ItemID) cmdb.Gate {
	x, y := e.root(e.zones[a]), e.root(e.zones[b])
	switch apart := int64(e.zone(isolatedNetwork)); {
	case x == y || x == 0 || y == 0:
		return cmdb.NoGate
	case x == apart || y == apart:
		return cmdb.OneWay
	}
	return cmdb.Firewall
}

// root is the network that a zone belongs to.
func (e *estate) root(z people.ZoneID) int64 {
	t := e.all.Find(setting.Zone, int64(z))
	for t != nil && t.Parent != 0 {
		t = e.all.Find(setting.Zone, t.Parent)
	}
	if t == nil {
		return 0
	}
	return t.ID
}

func (e *estate) zone(code string) people.ZoneID { return people.ZoneID(e.id(setting.Zone, code)) }

func (e *estate) service(code string) record.ServiceID {
	return record.ServiceID(e.id(setting.Service, code))
}

// net is one of the three networks with its own machines.
type net struct {
	code, letter string
	line
	room string
}

// isolatedNetwork is physically apart from the others.
const isolatedNetwork = "business"

var networks = []net{
	{"sharing", "S", line{"", "resource-sharing network", "资源共享网"}, "A"},
	{"business", "B", line{"", "business resource network", "业务资源网"}, "A"},
	{"public", "P", line{"", "public service network", "公众服务网"}, "B"},
}

func both(en, zh string, args ...any) people.Text {
	return people.Text{En: fmt.Sprintf(en, args...), Zh: fmt.Sprintf(zh, args...)}
}

// rooms are the two machine rooms with power and cooling.
func (e *estate) rooms() {
	grid := e.add(cmdb.Item{Code: "EXT-GRID", Name: both("City power grid", "市政供电"), Class: "external", Operator: cmdb.Vendor}, "contact", "供电公司客户经理", "hotline", "95598")
	for _, room := range []string{"A", "B"} {
		r := e.add(cmdb.Item{Code: "ROOM-" + room, Name: both("Machine room %s", "%s机房", room), Class: "room", Service: e.service("machine-rooms"), Criticality: cmdb.Vital}, "place", "行政中心"+room+"座地下一层")
		var ups, air []record.ItemID
		for n := 1; n <= 2; n++ {
			u := e.add(cmdb.Item{Code: fmt.Sprintf("UPS-%s%d", room, n), Name: both("UPS %s%d", "%s机房%d号UPS", room, n), Class: "power_device", Service: e.service("machine-rooms"), Room: room + "机房", Serial: fmt.Sprintf("UPS%s%05d", room, 71_000+n)}, "vendor", "Kehua", "power", "60000")
			e.tie(u, "powered_by", grid)
			ups = append(ups, u)
		}
		for n := 1; n <= 3; n++ {
			air = append(air, e.add(cmdb.Item{Code: fmt.Sprintf("AC-%s%d", room, n), Name: both("Air conditioner %s%d", "%s机房%d号精密空调", room, n), Class: "power_device", Service: e.service("machine-rooms"), Room: room + "机房", Serial: fmt.Sprintf("AC%s%05d", room, 52_000+n)}, "vendor", "Envicool"))
		}
		e.either(r, "depends_on", both("Cooling, two of three", "制冷（三取二）"), 2, 50, air...)
		e.either(r, "powered_by", both("Two UPS", "双路UPS"), 1, 100, ups...)
	}
}

// outside is what the city depends on and does not run itself.
func (e *estate) outside() {
	for _, x := range []struct {
		code, en, zh string
		operator     cmdb.Operator
		hotline      string
	}{
		{"EXT-ISP-1", "Carrier one", "运营商一", cmdb.Vendor, "10000"},
		{"EXT-ISP-2", "Carrier two", "运营商二", cmdb.Vendor, "10010"},
		{"EXT-PROV-NET", "Provincial backbone", "省电子政务外网骨干", cmdb.Province, "0100-8001"},
		{"EXT-PROV-BASE", "Provincial shared bases", "省级共享基础库", cmdb.Province, "0100-8002"},
		{"EXT-PROV-FIN", "Provincial finance platform", "省财政一体化平台", cmdb.Province, "0100-8003"},
		{"EXT-PROV-HR", "Provincial social security platform", "省社保集中平台", cmdb.Province, "0100-8004"},
		{"EXT-PROV-MED", "Provincial healthcare platform", "省医保平台", cmdb.Province, "0100-8005"},
		{"EXT-PROV-HALL", "Provincial public service platform", "省政务服务一体化平台", cmdb.Province, "0100-8006"},
		{"EXT-CLOUD", "Cloud vendor's region", "政务云服务商资源池", cmdb.Cloud, "400-8000"},
	} {
		e.add(cmdb.Item{Code: x.code, Name: people.Text{En: x.en, Zh: x.zh}, Class: "external", Operator: x.operator, Criticality: cmdb.Vital}, "hotline", x.hotline, "contact", "值班室", "window", "周二 22:00-24:00")
	}
}

// network is a network's own machines: two core switches, two firewalls, three
// hosts of which two carry the load, two mirrored storages.
func (e *estate) network(n net) {
	zone := e.zone(n.code)
	device := func(class cmdb.Class, code, en, zh, vendor, service string, k int) record.ItemID {
		room := n.room
		if k == 2 && class != "server" { // the second of a pair stands in the other room
			room = map[string]string{"A": "B", "B": "A"}[n.room]
		}
		i := e.add(cmdb.Item{
			Code: fmt.Sprintf("%s-%s%d", code, n.letter, k), Name: both("%s %d of the %s", "%[3]s%[1]s%[2]d", en, k, n.en), Class: class, Zone: zone, Service: e.service(service),
			Room: room + "机房", Serial: fmt.Sprintf("%s%s%06d", code, n.letter, 340_000+k*17), Criticality: cmdb.Vital, Warranty: e.now.AddDate(0, 2+7*k, 0).Truncate(24 * time.Hour),
		}, "vendor", vendor, "bought", e.from.AddDate(-1, -k, 0).Format(time.DateOnly))
		e.lot.Items[-i-1].Name.Zh = fmt.Sprintf("%s%s%d", n.zh, zh, k)
		e.tie(i, "stands_in", e.at("ROOM-"+room))
		e.either(i, "powered_by", both("Two supplies", "双路供电"), 1, 100, e.at("UPS-"+room+"1"), e.at("UPS-"+room+"2"))
		return i
	}
	var cores, walls, hosts, stores []record.ItemID
	for k := 1; k <= 2; k++ {
		cores = append(cores, device("network_device", "CORE", "Core switch", "核心交换机", "H3C", "wan", k))
		walls = append(walls, device("security_device", "FW", "Firewall", "防火墙", "Topsec", "security-service", k))
	}
	for _, w := range walls {
		e.either(w, "connects_to", both("Two core switches", "双核心"), 1, 100, cores...)
	}
	for k := 1; k <= 3; k++ {
		h := device("server", "HOST", "Host", "宿主机", "Inspur", "cloud-platform", k)
		e.either(h, "connects_to", both("Two core switches", "双核心"), 1, 100, cores...)
		hosts = append(hosts, h)
	}
	for k := 1; k <= 2; k++ {
		s := device("storage", "STO", "Storage", "存储", "Huawei", "cloud-platform", k)
		e.either(s, "connects_to", both("Two core switches", "双核心"), 1, 100, cores...)
		stores = append(stores, s)
	}
	pool := e.add(cmdb.Item{Code: "POOL-" + n.letter, Name: both("Virtualisation cluster of the %s", "%s虚拟化集群", n.en), Class: "middleware", Zone: zone, Service: e.service("cloud-platform"), Criticality: cmdb.Vital}, "version", "8.0")
	e.lot.Items[-pool-1].Name.Zh = n.zh + "虚拟化集群"
	e.either(pool, "runs_on", both("Hosts, two of three", "宿主机（三取二）"), 2, 50, hosts...)
	e.either(pool, "depends_on", both("Mirrored storage", "镜像存储"), 1, 100, stores...)
}

// letterOf is the network that a zone's machines stand in.
func letterOf(zone string) string {
	root, _, _ := strings.Cut(zone, "-")
	for _, n := range networks {
		if n.code == root {
			return n.letter
		}
	}
	return ""
}

// facility services are lines and rooms rather than programs.
var facility = map[string]bool{"wan": true, "internet": true, "wireless": true, "school-net": true, "health-net": true, "telephone": true, "machine-rooms": true}

// system is a service's business system with what it runs on: two of
// everything when its loss is vital, two databases when it is important.
func (e *estate) system(s service) {
	critical := []cmdb.Criticality{cmdb.Vital, cmdb.Important, cmdb.Other}[s.vital]
	rto := []time.Duration{2 * time.Hour, 8 * time.Hour, 24 * time.Hour}[s.vital]
	base := cmdb.Item{Class: "business_system", Service: e.service(s.code), Zone: e.zone(s.zone), Department: e.department(s.owner), Owner: e.teams[s.team].members[0].ID, Team: e.teams[s.team].id, Criticality: critical, Grade: 3 - min(s.vital, 1), RTO: rto, RPO: rto / 4, Operator: cmdb.Operator(s.operator)}
	base.Code, base.Name = "SYS-"+s.code, s.text()
	sys := e.add(base, "users", fmt.Sprint(40+len(s.code)*613%4000))
	if facility[s.code] {
		return
	}
	base.Operator, base.Owner, base.Department, base.Grade = cmdb.Own, 0, 0, 0
	part := func(class cmdb.Class, code, en, zh string, extra ...string) record.ItemID {
		i := base
		i.Class, i.Code, i.Name = class, code+"-"+s.code, people.Text{En: s.en + ", " + en, Zh: s.zh + zh}
		return e.add(i, extra...)
	}
	pool := e.at("POOL-" + letterOf(s.zone))
	vm := func(code, en, zh string, cpus, memory int) record.ItemID {
		n := len(e.lot.Items)
		v := part("vm", code, en, zh, "cpus", fmt.Sprint(cpus), "memory", fmt.Sprint(memory), "ip", fmt.Sprintf("10.%d.%d.%d", 10+len(letterOf(s.zone)), n/250, 1+n%250), "fqdn", strings.ToLower(code)+"."+s.code+".city.example", "os", "openEuler 22.03")
		e.tie(v, "runs_on", pool)
		return v
	}
	app := part("application", "APP", "application", "应用", "version", fmt.Sprintf("%d.%d", 1+len(s.code)%4, len(s.en)%9))
	e.tie(sys, "depends_on", app)
	if s.vital < 2 {
		e.either(app, "runs_on", both("Two application servers", "双应用节点"), 1, 60, vm("VM-A1", "application server 1", "应用服务器1", 8, 32), vm("VM-A2", "application server 2", "应用服务器2", 8, 32))
	} else {
		e.tie(app, "runs_on", vm("VM-A1", "application server", "应用服务器", 4, 16))
	}
	if s.vital == 2 {
		return
	}
	db := part("database", "DB-1", "database 1", "数据库1", "vendor", "openGauss", "version", "5.0")
	e.tie(db, "runs_on", vm("VM-D1", "database server 1", "数据库服务器1", 16, 64))
	if s.vital == 1 {
		e.tie(app, "depends_on", db)
		return
	}
	twin := part("database", "DB-2", "database 2", "数据库2", "vendor", "openGauss", "version", "5.0")
	e.tie(twin, "runs_on", vm("VM-D2", "database server 2", "数据库服务器2", 16, 64))
	e.either(app, "depends_on", both("Database cluster", "双机数据库"), 1, 100, db, twin)
}
