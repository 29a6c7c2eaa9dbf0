package cmdb

import (
	"cmp"
	"strconv"
	"strings"

	"kilter/internal/practice/cmdb"
)

// addressed are the classes with network addresses.
var addressed = []cmdb.Class{"server", "storage", "network_device", "security_device", "power_device", "printer", "vm"}

// netboxStates are the states in which things come in that are not live.
var netboxStates = map[string]string{"planned": "planned", "staged": "planned", "inventory": "planned", "decommissioning": "live", "retired": "retired", "decommissioned": "retired"}

// netboxRoles tell from the words of a role what class a device is of; what
// none of them is in is a network device.
var netboxRoles = []struct {
	word  string
	class cmdb.Class
}{
	{"server", "server"},
	{"hypervisor", "server"},
	{"host", "server"},
	{"storage", "storage"},
	{"nas", "storage"},
	{"firewall", "security_device"},
	{"vpn", "security_device"},
	{"pdu", "power_device"},
	{"ups", "power_device"},
	{"power", "power_device"},
	{"cooling", "power_device"},
	{"printer", "printer"},
}

func (n *netbox) site(k netboxKey, o netboxObject) {
	n.give(k, o, "room", o.name(), map[string]string{"place": brief(cmp.Or(o.text("physical_address"), o.text("facility")))})
}

func (n *netbox) rack(k netboxKey, o netboxObject) {
	site := n.called(o, "site", "dcim.site")
	label := cmp.Or(o.text("asset_tag"), site+"/"+o.name())
	n.give(k, o, "rack", label, map[string]string{"room": brief(site), "height": o.number("u_height"), "serial": brief(o.text("serial"))})
}

func (n *netbox) device(k netboxKey, o netboxObject) {
	kind := n.held["dcim.devicetype"][o.ref("device_type")]
	model, maker := n.called(o, "device_type", "dcim.devicetype"), n.called(kind, "manufacturer", "dcim.manufacturer")
	if nested := o.nested("device_type"); nested != nil {
		maker = cmp.Or(maker, n.called(nested, "manufacturer", "dcim.manufacturer"))
	}
	role := cmp.Or(n.called(o, "role", "dcim.devicerole"), n.called(o, "device_role", "dcim.devicerole"))
	class := cmdb.Class("network_device")
	for _, r := range netboxRoles {
		for _, word := range strings.Fields(strings.ToLower(role)) {
			if word == r.word && class == "network_device" {
				class = r.class
			}
		}
	}
	label := cmp.Or(o.text("asset_tag"), o.name(), brief(strings.TrimSpace(model+" "+role), " #"+strconv.FormatInt(k.pk, 10)))
	n.give(k, o, class, label, map[string]string{
		"room": brief(n.called(o, "site", "dcim.site")), "serial": brief(o.text("serial")), "vendor": brief(maker), "model": brief(model), "height": kind.number("u_height"),
	})
}

func (n *netbox) circuit(k netboxKey, o netboxObject) {
	fields := map[string]string{"name_en": o.text("cid"), "circuit": o.text("cid"), "carrier": n.called(o, "provider", "circuits.provider")}
	if rate, err := strconv.ParseFloat(o.number("commit_rate"), 64); err == nil {
		fields["bandwidth"] = strconv.FormatFloat(rate/1000, 'f', -1, 64) // kbit/s there
	}
	n.give(k, o, "link", o.text("cid"), fields)
}

func (n *netbox) cluster(k netboxKey, o netboxObject) {
	n.give(k, o, "middleware", o.name(), map[string]string{"vendor": n.called(o, "type", "virtualization.clustertype")})
}

func (n *netbox) vm(k netboxKey, o netboxObject) {
	fields := map[string]string{"cpus": o.number("vcpus"), "room": brief(n.called(o, "site", "dcim.site"))}
	if memory, err := strconv.ParseFloat(o.number("memory"), 64); err == nil {
		fields["memory"] = strconv.FormatFloat(memory/1024, 'f', -1, 64) // MB there
	}
	n.give(k, o, "vm", o.name(), fields)
}

func (n *netbox) tenant(k netboxKey, o netboxObject) {
	n.give(k, o, "contact", o.name(), map[string]string{"organisation": n.called(o, "group", "tenancy.tenantgroup")})
}

func (n *netbox) contact(k netboxKey, o netboxObject) {
	n.give(k, o, "contact", o.name(), map[string]string{"phone": o.text("phone"), "mail": o.text("email"), "organisation": n.called(o, "group", "tenancy.contactgroup")})
}

// relate ties two items of this export, once.
func (n *netbox) relate(source, kind, target, note string) {
	if n.items[source] != "" && n.items[target] != "" && source != target && !n.tied[[2]string{source + kind, target}] {
		n.tied[[2]string{source + kind, target}] = true
		n.g.tie(source, kind, target, note)
	}
}

// stand says where things are, on what they run and whose they are. A cluster
// suffers, but does not fail, when one of its hosts does.
func (n *netbox) stand() {
	for _, k := range n.order {
		at, o := k.String(), n.held[k.model][k.pk]
		if n.items[at] == "" {
			continue
		}
		to := func(kind, field, model string) bool {
			before := len(n.g.ties)
			n.relate(at, kind, netboxKey{model, o.ref(field)}.String(), "")
			return len(n.g.ties) > before
		}
		switch k.model {
		case "dcim.rack":
			to("stands_in", "site", "dcim.site")
		case "dcim.device":
			if !to("stands_in", "rack", "dcim.rack") {
				to("stands_in", "site", "dcim.site")
			}
			n.relate(netboxKey{"virtualization.cluster", o.ref("cluster")}.String(), "uses", at, "")
		case "virtualization.virtualmachine":
			to("runs_on", "cluster", "virtualization.cluster")
			to("runs_on", "device", "dcim.device")
		}
		to("owned_by", "tenant", "tenancy.tenant")
	}
}

// rank orders the ends of a cable: what is less of the network needs what is
// more of it.
func rank(c cmdb.Class) int {
	switch c {
	case "network_device":
		return 2
	case "security_device", "link":
		return 1
	}
	return 0
}

// cable ties the ends of one: who draws power needs its source, and of other
// ends the first needs the second unless their classes say otherwise.
func (n *netbox) cable(k netboxKey, o netboxObject) {
	for _, a := range n.ends(k, o, "A") {
		for _, b := range n.ends(k, o, "B") {
			kind := "connects_to"
			switch {
			case a.port == "dcim.powerport" && n.items[b.at] == "power_device":
				kind = "powered_by"
			case b.port == "dcim.powerport" && n.items[a.at] == "power_device":
				kind, a, b = "powered_by", b, a
			case rank(n.items[a.at]) > rank(n.items[b.at]):
				a, b = b, a
			}
			if !n.tied[[2]string{b.at + kind, a.at}] {
				n.relate(a.at, kind, b.at, strings.Trim(a.name+" – "+b.name, " –"))
			}
		}
	}
}

// cableEnd is where a cable ends: the item, the kind of port and its name.
type cableEnd struct{ at, port, name string }

// ends lists those of one side: told with the cable, by objects of their own,
// or, before NetBox 3.3, in its fields.
func (n *netbox) ends(k netboxKey, o netboxObject, side string) (out []cableEnd) {
	types := n.held["contenttypes.contenttype"]
	end := func(model string, pk int64, nested netboxObject) {
		if at := n.bearer(model, pk, nested); at != "" {
			out = append(out, cableEnd{at, model, cmp.Or(nested.name(), n.held[model][pk].name())})
		}
	}
	low := strings.ToLower(side)
	for _, t := range o.list(low + "_terminations") {
		end(t.kind("object_type", types), t.ref("object_id"), t.nested("object"))
	}
	if id := o.ref("termination_" + low + "_id"); id != 0 {
		end(o.kind("termination_"+low+"_type", types), id, o.nested("termination_"+low))
	}
	for _, t := range n.cableEnds()[k.pk] {
		if t.text("cable_end") == side {
			end(t.kind("termination_type", types), t.ref("termination_id"), t.nested("termination"))
		}
	}
	return out
}

// cableEnds are the ends that are objects of their own, by cable.
func (n *netbox) cableEnds() map[int64][]netboxObject {
	if n.cables == nil {
		n.cables = map[int64][]netboxObject{}
		n.each("dcim.cabletermination", func(_ netboxKey, o netboxObject) {
			n.cables[o.ref("cable")] = append(n.cables[o.ref("cable")], o)
		})
	}
	return n.cables
}

func (n *netbox) assigned(_ netboxKey, o netboxObject) {
	model := cmp.Or(o.kind("content_type", n.held["contenttypes.contenttype"]), o.kind("object_type", n.held["contenttypes.contenttype"]))
	n.relate(netboxKey{model, o.ref("object_id")}.String(), "supported_by", netboxKey{"tenancy.contact", o.ref("contact")}.String(), n.called(o, "role", "tenancy.contactrole"))
}
