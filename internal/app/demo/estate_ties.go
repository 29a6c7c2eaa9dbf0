package demo

import (
	"fmt"
	"strings"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// lines join the networks to carriers and province, and the services that are
// lines or rooms to what they are made of.
func (e *estate) lines() {
	link := func(code, en, zh, to string, bandwidth int) record.ItemID {
		l := e.add(cmdb.Item{Code: code, Name: both("%s", "%s", en), Class: "link", Zone: e.zone("public"), Service: e.service("wan"), Criticality: cmdb.Vital, Operator: cmdb.Vendor}, "carrier", zh, "bandwidth", fmt.Sprint(bandwidth), "circuit", "CN-"+code)
		e.lot.Items[-l-1].Name.Zh = zh + "线路"
		e.tie(l, "connects_to", e.at(to))
		return l
	}
	internet := []record.ItemID{link("LINK-NET-1", "Internet line of carrier one", "运营商一互联网", "EXT-ISP-1", 10_000), link("LINK-NET-2", "Internet line of carrier two", "运营商二互联网", "EXT-ISP-2", 10_000)}
	province := []record.ItemID{link("LINK-PROV-1", "Province line of carrier one", "运营商一省级", "EXT-PROV-NET", 2_000), link("LINK-PROV-2", "Province line of carrier two", "运营商二省级", "EXT-PROV-NET", 2_000)}
	e.tie(province[0], "depends_on", e.at("EXT-ISP-1"))
	e.tie(province[1], "depends_on", e.at("EXT-ISP-2"))
	cores := []record.ItemID{e.at("CORE-P1"), e.at("CORE-P2")}
	walls := []record.ItemID{e.at("FW-P1"), e.at("FW-P2")}
	wan, net := e.at("SYS-wan"), e.at("SYS-internet")
	e.either(net, "depends_on", both("Two Internet lines", "双互联网出口"), 1, 60, internet...)
	e.either(net, "depends_on", both("Firewalls of the exit", "出口防火墙"), 1, 100, walls...)
	e.either(wan, "depends_on", both("Two province lines", "双省级链路"), 1, 100, province...)
	e.either(wan, "depends_on", both("Two core switches", "双核心"), 1, 100, cores...)
	for _, s := range []string{"wireless", "school-net", "health-net", "telephone"} {
		e.tie(e.at("SYS-"+s), "depends_on", wan)
	}
	rooms := e.at("SYS-machine-rooms")
	e.tie(rooms, "depends_on", e.at("ROOM-A"))
	e.tie(rooms, "depends_on", e.at("ROOM-B"))
	e.tie(e.at("SYS-cloud-platform"), "uses", e.at("EXT-CLOUD"))
	for _, n := range networks {
		e.tie(e.at("SYS-cloud-platform"), "depends_on", e.at("POOL-"+n.letter))
	}
}

// province is the platform of the province that a service stands on.
var province = map[string]string{
	"service-hall-system": "EXT-PROV-HALL", "base-person": "EXT-PROV-BASE", "base-company": "EXT-PROV-BASE", "certificates": "EXT-PROV-BASE",
	"payments": "EXT-PROV-FIN", "budget": "EXT-PROV-FIN", "social-security": "EXT-PROV-HR", "medical": "EXT-PROV-MED",
}

// users of the data exchange platform, and the bases that feed it.
var (
	exchanging = []string{"service-hall-system", "approval", "certificates", "real-estate-system", "housing-fund-system", "medical", "social-security"}
	bases      = []string{"base-person", "base-company", "base-geo"}
)

// shared ties a service to the platforms that all share: sign-in, names, the
// Internet exit, the province, data exchange, backup.
func (e *estate) shared(s service) {
	sys := e.at("SYS-" + s.code)
	if facility[s.code] {
		return
	}
	if s.team == "applications" {
		e.tie(sys, "uses", e.at("SYS-identity"))
	}
	if s.zone == "public-internet" {
		e.tie(sys, "depends_on", e.at("SYS-internet"))
	}
	if letterOf(s.zone) == "P" && s.code != "dns" {
		e.tie(sys, "uses", e.at("SYS-dns"))
	}
	if to := province[s.code]; to != "" {
		e.tie(sys, "depends_on", e.at(to))
		e.tie(sys, "depends_on", e.at("SYS-wan"))
	}
	for _, user := range exchanging {
		if user == s.code {
			e.tie(sys, "uses", e.at("SYS-exchange"))
		}
	}
	for _, base := range bases {
		if base == s.code {
			e.tie(sys, "feeds", e.at("SYS-exchange"))
		}
	}
	if db, ok := e.places["DB-1-"+s.code]; ok && s.code != "backup-service" {
		e.tie(e.at("SYS-backup-service"), "backs_up", db)
	}
}

// desks are what people work with: a switch for every two dozen, terminals,
// printers.
func (e *estate) desks() {
	const perSwitch = 24
	var access record.ItemID
	for n := 0; len(e.lot.Items) < e.size.Items; n++ {
		if n%perSwitch == 0 {
			access = e.add(cmdb.Item{
				Code: fmt.Sprintf("ACC-%04d", n/perSwitch), Name: both("Access switch %d", "接入交换机%d", n/perSwitch), Class: "network_device", Zone: e.zone("public-common"), Service: e.service("wan"),
				Room: fmt.Sprintf("%d楼弱电间", 1+n/perSwitch%18), Serial: fmt.Sprintf("ACC%07d", 4_000_000+n*31),
			}, "vendor", "H3C", "ports", "48")
			e.either(access, "connects_to", both("Two core switches", "双核心"), 1, 100, e.at("CORE-P1"), e.at("CORE-P2"))
			continue
		}
		p := e.citizens[n*13%len(e.citizens)]
		class, code, en, zh, service, vendor := cmdb.Class("terminal"), "PC", "Desk computer", "台式计算机", "desktop", "Tsinghua Tongfang"
		if n%8 == 1 {
			class, code, en, zh, service, vendor = "printer", "PRN", "Printer", "打印机", "printing", "Pantum"
		}
		i := cmdb.Item{
			Code: fmt.Sprintf("%s-%05d", code, n), Class: class, Name: people.Text{En: en, Zh: zh}, Zone: e.zone("public-common"),
			Service: e.service(service), Serial: fmt.Sprintf("SN%08d", 10_000_000+n*6007%89_999_999),
		}
		switch { // some wait for whoever needs them, some are worn out
		case n%41 == 7:
			i.State, i.Room = cmdb.InStock, storeRoom
		case n%53 == 9:
			i.State, i.Room = cmdb.Retired, storeRoom
		default:
			i.Department, i.Owner, i.Room = p.Department, p.ID, p.Room
		}
		place := e.add(i, "vendor", vendor, "mac", mac(n))
		if i.Owner != 0 {
			e.tie(place, "connects_to", access)
		}
	}
}

const storeRoom = "资产库房"

// mac makes up a locally administered address.
func mac(n int) string {
	h := fmt.Sprintf("%06x", 0x100000+n)
	return strings.Join([]string{"02:4b:49", h[:2], h[2:4], h[4:]}, ":")
}
